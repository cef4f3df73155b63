"""How a position reaches a place: by name, through a group that somebody defines, and through plain part-of."""

from __future__ import annotations

import pyoxigraph as ox

from treatygraph.explain.explanation import Point
from treatygraph.explain.teller import Teller
from treatygraph.explain.words import join, say
from treatygraph.namespaces import TG
from treatygraph.store import iri_term

__all__ = ["reach_points", "reaching", "ways"]


def ways(teller: Teller, thing: str, place: str) -> list[tuple[str, str]]:
    """The ways by which a thing reaches a place: the group (or an empty string) and the place that is named; those
    without a group first."""
    rows = teller.rows(
        f"""SELECT DISTINCT ?group ?named {{ {iri_term(place)} tg:isPartOf* ?named .
          {{ {iri_term(thing)} tg:concernsPlace ?named }} UNION {{ {iri_term(thing)} tg:concernsGroup ?group . ?group tg:includesPlace ?named }}
          UNION {{ {iri_term(thing)} tg:includesPlace ?named }} }} ORDER BY ?group ?named"""
    )
    return [(group, named) for group, named in rows]


def reaching(teller: Teller, place: str) -> list[str]:
    """Everything with a holder or maker that reaches a place, by the identifiers of the holders, then by beginning."""
    rows = teller.rows(
        f"""SELECT ?thing (MIN(STR(?who)) AS ?holder) (MIN(?from) AS ?since) {{
          {{ SELECT DISTINCT ?thing {{ {iri_term(place)} tg:isPartOf* ?named .
            {{ ?thing tg:concernsPlace ?named }} UNION {{ ?group tg:includesPlace ?named . ?thing tg:concernsGroup ?group }} }} }}
          ?thing tg:isHeldBy|tg:isMadeBy ?who . OPTIONAL {{ ?thing tg:startEarliest|tg:startLatest ?from }}
        }} GROUP BY ?thing ORDER BY ?holder ?since ?thing"""
    )
    return [thing for thing, _, _ in rows if thing]


def reach_points(teller: Teller, thing: str, places: list[str]) -> list[Point]:
    """Each way by which a thing reaches places, with whose definition it is and what that rests on."""
    through: dict[str, dict[str, list[str]]] = {}
    for place in places:
        for group, whole in ways(teller, thing, place):
            through.setdefault(group, {}).setdefault(whole, []).append(place)
    points = []
    for group, found in through.items():
        named = list(found)
        parts = [point for whole, below in found.items() for point in _parts(teller, [place for place in below if place != whole], whole)]
        labels = teller.several([teller.label(place) for place in named])
        if not group:
            points.append(Point("reach", say("names-place", teller.language, place=labels), parts, place=teller.place(thing, named[0])))
            continue
        holders = teller.rows(f"SELECT DISTINCT ?h {{ {iri_term(group)} tg:isHeldBy ?h }} ORDER BY ?h")
        key = "includes" if holders else "includes-nobody"
        sentence = say(key, teller.language, holder=join([teller.label(holder) for (holder,) in holders], teller.language), place=labels)
        included = Point("reach", sentence, teller.evidence(group), thing=group, place=teller.place(group, named[0]))
        points.append(Point("reach", say("names-group", teller.language, group=teller.label(group)), [included, *parts], place=teller.place(thing, group)))
    return points


def _parts(teller: Teller, places: list[str], whole: str) -> list[Point]:
    """Why places are parts of another: as asserted, or with the proof."""
    asserted, points = [], []
    for place in places:
        triple = ox.Triple(ox.NamedNode(place), ox.NamedNode(TG + "isPartOf"), ox.NamedNode(whole))
        proof = teller.prover.prove(triple)
        if proof:
            points.append(teller.proof_point(proof))
        else:
            asserted.append((place, triple))
    if asserted:
        sentence = say("part-of", teller.language, parts=teller.several([teller.label(place) for place, _ in asserted]), whole=teller.label(whole))
        witnesses = {point.witness.iri if point.witness else point.sentence: point for place, _ in asserted for point in teller.evidence(place)}
        points.insert(0, Point("asserted", sentence, list(witnesses.values()), triples=tuple(triple for _, triple in asserted)))
    return points
