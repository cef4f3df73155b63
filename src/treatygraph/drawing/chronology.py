"""What a timeline shows: positions of a place with their days, and the acts that began and ended them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Act", "Span", "TimelineData"]


@dataclass(frozen=True)
class Span:
    """One position in time.

    Attributes:
        iri: of the position.
        holder: the number of its holder in `TimelineData.holders`.
        kind: the label of its kind; spans of one holder and kind share a lane.
        label: what stands beside its bar.
        told: all of it in words.
        possible, certain: from the first day to the day after the last, on which it may have held, and on which it
            did; empty strings where there is no such day. The certain days are among the possible ones.
        is_open_before, is_open_after: no document sets a bound there; the possible days go to the end of what is covered.
        is_ongoing: it went on when last reviewed.
    """

    iri: str
    holder: int
    kind: str
    label: str
    told: str
    possible: tuple[str, str]
    certain: tuple[str, str]
    is_open_before: bool
    is_open_after: bool
    is_ongoing: bool


@dataclass(frozen=True)
class Act:
    """What began or ended positions, on a day between two."""

    iri: str
    label: str
    earliest: str
    latest: str


@dataclass(frozen=True)
class TimelineData:
    """All that a timeline shows.

    Attributes:
        place: label of the place.
        holders: labels, in the order in which they come and have their colours.
        start, end: the first and the last day of the axis.
        spans: by holder, kind and time.
        acts: by time.
        titles: of the corpus.
        notes: sentences on what is not covered.
    """

    place: str
    language: str
    holders: tuple[str, ...]
    start: str
    end: str
    spans: tuple[Span, ...]
    acts: tuple[Act, ...]
    titles: tuple[str, ...]
    notes: tuple[str, ...]
