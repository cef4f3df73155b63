"""Explanations: why the graph says so, down to the sentences; who disagrees; what would change it; and why it does not."""

from __future__ import annotations

from collections.abc import Mapping

from treatygraph.corpus import Corpus
from treatygraph.errors import UsageError
from treatygraph.explain.absence import explain_absence as _absence
from treatygraph.explain.explanation import Explanation, Part, Point
from treatygraph.explain.lineage import lineage
from treatygraph.explain.proof import Proof, Prover, Step, replays
from treatygraph.explain.row import explain_rows as _rows
from treatygraph.explain.statement import explain_triple as _triple
from treatygraph.explain.statement import triple_of
from treatygraph.explain.teller import Teller
from treatygraph.explain.thing import explain_thing as _thing
from treatygraph.namespaces import TG
from treatygraph.questions import Question, check_date
from treatygraph.results import Answer
from treatygraph.store import Rows

__all__ = [
    "Explanation", "Part", "Point", "Proof", "Prover", "Step", "explain_absence", "explain_line", "explain_row", "explain_thing", "explain_triple", "lineage",
    "replays",
]  # fmt: skip


def explain_thing(corpus: Corpus, name: str, language: str = "en", date: str | None = None) -> Explanation:
    """Why the graph says of a thing what it says.

    Args:
        corpus: the corpus.
        name: any name of the thing, or its IRI.
        language: of the sentences, ``en``, ``ru`` or ``ja``.
        date: a day ``YYYY-MM-DD`` to explain it for, or None.

    Raises:
        UsageError: there is no such thing, or the date is none.
    """
    teller = Teller(corpus, language)
    return _thing(teller, teller.things.find(name), check_date(date) if date else None)


def explain_triple(corpus: Corpus, subject: str, predicate: str, value: str, language: str = "en") -> Explanation:
    """The proof of a statement, given as three names.

    Raises:
        UsageError: one of them names nothing.
    """
    teller = Teller(corpus, language)
    return _triple(teller, triple_of(teller, subject, predicate, value))


def explain_row(corpus: Corpus, question: Question, values: Mapping[str, str], index: int, language: str = "en") -> Explanation:
    """Why a row stands in the answer to a saved query.

    Args:
        corpus: the corpus.
        question: the saved query.
        values: its parameters as a person gives them.
        index: of the row, from 0.
        language: of the sentences.

    Raises:
        UsageError: there is no such row.
    """
    if index < 0:
        raise UsageError(f"There is no row {index}; rows are counted from 0.")
    return _rows(Teller(corpus, language), question, values, [index], index + 1)


def explain_line(corpus: Corpus, question: Question, values: Mapping[str, str], number: int, language: str = "en") -> Explanation:
    """Why a line stands in the table that answers a saved query, in which one line may stand for several rows.

    Args:
        number: of the line, from 1.

    Raises:
        UsageError: there is no such line.
    """
    teller = Teller(corpus, language)
    lines = _lines(corpus, question, corpus.store.select(question.bind(values, teller.things)), language)
    if not 1 <= number <= len(lines):
        raise UsageError(f"The answer has no line {number}.", f"Its lines are 1 to {len(lines)}." if lines else "It has none.")
    return _rows(teller, question, values, lines[number - 1], number)


def _lines(corpus: Corpus, question: Question, rows: Rows, language: str) -> list[list[int]]:
    """The numbers of the rows behind each line of a table, or behind each entry of an apparatus, as the reader counts them."""
    lines = Answer(corpus, rows, language, question.merge).lines()
    if not question.layout or len(question.sides) > 1:
        return lines
    entries: dict[tuple[str, ...], list[int]] = {}
    for indexes in lines:
        row = rows.rows[indexes[0]]
        entries.setdefault(tuple(str(row[rows.columns.index(column)]) for column in question.group), []).extend(indexes)
    return list(entries.values())


def explain_absence(corpus: Corpus, question: Question, values: Mapping[str, str], place: str, language: str = "en") -> Explanation:
    """Why a place is not in the answer to a saved query about a day.

    Args:
        place: any name of the place.

    Raises:
        UsageError: there is no such place, or the query is not about a day.
    """
    teller = Teller(corpus, language)
    return _absence(teller, question, values, teller.things.find(place, f"{TG}Place"))
