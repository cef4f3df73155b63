"""The namespaces and the terms that the program itself has to know; no other module spells an IRI."""

from __future__ import annotations

__all__ = [
    "AAT",
    "CRS84",
    "CSVW",
    "DCAT",
    "DCTERMS",
    "FOAF",
    "FORMATS",
    "GENID",
    "GEO",
    "GEONAMES",
    "GRAPH",
    "HOME",
    "ID",
    "LABELS",
    "LPF",
    "MEDIA_TYPES",
    "OA",
    "OWL",
    "OWL2_RULES",
    "PREFIXES",
    "PROV",
    "QUERY",
    "QUERY_PREFIXES",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SD",
    "SH",
    "SHAPE",
    "SITEMAP",
    "SKOS",
    "SKOSXL",
    "SPDX",
    "SVG",
    "TG",
    "VOID",
    "XSD",
    "short_name",
]

HOME = "https://w3id.org/treatygraph/"
TG = f"{HOME}ontology/"
ID = f"{HOME}id/"
GRAPH = f"{HOME}graph/"
SHAPE = f"{HOME}shape/"
QUERY = f"{HOME}query/"
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
CSVW = "http://www.w3.org/ns/csvw"
AAT = "http://vocab.getty.edu/aat/"
GEONAMES = "http://www.geonames.org/ontology#"
LPF = "https://raw.githubusercontent.com/LinkedPasts/linked-places/master/linkedplaces-context-v1.1.jsonld"
DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
SCHEMA = "https://schema.org/"
SPDX = "http://spdx.org/rdf/terms#"
SVG = "http://www.w3.org/2000/svg"
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
BIBO = "http://purl.org/ontology/bibo/"
FORMATS = "http://www.w3.org/ns/formats/"
NULL_GRAPH = "http://www.bigdata.com/rdf#nullGraph"  # what Blazegraph calls its default graph
VIRTRDF = "http://www.openlinksw.com/schemas/virtrdf#"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"

PREFIXES = {
    "bibo": BIBO,
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
