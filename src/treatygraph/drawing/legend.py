"""The legend of a map: who has which colour, what the marks mean, what could not be drawn, and what is not covered."""

from __future__ import annotations

from collections.abc import Sequence

from treatygraph.drawing.geometry import circle, square
from treatygraph.drawing.paint import NOBODY, OUTLINE, Tint, colour_of, filled
from treatygraph.drawing.panel import DOT
from treatygraph.drawing.situation import HEAVY, RING, MapData, MapHolding, MapLayer, MapPlace, filling, strength
from treatygraph.drawing.svg import MUTED, NAME, NOTE, PAPER, element, escape, path_of, rectangle, text_width, words, wrap
from treatygraph.drawing.words import say

__all__ = ["draw_legend"]

SWATCH, HIGH = 32.0, 16.0  # pixels
ROW, LINE = 20.0, 14.0
LISTED = 60  # places that could not be drawn of one row, and rows of such places
BESIDE = 0.36  # of the width: where the marks begin


def draw_legend(data: MapData, layer: MapLayer, left: float, width: float) -> tuple[str, float]:
    """The legend of a layer, from the top downwards, as markup, and how high it is."""
    held = [holding for place in data.places for holding in place.holdings.get(layer.name, ())]
    parts, right, bottom = _holders(data, held, left)
    marks, marks_bottom = _marks(data, layer, max(left + width * BESIDE, right + 12), left + width)
    y = max(bottom, marks_bottom) + 6
    sentences = [say("strengths", data.language)] if held else []
    sentences += [layer.sentence("-only", data.language), *data.notes.get(layer.name, ())]
    parts += marks
    for line in (line for sentence in sentences for line in wrap(sentence, NOTE, width)):
        parts.append(words(line, left, y + 11, NOTE))
        y += LINE
    listed, y = _unplaced(data, layer, left, width, y + 4)
    return "\n".join([*parts, *listed]), y


def _holders(data: MapData, held: Sequence[MapHolding], left: float) -> tuple[list[str], float, float]:
    """A row for each holder, with how far it reaches to the right and downwards."""
    parts, x = [], left
    stops = {}
    for certain in sorted({holding.certain for holding in held}, reverse=True):
        heading = strength(certain, data.language)
        parts.append(words(heading, x, 10, NOTE, fill=MUTED))
        stops[certain] = x
        x += max(SWATCH, text_width(heading, NOTE)) + 12
    y, right = 14.0 if held else 0.0, x
    for holder in sorted({holding.holder for holding in held}):
        for certain, at in stops.items():
            manners = {holding.manner for holding in held if holding.holder == holder and holding.certain == certain}
            if manners - {RING}:
                parts.append(_swatch(at, y, [Tint(holder, certain)]))
            elif manners:
                parts.append(_swatch(at, y, [], colour_of(holder)))
        parts.append(words(data.holders[holder], x, y + 12, NAME))
        right = max(right, x + text_width(data.holders[holder], NAME))
        y += ROW
    return parts, right, y


def _marks(data: MapData, layer: MapLayer, left: float, right: float) -> tuple[list[str], float]:
    """A row for each mark that the map uses, with how far they reach downwards."""
    holdings = [place.holdings.get(layer.name, ()) for place in data.places]
    rows = [(_swatch(0, 0, _tints(shared)), say("several", data.language)) for shared in holdings if len(filling(shared)) > 1][:1]
    rows.append((_swatch(0, 0, [], None if data.is_covered else PAPER), data.nobody(layer)))
    used = {holding.manner for held in holdings for holding in held}
    for manner, kind in layer.manners.items():
        if manner in used:
            heavy = rectangle(2, 2, SWATCH - 4, HIGH - 5, fill=PAPER, stroke=OUTLINE, stroke_width=1.9)
            rows.append((heavy if manner == HEAVY else _swatch(0, 0, [], MUTED), say(manner, data.language, kind=kind)))
    marked = [place for place in data.places if place.shape.points and not place.shape.rings]
    for is_group, key, ring in ((False, "point", circle), (True, "group", square)):
        if any(place.is_group == is_group for place in marked):
            fill = NOBODY if data.is_covered else PAPER
            rows.append((element("path", d=path_of([ring((SWATCH / 2, 7), DOT)]), fill=fill, stroke=OUTLINE, stroke_width=0.8), say(key, data.language)))
    parts, y = [], 0.0
    for mark, text in rows:
        parts.append(element("g", mark, transform=f"translate({left:.0f} {y:.0f})"))
        lines = wrap(text, NOTE, right - left - SWATCH - 8)
        parts += [words(line, left + SWATCH + 8, y + 11 + number * LINE, NOTE) for number, line in enumerate(lines)]
        y += LINE * len(lines) + 4
    return parts, y


def _unplaced(data: MapData, layer: MapLayer, left: float, width: float, y: float) -> tuple[list[str], float]:
    """The places without a shape, together where those who hold them are the same."""
    together: dict[tuple[tuple[int, bool, str, str], ...], list[MapPlace]] = {}
    for place in sorted(data.places, key=lambda place: (place.label, place.iri)):
        if not place.shape.vertices and (holdings := place.holdings.get(layer.name)):
            alike = {(holding.holder, not holding.certain, holding.kind, holding.manner) for holding in holdings}
            together.setdefault(tuple(sorted(alike)), []).append(place)
    if not together:
        return [], y
    parts = [words(say("unplaced", data.language), left, y + 11, NOTE, font_weight="bold")]
    y += LINE + 2
    if len(together) > LISTED:
        rest = sum(map(len, list(together.values())[LISTED:]))
        together = dict(list(together.items())[:LISTED])
    else:
        rest = 0
    for held, places in sorted(together.items()):
        who = ", ".join(
            f"{data.holders[holder]} ({f'{kind}, ' if layer.manners else ''}{strength(not unsure, data.language)})" for holder, unsure, kind, _ in held
        )
        ring = next((colour_of(holder) for holder, _, _, manner in held if manner == RING), None)
        title = element("title", escape("\n\n".join(data.title_of(place, layer) for place in places[:LISTED])))
        inner = [title, _swatch(left, y, _tints(places[0].holdings[layer.name]), ring)]
        named = [place.label for place in places[:LISTED]]
        if len(places) > LISTED:
            named.append(say("unplaced-more", data.language, count=len(places) - LISTED))
        for line in wrap(f"{who}: {'; '.join(named)}", NOTE, width - SWATCH - 8):
            inner.append(words(line, left + SWATCH + 8, y + 11, NOTE))
            y += LINE
        parts.append(element("g", "".join(inner), class_="place"))
        y += 4
    if rest:
        parts.append(words(say("unplaced-more", data.language, count=rest), left, y + 11, NOTE))
        y += LINE
    return parts, y


def _tints(holdings: Sequence[MapHolding]) -> list[Tint]:
    return [Tint(*held) for held in filling(holdings)]


def _swatch(x: float, y: float, tints: Sequence[Tint], around: str | None = None) -> str:
    box = ((x + 2, y + 2), (x + SWATCH - 2, y + 2), (x + SWATCH - 2, y + HIGH - 3), (x + 2, y + HIGH - 3))
    halo = element("path", d=path_of([box]), fill="none", stroke=around, stroke_width=4) if around else ""
    ground = element("path", d=path_of([box]), fill=PAPER) if around and not tints else filled([box], tints)
    sure = not tints or any(tint.certain for tint in tints)
    return halo + ground + element("path", d=path_of([box]), fill="none", stroke=OUTLINE, stroke_width=0.8, stroke_dasharray=None if sure else "3 2")
