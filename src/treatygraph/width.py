"""How much room a text takes on a terminal, and where it is broken into lines."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["ANSI", "display_width", "lines_of"]

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours and other control sequences, ECMA-48 section 5.4
NEVER_FIRST = "、。，．・：；？！）］｝」』】〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々"  # JIS X 4051: not at the start of a line


def display_width(text: str) -> int:
    """Columns that a text takes: two for a wide character (Unicode Standard Annex 11), none for a combining one."""
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


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
        for at, end in _pieces(text, match.start(), match.end(), width):
            piece = display_width(text[at:end])
            if used + piece > width and at > start:
                lines.append((start, len(text[start:at].rstrip()) + start))
                start, used = at, 0
            used += piece
    lines.append((start, len(text[start:].rstrip()) + start))
    return lines


def _pieces(text: str, start: int, end: int, width: int) -> list[tuple[int, int]]:
    """A word as pieces that may stand on lines of their own."""
    pieces = []
    begin = start
    for at in range(start + 1, end):
        between_wide = _char_width(text[at - 1]) == 2 or _char_width(text[at]) == 2
        if (between_wide and text[at] not in NEVER_FIRST and _char_width(text[at])) or display_width(text[begin : at + 1]) > width:
            pieces.append((begin, at))
            begin = at
    return [*pieces, (begin, end)]
