"""A shapes graph in memory: its triples by subject, its lists, its classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.namespaces import RDF, RDFS
from treatygraph.store import GraphStore, Term

__all__ = ["Quads", "ShapesGraph", "quads_of"]

Quads = GraphStore | ox.Store | Iterable[ox.Quad] | Iterable[ox.Triple]
_FIRST, _REST, _NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))


def quads_of(source: Quads) -> Iterable[ox.Quad] | Iterable[ox.Triple]:
    """The statements of a store, or the statements themselves."""
    return source.oxigraph if isinstance(source, GraphStore) else source


class ShapesGraph:
    """The triples of a shapes graph, by subject and property; the named graphs are forgotten."""

    def __init__(self, source: Quads) -> None:
        self._triples: dict[Term, dict[str, list[Term]]] = {}
        for quad in quads_of(source):
            objects = self._triples.setdefault(quad.subject, {}).setdefault(quad.predicate.value, [])
            if quad.object not in objects:
                objects.append(quad.object)
        for properties in self._triples.values():
            for objects in properties.values():
                objects.sort(key=str)

    def subjects(self) -> list[Term]:
        """All subjects, in a fixed order."""
        return sorted(self._triples, key=str)

    def triples(self) -> list[ox.Triple]:
        """All triples."""
        return [
            ox.Triple(subject, ox.NamedNode(predicate), term)
            for subject, properties in self._triples.items()
            for predicate, objects in properties.items()
            for term in objects
            if not isinstance(subject, (ox.Literal, ox.Triple))
        ]

    def properties(self, node: Term) -> dict[str, list[Term]]:
        """What is said of a node, by the IRI of the property."""
        return self._triples.get(node, {})

    def values(self, node: Term, predicate: str) -> list[Term]:
        """The objects of a property."""
        return self.properties(node).get(predicate, [])

    def value(self, node: Term, predicate: str) -> Term | None:
        """The one object of a property, or None.

        Raises:
            CorpusError: there are two.
        """
        found = self.values(node, predicate)
        if len(found) > 1:
            raise CorpusError(f"{node} has {len(found)} values of <{predicate}>, where SHACL allows one.")
        return found[0] if found else None

    def is_true(self, node: Term, predicate: str) -> bool:
        """Whether a property has the value true; the W3C suite takes no other spelling of it."""
        return any(isinstance(term, ox.Literal) and term.value == "true" for term in self.values(node, predicate))

    def is_list(self, node: Term) -> bool:
        """Whether a node is an RDF list."""
        return node == _NIL or _FIRST.value in self.properties(node)

    def items(self, node: Term) -> list[Term]:
        """The members of an RDF list.

        Raises:
            CorpusError: the node is not a well-formed list.
        """
        found: list[Term] = []
        seen: set[Term] = set()
        while node != _NIL:
            first, rest = self.values(node, _FIRST.value), self.values(node, _REST.value)
            if len(first) != 1 or len(rest) != 1 or node in seen:
                raise CorpusError(f"{node} is not a well-formed RDF list.")
            seen.add(node)
            found.append(first[0])
            node = rest[0]
        return found

    @staticmethod
    def list_of(nodes: Sequence[ox.NamedNode | ox.BlankNode]) -> tuple[ox.NamedNode | ox.BlankNode, list[ox.Triple]]:
        """An RDF list as its head and triples."""
        head: ox.NamedNode | ox.BlankNode = _NIL
        triples = []
        for node in reversed(nodes):
            cell = ox.BlankNode()
            triples += [ox.Triple(cell, _FIRST, node), ox.Triple(cell, _REST, head)]
            head = cell
        return head, triples

    def is_a(self, node: Term, kind: str) -> bool:
        """Whether a node is a SHACL instance of a class in this graph (rdf:type/rdfs:subClassOf*)."""
        seen: set[Term] = set()
        todo = list(self.values(node, RDF + "type"))
        while todo:
            found = todo.pop()
            if found == ox.NamedNode(kind):
                return True
            if found not in seen:
                seen.add(found)
                todo += self.values(found, RDFS + "subClassOf")
        return False
