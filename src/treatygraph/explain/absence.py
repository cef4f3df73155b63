"""Why a place is not in the answer to a question about a day."""

from __future__ import annotations

from collections.abc import Mapping

from treatygraph.errors import UsageError
from treatygraph.explain.explanation import Explanation, Point
from treatygraph.explain.reach import reach_points, reaching
from treatygraph.explain.row import asked_date, asked_kinds, asked_values, things_behind
from treatygraph.explain.teller import Teller
from treatygraph.explain.thing import needed_readings
from treatygraph.explain.words import join, say
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.questions import Question
from treatygraph.store import iri_term

__all__ = ["explain_absence"]


def explain_absence(teller: Teller, question: Question, values: Mapping[str, str], place: str) -> Explanation:
    """Why a place is not in the answer, or by which position it is after all.

    A position that reaches the place may have ended, may begin later, may be of another kind or of another holder, may be
    renounced, or may never have been stated; the day or the place may lie outside what the corpus covers.

    Args:
        teller: the graph.
        question: a saved query with a parameter ``date``, about positions on places.
        values: the parameters as a person gave them.
        place: the IRI of the place.

    Raises:
        UsageError: the question is not about a day, or about no positions.
    """
    date = asked_date(question, values)
    kinds = asked_kinds(teller, question)
    if date is None or not kinds:
        raise UsageError(
            f"{question.name} does not ask which positions on places there were on a day.",
            f"Ask this of a question with --date, or: treatygraph explain {place.rpartition('/')[2]} --date YYYY-MM-DD",
        )
    language = teller.language
    holder = asked_values(question, values).get("state", "")
    holders = [teller.things.find(holder)] if holder else []
    explanation = Explanation(f"{teller.label(place)} — {question.summary}", say("on-day", language, date=date), language, place)
    explanation.add("not", [*_scope(teller, place, date), *_candidates(teller, question, values, place, date, kinds, holders)])
    explanation.add("instead", _instead(teller, place, date, kinds, holders))
    return explanation


def _scope(teller: Teller, place: str, date: str) -> list[Point]:
    """What the corpora do not cover."""
    language = teller.language
    spans = teller.rows("SELECT DISTINCT ?from ?until { ?c tg:coversFrom ?from ; tg:coversUntil ?until } ORDER BY ?from")
    points = []
    if spans and not any(first <= date < last for first, last in spans):
        told = join([say("span", language, first=first, last=last) for first, last in spans], language)
        points.append(Point("absent", say("not-covered-day", language, date=date, spans=told)))
    covered = teller.rows("SELECT ?p { ?c tg:coversPlace ?p } LIMIT 1")
    if covered and not teller.corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ ?c tg:coversPlace ?p . {iri_term(place)} tg:isPartOf* ?p }}"):
        points.append(Point("absent", say("not-covered-place", language, place=teller.label(place))))
    return points


def _of_kinds(teller: Teller, place: str, kinds: list[str], holders: list[str]) -> list[str]:
    """The positions of some kinds that reach a place, by some holders or by any."""
    wanted = " ".join(map(iri_term, kinds))
    found = []
    for thing in reaching(teller, place):
        node = iri_term(thing)
        of_kind = teller.corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ VALUES ?kind {{ {wanted} }} {node} a/rdfs:subClassOf* ?kind }}")
        by = not holders or teller.corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ {node} tg:isHeldBy|tg:isMadeBy {iri_term(holders[0])} }}")
        if of_kind and by:
            found.append(thing)
    return found


def _candidates(teller: Teller, question: Question, values: Mapping[str, str], place: str, date: str, kinds: list[str], holders: list[str]) -> list[Point]:
    """What has become of each position that might have put the place into the answer."""
    language = teller.language
    text = question.bind(values, teller.things)
    rows = teller.corpus.store.select(text)
    # a question with places in its rows lists many; one without is about the place alone
    here = [index for index, row in enumerate(rows) if f"<{place}>" in map(str, row)] or (
        list(range(len(rows))) if _asks_of(question, values, teller, place) else []
    )
    answered = set(things_behind(teller, question, text, rows, here)) if here else set()
    points = []
    for position in _of_kinds(teller, place, kinds, holders):
        bounds = teller.bounds(position)
        verdict = bounds.verdict(date)
        label = teller.named(position)
        arithmetic = Point("time", bounds.arithmetic(date, language) if bounds else say("undated", language))
        because = [arithmetic, *_end(teller, position, verdict), *reach_points(teller, position, [place])]
        because += [*needed_readings(teller, position), *teller.evidence(position)[:1]]
        if position in answered:
            sentence = say("in-answer", language, label=label, certainty=say(f"word-{verdict}", language))
        elif verdict in ("before", "after"):
            sentence = say("other-position", language, holder=_holders(teller, position), kind=teller.things.kind_label(position, language),
                           certainty=say(f"word-{verdict}", language), label=label)  # fmt: skip
        else:
            sentence = label
            undated = teller.corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ {iri_term(position)} tg:hasDateStatus tg:Undated }}")
            reason = say("silent-other-years", language) if undated else say("other-reason", language, query=question.name)
            because.insert(0, Point("absent", reason))
        points.append(Point("absent", sentence, because, thing=position, place=teller.place(position)))
    if not points:
        names = join([teller.label(kind) for kind in kinds], language)
        by = say("by-holder", language, holder=teller.label(holders[0])) if holders else ""
        points.append(Point("absent", say("never-stated", language, place=teller.label(place), kinds=names, holder=by)))
    return points + _renounced(teller, place, date, holders)


def _asks_of(question: Question, values: Mapping[str, str], teller: Teller, place: str) -> bool:
    """Whether a question was put about the place itself."""
    given = asked_values(question, values)
    return any(parameter.is_thing and given[parameter.name] and teller.things.find(given[parameter.name]) == place for parameter in question.parameters)


def _holders(teller: Teller, position: str) -> str:
    return join(
        [teller.label(who) for (who,) in teller.rows(f"SELECT DISTINCT ?h {{ {iri_term(position)} tg:isHeldBy|tg:isMadeBy ?h }} ORDER BY ?h")], teller.language
    )


def _end(teller: Teller, position: str, verdict: str) -> list[Point]:
    """Why a position ended, where it has."""
    if verdict != "after":
        return []
    reason = teller.text_in(position, TG + "endReason")
    acts = [act for (act,) in teller.rows(f"SELECT DISTINCT ?a {{ {iri_term(position)} tg:isEndedBy ?a }} ORDER BY ?a")]
    points = [Point("time", say("ended-by-act", teller.language, act=teller.named(act)), teller.evidence(act)[:1], thing=act) for act in acts]
    return points + ([Point("time", say("end-reason", teller.language, text=reason))] if reason else [])


def _renounced(teller: Teller, place: str, date: str, holders: list[str]) -> list[Point]:
    """The renunciations that reach the place and had begun by the day."""
    points = []
    for renunciation in _of_kinds(teller, place, [f"{TG}Renunciation"], holders):
        verdict = teller.bounds(renunciation).verdict(date)
        if verdict in ("certain", "possible"):
            sentence = say("renounced", teller.language, holder=_holders(teller, renunciation), label=teller.named(renunciation),
                           certainty=say(f"word-{verdict}", teller.language), date=date)  # fmt: skip
            because = [*reach_points(teller, renunciation, [place]), *needed_readings(teller, renunciation), *teller.evidence(renunciation)[:1]]
            points.append(Point("absent", sentence, because, thing=renunciation, place=teller.place(renunciation)))
    return points


def _instead(teller: Teller, place: str, date: str, kinds: list[str], holders: list[str]) -> list[Point]:
    """What else the graph says of the place on the day: positions of other kinds or other holders."""
    asked = set(_of_kinds(teller, place, [*kinds, f"{TG}Renunciation"], holders))
    points = []
    for thing in reaching(teller, place):
        verdict = teller.verdict(thing, date)
        if thing not in asked and verdict in ("certain", "possible"):
            sentence = say("other-position", teller.language, holder=_holders(teller, thing), kind=teller.things.kind_label(thing, teller.language),
                           certainty=say(f"word-{verdict}", teller.language), label=teller.named(thing))  # fmt: skip
            points.append(Point("position", sentence, teller.evidence(thing)[:1], thing=thing, place=teller.place(thing)))
    return points
