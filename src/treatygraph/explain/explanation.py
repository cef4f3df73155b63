"""An explanation: points under headings, each with what it rests on, as text, JSON or HTML."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import pyoxigraph as ox

from treatygraph.columns import display_width, wrap
from treatygraph.explain.proof import Proof
from treatygraph.explain.witness import Witness
from treatygraph.explain.words import say
from treatygraph.namespaces import short_name

__all__ = ["Explanation", "Part", "Point"]

INDENT = "  "


class Point:
    """One sentence of an explanation.

    Attributes:
        kind: what it is, for machines: ``asserted``, ``axiom``, ``derived``, ``evidence``, ``time``, ``reach``, ``reading``,
            ``position``, ``disagreement``, ``open``, ``grade``, ``change``, ``absent``, ``note``.
        sentence: for a reader.
        because: the points that it rests on.
        triples: what is asserted or concluded, where it is a statement of the graph.
        witness: the passage or citation, where it is one.
        rule: the name of the rule, where it was concluded.
        place: ``file:line`` where it stands in the corpus, or an empty string.
        thing: the IRI of the thing it is about, or an empty string.
    """

    def __init__(
        self,
        kind: str,
        sentence: str,
        because: list[Point] | None = None,
        *,
        triples: tuple[ox.Triple, ...] = (),
        witness: Witness | None = None,
        rule: str = "",
        place: str = "",
        thing: str = "",
    ) -> None:
        self.kind = kind
        self.sentence = sentence
        self.because = because or []
        self.triples = triples
        self.witness = witness
        self.rule = rule
        self.place = place
        self.thing = thing

    def walk(self) -> Iterator[Point]:
        """This point and all below it."""
        yield self
        for point in self.because:
            yield from point.walk()

    def as_dict(self) -> dict[str, Any]:
        """The point for JSON; what is empty is left out."""
        found: dict[str, Any] = {"kind": self.kind, "sentence": self.sentence}
        found |= {name: value for name, value in (("thing", self.thing), ("rule", self.rule), ("place", self.place)) if value}
        if self.triples:
            found["triples"] = [[str(term) for term in triple] for triple in self.triples]
        if self.witness:
            found["evidence"] = self.witness.as_dict()
        if self.because:
            found["because"] = [point.as_dict() for point in self.because]
        return found


class Part:
    """Points under a heading; ``key`` names the heading for machines."""

    def __init__(self, key: str, title: str, points: list[Point]) -> None:
        self.key = key
        self.title = title
        self.points = points


class Explanation:
    """Why the graph says something, or does not.

    Attributes:
        heading: what is explained.
        subtitle: its short name, its kind, and the day it is explained for.
        thing: its IRI, or an empty string.
        parts: the explanation.
        below: the explanations that it consists of, where it is of more than one thing.
        proofs: of each derived triple that it speaks of.
        language: of the sentences.
    """

    def __init__(self, heading: str, subtitle: str, language: str, thing: str = "") -> None:
        self.heading = heading
        self.subtitle = subtitle
        self.language = language
        self.thing = thing
        self.parts: list[Part] = []
        self.below: list[Explanation] = []
        self.proofs: list[Proof] = []

    def add(self, key: str, points: list[Point], **values: object) -> None:
        """Add a part, unless it is empty."""
        if points:
            self.parts.append(Part(key, say(f"part-{key}", self.language, **values), points))

    def points(self) -> Iterator[Point]:
        """All points, those below others among them."""
        for part in self.parts:
            for point in part.points:
                yield from point.walk()
        for explanation in self.below:
            yield from explanation.points()

    @property
    def witnesses(self) -> list[Witness]:
        """The passages and citations that it leads to, each once."""
        return list({point.witness.iri: point.witness for point in self.points() if point.witness}.values())

    def text(self, width: int = 100) -> str:
        """The explanation for a terminal, lines of at most ``width`` columns; a witness is told once, then by its number."""
        return "\n".join(_TextWriter(width).lines(self))

    def as_dict(self) -> dict[str, Any]:
        """The explanation for JSON."""
        return {
            "heading": self.heading,
            "subtitle": self.subtitle,
            "thing": self.thing,
            "language": self.language,
            "parts": [{"key": part.key, "title": part.title, "points": [point.as_dict() for point in part.points]} for part in self.parts],
            "below": [explanation.as_dict() for explanation in self.below],
        }

    def json(self) -> str:
        """The explanation as JSON."""
        from json import dumps

        return dumps(self.as_dict(), ensure_ascii=False, indent=2)

    def html(self) -> str:
        """The explanation as an HTML fragment that opens and closes without a script."""
        parts = "".join(f"<section><h4>{escape(part.title)}</h4><ul>{''.join(map(_shown, part.points))}</ul></section>" for part in self.parts)
        heading = f"<h3>{escape(self.heading)}</h3><p>{escape(self.subtitle)}</p>"
        below = "".join(explanation.html() for explanation in self.below)
        return f'<article class="explanation" lang="{escape(self.language)}">{heading}{parts}{below}</article>'

    def _repr_html_(self) -> str:
        return self.html()

    def __str__(self) -> str:
        return self.text()


class _TextWriter:
    """Writes explanations for a terminal, and numbers their witnesses."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._numbers: dict[str, int] = {}

    def lines(self, explanation: Explanation) -> Iterator[str]:
        yield from self._wrapped(explanation.heading, "", "")
        if explanation.subtitle:
            yield from self._wrapped(explanation.subtitle, "", INDENT)
        for part in explanation.parts:
            yield from ("", part.title)
            for point in part.points:
                yield from self._told(point, 1)
        for below in explanation.below:
            yield ""
            yield from self.lines(below)

    def _told(self, point: Point, depth: int) -> Iterator[str]:
        again = [self._numbers[below.witness.iri] for below in point.because if below.witness and below.witness.iri in self._numbers]
        number = ""
        if point.witness:
            number = f"[{self._numbers.setdefault(point.witness.iri, len(self._numbers) + 1)}] "
        told = "".join(f" [{number}]" for number in dict.fromkeys(again)) + (f"  {point.place}" if point.place else "")
        lead = INDENT * depth + (number or ("· " if depth == 1 else "– "))
        yield from self._wrapped(point.sentence + told, lead, INDENT * (depth + 1))
        for below in point.because:
            if not below.witness or below.witness.iri not in self._numbers:
                yield from self._told(below, depth + 1)

    def _wrapped(self, text: str, first: str, rest: str) -> list[str]:
        lines = wrap(text, self._width - max(display_width(first), len(rest)))
        return [(first if number == 0 else rest) + line for number, line in enumerate(lines)]


def _shown(point: Point) -> str:
    """A point as an item of a list; its link stands beside the summary of a fold and not inside, for that is a button itself."""
    name = f' <a href="{escape(point.thing)}"><code>{escape(short_name(point.thing))}</code></a>' if point.thing else ""
    sentence = f'<span class="point {escape(point.kind)}">{escape(point.sentence)}</span>'
    if not point.because:
        return f"<li>{sentence}{name}</li>"
    below = "".join(map(_shown, point.because))
    return f'<li><details open="open"><summary>{sentence}</summary>{name}<ul>{below}</ul></details></li>'
