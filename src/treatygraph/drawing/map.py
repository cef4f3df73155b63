"""A map of who claims or administers which place on a day, as SVG: a pure function from data to text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from treatygraph.drawing.geometry import Box, Point, Ring, Shape, box_of, clip_segment, clip_to_box, circle, signed_area, square, thin
from treatygraph.drawing.layout import Frame, Names, along, apart, aspect, crowded, round_length, steps
from treatygraph.drawing.paint import NOBODY, Tint, colour_of, filled
from treatygraph.drawing.svg import INK, MUTED, PAPER, element, escape, label, path_of, picture, rectangle, segments, text_width, words, wrap
from treatygraph.drawing.words import day, degrees, say

__all__ = ["HEAVY", "PLAIN", "RING", "MapData", "MapHolding", "MapLayer", "MapPlace", "draw_map"]

CERTAIN, POSSIBLE = "certain", "possible"
PLAIN, HEAVY, RING = "plain", "heavy", "ring"  # how a kind of position is drawn: filled; filled in a heavy outline; a line around

WIDTH, EDGE, GAP = 880.0, 16.0, 10.0  # of the whole picture, its margin, and between its parts
CUT, MASK = 4.0, 9.0  # around a frame: what lies so far outside is cut off, and so far what is left of it is hidden
TALL, SIDE = 640.0, 300.0  # height of a tall main frame, and width of the column of enlargements beside it
LOW = 230.0  # height of the enlargements under a broad main frame
INSET_MARGIN = 0.12  # of an enlargement, left free for names
BROAD = 1.15  # a main frame wider than this times its height has its enlargements underneath
SEA, GRATICULE, OUTLINE = "#f3f6f8", "#cbd5dc", "#3c3c3c"
NAME, SMALL_TYPE, TITLE = 12.0, 10.5, 20.0  # type sizes
ROOM = 2.0  # between a place and its name
DOT = 4.5  # pixels from the middle of a mark to its edge
TINY = 8.5
DEGREE = 111.2  # km from one parallel to the next on the sphere
MOST_LINES = 5
GRID = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)  # degrees between lines
THINNEST = 0.6  # pixels; a vertex nearer to the last one cannot be seen
SWATCH, ROW = 16.0, 20.0
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class MapHolding:
    """One position that reaches a place on the day.

    Attributes:
        holder: the number of its holder in `MapData.holders`.
        kind: the label of its kind.
        manner: `PLAIN`, `HEAVY` or `RING`.
        certain: whether it is certain, or only possible, that it held.
        told: the position in words, for the title of the place.
    """

    holder: int
    kind: str
    manner: str
    certain: bool
    told: str


@dataclass(frozen=True)
class MapPlace:
    """A place of the map; without a shape it is named under the map.

    Attributes:
        parts: the identifiers of the places inside it.
        holdings: by the name of the layer.
    """

    iri: str
    label: str
    shape: Shape
    is_group: bool
    parts: frozenset[str]
    holdings: dict[str, tuple[MapHolding, ...]]


@dataclass(frozen=True)
class MapLayer:
    """One picture of the places: ``claims`` or ``administration``, with the labels of the kinds not drawn plain."""

    name: str
    manners: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MapData:
    """All that a map shows.

    Attributes:
        date: the day asked about.
        is_covered: whether the corpus says anything of that day; if not, nothing is filled, not even with the grey of nobody.
        language: of the picture; labels are in it already.
        layers: one under the other.
        holders: labels of all that ever hold a position, in the order of their identifiers, so that each keeps its
            colour through time and layers.
        places: in any order.
        sources: labels of the documents that the shapes are taken from.
        titles: of the corpus.
        notes: sentences on what is not covered or not stated, by layer.
    """

    date: str
    is_covered: bool
    language: str
    layers: tuple[MapLayer, ...]
    holders: tuple[str, ...]
    places: tuple[MapPlace, ...]
    sources: tuple[str, ...]
    titles: tuple[str, ...]
    notes: dict[str, tuple[str, ...]]


@dataclass
class _Panel:
    """A frame with the numbers of the places that it names."""

    frame: Frame
    named: list[int]
    letter: str = ""


def draw_map(data: MapData) -> str:
    """A map as an SVG document.

    The same data gives the same bytes. Each place is a group with a title that tells its name and all positions.
    """
    return _Map(data).draw()


class _Map:
    def __init__(self, data: MapData) -> None:
        self._data = data
        self._language = data.language
        drawn = [place for place in data.places if place.shape.vertices]
        # A whole lies under its parts, and the large under the small.
        self._places = sorted(drawn, key=lambda place: (-len(place.parts), -sum(abs(signed_area(ring)) for ring in place.shape.rings), place.iri))
        self._unplaced = sorted((place for place in data.places if not place.shape.vertices), key=lambda place: (place.label, place.iri))
        self._panels: list[_Panel] = []
        self._enlarged: dict[int, str] = {}  # the places that a letter on the main frame sends to an enlargement
        self._bottom = 0.0
        self._lay_out()

    # Where everything goes, the same for all layers.

    def _lay_out(self) -> None:
        shapes = [place.shape for place in self._places]
        if not shapes:
            return
        main, *outliers = apart(shapes)
        within = WIDTH - 2 * EDGE
        ratio = aspect([shapes[index] for index in main])
        side_by_side = ratio < BROAD
        width = min(within - SIDE - GAP, TALL * ratio) if side_by_side else within
        width = max(width, within - SIDE * 1.35 - GAP) if side_by_side else width
        height = TALL if side_by_side else within / ratio
        frame = Frame([shapes[index] for index in main], Box(EDGE, 0, EDGE + width, height))
        boxes = [box_of(frame.placed(shapes[index]).vertices) for index in main]
        crowds = [[main[index] for index in crowd] for crowd in crowded(boxes)]
        insets = crowds + outliers
        if not insets and side_by_side:
            frame = Frame([shapes[index] for index in main], Box(EDGE, 0, EDGE + within, height))
        for letter, crowd in zip(LETTERS, crowds, strict=False):
            self._enlarged |= dict.fromkeys(crowd, letter)
        self._panels = [_Panel(frame, [index for index in main if index not in self._enlarged])]
        self._bottom = height
        ratios = [min(max(aspect([shapes[index] for index in members]), 0.6), 2.0) for members in insets]
        shares = [1 / ratio if side_by_side else ratio for ratio in ratios]
        free = (height if side_by_side else within) - GAP * (len(insets) - 1)
        at = 0.0
        for members, share in zip(insets, shares, strict=True):
            each = free * share / sum(shares)
            if side_by_side:
                box = Box(EDGE + width + GAP, at, EDGE + within, at + each)
            else:
                box = Box(EDGE + at, height + GAP, EDGE + at + each, height + GAP + LOW)
                self._bottom = height + GAP + LOW
            at += each + GAP
            self._panels.append(_Panel(Frame([shapes[index] for index in members], box, INSET_MARGIN), members, self._enlarged.get(members[0], "")))

    # Drawing.

    def draw(self) -> str:
        body, top = [], EDGE
        titles = []
        for layer in self._data.layers:
            title = say(layer.name, self._language, day=day(self._data.date, self._language))
            titles.append(title)
            body.append(words(title, EDGE, top + TITLE, TITLE, font_weight="bold"))
            top += TITLE + 14
            body.append(element("g", "\n".join(self._panel(panel, layer) for panel in self._panels), transform=f"translate(0 {top:.0f})"))
            top += self._bottom + 12
            legend, height = self._legend(layer)
            body.append(element("g", legend, transform=f"translate(0 {top:.0f})"))
            top += height + 14
        lines = [line for credit in ["; ".join(self._data.titles), self._sources()] if credit for line in wrap(credit, SMALL_TYPE, WIDTH - 2 * EDGE)]
        body += [words(line, EDGE, top + SMALL_TYPE + index * 14, SMALL_TYPE, fill=MUTED) for index, line in enumerate(lines)]
        top += 14 * len(lines) + EDGE
        return picture(WIDTH, top, "; ".join(titles), self._description(), self._language, body)

    def _description(self) -> str:
        """The map in words: each place with what is told of it, and the notes."""
        told = [self._title(place, layer) for layer in self._data.layers for place in self._data.places if place.holdings.get(layer.name)]
        notes = [note for layer in self._data.layers for note in self._data.notes.get(layer.name, ())]
        return "\n".join([*told, *notes])

    def _sources(self) -> str:
        return say("sources", self._language, sources="; ".join(self._data.sources)) if self._data.sources else ""

    def _title(self, place: MapPlace, layer: MapLayer) -> str:
        holdings = place.holdings.get(layer.name, ())
        return "\n".join([place.label, *(holding.told for holding in holdings)]) if holdings else f"{place.label}\n{self._nobody(layer)}"

    def _nobody(self, layer: MapLayer) -> str:
        return say(f"{layer.name}-nobody" if self._data.is_covered else "uncovered", self._language)

    def _filled(self, rings: Sequence[Ring], tints: Sequence[Tint]) -> str:
        return filled(rings, tints) if self._data.is_covered else element("path", d=path_of(rings), fill=PAPER, fill_rule="evenodd")

    def _panel(self, panel: _Panel, layer: MapLayer) -> str:
        box = panel.frame.box
        lines, degrees_at = self._graticule(panel.frame)
        parts = [rectangle(box.left, box.top, box.width, box.height, fill=SEA), lines]
        main = panel is self._panels[0]
        placed = [panel.frame.placed(place.shape) for place in self._places]
        for index, place in enumerate(self._places):
            marked = not (main and index in self._enlarged)
            parts.append(self._place(place, placed[index], layer, box, marked))
        shore = [point for shape in placed for ring in shape.rings for point in _dense(ring)]
        marks = [
            point for index, shape in enumerate(placed) if not shape.rings and not (main and index in self._enlarged) for point in circle(shape.points[0], DOT)
        ]
        names = Names(box, shore + marks)
        for text, x, y in degrees_at:
            around = Box(x, y - TINY, x + text_width(text, TINY), y + 2)
            if not any(around.holds(point) for point in shore):
                parts.append(words(text, x, y, TINY, fill=MUTED))
                names.block(around)
        if main:
            for letter in sorted(set(self._enlarged.values())):
                around = box_of([vertex for index, its in self._enlarged.items() if its == letter for vertex in placed[index].vertices]).grown(5)
                parts.append(rectangle(around.left, around.top, around.width, around.height, fill="none", stroke=INK, stroke_width=1))
                names.block(around)
                spot, _ = names.place(around, None, text_width(letter, NAME) + 2, NAME)
                parts.append(label(letter, spot.left + 1, spot.bottom - 1, NAME, font_weight="bold"))
        bar, taken = self._scale_bar(panel.frame)
        names.block(taken)
        if panel.letter:
            corners = (Box(x, y, x + 22, y + 22) for y in (box.top + 14, box.bottom - 26) for x in (box.left + 4, box.right - 26))
            corner = min(corners, key=lambda each: sum(each.holds(point) for point in shore))
            parts.append(label(panel.letter, corner.left + 5, corner.bottom - 5, 15, font_weight="bold"))
            names.block(corner)
        parts.append(_mask(box))  # lines along a cut, and thick ones across it, end at the frame
        parts += self._names(panel, placed, names)
        parts += [bar, rectangle(box.left, box.top, box.width, box.height, fill="none", stroke=MUTED, stroke_width=1)]
        return "\n".join(parts)

    def _place(self, place: MapPlace, shape: Shape, layer: MapLayer, box: Box, marked: bool) -> str:
        outlines = tuple(ring for ring in (thin(ring, THINNEST) for ring in clip_to_box(shape.rings, box.grown(CUT))) if ring)
        if not outlines and marked:
            outlines = tuple((square if place.is_group else circle)(point, DOT) for point in shape.points[:1] if box.holds(point))
        if not outlines:
            return ""
        holdings = place.holdings.get(layer.name, ())
        tints = _tints(holdings)
        line = path_of(outlines)
        inner = [element("title", escape(self._title(place, layer)))]
        rings = sorted({(holding.holder, not holding.certain) for holding in holdings if holding.manner == RING})
        for number, (holder, unsure) in reversed(list(enumerate(rings))):
            inner.append(
                element(
                    "path",
                    d=line,
                    fill="none",
                    stroke=colour_of(holder),
                    stroke_width=7.0 + 5 * number,
                    stroke_linejoin="round",
                    stroke_dasharray="3 2" if unsure else None,
                )
            )
        inner.append(self._filled(outlines, tints))
        heavy = any(holding.manner == HEAVY for holding in holdings)
        sure = not tints or any(tint.certain for tint in tints)
        inner.append(
            element(
                "path",
                d=line,
                fill="none",
                stroke=OUTLINE,
                stroke_width=1.9 if heavy else 0.8,
                stroke_linejoin="round",
                stroke_dasharray=None if sure else "3 2",
            )
        )
        return element("g", "".join(inner), class_="place", data_iri=place.iri)

    def _names(self, panel: _Panel, placed: Sequence[Shape], names: Names) -> list[str]:
        parts = []
        box = panel.frame.box
        inside_first = sorted(panel.named, key=lambda index: (-len(self._places[index].parts), -_extent(placed[index], box), self._places[index].iri))
        for index in inside_first:
            shape, text = placed[index], self._places[index].label
            rings = clip_to_box(shape.rings, box)
            around = box_of([vertex for ring in rings for vertex in ring]) if rings else box_of(shape.points[:1] or shape.vertices[:1]).grown(DOT)
            around = around.grown(ROOM)
            width = text_width(text, NAME)
            spot, leader = names.place(around, _middle(rings, width, NAME), width, NAME + 2)
            if leader:
                names.lead(leader)
                parts.append(element("path", d=segments([leader]), stroke=MUTED, stroke_width=0.7, fill="none"))
            parts.append(label(text, spot.left, spot.bottom - 3, NAME))
        return parts

    def _graticule(self, frame: Frame) -> tuple[str, list[tuple[str, float, float]]]:
        """The lines of a frame, and their labels with where they stand."""
        box, projection = frame.box, frame.projection
        half = 0.75 * max(box.width, box.height) / frame.scale / DEGREE  # degrees of latitude from the middle to beyond the edge
        south, north = max(-90.0, projection.latitude - half), min(90.0, projection.latitude + half)
        stretch = min(_cosine(south), _cosine(north))
        west, east = projection.longitude - min(180, half / stretch), projection.longitude + min(180, half / stretch)
        high, wide = (extent / frame.scale / DEGREE for extent in (box.height, box.width))
        gap = next((size for size in GRID if high / size <= MOST_LINES), GRID[-1])
        wide_gap = next((size for size in GRID if wide / _cosine(projection.latitude) / size <= MOST_LINES), GRID[-1])
        lines, labels = [], []
        for latitude in steps(south, north, gap):
            curve = along(lambda longitude, latitude=latitude: frame((longitude, latitude)), west, east)  # type: ignore[misc]
            lines += [part for one, other in pairwise(curve) if (part := clip_segment(one, other, box))]
            at = _crossing(curve, box.left + 2, 0)
            if at and box.top + 34 < at[1] < box.bottom - 14:
                labels.append((degrees(latitude, False, self._language), box.left + 4, at[1] - 2))
        for longitude in steps(west, east, wide_gap):
            curve = along(lambda latitude, longitude=longitude: frame((longitude, latitude)), south, north)  # type: ignore[misc]
            lines += [part for one, other in pairwise(curve) if (part := clip_segment(one, other, box))]
            at = _crossing(curve, box.top + 11, 1)
            shown = degrees((longitude + 180) % 360 - 180, True, self._language)
            if at and box.left + 34 < at[0] + 2 and at[0] + text_width(shown, TINY) < box.right - 4:
                labels.append((shown, at[0] + 3, box.top + 10))
        return element("path", d=segments(lines), stroke=GRATICULE, stroke_width=0.7, fill="none"), labels

    def _scale_bar(self, frame: Frame) -> tuple[str, Box]:
        length = round_length(frame.box.width / 4 / frame.scale)
        pixels = length * frame.scale
        x, y = frame.box.right - pixels - 10, frame.box.bottom - 9
        ticks = segments([((x, y), (x + pixels, y)), ((x, y - 4), (x, y)), ((x + pixels, y - 4), (x + pixels, y))])
        shown = say("scale", self._language, count=f"{length:g}")
        text = words(shown, x + pixels / 2 - text_width(shown, 9) / 2, y - 4, 9, fill=MUTED)
        return element("path", d=ticks, stroke=MUTED, stroke_width=1.2, fill="none") + text, Box(x - 4, y - 16, x + pixels + 4, y + 4)

    def _legend(self, layer: MapLayer) -> tuple[str, float]:
        """The legend of a layer from the top, and how high it is."""
        parts, y = [], 0.0
        held = [holding for place in self._data.places for holding in place.holdings.get(layer.name, ())]
        x = EDGE
        stops = {}
        for certain in sorted({holding.certain for holding in held}, reverse=True):
            heading = say(CERTAIN if certain else POSSIBLE, self._language)
            parts.append(words(heading, x, y + 10, SMALL_TYPE, fill=MUTED))
            stops[certain] = x
            x += max(SWATCH * 2, text_width(heading, SMALL_TYPE)) + 12
        names_at, y = x, 14.0 if held else 0.0
        for holder in sorted({holding.holder for holding in held}):
            for certain, at in stops.items():
                if any(holding.holder == holder and holding.certain == certain for holding in held if holding.manner != RING):
                    parts.append(_swatch(at, y, [Tint(holder, certain)]))
                elif any(holding.holder == holder and holding.certain == certain for holding in held):
                    parts.append(_swatch(at, y, [], colour_of(holder)))
            parts.append(words(self._data.holders[holder], names_at, y + 12, NAME))
            y += ROW
        left_bottom = y
        # What the marks mean stands beside the holders.
        x, y = max(WIDTH * 0.36, names_at + 12 + max((text_width(self._data.holders[holding.holder], NAME) for holding in held), default=0)), 0.0
        rows: list[tuple[str, str]] = []
        if len({len(_tints(place.holdings.get(layer.name, ()))) for place in self._data.places} - {0, 1}):
            shared = next(tints for place in self._data.places if len(tints := _tints(place.holdings.get(layer.name, ()))) > 1)
            rows.append((_swatch(0, 0, shared), say("several", self._language)))
        rows.append((_swatch(0, 0, [], None if self._data.is_covered else PAPER), self._nobody(layer)))
        used = {holding.manner for holding in held}
        for manner, kind in layer.manners.items():
            if manner in used:
                mark = (
                    rectangle(1, 1, SWATCH * 2 - 2, SWATCH - 5, fill=PAPER, stroke=OUTLINE, stroke_width=1.9) if manner == HEAVY else _swatch(0, 0, [], MUTED)
                )
                rows.append((mark, say(manner, self._language, kind=kind)))
        marks = [place for place in self._places if not place.shape.rings]
        for is_group, key, ring in ((False, "point", circle), (True, "group", square)):
            if any(place.is_group == is_group for place in marks):
                mark = element("path", d=path_of([ring((SWATCH, 7), DOT)]), fill=NOBODY if self._data.is_covered else PAPER, stroke=OUTLINE, stroke_width=0.8)
                rows.append((mark, say(key, self._language)))
        for mark, text in rows:
            for number, line in enumerate(wrap(text, SMALL_TYPE, WIDTH - EDGE - x - SWATCH * 2 - 8)):
                parts.append(element("g", mark, transform=f"translate({x:.0f} {y:.0f})") if not number else "")
                parts.append(words(line, x + SWATCH * 2 + 8, y + 11, SMALL_TYPE))
                y += 14 if number else 18
        y = max(y, left_bottom) + 6
        sentences = [say("strengths", self._language)] if held else []
        sentences += [say(f"{layer.name}-only", self._language), *self._data.notes.get(layer.name, ())]
        for sentence in sentences:
            for line in wrap(sentence, SMALL_TYPE, WIDTH - 2 * EDGE):
                parts.append(words(line, EDGE, y + 11, SMALL_TYPE))
                y += 14
        listed, y = self._unplaced_list(layer, y + 4)
        return "\n".join(part for part in [*parts, *listed] if part), y

    def _unplaced_list(self, layer: MapLayer, y: float) -> tuple[list[str], float]:
        """The places without a position, together where those who hold them are the same."""
        together: dict[tuple[tuple[int, bool, str, str], ...], list[MapPlace]] = {}
        for place in self._unplaced:
            if holdings := place.holdings.get(layer.name):
                key = {(holding.holder, not holding.certain, holding.kind, holding.manner) for holding in holdings}
                together.setdefault(tuple(sorted(key)), []).append(place)
        if not together:
            return [], y
        parts = [words(say("unplaced", self._language), EDGE, y + 11, SMALL_TYPE, font_weight="bold")]
        y += 16
        for key, places in sorted(together.items()):
            who = ", ".join(
                f"{self._data.holders[holder]} ({f'{kind}, ' if layer.manners else ''}{say(POSSIBLE if unsure else CERTAIN, self._language)})"
                for holder, unsure, kind, _ in key
            )
            ring = next((colour_of(holder) for holder, _, _, manner in key if manner == RING), None)
            title = element("title", escape("\n\n".join(self._title(place, layer) for place in places)))
            lines = wrap(f"{who}: {'; '.join(place.label for place in places)}", SMALL_TYPE, WIDTH - 2 * EDGE - SWATCH * 2 - 8)
            inner = [title, _swatch(EDGE, y, _tints(places[0].holdings[layer.name]), ring)]
            for line in lines:
                inner.append(words(line, EDGE + SWATCH * 2 + 8, y + 11, SMALL_TYPE))
                y += 14
            parts.append(element("g", "".join(inner), class_="place"))
            y += 4
        return parts, y


def _tints(holdings: Sequence[MapHolding]) -> list[Tint]:
    """Those who fill a place, in the order of their identifiers, each certain if any of its positions is."""
    filling = [holding for holding in holdings if holding.manner != RING]
    return [Tint(holder, any(holding.certain for holding in filling if holding.holder == holder)) for holder in sorted({holding.holder for holding in filling})]


def _mask(box: Box) -> str:
    """The ground again around a frame."""
    outer = box.grown(MASK)
    inner: Ring = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
    around: Ring = ((outer.left, outer.top), (outer.right, outer.top), (outer.right, outer.bottom), (outer.left, outer.bottom))
    return element("path", d=path_of([around, inner]), fill=PAPER, fill_rule="evenodd")


def _swatch(x: float, y: float, tints: Sequence[Tint], around: str | None = None) -> str:
    box = ((x + 2, y + 2), (x + SWATCH * 2 - 2, y + 2), (x + SWATCH * 2 - 2, y + SWATCH - 3), (x + 2, y + SWATCH - 3))
    sure = not tints or any(tint.certain for tint in tints)
    halo = element("path", d=path_of([box]), fill="none", stroke=around, stroke_width=4) if around else ""
    ground = element("path", d=path_of([box]), fill=PAPER) if around and not tints else filled([box], tints)
    return halo + ground + element("path", d=path_of([box]), fill="none", stroke=OUTLINE, stroke_width=0.8, stroke_dasharray=None if sure else "3 2")


def _dense(ring: Ring) -> list[Point]:
    """A ring with points at most four pixels apart, to tell whether a name covers it."""
    points = []
    for (x, y), (next_x, next_y) in zip(ring, ring[1:] + ring[:1], strict=True):
        count = max(1, int(max(abs(next_x - x), abs(next_y - y)) // 4))
        points += [(x + (next_x - x) * step / count, y + (next_y - y) * step / count) for step in range(count)]
    return points


def _extent(shape: Shape, box: Box) -> float:
    rings = clip_to_box(shape.rings, box)
    return sum(abs(signed_area(ring)) for ring in rings)


def _middle(rings: Sequence[Ring], width: float, height: float) -> Point | None:
    """A point around which a name fits into the widest part of some rings, or None."""
    best: tuple[float, Point] | None = None
    for ring in rings:
        box = box_of(ring)
        if box.width < width or box.height < height:
            continue
        for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
            level = box.top + share * box.height
            room = _room(ring, level - height / 2, level + height / 2)
            if room and room[1] - room[0] >= width * 1.08 and (best is None or room[1] - room[0] > best[0]):
                best = (room[1] - room[0], ((room[0] + room[1]) / 2, level))
    return best[1] if best else None


def _room(ring: Ring, top: float, bottom: float) -> tuple[float, float] | None:
    """The widest span inside a ring that is free over a band of heights, seen at its ends and its middle."""
    spans = []
    for level in (top, (top + bottom) / 2, bottom):
        cuts = sorted(
            x + (level - y) / (next_y - y) * (next_x - x)
            for (x, y), (next_x, next_y) in zip(ring, ring[1:] + ring[:1], strict=True)
            if (y <= level) != (next_y <= level)
        )
        pairs = list(zip(cuts[::2], cuts[1::2], strict=True))
        if not pairs:
            return None
        spans.append(max(pairs, key=lambda pair: pair[1] - pair[0]))
    left, right = max(span[0] for span in spans), min(span[1] for span in spans)
    return (left, right) if right > left else None


def _crossing(curve: Sequence[Point], level: float, axis: int) -> Point | None:
    """Where a curve crosses a line along the other axis."""
    for one, other in pairwise(curve):
        if (one[axis] <= level) != (other[axis] <= level):
            share = (level - one[axis]) / (other[axis] - one[axis])
            return one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])
    return None


def _cosine(latitude: float) -> float:
    from math import cos, radians

    return max(0.05, cos(radians(latitude)))
