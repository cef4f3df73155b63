"""Rings cut, striped and hatched.

Hatching and stripes are lines and areas of their own, for the viewers of code forges take patterns, clips and style
sheets out of an SVG and leave its plain shapes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from treatygraph.drawing.geometry import Box, Point, Ring, box_of

__all__ = ["clip_segment", "clip_to_box", "cut", "hatch", "room_in", "stripes"]


def clip_to_box(rings: Iterable[Ring], box: Box) -> tuple[Ring, ...]:
    """What of some rings lies in a box."""
    found = tuple(rings)
    for a, b, least in ((1.0, 0.0, box.left), (-1.0, 0.0, -box.right), (0.0, 1.0, box.top), (0.0, -1.0, -box.bottom)):
        found = tuple(part for ring in found for part in cut(ring, a, b, least))
    return found


def cut(ring: Ring, a: float, b: float, least: float) -> list[Ring]:
    """The parts of a ring where ``a * x + b * y >= least``, each a ring of its own.

    The ring is walked in chains from where it enters to where it leaves. Along the line of the cut, inside and outside
    take turns, so that each end of a chain goes on at its neighbour in the order of the line.
    """
    over = [a * x + b * y - least for x, y in ring]
    if min(over) >= 0:
        return [ring]
    if max(over) < 0:
        return []
    start = next(index for index in range(len(ring)) if over[index - 1] < 0 <= over[index])
    chains: list[list[Point]] = []
    for step in range(len(ring)):
        index = (start + step) % len(ring)
        before = index - 1
        if (over[before] < 0) != (over[index] < 0):
            share = over[before] / (over[before] - over[index])
            (x, y), (to_x, to_y) = ring[before], ring[index]
            crossing = (x + share * (to_x - x), y + share * (to_y - y))
            if over[index] >= 0:
                chains.append([crossing])
            else:
                chains[-1].append(crossing)
        if over[index] >= 0:
            chains[-1].append(ring[index])
    places = [(-b * x + a * y, chain, end) for chain, points in enumerate(chains) for end, (x, y) in ((0, points[0]), (1, points[-1]))]
    order = sorted(places)
    partner = {}
    for (_, chain, end), (_, other, other_end) in zip(order[::2], order[1::2], strict=True):
        partner[chain, end], partner[other, other_end] = (other, other_end), (chain, end)
    rings, waiting = [], set(range(len(chains)))
    while waiting:
        chain, points = min(waiting), []
        while chain in waiting:
            waiting.discard(chain)
            points += chains[chain]
            chain, at_end = partner[chain, 1]
            if at_end:  # the ring touches itself on the line: the piece is closed where it is
                break
        rings.append(tuple(points))
    return [piece for piece in rings if len(piece) > 2]


def clip_segment(one: Point, other: Point, box: Box) -> tuple[Point, Point] | None:
    """What of a line between two points lies in a box (Liang and Barsky 1984), or None."""
    (x, y), (dx, dy) = one, (other[0] - one[0], other[1] - one[1])
    enter, leave = 0.0, 1.0
    for towards, room in ((-dx, x - box.left), (dx, box.right - x), (-dy, y - box.top), (dy, box.bottom - y)):
        if towards == 0:
            if room < 0:
                return None
        elif towards < 0:
            enter = max(enter, room / towards)
        else:
            leave = min(leave, room / towards)
    return ((x + enter * dx, y + enter * dy), (x + leave * dx, y + leave * dy)) if enter < leave else None


def stripes(rings: Iterable[Ring], count: int, width: float, angle: float) -> list[tuple[Ring, ...]]:
    """Rings cut into stripes of one width that lean by an angle in degrees, dealt out in turn.

    Returns:
        of each of ``count`` turns, the pieces that fall to it. The turns are laid out from the middle of the shape, so
        that the smallest shape still shows each of them.
    """
    rings = tuple(rings)
    a, b = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    along = [a * x + b * y for ring in rings for x, y in ring]
    first, last = min(along), max(along)
    width = min(width, (last - first) / count)
    turns: list[list[Ring]] = [[] for _ in range(count)]
    if width <= 0:
        return [tuple(turn) for turn in turns]
    bands = max(count, math.ceil((last - first) / width))
    start = (first + last - bands * width) / 2
    for band in range(bands):
        low, high = start + band * width, start + (band + 1) * width
        turns[band % count] += [piece for ring in rings for part in cut(ring, a, b, low) for piece in cut(part, -a, -b, -high)]
    return [tuple(turn) for turn in turns]


def hatch(rings: Iterable[Ring], gap: float, angle: float) -> list[tuple[Point, Point]]:
    """Parallel lines over the inside of some rings (even-odd), a gap apart, that lean by an angle in degrees."""
    rings = tuple(rings)
    along, across = (math.cos(math.radians(angle)), math.sin(math.radians(angle))), (-math.sin(math.radians(angle)), math.cos(math.radians(angle)))
    turned = [tuple((x * along[0] + y * along[1], x * across[0] + y * across[1]) for x, y in ring) for ring in rings]
    heights = [v for ring in turned for _, v in ring]
    if not heights:
        return []
    lines = []
    # Lines stand at the same places over the whole picture, so that neighbours and pieces join.
    for number in range(math.ceil(min(heights) / gap), math.floor(max(heights) / gap) + 1):
        level = number * gap
        cuts = sorted(crossing for ring in turned for crossing in _crossings(ring, level))
        for span in zip(cuts[::2], cuts[1::2], strict=True):
            begin, end = ((at * along[0] + level * across[0], at * along[1] + level * across[1]) for at in span)
            lines.append((begin, end))
    return lines


def room_in(rings: Iterable[Ring], width: float, height: float) -> Point | None:
    """The middle of a stretch of a size that fits into the widest part of some rings, or None where there is none."""
    best: tuple[float, Point] | None = None
    for ring in rings:
        box = box_of(ring)
        if box.width < width or box.height < height:
            continue
        for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
            level = box.top + share * box.height
            left, right = _free(ring, level - height / 2, level + height / 2)
            if right - left >= width and (best is None or right - left > best[0]):
                best = (right - left, ((left + right) / 2, level))
    return best[1] if best else None


def _free(ring: Ring, top: float, bottom: float) -> tuple[float, float]:
    """The widest span inside a ring that is free over a band of heights, seen at its ends and its middle."""
    left, right = -math.inf, math.inf
    for level in (top, (top + bottom) / 2, bottom):
        crossings = _crossings(ring, level)
        if not crossings:
            return 0.0, 0.0
        begin, end = max(zip(crossings[::2], crossings[1::2], strict=True), key=lambda span: span[1] - span[0])
        left, right = max(left, begin), min(right, end)
    return left, right


def _crossings(ring: Ring, level: float) -> list[float]:
    """Where a ring crosses a height, from left to right; an even number of times."""
    return sorted(
        x + (level - y) / (next_y - y) * (next_x - x)
        for (x, y), (next_x, next_y) in zip(ring, ring[1:] + ring[:1], strict=True)
        if (y <= level) != (next_y <= level)
    )
