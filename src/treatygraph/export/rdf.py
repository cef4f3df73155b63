"""The graph in the standard RDF formats, the same bytes on every run."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import pyoxigraph as ox

from treatygraph.canonical import canonical_lines, canonical_statements
from treatygraph.errors import CorpusError
from treatygraph.export.selection import Selection
from treatygraph.namespaces import RDF
from treatygraph.writer import natural, trig_text, turtle_text

__all__ = ["WRITERS", "ntriples", "rdfxml"]

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BLOCK = 1 << 16  # characters or lines that are handed on together


def _blocks(lines: list[str]) -> Iterator[bytes]:
    for start in range(0, len(lines), _BLOCK):
        yield "".join(f"{line}\n" for line in lines[start : start + _BLOCK]).encode()


def _turtle(selection: Selection) -> Iterator[bytes]:
    yield turtle_text(selection.triples, selection.prefixes).encode()


def _trig(selection: Selection) -> Iterator[bytes]:
    for text in trig_text(selection.graphs, selection.prefixes):
        yield text.encode()


def ntriples(selection: Selection) -> Iterator[bytes]:
    """N-Triples in the canonical form of RDFC-1.0, so that the digest of the file is the digest of the graph."""
    return _blocks(canonical_lines(selection.triples))


def _nquads(selection: Selection) -> Iterator[bytes]:
    return _blocks(canonical_lines(selection.quads))


def rdfxml(selection: Selection) -> Iterator[bytes]:
    """RDF/XML, a description a thing.

    Raises:
        CorpusError: a text has a character that XML 1.0 cannot write, or a property has no name in XML.
    """
    triples = sorted((quad.triple for quad in canonical_statements(selection.triples)), key=_place)
    for triple in triples:
        if isinstance(triple.object, ox.Literal) and (bad := _NOT_IN_XML.search(triple.object.value)):
            raise CorpusError(f"RDF/XML cannot write the character U+{ord(bad[0]):04X}, which {triple.subject} has.", "Choose another format.")
    buffer = io.BytesIO()
    try:
        ox.serialize(triples, buffer, format=ox.RdfFormat.RDF_XML, prefixes=_prefixes_of_elements(triples, selection.prefixes))
    except ValueError as error:
        raise CorpusError(f"RDF/XML cannot write this graph: {error}.", "Choose another format.") from None
    yield buffer.getvalue()


def _prefixes_of_elements(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that the names of elements need: those of properties and of classes."""
    named = {triple.predicate.value for triple in triples}
    named |= {triple.object.value for triple in triples if triple.predicate.value == RDF + "type" and isinstance(triple.object, ox.NamedNode)}
    return {prefix: iri for prefix, iri in prefixes.items() if any(name.startswith(iri) for name in named)}


def _place(triple: ox.Triple) -> tuple[bool, list[tuple[int, int, str]], bool, str, str]:
    subject, predicate, value = triple
    return isinstance(subject, ox.BlankNode), natural(str(subject)), predicate.value != RDF + "type", str(predicate), str(value)


WRITERS: dict[str, Callable[[Selection], Iterable[bytes]]] = {
    "turtle": _turtle,
    "trig": _trig,
    "ntriples": ntriples,
    "nquads": _nquads,
    "rdfxml": rdfxml,
}
"""Format to what writes it: turtle, ntriples and rdfxml forget which graph a triple stands in."""
