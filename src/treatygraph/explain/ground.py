"""What proofs are made of: what is asserted, what follows, and by which rules; in one closed graph, or in a built store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, Protocol

import pyoxigraph as ox

from treatygraph.corpus import graph_of
from treatygraph.opening import BuiltCorpus
from treatygraph.reasoning import DERIVED, TYPE, Engine, Linear, RuleSet, close, key_of, saturate
from treatygraph.store import GraphStore, is_about_blank

__all__ = ["ClosedGround", "Ground", "StandingGround"]

NEAR = 2000  # triples around a thing from which something about blank nodes is concluded
LOOKED_AT = 50_000  # triples in which one thing is named: of more, as of "ongoing" in a hundred thousand treaties, the first
_TYPE, _DERIVED = ox.NamedNode(TYPE[1:-1]), ox.NamedNode(DERIVED)
Node = ox.NamedNode | ox.BlankNode


class Ground(Protocol):
    """A closed graph.

    Attributes:
        rules: those of its ontology.
    """

    rules: RuleSet

    def quads_for_pattern(self, subject: Any, predicate: Any, object: Any, graph_name: Any = None, /) -> Iterable[ox.Quad]:  # noqa: A002, ANN401
        """The triples, asserted or derived, that have these terms; None stands for any."""

    def follows(self, triple: ox.Triple) -> bool:
        """Whether a triple is derived and not asserted."""

    def derived_about(self, thing: ox.NamedNode) -> Iterable[ox.Triple]:
        """What follows about a thing, as subject, but for what is about blank nodes."""


class ClosedGround:
    """A graph in memory, closed here.

    Args:
        store: a graph of its own, for what follows is put into it.
    """

    def __init__(self, store: GraphStore) -> None:
        closure = close(store)
        self._store = store.oxigraph
        self.rules = closure.rules
        self.quads_for_pattern = self._store.quads_for_pattern

    def follows(self, triple: ox.Triple) -> bool:
        return ox.Quad(triple.subject, triple.predicate, triple.object, _DERIVED) in self._store

    def derived_about(self, thing: ox.NamedNode) -> Iterator[ox.Triple]:
        return (quad.triple for quad in self._store.quads_for_pattern(thing, None, None, _DERIVED) if not is_about_blank(quad.triple))


class StandingGround:
    """A built store, of which only what is asked about is looked at.

    What follows about blank nodes is not kept there. It is concluded here for the surroundings of each thing that a proof
    comes to: the blank nodes around it, its classes, and what the rules of several premises join to it.

    Args:
        corpus: where `Built.is_plain` holds, so that the rules are those of the ontology alone.
    """

    def __init__(self, corpus: BuiltCorpus) -> None:
        self._asserted, self._derived = corpus.store.oxigraph, corpus.derived.oxigraph
        self._ontology = ox.Store()  # from the store and not from its files, for the labels of its blank nodes
        for path in corpus.built.files():
            if path.startswith("ontology/") and not path.startswith("ontology/shapes/"):
                self._ontology.extend(self._asserted.quads_for_pattern(None, None, None, ox.NamedNode(graph_of(path))))
        self.rules = close(self._ontology).rules
        self._blank = ox.Store()  # what is known to follow about blank nodes
        self._keep(self._ontology)
        self._joined = {key for rule in Linear(self.rules.instance).joining if rule.writes != "*" for key in rule.reads}
        self._to_blank = {key for rule in self.rules.instance if any(term.startswith("_:") for term in rule.head or ()) for key in rule.reads}
        atoms = [atom for rule in self.rules.instance for atom in (*rule.body, *([rule.head] if rule.head else ()))]
        self._terms = {term for _, predicate, value in atoms for term in ((predicate, value) if predicate == TYPE else (predicate,))}
        self._known: set[Node] = set()

    def quads_for_pattern(self, subject: Any, predicate: Any, value: Any, graph: Any = None, /) -> Iterator[ox.Quad]:  # noqa: ANN401 - as Oxigraph has it
        for node in (subject, None if predicate == _TYPE else value):  # not about all that are of a class
            if isinstance(node, (ox.NamedNode, ox.BlankNode)):
                self._learn(node)
        return chain.from_iterable(store.quads_for_pattern(subject, predicate, value, None) for store in (self._asserted, self._derived, self._blank))

    def follows(self, triple: ox.Triple) -> bool:
        store = self._derived
        if is_about_blank(triple):
            store = self._blank
            self.quads_for_pattern(triple.subject, triple.predicate, triple.object)
        return next(store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None), None) is not None

    def derived_about(self, thing: ox.NamedNode) -> Iterator[ox.Triple]:
        return iter(dict.fromkeys(quad.triple for quad in self._derived.quads_for_pattern(thing, None, None, None)))

    def _keep(self, closed: ox.Store) -> None:
        self._blank.extend([quad for quad in closed.quads_for_pattern(None, None, None, _DERIVED) if is_about_blank(quad.triple)])

    def _learn(self, node: Node) -> None:
        """Conclude what follows about blank nodes around a thing, once."""
        if node in self._known:
            return
        self._known.add(node)
        if str(node) in self._terms:
            return  # what follows about the ontology is known
        near = self._near(node)
        if not near:
            return
        store = ox.Store()
        store.bulk_extend(self._ontology)
        store.extend(near)
        engine = Engine(store)
        saturate(engine, self.rules.instance)
        engine.done()
        self._keep(store)

    def _near(self, start: Node) -> list[ox.Quad]:
        """The triples from which something may follow about blank nodes around a thing; none where nothing can."""
        found: dict[ox.Quad, None] = {}
        seen, ahead = {start}, [start]
        has_blank = isinstance(start, ox.BlankNode)
        while ahead and len(found) < NEAR:
            node = ahead.pop(0)
            for quad in islice(self._around(node), LOOKED_AT):
                ends = [end for end in (quad.subject, quad.object) if isinstance(end, (ox.NamedNode, ox.BlankNode)) and end != node]
                blank = [end for end in ends if isinstance(end, ox.BlankNode)]
                key = key_of((str(quad.subject), str(quad.predicate), str(quad.object)))
                has_blank = has_blank or bool(blank) or key in self._to_blank
                if not (blank or key in self._joined or quad.predicate == _TYPE or isinstance(node, ox.BlankNode)):
                    continue
                found[ox.Quad(quad.subject, quad.predicate, quad.object)] = None
                for end in ends if quad.predicate != _TYPE else blank:
                    if end not in seen:
                        seen.add(end)
                        ahead.append(end)
        return list(found) if has_blank else []

    def _around(self, node: Node) -> Iterator[ox.Quad]:
        """What is said of a node, and by what it is named."""
        for store in (self._asserted, self._derived):
            yield from store.quads_for_pattern(node, None, None, None)
        for store in (self._asserted, self._derived):
            yield from store.quads_for_pattern(None, None, node, None)
