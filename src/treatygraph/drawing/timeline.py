"""A timeline of the positions that reach one place, as SVG: a pure function from data to text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from treatygraph.drawing.bars import EDGE, GUTTER, LINE, WIDTH, Axis, draw_bar, oblong, pale
from treatygraph.drawing.chronology import Act, Span, TimelineData
from treatygraph.drawing.geometry import Ring
from treatygraph.drawing.paint import OUTLINE, Tint, filled
from treatygraph.drawing.svg import INK, MUTED, NAME, NOTE, PAPER, TITLE, element, escape, path_of, picture, segments, text_width, words, wrap
from treatygraph.drawing.words import day, say

__all__ = ["draw_timeline"]

HEAD = 24.0  # height of the name of a holder
DIAMOND, STACK = 5.0, 16.0  # half the size of the mark of an act, and the height of a row of them
GRID, GUIDE = "#dcdcdc", "#ececec"


def draw_timeline(data: TimelineData) -> str:
    """A timeline as an SVG document: a lane for each holder and kind, a bar for each position, a mark for each act.

    The same data gives the same bytes.
    """
    spans = [span for span in data.spans if span.possible[0] < data.end and span.possible[1] > data.start]
    acts = [act for act in data.acts if act.earliest <= data.end and act.latest >= data.start]
    title = say("timeline", data.language, place=data.place)
    axis = Axis(data.start, data.end)
    y = EDGE + TITLE + 12
    body = [words(title, EDGE, EDGE + TITLE, TITLE, font_weight="bold")]
    marks, y = _acts(acts, axis, data.language, y + 8)
    top = y + 18
    lanes, bottom = _lanes(spans, data, axis, top)
    body += [*_grid(axis, top, bottom), *_guides(acts, axis, top, bottom), *marks, *lanes]
    y = bottom + 18
    if not spans:
        body.append(words(say("nothing", data.language), EDGE, y, NAME))
        y += LINE
    legend, y = _legend(data, y, bool(acts))
    body += legend
    listed, y = _act_list(acts, data, y + 4)
    body += listed
    left_out = len(data.spans) - len(spans)
    sentences = [say("outside", data.language, count=left_out)] if left_out else []
    for sentence, colour in [*((each, INK) for each in [*sentences, *data.notes]), ("; ".join(data.titles), MUTED)]:
        for line in wrap(sentence, NOTE, WIDTH - 2 * EDGE):
            body.append(words(line, EDGE, y + 11, NOTE, fill=colour))
            y += LINE
    told = [f"{data.holders[span.holder]}: {span.told}" for span in spans] + [_dated(act, data.language) for act in acts]
    return picture(WIDTH, y + EDGE, title, "\n".join([*told, *data.notes]), data.language, body)


def _grid(axis: Axis, top: float, bottom: float) -> list[str]:
    lines, parts = [], []
    for year in axis.years():
        x = axis(f"{year:04}-01-01")
        lines.append(((x, top - 6), (x, bottom)))
        parts.append(words(str(year), x - text_width(str(year), NOTE) / 2, top - 9, NOTE, fill=MUTED))
    return [element("path", d=segments(lines), stroke=GRID, stroke_width=1, fill="none"), *parts] if lines else []


def _guides(acts: Sequence[Act], axis: Axis, top: float, bottom: float) -> list[str]:
    lines = [((axis(act.earliest), top), (axis(act.earliest), bottom)) for act in acts]
    return [element("path", d=segments(lines), stroke=GUIDE, stroke_width=1, fill="none", stroke_dasharray="1 3")] if lines else []


def _acts(acts: Sequence[Act], axis: Axis, language: str, top: float) -> tuple[list[str], float]:
    """The marks of the acts with their numbers, one above the other where they are close, and where they end."""
    if not acts:
        return [], top
    parts, ends = [words(say("acts", language), EDGE, top + 12, NAME, font_weight="bold")], list[float]()
    for number, act in enumerate(acts, 1):
        x, to = axis(act.earliest), axis(act.latest)
        row = next((row for row, end in enumerate(ends) if x - DIAMOND > end + 2), len(ends))
        ends[row : row + 1] = [max(x + DIAMOND, to) + 2 + text_width(str(number), NOTE)]
        y = top + row * STACK + 8
        stretch = element("path", d=segments([((x, y), (to, y))]), stroke=OUTLINE, stroke_width=2, fill="none") if to - x > DIAMOND else ""
        shown = words(str(number), max(x + DIAMOND, to) + 2, y + 4, NOTE, fill=INK)
        parts.append(element("g", element("title", escape(_dated(act, language))) + stretch + _diamond(x, y) + shown, class_="act", data_iri=act.iri))
    return parts, top + len(ends) * STACK + 4


def _lanes(spans: Sequence[Span], data: TimelineData, axis: Axis, top: float) -> tuple[list[str], float]:
    parts, y = [], top
    for holder, its in groupby(spans, key=lambda span: span.holder):
        y += 4
        parts.append(element("path", d=segments([((EDGE, y), (WIDTH - EDGE, y))]), stroke=MUTED, stroke_width=0.8, fill="none"))
        chip: Ring = ((EDGE, y + 7), (EDGE + 14, y + 7), (EDGE + 14, y + 17), (EDGE, y + 17))
        parts.append(filled([chip], [Tint(holder, True)]))
        parts.append(words(data.holders[holder], EDGE + 20, y + 16, NAME, font_weight="bold"))
        y += HEAD
        for kind, lane in groupby(its, key=lambda span: span.kind):
            names = wrap(kind, NOTE, GUTTER - 12)
            rows = list(lane)
            parts += [words(line, EDGE + 4, y + 12 + number * 12, NOTE) for number, line in enumerate(names)]
            below = y
            for span in rows:
                bar, height = draw_bar(span, axis, below)
                parts.append(bar)
                below += height
            y = max(below, y + len(names) * 12 + 6)
            parts.append(element("path", d=segments([((EDGE, y), (WIDTH - EDGE, y))]), stroke=GRID, stroke_width=0.8, fill="none"))
    return parts, y


def _legend(data: TimelineData, y: float, has_acts: bool) -> tuple[list[str], float]:
    holder = data.spans[0].holder if data.spans else 0
    sample = oblong(0, 3, 34, 12)
    solid = filled([sample], [Tint(holder, True)]) + element("path", d=path_of([sample]), fill="none", stroke=OUTLINE, stroke_width=0.8)
    rows = [("solid", solid), ("pale", "".join(pale(holder, 0, 18, 3, 12, 0) + pale(holder, 18, 38, 3, 12, 1)))] if data.spans else []
    if any(span.is_ongoing for span in data.spans):
        tip: Ring = ((14, 0.5), (21, 7.5), (14, 14.5))
        rows.append(("goes-on", element("path", d=path_of([tip]), fill=OUTLINE)))
    if has_acts:
        rows.append(("act-mark", _diamond(17, 7.5)))
    parts = []
    for key, mark in rows:
        parts.append(element("g", mark, transform=f"translate({EDGE:.0f} {y:.0f})"))
        for line in wrap(say(key, data.language), NOTE, WIDTH - 2 * EDGE - 48):
            parts.append(words(line, EDGE + 48, y + 11, NOTE))
            y += LINE
        y += 4
    return parts, y


def _diamond(x: float, y: float) -> str:
    ring: Ring = ((x, y - DIAMOND), (x + DIAMOND, y), (x, y + DIAMOND), (x - DIAMOND, y))
    return element("path", d=path_of([ring]), fill=PAPER, stroke=OUTLINE, stroke_width=1.2)


def _act_list(acts: Sequence[Act], data: TimelineData, y: float) -> tuple[list[str], float]:
    """The acts in two columns, each with its number and its day."""
    width = (WIDTH - 2 * EDGE - 20) / 2
    half = (len(acts) + 1) // 2
    parts, bottoms = [], [y, y]
    for number, act in enumerate(acts, 1):
        column = int(number > half)
        x = EDGE + column * (width + 20)
        parts.append(words(str(number), x + 18 - text_width(str(number), NOTE), bottoms[column] + 11, NOTE, font_weight="bold"))
        for line in wrap(_dated(act, data.language), NOTE, width - 26):
            parts.append(words(line, x + 26, bottoms[column] + 11, NOTE))
            bottoms[column] += LINE
        bottoms[column] += 2
    return parts, max(bottoms) + 8


def _dated(act: Act, language: str) -> str:
    shown = day(act.earliest, language)
    return f"{shown if act.earliest == act.latest else f'{shown} – {day(act.latest, language)}'}: {act.label}"
