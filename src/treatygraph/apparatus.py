"""Answers as a scholar's apparatus: what differs as the heading, the sides beside one another, each in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from treatygraph.collation import CLOSE, OPEN, collate
from treatygraph.columns import beside, wrap
from treatygraph.corpus import Corpus
from treatygraph.errors import CorpusError, nearest
from treatygraph.namespaces import QUERY_PREFIXES, TG, XSD
from treatygraph.questions import Question
from treatygraph.results import Answer
from treatygraph.store import Rows, iri_term, literal_term
from treatygraph.things import Things
from treatygraph.typography import quoted

__all__ = ["Apparatus", "Entry", "Side"]

STACKED_BELOW = 70  # columns of a terminal too narrow for texts side by side
NARROWEST = 30  # columns of a side in which a sentence is still pleasant to read
SIDES_IN_MARKDOWN = 3
SHORT = 5  # words of a value that needs the name of its column; more of them are a sentence
BETWEEN = " │ "
UNDERLINE, PLAIN = "\x1b[4m", "\x1b[24m"  # ECMA-48, SGR 4 and 24: no colour, so that no side gets one
TOLD = {
    "en": {"marks": "marks the words that differ between quotations in one language, where they share enough to be compared.", "none": "not stated"},
    "ru": {"marks": "— так выделены слова, которыми различаются цитаты на одном языке, если общего достаточно для сравнения.", "none": "не указано"},
    "ja": {"marks": "は、同じ言語の引用文の間で異なる語を示す（比較に足る共通部分がある場合に限る）。", "none": "記載なし"},
}


class Side:
    """One side of an entry.

    Attributes:
        name: who or what stands there.
        details: what else is known of it, a line each.
        quotation: its words, or an empty string where none are quoted.
        language: of the words; empty where the graph does not say.
        shown_in: the language of the answer, whose quotation marks are set.
    """

    def __init__(self, name: str, details: list[str], quotation: str, language: str, shown_in: str = "en") -> None:
        self.name = name
        self.details = details
        self.quotation = quotation
        self.language = language
        self._shown_in = shown_in

    @property
    def quoted(self) -> str:
        """The words in quotation marks, or an empty string."""
        return quoted(self.quotation, self._shown_in) if self.quotation else ""


class Entry:
    """What differs, and the sides; the words that differ within one language are marked in the quotations."""

    def __init__(self, title: str, details: list[str], sides: list[Side]) -> None:
        self.title = title
        self.details = details
        self.sides = sides
        for language in dict.fromkeys(side.language for side in sides if side.language and side.quotation):
            speaking = [side for side in sides if side.language == language and side.quotation]
            for side, marked in zip(speaking, collate([side.quotation for side in speaking]), strict=True):
                side.quotation = marked


class Apparatus:
    """The answer to a question whose header asks for this layout.

    Args:
        corpus: where the rows come from.
        question: names the columns of the heading and of the sides.
        rows: the answer of the store.
        language: of the labels.
        cite: number the evidence and leave its words to the list of citations.

    Raises:
        CorpusError: the header names a column that the answer does not have.
    """

    def __init__(self, corpus: Corpus, question: Question, rows: Rows, language: str, cite: bool) -> None:
        self.answer = Answer(corpus, rows, language, question.merge)
        self._told = TOLD[language]
        self._language = language
        self._cite = cite
        self._question = question
        self._at = {column: index for index, column in enumerate(rows.columns)}
        for column in (*question.group, *(column for side in question.sides for column in side)):
            if column not in self._at:
                raise CorpusError(f"{question.path}: the layout names a column '{column}' that the answer does not have.", nearest(column, self._at))
        self._languages = _languages(corpus, (value for row in self.answer.rows for value in row if value and value not in self.answer.labels))
        first = [row[self._at[side[0]]] or "" for row in self.answer.rows for side in question.sides]
        self._holders = _holders(corpus, [value for value in first if value in self.answer.labels], language)

    @cached_property
    def entries(self) -> list[Entry]:
        """What differs, an entry each, read when it is first asked for: the marks of the evidence may be set before."""
        group, sides = self._question.group, self._question.sides
        found: dict[tuple[str, ...], list[Side]] = {}
        for number, (row, listed) in enumerate(self.answer.together(self._cite)):
            heading = tuple(listed if column == self._question.merge else self.answer.cell(row[self._at[column]], self._cite) for column in group)
            key = heading if len(sides) == 1 else (*heading, str(number))
            found.setdefault(key, []).extend(self._side(row, columns) for columns in sides)
        return [Entry(key[0], [self._heading(name, text) for name, text in zip(group[1:], key[1:], strict=False)], standing) for key, standing in found.items()]

    def _heading(self, column: str, text: str) -> str:
        """A column of the heading: a sentence by itself, anything shorter with the name of the column."""
        return text if len(text.split()) > SHORT else f"{column.replace('_', ' ')}: {text or self._told['none']}"

    def _side(self, row: Sequence[str | None], columns: list[str]) -> Side:
        first = row[self._at[columns[0]]] or ""
        details = self._holders.get(first, [])[:]
        quotation = ""
        for column, shown in zip(columns[1:], self._question.sides[0][1:], strict=False):
            value = row[self._at[column]]
            if value in self._languages:
                quotation = " ".join(value.split())
            elif value:
                name = shown.removeprefix(f"{columns[0]}_").replace("_", " ")
                source = self.answer.sources.get(value)
                details.append(f"{name}: {source.in_full() if source and not self._cite else self.answer.cell(value, self._cite)}")
        language = self._languages.get(next((row[self._at[column]] or "" for column in columns if row[self._at[column]] in self._languages), ""), "")
        return Side(self.answer.cell(first, self._cite), details, quotation, language, self._language)

    def text(self, width: int, underlined: bool) -> str:
        """The entries for a terminal, side by side where they fit.

        Args:
            width: columns of a line.
            underlined: underline the words that differ, besides the marks.
        """
        lines = []
        for number, entry in enumerate(self.entries, 1):
            indent = " " * (len(str(number)) + 2)
            room = width - len(indent)
            head = wrap(entry.title, room)
            lines += ["", f"{number}. {head[0]}", *(indent + line for line in head[1:])]
            lines += [indent + line for text in _joined(entry.details) for line in wrap(text, room)]
            lines += [(indent + line).rstrip() for line in _sides(entry.sides, room, width < STACKED_BELOW, underlined)]
        return "\n".join([*lines[1:], *(line for text in self._legend() for line in wrap(text, width))])

    def markdown(self) -> str:
        """The entries in Markdown: a heading, what differs, and a table with a column a side."""
        parts = []
        for number, entry in enumerate(self.entries, 1):
            parts.append(f"### {number}. {entry.title}")
            parts += _joined(entry.details)
            parts += [_markdown_table(sides) for sides in _shared_out(entry.sides, SIDES_IN_MARKDOWN)]
        return "\n\n".join([*parts, *self._legend()[1:]])

    def _legend(self) -> list[str]:
        marked = any(OPEN in side.quotation for entry in self.entries for side in entry.sides)
        return ["", f"{OPEN} {CLOSE} {self._told['marks']}"] if marked else []


def _languages(corpus: Corpus, values: Iterable[str]) -> dict[str, str]:
    """Of each value that is the exact words of a passage, their language; an empty string where passages disagree."""
    words = [literal_term(value, XSD + "string") for value in dict.fromkeys(values)]
    rows = corpus.store.select(
        f"{QUERY_PREFIXES} SELECT DISTINCT ?words ?language {{ VALUES ?words {{ {' '.join(words)} }} "
        "{ SELECT DISTINCT (STR(?exact) AS ?words) (LANG(?exact) AS ?language) { ?selector oa:exact ?exact } } }"
    )
    found: dict[str, set[str]] = {}
    for text, language in rows.texts():
        found.setdefault(text or "", set()).add(language or "")
    return {text: languages.pop() if len(languages) == 1 else "" for text, languages in found.items()}


def _holders(corpus: Corpus, things: list[str], language: str) -> dict[str, list[str]]:
    """Of each thing that somebody holds, a line that says who."""
    terms = " ".join(iri_term(thing) for thing in dict.fromkeys(things))
    holders: dict[str, list[str]] = {}
    for thing, holder in corpus.store.select(
        f"{QUERY_PREFIXES} SELECT DISTINCT ?thing ?holder {{ VALUES ?thing {{ {terms} }} ?thing tg:isHeldBy ?holder }} ORDER BY ?thing ?holder"
    ).texts():
        holders.setdefault(thing or "", []).append(holder or "")
    labels = Things(corpus.store).labels([TG + "isHeldBy", *(holder for held in holders.values() for holder in held)], language)
    return {thing: [f"{labels[TG + 'isHeldBy']}: {', '.join(labels[holder] for holder in held)}"] for thing, held in holders.items()}


def _joined(details: list[str]) -> list[str]:
    """Short details as one text, sentences each by itself."""
    short = [detail for detail in details if len(detail.split()) <= SHORT]
    return [text for text in ("; ".join(short), *(detail for detail in details if detail not in short)) if text]


def _shared_out(sides: list[Side], most: int) -> list[list[Side]]:
    """The sides in rows of at most so many, as even as they go: four of them as two and two, not three and one."""
    rows = -(-len(sides) // max(1, most))
    each = -(-len(sides) // rows)
    return [sides[start : start + each] for start in range(0, len(sides), each)]


def _sides(sides: list[Side], room: int, stacked: bool, underlined: bool) -> list[str]:
    if stacked:
        return [line for side in sides for line in ["", *_block(side, room, underlined)]]
    lines = []
    rows = _shared_out(sides, (room + len(BETWEEN)) // (NARROWEST + len(BETWEEN)))
    width = (room - len(BETWEEN) * (len(rows[0]) - 1)) // len(rows[0])
    for row in rows:
        lines += ["", *beside([_block(side, width, underlined) for side in row], width, BETWEEN)]
    return lines


def _block(side: Side, width: int, underlined: bool) -> list[str]:
    texts = [side.name, *side.details, side.quoted]
    lines = [line for text in texts if text for line in wrap(text, width)]
    return _underlined(lines) if underlined else lines


def _underlined(lines: list[str]) -> list[str]:
    """The lines with the marked words underlined as well; a style never crosses the end of a line."""
    shown = []
    inside = False
    for line in lines:
        painted = line.replace(OPEN, UNDERLINE + OPEN).replace(CLOSE, CLOSE + PLAIN)
        begin = UNDERLINE if inside else ""
        inside = line.rfind(OPEN) > line.rfind(CLOSE) or (inside and CLOSE not in line)
        shown.append(f"{begin}{painted}{PLAIN if inside else ''}")
    return shown


def _markdown_table(sides: list[Side]) -> str:
    cells = [["<br>".join(side.details) for side in sides], [side.quoted for side in sides]]
    rows = [[side.name for side in sides], ["---"] * len(sides), *(row for row in cells if any(row))]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
