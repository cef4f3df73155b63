"""From degrees to kilometres in the plane: Albers' equal-area conic projection, fitted to what is drawn.

Equal areas, so that no island looks larger than it is beside another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from treatygraph.drawing.geometry import Point

__all__ = ["RADIUS", "Albers", "distance"]

RADIUS = 6371.0088  # km: the mean radius of the Earth (Moritz 2000, Geodetic Reference System 1980)
FLAT = 1e-9  # a cone with less of an opening is a cylinder


class Albers:
    """Albers' projection of the sphere (Snyder 1987, Map Projections, USGS Professional Paper 1395, pages 98 to 101).

    The central meridian is the middle of the points, the standard parallels lie a sixth of their height inside their
    southern and northern ends (the rule of Kavrayskiy, ibid. page 99). x grows to the east, y to the south.
    """

    def __init__(self, points: Iterable[Point]) -> None:
        points = tuple(points)
        # The middle longitude is taken on the circle, so that it is right across the 180th meridian as well.
        east = sum(math.cos(math.radians(longitude)) for longitude, _ in points)
        north = sum(math.sin(math.radians(longitude)) for longitude, _ in points)
        around = math.degrees(math.atan2(north, east))
        offsets = [_turn(longitude - around) for longitude, _ in points]
        latitudes = [latitude for _, latitude in points]
        self.longitude = around + (min(offsets) + max(offsets)) / 2
        low, high = min(latitudes), max(latitudes)
        self.latitude = (low + high) / 2
        first, second = math.radians(low + (high - low) / 6), math.radians(high - (high - low) / 6)
        self._n = (math.sin(first) + math.sin(second)) / 2
        self._c = math.cos(first) ** 2 + 2 * self._n * math.sin(first)
        self._middle = math.cos(math.radians(self.latitude))
        self._rho0 = self._rho(math.radians(self.latitude))

    def _rho(self, latitude: float) -> float:
        return RADIUS * math.sqrt(max(0.0, self._c - 2 * self._n * math.sin(latitude))) / self._n if abs(self._n) > FLAT else 0.0

    def __call__(self, point: Point) -> Point:
        """Kilometres east and south of the middle."""
        turned, latitude = math.radians(_turn(point[0] - self.longitude)), math.radians(point[1])
        if abs(self._n) <= FLAT:  # around the equator: Lambert's cylindrical equal-area projection, ibid. page 77
            return RADIUS * turned * self._middle, -RADIUS * (math.sin(latitude) - math.sin(math.radians(self.latitude))) / self._middle
        rho, theta = self._rho(latitude), self._n * turned
        return rho * math.sin(theta), rho * math.cos(theta) - self._rho0


def distance(one: Point, other: Point) -> float:
    """Kilometres between two places on the sphere (haversine formula)."""
    (east, north), (other_east, other_north) = one, other
    phi, other_phi = math.radians(north), math.radians(other_north)
    half = math.sin((other_phi - phi) / 2) ** 2 + math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_east - east) / 2) ** 2
    return 2 * RADIUS * math.asin(math.sqrt(min(1.0, half)))


def _turn(degrees: float) -> float:
    """An angle between -180 and 180 degrees."""
    return (degrees + 180) % 360 - 180
