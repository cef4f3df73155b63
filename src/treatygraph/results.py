"""Answers for people: tables with labels, and the quotations behind them."""

from __future__ import annotations

import unicodedata

from treatygraph.corpus import Corpus
from treatygraph.namespaces import ID, QUERY_PREFIXES, short_name
from treatygraph.store import Rows, iri_term
from treatygraph.things import Things

__all__ = ["Answer", "Source"]

PARTS = " with its parts"
MAX_WORD = 24  # a longer word is cut rather than a column widened
SHOWN_QUOTE = 90  # characters of a quotation inside a table cell; --cite prints it whole
LANGUAGE_NAMES = {"en": "English", "ru": "Russian", "ja": "Japanese", "fr": "French"}


class Source:
    """A passage or a citation as a reader needs it."""

    def __init__(self, iri: str, words: str, language: str, document: str, place: str, grade: str) -> None:
        self.iri = iri
        self.grade = grade
        self.words = words
        self.language = language
        self.document = document
        self.place = place

    def in_cell(self) -> str:
        words = " ".join(self.words.split())
        if not words:
            return f"{self.document}, {self.place} ({self.grade})" if self.grade else f"{self.document}, {self.place}"
        short = words if len(words) <= SHOWN_QUOTE else f"{words[:SHOWN_QUOTE]}…"
        return f"“{short}” ({self.document})"

    def in_full(self) -> str:
        words = " ".join(self.words.split())
        language = LANGUAGE_NAMES.get(self.language, self.language)
        quoted = f"“{words}” — " if words else ""
        told = "".join(f", {part}" for part in (f"in {language}" if language and words else "", self.grade) if part)
        return f"{quoted}{self.document}, {self.place}{told} ({short_name(self.iri)})"


def sources_of(corpus: Corpus, iris: list[str], language: str) -> dict[str, Source]:
    """The passages and citations among some IRIs."""
    terms = " ".join(iri_term(iri) for iri in iris)
    passages = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT ?passage ?exact (LANG(?exact) AS ?language) ?document ?start ?end {{
          VALUES ?passage {{ {terms} }} ?passage oa:hasSource ?text ; oa:hasSelector ?quote , ?position .
          ?text tg:isVersionOf ?document . ?quote oa:exact ?exact . ?position oa:start ?start ; oa:end ?end }}"""
    ).texts()
    citations = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT ?citation ?pinpoint ?document ?grade ?seen {{
          VALUES ?citation {{ {terms} }} ?citation tg:isCitationOf ?document . OPTIONAL {{ ?citation tg:pinpoint ?pinpoint }}
          OPTIONAL {{ ?citation tg:hasGrade ?grade }} OPTIONAL {{ ?citation tg:hasConsultation ?seen }} }}"""
    ).texts()
    named = [row[3] or "" for row in passages] + [value for row in citations for value in row[2:] if value]
    labels = Things(corpus.store).labels(named, language)
    found = {
        iri or "": Source(iri or "", exact or "", tag or "", labels[document or ""], f"characters {start} to {end}", "")
        for iri, exact, tag, document, start, end in passages
    }
    for iri, pinpoint, document, *graded in citations:
        grade = ", ".join(labels[value] for value in graded if value)
        found[iri or ""] = Source(iri or "", "", "", labels[document or ""], pinpoint or "", grade)
    return found


def _wholes(corpus: Corpus, places: list[str]) -> dict[str, set[str]]:
    """Of each place, the larger places that it is part of."""
    terms = " ".join(iri_term(place) for place in dict.fromkeys(places) if place)
    found: dict[str, set[str]] = {}
    for part, whole in corpus.store.select(f"{QUERY_PREFIXES} SELECT ?part ?whole {{ VALUES ?part {{ {terms} }} ?part tg:isPartOf+ ?whole }}").texts():
        found.setdefault(part or "", set()).add(whole or "")
    return found


class Answer:
    """The rows of a query with labels in place of IRIs.

    Args:
        corpus: where the rows come from.
        rows: the answer of the store.
        language: of the labels; English where a thing has none in it.
        merge: a column whose values are listed together where the rest of the row is the same, or None.
    """

    def __init__(self, corpus: Corpus, rows: Rows, language: str, merge: str | None = None) -> None:
        self.columns = [column.replace("_", " ") for column in rows.columns]
        self.rows = rows.texts()
        iris = [
            value for row, texts in zip(rows, self.rows, strict=True) for term, value in zip(row, texts, strict=True) if value and str(term).startswith("<")
        ]
        evidence = [iri for iri in dict.fromkeys(iris) if iri.startswith(ID)]
        self.sources = sources_of(corpus, evidence, language) if evidence else {}
        self.labels = Things(corpus.store).labels([iri for iri in iris if iri not in self.sources], language) if iris else {}
        self._merge = rows.columns.index(merge) if merge in rows.columns else None
        self._wholes = _wholes(corpus, [row[self._merge] or "" for row in self.rows]) if self._merge is not None else {}
        self.numbers = {iri: number for number, iri in enumerate((iri for iri in dict.fromkeys(iris) if iri in self.sources), 1)}

    def cell(self, value: str | None, cite: bool) -> str:
        if value is None:
            return ""
        if value in self.sources:
            return f"[{self.numbers[value]}]" if cite else self.sources[value].in_cell()
        return self.labels.get(value, value)

    def cells(self, cite: bool) -> list[list[str]]:
        """The rows as a reader sees them."""
        at = self._merge
        if at is None:
            return [[self.cell(value, cite) for value in row] for row in self.rows]
        shown = []
        for indexes in self.lines():
            listed = "; ".join(self.cell(value, cite) + (PARTS if has_parts else "") for value, has_parts in self.together(indexes))
            shown.append([listed if index == at else self.cell(value, cite) for index, value in enumerate(self.rows[indexes[0]])])
        return shown

    def together(self, indexes: list[int]) -> list[tuple[str, bool]]:
        """What a line lists together of some rows: each place that is no part of another one there, and whether it has parts there."""
        values = [self.rows[index][self._merge] or "" for index in indexes] if self._merge is not None else []
        whole = [value for value in dict.fromkeys(values) if not self._wholes.get(value, set()) & set(values)]
        return [(value, any(value in self._wholes.get(other, ()) for other in values)) for value in whole]

    @property
    def merged(self) -> int | None:
        """The number of the column whose values a line lists together, or None."""
        return self._merge

    def lines(self) -> list[list[int]]:
        """The numbers of the rows that each line of the table stands for, counted from 0."""
        at = self._merge
        together: dict[tuple[str | None, ...], list[int]] = {}
        for index, row in enumerate(self.rows):
            together.setdefault(tuple(row) if at is None else (*row[:at], None, *row[at + 1 :]), []).append(index)
        return list(together.values()) if at is not None else [[index] for index in range(len(self.rows))]

    def table(self, width: int, cite: bool) -> str:
        """The rows as a table of at most so many characters a line where the columns allow it, wrapped."""
        from prettytable import HRuleStyle, PrettyTable, TableStyle

        cells = self.cells(cite)
        table = PrettyTable()
        table.set_style(TableStyle.SINGLE_BORDER)
        table.field_names = self.columns
        table.align = "l"
        table.max_width = dict(zip(self.columns, _column_widths([self.columns, *cells], width), strict=True))
        table.hrules = (
            HRuleStyle.ALL
            if any("\n" in cell or _display_width(cell) > table.max_width[name] for row in cells for name, cell in zip(self.columns, row, strict=True))
            else HRuleStyle.FRAME
        )
        table.add_rows(cells)
        return str(table.get_string())

    def markdown(self, cite: bool) -> str:
        """The rows as a Markdown table."""
        lines = [self.columns, ["---"] * len(self.columns)]
        lines += [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in self.cells(cite)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def citations(self) -> str:
        """The quotations behind the rows, numbered as in the table."""
        return "\n".join(f"[{number}] {self.sources[iri].in_full()}" for iri, number in self.numbers.items())


def _display_width(text: str) -> int:
    """Columns that a text takes on a terminal: two for a wide character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _column_widths(lines: list[list[str]], width: int) -> list[int]:
    """Widths that fit into a line: narrow columns as wide as they need, wide ones share what is left, no word cut."""
    needed = [max(_display_width(cell) for cell in column) for column in zip(*lines, strict=True)]
    floor = [max((_display_width(word) for cell in column for word in cell.split()), default=1) for column in zip(*lines, strict=True)]
    room = width - 3 * len(needed) - 1
    widths = dict.fromkeys(range(len(needed)), 0)
    waiting = sorted(widths, key=lambda index: needed[index])
    while waiting:
        index = waiting.pop(0)
        widths[index] = max(min(needed[index], room // (len(waiting) + 1)), min(floor[index], MAX_WORD))
        room -= widths[index]
    return [max(1, widths[index]) for index in range(len(needed))]
