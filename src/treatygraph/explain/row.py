"""Why a row stands in the answer to a saved query: what it is about, and each of these explained for the day asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from treatygraph.errors import UsageError
from treatygraph.explain.explanation import Explanation, Point
from treatygraph.explain.reach import ways
from treatygraph.explain.teller import Teller
from treatygraph.explain.thing import explain_thing
from treatygraph.explain.words import say
from treatygraph.namespaces import ID, PREFIXES, TG
from treatygraph.questions import Question
from treatygraph.store import Rows, iri_term, text_of

__all__ = ["asked_date", "asked_kinds", "asked_values", "explain_rows", "things_behind"]

GROUPED = re.compile(r"^\}\s*\nGROUP BY", re.MULTILINE)
MANY = 4  # things that a line explains whole; of more it names each, with its best evidence
SELECT_LINE = re.compile(r"^SELECT[^\n{]*$", re.MULTILINE)
IRI = re.compile(r"<([^>]*)>")
NAME = re.compile(r"\b([a-z]+):([A-Za-z]\w*)")
DAY = "date"  # the parameter that a question about one day has


def explain_rows(teller: Teller, question: Question, values: Mapping[str, str], indexes: list[int], number: int) -> Explanation:
    """Why some rows of the answer to a saved query, which a table may show as one line, stand there.

    Args:
        teller: the graph.
        question: the saved query.
        values: the parameters as a person gave them.
        indexes: of the rows, from 0, in the order of the query.
        number: of the line, as the person counts it, for the heading.

    Raises:
        UsageError: the answer has no such row.
    """
    text = question.bind(values, teller.things)
    rows = teller.corpus.store.select(text)
    if not indexes or max(indexes) >= len(rows):
        raise UsageError(f"The answer has no line {number}; it has {len(rows)} row{'' if len(rows) == 1 else 's'}.")
    chosen = [rows.rows[index] for index in indexes]
    language = teller.language
    explanation = Explanation(f"{say('row', language, number=number, query=question.name)}: {question.summary}", _cells(teller, rows, indexes), language)
    date = asked_date(question, values)
    kinds = asked_kinds(teller, question)
    asked = [teller.things.find(value) for name, value in asked_values(question, values).items() if _is_thing(question, name) and value]
    named = [text_of(term) for row in chosen for term in row if term is not None and str(term).startswith("<")]
    things = things_behind(teller, question, text, rows, indexes)
    if len(things) > MANY:
        explanation.add(
            "says", [Point("asserted", teller.named(thing), teller.evidence(thing)[:1], thing=thing, place=teller.place(thing)) for thing in things]
        )
        return explanation
    for thing in things:
        places = [place for place in dict.fromkeys([*named, *asked]) if ways(teller, thing, place)]
        explanation.below.append(explain_thing(teller, thing, date, places, kinds or None, in_row=True))
    if not explanation.below:
        cells = [Point("asserted", f"{column}: {text_of(term)}") for row in chosen for column, term in zip(rows.columns, row, strict=True) if term is not None]
        explanation.add("says", [Point("asserted", say("aggregate", language), cells)])
    return explanation


def things_behind(teller: Teller, question: Question, text: str, rows: Rows, indexes: list[int]) -> list[str]:
    """The IRIs of what rows are about: the variables that the query names with ``#+ about:``, which it need not show.

    A query without such a line is taken to be about the things of the graph in its cells that have evidence.
    """
    wanted = {tuple(map(str, rows.rows[index])) for index in indexes}
    found: dict[str, None] = {}
    if question.about:
        hidden = [name for name in question.about if name not in rows.columns]
        listed = "(GROUP_CONCAT(DISTINCT CONCAT('<', STR(?{0}), '>')) AS ?{0}_)" if GROUPED.search(text) else "?{0}"
        more = "".join(f" {listed.format(name)}" for name in hidden)
        wider = teller.corpus.store.select(SELECT_LINE.sub(lambda line: line[0].rstrip() + more, text, count=1))
        at = [rows.columns.index(name) if name in rows.columns else len(rows.columns) + hidden.index(name) for name in question.about]
        for row in wider:
            if tuple(map(str, row[: len(rows.columns)])) in wanted:
                shown = " ".join(text_of(term) if str(term).startswith('"') else str(term) for index in at if (term := row[index]) is not None)
                found |= dict.fromkeys(IRI.findall(shown))
        return list(found)
    for index in indexes:
        for term in rows.rows[index]:
            if term is not None and text_of(term).startswith(ID) and teller.rows(f"SELECT ?e {{ {iri_term(text_of(term))} tg:isEvidencedBy ?e }} LIMIT 1"):
                found[text_of(term)] = None
    return list(found)


def asked_values(question: Question, values: Mapping[str, str]) -> dict[str, str]:
    """The values of the parameters, with the defaults of those not given."""
    return {parameter.name: values.get(parameter.name, "" if parameter.is_open else parameter.default_shown) for parameter in question.parameters}


def asked_date(question: Question, values: Mapping[str, str]) -> str | None:
    """The day that a question is about, or None where it is about no single day."""
    return asked_values(question, values).get(DAY)


def asked_kinds(teller: Teller, question: Question) -> list[str]:
    """The classes of assertions that a question names."""
    named = {PREFIXES[prefix] + local for prefix, local in NAME.findall(question.text) if prefix in PREFIXES}
    known = {kind for (kind,) in teller.rows("SELECT ?kind { ?kind rdfs:subClassOf+ tg:Assertion }")}
    return sorted(iri for iri in named & known if iri.startswith(TG))


def _is_thing(question: Question, name: str) -> bool:
    return any(parameter.name == name and parameter.is_thing for parameter in question.parameters)


def _cells(teller: Teller, rows: Rows, indexes: list[int]) -> str:
    """What a line shows, each value once."""
    told = []
    for at, column in enumerate(rows.columns):
        terms = dict.fromkeys(term for index in indexes if (term := rows.rows[index][at]) is not None)
        shown = [teller.label(text_of(term)) if str(term).startswith("<") else " ".join(text_of(term).split()) for term in terms]
        if shown:
            told.append(f"{column.replace('_', ' ')}: {'; '.join(shown)}")
    return " · ".join(told)
