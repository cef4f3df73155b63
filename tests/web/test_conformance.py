"""The W3C suites: SPARQL 1.1 Protocol, Graph Store HTTP Protocol, Service Description; the requests as they stand there."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
NAMED = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"),
    "RDF": ("application/rdf+xml", "text/turtle", "application/n-triples", "application/ld+json"),
}


def manifest(path: Path) -> Graph:
    graph = Graph()
    graph.parse(path, format="turtle")
    return graph


def headers_of(graph: Graph, node) -> dict[str, str]:
    listed = graph.value(node, HT.headers)
    return {str(graph.value(header, HT.fieldName)): str(graph.value(header, HT.fieldValue)) for header in Collection(graph, listed)} if listed else {}


def body_of(graph: Graph, node) -> bytes | None:
    body = graph.value(node, HT.body)
    if body is None:
        return None
    return str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding)).lower())


def expected_status(status: int, names: set[str]) -> bool:
    return any((name.startswith("StatusCode") and int(name[10]) == status // 100) or NAMED.get(name) == status for name in names)


def boolean_of(response: httpx.Response) -> bool:
    if "json" in response.headers["content-type"]:
        return bool(json.loads(response.text)["boolean"])
    return ET.fromstring(response.text).findtext("{http://www.w3.org/2005/sparql-results#}boolean") == "true"


def run_test(server, graph: Graph, test, prefix: str, path: str) -> list[str]:
    """Send the requests of one test; what came back other than expected."""
    wrong = []
    location = ""
    for number, request in enumerate(Collection(graph, graph.value(graph.value(test, MF.action), HT.requests))):
        address = str(graph.value(request, HT.absolutePath)).replace("$LOCATION$", quote(location, safe="")).replace(prefix, path, 1)
        headers = headers_of(graph, request)
        body = body_of(graph, request)
        if body is not None and not any(name.lower() == "content-type" for name in headers):
            headers["content-type"] = ""  # as in the test: a body that does not say what it is
        response = server.client.request(str(graph.value(request, HT.methodName)), address, content=body, headers=headers | server.authority)
        expected = graph.value(request, HT.resp)
        names = {str(status).rpartition("#")[2] for status in graph.objects(expected, MF.expectedStatus)}
        if not expected_status(response.status_code, names):
            wrong.append(f"request {number}: status {response.status_code} is not {names}: {response.text[:200]}")
            continue
        form = graph.value(expected, MF.expectedFormat)
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if form is not None and media_type not in FORMATS[str(form)]:
            wrong.append(f"request {number}: {media_type} is not {form}")
        boolean = graph.value(expected, MF.expectedBoolean)
        if boolean is not None and boolean_of(response) is not boolean.toPython():
            wrong.append(f"request {number}: {response.text} is not {boolean}")
        if graph.value(expected, MF.expectedLocation) is not None:
            location = response.headers["location"]
        for name, value in headers_of(graph, expected).items():
            if response.headers.get(name, "").replace(" ", "") != value.replace(" ", ""):
                wrong.append(f"request {number}: {name} is {response.headers.get(name)}, not {value}")
        content = body_of(graph, expected)
        if content is not None and not isomorphic(Graph().parse(data=response.text, format="turtle"), Graph().parse(data=content, format="turtle")):
            wrong.append(f"request {number}: another graph: {response.text}")
    return wrong


def score(name: str, results: dict[str, list[str]], figure) -> None:
    passed = sum(not wrong for wrong in results.values())
    figure(f"{name}: {passed}/{len(results)}")
    assert {test: wrong for test, wrong in results.items() if wrong} == {}


def entries(graph: Graph) -> list:
    return list(Collection(graph, graph.value(next(graph.subjects(RDF.type, MF.Manifest)), MF.entries)))


def test_the_protocol_suite(writable, conformance, figure):
    graph = manifest(conformance / "protocol" / "manifest.ttl")
    tests = entries(graph)
    assert len(tests) == 34
    assert all((test, RDF.type, MF.ProtocolTest) in graph for test in tests)
    results = {}
    for test in tests:
        assert writable.update("DROP ALL").status_code == 204
        for data in graph.objects(test, UT.graphData):
            name, path = graph.value(data, RDFS.label), str(graph.value(data, UT.graph)).removeprefix("file://")
            sent = writable.client.put(
                "/graph", params={"graph": str(name)}, content=Path(path).read_bytes(), headers=writable.authority | {"Content-Type": "application/n-triples"}
            )
            assert sent.status_code == 201
        results[str(test).rpartition("#")[2]] = run_test(writable, graph, test, "/sparql/", "/sparql/")
    score("SPARQL 1.1 Protocol", results, figure)


@pytest.mark.parametrize("manner", ["direct", "indirect"])
def test_the_graph_store_suite(writable, conformance, figure, manner):
    graph = manifest(conformance / "graph-store-protocol" / f"manifest-{manner}.ttl")
    tests = list(graph.subjects(RDF.type, MF.GraphStoreProtocolTest))  # one of them is missing in the list of the manifest
    assert set(entries(graph)) <= set(tests)
    results = {}
    for test in tests:
        assert writable.update("DROP ALL").status_code == 204
        results[str(test).rpartition("#")[2]] = run_test(writable, graph, test, "/gsp", "/graph")
    score(f"Graph Store HTTP Protocol, {manner}", results, figure)


# Domains and ranges of the terms, SPARQL 1.1 Service Description, section 3.
SCHEMA = {
    SD.endpoint: (SD.Service, None),
    SD.feature: (SD.Service, SD.Feature),
    SD.defaultDataset: (SD.Service, SD.Dataset),
    SD.supportedLanguage: (SD.Service, SD.Language),
    SD.resultFormat: (SD.Service, None),
    SD.inputFormat: (SD.Service, None),
    SD.defaultGraph: (SD.Dataset, SD.Graph),
    SD.namedGraph: (SD.Dataset, SD.NamedGraph),
    SD.name: (SD.NamedGraph, None),
    SD.graph: (SD.NamedGraph, SD.Graph),
}
INSTANCES = {
    SD.Language: {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update},
    SD.Feature: {SD.DereferencesURIs, SD.UnionDefaultGraph, SD.RequiresDataset, SD.EmptyGraphs, SD.BasicFederatedQuery},
}


def test_the_service_description_suite(writable, server, conformance, figure):
    tests = entries(manifest(conformance / "service-description" / "manifest.ttl"))
    assert {str(test).rpartition("#")[2] for test in tests} == {"has-endpoint-triple", "returns-rdf", "conforms-to-schema"}
    for one in (writable, server):
        results: dict[str, list[str]] = {}
        response = one.get("/sparql", accept="text/turtle")
        results["returns-rdf"] = [] if response.status_code == 200 and response.headers["content-type"].startswith("text/turtle") else [response.text]
        graph = Graph().parse(data=response.text, format="turtle")
        endpoints = set(graph.objects(None, SD.endpoint))
        results["has-endpoint-triple"] = [] if endpoints == {URIRef(f"{one.address}/sparql")} else [str(endpoints)]
        wrong = []
        for subject, predicate, value in graph:
            if predicate.startswith(SD):
                domain, range_ = SCHEMA[predicate]
                if (subject, RDF.type, domain) not in graph or isinstance(value, Literal):
                    wrong.append(f"{subject} {predicate}")
                if range_ is not None and (value, RDF.type, range_) not in graph and value not in INSTANCES.get(range_, ()):
                    wrong.append(f"{predicate} {value}")
        wrong += [str(service) for service in graph.subjects(RDF.type, SD.Service) if not re.match("http", str(graph.value(service, SD.endpoint)))]
        results["conforms-to-schema"] = wrong
        score("SPARQL 1.1 Service Description", results, figure)
