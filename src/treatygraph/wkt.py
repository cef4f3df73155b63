"""Shapes: Well-Known Text in, GeoJSON geometry out (RFC 7946, section 3.1)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from treatygraph.errors import CorpusError
from treatygraph.namespaces import CRS84

__all__ = ["geometry"]

_TOKEN = re.compile(r"\s*([(),]|[A-Za-z]+|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_KINDS = {  # name in WKT to the name in GeoJSON, and how deep the lists of positions are nested
    "POINT": ("Point", 0),
    "LINESTRING": ("LineString", 1),
    "POLYGON": ("Polygon", 2),
    "MULTIPOINT": ("MultiPoint", 1),
    "MULTILINESTRING": ("MultiLineString", 2),
    "MULTIPOLYGON": ("MultiPolygon", 3),
}


def geometry(wkt: str) -> dict[str, Any]:
    """The geometry that a text says.

    Rings are turned as RFC 7946 wants them (section 3.1.6): the outer one counterclockwise, holes clockwise.

    Args:
        wkt: OGC Simple Features, longitude before latitude; a coordinate system may be named if it is CRS84.

    Raises:
        CorpusError: the text is not WKT, or uses another coordinate system.
    """
    text = wkt.strip()
    if text.startswith("<"):
        system, _, text = text[1:].partition(">")
        if system != CRS84:
            raise CorpusError(f"The coordinate system <{system}> is not {CRS84}.", "Write the geometry as longitude and latitude (WGS 84).")
    reader = _Reader(text, wkt)
    found = reader.shape()
    reader.expect("")
    return found


class _Reader:
    def __init__(self, text: str, whole: str) -> None:
        self._text = text
        self._whole = whole
        self._at = 0

    def _next(self) -> str:
        match = _TOKEN.match(self._text, self._at)
        return match[1] if match else ""

    def _take(self) -> str:
        match = _TOKEN.match(self._text, self._at)
        if match:
            self._at = match.end()
            return match[1]
        if self._text[self._at :].strip():
            raise self._wrong()
        return ""

    def _wrong(self) -> CorpusError:
        shown = self._whole if len(self._whole) <= 60 else f"{self._whole[:60]}…"
        return CorpusError(f"'{shown}' is not Well-Known Text.", "Write for example POINT(146.7 43.8).")

    def expect(self, token: str) -> None:
        if self._take() != token:
            raise self._wrong()

    def shape(self) -> dict[str, Any]:
        name = self._take().upper()
        if name == "GEOMETRYCOLLECTION":
            return {"type": "GeometryCollection", "geometries": self._listed(self.shape)}
        if name not in _KINDS:
            raise self._wrong()
        kind, depth = _KINDS[name]
        coordinates: list[Any] = self._nested(depth) if depth else self._point()
        if kind == "Polygon":
            coordinates = _turned(coordinates)
        elif kind == "MultiPolygon":
            coordinates = [_turned(polygon) for polygon in coordinates]
        return {"type": kind, "coordinates": coordinates}

    def _point(self) -> list[float]:
        self.expect("(")
        position = self._position()
        self.expect(")")
        return position

    def _nested(self, depth: int) -> list[Any]:
        if depth > 1:
            return self._listed(lambda: self._nested(depth - 1))
        return self._listed(lambda: self._point() if self._next() == "(" else self._position())

    def _listed(self, read: Any) -> list[Any]:  # noqa: ANN401 - a reader of anything
        self.expect("(")
        found = [read()]
        while self._next() == ",":
            self._take()
            found.append(read())
        self.expect(")")
        return found

    def _position(self) -> list[float]:
        numbers = []
        while self._next() not in ("", ",", "(", ")"):
            try:
                numbers.append(float(self._take()))
            except ValueError:
                raise self._wrong() from None
        if len(numbers) not in (2, 3):
            raise self._wrong()
        return numbers


def _turned(rings: list[Any]) -> list[Any]:
    return [ring if (_area(ring) >= 0) == (number == 0) else ring[::-1] for number, ring in enumerate(rings)]


def _area(ring: list[list[float]]) -> float:
    """Twice the area that a ring encloses, positive where it goes counterclockwise."""
    return sum(here[0] * there[1] - there[0] * here[1] for here, there in pairwise(ring))
