"""One frame of a map: sea and graticule, the places with their fills, their names, and a scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from treatygraph.drawing.cutting import clip_segment, clip_to_box, room_in
from treatygraph.drawing.frames import Frame, along, round_length, steps
from treatygraph.drawing.geometry import Box, Point, Ring, Shape, box_of, circle, signed_area, square, thin
from treatygraph.drawing.names import Names
from treatygraph.drawing.paint import OUTLINE, Tint, colour_of, filled
from treatygraph.drawing.situation import HEAVY, RING, MapData, MapLayer, MapPlace, filling
from treatygraph.drawing.svg import INK, MUTED, NAME, PAPER, Attribute, element, escape, label, path_of, rectangle, segments, text_width, words
from treatygraph.drawing.words import degrees, say

__all__ = ["DOT", "Panel", "draw_panel"]

SEA, GRATICULE = "#f3f6f8", "#cbd5dc"
LETTER, TINY = 15.0, 8.5  # type sizes
DOT = 4.5  # pixels from the middle of a mark to its edge
ROOM = 2.0  # between a place and its name
CUT, MASK = 4.0, 9.0  # around a frame: what lies so far outside is cut off, and so far what is left of it is hidden
GRID = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)  # degrees between lines
MOST_LINES = 5
DEGREE = 111.2  # km from one parallel to the next on the sphere
THINNEST = 0.6  # pixels; a vertex nearer to the last one cannot be seen
DASHES = "3 2"


@dataclass(frozen=True)
class Panel:
    """A frame and what belongs to it, by the numbers of places.

    Attributes:
        named: the places whose names stand here.
        letter: of the enlargement that this is, or empty.
        enlarged: on the main frame, the places that a letter sends to an enlargement.
    """

    frame: Frame
    named: tuple[int, ...]
    letter: str = ""
    enlarged: Mapping[int, str] = field(default_factory=dict)


def draw_panel(panel: Panel, places: Sequence[MapPlace], data: MapData, layer: MapLayer) -> str:
    """A frame as markup; places come in the order in which they lie on each other."""
    box = panel.frame.box
    placed = [panel.frame.placed(place.shape) for place in places]
    drawn = [_outlines(place, shape, box, index not in panel.enlarged) for index, (place, shape) in enumerate(zip(places, placed, strict=True))]
    shore = [point for rings in drawn for ring in rings for point in _dense(ring)]
    names = Names(box, shore)
    lines, degree_labels = _graticule(panel.frame, data.language)
    parts = [rectangle(box.left, box.top, box.width, box.height, fill=SEA), lines]
    parts += [_place(place, rings, data, layer) for place, rings in zip(places, drawn, strict=True) if rings]
    parts.append(_mask(box))  # lines along a cut, and thick ones across it, end at the frame
    for text, x, y in degree_labels:
        around = Box(x, y - TINY, x + text_width(text, TINY), y + 2)
        if not any(around.holds(point) for point in shore):
            parts.append(words(text, x, y, TINY, fill=MUTED))
            names.block(around)
    parts += _letters(panel, placed, shore, names)
    bar, taken = _scale_bar(panel.frame, data.language)
    names.block(taken)
    outermost = sorted(panel.named, key=lambda index: (-len(places[index].parts), -sum(abs(signed_area(ring)) for ring in drawn[index]), places[index].iri))
    for index in outermost:
        parts += _name(places[index].label, drawn[index], placed[index], box, names)
    return "\n".join([*parts, bar, rectangle(box.left, box.top, box.width, box.height, fill="none", stroke=MUTED, stroke_width=1)])


def _outlines(place: MapPlace, shape: Shape, box: Box, marked: bool) -> tuple[Ring, ...]:
    """What is drawn of a place: its outlines, or a mark where it has none or they are too small to see."""
    rings = tuple(ring for ring in (thin(ring, THINNEST) for ring in clip_to_box(shape.rings, box.grown(CUT))) if ring)
    extent = box_of(shape.vertices)
    if not marked or (rings and max(extent.width, extent.height) > DOT):
        return rings
    middle = extent.centre if shape.rings else shape.points[0]
    return ((square if place.is_group else circle)(middle, DOT),) if box.holds(middle) else ()


def _place(place: MapPlace, rings: tuple[Ring, ...], data: MapData, layer: MapLayer) -> str:
    holdings = place.holdings.get(layer.name, ())
    tints = [Tint(*held) for held in filling(holdings)]
    line = path_of(rings)
    parts = [element("title", escape(data.title_of(place, layer)))]
    around = sorted({(holding.holder, not holding.certain) for holding in holdings if holding.manner == RING})
    for number, (holder, unsure) in reversed(list(enumerate(around))):
        parts.append(_line(line, colour_of(holder), 7.0 + 5 * number, unsure))
    parts.append(filled(rings, tints) if data.is_covered else element("path", d=line, fill=PAPER, fill_rule="evenodd"))
    heavy = any(holding.manner == HEAVY for holding in holdings)
    parts.append(_line(line, OUTLINE, 1.9 if heavy else 0.8, bool(tints) and not any(tint.certain for tint in tints)))
    return element("g", "".join(parts), class_="place", data_iri=place.iri)


def _line(line: str, colour: str, width: float, dashed: bool) -> str:
    dashes: Attribute = DASHES if dashed else None
    return element("path", d=line, fill="none", stroke=colour, stroke_width=width, stroke_linejoin="round", stroke_dasharray=dashes)


def _letters(panel: Panel, placed: Sequence[Shape], shore: Sequence[Point], names: Names) -> list[str]:
    """The letters that lead from the main frame to an enlargement."""
    parts, box = [], panel.frame.box
    for letter in sorted(set(panel.enlarged.values())):
        around = box_of([vertex for index, its in panel.enlarged.items() if its == letter for vertex in placed[index].vertices]).grown(5)
        parts.append(rectangle(around.left, around.top, around.width, around.height, fill="none", stroke=INK, stroke_width=1))
        names.block(around)
        spot, _ = names.place(around, None, text_width(letter, NAME) + 2, NAME)
        parts.append(label(letter, spot.left + 1, spot.bottom - 1, NAME, font_weight="bold"))
    if panel.letter:
        corners = (Box(x, y, x + 22, y + 22) for y in (box.top + 14, box.bottom - 26) for x in (box.left + 4, box.right - 26))
        corner = min(corners, key=lambda each: sum(each.holds(point) for point in shore))
        parts.append(label(panel.letter, corner.left + 5, corner.bottom - 5, LETTER, font_weight="bold"))
        names.block(corner)
    return parts


def _name(text: str, rings: Sequence[Ring], shape: Shape, box: Box, names: Names) -> list[str]:
    inner = clip_to_box(rings, box)
    around = box_of([vertex for ring in inner for vertex in ring] if inner else shape.vertices[:1]).grown(ROOM)
    width = text_width(text, NAME)
    spot, leader = names.place(around, room_in(inner, width * 1.08, NAME), width, NAME + 2)
    parts = []
    if leader:
        names.lead(leader)
        parts.append(element("path", d=segments([leader]), stroke=MUTED, stroke_width=0.7, fill="none"))
    return [*parts, label(text, spot.left, spot.bottom - 3, NAME)]


def _graticule(frame: Frame, language: str) -> tuple[str, list[tuple[str, float, float]]]:
    """The lines of a frame, and their labels with where they stand."""
    box, projection = frame.box, frame.projection
    half = 0.75 * max(box.width, box.height) / frame.scale / DEGREE  # degrees of latitude from the middle to beyond the edge
    south, north = max(-90.0, projection.latitude - half), min(90.0, projection.latitude + half)
    reach = min(180.0, half / min(_cosine(south), _cosine(north)))
    west, east = projection.longitude - reach, projection.longitude + reach
    high, wide = box.height / frame.scale / DEGREE, box.width / frame.scale / DEGREE / _cosine(projection.latitude)
    lines: list[tuple[Point, Point]] = []
    labels = []
    for latitude in steps(south, north, _gap(high)):
        curve = [frame((longitude, latitude)) for longitude in along(west, east)]
        lines += _inside(curve, box)
        at = _crossing(curve, box.left + 2, 0)
        if at and box.top + 34 < at[1] < box.bottom - 14:
            labels.append((degrees(latitude, False, language), box.left + 4, at[1] - 2))
    for longitude in steps(west, east, _gap(wide)):
        curve = [frame((longitude, latitude)) for latitude in along(south, north)]
        lines += _inside(curve, box)
        at = _crossing(curve, box.top + 11, 1)
        shown = degrees((longitude + 180) % 360 - 180, True, language)
        if at and box.left + 34 < at[0] + 2 and at[0] + text_width(shown, TINY) < box.right - 4:
            labels.append((shown, at[0] + 3, box.top + 10))
    return element("path", d=segments(lines), stroke=GRATICULE, stroke_width=0.7, fill="none"), labels


def _gap(extent: float) -> float:
    """Degrees between the lines over an extent in degrees."""
    return next((size for size in GRID if extent / size <= MOST_LINES), GRID[-1])


def _cosine(latitude: float) -> float:
    return max(0.05, math.cos(math.radians(latitude)))


def _inside(curve: Sequence[Point], box: Box) -> list[tuple[Point, Point]]:
    return [part for one, other in pairwise(curve) if (part := clip_segment(one, other, box))]


def _crossing(curve: Sequence[Point], level: float, axis: int) -> Point | None:
    """Where a curve crosses a line along the other axis."""
    for one, other in pairwise(curve):
        if (one[axis] <= level) != (other[axis] <= level):
            share = (level - one[axis]) / (other[axis] - one[axis])
            return one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])
    return None


def _scale_bar(frame: Frame, language: str) -> tuple[str, Box]:
    length = round_length(frame.box.width / 4 / frame.scale)
    pixels = length * frame.scale
    x, y = frame.box.right - pixels - 10, frame.box.bottom - 9
    ticks = segments([((x, y), (x + pixels, y)), ((x, y - 4), (x, y)), ((x + pixels, y - 4), (x + pixels, y))])
    shown = say("scale", language, count=f"{length:g}")
    text = words(shown, x + pixels / 2 - text_width(shown, TINY) / 2, y - 4, TINY, fill=MUTED)
    return element("path", d=ticks, stroke=MUTED, stroke_width=1.2, fill="none") + text, Box(x - 4, y - 16, x + pixels + 4, y + 4)


def _mask(box: Box) -> str:
    """The ground again around a frame."""
    corners = [((each.left, each.top), (each.right, each.top), (each.right, each.bottom), (each.left, each.bottom)) for each in (box.grown(MASK), box)]
    return element("path", d=path_of(corners), fill=PAPER, fill_rule="evenodd")


def _dense(ring: Ring) -> list[Point]:
    """A ring with points at most four pixels apart, to tell whether a name covers it."""
    points = []
    for (x, y), (next_x, next_y) in zip(ring, ring[1:] + ring[:1], strict=True):
        count = max(1, int(max(abs(next_x - x), abs(next_y - y)) // 4))
        points += [(x + (next_x - x) * step / count, y + (next_y - y) * step / count) for step in range(count)]
    return points
