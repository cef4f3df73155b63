"""What goes where on a map: which places need a frame of their own, how a frame fits them, and where names stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from treatygraph.drawing.geometry import Box, Point, Shape, box_of, clip_segment
from treatygraph.drawing.projection import Albers, distance

__all__ = ["Frame", "Names", "along", "apart", "aspect", "crowded", "round_length", "steps"]

SAMPLE = 12  # vertices of a shape that stand for it where distances between shapes are asked
OUTLIERS = 0.25  # a far group is cut off where it has at most this share of the places ...
EMPTY = 0.35  # ... and the gap before it is at least this share of the whole way across
SMALL, CLOSE, MANY = 18.0, 14.0, 3  # so many places, each smaller than this and nearer than that to the next, in pixels, crowd
MARGIN = 0.05  # of a frame, left free around what it shows
CELL = 4.0  # pixels: the grid in which it is noted what is taken
LEAST_EXTENT = 30.0  # km: a frame around a single point
REACHES, NEAR = (4.0, 10.0, 20.0, 32.0, 46.0, 62.0, 84.0, 110.0), 12.0  # pixels from a place to its name; beyond the last number a line leads to it
# To the right of it, to the left, above and below; halves are somewhat above and below, or end or begin where it does.
DIRECTIONS = (
    (1, 0),
    (-1, 0),
    (1, -0.5),
    (1, 0.5),
    (-1, -0.5),
    (-1, 0.5),
    (1, -1),
    (1, 1),
    (-1, -1),
    (-1, 1),
    (0, -1),
    (0, 1),
    (0.5, -1),
    (0.5, 1),
    (-0.5, -1),
    (-0.5, 1),
)


class Frame:
    """A rectangle of the picture with a projection fitted to what it shows.

    Args:
        shapes: what it has to hold, in degrees.
        box: where it is in the picture.
        margin: the share of it that stays free around them.
    """

    def __init__(self, shapes: Sequence[Shape], box: Box, margin: float = MARGIN) -> None:
        vertices = [vertex for shape in shapes for vertex in shape.vertices]
        self.box = box
        self.projection = Albers(vertices)
        extent = box_of(map(self.projection, vertices))
        wide, high = max(extent.width, LEAST_EXTENT), max(extent.height, LEAST_EXTENT)
        self.scale = min(box.width / wide, box.height / high) / (1 + 2 * margin)  # pixels a kilometre
        (self._x, self._y), (self._left, self._top) = extent.centre, box.centre

    def __call__(self, point: Point) -> Point:
        """Where a place in degrees is in the picture."""
        x, y = self.projection(point)
        return self._left + (x - self._x) * self.scale, self._top + (y - self._y) * self.scale

    def placed(self, shape: Shape) -> Shape:
        """A shape in pixels."""
        return Shape(tuple(tuple(map(self, ring)) for ring in shape.rings), tuple(map(self, shape.points)))


def aspect(shapes: Sequence[Shape]) -> float:
    """Width over height of what some shapes cover in the projection that fits them."""
    vertices = [vertex for shape in shapes for vertex in shape.vertices]
    extent = box_of(map(Albers(vertices), vertices))
    return max(extent.width, LEAST_EXTENT) / max(extent.height, LEAST_EXTENT)


def _sample(shape: Shape) -> tuple[Point, ...]:
    vertices = shape.vertices
    return vertices[:: max(1, len(vertices) // SAMPLE)]


def apart(shapes: Sequence[Shape]) -> list[list[int]]:
    """Shapes in groups that are so far from each other that one frame would be mostly empty.

    Returns:
        the numbers of the shapes, the largest group first; the others are the outliers.
    """
    samples = [_sample(shape) for shape in shapes]
    far = {
        (one, other): min(distance(a, b) for a in samples[one] for b in samples[other]) for one in range(len(shapes)) for other in range(one + 1, len(shapes))
    }
    main, outliers = list(range(len(shapes))), list[list[int]]()
    while len(main) > 1:
        near, rest, gap = _widest_cut(main, far)
        across = max(distance(a, b) for one in main for other in main for a in samples[one] for b in samples[other])
        if len(rest) > OUTLIERS * len(shapes) or gap < EMPTY * across:
            break
        main, outliers = near, [*outliers, rest]
    return [main, *outliers]


def _widest_cut(members: list[int], far: dict[tuple[int, int], float]) -> tuple[list[int], list[int], float]:
    """The two sides of the longest edge of the minimum spanning tree (Prim), the larger side first."""
    order, edges, waiting = [members[0]], [], {member: (far[members[0], member], members[0]) for member in members[1:]}
    while waiting:
        member = min(waiting, key=lambda item: (waiting[item][0], item))
        edges.append((*waiting.pop(member), member))
        order.append(member)
        waiting = {other: min(nearest, (far[min(member, other), max(member, other)], member)) for other, nearest in waiting.items()}
    longest = max(range(len(edges)), key=lambda index: edges[index][0])
    side = {members[0]}
    for index, (_, parent, member) in enumerate(edges):
        if index != longest and parent in side:
            side.add(member)
    near, rest = [member for member in members if member in side], [member for member in members if member not in side]
    return (near, rest, edges[longest][0]) if len(near) >= len(rest) else (rest, near, edges[longest][0])


def crowded(boxes: Sequence[Box]) -> list[list[int]]:
    """The places, by their boxes in pixels, that stand so small and close together that they need an enlargement."""
    small = [index for index, box in enumerate(boxes) if max(box.width, box.height) < SMALL]
    groups: list[list[int]] = []
    for index in small:
        touching = [group for group in groups if any(boxes[index].grown(CLOSE).meets(boxes[other]) for other in group)]
        groups = [group for group in groups if group not in touching] + [sorted([index, *(other for group in touching for other in group)])]
    return sorted(group for group in groups if len(group) >= MANY)


class Names:
    """Places for names in one frame: beside what they name, clear of each other, of the shapes and of the edge.

    Args:
        box: where names may stand.
        taken: points of the picture that names had better not cover.
    """

    def __init__(self, box: Box, taken: Iterable[Point]) -> None:
        self._box = box
        self._taken = {(int(x // CELL), int(y // CELL)) for x, y in taken}
        self._names: list[Box] = []
        self._lines: list[tuple[Point, Point]] = []

    def block(self, box: Box) -> None:
        """Keep names out of a box."""
        self._names.append(box)

    def place(self, around: Box, inside: Point | None, width: float, height: float) -> tuple[Box, tuple[Point, Point] | None]:
        """A box for a name of a size.

        Args:
            around: the box of what it names.
            inside: a point inside that is wide enough for the name, or None.

        Returns:
            the box, and a line that leads to it where it stands far off.
        """
        choices: list[tuple[float, Box, tuple[Point, Point] | None]] = []
        if inside:
            x, y = inside
            box = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            choices.append((self._cost(box, inside=True), box, None))
        for reach in REACHES:
            for number, (dx, dy) in enumerate(DIRECTIONS):
                x = {1: around.right + reach, 0.5: around.left, 0: around.centre[0] - width / 2, -0.5: around.right - width, -1: around.left - reach - width}[
                    dx
                ]
                beside = abs(dx) == 1
                if dy == 0:
                    y = around.centre[1] - height / 2
                elif dy < 0:
                    y = around.top + reach * dy - height * (0.5 if beside else 1)
                else:
                    y = around.bottom + reach * dy - height * (0.5 if beside else 0)
                box = Box(x, y, x + width, y + height)
                leader = _leader(around, box) if reach > NEAR else None
                cost = self._cost(box) + reach / 10 + number / 100 + (self._cost_of_line(leader, around) if leader else 0)
                choices.append((cost, box, leader))
        _, box, leader = min(choices, key=lambda choice: choice[0])
        self._names.append(box)
        return box, leader

    def _cost(self, box: Box, inside: bool = False) -> float:
        outside = max(0.0, self._box.left - box.left, self._box.top - box.top, box.right - self._box.right, box.bottom - self._box.bottom)
        over_names = sum(1 for name in self._names if name.grown(1).meets(box))
        over_lines = sum(1 for line in self._lines if clip_segment(*line, box))
        columns, rows = range(int(box.left // CELL), int(box.right // CELL) + 1), range(int(box.top // CELL), int(box.bottom // CELL) + 1)
        over_shapes = 0 if inside else sum((column, row) in self._taken for column in columns for row in rows)
        return outside * 200 + over_names * 400 + over_lines * 60 + over_shapes * 8

    def _cost_of_line(self, line: tuple[Point, Point], around: Box) -> float:
        over_names = sum(1 for name in self._names if clip_segment(*line, name))
        count = max(1, int(math.dist(*line) // CELL))
        points = [(line[0][0] + (line[1][0] - line[0][0]) * step / count, line[0][1] + (line[1][1] - line[0][1]) * step / count) for step in range(count)]
        over_shapes = sum((int(x // CELL), int(y // CELL)) in self._taken for x, y in points if not around.holds((x, y)))
        return over_names * 200 + over_shapes * 3

    def lead(self, line: tuple[Point, Point]) -> None:
        """Keep later names off a line."""
        self._lines.append(line)


def _leader(around: Box, name: Box) -> tuple[Point, Point]:
    to = around.centre
    return (min(max(to[0], name.left), name.right), min(max(to[1], name.top), name.bottom)), to


def steps(low: float, high: float, size: float) -> list[float]:
    """The multiples of a size between two ends."""
    return [number * size for number in range(math.ceil(low / size), math.floor(high / size) + 1)]


def round_length(most: float) -> float:
    """The longest of 1, 2, 5, 10, 20, 50 ... that is at most so long."""
    power: float = 10.0 ** math.floor(math.log10(most))
    return max(length * power for length in (1, 2, 5) if length * power <= most)


def along(start: float, end: float, count: int = 60) -> list[float]:
    """Numbers from one to another at equal distances, both ends among them."""
    return [start + (end - start) * index / count for index in range(count + 1)]
