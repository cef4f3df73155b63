"""What a corpus covers, so that a missing row is never taken for a negative answer."""

from __future__ import annotations

from collections.abc import Mapping

from treatygraph.corpus import Corpus
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.questions import Question
from treatygraph.store import Rows, iri_term
from treatygraph.things import Things

__all__ = ["coverage_notes"]


def coverage_notes(corpus: Corpus, question: Question, values: Mapping[str, str], rows: Rows, language: str) -> list[str]:
    """Sentences that tell what the corpus does not cover in the answer to a question.

    Args:
        values: the values of the parameters as asked, defaults included.
        rows: the answer.
    """
    things = Things(corpus.store)
    notes = []
    spans = [
        (first or "", last or "")
        for first, last in corpus.store.select(
            f"{QUERY_PREFIXES} SELECT ?from ?until {{ ?corpus tg:coversFrom ?from ; tg:coversUntil ?until }} ORDER BY ?from"
        ).texts()
    ]
    for parameter in question.parameters:
        value = values.get(parameter.name, "")
        if parameter.type == "xsd:date" and spans and value and not any(first <= value < last for first, last in spans):
            shown = " and ".join(f"from {first} to the day before {last}" for first, last in spans)
            notes.append(f"Not covered: {value}. The corpus covers the years {shown}; this is no statement about that day.")
        if parameter.type == "tg:Place" and value and not parameter.is_open:
            place = things.find(value, TG + "Place")
            if not corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ ?corpus tg:coversPlace ?covered . {iri_term(place)} tg:isPartOf* ?covered }}"):
                notes.append(f"Not covered: {things.label(place, language)} is outside the places that the corpus covers; what stands here is by the way.")
    narrowed = any(parameter.is_open and parameter.name in values for parameter in question.parameters)
    if "state" in rows.columns and not notes and not narrowed:
        stated = {value for row in rows.texts() for value in row}
        covered = [
            state or ""
            for (state,) in corpus.store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?state {{ ?corpus tg:coversState ?state }} ORDER BY ?state").texts()
        ]
        silent = [state for state in covered if state not in stated]
        if silent:
            labels = ", ".join(things.labels(silent, language).values())
            notes.append(f"Not stated: the documents say nothing here of {labels}. That is not a “no”.")
    return notes
