"""The namespaces and the terms that the program itself has to know; no other module spells an IRI."""

from __future__ import annotations

__all__ = [
    "CRS84", "GENID", "GRAPH", "ID", "LABELS", "OA", "OWL2_RULES", "PREFIXES", "PROV", "QUERY_PREFIXES", "RDF", "SHAPE", "SKOS", "SVG", "TG", "XSD",
    "short_name",
]  # fmt: skip

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
PROV = "http://www.w3.org/ns/prov#"
GENID = "https://w3id.org/.well-known/genid/treatygraph/"  # names for what has none (RDF 1.1 Concepts, section 3.5)
OWL2_RULES = "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
GEO = "http://www.opengis.net/ont/geosparql#"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"  # what WKT without a prefix is in: longitude, latitude (GeoSPARQL 1.1, 8.5.1)
SVG = "http://www.w3.org/2000/svg"

PREFIXES = {
    "dcterms": DCTERMS,
    "geo": GEO,
    "oa": OA,
    "owl": OWL,
    "prov": PROV,
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
