"""How holders are told apart: a colour and a direction of hatching each, solid where certain, light where possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from treatygraph.drawing.cutting import hatch, stripes
from treatygraph.drawing.geometry import Ring
from treatygraph.drawing.svg import element, path_of, segments

__all__ = ["NOBODY", "OUTLINE", "Tint", "colour_of", "faded", "filled"]

# The palette of Okabe and Ito (2008, Color Universal Design), which the colour-blind can tell apart. It is dealt out by
# the order of identifiers; blue and vermilion come last, for they are in most flags.
COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#f0e442", "#0072b2", "#d55e00")
GREYS = ("#8f8f8f", "#b4b4b4", "#6f6f6f")  # for those after the seventh, who differ by their hatching
ANGLES = (45, 135, 0, 90, 22, 112, 67)
NOBODY, OUTLINE = "#d8d8d8", "#3c3c3c"
GAP = 5.0  # pixels between the lines of a hatching
STRIPE, STRIPE_ANGLE = 7.0, 20.0  # pixels and degrees of the stripes of several holders; no hatching has their direction


@dataclass(frozen=True)
class Tint:
    """One holder in a fill: its place in the order of identifiers, and whether it is certain."""

    holder: int
    certain: bool


def colour_of(holder: int) -> str:
    """The colour of the holder that stands at a place in the order of identifiers."""
    return COLOURS[holder] if holder < len(COLOURS) else GREYS[holder % len(GREYS)]


def _angle_of(holder: int) -> float:
    return ANGLES[holder % len(ANGLES)]


def _mixed(colour: str, other: int, share: float) -> str:
    """A colour with a share of grey of a level in it, from 0 for black to 255 for white."""
    return "#" + "".join(f"{round(int(colour[at : at + 2], 16) * (1 - share) + other * share):02x}" for at in (1, 3, 5))


def _one(rings: Sequence[Ring], tint: Tint) -> str:
    colour = colour_of(tint.holder)
    lines = segments(hatch(rings, GAP, _angle_of(tint.holder)))
    ground = element("path", d=path_of(rings), fill=colour if tint.certain else _mixed(colour, 255, 0.8), fill_rule="evenodd")
    # Dark lines on the full colour, and on the light one lines of the colour, darkened so that yellow shows.
    drawn = element("path", d=lines, stroke=_mixed(colour, 0, 0.25), stroke_width=1.2, fill="none")
    return ground + (drawn if lines else "")


def filled(rings: Sequence[Ring], tints: Sequence[Tint]) -> str:
    """Some rings filled for those who hold what they show: one in its colour, several in stripes, nobody in grey."""
    if not tints:
        return element("path", d=path_of(rings), fill=NOBODY, fill_rule="evenodd")
    if len(tints) == 1:
        return _one(rings, tints[0])
    pieces = stripes(rings, len(tints), STRIPE, STRIPE_ANGLE)
    return "".join(_one(piece, tint) for piece, tint in zip(pieces, tints, strict=True) if piece)


def faded(holder: int, share: float) -> str:
    """The colour of a holder with a share of white in it."""
    return _mixed(colour_of(holder), 255, share)
