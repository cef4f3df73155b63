"""Pictures as SVG: pure functions from data to text, for notebooks, pages and files alike."""

from __future__ import annotations

from treatygraph.drawing.chronology import Act, Span, TimelineData
from treatygraph.drawing.geometry import Shape, read_wkt
from treatygraph.drawing.map import draw_map
from treatygraph.drawing.paint import colour_of
from treatygraph.drawing.situation import HEAVY, PLAIN, RING, MapData, MapHolding, MapLayer, MapPlace
from treatygraph.drawing.swatch import angle_of, draw_swatch
from treatygraph.drawing.timeline import draw_timeline
from treatygraph.drawing.words import began, day, ended, say

__all__ = [
    "HEAVY", "PLAIN", "RING", "Act", "MapData", "MapHolding", "MapLayer", "MapPlace", "Shape", "Span", "TimelineData", "angle_of", "began",
    "colour_of", "day", "draw_map", "draw_swatch", "draw_timeline", "ended", "read_wkt", "say",
]  # fmt: skip
