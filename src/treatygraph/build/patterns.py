"""The text of a shape read as patterns of triples around ``$this``, with the groups in which they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pyoxigraph as ox

from treatygraph.namespaces import RDF

__all__ = ["THIS", "TYPE", "Edge", "NotUnderstoodError", "Path", "Pattern", "Query"]

TYPE = ox.NamedNode(RDF + "type")
THIS = "?this"
_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)|(?P<iri><[^<>"{}|^`\\\s]*>)|(?P<variable>[?$]\w+)|(?P<string>"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^\S+)?)
    |(?P<name>[A-Za-z][\w-]*:[\w-]*|:[\w-]+)|(?P<word>[A-Za-z_]\w*)|(?P<number>\d+(?:\.\d+)?)|(?P<other>&&|\|\||[!<>=]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_ENDS = {"FILTER", "BIND", "OPTIONAL", "MINUS", "VALUES", "GRAPH", "SERVICE", "UNION", "}", "{"}


class NotUnderstoodError(Exception):
    """The text of a shape is not understood."""


@dataclass(frozen=True)
class Edge:
    """A pattern of a triple: its ends are variables or N-Triples terms, its property an IRI, a variable, or None for "the same node"."""

    start: str
    prop: str | None
    end: str
    group: tuple[int, ...] = ()


@dataclass
class Pattern:
    """Patterns that count together."""

    edges: list[Edge] = field(default_factory=list)
    fresh: int = 0

    def variable(self) -> str:
        self.fresh += 1
        return f"?_{self.fresh}"


class Path:
    """Paths drawn as patterns between two variables."""

    def __init__(self, pattern: Pattern, group: tuple[int, ...]) -> None:
        self._pattern = pattern
        self._group = group

    def draw(self, path: object, start: str, end: str) -> None:
        if isinstance(path, str):
            self._add(start, path, end)
            return
        assert isinstance(path, tuple)
        mark, *parts = path
        if mark == "^":
            self.draw(parts[0], end, start)
        elif mark == "|":  # each way in a group of its own, for none of them has to hold where another does
            for part in parts:
                self._pattern.fresh += 1
                Path(self._pattern, (*self._group, -self._pattern.fresh)).draw(part, start, end)
        elif mark == "/":
            stops = [start, *(self._pattern.variable() for _ in parts[1:]), end]
            for part, one, two in zip(parts, stops, stops[1:], strict=False):
                self.draw(part, one, two)
        else:  # what is repeated goes round a node that is the start and the end
            if not isinstance(parts[0], str):
                raise NotUnderstoodError
            middle = self._pattern.variable()
            self._add(start, None, middle)
            self._add(middle, parts[0], middle)
            self._add(middle, None, end)

    def _add(self, start: str, prop: str | None, end: str) -> None:
        self._pattern.edges.append(Edge(start, prop, end, self._group))


class Query:
    """The patterns of a SELECT query of a shape, with the groups in which they stand."""

    def __init__(self, text: str, prefixes: dict[str, str]) -> None:
        self.pattern = Pattern()
        self._prefixes = prefixes
        self._tokens = [(match.lastgroup or "", match.group()) for match in _TOKEN.finditer(text) if match.lastgroup != "space"]
        self._at = 0
        self._groups = 0
        while self._at < len(self._tokens) and self._peek() != "{":
            self._at += 1
        self._group(())
        if self._at < len(self._tokens):  # GROUP BY, HAVING, LIMIT
            raise NotUnderstoodError

    def _peek(self) -> str:
        if self._at >= len(self._tokens):
            raise NotUnderstoodError
        kind, text = self._tokens[self._at]
        return text.upper() if kind == "word" and text != "a" else text

    def _next(self) -> str:
        text = self._peek()
        self._at += 1
        return text

    def _new(self, group: tuple[int, ...]) -> tuple[int, ...]:
        self._groups += 1
        return (*group, self._groups)

    def _group(self, group: tuple[int, ...]) -> None:
        if self._next() != "{":
            raise NotUnderstoodError
        while (word := self._peek()) != "}":
            if word in {"OPTIONAL", "MINUS", "UNION"}:
                self._next()
                self._group(self._new(group))
            elif word == "{":
                self._group(self._new(group))
            elif word in {"FILTER", "BIND"}:
                self._next()
                self._expression(group)
            elif word == ".":
                self._next()
            elif word in _ENDS or word == "SELECT":
                raise NotUnderstoodError
            else:
                self._triples(group)
        self._next()

    def _expression(self, group: tuple[int, ...]) -> None:
        """An expression, of which only the groups within EXISTS count."""
        depth = 0
        while True:
            word = self._peek()
            if word == "EXISTS":
                self._next()
                self._group(self._new(group))
                if depth == 0:
                    return
                continue
            self._next()
            depth += (word == "(") - (word == ")")
            if depth == 0 and word == ")":
                return

    def _triples(self, group: tuple[int, ...]) -> None:
        subject = self._term()
        while True:
            path = self._alternative()
            while True:
                Path(self.pattern, group).draw(path, subject, self._term())
                if self._peek() != ",":
                    break
                self._next()
            while self._peek() == ";":
                self._next()
            if self._tokens[self._at - 1][1] != ";" or self._peek() in {".", "}"}:
                return

    def _term(self) -> str:
        kind, text = self._tokens[self._at]
        self._next()
        if kind == "variable":
            return f"?{text[1:]}"
        if kind == "iri":
            return text
        if kind == "name":
            return f"<{self._expand(text)}>"
        if kind in {"string", "number"}:
            return self.pattern.variable()  # a value: any will do
        raise NotUnderstoodError

    def _expand(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        if prefix not in self._prefixes:
            raise NotUnderstoodError
        return self._prefixes[prefix] + local

    def _alternative(self) -> object:
        return self._several("|", self._sequence)

    def _sequence(self) -> object:
        return self._several("/", self._step)

    def _several(self, mark: str, part: Callable[[], object]) -> object:
        parts = [part()]
        while self._peek() == mark:
            self._next()
            parts.append(part())
        return parts[0] if len(parts) == 1 else (mark, *parts)

    def _step(self) -> object:
        kind, text = self._tokens[self._at]
        self._next()
        path: object
        if text == "^":
            return ("^", self._step())
        if text == "(":
            path = self._alternative()
            if self._next() != ")":
                raise NotUnderstoodError
        elif text == "a":
            path = TYPE.value
        elif kind == "variable":
            path = f"?{text[1:]}"
        elif kind == "name":
            path = self._expand(text)
        elif kind == "iri":
            path = text[1:-1]
        else:
            raise NotUnderstoodError
        if self._peek() in {"*", "+"} or (self._peek() == "?" and self._tokens[self._at][0] == "other"):
            return (self._next(), path)
        return path
