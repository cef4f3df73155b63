"""Where names stand on a map: beside what they name, and clear of everything else."""

from __future__ import annotations

import math
from collections.abc import Iterable

from treatygraph.drawing.cutting import clip_segment
from treatygraph.drawing.geometry import Box, Point

__all__ = ["Names"]

CELL = 4.0  # pixels: the grid in which it is noted what is taken
REACHES, NEAR = (4.0, 10.0, 20.0, 32.0, 46.0, 62.0, 84.0, 110.0), 12.0  # pixels from a place to its name; beyond the last number a line leads to it
# To the right of it, to the left, above and below; halves are somewhat above and below, or begin or end where it does.
DIRECTIONS = (
    (1, 0), (-1, 0), (1, -0.5), (1, 0.5), (-1, -0.5), (-1, 0.5), (1, -1), (1, 1), (-1, -1), (-1, 1), (0, -1), (0, 1), (0.5, -1), (0.5, 1), (-0.5, -1),
    (-0.5, 1),
)  # fmt: skip
OUTSIDE, OVER_NAME, OVER_LINE, OVER_SHAPE, LINE_OVER_NAME, LINE_OVER_SHAPE = 200.0, 400.0, 60.0, 8.0, 200.0, 3.0  # what each costs, against a pixel's tenth


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
                box = _beside(around, dx, dy, reach, width, height)
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
        return outside * OUTSIDE + over_names * OVER_NAME + over_lines * OVER_LINE + over_shapes * OVER_SHAPE

    def _cost_of_line(self, line: tuple[Point, Point], around: Box) -> float:
        over_names = sum(1 for name in self._names if clip_segment(*line, name))
        count = max(1, int(math.dist(*line) // CELL))
        points = [(line[0][0] + (line[1][0] - line[0][0]) * step / count, line[0][1] + (line[1][1] - line[0][1]) * step / count) for step in range(count)]
        over_shapes = sum((int(x // CELL), int(y // CELL)) in self._taken for x, y in points if not around.holds((x, y)))
        return over_names * LINE_OVER_NAME + over_shapes * LINE_OVER_SHAPE

    def lead(self, line: tuple[Point, Point]) -> None:
        """Keep later names off a line."""
        self._lines.append(line)


def _beside(around: Box, dx: float, dy: float, reach: float, width: float, height: float) -> Box:
    """A box of a size in a direction from another one, see `DIRECTIONS`."""
    lefts = {1: around.right + reach, 0.5: around.left, 0: around.centre[0] - width / 2, -0.5: around.right - width, -1: around.left - reach - width}
    over = height * (0.5 if abs(dx) == 1 else 1)  # how far it is above what it stands above
    top = around.centre[1] - height / 2 if dy == 0 else around.top + reach * dy - over if dy < 0 else around.bottom + reach * dy - height + over
    return Box(lefts[dx], top, lefts[dx] + width, top + height)


def _leader(around: Box, name: Box) -> tuple[Point, Point]:
    to = around.centre
    return (min(max(to[0], name.left), name.right), min(max(to[1], name.top), name.bottom)), to
