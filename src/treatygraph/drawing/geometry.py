"""Shapes in the plane."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from treatygraph.errors import CorpusError
from treatygraph.wkt import geometry

__all__ = ["Box", "Point", "Ring", "Shape", "box_of", "circle", "read_wkt", "signed_area", "square", "thin"]

Point = tuple[float, float]
Ring = tuple[Point, ...]


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


def read_wkt(text: str) -> Shape:
    """The shape that some well-known text describes, in degrees of longitude and latitude.

    Raises:
        CorpusError: it is none, is in another reference system than CRS84, is a line, or has a ring that is not closed.
    """
    return _shape(geometry(text))


def _shape(found: Mapping[str, Any]) -> Shape:
    """The shape of a GeoJSON geometry."""
    kind = found["type"]
    if kind == "GeometryCollection":
        parts = [_shape(part) for part in found["geometries"]]
        return Shape(tuple(ring for part in parts for ring in part.rings), tuple(point for part in parts for point in part.points))
    if kind in ("Point", "MultiPoint"):
        positions = [found["coordinates"]] if kind == "Point" else found["coordinates"]
        return Shape(points=tuple(_point(position) for position in positions))
    if kind not in ("Polygon", "MultiPolygon"):
        raise CorpusError(f"A {kind} is no place on a map.", "Give a point or an outline.")
    polygons = [found["coordinates"]] if kind == "Polygon" else found["coordinates"]
    rings = [ring for polygon in polygons for ring in polygon]
    if any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
        raise CorpusError("A ring is not closed.", "Its last point has to be its first.")
    return Shape(rings=tuple(tuple(_point(position) for position in ring[:-1]) for ring in rings))


def _point(position: Sequence[float]) -> Point:
    return position[0], position[1]


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
