"""Describe the service (SPARQL 1.1 Service Description) and the data set (VoID)."""

from __future__ import annotations

from collections.abc import Iterable

from treatygraph.namespaces import FORMATS, HOME, ID, QUERY_PREFIXES, TG, XSD
from treatygraph.sizes import sizes_of
from treatygraph.store import iri_term, literal_term
from treatygraph.web.dataset import rewrite
from treatygraph.web.negotiation import Choice
from treatygraph.web.served import Served
from treatygraph.web.wire import Reply
from treatygraph.web.work.graphs import DUMPS

__all__ = ["describe_data", "describe_service"]

# The names of the formats in the W3C's list of them, in the order in which they are told.
RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD")
NAMED = 1000  # graphs that the description of the service names and counts one by one
INPUTS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")


def describe_service(served: Served, reply: Reply, base: str, choice: Choice) -> None:
    """Write what the endpoint is and what it can do.

    Args:
        base: the address of the server.
        choice: the form that the client accepts.
    """
    settings = served.settings
    features = [*(["sd:UnionDefaultGraph"] if settings.union else []), *(["sd:BasicFederatedQuery"] if settings.services else [])]
    languages = ["sd:SPARQL11Query", *(["sd:SPARQL11Update"] if settings.writable else [])]
    service = iri_term(f"{base}/sparql")
    lines = [
        f"{service} a sd:Service ; sd:endpoint {service} ; sd:supportedLanguage {', '.join(languages)} ;",
        f"  sd:feature {', '.join(features)} ;" if features else "",
        f"  sd:resultFormat {_formats(RESULTS)} ;",
        f"  sd:inputFormat {_formats(INPUTS)} ;" if settings.writable else "",
        f"  sd:defaultDataset {_dataset(base)} .",
        f"{_dataset(base)} a sd:Dataset ; sd:defaultGraph [ a sd:Graph ; void:triples {len(served.graph)} ] .",
    ]
    graphs = served.graph.graphs()
    for graph in graphs if len(graphs) <= NAMED else ():  # of more, each is a file at /graph, and counting all would take long
        count = sum(1 for _ in served.graph.triples_in(graph))
        lines.append(f"{_dataset(base)} sd:namedGraph [ a sd:NamedGraph ; sd:name {iri_term(graph)} ; sd:graph [ a sd:Graph ; void:triples {count} ] ] .")
    reply.head(200, {"Content-Type": choice.content_type})
    rewrite("\n".join([*lines, *_void(served, base)]), choice.form.name, reply)


def describe_data(served: Served, reply: Reply, base: str, choice: Choice) -> None:
    """Write what the data set is, how large, and where it is."""
    reply.head(200, {"Content-Type": choice.content_type})
    rewrite("\n".join(_void(served, base)), choice.form.name, reply)


def _dataset(base: str) -> str:
    return iri_term(f"{base}/.well-known/void#dataset")


def _formats(names: Iterable[str]) -> str:
    return ", ".join(iri_term(FORMATS + name) for name in names)


def _void(served: Served, base: str) -> list[str]:
    def counts(query: str) -> list[tuple[str, str]]:
        return [(name or "", count or "0") for name, count in served.graph.select(QUERY_PREFIXES + query).texts()]

    sizes = sizes_of(served.corpus)
    classes, properties = sizes.classes, sizes.properties
    titles = counts("SELECT ?title (LANG(?title) AS ?tag) { ?corpus a tg:Corpus ; dcterms:title ?title } ORDER BY ?title")
    examples = counts("SELECT ?island (1 AS ?n) { ?island a tg:Island } ORDER BY ?island LIMIT 1")
    data = _dataset(base)
    lines = [
        f"{data} a void:Dataset ; void:sparqlEndpoint {iri_term(f'{base}/sparql')} ; void:uriSpace {literal_term(HOME, XSD + 'string')} ;",
        f"  void:uriRegexPattern {literal_term(f'^{ID}', XSD + 'string')} ; void:vocabulary {iri_term(TG)} ;",
        f"  void:triples {sizes.triples} ; void:distinctSubjects {sizes.subjects} ; void:classes {len(classes)} ; void:properties {len(properties)} ;",
        f"  void:feature {_formats(INPUTS)} ; void:dataDump {', '.join(iri_term(f'{base}/everything.{suffix}') for suffix in DUMPS)} .",
    ]
    lines += [f"{data} dcterms:title {_text(title, tag)} ." for title, tag in titles]
    lines += [f"{data} void:exampleResource {iri_term(thing)} ." for thing, _ in examples]
    lines += [f"{data} void:classPartition [ void:class {iri_term(name)} ; void:entities {count} ] ." for name, count in classes]
    lines += [f"{data} void:propertyPartition [ void:property {iri_term(name)} ; void:triples {count} ] ." for name, count in properties]
    return lines


def _text(text: str, tag: str) -> str:
    written = literal_term(text, XSD + "string")
    return f"{written}@{tag}" if tag else written
