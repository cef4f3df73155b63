"""A small sample of how a holder is drawn, for pages that tell of it in words."""

from __future__ import annotations

from treatygraph.drawing.paint import ANGLES, OUTLINE, Tint, filled
from treatygraph.drawing.svg import Attribute, element, path_of

__all__ = ["angle_of", "draw_swatch"]

WIDE, HIGH = 26.0, 15.0  # pixels


def angle_of(holder: int) -> int:
    """The direction in degrees of the hatching of the holder that stands at a place in the order of identifiers."""
    return ANGLES[holder % len(ANGLES)]


def draw_swatch(holder: int, is_certain: bool = True) -> str:
    """A rectangle in the colour and hatching of a holder, for certain or for possible, as SVG without words."""
    box = ((1.0, 1.0), (WIDE - 1, 1.0), (WIDE - 1, HIGH - 1), (1.0, HIGH - 1))
    outline = element("path", d=path_of([box]), fill="none", stroke=OUTLINE, stroke_dasharray=None if is_certain else "3 2")
    size: dict[str, Attribute] = {"width": WIDE, "height": HIGH, "viewBox": f"0 0 {WIDE:g} {HIGH:g}"}
    return element("svg", filled([box], [Tint(holder, is_certain)]), outline, class_="swatch", aria_hidden="true", **size)
