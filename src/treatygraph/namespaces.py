"""The namespaces and the terms that the program itself has to know; no other module spells an IRI."""

from __future__ import annotations

__all__ = [
    "DCTERMS",
    "FORMATS",
    "GRAPH",
    "HOME",
    "ID",
    "LABELS",
    "OA",
    "OWL",
    "PREFIXES",
    "QUERY_PREFIXES",
    "RDF",
    "SD",
    "SHAPE",
    "SKOS",
    "TG",
    "VOID",
    "XSD",
    "short_name",
]

HOME = "https://w3id.org/treatygraph/"
TG = HOME + "ontology/"
ID = HOME + "id/"
GRAPH = HOME + "graph/"
SHAPE = HOME + "shape/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
OA = "http://www.w3.org/ns/oa#"
DCTERMS = "http://purl.org/dc/terms/"
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"

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
