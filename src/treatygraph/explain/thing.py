"""Why the graph says of a thing what it says."""

from __future__ import annotations

from treatygraph.explain.bounds import bounds_of
from treatygraph.explain.explanation import Explanation, Point
from treatygraph.explain.reach import reach_points, reaching
from treatygraph.explain.strength import change_points, grade_points
from treatygraph.explain.teller import TYPE, Teller
from treatygraph.explain.words import join, say
from treatygraph.namespaces import GEO, ID, OA, QUERY_PREFIXES, SKOS, TG, short_name
from treatygraph.store import iri_term, text_of

__all__ = ["explain_thing", "needed_readings"]

BOUNDS = {TG + name for name in ("startEarliest", "startLatest", "endEarliest", "endLatest")}
TOLD_ELSEWHERE = BOUNDS | {
    TYPE,
    OA + "hasSelector",
    SKOS + "prefLabel",
    SKOS + "editorialNote",
    GEO + "hasGeometry",
    *(TG + name for name in ("isEvidencedBy", "hasEndStatus", "reviewedOn", "startAsStated", "endAsStated", "isStartedBy", "isEndedBy", "endReason")),
    *(TG + name for name in ("dependsOnReading", "contradicts", "hasDateStatus", "uncertaintyText", "disagreementText")),
}
TEXTS = [TG + name for name in ("positionText", "readingText", "provisionText", "conditionText", "statementText", "uncertaintyText", "disagreementText")]
SHOWN = 40  # things that rest on one source; `query passages` and `query weak-evidence` list all


def explain_thing(
    teller: Teller, thing: str, date: str | None = None, places: list[str] | None = None, kinds: list[str] | None = None, *, in_row: bool = False
) -> Explanation:
    """What the graph says of a thing, on what it rests, when it held, who disagrees, and what would change it.

    Args:
        teller: the graph.
        thing: its IRI.
        date: the day to explain it for, or None.
        places: the IRIs of places that the thing is said to reach, or None.
        in_row: leave out what follows from the thing by its kind, which a row of an answer does not need.
        kinds: the classes of the positions of others to tell of; those of the thing itself where None.
    """
    language = teller.language
    kind = teller.things.kind_label(thing, language)
    told = [short_name(thing), kind, say("on-day", language, date=date) if date else ""]
    explanation = Explanation(teller.label(thing), " · ".join(part for part in told if part), language, thing)
    is_place = teller.is_a(thing, TG + "Place")
    is_document = teller.is_a(thing, TG + "Document")
    is_witness = teller.corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ {iri_term(thing)} oa:hasSource|tg:isCitationOf ?source }}")
    is_evidenced = bool(teller.witnesses.behind(thing)) or teller.is_a(thing, TG + "Assertion")

    explanation.add("says", _said(teller, thing))
    if is_witness:
        explanation.add("rests", [Point("evidence", witness.sentence, witness=witness) for witness in teller.witnesses.ranked([thing])])
    elif is_evidenced:
        explanation.add("rests", teller.evidence(thing))
    if is_witness or is_document:
        explanation.add("proves", _proved(teller, thing))
    explanation.add("time", _time(teller, thing, date))
    reached = [place for place in places or [] if place != thing]
    explanation.add("reach", reach_points(teller, thing, reached))
    explanation.add("readings", _readings(teller, thing))
    if is_place:
        held, not_held = _positions(teller, thing, date)
        explanation.add("positions", held)
        explanation.add("other-times", not_held)
    elif date:
        explanation.add("others", _others(teller, thing, date, reached, kinds))
    explanation.add("differ", _differences(teller, thing))
    explanation.add("open", _open(teller, thing))
    if not in_row:
        explanation.add("follows", _follows(teller, thing, explanation))
    if is_evidenced and not is_place:
        explanation.add("grade", grade_points(teller, thing, reached))
        explanation.add("change", change_points(teller, thing, date, reached))
    note = teller.text_in(thing, SKOS + "editorialNote")
    explanation.add("note", [Point("note", note)] if note else [])
    return explanation


def _said(teller: Teller, thing: str) -> list[Point]:
    language = teller.language
    where = teller.place(thing)
    kind = teller.things.kind_label(thing, language)
    points = [Point("asserted", say("it-is", language, kind=kind), place=where)] if kind else []
    values: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for property_, value, is_iri in teller.rows(
        f"SELECT DISTINCT ?p ?o (isIRI(?o) AS ?iri) {{ {iri_term(thing)} ?p ?o FILTER(!isBlank(?o)) }} ORDER BY ?p (STR(?o))"
    ):
        if property_ in TEXTS:
            texts.setdefault(property_, teller.text_in(thing, property_))
        elif property_ not in TOLD_ELSEWHERE:
            values.setdefault(property_, []).append(teller.named(value) if is_iri == "true" else value)
    points += [Point("asserted", say("words-of-graph", language, text=text), place=teller.place(thing, text)) for text in texts.values()]
    for property_, listed in values.items():
        shown = teller.several(listed)
        is_object = teller.corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ {iri_term(thing)} <{property_}> ?o FILTER(isIRI(?o)) }}")
        key = "it-property" if is_object and property_.startswith(TG) else "its-value"
        points.append(Point("asserted", say(key, language, property=teller.label(property_), values=shown)))
    return points or [Point("asserted", say("nothing", language))]


def _proved(teller: Teller, source: str) -> list[Point]:
    """What rests on a passage, on a citation, or on those of a document."""
    node = iri_term(source)
    rows = teller.rows(
        f"""SELECT DISTINCT ?thing {{ {{ ?thing tg:isEvidencedBy {node} }}
          UNION {{ ?cited tg:isCitationOf {node} . ?thing tg:isEvidencedBy ?cited }}
          UNION {{ ?text tg:isVersionOf {node} . ?quoted oa:hasSource ?text . ?thing tg:isEvidencedBy ?quoted }} }} ORDER BY ?thing"""
    )
    points = [Point("asserted", teller.named(thing), thing=thing, place=teller.place(thing)) for (thing,) in rows[:SHOWN]]
    if len(rows) > SHOWN:
        points.append(Point("asserted", say("and-more", teller.language, count=len(rows) - SHOWN)))
    return points or [Point("asserted", say("proves-nothing", teller.language))]


def _time(teller: Teller, thing: str, date: str | None) -> list[Point]:
    language = teller.language
    bounds = teller.bounds(thing)
    facts = {
        name: teller.rows(f"SELECT DISTINCT ?v {{ {iri_term(thing)} tg:{name} ?v }} ORDER BY ?v")
        for name in ("hasEndStatus", "reviewedOn", "startAsStated", "endAsStated", "isStartedBy", "isEndedBy", "hasDateStatus")
    }
    if not bounds and not facts["hasEndStatus"] and not facts["hasDateStatus"]:
        return []
    sentences = [bounds.arithmetic(date, language)] if date and bounds else bounds.told(language)
    points = [Point("time", sentence) for sentence in sentences]
    points += [Point("time", say("as-stated", language, words=words)) for (words,) in facts["startAsStated"]]
    points += [Point("time", say("end-as-stated", language, words=words)) for (words,) in facts["endAsStated"]]
    for key, name in (("started-by", "isStartedBy"), ("ended-by-act", "isEndedBy")):
        points += [Point("time", say(key, language, act=teller.named(act)), teller.evidence(act), thing=act, place=teller.place(act)) for (act,) in facts[name]]
    points += [Point("time", say("status", language, status=teller.label(status))) for (status,) in facts["hasEndStatus"]]
    points += [Point("time", say("reviewed", language, day=day)) for (day,) in facts["reviewedOn"]]
    reason = teller.text_in(thing, TG + "endReason")
    return points + ([Point("time", say("end-reason", language, text=reason))] if reason else [])


def _reading(teller: Teller, key: str, reading: str, because: list[Point]) -> Point:
    holders = [teller.label(holder) for (holder,) in teller.rows(f"SELECT DISTINCT ?h {{ {iri_term(reading)} tg:isHeldBy ?h }} ORDER BY ?h")]
    sentence = say(key, teller.language, holder=join(holders, teller.language), text=teller.text_in(reading, TG + "readingText"))
    return Point("reading", sentence, because, thing=reading, place=teller.place(reading))


def _contrary(teller: Teller, reading: str) -> list[str]:
    """The readings that one contradicts, whichever of the two says so."""
    return [other for (other,) in teller.rows(f"SELECT DISTINCT ?r {{ {iri_term(reading)} tg:contradicts|^tg:contradicts ?r }} ORDER BY ?r")]


def needed_readings(teller: Teller, thing: str) -> list[Point]:
    """The readings without which a thing would not stand, without what contradicts them."""
    rows = teller.rows(f"SELECT DISTINCT ?r {{ {iri_term(thing)} tg:dependsOnReading ?r }} ORDER BY ?r")
    return [_reading(teller, "depends-reading", reading, teller.evidence(reading)[:1]) for (reading,) in rows]


def _readings(teller: Teller, thing: str) -> list[Point]:
    """The readings that a thing needs, or that are made of it, of its parts or of what it is part of, each with those that contradict it."""
    needed = [r for (r,) in teller.rows(f"SELECT DISTINCT ?r {{ {iri_term(thing)} tg:dependsOnReading ?r }} ORDER BY ?r")]
    node = iri_term(thing)
    made = [
        reading
        for (reading,) in teller.rows(
            f"""SELECT DISTINCT ?r {{ {{ ?r tg:isReadingOf {node} }} UNION {{ {node} tg:hasBasis ?basis . ?r tg:isReadingOf ?basis }}
              UNION {{ {node} tg:isPartOfClause+ ?whole . ?r tg:isReadingOf ?whole }} UNION {{ ?part tg:isPartOfClause+ {node} . ?r tg:isReadingOf ?part }} }}
            ORDER BY ?r"""
        )
        if reading not in needed
    ]
    points = []
    for key, readings in (("depends-reading", needed), ("reading-of", made)):
        for reading in readings:
            against = [_reading(teller, "contradicts", other, teller.evidence(other)) for other in _contrary(teller, reading)]
            points.append(_reading(teller, key, reading, [*teller.evidence(reading), *against]))
    return points + [_reading(teller, "contradicts", other, teller.evidence(other)) for other in _contrary(teller, thing)]


def _positions(teller: Teller, place: str, date: str | None) -> tuple[list[Point], list[Point]]:
    """The positions that reach a place: those that hold or may hold on the day, and those of other times; without a day, all."""
    held: list[Point] = []
    not_held: list[Point] = []
    for position in reaching(teller, place):
        verdict = teller.verdict(position, date) if date else "certain"
        if verdict != "silent":
            (held if verdict in ("certain", "possible") else not_held).append(_position(teller, position, date, full=True))
    return held, not_held


def _position(teller: Teller, position: str, date: str | None, *, full: bool) -> Point:
    language = teller.language
    bounds = bounds_of(teller.corpus.store, [position])[position]
    verdict = say(f"word-{bounds.verdict(date)}", language) if date else "; ".join(sentence.rstrip(".。") for sentence in bounds.told(language))
    holders = [teller.label(holder) for (holder,) in teller.rows(f"SELECT DISTINCT ?h {{ {iri_term(position)} tg:isHeldBy|tg:isMadeBy ?h }} ORDER BY ?h")]
    kind = teller.things.kind_label(position, language)
    sentence = say("other-position", language, holder=join(holders, language) or "—", kind=kind, certainty=verdict, label=teller.named(position))
    because = [Point("time", bounds.arithmetic(date, language))] if date and full else []
    best = teller.witnesses.behind(position)[:1]
    because += [Point("evidence", witness.sentence, witness=witness) for witness in best]
    return Point("position", sentence, because, thing=position, place=teller.place(position))


def _others(teller: Teller, thing: str, date: str, places: list[str], kinds: list[str] | None) -> list[Point]:
    """Positions of other holders, of the same kinds, that reach one of the places and hold or may hold on the day."""
    own = {holder for (holder,) in teller.rows(f"SELECT ?h {{ {iri_term(thing)} tg:isHeldBy ?h }}")}
    wanted = " ".join(map(iri_term, kinds or teller.kinds(thing)))
    found = []
    for position in dict.fromkeys(position for place in places for position in reaching(teller, place)):
        holders = {holder for (holder,) in teller.rows(f"SELECT ?h {{ {iri_term(position)} tg:isHeldBy ?h }}")}
        fits = position != thing and holders and not holders & own and teller.verdict(position, date) in ("certain", "possible")
        if fits and teller.corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ VALUES ?kind {{ {wanted} }} {iri_term(position)} a/rdfs:subClassOf* ?kind }}"):
            found.append(_position(teller, position, date, full=False))
    return found


def _differences(teller: Teller, thing: str) -> list[Point]:
    """The disagreements that a thing is a side of, or is, with what each side rests on."""
    node = iri_term(thing)
    rows = teller.rows(f"SELECT DISTINCT ?d {{ {{ ?d tg:hasSide {node} }} UNION {{ {node} tg:hasSide ?any BIND({node} AS ?d) }} }} ORDER BY ?d")
    points = []
    for (disagreement,) in rows:
        sides = [side for (side,) in teller.rows(f"SELECT DISTINCT ?s {{ {iri_term(disagreement)} tg:hasSide ?s }} ORDER BY ?s")]
        because = [
            Point("disagreement", teller.named(side), teller.evidence(side)[:1], thing=side, place=teller.place(side)) for side in sides if side != thing
        ]
        sentence = say("differ", teller.language, label=teller.label(disagreement), text=teller.text_in(disagreement, TG + "disagreementText"))
        points.append(Point("disagreement", sentence, because, thing=disagreement, place=teller.place(disagreement)))
    return points


def _open(teller: Teller, thing: str) -> list[Point]:
    rows = teller.rows(f"SELECT DISTINCT ?u {{ ?u tg:isUncertaintyOf {iri_term(thing)} }} ORDER BY ?u")
    return [Point("open", teller.text_in(uncertainty, TG + "uncertaintyText"), thing=uncertainty, place=teller.place(uncertainty)) for (uncertainty,) in rows]


def _follows(teller: Teller, thing: str, explanation: Explanation) -> list[Point]:
    """What is derived about a thing in the terms of the graph, each with its proof; other vocabularies' terms are left to `explain_triple`."""
    points = []
    for triple in teller.prover.derived_about(thing):
        tells = triple.object != triple.subject and text_of(triple.object).startswith((TG, ID))
        proof = teller.prover.prove(triple) if tells else None
        if proof:
            explanation.proofs.append(proof)
            points.append(teller.proof_point(proof))
    return points
