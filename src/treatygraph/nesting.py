"""A graph by subject and property, and which of its blank nodes can be written where they are used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from treatygraph.canonical import canonical_statements
from treatygraph.namespaces import RDF

__all__ = ["Nesting", "Node", "needs_labels"]

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
FIRST, REST, NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))


class Nesting:
    """The triples of a graph, arranged for writing.

    Where a blank node has to have a label, all labels are those of RDFC-1.0, so that one graph has one arrangement.

    Args:
        triples: the graph.
        labelled: whether the blank nodes have their labels already, for they are shared with other graphs.

    Attributes:
        about: what is said of each subject.
        nested: blank nodes that are used once, and not round in a circle: they can stand where they are used.
        unnamed: blank nodes that nothing uses: they need no label.
    """

    def __init__(self, triples: Iterable[ox.Triple], *, labelled: bool = False) -> None:
        self.about: dict[Node, dict[ox.NamedNode, list[Node]]] = {}
        self.nested: set[ox.BlankNode] = set()
        self.unnamed: set[ox.BlankNode] = set()
        known = set(triples)
        if self._read(known) and not labelled:
            self._read({quad.triple for quad in canonical_statements(known)})

    def _read(self, triples: set[ox.Triple]) -> bool:
        """Take in the triples; tell whether a blank node has to be written with a label."""
        self.about = {}
        users: dict[ox.BlankNode, list[Node]] = {}
        for triple in triples:
            self.about.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
            if isinstance(triple.object, ox.BlankNode):
                users.setdefault(triple.object, []).append(triple.subject)
            elif isinstance(triple.object, ox.Triple):
                for node in _blank_inside(triple.object):
                    users.setdefault(node, []).extend((triple.subject, triple.subject))  # a triple term cannot hold what is said of it
        blank = {node for node in self.about if isinstance(node, ox.BlankNode)} | set(users)
        single = {node: found[0] for node, found in users.items() if len(found) == 1}
        self.nested = set(single) - _in_circles(single)
        self.unnamed = blank - set(users)
        return len(self.nested) + len(self.unnamed) < len(blank)

    def closure(self, node: Node) -> Iterator[ox.Triple]:
        """What is said of a node, and of the nodes that are nested in it."""
        for predicate, objects in self.about.get(node, {}).items():
            for value in objects:
                assert isinstance(node, (ox.NamedNode, ox.BlankNode))
                yield ox.Triple(node, predicate, value)
                if value in self.nested:
                    yield from self.closure(value)

    def items(self, node: Node) -> list[Node] | None:
        """The members of a well-formed list of nested nodes, or None."""
        members = []
        while isinstance(node, ox.BlankNode):
            about = self.about.get(node, {})
            first, rest = about.get(FIRST, []), about.get(REST, [])
            if len(about) != 2 or len(first) != 1 or len(rest) != 1 or node not in self.nested:
                return None
            members.append(first[0])
            node = rest[0]
        return members if node == NIL else None


def needs_labels(triples: Iterable[ox.Triple]) -> bool:
    """Whether a graph has a blank node that cannot be written where it is used, once, and so has to have a label."""
    blank = [triple for triple in triples if _blank_inside(triple)]
    nesting = Nesting(blank, labelled=True)
    nodes = {node for triple in blank for node in _blank_inside(triple)}
    return len(nesting.nested) + len(nesting.unnamed) < len(nodes)


def _blank_inside(term: ox.Triple) -> list[ox.BlankNode]:
    found = [node for node in (term.subject, term.object) if isinstance(node, ox.BlankNode)]
    return [*found, *(_blank_inside(term.object) if isinstance(term.object, ox.Triple) else ())]


def _in_circles(user: dict[ox.BlankNode, Node]) -> set[ox.BlankNode]:
    """The nodes that are met again on the way from a node to the one node that uses it, and so on."""
    circles: set[ox.BlankNode] = set()
    done: set[Node] = set()
    for start in user:
        way: dict[Node, None] = {}
        node: Node = start
        while isinstance(node, ox.BlankNode) and node in user and node not in done and node not in way:
            way[node] = None
            node = user[node]
        if node in way:
            met = list(way)
            circles.update(step for step in met[met.index(node) :] if isinstance(step, ox.BlankNode))
        done.update(way)
    return circles
