"""The description of a release for programs: VoID and DCAT, with counts, digests, and what classes and properties there are.

W3C VoID (2011), DCAT 3 (2024), SPDX checksums as DCAT has them. Addresses are relative, so that the description is
right wherever the folder is put. No day is written: the same corpus has the same description.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from treatygraph.canonical import canonical_hash
from treatygraph.export.selection import Selection
from treatygraph.namespaces import DCAT, DCTERMS, FOAF, GRAPH, ID, MEDIA_TYPES, OWL, RDF, SPDX, TG, VOID, XSD
from treatygraph.store import GraphStore
from treatygraph.writer import turtle_text

__all__ = ["Described", "describe_release", "title_of"]

_HERE = "release:/"  # stands for the address of the folder until the text is written
_SUFFIXES = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".lpf": "application/geo+json",
    ".md": "text/markdown",
    ".nq": "application/n-quads",
    ".nt": "application/n-triples",
    ".parquet": "application/vnd.apache.parquet",
    ".rdf": "application/rdf+xml",
    ".rq": "application/sparql-query",
    ".trig": "application/trig",
    ".ttl": "text/turtle",
}
_TYPE = ox.NamedNode(RDF + "type")


class Described(NamedTuple):
    """A file of a release: its path in it, its size in bytes, its SHA-256, and what it is."""

    path: str
    size: int
    digest: str
    about: str


def _of_dataset(store: GraphStore) -> list[ox.Triple]:
    """What the corpus itself says of the data set that it is."""
    rows = store.select(f"SELECT ?dataset ?property ?value {{ ?dataset a <{DCAT}Dataset> ; ?property ?value FILTER(!isBLANK(?value)) }}")
    found = []
    for dataset, name, value in rows:
        if isinstance(name, ox.NamedNode) and value is not None and name != _TYPE:
            found.append(ox.Triple(_node("#dataset"), name, value))
        if isinstance(dataset, ox.NamedNode):
            found.append(ox.Triple(_node("#dataset"), ox.NamedNode(DCTERMS + "isVersionOf"), dataset))
    return found


def title_of(store: GraphStore) -> str:
    """The English title of the data set, or that of the corpora it is made of."""
    for kind in (f"{DCAT}Dataset", f"{TG}Corpus"):
        rows = store.select(f"SELECT DISTINCT ?title {{ ?it a <{kind}> ; <{DCTERMS}title> ?title FILTER(LANG(?title) IN ('en', '')) }} ORDER BY ?title").texts()
        if rows:
            return "; ".join(title or "" for (title,) in rows)
    return "A corpus of treaties and positions"


def _node(path: str) -> ox.NamedNode:
    return ox.NamedNode(_HERE + path)


def _count(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))


def describe_release(selection: Selection, store: GraphStore, files: Iterable[Described]) -> bytes:
    """The description as Turtle.

    Args:
        selection: the graphs that the release has.
        store: the corpus, which says title and licence where it has a dcat:Dataset.
        files: the other files of the release.
    """
    triples = [
        ox.Triple(_node(""), _TYPE, ox.NamedNode(VOID + "DatasetDescription")),
        ox.Triple(_node(""), ox.NamedNode(FOAF + "primaryTopic"), _node("#dataset")),
        ox.Triple(_node("#dataset"), _TYPE, ox.NamedNode(DCAT + "Dataset")),
        *_of_dataset(store),
        *_counted("#dataset", selection.triples),
        *_partitions(selection.triples),
        *_subsets(selection),
        *(triple for file in files for triple in _distribution(file)),
    ]
    if not any(triple.predicate.value == DCTERMS + "title" for triple in triples):
        triples.append(ox.Triple(_node("#dataset"), ox.NamedNode(DCTERMS + "title"), ox.Literal(title_of(store), language="en")))
    names = {"dcat": DCAT, "dcterms": DCTERMS, "foaf": FOAF, "owl": OWL, "rdf": RDF, "spdx": SPDX, "tg": TG, "void": VOID, "xsd": XSD, **selection.prefixes}
    return turtle_text(triples, names).replace(f"<{_HERE}", "<").encode()


def _counted(path: str, triples: frozenset[ox.Triple]) -> Iterator[ox.Triple]:
    """VoID's statistics (section 4.6) and the canonical digest of a graph."""
    node = _node(path)
    classes = {triple.object for triple in triples if triple.predicate == _TYPE}
    counts: Mapping[str, int] = {
        "triples": len(triples),
        "distinctSubjects": len({triple.subject for triple in triples}),
        "distinctObjects": len({triple.object for triple in triples}),
        "properties": len({triple.predicate for triple in triples}),
        "classes": len(classes),
        "entities": len({triple.subject for triple in triples if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(ID)}),
    }
    yield ox.Triple(node, _TYPE, ox.NamedNode(VOID + "Dataset"))
    for name, number in counts.items():
        yield ox.Triple(node, ox.NamedNode(VOID + name), _count(number))
    yield ox.Triple(node, ox.NamedNode(DCTERMS + "identifier"), ox.Literal(f"rdfc-1.0:sha256:{canonical_hash(triples)}"))


def _partitions(triples: frozenset[ox.Triple]) -> Iterator[ox.Triple]:
    dataset = _node("#dataset")
    yield ox.Triple(dataset, ox.NamedNode(VOID + "uriSpace"), ox.Literal(ID))
    yield ox.Triple(dataset, ox.NamedNode(VOID + "vocabulary"), ox.NamedNode(TG))
    kinds = Counter(triple.object for triple in triples if triple.predicate == _TYPE and isinstance(triple.object, ox.NamedNode))
    uses = Counter(triple.predicate for triple in triples)
    for partition, what, number, counted in (("classPartition", "class", "entities", kinds), ("propertyPartition", "property", "triples", uses)):
        for term, times in counted.items():
            node = ox.BlankNode()
            assert isinstance(term, ox.NamedNode)
            yield ox.Triple(dataset, ox.NamedNode(VOID + partition), node)
            yield ox.Triple(node, ox.NamedNode(VOID + what), term)
            yield ox.Triple(node, ox.NamedNode(VOID + number), _count(times))


def _subsets(selection: Selection) -> Iterator[ox.Triple]:
    for graph, triples in selection.graphs.items():
        name = graph.removeprefix(GRAPH)
        yield ox.Triple(_node("#dataset"), ox.NamedNode(VOID + "subset"), _node(f"#graph/{name}"))
        yield ox.Triple(_node(f"#graph/{name}"), ox.NamedNode(DCTERMS + "source"), ox.NamedNode(graph))
        yield from _counted(f"#graph/{name}", triples)


def _distribution(file: Described) -> Iterator[ox.Triple]:
    node, checksum = _node(f"#{file.path}"), ox.BlankNode()
    media_type = _SUFFIXES.get(f".{file.path.rpartition('.')[2]}", "text/plain")
    yield ox.Triple(_node("#dataset"), ox.NamedNode(DCAT + "distribution"), node)
    yield ox.Triple(node, _TYPE, ox.NamedNode(DCAT + "Distribution"))
    yield ox.Triple(node, ox.NamedNode(DCTERMS + "title"), ox.Literal(file.about, language="en"))
    yield ox.Triple(node, ox.NamedNode(DCAT + "downloadURL"), _node(file.path))
    yield ox.Triple(node, ox.NamedNode(DCAT + "mediaType"), ox.NamedNode(MEDIA_TYPES + media_type))
    yield ox.Triple(node, ox.NamedNode(DCAT + "byteSize"), ox.Literal(str(file.size), datatype=ox.NamedNode(XSD + "nonNegativeInteger")))
    yield ox.Triple(node, ox.NamedNode(SPDX + "checksum"), checksum)
    yield ox.Triple(checksum, _TYPE, ox.NamedNode(SPDX + "Checksum"))
    yield ox.Triple(checksum, ox.NamedNode(SPDX + "algorithm"), ox.NamedNode(SPDX + "checksumAlgorithm_sha256"))
    yield ox.Triple(checksum, ox.NamedNode(SPDX + "checksumValue"), ox.Literal(file.digest, datatype=ox.NamedNode(XSD + "hexBinary")))
    if file.path in ("rdf/graph.nt", "rdf/graph.ttl", "rdf/graph.rdf"):
        yield ox.Triple(_node("#dataset"), ox.NamedNode(VOID + "dataDump"), _node(file.path))
