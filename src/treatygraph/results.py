"""Answers for people: tables with labels, and the quotations behind them."""

from __future__ import annotations

from treatygraph.columns import display_width, lines_of
from treatygraph.corpus import Corpus
from treatygraph.namespaces import ID, QUERY_PREFIXES, short_name
from treatygraph.store import Rows, iri_term
from treatygraph.things import Things

__all__ = ["Answer", "Source"]

PARTS = " with its parts"
LONGEST_WORDS = (24, 18, 13)  # a longer word is cut rather than a column widened; a shorter one only where the table would not fit
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
        self.marks = {iri: f"[{number}]" for iri, number in self.numbers.items()}  # what stands in a cell for each piece of evidence, if cited

    def cell(self, value: str | None, cite: bool) -> str:
        if value is None:
            return ""
        if value in self.sources:
            return self.marks[value] if cite else self.sources[value].in_cell()
        return self.labels.get(value, value)

    def together(self, cite: bool) -> list[tuple[tuple[str | None, ...], str]]:
        """The rows, those that differ only in the merged column as one, and the text of that column."""
        at = self._merge
        if at is None:
            return [(tuple(row), "") for row in self.rows]
        shown = []
        for indexes in self.lines():
            row = self.rows[indexes[0]]
            listed = "; ".join(self.cell(value, cite) + (PARTS if has_parts else "") for value, has_parts in self.wholes(indexes))
            shown.append(((*row[:at], None, *row[at + 1 :]), listed))
        return shown

    def wholes(self, indexes: list[int]) -> list[tuple[str, bool]]:
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

    def cells(self, cite: bool) -> list[list[str]]:
        """The rows as a reader sees them."""
        return [[listed if index == self._merge else self.cell(value, cite) for index, value in enumerate(row)] for row, listed in self.together(cite)]

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
            if any("\n" in cell or display_width(cell) > table.max_width[name] for row in cells for name, cell in zip(self.columns, row, strict=True))
            else HRuleStyle.FRAME
        )
        table.add_rows(cells)
        return str(table.get_string())

    def records(self, width: int, cite: bool) -> str:
        """The rows one below the other, a line a value and none for an empty one: for a terminal too narrow for the table."""
        room = max(display_width(column) for column in self.columns) + 2
        blocks = []
        for cells in self.cells(cite):
            lines = []
            for column, cell in zip(self.columns, cells, strict=True):
                told = " ".join(cell.split())
                for at, (start, end) in enumerate(lines_of(told, max(LONGEST_WORDS[0], width - room)) if told else ()):
                    lines.append(f"{'' if at else column:{room}}{told[start:end]}")
            blocks.append("\n".join(lines))
        return "\n\n".join(blocks)

    def markdown(self, cite: bool) -> str:
        """The rows as a Markdown table."""
        lines = [self.columns, ["---"] * len(self.columns)]
        lines += [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in self.cells(cite)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def citations(self) -> str:
        """The quotations behind the rows, numbered as in the table."""
        return "\n".join(f"[{number}] {self.sources[iri].in_full()}" for iri, number in self.numbers.items())


def _column_widths(lines: list[list[str]], width: int) -> list[int]:
    """Widths that fit into a line: narrow columns as wide as they need, wide ones share what is left, words cut as late as possible."""
    for longest in LONGEST_WORDS:
        widths = _widths(lines, width, longest)
        if sum(widths) + 3 * len(widths) + 1 <= width:
            return widths
    return _widths(lines, width, LONGEST_WORDS[0])


def _widths(lines: list[list[str]], width: int, longest: int) -> list[int]:
    needed = [max(display_width(cell) for cell in column) for column in zip(*lines, strict=True)]
    floor = [max((display_width(word) for cell in column for word in cell.split()), default=1) for column in zip(*lines, strict=True)]
    room = width - 3 * len(needed) - 1
    widths = dict.fromkeys(range(len(needed)), 0)
    waiting = sorted(widths, key=lambda index: needed[index])
    while waiting:
        index = waiting.pop(0)
        widths[index] = max(min(needed[index], room // (len(waiting) + 1)), min(floor[index], longest))
        room -= widths[index]
    return [max(1, widths[index]) for index in range(len(needed))]
