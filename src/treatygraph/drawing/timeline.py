"""A timeline of the positions that reach one place, as SVG: a pure function from data to text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from treatygraph.drawing.geometry import Ring
from treatygraph.drawing.paint import OUTLINE, Tint, faded, filled
from treatygraph.drawing.svg import INK, MUTED, NAME, NOTE, PAPER, TITLE, element, escape, label, path_of, picture, rectangle, segments, text_width, words, wrap
from treatygraph.drawing.words import day, say

__all__ = ["Act", "Span", "TimelineData", "draw_timeline"]

WIDTH, EDGE = 980.0, 16.0  # of the whole picture, and its margin
GUTTER = 170.0  # pixels for the names of the lanes
STUB = 14.0  # before and after the axis, where bars without a bound go on
LEFT, RIGHT = EDGE + GUTTER, WIDTH - EDGE - STUB
ROW, BAR, HEAD, LINE = 19.0, 9.0, 24.0, 14.0  # heights of a row, its bar, the name of a holder, a line of text
FADES = 12  # steps in which a bar without a bound fades away
THINNEST = 2.5  # pixels: a day has to be seen
DIAMOND, STACK = 5.0, 16.0  # half the size of the mark of an act, and the height of a row of them
YEARS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500)  # between the lines of the axis
MOST_YEARS = 10
GRID, GUIDE = "#dcdcdc", "#ececec"


@dataclass(frozen=True)
class Span:
    """One position in time.

    Attributes:
        iri: of the position.
        holder: the number of its holder in `TimelineData.holders`.
        kind: the label of its kind; spans of one holder and kind share a lane.
        label: what stands beside its bar.
        told: all of it in words.
        possible, certain: from the first day to the day after the last, on which it may have held, and on which it
            did; empty strings where there is no such day. The certain days are among the possible ones.
        is_open_before, is_open_after: no document sets a bound there; the possible days go to the end of what is covered.
        is_ongoing: it went on when last reviewed.
    """

    iri: str
    holder: int
    kind: str
    label: str
    told: str
    possible: tuple[str, str]
    certain: tuple[str, str]
    is_open_before: bool
    is_open_after: bool
    is_ongoing: bool


@dataclass(frozen=True)
class Act:
    """What began or ended positions, on a day between two."""

    iri: str
    label: str
    earliest: str
    latest: str


@dataclass(frozen=True)
class TimelineData:
    """All that a timeline shows.

    Attributes:
        place: label of the place.
        holders: labels, in the order in which they come and have their colours.
        start, end: the first and the last day of the axis.
        spans: by holder, kind and time.
        acts: by time.
        titles: of the corpus.
        notes: sentences on what is not covered.
    """

    place: str
    language: str
    holders: tuple[str, ...]
    start: str
    end: str
    spans: tuple[Span, ...]
    acts: tuple[Act, ...]
    titles: tuple[str, ...]
    notes: tuple[str, ...]


def draw_timeline(data: TimelineData) -> str:
    """A timeline as an SVG document: a lane for each holder and kind, a bar for each position, a mark for each act.

    The same data gives the same bytes.
    """
    spans = [span for span in data.spans if span.possible[0] < data.end and span.possible[1] > data.start]
    acts = [act for act in data.acts if act.earliest <= data.end and act.latest >= data.start]
    title = say("timeline", data.language, place=data.place)
    axis = _Axis(data.start, data.end)
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


class _Axis:
    """Days along the picture."""

    def __init__(self, start: str, end: str) -> None:
        self.start, self.end = start, end
        self._first, self._last = _number(start), max(_number(end), _number(start) + 1)

    def __call__(self, iso: str) -> float:
        share = (min(max(_number(iso), self._first), self._last) - self._first) / (self._last - self._first)
        return LEFT + share * (RIGHT - LEFT)

    def years(self) -> list[int]:
        """The years at which lines stand."""
        first, last = date.fromordinal(self._first), date.fromordinal(self._last)
        count = last.year - first.year
        step = next((size for size in YEARS if count / size <= MOST_YEARS), YEARS[-1])
        return [year for year in range(first.year, last.year + 1) if year % step == 0 and self._first <= date(year, 1, 1).toordinal() <= self._last]


def _number(iso: str) -> int:
    return date.fromisoformat(iso).toordinal()


def _grid(axis: _Axis, top: float, bottom: float) -> list[str]:
    lines, parts = [], []
    for year in axis.years():
        x = axis(f"{year:04}-01-01")
        lines.append(((x, top - 6), (x, bottom)))
        parts.append(words(str(year), x - text_width(str(year), NOTE) / 2, top - 9, NOTE, fill=MUTED))
    return [element("path", d=segments(lines), stroke=GRID, stroke_width=1, fill="none"), *parts] if lines else []


def _guides(acts: Sequence[Act], axis: _Axis, top: float, bottom: float) -> list[str]:
    lines = [((axis(act.earliest), top), (axis(act.earliest), bottom)) for act in acts]
    return [element("path", d=segments(lines), stroke=GUIDE, stroke_width=1, fill="none", stroke_dasharray="1 3")] if lines else []


def _acts(acts: Sequence[Act], axis: _Axis, language: str, top: float) -> tuple[list[str], float]:
    """The marks of the acts with their numbers, one above the other where they are close, and where they end."""
    if not acts:
        return [], top
    parts, ends = [words(say("acts", language), EDGE, top + 12, NAME, font_weight="bold")], list[float]()
    for number, act in enumerate(acts, 1):
        x, to = axis(act.earliest), axis(act.latest)
        row = next((row for row, end in enumerate(ends) if x - DIAMOND > end + 2), len(ends))
        ends[row : row + 1] = [max(x + DIAMOND, to) + 2 + text_width(str(number), NOTE)]
        y = top + row * STACK + 8
        diamond: Ring = ((x, y - DIAMOND), (x + DIAMOND, y), (x, y + DIAMOND), (x - DIAMOND, y))
        stretch = element("path", d=segments([((x, y), (to, y))]), stroke=OUTLINE, stroke_width=2, fill="none") if to - x > DIAMOND else ""
        mark = element("path", d=path_of([diamond]), fill=PAPER, stroke=OUTLINE, stroke_width=1.2)
        shown = words(str(number), max(x + DIAMOND, to) + 2, y + 4, NOTE, fill=INK)
        parts.append(element("g", element("title", escape(_dated(act, language))) + stretch + mark + shown, class_="act", data_iri=act.iri))
    return parts, top + len(ends) * STACK + 4


def _lanes(spans: Sequence[Span], data: TimelineData, axis: _Axis, top: float) -> tuple[list[str], float]:
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
                bar, height = _bar(span, axis, below)
                parts.append(bar)
                below += height
            y = max(below, y + len(names) * 12 + 6)
            parts.append(element("path", d=segments([((EDGE, y), (WIDTH - EDGE, y))]), stroke=GRID, stroke_width=0.8, fill="none"))
    return parts, y


def _bar(span: Span, axis: _Axis, top: float) -> tuple[str, float]:
    """A position with its label, and how high it is."""
    start, end = axis(span.possible[0]), axis(span.possible[1])
    # A bar without a bound goes on a little beyond the end of the axis, unless it is cut there while still certain.
    if span.is_open_before and start <= LEFT and not (span.certain[0] and span.certain[0] < axis.start):
        start -= STUB
    if span.is_open_after and end >= RIGHT and not (span.certain[0] and (span.is_ongoing or span.certain[1] > axis.end)):
        end += STUB
    sure_from, sure_to = _sure(span, axis, start, end)
    left, right = start, end  # where a label may begin or end without lying over a fading part
    if span.is_ongoing and span.certain[1] <= axis.end:
        right = sure_to + 8
    faint = sure_from if span.is_open_before else left, sure_to if span.is_open_after and right != sure_to + 8 else right
    at = _beside(text_width(span.label, NOTE), (left, right), faint)
    y = top + (ROW - BAR) / 2 + (0 if at is not None else LINE)
    below = y + BAR
    parts = [element("title", escape(span.told))]
    if not span.certain[0] and span.is_open_before and span.is_open_after:
        parts += [*_pale(span.holder, start, sure_from, y, below, -1), *_pale(span.holder, sure_from, end, y, below, 1)]
    else:
        parts += _pale(span.holder, start, sure_from, y, below, -1 if span.is_open_before else 0)
        parts += _pale(span.holder, sure_to, end, y, below, 1 if span.is_open_after else 0)
    if span.certain[0]:
        parts.append(filled([_box(sure_from, y, sure_to, below)], [Tint(span.holder, True)]))
        parts.append(element("path", d=path_of([_box(sure_from, y, sure_to, below)]), fill="none", stroke=OUTLINE, stroke_width=0.8))
    if right == sure_to + 8:
        tip: Ring = ((sure_to, y - 2.5), (sure_to + 7, y + BAR / 2), (sure_to, below + 2.5))
        parts.append(element("path", d=path_of([tip]), fill=OUTLINE))
    if at is not None:
        parts.append(label(span.label, at, below, NOTE))
    else:
        parts.append(label(_shortened(span.label, RIGHT - LEFT), max(LEFT, min(start, RIGHT - text_width(span.label, NOTE))), y - 4, NOTE))
    return element("g", "".join(parts), class_="position", data_iri=span.iri), ROW + (0 if at is not None else LINE)


def _sure(span: Span, axis: _Axis, start: float, end: float) -> tuple[float, float]:
    """Where the certain part of a bar begins and ends; without one, where the possible parts meet."""
    if span.certain[0]:
        to = min(max(axis(span.certain[1]), axis(span.certain[0]) + THINNEST), RIGHT)
        return min(axis(span.certain[0]), to - THINNEST), to
    if span.is_open_before and span.is_open_after:
        return (start + end) / 2, (start + end) / 2
    return (start, start) if span.is_open_after else (end, end)


def _beside(width: float, clear: tuple[float, float], faint: tuple[float, float]) -> float | None:
    """Where a label begins: after its bar where it fits, else before it, else over what fades of it, else None."""
    for left, right in (clear, faint):
        if right + 5 + width <= RIGHT + STUB:
            return right + 5
        if left - 5 - width >= LEFT:
            return left - 5 - width
    return None


def _shortened(text: str, width: float) -> str:
    while text_width(text, NOTE) > width:
        text = text[:-2].rstrip("… ") + "…"
    return text


def _pale(holder: int, start: float, end: float, y: float, below: float, fades: int) -> list[str]:
    """Possible days: a light bar with a dashed edge; where there is no bound, one that fades to the right (1) or left (-1)."""
    if end - start < 0.5:
        return []
    if not fades:
        box = _box(start, y, end, below)
        return [filled([box], [Tint(holder, False)]), element("path", d=path_of([box]), fill="none", stroke=OUTLINE, stroke_width=0.8, stroke_dasharray="3 2")]
    width = (end - start) / FADES
    parts = []
    for step in range(FADES):
        x = start + step * width if fades > 0 else end - (step + 1) * width
        parts.append(rectangle(x, y + 1, width + 0.3, BAR - 2, fill=faded(holder, 0.62 + 0.34 * step / (FADES - 1))))
    return parts


def _box(left: float, top: float, right: float, bottom: float) -> Ring:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _legend(data: TimelineData, y: float, has_acts: bool) -> tuple[list[str], float]:
    holder = data.spans[0].holder if data.spans else 0
    sure = filled([_box(0, 3, 34, 12)], [Tint(holder, True)]) + element("path", d=path_of([_box(0, 3, 34, 12)]), fill="none", stroke=OUTLINE, stroke_width=0.8)
    pale = "".join(_pale(holder, 0, 18, 3, 12, 0) + _pale(holder, 18, 38, 3, 12, 1))
    tip: Ring = ((14, 0.5), (21, 7.5), (14, 14.5))
    rows = [(sure, "solid"), (pale, "pale"), (element("path", d=path_of([tip]), fill=OUTLINE), "goes-on")] if data.spans else []
    if has_acts:
        diamond: Ring = ((17, 2.5), (22, 7.5), (17, 12.5), (12, 7.5))
        rows.append((element("path", d=path_of([diamond]), fill=PAPER, stroke=OUTLINE, stroke_width=1.2), "act-mark"))
    parts = []
    for mark, key in rows:
        parts.append(element("g", mark, transform=f"translate({EDGE:.0f} {y:.0f})"))
        for line in wrap(say(key, data.language), NOTE, WIDTH - 2 * EDGE - 48):
            parts.append(words(line, EDGE + 48, y + 11, NOTE))
            y += LINE
        y += 4
    return parts, y


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
