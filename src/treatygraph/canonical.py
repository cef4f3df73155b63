"""The canonical form of a graph or data set: W3C RDF Dataset Canonicalization (RDFC-1.0), and its digest.

RDFC-1.0 gives labels to blank nodes by looking at the statements that have one (section 4.4.3, steps 2 to 5; 4.6 and
4.8) and at no other, and then sorts the lines of all statements. So only the statements with blank nodes are handed to
the algorithm, and the others are lines as they stand: the result is the same, and a graph with few blank nodes costs
little more than sorting. A graph made to be hard (many blank nodes that look alike) may take exponential time; RDFC-1.0
says so itself (section 7.1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations

import pyoxigraph as ox

__all__ = ["Statement", "canonical_hash", "canonical_lines", "canonical_statements", "told_apart"]

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


def told_apart(
    alike: Mapping[bytes, bytes],
    said: Mapping[bytes, list[tuple[bytes, bytes, bytes]]],
    digests: Mapping[bytes, bytes],
    labels: Mapping[bytes, bytes],
) -> Iterator[bytes]:
    """Blank nodes of which the same is said, in the order in which RDFC-1.0 labels them (section 4.4.3, step 5; 4.7 and 4.8).

    For a graph that is not held whole; `canonical_statements` has it done by the engine.

    Args:
        alike: each such node, and the digest of what is said of it.
        said: the statements that have one of them: subject, predicate and object (nothing for what is no blank node).
        digests: the digest of each blank node.
        labels: those that have their label already; whoever gives the nodes that come out a label puts it here at once.
    """
    groups: dict[bytes, list[bytes]] = {}
    for node, digest in alike.items():
        groups.setdefault(digest, []).append(node)
    for digest in sorted(groups):
        paths = [_path(node, {node: b"_:b0"}, said, digests, labels) for node in groups[digest] if node not in labels]
        for _, issued in sorted(paths, key=lambda path: path[0]):
            yield from (node for node in issued if node not in labels)


def _path(
    node: bytes,
    issued: dict[bytes, bytes],
    said: Mapping[bytes, list[tuple[bytes, bytes, bytes]]],
    digests: Mapping[bytes, bytes],
    labels: Mapping[bytes, bytes],
) -> tuple[bytes, dict[bytes, bytes]]:
    """The digest of the shortest way through the neighbours of a node, and the labels given on it (section 4.8.3)."""
    near: dict[bytes, list[bytes]] = {}
    for subject, predicate, value in said.get(node, ()):
        for other, position in ((subject, b"s"), (value, b"o")):
            if other.startswith(b"_:") and other != node:
                name = labels.get(other) or issued.get(other) or digests[other].hex().encode()
                near.setdefault(_sha256(position + predicate + name), []).append(other)
    data = b""
    for related in sorted(near):
        data += related
        chosen: tuple[bytes, dict[bytes, bytes]] | None = None
        for order in permutations(near[related]):
            names, path, ahead = dict(issued), b"", list[bytes]()
            for other in order:
                if other in labels:
                    path += labels[other]
                    continue
                if other not in names:
                    ahead.append(other)
                path += names.setdefault(other, b"_:b%d" % len(names))
            for other in ahead:
                digest, names = _path(other, names, said, digests, labels)
                path += names.setdefault(other, b"_:b%d" % len(names)) + b"<" + digest + b">"
            if chosen is None or path < chosen[0]:
                chosen = path, names
        assert chosen is not None
        data += chosen[0]
        issued = chosen[1]
    return _sha256(data), issued


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()
