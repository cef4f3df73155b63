"""How strong an assertion is: the weakest link of what it rests on, and what would change it."""

from __future__ import annotations

from treatygraph.explain.explanation import Point
from treatygraph.explain.reach import ways
from treatygraph.explain.teller import Teller
from treatygraph.explain.witness import NO_EVIDENCE
from treatygraph.explain.words import join, say
from treatygraph.store import iri_term

__all__ = ["change_points", "grade_points", "links"]


def links(teller: Teller, thing: str, places: list[str]) -> list[str]:
    """What a thing stands or falls with: itself, the readings it depends on, the acts that start or end it, and, where
    places are asked about, the groups through which it reaches them and the part-of links below.

    Where it reaches a place in several ways, the strongest counts.
    """
    found = [thing]
    found += [other for (other,) in teller.rows(f"SELECT DISTINCT ?x {{ {iri_term(thing)} tg:dependsOnReading|tg:isStartedBy|tg:isEndedBy ?x }} ORDER BY ?x")]
    for place in places:
        paths: list[list[str]] = []
        for group, named in ways(teller, thing, place):
            parts = (
                teller.rows(f"SELECT DISTINCT ?x {{ {iri_term(place)} tg:isPartOf* ?x . ?x tg:isPartOf+ {iri_term(named)} }} ORDER BY ?x")
                if place != named
                else []
            )
            paths.append([*([group] if group else []), *(part for (part,) in parts)])
        if paths:
            worst = [max((teller.witnesses.best(link) for link in path), default=0) for path in paths]
            found += min(zip(worst, map(len, paths), paths, strict=True))[2]
    return list(dict.fromkeys(found))


def grade_points(teller: Teller, thing: str, places: list[str]) -> list[Point]:
    """The grade of the thing itself, and of the weakest link of all that it rests on."""
    language = teller.language
    grades = [(teller.witnesses.best(link), link) for link in links(teller, thing, places)]
    own = grades[0][0]
    worst, weakest = max(grades, key=lambda graded: graded[0])
    points = [Point("grade", say("strongest", language, thing=teller.label(thing), grade=teller.witnesses.grade(own)), thing=thing)]
    if worst == own:
        return [*points, Point("grade", say("no-weaker", language))]
    return [*points, Point("grade", say("weakest", language, thing=teller.label(weakest), grade=teller.witnesses.grade(worst)), thing=weakest)]


def change_points(teller: Teller, thing: str, date: str | None, places: list[str]) -> list[Point]:
    """The days on which the answer turns, and what it would lose without a reading, a definition or a source."""
    language = teller.language
    points = []
    bounds = teller.bounds(thing)
    if date and bounds:
        for side, day, verdict in bounds.turns(date):
            points.append(Point("change", say(f"changes-{side}", language, day=day, verdict=say(f"word-{verdict}", language))))
    for (reading,) in teller.rows(f"SELECT DISTINCT ?r {{ {iri_term(thing)} tg:dependsOnReading ?r }} ORDER BY ?r"):
        holders = [teller.label(holder) for (holder,) in teller.rows(f"SELECT DISTINCT ?h {{ {iri_term(reading)} tg:isHeldBy ?h }} ORDER BY ?h")]
        points.append(Point("change", say("without-reading", language, holder=join(holders, language)), thing=reading))
    reached = {place: {group for group, _ in ways(teller, thing, place)} for place in places}
    defined = [place for place, groups in reached.items() if groups and "" not in groups]
    if defined:
        groups = join(sorted({teller.label(group) for place in defined for group in reached[place]}), language)
        points.append(Point("change", say("without-group", language, group=groups, place=teller.several([teller.label(place) for place in defined]))))
    sources = teller.witnesses.behind(thing)
    if len(sources) == 1:
        points.append(Point("change", say("one-source", language)))
    elif sources:
        second = sources[1].rank if len(sources) > 1 else NO_EVIDENCE
        points.append(Point("change", say("several-sources", language, count=len(sources), grade=teller.witnesses.grade(second))))
    return points
