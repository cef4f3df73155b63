"""The namespaces and the terms that the program itself has to know; no other module spells an IRI."""

from __future__ import annotations

__all__ = ["GRAPH", "ID", "LABELS", "OA", "PREFIXES", "QUERY_PREFIXES", "RDF", "SHAPE", "SKOS", "TG", "XSD", "short_name"]

TG = "https://w3id.org/treatygraph/ontology/"
ID = "https://w3id.org/treatygraph/id/"
GRAPH = "https://w3id.org/treatygraph/graph/"
SHAPE = "https://w3id.org/treatygraph/shape/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
OA = "http://www.w3.org/ns/oa#"
DCTERMS = "http://purl.org/dc/terms/"
VOID = "http://rdfs.org/ns/void#"
GEO = "http://www.opengis.net/ont/geosparql#"
NULL_GRAPH = "http://www.bigdata.com/rdf#nullGraph"  # what Blazegraph calls its default graph
VIRTRDF = "http://www.openlinksw.com/schemas/virtrdf#"

PREFIXES = {
    "dcterms": DCTERMS,
    "oa": OA,
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": SH,
    "shape": SHAPE,
    "skos": SKOS,
    "skosxl": SKOSXL,
    "tg": TG,
    "xsd": XSD,
}
QUERY_PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
LABELS = f"<{SKOS}prefLabel>|<{RDFS}label>"


def short_name(iri: str) -> str:
    """An IRI as people write it: ``island:shikotan`` for a thing of a corpus, ``tg:Island`` for a known term."""
    if iri.startswith(ID):
        kind, _, slug = iri.removeprefix(ID).partition("/")
        return f"{kind}:{slug}" if slug else iri
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and "/" not in iri.removeprefix(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
