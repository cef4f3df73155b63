"""What the validity of a node rests on: from a triple that came or went, to the focus nodes that may now be judged otherwise.

A shape is read as patterns of triples around ``$this``. A changed triple can matter to a focus node only if it matches one of
these patterns and the patterns that lead from it to ``$this`` (those of the same group of the query and of the groups around
it, all of which have to hold where the group counts) hold too, now or before. So they are walked back, from term to term. What
comes out is never too few nodes; a shape whose text is not understood, or a walk that leads to very many nodes, has no answer,
and the shape is then put to all its nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from treatygraph.build.patterns import THIS, TYPE, Edge, NotUnderstoodError, Path, Pattern, Query
from treatygraph.namespaces import RDF, SH
from treatygraph.shacl import ShapesGraph, target_shapes
from treatygraph.store import GraphStore, Term

__all__ = ["Footprint", "can_follow", "footprints"]

MOST = 4000  # nodes; of more, to put the shape to all its nodes is quicker


class Footprint:
    """The patterns of one shape.

    Attributes:
        shape: its IRI.
        known: whether they are all of it.
    """

    def __init__(self, shape: str, patterns: list[Pattern] | None, targets: list[tuple[str, Term]], below: Mapping[str, set[str]]) -> None:
        self.shape = shape
        self._targets = targets
        self._below = below
        self.known = patterns is not None
        self._patterns = patterns or []
        self.properties = {edge.prop for pattern in self._patterns for edge in pattern.edges if edge.prop}

    def foci(self, triples: Iterable[ox.Triple], stores: list[ox.Store]) -> set[Term] | None:
        """The nodes that changed triples may matter to, or None where there is no answer.

        Args:
            triples: what came or went.
            stores: the graph as it is, and what went.
        """
        if not self.known:
            return None
        found: set[Term] = set()
        general = any(prop.startswith("?") for prop in self.properties)
        changed = [triple for triple in triples if general or triple.predicate.value in self.properties]
        for pattern in self._patterns:
            for edge in pattern.edges:
                bound: dict[str, set[Term]] = {}
                for triple in changed:
                    if _matches(edge, triple):
                        for end, term in ((edge.start, triple.subject), (edge.prop, triple.predicate), (edge.end, triple.object)):
                            if end is not None and end.startswith("?"):
                                bound.setdefault(end, set()).add(term)
                if bound:
                    reached = _walk(pattern, edge, bound, stores)
                    if reached is None or len(found) + len(reached) > MOST:
                        return None
                    found |= reached
        return {node for node in found if self._is_target(node, stores)}

    def _is_target(self, node: Term, stores: list[ox.Store]) -> bool:
        """Whether a node is one that the shape looks at, now or before (W3C SHACL 2.1.3)."""
        for name, value in self._targets:
            if name == "targetNode" and value == node:
                return True
            if name == "targetObjectsOf" and any(_has(store, None, value, node) for store in stores):
                return True
            if isinstance(node, ox.Literal):
                continue
            if name == "targetSubjectsOf" and any(_has(store, node, value, None) for store in stores):
                return True
            if name == "targetClass" and isinstance(value, ox.NamedNode):
                kinds = (quad.object for store in stores for quad in store.quads_for_pattern(node, TYPE, None, None))
                if any(kind == value or (isinstance(kind, ox.NamedNode) and kind.value in self._below.get(value.value, ())) for kind in kinds):
                    return True
        return False


def _has(store: ox.Store, subject: Term | None, predicate: Term, value: Term | None) -> bool:
    return next(store.quads_for_pattern(subject, predicate, value, None), None) is not None  # type: ignore[arg-type]


def _matches(edge: Edge, triple: ox.Triple) -> bool:
    ends = ((edge.start, str(triple.subject)), (edge.end, str(triple.object)))
    of_property = edge.prop is not None and (edge.prop.startswith("?") or edge.prop == triple.predicate.value)
    return of_property and all(end.startswith("?") or end == term for end, term in ends)


def _walk(pattern: Pattern, edge: Edge, bound: dict[str, set[Term]], stores: list[ox.Store]) -> set[Term] | None:
    """From the ends of a matched pattern to ``$this``, by the shortest way that does not lead to too many nodes."""
    if THIS in bound:
        return bound[THIS]
    usable = [other for other in pattern.edges if other.group == edge.group[: len(other.group)]]
    ways: list[tuple[str, str, list[tuple[Edge, str]]]] = [(name, name, []) for name in bound]  # from where, to where, by which edges to which ends
    tried = 0
    while ways and tried < 12:
        start, at, way = ways.pop(0)
        last = way[-1][0] if way else None
        if at == THIS:
            tried += 1
            reached = _follow(start, bound[start], way, usable, stores)
            if reached is not None:
                return reached
            continue
        seen = {start, *(to for _, to in way)}
        for step in usable:
            if step is last or step.start == step.end:
                continue
            ends = [step.start, step.end, *([step.prop] if step.prop and step.prop.startswith("?") else [])]
            if at in ends:
                for other in (step.start, step.end):
                    if other != at and other.startswith("?") and (other not in seen or other == THIS) and len(way) < 9:
                        ways.append((start, other, [*way, (step, other)]))
    return None


def _follow(start: str, nodes: set[Term], way: list[tuple[Edge, str]], usable: list[Edge], stores: list[ox.Store]) -> set[Term] | None:
    at, reached = start, _looped(start, nodes, usable, stores)
    for step, to in way:
        if reached is None:
            return None
        found: set[Term] = set()
        for node in reached:
            for term in _across(step, at, to, node, stores):
                found.add(term)
                if len(found) > MOST:
                    return None
        at, reached = to, _looped(to, found, usable, stores)
    return reached


def _across(step: Edge, at: str, to: str, node: Term, stores: list[ox.Store]) -> Iterator[Term]:
    if step.prop is None:
        yield node
        return
    prop = None if step.prop.startswith("?") else ox.NamedNode(step.prop)
    if at == step.prop:
        if isinstance(node, ox.NamedNode):
            for store in stores:
                for quad in store.quads_for_pattern(None, node, None, None):
                    yield quad.subject if to == step.start else quad.object
    elif at == step.start:
        if not isinstance(node, ox.Literal):
            for store in stores:
                for quad in store.quads_for_pattern(node, prop, None, None):
                    yield quad.object
    else:
        for store in stores:
            for quad in store.quads_for_pattern(None, prop, node, None):
                yield quad.subject


def _looped(at: str, nodes: set[Term], usable: list[Edge], stores: list[ox.Store]) -> set[Term] | None:
    """The nodes with all that a repeated step (``p*``) leads to from them, in both directions."""
    loops = [edge for edge in usable if edge.start == edge.end == at]
    found, todo = set(nodes), list(nodes) if loops else []
    while todo:
        node = todo.pop()
        for loop in loops:
            for term in (*_across(loop, at, "", node, stores), *_backward(loop, node, stores)):
                if term not in found:
                    found.add(term)
                    todo.append(term)
                    if len(found) > MOST:
                        return None
    return found


def _backward(loop: Edge, node: Term, stores: list[ox.Store]) -> Iterator[Term]:
    for store in stores:
        for quad in store.quads_for_pattern(None, ox.NamedNode(loop.prop or ""), node, None):
            yield quad.subject


def footprints(shapes: GraphStore, below: Mapping[str, set[str]]) -> list[Footprint]:
    """The footprint of every shape that has a target; shapes with shapes inside have none that is known.

    Args:
        shapes: the shapes graph.
        below: the classes below each class.
    """
    reader = _Shapes(shapes.oxigraph)
    found = []
    for node in reader.targeted():
        try:
            patterns: list[Pattern] | None = list(reader.patterns(node))
        except NotUnderstoodError:
            patterns = None
        found.append(Footprint(node.value, patterns, reader.targets(node), below))
    return found


# Parameters that look at the value nodes alone, and what has no bearing on results.
_PLAIN = {
    *("path", "severity", "message", "deactivated", "name", "description", "order", "group", "defaultValue", "flags", "hasValue"),
    *("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode", "uniqueLang", "in", "pattern", "languageIn", "minLength", "maxLength"),
    *("datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive"),
}


def can_follow(shapes: GraphStore) -> bool:
    """Whether it can be said of the shapes what a change concerns: not of implicit class targets (SHACL 2.1.3.3), of shapes without
    a name that have targets, of several whose names end alike, and of constraint components of one's own (6)."""
    store = shapes.oxigraph
    if next(store.quads_for_pattern(None, ox.NamedNode(SH + "parameter"), None, None), None) is not None:
        return False
    targeted = {str(node) for node in target_shapes(ShapesGraph(shapes))}
    names = [node.rpartition("/")[2] for node in targeted]  # as findings have them
    return targeted == {str(node) for node in _Shapes(store).targeted()} and len(set(names)) == len(names)


class _Shapes:
    """The patterns of shapes, read from the shapes graph."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def _values(self, node: Term, name: str) -> list[Term]:
        return [quad.object for quad in self._store.quads_for_pattern(node, ox.NamedNode(SH + name), None, None)]  # type: ignore[arg-type]

    def targeted(self) -> list[ox.NamedNode]:
        """The shapes that have a target and a name."""
        nodes = {
            quad.subject
            for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
            for quad in self._store.quads_for_pattern(None, ox.NamedNode(SH + name), None, None)
        }
        return sorted((node for node in nodes if isinstance(node, ox.NamedNode)), key=str)

    def targets(self, node: Term) -> list[tuple[str, Term]]:
        """The targets of a shape."""
        return [(name, value) for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode") for value in self._values(node, name)]

    def patterns(self, node: Term) -> Iterator[Pattern]:
        """The patterns of a shape, a list for each of its targets and constraints."""
        for _ in self._values(node, "targetClass"):
            yield Pattern([Edge(THIS, TYPE.value, "?kind")])
        for prop in self._values(node, "targetSubjectsOf"):
            yield Pattern([Edge(THIS, _iri(prop), "?any")])
        for prop in self._values(node, "targetObjectsOf"):
            yield Pattern([Edge("?any", _iri(prop), THIS)])
        yield from self._constraints(node)

    def _constraints(self, node: Term) -> Iterator[Pattern]:
        """The patterns of the constraints of a shape."""
        pattern, value = Pattern(), THIS
        for path in self._values(node, "path"):
            value = pattern.variable()
            Path(pattern, ()).draw(self._path(path), THIS, value)
        yield pattern
        for quad in list(self._store.quads_for_pattern(node, None, None, None)):  # type: ignore[arg-type]
            name = quad.predicate.value.removeprefix(SH)
            if not quad.predicate.value.startswith(SH) or name in _PLAIN:
                continue
            own = Pattern(list(pattern.edges), pattern.fresh)
            if name == "class":
                own.edges.append(Edge(value, TYPE.value, "?class"))
                yield own
            elif name in {"disjoint", "equals", "lessThan", "lessThanOrEquals"}:
                own.edges.append(Edge(THIS, _iri(quad.object), "?other"))
                yield own
            elif name == "sparql":
                yield self._query(quad.object)
            else:
                raise NotUnderstoodError

    def _query(self, node: Term) -> Pattern:
        (text,) = self._values(node, "select") or [ox.Literal("")]
        prefixes = {}
        for owner in self._values(node, "prefixes"):
            for declaration in self._values(owner, "declare"):
                (prefix,), (namespace,) = self._values(declaration, "prefix"), self._values(declaration, "namespace")
                prefixes[_text(prefix)] = _text(namespace)
        return Query(_text(text), prefixes).pattern

    def _path(self, node: Term) -> object:
        """A path as nested tuples: a property, or an operator with its parts."""
        if isinstance(node, ox.NamedNode):
            return node.value
        if items := self._items(node):
            return ("/", *items)
        for name, mark in (("alternativePath", "|"), ("inversePath", "^"), ("zeroOrMorePath", "*"), ("oneOrMorePath", "+"), ("zeroOrOnePath", "?")):
            for value in self._values(node, name):
                return ("|", *self._items(value)) if mark == "|" else (mark, self._path(value))
        raise NotUnderstoodError

    def _items(self, node: Term) -> list[object]:
        found: list[object] = []
        while isinstance(node, ox.BlankNode):
            first = next(self._store.quads_for_pattern(node, ox.NamedNode(RDF + "first"), None, None), None)
            if first is None:
                return found
            found.append(self._path(first.object))
            node = next(self._store.quads_for_pattern(node, ox.NamedNode(RDF + "rest"), None, None)).object
        return found


def _iri(term: Term) -> str:
    if not isinstance(term, ox.NamedNode):
        raise NotUnderstoodError
    return term.value


def _text(term: Term) -> str:
    if not isinstance(term, ox.Literal):
        raise NotUnderstoodError
    return term.value
