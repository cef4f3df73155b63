"""A map of who claims or administers which place on a day, as SVG: a pure function from data to text."""

from __future__ import annotations

from collections.abc import Sequence

from treatygraph.drawing.frames import Frame, apart, aspect, crowded
from treatygraph.drawing.geometry import Box, Shape, box_of, signed_area
from treatygraph.drawing.legend import draw_legend
from treatygraph.drawing.panel import Panel, draw_panel
from treatygraph.drawing.situation import MapData, MapPlace
from treatygraph.drawing.svg import MUTED, NOTE, TITLE, element, picture, words, wrap
from treatygraph.drawing.words import day, say

__all__ = ["draw_map"]

WIDTH, EDGE, GAP = 880.0, 16.0, 10.0  # of the whole picture, its margin, and between its frames
WITHIN = WIDTH - 2 * EDGE
TALL, SIDE, WIDEST_SIDE = 640.0, 300.0, 400.0  # height of a tall main frame, and width of the column of enlargements beside it
LOW = 230.0  # height of the enlargements under a broad main frame
BROAD = 1.15  # a main frame wider than this times its height has its enlargements underneath
INSET_MARGIN = 0.12  # of an enlargement, left free for names
NARROWEST, BROADEST = 0.6, 2.0  # what an enlargement may have of width over height
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def draw_map(data: MapData) -> str:
    """A map as an SVG document.

    The same data gives the same bytes. Each place is a group with a title that tells its name and all its positions;
    places that are small and close together, and those far away from all others, have a frame of their own.
    """
    # A whole lies under its parts, and the large under the small.
    drawn = [place for place in data.places if place.shape.vertices]
    places = sorted(drawn, key=lambda place: (-len(place.parts), -sum(abs(signed_area(ring)) for ring in place.shape.rings), place.iri))
    panels = _panels(places)
    bottom = max((panel.frame.box.bottom for panel in panels), default=0.0)
    body, titles, top = [], [], EDGE
    for layer in data.layers:
        titles.append(layer.sentence("", data.language, day=day(data.date, data.language)))
        body.append(words(titles[-1], EDGE, top + TITLE, TITLE, font_weight="bold"))
        top += TITLE + 14
        body.append(element("g", "\n".join(draw_panel(panel, places, data, layer) for panel in panels), transform=f"translate(0 {top:.0f})"))
        top += bottom + 12
        legend, height = draw_legend(data, layer, EDGE, WITHIN)
        body.append(element("g", legend, transform=f"translate(0 {top:.0f})"))
        top += height + 14
    credited = ["; ".join(data.titles), say("sources", data.language, sources="; ".join(data.sources)) if data.sources else ""]
    for line in (line for credit in credited if credit for line in wrap(credit, NOTE, WITHIN)):
        body.append(words(line, EDGE, top + NOTE, NOTE, fill=MUTED))
        top += NOTE + 3.5
    return picture(WIDTH, top + EDGE, "; ".join(titles), _in_words(data), data.language, body)


def _in_words(data: MapData) -> str:
    """The map for those who do not see it: each place with what is told of it, and the notes."""
    told = [data.title_of(place, layer) for layer in data.layers for place in data.places if place.holdings.get(layer.name)]
    return "\n".join([*told, *(note for layer in data.layers for note in data.notes.get(layer.name, ()))])


def _panels(places: Sequence[MapPlace]) -> list[Panel]:
    """The main frame and the enlargements, from the top left of the map; the same for all layers."""
    if not places:
        return []
    shapes = [place.shape for place in places]
    main, *outliers = apart(shapes)
    ratio = aspect(_of(shapes, main))
    tall = ratio < BROAD
    width = min(max(TALL * ratio, WITHIN - WIDEST_SIDE - GAP), WITHIN - SIDE - GAP) if tall else WITHIN
    height = TALL if tall else WITHIN / ratio
    frame = Frame(_of(shapes, main), Box(EDGE, 0, EDGE + width, height))
    crowds = [[main[index] for index in crowd] for crowd in crowded([box_of(frame.placed(shapes[index]).vertices) for index in main])]
    enlarged = {index: letter for letter, crowd in zip(LETTERS, crowds, strict=False) for index in crowd}
    insets = [*crowds, *outliers]
    if not insets:
        frame = Frame(_of(shapes, main), Box(EDGE, 0, EDGE + WITHIN, height))
    panels = [Panel(frame, tuple(index for index in main if index not in enlarged), enlarged=enlarged)]
    ratios = [min(max(aspect(_of(shapes, members)), NARROWEST), BROADEST) for members in insets]
    shares = [1 / each if tall else each for each in ratios]
    free = (height if tall else WITHIN) - GAP * (len(insets) - 1)
    at = 0.0
    for members, share in zip(insets, shares, strict=True):
        each = free * share / sum(shares)
        box = Box(EDGE + width + GAP, at, EDGE + WITHIN, at + each) if tall else Box(EDGE + at, height + GAP, EDGE + at + each, height + GAP + LOW)
        at += each + GAP
        panels.append(Panel(Frame(_of(shapes, members), box, INSET_MARGIN), tuple(members), enlarged.get(members[0], "")))
    return panels


def _of(shapes: Sequence[Shape], members: Sequence[int]) -> list[Shape]:
    return [shapes[index] for index in members]
