"""An answer as a value of Python: rows, sources, tables, and a page of a notebook."""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Iterator, Mapping
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, overload

from treatygraph.corpus import Corpus
from treatygraph.errors import TreatyGraphError, UsageError
from treatygraph.fragments import division, link, note, table, unbroken
from treatygraph.questions import Question
from treatygraph.results import PARTS, Answer, Source
from treatygraph.scope import coverage_notes
from treatygraph.store import Rows, Term, is_iri, text_of, value_of

if TYPE_CHECKING:
    from pandas import DataFrame

    from treatygraph.explain import Explanation

__all__ = ["Result"]

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NOTHING = "No rows: the documents of this corpus state nothing that answers this."
SEVERAL = "A line may stand for several rows that differ in the column “{column}” alone; its number is that of the first."
SHOWN = 50  # lines of a table in a notebook; more hide the page


class Result:
    """The answer to a question.

    It is a sequence of rows. A row is a named tuple with a field a column; things are their IRIs, days are text as
    ``1956-12-12``, whole and real numbers are numbers, and an empty cell is None.

    >>> import treatygraph
    >>> corpus = treatygraph.open()
    >>> result = corpus.query("islands-claimed", date="1956-12-12")
    >>> result.columns
    ['state', 'island', 'kind', 'since', 'until', 'certainty', 'according_to', 'evidence']
    >>> row = result[0]
    >>> result.labels[row.kind], row.certainty
    ('demand', 'possible')
    >>> sum(row.certainty == "certain" for row in result) > 50
    True

    Attributes:
        sparql: the query as it ran, with its values in it.
        language: of labels and notes.
        columns: the names of the columns.
        rows: the rows.
    """

    def __init__(self, corpus: Corpus, sparql: str, language: str = "en", question: Question | None = None, values: Mapping[str, str] | None = None) -> None:
        self.sparql = sparql
        self.language = language
        self._corpus = corpus
        self._question = question
        self._values = dict(values or {})
        self._rows: Rows = corpus.store.select(sparql)
        self.columns: list[str] = list(self._rows.columns)
        kind: Any = namedtuple("Row", self.columns, rename=True)  # type: ignore[misc]  # the fields are known only now
        self.rows: list[Any] = [kind(*(None if term is None else value_of(term) for term in row)) for row in self._rows]

    @cached_property
    def _answer(self) -> Answer:
        return Answer(self._corpus, self._rows, self.language, self._question.merge if self._question else None)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The label of each thing in the rows by its IRI; of a passage or citation, its words and where they stand."""
        return self._answer.labels | {iri: source.in_full() for iri, source in self._answer.sources.items()}

    @property
    def citations(self) -> list[Source]:
        """The passages and citations behind the rows, in the order in which they come.

        Each has ``words`` (the quotation, empty where the text is not held), ``document``, ``place``, ``grade``
        (empty for a quotation that was checked against its text) and ``iri``.

        >>> import treatygraph
        >>> corpus = treatygraph.open()
        >>> source = corpus.query("undertakings").citations[0]
        >>> source.document
        'UN Treaty Series No. 3768'
        """
        return [self._answer.sources[iri] for iri in self._answer.numbers]

    @cached_property
    def notes(self) -> list[str]:
        """What the corpus does not cover here, or does not state; neither is a “no”."""
        if self._question is None:
            return []
        asked = {parameter.name: parameter.default_shown for parameter in self._question.parameters if not parameter.is_open} | self._values
        return coverage_notes(self._corpus, self._question, asked, self._rows, self.language)

    def explain(self, index: int, language: str | None = None) -> Explanation:
        """Why a row is there: what it rests on, down to the sentences.

        Args:
            index: the number of the row, counted from 0; negative numbers count from the end.
            language: of the explanation; that of the answer where None.

        Returns:
            an object with ``.text()``, ``.json()`` and ``.html()``; a notebook shows it as a page.

        Raises:
            UsageError: there is no such row, or the answer is not that of a saved query.
        """
        if self._question is None:
            raise UsageError("Only the rows of a saved query can be explained.", "Ask one with corpus.query(NAME); corpus.queries lists them.")
        if not -len(self.rows) <= index < len(self.rows):
            raise UsageError(f"There is no row {index}.", f"The rows are 0 to {len(self.rows) - 1}." if self.rows else "The answer has no rows.")
        from treatygraph.explain import explain_row

        return explain_row(self._corpus, self._question, self._values, index % len(self.rows), language or self.language)

    def df(self, labels: bool = False) -> DataFrame:
        """The rows as a table of pandas.

        Args:
            labels: give things by their labels and evidence by its words, rather than by IRIs. Days stay text.

        Raises:
            TreatyGraphError: pandas is not installed.
        """
        try:
            from pandas import DataFrame
        except ImportError:
            raise TreatyGraphError("A DataFrame needs pandas, which is not installed.", "Install it with: pip install 'treatygraph[notebook]'") from None
        if not labels:
            return DataFrame([tuple(row) for row in self.rows], columns=self.columns)
        shown = [
            [self.labels[str(value)] if term is not None and is_iri(term) else value for term, value in zip(terms, row, strict=True)]
            for terms, row in zip(self._rows, self.rows, strict=True)
        ]
        return DataFrame(shown, columns=self.columns)

    def csv(self) -> str:
        """The rows in the CSV format of SPARQL 1.1."""
        return self._corpus.store.serialize(self.sparql, "csv").decode()

    def json(self) -> str:
        """The rows in the JSON format of SPARQL 1.1, as text."""
        return self._corpus.store.serialize(self.sparql, "json").decode()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    @overload
    def __getitem__(self, index: int) -> Any: ...  # noqa: ANN401 - a named tuple whose fields are those of the query

    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        return self.rows[index]

    def __repr__(self) -> str:
        asked = f"{self._question.name}: " if self._question else ""
        return f"<Result {asked}{len(self.rows)} row{'' if len(self.rows) == 1 else 's'}, {', '.join(self.columns)}>"

    def __str__(self) -> str:
        """The table as the command line prints it, with its sources and notes."""
        if not self.rows:
            return "\n".join([NOTHING, *self.notes])
        return "\n".join(part for part in [self._answer.table(120, cite=True), self._answer.citations(), *self.notes] if part)

    def _repr_html_(self) -> str:
        """The table with links, numbered sources below it, and what is not covered."""
        head = f"<p><strong>{escape(self._question.summary)}</strong></p>" if self._question else ""
        notes = [note(escape(each)) for each in self.notes]
        if not self.rows:
            return division(self.language, head, note(NOTHING), *notes)
        lines = self._answer.lines()
        shown = lines[:SHOWN]
        rows = ([_numbered(indexes), *(self._cell(indexes, column) for column in range(len(self.columns)))] for indexes in shown)
        merged = self._answer.merged
        several = note(escape(SEVERAL.format(column=self._answer.columns[merged]))) if merged is not None and any(len(each) > 1 for each in shown) else ""
        more = note(f"{len(lines) - SHOWN} more lines are not shown; .rows and .df() have them all.") if len(lines) > SHOWN else ""
        return division(self.language, head, table(["row", *self._answer.columns], rows), several, more, *self._sources(shown), *notes)

    def _cell(self, indexes: list[int], column: int) -> str:
        if column == self._answer.merged:
            return "; ".join(self._thing(iri, PARTS if has_parts else "") for iri, has_parts in self._answer.together(indexes))
        term = self._rows.rows[indexes[0]][column]
        return "" if term is None else self._term(term)

    def _term(self, term: Term) -> str:
        text = text_of(term)
        return self._thing(text) if is_iri(term) else unbroken(text) if DAY.fullmatch(text) else escape(text)

    def _thing(self, iri: str, after: str = "") -> str:
        """A thing by its label, or a source by its number, with a link and the quotation on hover."""
        source = self._answer.sources.get(iri)
        if source:
            return link(iri, f"[{self._answer.numbers[iri]}]", source.in_full())
        return link(iri, self._answer.labels[iri]) + escape(after)

    def _sources(self, lines: list[list[int]]) -> list[str]:
        """The sources of the lines shown, under their numbers."""
        shown = {text_of(term) for indexes in lines for index in indexes for term in self._rows.rows[index] if term is not None and is_iri(term)}
        numbers = {iri: number for iri, number in self._answer.numbers.items() if iri in shown}
        return [note(f"{link(iri, f'[{number}]')} {escape(self._answer.sources[iri].in_full())}") for iri, number in numbers.items()]


def _numbered(indexes: list[int]) -> str:
    """The number of the first row of a line, with those of the others on hover."""
    others = f' title="rows {", ".join(map(str, indexes))}"' if len(indexes) > 1 else ""
    return f"<span{others}>{indexes[0]}</span>"
