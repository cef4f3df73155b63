"""One position on a timeline: a bar, solid where certain and light where possible, with its label."""

from __future__ import annotations

from datetime import date

from treatygraph.drawing.chronology import Span
from treatygraph.drawing.geometry import Ring
from treatygraph.drawing.paint import OUTLINE, Tint, faded, filled
from treatygraph.drawing.svg import NOTE, element, escape, label, path_of, rectangle, text_width

__all__ = ["EDGE", "GUTTER", "LEFT", "LINE", "RIGHT", "WIDTH", "Axis", "draw_bar", "oblong", "pale"]

WIDTH, EDGE = 980.0, 16.0  # of the whole picture, and its margin
GUTTER = 170.0  # pixels for the names of the lanes
STUB = 14.0  # before and after the axis, where bars without a bound go on
LEFT, RIGHT = EDGE + GUTTER, WIDTH - EDGE - STUB
ROW, BAR, LINE = 19.0, 9.0, 14.0  # heights of a row, its bar, and a line of text
FADES = 12  # steps in which a bar without a bound fades away
PALEST, PALE = 0.96, 0.62  # the shares of white at its end and at its beginning
THINNEST = 2.5  # pixels: a day has to be seen
YEARS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500)  # between the lines of the axis
MOST_YEARS = 10


class Axis:
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


def draw_bar(span: Span, axis: Axis, top: float) -> tuple[str, float]:
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
        parts += [*pale(span.holder, start, sure_from, y, below, -1), *pale(span.holder, sure_from, end, y, below, 1)]
    else:
        parts += pale(span.holder, start, sure_from, y, below, -1 if span.is_open_before else 0)
        parts += pale(span.holder, sure_to, end, y, below, 1 if span.is_open_after else 0)
    if span.certain[0]:
        parts.append(filled([oblong(sure_from, y, sure_to, below)], [Tint(span.holder, True)]))
        parts.append(element("path", d=path_of([oblong(sure_from, y, sure_to, below)]), fill="none", stroke=OUTLINE, stroke_width=0.8))
    if right == sure_to + 8:
        tip: Ring = ((sure_to, y - 2.5), (sure_to + 7, y + BAR / 2), (sure_to, below + 2.5))
        parts.append(element("path", d=path_of([tip]), fill=OUTLINE))
    if at is not None:
        parts.append(label(span.label, at, below, NOTE))
    else:
        parts.append(label(_shortened(span.label, RIGHT - LEFT), max(LEFT, min(start, RIGHT - text_width(span.label, NOTE))), y - 4, NOTE))
    return element("g", "".join(parts), class_="position", data_iri=span.iri), ROW + (0 if at is not None else LINE)


def _sure(span: Span, axis: Axis, start: float, end: float) -> tuple[float, float]:
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


def pale(holder: int, start: float, end: float, y: float, below: float, fades: int) -> list[str]:
    """Possible days: a light bar with a dashed edge; where there is no bound, one that fades to the right (1) or left (-1)."""
    if end - start < 0.5:
        return []
    if not fades:
        box = oblong(start, y, end, below)
        return [filled([box], [Tint(holder, False)]), element("path", d=path_of([box]), fill="none", stroke=OUTLINE, stroke_width=0.8, stroke_dasharray="3 2")]
    width = (end - start) / FADES
    parts = []
    for step in range(FADES):
        x = start + step * width if fades > 0 else end - (step + 1) * width
        parts.append(rectangle(x, y + 1, width + 0.3, BAR - 2, fill=faded(holder, PALE + (PALEST - PALE) * step / (FADES - 1))))
    return parts


def oblong(left: float, top: float, right: float, bottom: float) -> Ring:
    return ((left, top), (right, top), (right, bottom), (left, bottom))
