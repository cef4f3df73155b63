"""What a map shows: places, and who holds what there on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from treatygraph.drawing.geometry import Shape
from treatygraph.drawing.words import say

__all__ = ["HEAVY", "PLAIN", "RING", "MapData", "MapHolding", "MapLayer", "MapPlace", "filling", "strength"]

PLAIN, HEAVY, RING = "plain", "heavy", "ring"  # how a kind of position is drawn: filled; filled in a heavy outline; a line around


@dataclass(frozen=True)
class MapHolding:
    """One position that reaches a place on the day.

    Attributes:
        holder: the number of its holder in `MapData.holders`.
        kind: the label of its kind.
        manner: `PLAIN`, `HEAVY` or `RING`.
        certain: whether it is certain, or only possible, that it held.
        told: the position in words, for the title of the place.
    """

    holder: int
    kind: str
    manner: str
    certain: bool
    told: str


@dataclass(frozen=True)
class MapPlace:
    """A place of the map; without a shape it is named under the map.

    Attributes:
        parts: the identifiers of the places inside it.
        holdings: by the name of the layer.
    """

    iri: str
    label: str
    shape: Shape
    is_group: bool
    parts: frozenset[str]
    holdings: Mapping[str, tuple[MapHolding, ...]]


@dataclass(frozen=True)
class MapLayer:
    """One picture of the places: ``claims``, ``administration``, or that of one kind of position.

    Attributes:
        name: by which it is asked for.
        manners: by how they are drawn, the labels of the kinds that are not drawn plain.
        kind: where it shows one kind alone that has no sentences of its own, the label of that kind.
    """

    name: str
    manners: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""

    def sentence(self, suffix: str, language: str, **values: str) -> str:
        """A sentence about the layer: its title, what an empty place means (``-nobody``), what is not shown (``-only``)."""
        kind = self.kind[:1].upper() + self.kind[1:] if not suffix else self.kind
        return say(f"{'kind' if self.kind else self.name}{suffix}", language, kind=kind, **values)


@dataclass(frozen=True)
class MapData:
    """All that a map shows.

    Attributes:
        date: the day asked about.
        is_covered: whether the corpus says anything of that day; if not, nothing is filled, not even with the grey of nobody.
        language: of the picture; labels are in it already.
        layers: one under the other.
        holders: labels of all that ever hold a position, in the order of their identifiers, so that each keeps its
            colour through time and layers.
        places: in any order.
        sources: labels of the documents that the shapes are taken from.
        titles: of the corpus.
        notes: sentences on what is not covered or not stated, by layer.
    """

    date: str
    is_covered: bool
    language: str
    layers: tuple[MapLayer, ...]
    holders: tuple[str, ...]
    places: tuple[MapPlace, ...]
    sources: tuple[str, ...]
    titles: tuple[str, ...]
    notes: Mapping[str, tuple[str, ...]]

    def title_of(self, place: MapPlace, layer: MapLayer) -> str:
        """A place in words: its name, and each position that reaches it."""
        return "\n".join(
            [place.label, *(holding.told for holding in place.holdings.get(layer.name, ()))]
            if place.holdings.get(layer.name)
            else [place.label, self.nobody(layer)]
        )

    def nobody(self, layer: MapLayer) -> str:
        """What it means that a place is not filled."""
        return layer.sentence("-nobody", self.language) if self.is_covered else say("uncovered", self.language)


def strength(certain: bool, language: str) -> str:
    """The word for certain or possible."""
    return say("certain" if certain else "possible", language)


def filling(holdings: Sequence[MapHolding]) -> list[tuple[int, bool]]:
    """Those who fill a place, in the order of their identifiers, each certain if any of its positions is."""
    found = [holding for holding in holdings if holding.manner != RING]
    return [(holder, any(holding.certain for holding in found if holding.holder == holder)) for holder in sorted({holding.holder for holding in found})]
