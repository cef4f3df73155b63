"""Shapes as they stand in a shapes graph: targets, path, severity, messages (W3C SHACL 2)."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.namespaces import RDFS, SH
from treatygraph.shacl.graph import ShapesGraph
from treatygraph.shacl.paths import Path, read_path
from treatygraph.shacl.terms import Terms
from treatygraph.store import Term

__all__ = ["PARAMETERS", "Shape", "read_shape", "target_pattern", "target_shapes"]

# The parameters of the constraint components of SHACL Core (4) and SHACL-SPARQL (5); those that may be given once only.
SINGLE = {
    *("datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive", "minLength", "maxLength"),
    *("flags", "languageIn", "uniqueLang", "in", "closed", "ignoredProperties", "qualifiedValueShapesDisjoint", "qualifiedMinCount", "qualifiedMaxCount"),
}
PARAMETERS = SINGLE | {"class", "pattern", "equals", "disjoint", "lessThan", "lessThanOrEquals", "not", "and", "or", "xone", "node", "property"}
PARAMETERS |= {"qualifiedValueShape", "hasValue", "sparql"}
_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
# What else a shape may say in the namespace of SHACL without a bearing on its results: annotations, and the properties of
# prefixes, SPARQL constraints, components and parameters, for one node may be a shape and one of these at once.
_OTHER = {
    *("path", "severity", "message", "deactivated", "name", "description", "order", "group", "defaultValue", *_TARGETS),
    *("select", "ask", "prefixes", "declare", "parameter", "validator", "nodeValidator", "propertyValidator", "labelTemplate", "optional", "shapesGraph"),
}


@dataclass(frozen=True)
class Shape:
    """A shape: ``path`` is None for a node shape."""

    node: Term
    path: Path | None
    severity: str
    messages: tuple[ox.Literal, ...]
    deactivated: bool

    def __str__(self) -> str:
        return self.node.value if isinstance(self.node, (ox.NamedNode, ox.Literal)) else str(self.node)


def read_shape(graph: ShapesGraph, node: Term) -> Shape:
    """The shape of a node, its constraints aside.

    Raises:
        CorpusError: it says something in the namespace of SHACL that this engine does not know, or is not well formed.
    """
    for predicate in graph.properties(node):
        name = predicate.removeprefix(SH)
        if predicate.startswith(SH) and name not in PARAMETERS | _OTHER:
            raise CorpusError(f"The shape {node} uses sh:{name}, which is not supported.", "Only SHACL 1.0 Core and SHACL-SPARQL are.")
    for name in sorted(SINGLE):
        graph.value(node, SH + name)
    path = graph.value(node, SH + "path")
    severity = graph.value(node, SH + "severity")
    if severity is not None and not isinstance(severity, ox.NamedNode):
        raise CorpusError(f"The shape {node} has the severity {severity}, which is not an IRI.")
    return Shape(
        node,
        None if path is None else read_path(graph, path),
        SH + "Violation" if severity is None else severity.value,
        tuple(message for message in graph.values(node, SH + "message") if isinstance(message, ox.Literal)),
        graph.is_true(node, SH + "deactivated"),
    )


def target_shapes(graph: ShapesGraph) -> list[Term]:
    """The shapes that have a target (2.1.3), in a fixed order."""
    return [node for node in graph.subjects() if any(graph.values(node, SH + name) for name in _TARGETS) or _is_class(graph, node)]


def _is_class(graph: ShapesGraph, node: Term) -> bool:
    """Implicit class targets (2.1.3.3): a shape that is also a class."""
    if not isinstance(node, ox.NamedNode):
        return False
    known = any(predicate.startswith(SH) and predicate.removeprefix(SH) in PARAMETERS for predicate in graph.properties(node))
    is_shape = known or graph.is_a(node, SH + "NodeShape") or graph.is_a(node, SH + "PropertyShape")
    return is_shape and graph.is_a(node, RDFS + "Class")


def target_pattern(graph: ShapesGraph, node: Term, terms: Terms, *, bound: bool = False) -> str:
    """The pattern that binds ``?this`` to the focus nodes of a shape (2.1.3): the union of its targets.

    Args:
        graph: the shapes graph.
        node: the shape.
        terms: how constants and classes are written.
        bound: ``?this`` has a value already, and is only to be tested.
    """
    parts = [terms.targets(str(kind)) for kind in graph.values(node, SH + "targetClass")]
    if _is_class(graph, node):
        parts.append(terms.targets(str(node)))
    parts += [f"?this {predicate} ?object ." for predicate in graph.values(node, SH + "targetSubjectsOf")]
    parts += [f"?subject {predicate} ?this ." for predicate in graph.values(node, SH + "targetObjectsOf")]
    nodes = graph.values(node, SH + "targetNode")
    if nodes:
        named = [terms.text(term, f"sh:targetNode of {node}") for term in nodes]
        parts.append(f"FILTER(?this IN ({', '.join(named)}))" if bound else f"VALUES ?this {{ {' '.join(named)} }}")
    return parts[0] if len(parts) == 1 else " UNION ".join(f"{{ {part} }}" for part in parts)
