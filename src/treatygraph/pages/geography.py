"""The places of a map with all that ever held there, for a script to paint any day from; and the days on which something changed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from treatygraph.atlas import ALL, LAYERS, layers_of, map_at
from treatygraph.corpus import Corpus
from treatygraph.drawing import angle_of, colour_of
from treatygraph.drawing import say as drawn
from treatygraph.errors import UsageError
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.pages.dossier import swatch
from treatygraph.pages.view import View
from treatygraph.positions import covered_days, holders_in_order, positions_reaching
from treatygraph.questions import Question
from treatygraph.things import Things

__all__ = ["Mark", "Place", "default_day", "default_place", "geography", "layer_labels", "marks_of", "places_of", "years_of"]

KINDS = tuple(kind for kinds in LAYERS.values() for kind in kinds)
Layers = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Mark:
    """A day on which something began or ended, and the acts that made it."""

    date: str
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A place that a position of a map reaches: how an address names it, and its label."""

    slug: str
    iri: str
    label: str


def kinds_in(layers: Layers) -> tuple[str, ...]:
    """The kinds of positions that some layers show, each once."""
    return tuple(dict.fromkeys(kind for kinds in layers.values() for kind in kinds))


def layer_labels(corpus: Corpus, view: View, layers: Layers) -> dict[str, str]:
    """What a link to each layer says: our own words for those that show several kinds, else the label of the kind."""
    labels = Things(corpus.store).labels([TG + kind for kind in kinds_in(layers)], view.language)
    return {name: view.say(f"layer-{name}") if name in LAYERS else labels[TG + next(iter(kinds))] for name, kinds in layers.items()}


def marks_of(corpus: Corpus, language: str, layers: Layers = LAYERS) -> list[Mark]:
    """The days on which a position of some layers began or ended, by the acts that began or ended it."""
    wanted = " ".join(f"tg:{kind}" for kind in kinds_in(layers))
    rows = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?act ?day ?given {{
          VALUES ?kind {{ {wanted} }} ?type rdfs:subClassOf* ?kind . ?position a ?type .
          {{ ?position tg:isStartedBy ?act . OPTIONAL {{ ?position tg:startLatest ?given }} }}
          UNION {{ ?position tg:isEndedBy ?act . OPTIONAL {{ ?position tg:endEarliest ?given }} }}
          OPTIONAL {{ ?act tg:startLatest ?day }}
        }} ORDER BY ?day ?act"""
    ).texts()
    days: dict[str, dict[str, None]] = {}
    labels = Things(corpus.store).labels((act or "" for act, _, _ in rows), language) if rows else {}
    seen: set[str] = set()
    for act, day, given in rows:
        shown = day or given
        if act and shown and act not in seen:
            seen.add(act)
            days.setdefault(shown, {})[labels[act]] = None
    return [Mark(day, tuple(acts)) for day, acts in sorted(days.items())]


def years_of(corpus: Corpus) -> tuple[int, int]:
    """The first and the last year that the corpus covers, or that its positions name."""
    spans = covered_days(corpus.store)
    firsts, lasts = [first for first, _ in spans if first], [after for _, after in spans if after]
    if not firsts or not lasts:
        held = positions_reaching(corpus.store, KINDS)
        days = [bound for each in held for bound in (each.start_earliest, each.start_latest, each.end_earliest, each.end_latest) if bound]
        firsts, lasts = firsts or days or ["1900-01-01"], lasts or days or ["2000-01-01"]
    return int(min(firsts)[:4]), int(max(lasts)[:4])


def default_day(questions: dict[str, Question], corpus: Corpus) -> str:
    """The day to begin with: the one that a saved query asks about unless told otherwise, else the middle of what is covered."""
    for question in questions.values():
        for parameter in question.parameters:
            if parameter.type == "xsd:date" and not parameter.is_open:
                return parameter.default_shown
    first, last = years_of(corpus)
    return f"{(first + last) // 2:04}-01-01"


def default_place(questions: dict[str, Question], corpus: Corpus) -> str:
    """The place to begin with: the one that a saved query asks about unless told otherwise, if it is in the graph; or none."""
    things = Things(corpus.store)
    for question in questions.values():
        for parameter in question.parameters:
            if parameter.type == "tg:Place" and not parameter.is_open:
                with contextlib.suppress(UsageError):
                    return things.find(parameter.default_shown, TG + "Place")
                return ""
    return ""


def places_of(corpus: Corpus, language: str, layers: Layers = LAYERS) -> list[Place]:
    """The places that a position of some layers reaches, by their labels."""
    iris = sorted({each.place for each in positions_reaching(corpus.store, kinds_in(layers))})
    labels = Things(corpus.store).labels(iris, language) if iris else {}
    slugs = [iri.rpartition("/")[2] for iri in iris]
    places = [Place(slug if slugs.count(slug) == 1 else iri, iri, labels[iri]) for iri, slug in zip(iris, slugs, strict=True)]
    return sorted(places, key=lambda place: (place.label.casefold(), place.iri))


def geography(corpus: Corpus, view: View, day: str) -> str:
    """All that a script needs to paint the map of any day, as JSON.

    Args:
        day: any day; the places are the same on each.
    """
    data = map_at(corpus, day, view.language, ALL)
    layers = layers_of(corpus)
    known = {place.iri: place for place in places_of(corpus, view.language, layers)}
    order = holders_in_order(corpus.store)
    labels = Things(corpus.store).labels([TG + kind for kind in kinds_in(layers)], view.language)
    pictures = {layer.name: layer for layer in data.layers}
    numbers = {place.iri: number for number, place in enumerate(data.places)}
    spans: dict[tuple[tuple[str, str], ...], int] = {}
    holdings: list[list[Any]] = []
    for each in positions_reaching(corpus.store, kinds_in(layers)):
        kind = each.kind.removeprefix(TG)
        bounds = [each.start_earliest, each.start_latest, each.end_earliest, each.end_latest]
        span = spans.setdefault(each.seen, len(spans))
        if each.place in numbers:
            for layer in (name for name, kinds in layers.items() if kind in kinds):
                holdings.append([numbers[each.place], order.index(each.holder), labels[each.kind], layer, layers[layer][kind], *bounds, span])
    first, last = years_of(corpus)
    return json.dumps(
        {
            "holders": [
                {"label": label, "colour": colour_of(number), "angle": angle_of(number), "swatches": [swatch(number), swatch(number, False)]}
                for number, label in enumerate(data.holders)
            ],
            "years": [first, last],
            "marks": [[mark.date, list(mark.acts)] for mark in marks_of(corpus, view.language, layers)],
            "spans": list(spans),
            "places": [
                {
                    "slug": known[place.iri].slug if place.iri in known else "",
                    "label": place.label,
                    "group": place.is_group,
                    "parts": sorted(numbers[part] for part in place.parts if part in numbers),
                    "rings": place.shape.rings,
                    "points": place.shape.points,
                }
                for place in data.places
            ],
            "holdings": holdings,
            "manners": {
                name: {manner: drawn(manner, view.language, kind=kind) for manner, kind in picture.manners.items()} for name, picture in pictures.items()
            },
            "notes": {name: [drawn("strengths", view.language), picture.sentence("-only", view.language)] for name, picture in pictures.items()},
            "nobody": {name: picture.sentence("-nobody", view.language) for name, picture in pictures.items()},
            "words": {key: view.say(key) for key in ("certain", "possible", "uncovered", "unplaced", "several", "play", "stop")}
            | {"outlines": view.say("outlines", sources="; ".join(data.sources))},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
