"""Numbered stretches marked in a text, so that they can be told apart without colour and where they overlap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from treatygraph.columns import lines_of

__all__ = ["Mark", "Run", "Stretch", "for_markdown", "for_terminal", "marked", "paragraphs"]

Stretch = tuple[int, int, int]  # start, end, number
Mark = Callable[[int, bool], str]
PARAGRAPH = re.compile(r"\S.*?(?=\s*?\n[ \t]*\n|\s*\Z)", re.DOTALL)
# What Markdown (CommonMark 0.31, section 2.4) would take for its own; a number or a sign only at the start of a line.
SPECIAL = re.compile(r"([\\`*_\[\]<>&|~$])|^(\s*)([#+=-]|\d+(?=[.)]))", re.MULTILINE)


class Run:
    """A piece of a text in which nothing changes: words, quoted or not, or a mark between them."""

    def __init__(self, words: str, quoted: bool, is_mark: bool = False) -> None:
        self.words = words
        self.quoted = quoted
        self.is_mark = is_mark


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Start and end of each paragraph: what stands between blank lines."""
    return [match.span() for match in PARAGRAPH.finditer(text)]


def marked(text: str, start: int, end: int, stretches: list[Stretch], mark: Mark) -> Iterator[Run]:
    """The part of a text from start to end, with the marks of the stretches that reach into it.

    At one place a stretch ends before another begins; the one that began last ends first, the one that ends last begins
    first, so that stretches inside one another have their marks inside one another too.

    Args:
        mark: what to put for a number at its start (True) or its end (False).
    """
    here = [stretch for stretch in stretches if stretch[0] < end and stretch[1] > start]
    opening = sorted((stretch for stretch in here if stretch[0] >= start), key=lambda stretch: (stretch[0], -stretch[1], stretch[2]))
    closing = sorted((stretch for stretch in here if stretch[1] <= end), key=lambda stretch: (stretch[1], -stretch[0], -stretch[2]))
    at = start
    depth = len(here) - len(opening)
    for place in sorted({stretch[0] for stretch in opening} | {stretch[1] for stretch in closing} | {end}):
        if place > at:
            yield Run(text[at:place], depth > 0)
            at = place
        for number in [number for _, until, number in closing if until == place]:
            depth -= 1
            yield Run(mark(number, False), False, True)
        for number in [number for since, _, number in opening if since == place]:
            depth += 1
            yield Run(mark(number, True), False, True)


def for_terminal(runs: list[Run], width: int, style: Callable[[Run], str]) -> list[str]:
    """Runs as lines of at most so many columns; the line breaks of the text stay.

    Args:
        style: the words of a run as they are to be shown: with colour, or as they are.
    """
    plain = "".join(run.words for run in runs)
    lines = []
    begin = 0
    for hard in plain.split("\n"):
        for start, end in lines_of(hard, width):
            lines.append("".join(style(run) for run in _cut(runs, begin + start, begin + end)))
        begin += len(hard) + 1
    return lines


def _cut(runs: list[Run], start: int, end: int) -> Iterator[Run]:
    at = 0
    for run in runs:
        words = run.words[max(0, start - at) : max(0, end - at)]
        at += len(run.words)
        if words:
            yield Run(words, run.quoted, run.is_mark)


def for_markdown(runs: list[Run]) -> str:
    """Runs as Markdown that shows the words as they are; the marks are taken to be Markdown already."""
    return re.sub(r"[ \t]*\n", "  \n", "".join(run.words if run.is_mark else escaped(run.words) for run in runs))


def escaped(words: str) -> str:
    """Words that Markdown shows as they are."""
    return SPECIAL.sub(lambda match: f"\\{match[1]}" if match[1] else _escaped_at_start(match[2], match[3]), words)


def _escaped_at_start(space: str, sign: str) -> str:
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"
