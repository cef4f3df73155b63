"""Answers for people: tables with labels, and the quotations behind them."""

from __future__ import annotations

import unicodedata

from treatygraph.corpus import Corpus
from treatygraph.namespaces import ID, QUERY_PREFIXES, short_name
from treatygraph.store import Rows, iri_term
from treatygraph.things import Things

__all__ = ["Answer", "Source"]

MAX_WORD = 24  # a longer word is cut rather than a column widened
SHOWN_QUOTE = 90  # characters of a quotation inside a table cell; --cite prints it whole
LANGUAGE_NAMES = {"en": "English", "ru": "Russian", "ja": "Japanese", "fr": "French"}


class Source:
    """A passage or a citation as a reader needs it."""

    def __init__(self, iri: str, words: str, language: str, document: str, place: str) -> None:
        self.iri = iri
        self.words = words
        self.language = language
        self.document = document
        self.place = place

    def in_cell(self) -> str:
        words = " ".join(self.words.split())
        if not words:
            return f"{self.document}, {self.place}"
        short = words if len(words) <= SHOWN_QUOTE else f"{words[:SHOWN_QUOTE]}…"
        return f"“{short}” ({self.document})"

    def in_full(self) -> str:
        words = " ".join(self.words.split())
        language = LANGUAGE_NAMES.get(self.language, self.language)
        quoted = f"“{words}” — " if words else ""
        return f"{quoted}{self.document}, {self.place}{f', in {language}' if language and words else ''} ({short_name(self.iri)})"


def sources_of(corpus: Corpus, iris: list[str], language: str) -> dict[str, Source]:
    """The passages and citations among some IRIs."""
    terms = " ".join(iri_term(iri) for iri in iris)
    passages = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT ?passage ?exact (LANG(?exact) AS ?language) ?document ?start ?end {{
          VALUES ?passage {{ {terms} }} ?passage oa:hasSource ?text ; oa:hasSelector ?quote , ?position .
          ?text tg:isVersionOf ?document . ?quote oa:exact ?exact . ?position oa:start ?start ; oa:end ?end }}"""
    ).texts()
    citations = corpus.store.select(
        f"{QUERY_PREFIXES} SELECT ?citation ?pinpoint ?document {{ VALUES ?citation {{ {terms} }} "
        "?citation tg:isCitationOf ?document . OPTIONAL { ?citation tg:pinpoint ?pinpoint } }"
    ).texts()
    documents = Things(corpus.store).labels([row[3] or "" for row in passages] + [row[2] or "" for row in citations], language)
    found = {row[0] or "": Source(row[0] or "", row[1] or "", row[2] or "", documents[row[3] or ""], f"characters {row[4]} to {row[5]}") for row in passages}
    found.update({row[0] or "": Source(row[0] or "", "", "", documents[row[2] or ""], row[1] or "") for row in citations})
    return found


class Answer:
    """The rows of a query with labels in place of IRIs.

    Args:
        corpus: where the rows come from.
        rows: the answer of the store.
        language: of the labels; English where a thing has none in it.
    """

    def __init__(self, corpus: Corpus, rows: Rows, language: str) -> None:
        self.columns = [column.replace("_", " ") for column in rows.columns]
        self.rows = rows.texts()
        iris = [
            value for row, texts in zip(rows, self.rows, strict=True) for term, value in zip(row, texts, strict=True) if value and str(term).startswith("<")
        ]
        evidence = [iri for iri in dict.fromkeys(iris) if iri.startswith(ID)]
        self.sources = sources_of(corpus, evidence, language) if evidence else {}
        self.labels = Things(corpus.store).labels([iri for iri in iris if iri not in self.sources], language) if iris else {}
        self.numbers = {iri: number for number, iri in enumerate((iri for iri in dict.fromkeys(iris) if iri in self.sources), 1)}

    def cell(self, value: str | None, cite: bool) -> str:
        if value is None:
            return ""
        if value in self.sources:
            return f"[{self.numbers[value]}]" if cite else self.sources[value].in_cell()
        return self.labels.get(value, value)

    def table(self, width: int, cite: bool) -> str:
        """The rows as a table of at most so many characters a line where the columns allow it, wrapped."""
        from prettytable import HRuleStyle, PrettyTable, TableStyle

        cells = [[self.cell(value, cite) for value in row] for row in self.rows]
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
        lines += [[self.cell(value, cite).replace("|", "\\|").replace("\n", " ") for value in row] for row in self.rows]
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
