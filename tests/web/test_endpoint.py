"""The endpoint and everything beside it, over HTTP, as clients meet them."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

ISLAND = "https://w3id.org/treatygraph/id/island/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
ADDRESSES = [
    "/",
    "/queries",
    "/queries.json",
    "/queries/islands-claimed",
    "/queries/islands-claimed.html",
    "/sparql",
    "/sparql?query=ASK{}",
    "/graph",
    "/graph?default",
    "/graph/data/places",
    "/ontology/",
    "/ontology/Reading",
    "/id/island/shikotan",
    "/thing?iri=http://www.w3.org/ns/prov%23Agent",
    "/.well-known/void",
    "/openapi.json",
    "/everything.nq",
    "/style.css",
    "/favicon.ico",
]
MISSING = [
    "/nowhere",
    "/id/island/nowhere",
    "/ontology/Nowhere",
    "/graph/data/nowhere",
    "/queries/nowhere",
    "/thing?iri=urn:nowhere",
    "/everything.exe",
    "/id/",
]


@pytest.mark.parametrize("address", [*ADDRESSES, *MISSING])
@pytest.mark.parametrize("accept", [BROWSER, "*/*"])
def test_every_answer_carries_the_headers(server, address, accept):
    response = server.get(address, accept=accept)
    assert response.status_code == (404 if address in MISSING else 204 if address == "/favicon.ico" else 200), response.text
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    assert response.headers["access-control-allow-origin"] == "*"
    if address not in ("/style.css", "/favicon.ico"):
        assert response.headers["cache-control"] in ("no-cache", "no-store")


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_the_body(server, address):
    head, get = server.client.head(address), server.client.get(address)
    assert head.status_code == get.status_code
    assert head.headers.get("content-type") == get.headers.get("content-type")
    assert head.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd",
        "/style.css/../../app.py",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/graph/../../etc/passwd",
        "/id/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/graph/%00",
    ],
)
def test_no_path_leaves_its_folder(server, path):
    connection = server.connect()
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status in (400, 404)
    assert b"root:" not in response.read()
    connection.close()


EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "path",
    [
        f"/{EVIL}",
        f"/id/island/{EVIL}",
        f"/ontology/{EVIL}",
        f"/queries/{EVIL}",
        f"/queries/islands-claimed.html?state={EVIL}",
        f"/queries/islands-claimed.html?{EVIL}=1",
        f"/queries/islands-claimed.html?lang={EVIL}",
        f"/queries/islands-claimed?format={EVIL}",
        f"/sparql?query={EVIL}",
        f"/sparql?query=SELECT ('{EVIL}' AS ?x) {{}}",
        f"/sparql?query=SELECT (IRI('javascript:alert(1)//{EVIL[1:7]}') AS ?x) {{}}",
        f"/sparql?query=SELECT (STRDT('{EVIL}', <urn:{EVIL[1:7]}>) AS ?x) {{}}",
        f"/thing?iri={EVIL}",
        f"/thing?iri=urn:x&lang={EVIL}",
        f"/graph?graph={EVIL}",
        f"/everything.{EVIL}",
    ],
)
def test_whatever_is_shown_is_escaped(server, path):
    address, _, query = path.partition("?")
    response = server.client.get(address, params=query.replace("+", "%2B").replace("#", "%23"), headers={"Accept": BROWSER})
    assert response.headers["content-type"].startswith("text/html")
    assert "<script" not in response.text
    assert not re.search(r"""(?:href|src|action)=["']?\s*javascript:""", response.text, re.IGNORECASE)


@pytest.mark.parametrize("host", ["evil.org/<script>", 'a"b', "a b", "x" * 10 + "'", "evil.org@good.org"])
def test_a_forged_host_is_refused(server, host):
    connection = server.connect()
    connection.putrequest("GET", "/sparql", skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


def test_other_sites_may_read_and_not_write(server, writable):
    for one in (server, writable):
        asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        reading = one.client.options("/sparql", headers=asked)
        assert reading.status_code == 204
        assert reading.headers["access-control-allow-origin"] == "*"
        assert "POST" in reading.headers["access-control-allow-methods"]
        assert "authorization" not in reading.headers["access-control-allow-headers"].lower()
        writing = one.client.options("/graph?default", headers=asked | {"Access-Control-Request-Method": "PUT"})
        assert "PUT" not in writing.headers["access-control-allow-methods"]
        assert "POST" not in writing.headers["access-control-allow-methods"]
    assert "access-control-allow-origin" not in writable.update("INSERT DATA { <urn:a> <urn:b> 1 }").headers
    assert "access-control-allow-origin" not in writable.client.put("/graph?default", headers=writable.authority).headers
    assert "PUT" in writable.client.options("/graph").headers["allow"]
    assert "PUT" not in server.client.options("/graph").headers["allow"]


# The protocol beyond the W3C suite


def test_a_query_sees_the_union_and_each_graph(server):
    everything = server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()["results"]["bindings"][0]["n"]["value"]
    graphs = server.ask("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }").json()["results"]["bindings"][0]["n"]["value"]
    assert int(everything) > 10000
    assert int(graphs) > 20
    one = "https://w3id.org/treatygraph/graph/ontology/agents"
    counts = {
        server.ask(f"SELECT (COUNT(*) AS ?n) {text} {{ ?s ?p ?o }}", **parameters).json()["results"]["bindings"][0]["n"]["value"]
        for text, parameters in ((f"FROM <{one}>", {}), ("", {"default-graph-uri": one}), ("FROM <urn:x>", {"default-graph-uri": one}))
    }
    assert len(counts) == 1
    assert 0 < int(counts.pop()) < int(everything)
    assert server.ask("ASK { ?s ?p ?o }", **{"named-graph-uri": one}).json()["boolean"] is False
    assert server.ask("ASK { GRAPH ?g { ?s ?p ?o } }", **{"default-graph-uri": one}).json()["boolean"] is False


@pytest.mark.parametrize(
    ("query", "forms"),
    [
        (
            "SELECT ?i { VALUES ?i { <urn:x> } }",
            {
                "csv": "text/csv",
                "tsv": "text/tab-separated-values",
                "json": "application/sparql-results+json",
                "xml": "application/sparql-results+xml",
                "html": "text/html",
            },
        ),
        ("ASK {}", {"json": "application/sparql-results+json", "xml": "application/sparql-results+xml", "html": "text/html"}),
        (
            "CONSTRUCT { <urn:a> <urn:b> <urn:c> } {}",
            {
                "turtle": "text/turtle",
                "nt": "application/n-triples",
                "rdf+xml": "application/rdf+xml",
                "json-ld": "application/ld+json",
                "json": "application/ld+json",
                "html": "text/html",
            },
        ),
        (f"DESCRIBE <{ISLAND}shikotan>", {"ttl": "text/turtle"}),
    ],
)
def test_format_names_a_form(server, query, forms):
    for name, media_type in forms.items():
        for parameter in ("format", "output"):
            response = server.get("/sparql", accept="image/png", query=query, **{parameter: name})
            assert response.status_code == 200
            assert response.headers["content-type"].partition(";")[0] == media_type


def test_what_cannot_be_written_so_is_406(server):
    assert server.get("/sparql", accept="text/turtle", query="SELECT * {}").status_code == 406
    assert server.get("/sparql", accept="text/csv", query="CONSTRUCT WHERE { ?s ?p ?o }").status_code == 406
    assert "Nearest: csv" in server.get("/sparql", query="ASK {}", format="cvs").text
    refused = server.ask("CONSTRUCT { <urn:a> <http://example.org/> 1 } {}", accept="application/rdf+xml")
    assert refused.status_code == 406
    assert "RDF/XML cannot write" in refused.text


WRONG = [
    ({"params": {"query": "SELECT * WHERE { ?s undefined:p ?o }"}}, 400, "Prefix not found"),
    ({"params": {"query": "ASK {", "update": "x"}}, 405, "POST"),
    ({"params": "query=ASK%7B%7D&query=ASK%7B%7D"}, 400, "2 times"),
    ({"params": {"query": "ASK {}", "default-graph-uri": "not an iri"}}, 400, "not an IRI"),
    ({"params": "&".join(f"a{n}=1" for n in range(1200))}, 400, "1000 parameters"),
]


@pytest.mark.parametrize(("request_", "status", "said"), WRONG)
def test_errors_are_plain(server, request_, status, said):
    response = server.client.get("/sparql", **request_)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/plain")
    assert said in response.text
    page = server.client.get("/sparql", headers={"Accept": BROWSER}, **request_)
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    problem = server.client.get("/sparql", headers={"Accept": "application/json"}, **request_)
    assert problem.status_code == status
    assert problem.headers["content-type"] == "application/problem+json"
    assert said in problem.json()["detail"] + problem.json()["next_step"]


@pytest.mark.parametrize("address", ["/sparql?query=%ff", "/queries/islands-claimed?state=%c3"])
def test_what_is_not_utf_8_is_refused(server, address):
    connection = server.connect()
    connection.request("GET", address)
    response = connection.getresponse()
    assert response.status == 400
    assert b"UTF-8" in response.read()
    connection.close()


def test_the_place_of_an_error_is_shown(server):
    said = server.ask("SELECT *\nWHERE { ?s ?p ?o . ?x nowhere:y 1 }").text.splitlines()
    assert "line 2" in said[0]
    assert said[2] == "WHERE { ?s ?p ?o . ?x nowhere:y 1 }"
    assert said[3].strip() == "^"


@pytest.mark.parametrize(
    "query",
    ["SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SELECT * { SERVICE ?x { ?s ?p ?o } }", "ASK { ?s ?p trueSERVICE<http://127.0.0.1:1/>{} }"],
)
def test_no_other_server_is_asked(server, query):
    response = server.ask(query)
    assert response.status_code == 403
    assert "--allow-service" in response.text


def test_a_large_answer_is_streamed_and_whole(server):
    response = server.ask("SELECT ?s ?p ?o { ?s ?p ?o }", accept="text/csv")
    assert response.headers["transfer-encoding"] == "chunked"
    rows = list(csv.reader(io.StringIO(response.text, newline="")))
    assert len(rows) > 10000
    assert len(rows) - 1 == int(server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()["results"]["bindings"][0]["n"]["value"])


def test_a_browser_gets_a_form_and_a_program_a_description(server):
    form = server.get("/sparql", accept=BROWSER).text
    assert '<form action="/sparql" method="get">' in form
    assert "<textarea" in form
    assert server.get("/sparql").headers["content-type"].startswith("text/turtle")
    assert server.get("/sparql", query="ASK {}").headers["vary"] == server.get("/sparql").headers["vary"] == "Accept"
    assert server.get("/sparql", accept="application/rdf+xml, */*").headers["content-type"] == "application/rdf+xml"
    answer = server.get("/sparql", accept=BROWSER, query=f"SELECT ?x {{ VALUES ?x {{ <{ISLAND}shikotan> 'a' 'b'@ja }} }}").text
    assert '<a href="/id/island/shikotan"' in answer
    assert '<span lang="ja">b' in answer
    assert "3 rows" in answer
    assert "<p>yes</p>" in server.get("/sparql", accept=BROWSER, query="ASK {}").text


def test_the_data_set_is_described(server):
    from rdflib import Graph, Namespace

    void = Namespace("http://rdfs.org/ns/void#")
    graph = Graph().parse(data=server.get("/.well-known/void", accept="text/turtle").text, format="turtle")
    (data,) = graph.subjects(void.sparqlEndpoint)
    count = int(server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()["results"]["bindings"][0]["n"]["value"])
    assert int(graph.value(data, void.triples)) == count
    assert sum(int(graph.value(part, void.triples)) for part in graph.objects(data, void.propertyPartition)) == count
    for dump in graph.objects(data, void.dataDump):
        assert server.client.head(str(dump)).status_code == 200
    (example,) = graph.objects(data, void.exampleResource)
    assert server.get(str(example).removeprefix("https://w3id.org/treatygraph")).status_code == 200


def test_everything_comes_in_one_file(server):
    lines = server.get("/everything.nq").text.splitlines()
    assert len(set(lines)) == len(lines) > 10000
    assert json.loads(server.get("/everything.jsonld").text)


def test_the_server_does_not_give_itself_away(server):
    assert "server" not in server.get("/").headers
