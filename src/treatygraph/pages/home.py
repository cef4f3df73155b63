"""The first page: a question in words, the map of a day, the way through time, and what the documents say of one place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from treatygraph.atlas import LAYERS, layers_of, map_at
from treatygraph.corpus import Corpus
from treatygraph.drawing import day as in_words
from treatygraph.drawing import draw_map
from treatygraph.errors import UsageError
from treatygraph.namespaces import TG
from treatygraph.pages.dossier import Dossier
from treatygraph.pages.frame import page
from treatygraph.pages.geography import Mark, Place, default_day, default_place, layer_labels, marks_of, places_of, years_of
from treatygraph.pages.paging import search_form
from treatygraph.pages.view import View
from treatygraph.questions import Question, check_date
from treatygraph.scope import titles_of, uncovered_day, uncovered_place
from treatygraph.things import Things
from treatygraph.web.markup import Content, Markup, element, join

__all__ = ["home", "panel", "picture"]

DRAWN = re.compile(r'<g class="place" data-iri="([^"]*)">(<title>)([^<\n]*)')
CHOICES = 600  # places of a list to choose from
CHANGES = 300  # days of change that are listed on each side of the day shown
TRACK = 1000  # units of the strip with the marks


def home(corpus: Corpus, questions: Mapping[str, Question], language: str, asked: Mapping[str, str], is_local: bool = False) -> str:
    """The page.

    Args:
        is_local: whether the page is a file with no server behind it.
        asked: ``date`` or ``year``, ``island`` and ``layer``, as a person gave them; what is missing has a default.

    Raises:
        UsageError: there is no such day, place or layer.
    """
    known = dict(questions)
    date = _day(corpus, known, asked)
    layers = layers_of(corpus)
    layer = asked.get("layer") or next(iter(layers))
    if layer not in layers:
        raise UsageError(f"There is no layer '{layer}'.", f"There are: {', '.join(layers)}.")
    places = places_of(corpus, language, layers)
    chosen = _place(corpus, places, asked["island"]) if asked.get("island") else default_place(known, corpus)
    slug = next((place.slug for place in places if place.iri == chosen), chosen)
    view = View(language, "/", (("date", date), ("island", slug), ("layer", layer)), is_local)
    marks = marks_of(corpus, language, layers)
    years = years_of(corpus)
    title = view.say("home-title")
    labels = layer_labels(corpus, view, layers)
    told = Dossier(corpus, None, view, chosen, date) if chosen else None
    return page(
        view,
        title,
        element("p", view.say("home-lead"), class_="lead"),
        element("section", _ask(view, places, slug, date, layer), told.in_short() if told else None, class_="inquiry"),
        element(
            "div",
            element("div", _time(view, date, marks, years, slug, layer), _map(corpus, view, places, date, labels, layer), class_="left"),
            _panel(corpus, view, chosen, date, told),
            class_="explorer",
            data_geography=view.to("/map.json"),
            data_date=date,
            data_layer=layer,
            data_island=slug,
        ),
        _all_places(view, places),
        heading=element("h1", next(iter(titles_of(corpus, language)), title)),
        kind="home",
        scripts=("map.js",),
        styles=("map.css",),
    )


def _place(corpus: Corpus, places: Sequence[Place], asked: str) -> str:
    """The place that an address names: by the slug of one that can be chosen, else by any of its names."""
    return next((place.iri for place in places if place.slug == asked), "") or Things(corpus.store).find(asked, TG + "Place")


def _day(corpus: Corpus, questions: dict[str, Question], asked: Mapping[str, str]) -> str:
    if asked.get("date"):
        return check_date(asked["date"])
    if asked.get("year"):
        year = asked["year"]
        return check_date(f"{int(year):04}-01-01" if year.isascii() and year.isdigit() else year)
    return default_day(questions, corpus)


def _ask(view: View, places: Sequence[Place], slug: str, date: str, layer: str) -> Markup:
    """The question as a sentence with two gaps; the order of the words is the language's own."""
    gaps = {
        "place": _choice(places, slug),
        "date": element("input", type="date", name="date", id="date", value=date, required=True),
    }
    parts: list[Content] = [gaps.get(part, part) for part in re.split(r"\{(\w+)\}", view.say("home-question"))]
    hidden = [element("input", type="hidden", name=name, value=value) for name, value in (("layer", layer), ("lang", view.language))]
    return element(
        "form",
        element("label", view.say("place"), for_="island", class_="unseen"),
        element("label", view.say("day"), for_="date", class_="unseen"),
        element("p", parts, " ", element("button", view.say("show")), class_="sentence"),
        hidden,
        action="/",
        method="get",
        class_="ask",
    )


def _choice(places: Sequence[Place], slug: str) -> Markup:
    """The field for a place: a list to choose from, or where that would be too long a line to type a name."""
    if len(places) > CHOICES:
        return element("input", type="text", name="island", id="island", value=slug, required=True)
    blank = [] if any(place.slug == slug for place in places) else [element("option", slug or "—", value=slug, selected=True)]
    options = [element("option", place.label, value=place.slug, selected=place.slug == slug) for place in places]
    return element("select", blank, options, name="island", id="island")


def _map(corpus: Corpus, view: View, places: Sequence[Place], date: str, labels: Mapping[str, str], layer: str) -> Markup:
    links = {
        name: element("a", label, href=view.again(layer=name), data_layer=name, aria_current="true" if name == layer else None)
        for name, label in labels.items()
    }
    others = [link for name, link in links.items() if name not in LAYERS]
    return element(
        "figure",
        element(
            "nav",
            view.say("layer"),
            " ",
            [link for name, link in links.items() if name in LAYERS],
            element("details", element("summary", view.say("other-layers")), element("div", others), open=layer not in LAYERS) if others else None,
            class_="layers",
            aria_label=view.say("layer"),
        ),
        element("div", element("div", picture(corpus, view, places, date, layer), class_="drawn"), class_="map"),
        class_="plate",
    )


def picture(corpus: Corpus, view: View, places: Sequence[Place], date: str, layer: str) -> Markup:
    """The map of a day as SVG, each place a link to what is said of it. The list of places below the map has the same links for the keyboard."""
    known = {place.iri: place.slug for place in places}
    data = map_at(corpus, date, view.language, layer)
    if not any(place.shape.vertices for place in data.places):
        return element("p", view.say("no-outlines"), class_="note")
    drawn = draw_map(data)
    parts = re.split(r'(<g class="place" data-iri="[^"]*">.*?</g>)', drawn, flags=re.DOTALL)
    found = []
    for part in parts:
        match = DRAWN.match(part)
        if not match:
            found.append(part)
            continue
        address = view.again(island=known.get(match[1], match[1])).replace("&", "&amp;")
        found.append(f'<a href="{address}" tabindex="-1" aria-hidden="true">{part}</a>' if match[1] in known else part)
    return Markup("".join(found).replace('role="img"', 'role="group"', 1))


def _time(view: View, date: str, marks: Sequence[Mark], years: tuple[int, int], slug: str, layer: str) -> Markup:
    before = next((mark for mark in reversed(marks) if mark.date < date), None)
    after = next((mark for mark in marks if mark.date > date), None)
    hidden = [element("input", type="hidden", name=name, value=value) for name, value in (("island", slug), ("layer", layer), ("lang", view.language))]
    first, last = years
    return element(
        "section",
        element(
            "form",
            element("label", view.say("year"), for_="year"),
            element("button", view.say("play"), type="button", class_="play", hidden=True),
            element(
                "span",
                element("input", type="range", name="year", id="year", min=str(first), max=str(last), value=date[:4]),
                _strip(view, marks, first, last),
                element("span", element("span", str(first)), element("span", str(last)), class_="ends", aria_hidden="true"),
                class_="track",
            ),
            element("output", in_words(date, view.language), for_="year", class_="shown"),
            element("button", view.say("go"), class_="go"),
            hidden,
            action="/",
            method="get",
            class_="slider",
        ),
        element(
            "p",
            element("a", "← ", view.say("earlier"), href=view.again(date=before.date), title=_told(view, before), class_="earlier") if before else None,
            element("a", view.say("later"), " →", href=view.again(date=after.date), title=_told(view, after), class_="later") if after else None,
            class_="steps",
        ),
        _changes(view, date, marks),
        class_="time",
        aria_label=view.say("time"),
    )


def _changes(view: View, date: str, marks: Sequence[Mark]) -> Markup:
    """The days on which something changed; of very many, those nearest to the day."""
    middle = bisect_left(marks, date, key=lambda mark: mark.date)
    shown = marks[max(0, middle - CHANGES) : middle + CHANGES]
    summary = view.say("changes", count=len(marks)) if len(shown) == len(marks) else view.say("changes-near", count=len(marks), shown=len(shown))
    items = [
        element("li", element("a", in_words(mark.date, view.language), href=view.again(date=mark.date), data_date=mark.date), f" {'; '.join(mark.acts)}")
        for mark in shown
    ]
    return element("details", element("summary", summary), element("ol", items), class_="changes")


def _told(view: View, mark: Mark) -> str:
    return f"{in_words(mark.date, view.language)}: {'; '.join(mark.acts)}"


def _strip(view: View, marks: Sequence[Mark], first: int, last: int) -> Markup:
    """The days on which something changed, as ticks under the slider; the list below has them as text."""
    width = max(1, last - first)
    ticks: dict[str, Markup] = {}
    for mark in marks:
        at = (int(mark.date[:4]) + (int(mark.date[5:7]) - 1) / 12 - first) / width * TRACK
        at = round(at) if len(marks) > CHANGES else at  # no more ticks than can be seen
        ticks.setdefault(f"{at:.1f}", element("rect", element("title", _told(view, mark)), x=f"{at:.1f}", y="0", width="3", height="10"))
    return element("svg", list(ticks.values()), viewBox=f"0 0 {TRACK} 10", preserveAspectRatio="none", class_="marks", aria_hidden="true")


def _panel(corpus: Corpus, view: View, place: str, date: str, told: Dossier | None) -> Markup:
    inner = panel(corpus, view, place, date, told) if told else element("p", view.say("choose"))
    return element("section", inner, class_="panel", id="panel", aria_live="polite")


def panel(corpus: Corpus, view: View, place: str, date: str, told: Dossier) -> Markup:
    """What is said of a place on a day, or on any day for a script to choose from where ``date`` is empty."""
    things = Things(corpus.store)
    names = [(language, things.labels([place], language)[place]) for language in ("en", "ja", "ru")]
    others = [(language, name) for language, name in names if language != view.language and name != things.label(place, view.language)]
    notes = (uncovered_day(corpus, date, view.language) if date else []) + uncovered_place(corpus, place, view.language)
    return join(
        [
            element("h2", element("a", things.label(place, view.language), href=view.thing(place), class_="name")),
            element("p", [[" · " if number else None, element("span", name, lang=language)] for number, (language, name) in enumerate(others)], class_="names"),
            element("p", view.say("on-day"), " ", element("strong", in_words(date, view.language) if date else "", class_="shown"), class_="day"),
            [element("p", note, class_="note") for note in notes],
            told.markup(),
            element("p", element("a", view.say("whole-timeline", place=things.label(place, view.language)), href=view.thing(place), class_="more")),
        ]
    )


def _all_places(view: View, places: Sequence[Place]) -> Markup:
    links = [
        element("li", element("a", place.label, href=view.again(island=place.slug), data_island=place.slug, data_dossier=view.to("/dossier", iri=place.iri)))
        for place in places[:CHOICES]
    ]
    rest = element("p", view.say("not-all", shown=CHOICES, count=len(places)), class_="note") if len(places) > CHOICES else None
    search = search_form(view, "Place") if rest else None
    return element("nav", element("h2", view.say("all-places")), element("ul", links), rest, search, class_="places", aria_label=view.say("all-places"))
