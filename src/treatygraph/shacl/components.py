"""Constraint components that a shapes graph declares itself (W3C SHACL 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.namespaces import SH
from treatygraph.shacl.graph import ShapesGraph
from treatygraph.shacl.shapes import Shape
from treatygraph.store import Term

__all__ = ["Component", "declared"]


@dataclass(frozen=True)
class Component:
    """A component: its parameters are properties, each with its local name as the variable, and whether it may be missing (6.2.1)."""

    node: ox.NamedNode
    parameters: tuple[tuple[str, str, bool], ...]

    def uses(self, graph: ShapesGraph, shape: Term) -> Iterator[dict[str, Term | None]]:
        """The constraints of a shape that this component gives rise to (2.1.1): one for each value of a single parameter, else one.

        Raises:
            CorpusError: one of several parameters has two values.
        """
        found = {name: graph.values(shape, iri) for iri, name, _ in self.parameters}
        if any(not optional and not found[name] for _, name, optional in self.parameters) or not any(found.values()):
            return
        if len(self.parameters) == 1:
            for value in found[self.parameters[0][1]]:
                yield {self.parameters[0][1]: value}
            return
        for name, values in found.items():
            if len(values) > 1:
                raise CorpusError(f"{shape} has {len(values)} values of the parameter {name} of {self.node}, where SHACL allows one.")
        yield {name: values[0] if values else None for name, values in found.items()}

    def validator(self, graph: ShapesGraph, shape: Shape) -> tuple[str, Term]:
        """The validator for a kind of shape (6.2.3): ``select`` or ``ask``, and its node.

        Raises:
            CorpusError: there is none. (W3C SHACL would have the constraint ignored; a rule that silently does nothing is worse.)
        """
        own = graph.values(self.node, SH + ("nodeValidator" if shape.path is None else "propertyValidator"))
        for kind, known in (("select", own), ("ask", own), ("ask", graph.values(self.node, SH + "validator"))):
            for node in known:
                if graph.values(node, SH + kind):
                    return kind, node
        raise CorpusError(f"{self.node} has no validator in SPARQL for {'node' if shape.path is None else 'property'} shapes such as {shape}.")


def declared(graph: ShapesGraph) -> list[Component]:
    """The components that a shapes graph declares.

    Raises:
        CorpusError: a parameter has no IRI for its path.
    """
    found = []
    for node in graph.subjects():
        if not isinstance(node, ox.NamedNode) or node.value.startswith(SH) or not graph.is_a(node, SH + "ConstraintComponent"):
            continue
        parameters = []
        for parameter in graph.values(node, SH + "parameter"):
            path = graph.value(parameter, SH + "path")
            if not isinstance(path, ox.NamedNode):
                raise CorpusError(f"A parameter of {node} has no IRI for its sh:path.")
            name = path.value.replace("#", "/").rpartition("/")[2]
            parameters.append((path.value, name, graph.is_true(parameter, SH + "optional")))
        found.append(Component(node, tuple(sorted(parameters))))
    return found
