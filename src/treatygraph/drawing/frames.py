"""The frames of a map: which places need one of their own, and how it fits them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from treatygraph.drawing.geometry import Box, Point, Shape, box_of
from treatygraph.drawing.projection import Albers, distance

__all__ = ["Frame", "along", "apart", "aspect", "crowded", "round_length", "steps"]

SAMPLE, SAMPLES = 12, 400  # vertices that stand for a shape where distances are asked: of one shape, and of all together
OUTLIERS = 0.25  # a far group is cut off where it has at most this share of the places ...
EMPTY = 0.35  # ... and the gap before it is at least this share of the whole way across
SMALL, CLOSE, MANY = 18.0, 14.0, 3  # so many places, each smaller than this and nearer than that to the next, in pixels, crowd
MARGIN = 0.05  # of a frame, left free around what it shows
LEAST_EXTENT = 30.0  # km: a frame around a single point


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


def _sample(shape: Shape, count: int) -> tuple[Point, ...]:
    vertices = shape.vertices
    return vertices[:: max(1, math.ceil(len(vertices) / count))]


def apart(shapes: Sequence[Shape]) -> list[list[int]]:
    """Shapes in groups that are so far from each other that one frame would be mostly empty.

    Returns:
        the numbers of the shapes, the largest group first; the others are the outliers.
    """
    samples = [_sample(shape, max(1, min(SAMPLE, SAMPLES // len(shapes)))) for shape in shapes]
    far = {(one, other): min(distance(a, b) for a in samples[one] for b in samples[other]) for one, other in combinations(range(len(shapes)), 2)}
    main, outliers = list(range(len(shapes))), list[list[int]]()
    while len(main) > 1:
        near, rest, gap = _widest_cut(main, far)
        across = max(far[one, other] for one, other in combinations(main, 2))
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
