"""Property paths (W3C SHACL 2.3.1): read from a shapes graph, written as SPARQL."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.namespaces import SH
from treatygraph.shacl.graph import ShapesGraph
from treatygraph.store import Term

__all__ = ["Path", "Predicate", "missing", "reach", "read_path", "structure"]

_STEPS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


@dataclass(frozen=True)
class Path:
    """A path: ``kind`` is ``/``, ``|``, ``^``, ``*``, ``+`` or ``?``, and ``parts`` are the paths it is made of."""

    kind: str
    parts: tuple[Path, ...]

    def __str__(self) -> str:
        if self.kind in "/|":
            return "(" + self.kind.join(map(str, self.parts)) + ")"
        return f"^({self.parts[0]})" if self.kind == "^" else f"({self.parts[0]}){self.kind}"

    @property
    def nullable(self) -> bool:
        """Whether the path leads from every node to itself."""
        if self.kind in "*?":
            return True
        return all(part.nullable for part in self.parts) if self.kind == "/" else any(part.nullable for part in self.parts)


@dataclass(frozen=True)
class Predicate(Path):
    """A path of one property."""

    iri: str = ""

    def __str__(self) -> str:
        return f"<{self.iri}>"

    @property
    def nullable(self) -> bool:
        return False


def read_path(graph: ShapesGraph, node: Term, seen: frozenset[Term] = frozenset()) -> Path:
    """The path that a node of the shapes graph stands for.

    Raises:
        CorpusError: the node is no well-formed path (2.3.1), or contains itself.
    """
    if isinstance(node, ox.NamedNode):
        return Predicate("", (), node.value)
    if node in seen or not isinstance(node, ox.BlankNode):
        raise CorpusError(f"sh:path {node} is not a property path.", "A path is an IRI, a list, or a blank node with one of the path properties of SHACL.")
    seen |= {node}
    if graph.is_list(node):
        parts = tuple(read_path(graph, part, seen) for part in graph.items(node))
        if len(parts) < 2:
            raise CorpusError(f"sh:path {node} is a sequence of fewer than two paths.")
        return Path("/", parts)
    known = {"inversePath", "alternativePath", *_STEPS}
    found = [(name, value) for name in sorted(known) for value in graph.values(node, SH + name)]
    if len(found) != 1:
        raise CorpusError(
            f"sh:path {node} is not a property path that is supported.", f"One of these is: a list, {', '.join(f'sh:{name}' for name in sorted(known))}."
        )
    name, value = found[0]
    if name == "alternativePath":
        parts = tuple(read_path(graph, part, seen) for part in graph.items(value))
        if len(parts) < 2:
            raise CorpusError(f"sh:path {node} is an alternative of fewer than two paths.")
        return Path("|", parts)
    return Path("^" if name == "inversePath" else _STEPS[name], (read_path(graph, value, seen),))


def reach(path: Path, start: str, end: str, *, portable: bool = False) -> str:
    """The pattern that binds ``end`` to all that a path reaches from ``start``, which has to be bound (within LATERAL).

    Where the text has to be portable it is the path as it stands, to be joined to what binds ``start``.

    A sequence is walked step by step, for Oxigraph may join its two halves whole. A path of length zero reaches also
    a node that is in no triple, which a pattern of SPARQL would not.
    """
    if portable:
        return f"{start} {path} {end} ."
    if path.nullable:
        return f"{{ {_walk(path, start, end)} }} UNION {{ BIND({start} AS {end}) }}"
    return _walk(path, start, end)


def _walk(path: Path, start: str, end: str) -> str:
    if path.kind != "/":
        return f"{start} {path} {end} ."
    steps: list[str] = []
    at = start
    parts = _flat(path)
    for i, part in enumerate(parts):
        to = end if i == len(parts) - 1 else f"{end}_{i}"
        step = reach(part, at, to)
        steps.append(step if not steps else f"LATERAL {{ {step} }}")
        at = to
    return f"{{ {steps[0]} }} {' '.join(steps[1:])}"


def _flat(path: Path) -> list[Path]:
    """The steps of a sequence, those of sequences within it included, so that each has a variable of its own."""
    return [step for part in path.parts for step in _flat(part)] if path.kind == "/" else [path]


def missing(path: Path, start: str) -> str:
    """The filter that keeps the nodes from which a path leads nowhere; nested, for Oxigraph joins a sequence in EXISTS anew for each row."""
    return f"FILTER NOT EXISTS {{ {_leads(path, start, 0)} }}"


def _leads(path: Path, start: str, depth: int) -> str:
    """A pattern that has a solution if the path, which is not nullable, leads somewhere."""
    at = f"?step{depth}"
    if path.kind == "+":
        return _leads(path.parts[0], start, depth)
    steps = _flat(path)
    if path.kind == "/" and isinstance(steps[0], Predicate):
        following = Path("/", tuple(steps[1:])) if len(steps) > 2 else steps[1]
        then = "" if following.nullable else f" FILTER EXISTS {{ {_leads(following, at, depth + 1)} }}"
        return f"{start} {steps[0]} {at} .{then}"
    if path.kind == "|":
        return " UNION ".join(f"{{ {_leads(part, start, depth)} }}" for part in path.parts)
    return _walk(path, start, at)


def structure(path: Path) -> tuple[ox.NamedNode | ox.BlankNode, list[ox.Triple]]:
    """A path as nodes and triples of its own, for a report."""
    if isinstance(path, Predicate):
        return ox.NamedNode(path.iri), []
    triples: list[ox.Triple] = []
    nodes = []
    for part in path.parts:
        node, inner = structure(part)
        nodes.append(node)
        triples += inner
    if path.kind == "/":
        head, cells = ShapesGraph.list_of(nodes)
        return head, triples + cells
    me = ox.BlankNode()
    if path.kind == "|":
        head, cells = ShapesGraph.list_of(nodes)
        return me, [*triples, *cells, ox.Triple(me, ox.NamedNode(SH + "alternativePath"), head)]
    name = next((name for name, mark in _STEPS.items() if mark == path.kind), "inversePath")
    return me, [*triples, ox.Triple(me, ox.NamedNode(SH + name), nodes[0])]
