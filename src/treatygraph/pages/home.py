"""The first page: a question in words, the map of a day, the way through time, and what the documents say of one place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from treatygraph.atlas import LAYERS, map_at
from treatygraph.corpus import Corpus
from treatygraph.drawing import day as in_words
from treatygraph.drawing import draw_map
from treatygraph.errors import UsageError
from treatygraph.evidence import Evidence
from treatygraph.namespaces import TG
from treatygraph.pages.dossier import Dossier
from treatygraph.pages.frame import page
from treatygraph.pages.geography import Mark, Place, default_day, default_place, marks_of, places_of, years_of
from treatygraph.pages.view import View
from treatygraph.questions import Question, check_date
from treatygraph.scope import titles_of, uncovered_day, uncovered_place
from treatygraph.things import Things
from treatygraph.web.markup import Content, Markup, element, join

__all__ = ["home", "panel", "picture"]

DRAWN = re.compile(r'<g class="place" data-iri="([^"]*)">(<title>)([^<\n]*)')
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
    layer = asked.get("layer") or next(iter(LAYERS))
    if layer not in LAYERS:
        raise UsageError(f"There is no layer '{layer}'.", f"There are: {', '.join(LAYERS)}.")
    places = places_of(corpus, language)
    chosen = Things(corpus.store).find(asked["island"], TG + "Place") if asked.get("island") else default_place(known, corpus)
    slug = next((place.slug for place in places if place.iri == chosen), chosen)
    view = View(language, "/", (("date", date), ("island", slug), ("layer", layer)), is_local)
    marks = marks_of(corpus, language)
    years = years_of(corpus)
    title = view.say("home-title")
    told = Dossier(corpus, Evidence(corpus), view, chosen, date) if chosen else None
    return page(
        view,
        title,
        element("p", view.say("home-lead"), class_="lead"),
        element("section", _ask(view, places, slug, date, layer), told.in_short() if told else None, class_="inquiry"),
        element(
            "div",
            element("div", _time(view, date, marks, years, slug, layer), _map(corpus, view, date, layer), class_="left"),
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
        "place": element(
            "select", [element("option", place.label, value=place.slug, selected=place.slug == slug) for place in places], name="island", id="island"
        ),
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


def _map(corpus: Corpus, view: View, date: str, layer: str) -> Markup:
    layers = [
        element("a", view.say(f"layer-{name}"), href=view.again(layer=name), data_layer=name, aria_current="true" if name == layer else None) for name in LAYERS
    ]
    return element(
        "figure",
        element("nav", view.say("layer"), " ", layers, class_="layers", aria_label=view.say("layer")),
        element("div", element("div", picture(corpus, view, date, layer), class_="drawn"), class_="map"),
        class_="plate",
    )


def picture(corpus: Corpus, view: View, date: str, layer: str) -> Markup:
    """The map of a day as SVG, each place a link to what is said of it. The list of places below the map has the same links for the keyboard."""
    known = {place.iri: place.slug for place in places_of(corpus, view.language)}

    drawn = draw_map(map_at(corpus, date, view.language, layer))
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
        element(
            "details",
            element("summary", view.say("changes", count=len(marks))),
            element(
                "ol",
                [
                    element(
                        "li", element("a", in_words(mark.date, view.language), href=view.again(date=mark.date), data_date=mark.date), f" {'; '.join(mark.acts)}"
                    )
                    for mark in marks
                ],
            ),
            class_="changes",
        ),
        class_="time",
        aria_label=view.say("time"),
    )


def _told(view: View, mark: Mark) -> str:
    return f"{in_words(mark.date, view.language)}: {'; '.join(mark.acts)}"


def _strip(view: View, marks: Sequence[Mark], first: int, last: int) -> Markup:
    """The days on which something changed, as ticks under the slider; the list below has them as text."""
    width = max(1, last - first)
    ticks = []
    for mark in marks:
        at = (int(mark.date[:4]) + (int(mark.date[5:7]) - 1) / 12 - first) / width * TRACK
        ticks.append(element("rect", element("title", _told(view, mark)), x=f"{at:.1f}", y="0", width="3", height="10"))
    return element("svg", ticks, viewBox=f"0 0 {TRACK} 10", preserveAspectRatio="none", class_="marks", aria_hidden="true")


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
        for place in places
    ]
    return element("nav", element("h2", view.say("all-places")), element("ul", links), class_="places", aria_label=view.say("all-places"))
