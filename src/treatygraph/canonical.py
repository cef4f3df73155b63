"""The canonical form of a graph or data set: W3C RDF Dataset Canonicalization (RDFC-1.0), and its digest.

RDFC-1.0 gives labels to blank nodes by looking at the statements that have one (section 4.4.3, steps 2 to 5; 4.6 and
4.8) and at no other, and then sorts the lines of all statements. So only the statements with blank nodes are handed to
the algorithm, and the others are lines as they stand: the result is the same, and a graph with few blank nodes costs
little more than sorting. A graph made to be hard (many blank nodes that look alike) may take exponential time; RDFC-1.0
says so itself (section 7.1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox

__all__ = ["Statement", "canonical_hash", "canonical_lines", "canonical_statements"]

Statement = ox.Quad | ox.Triple
"""A triple stands in the default graph."""


def canonical_statements(statements: Iterable[Statement]) -> set[ox.Quad]:
    """The statements, each once, with the labels that RDFC-1.0 gives to their blank nodes."""
    ground: set[ox.Quad] = set()
    blank: set[ox.Quad] = set()
    for statement in statements:
        quad = statement if isinstance(statement, ox.Quad) else ox.Quad(statement.subject, statement.predicate, statement.object)
        (blank if _has_blank(quad) else ground).add(quad)
    if blank:
        dataset = ox.Dataset(blank)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        ground.update(dataset)
    return ground


def _has_blank(quad: ox.Quad | ox.Triple) -> bool:
    terms = (quad.subject, quad.object, quad.graph_name) if isinstance(quad, ox.Quad) else (quad.subject, quad.object)
    return any(isinstance(term, ox.BlankNode) or (isinstance(term, ox.Triple) and _has_blank(term)) for term in terms)


def canonical_lines(statements: Iterable[Statement]) -> list[str]:
    """The canonical N-Quads document line by line, without line ends, in the order of its code points."""
    return sorted(f"{quad} ." for quad in canonical_statements(statements))


def canonical_hash(statements: Iterable[Statement]) -> str:
    """The SHA-256 of the canonical N-Quads document, in hexadecimal.

    It is what any other implementation of RDFC-1.0 computes, and what ``sha256sum`` says of an exported N-Quads file
    (N-Triples, for triples). Two graphs have the same one if and only if they are the same but for the labels of their
    blank nodes. Literals are compared as they are written: "1.0" and "1.00" differ.
    """
    digest = hashlib.sha256()
    for line in canonical_lines(statements):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()
