"""Shapes in the plane, and how well-known text writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Box", "Point", "Ring", "Shape", "box_of", "circle", "read_wkt", "signed_area", "square", "thin"]

Point = tuple[float, float]
Ring = tuple[Point, ...]
TAG = re.compile(r"^\s*(?:<(?P<crs>[^>]*)>)?\s*(?P<tag>POINT|MULTIPOINT|POLYGON|MULTIPOLYGON)\s*(?P<body>\(.*\)|EMPTY)\s*$", re.IGNORECASE | re.DOTALL)
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
PAIR = re.compile(rf"({NUMBER})\s+({NUMBER})")


@dataclass(frozen=True)
class Box:
    """A rectangle with its sides along the axes."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def holds(self, point: Point) -> bool:
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def meets(self, other: Box) -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True)
class Shape:
    """The geometry of one place: rings of its outlines (holes among them, by the even-odd rule), or single points."""

    rings: tuple[Ring, ...] = ()
    points: tuple[Point, ...] = ()

    @property
    def vertices(self) -> tuple[Point, ...]:
        return tuple(point for ring in self.rings for point in ring) + self.points


def read_wkt(text: str, crs: str) -> Shape:
    """The shape that some well-known text describes, in degrees of longitude and latitude.

    Args:
        text: POINT, MULTIPOINT, POLYGON or MULTIPOLYGON, in two dimensions, as OGC Simple Features (06-103r4, 7) and
            GeoSPARQL 1.1 (8.5.1) write it.
        crs: the reference system that a prefix may name; it is the one meant where there is none.

    Raises:
        ValueError: it is none of these, or in another reference system.
    """
    match = TAG.match(text)
    if not match:
        raise ValueError("not a POINT, MULTIPOINT, POLYGON or MULTIPOLYGON in two dimensions")
    if match["crs"] and match["crs"] != crs:
        raise ValueError(f"in the reference system {match['crs']}, not {crs}")
    body = match["body"]
    if body.count("(") != body.count(")") or (body.upper() != "EMPTY" and PAIR.sub("", body).strip("(), \t\r\n")):
        raise ValueError("coordinates are not pairs of numbers")
    lists = [tuple((float(x), float(y)) for x, y in PAIR.findall(part)) for part in re.findall(r"\(([^()]*)\)", body)]
    if match["tag"].upper().endswith("POINT"):
        return Shape(points=tuple(point for part in lists for point in part))
    if any(len(ring) < 4 or ring[0] != ring[-1] for ring in lists):
        raise ValueError("a ring is not closed")
    return Shape(rings=tuple(ring[:-1] for ring in lists))


def box_of(points: Iterable[Point]) -> Box:
    """The smallest box around some points, of which there is at least one."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def signed_area(ring: Ring) -> float:
    """The area of a ring by the shoelace formula; negative where it turns the other way."""
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def circle(middle: Point, radius: float) -> Ring:
    """A circle as a ring of sixteen points."""
    return tuple((middle[0] + radius * math.cos(step * math.pi / 8), middle[1] + radius * math.sin(step * math.pi / 8)) for step in range(16))


def square(middle: Point, half: float) -> Ring:
    """A square as a ring."""
    x, y = middle
    return ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))


def thin(ring: Ring, step: float) -> Ring:
    """A ring without the points that are nearer than a step to the last one kept; what gets smaller than a triangle goes."""
    kept: list[Point] = []
    for point in ring:
        if not kept or math.dist(kept[-1], point) >= step:
            kept.append(point)
    return tuple(kept) if len(kept) > 2 else ()
