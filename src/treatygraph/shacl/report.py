"""What a validation found: results as values of Python, and the same as a graph of the SHACL vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from treatygraph.namespaces import PREFIXES, RDF, SH, XSD
from treatygraph.shacl.paths import Path, structure
from treatygraph.store import Term

__all__ = ["Report", "Result"]


@dataclass(frozen=True)
class Result:
    """One validation result (W3C SHACL 3.6.2): the properties of sh:ValidationResult."""

    focus: Term
    path: Path | None
    value: Term | None
    shape: Term
    component: str
    severity: str
    messages: tuple[ox.Literal, ...] = ()
    constraint: Term | None = None

    @property
    def message(self) -> str:
        """The first message, as plain text."""
        return self.messages[0].value if self.messages else ""


class Report:
    """The results of one validation (W3C SHACL 3.6.1)."""

    def __init__(self, results: list[Result]) -> None:
        self.results = results

    @property
    def conforms(self) -> bool:
        """Whether there is no result, of whatever severity."""
        return not self.results

    def triples(self) -> list[ox.Triple]:
        """The report as a graph."""

        def sh(name: str) -> ox.NamedNode:
            return ox.NamedNode(SH + name)

        kind, me = ox.NamedNode(RDF + "type"), ox.BlankNode()
        conforms = ox.Literal("true" if self.conforms else "false", datatype=ox.NamedNode(XSD + "boolean"))
        triples = [ox.Triple(me, kind, sh("ValidationReport")), ox.Triple(me, sh("conforms"), conforms)]
        for result in self.results:
            node = ox.BlankNode()
            triples += [ox.Triple(me, sh("result"), node), ox.Triple(node, kind, sh("ValidationResult")), ox.Triple(node, sh("focusNode"), result.focus)]
            if result.path is not None:
                path, inner = structure(result.path)
                triples += [ox.Triple(node, sh("resultPath"), path), *inner]
            if result.value is not None:
                triples.append(ox.Triple(node, sh("value"), result.value))
            triples += [ox.Triple(node, sh("sourceShape"), result.shape), ox.Triple(node, sh("sourceConstraintComponent"), ox.NamedNode(result.component))]
            triples.append(ox.Triple(node, sh("resultSeverity"), ox.NamedNode(result.severity)))
            triples += [ox.Triple(node, sh("resultMessage"), message) for message in result.messages]
            if result.constraint is not None:
                triples.append(ox.Triple(node, sh("sourceConstraint"), result.constraint))
        return triples

    def turtle(self) -> bytes:
        """The report as Turtle."""
        data = ox.serialize(
            self.triples(),
            format=ox.RdfFormat.TURTLE,
            prefixes={"sh": SH, "xsd": XSD, **{name: iri for name, iri in PREFIXES.items() if name not in {"sh", "xsd"}}},
        )
        return data or b""
