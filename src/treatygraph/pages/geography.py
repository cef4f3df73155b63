"""The places of a map with all that ever held there, for a script to paint any day from; and the days on which something changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from treatygraph.atlas import LAYERS, map_at
from treatygraph.corpus import Corpus
from treatygraph.drawing import angle_of, colour_of
from treatygraph.drawing import say as drawn
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.pages.dossier import swatch
from treatygraph.pages.view import View
from treatygraph.positions import covered_days, holders_in_order, positions_reaching
from treatygraph.questions import Question
from treatygraph.things import Things

__all__ = ["Mark", "Place", "default_day", "default_place", "geography", "marks_of", "places_of", "years_of"]

KINDS = tuple(kind for kinds in LAYERS.values() for kind in kinds)


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


def marks_of(corpus: Corpus, language: str) -> list[Mark]:
    """The days on which a claim or a holding began or ended, by the acts that began or ended it."""
    wanted = " ".join(f"tg:{kind}" for kind in KINDS)
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
    """The place to begin with: the one that a saved query asks about unless told otherwise, or none."""
    things = Things(corpus.store)
    for question in questions.values():
        for parameter in question.parameters:
            if parameter.type == "tg:Place" and not parameter.is_open:
                return things.find(parameter.default_shown)
    return ""


def places_of(corpus: Corpus, language: str) -> list[Place]:
    """The places that can be chosen, by their labels."""
    iris = sorted({each.place for each in positions_reaching(corpus.store, KINDS)})
    labels = Things(corpus.store).labels(iris, language) if iris else {}
    slugs = [iri.rpartition("/")[2] for iri in iris]
    places = [Place(slug if slugs.count(slug) == 1 else iri, iri, labels[iri]) for iri, slug in zip(iris, slugs, strict=True)]
    return sorted(places, key=lambda place: (place.label.casefold(), place.iri))


def geography(corpus: Corpus, view: View, day: str) -> str:
    """All that a script needs to paint the map of any day, as JSON.

    Args:
        day: any day; the places are the same on each.
    """
    data = map_at(corpus, day, view.language, "both")
    known = {place.iri: place for place in places_of(corpus, view.language)}
    order = holders_in_order(corpus.store)
    labels = Things(corpus.store).labels([TG + kind for kind in KINDS], view.language)
    numbers = {place.iri: number for number, place in enumerate(data.places)}
    spans: dict[tuple[tuple[str, str], ...], int] = {}
    holdings: list[list[Any]] = []
    for each in positions_reaching(corpus.store, KINDS):
        kind = each.kind.removeprefix(TG)
        layer = next(name for name, kinds in LAYERS.items() if kind in kinds)
        bounds = [each.start_earliest, each.start_latest, each.end_earliest, each.end_latest]
        if each.place in numbers:
            holdings.append(
                [numbers[each.place], order.index(each.holder), labels[each.kind], layer, LAYERS[layer][kind], *bounds, spans.setdefault(each.seen, len(spans))]
            )
    first, last = years_of(corpus)
    return json.dumps(
        {
            "holders": [
                {"label": label, "colour": colour_of(number), "angle": angle_of(number), "swatches": [swatch(number), swatch(number, False)]}
                for number, label in enumerate(data.holders)
            ],
            "years": [first, last],
            "marks": [[mark.date, list(mark.acts)] for mark in marks_of(corpus, view.language)],
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
            "manners": {layer.name: {manner: drawn(manner, view.language, kind=kind) for manner, kind in layer.manners.items()} for layer in data.layers},
            "notes": {layer.name: [drawn("strengths", view.language), drawn(f"{layer.name}-only", view.language)] for layer in data.layers},
            "words": {
                key: view.say(key)
                for key in ("certain", "possible", "claims-nobody", "administration-nobody", "uncovered", "unplaced", "several", "play", "stop")
            }
            | {"outlines": view.say("outlines", sources="; ".join(data.sources))},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
