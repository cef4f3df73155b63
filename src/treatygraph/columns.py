"""Text in the columns of a terminal: how wide it is, where its lines may break, and texts side by side."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

__all__ = ["ANSI", "beside", "display_width", "lines_of", "wrap"]

# After JIS X 4051 and UAX #14: what does not begin a line, and what does not end one.
NO_START = frozenset("、。，．・：；？！ーゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ）］｝」』】〉》〕〟’”»…‥⟩)]},.;:!?")
NO_END = frozenset("（［｛「『【〈《〔〝‘“«⟨([{")
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours and other control sequences, ECMA-48 section 5.4


def display_width(text: str) -> int:
    """Columns that a text takes on a terminal: two for a wide character, none for a mark that sits on another or a style."""
    plain = ANSI.sub("", text) if "\x1b" in text else text
    return len(plain) if plain.isascii() else sum(_width(char) for char in plain)


def _width(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, width: int) -> list[str]:
    """A text in lines of at most so many columns.

    Lines break between words, and between any two wide characters where Japanese typesetting allows it; only a word
    that is longer than a line is cut. White space counts as one space, an empty text is one empty line.
    """
    lines = [""]
    used = 0
    for gap, piece in _cut(_pieces(text), max(width, 2)):
        space = " " if gap and used else ""
        needed = display_width(piece)
        if used and used + len(space) + needed > width:
            lines.append("")
            space, used = "", 0
        lines[-1] += space + piece
        used += len(space) + needed
    return lines


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The stretches that no line break may divide, and whether white space stands before each."""
    piece = ""
    gap = False
    for word in text.split():
        if piece:
            yield gap, piece
        piece, gap = "", True
        if word.isascii():  # nothing in it is wide
            piece = word
            continue
        for char in word:
            joined = not piece or char in NO_START or piece[-1] in NO_END or (_width(char) != 2 and _width(piece[-1]) != 2)
            if not joined:
                yield gap, piece
                piece, gap = "", False
            piece += char
    if piece:
        yield gap, piece


def _cut(pieces: Iterator[tuple[bool, str]], width: int) -> Iterator[tuple[bool, str]]:
    for gap, piece in pieces:
        if display_width(piece) <= width:
            yield gap, piece
            continue
        part = ""
        first = gap
        for char in piece:
            if part and display_width(part) + _width(char) > width:
                yield first, part
                part, first = "", False
            part += char
        yield first, part


def beside(blocks: Sequence[Sequence[str]], width: int, between: str) -> list[str]:
    """Blocks of lines, each so many columns wide, side by side; the last column is not padded."""
    height = max(len(block) for block in blocks)
    rows = ([block[number] if number < len(block) else "" for block in blocks] for number in range(height))
    return [between.join(cell + " " * (width - display_width(cell)) for cell in row).rstrip() for row in rows]


def lines_of(text: str, width: int) -> list[tuple[int, int]]:
    """Where to break a text so that no line is wider than so many columns: start and end of each line in the text.

    Lines are broken at white space, and between wide characters, which have none; a longer word is cut.
    """
    lines: list[tuple[int, int]] = []
    start = used = 0
    for match in re.finditer(r"\s+|\S+", text):
        if match[0].isspace():
            used += len(match[0])
            continue
        for at, end in _broken(text, match.start(), match.end(), width):
            piece = display_width(text[at:end])
            if used + piece > width and at > start:
                lines.append((start, len(text[start:at].rstrip()) + start))
                start, used = at, 0
            used += piece
    lines.append((start, len(text[start:].rstrip()) + start))
    return lines


def _broken(text: str, start: int, end: int, width: int) -> list[tuple[int, int]]:
    """A word as pieces that may stand on lines of their own."""
    pieces = []
    begin = start
    for at in range(start + 1, end):
        between_wide = _width(text[at - 1]) == 2 or _width(text[at]) == 2
        if (between_wide and text[at] not in NO_START and text[at - 1] not in NO_END and _width(text[at])) or display_width(text[begin : at + 1]) > width:
            pieces.append((begin, at))
            begin = at
    return [*pieces, (begin, end)]
