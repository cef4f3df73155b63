"""The clients that people have: each asks the endpoint in its own way and gets what it expects.

SPARQLWrapper comes with the heavier requirements; Comunica (npm) and Jena (Maven) are fetched by tests/clients/fetch.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

ROOT = Path(__file__).parent.parent.parent
CLIENTS = ROOT / "build" / "clients"
TG = Namespace("https://w3id.org/treatygraph/ontology/")
STATES = "PREFIX tg: <https://w3id.org/treatygraph/ontology/> SELECT ?state { ?state a tg:State } ORDER BY ?state"
JAPAN = "https://w3id.org/treatygraph/id/state/japan"
CONSTRUCT = "PREFIX tg: <https://w3id.org/treatygraph/ontology/> CONSTRUCT { ?state a tg:State } { ?state a tg:State }"
RDFLIB_WARNS = "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"


@pytest.fixture(scope="session")
def states(server) -> list[str]:
    found = [row["state"]["value"] for row in server.ask(STATES).json()["results"]["bindings"]]
    assert JAPAN in found
    return found


# SPARQLWrapper


@pytest.fixture
def wrapper(server):
    module = pytest.importorskip("SPARQLWrapper")

    def make(query: str, form: str, method: str = "GET", request: str = "urlencoded"):
        client = module.SPARQLWrapper(f"{server.address}/sparql")
        client.setQuery(query)
        client.setReturnFormat(form)
        client.setMethod(method)
        client.setRequestMethod(request)
        return client

    return make


WAYS = [("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly")]


@pytest.mark.parametrize(("method", "request_"), WAYS)
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_sparqlwrapper_select(wrapper, states, method, request_, form):
    answer = wrapper(STATES, form, method, request_).query().convert()
    if form == "json":
        found = [row["state"]["value"] for row in answer["results"]["bindings"]]
    elif form == "xml":
        found = [node.firstChild.data for node in answer.getElementsByTagName("uri")]
    else:
        found = [line.strip("<>\r") for line in answer.decode().splitlines()[1:]]
    assert found == states


@pytest.mark.parametrize(("method", "request_"), WAYS)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_sparqlwrapper_ask(wrapper, method, request_, form):
    answer = wrapper("ASK { ?s ?p ?o }", form, method, request_).query().convert()
    assert (answer["boolean"] if form == "json" else answer.getElementsByTagName("boolean")[0].firstChild.data == "true") is True


@pytest.mark.filterwarnings(RDFLIB_WARNS)
@pytest.mark.parametrize(("method", "request_"), WAYS)
@pytest.mark.parametrize("form", ["turtle", "n3", "rdf+xml", "xml", "json-ld"])
def test_sparqlwrapper_construct(wrapper, states, method, request_, form):
    answer = wrapper(CONSTRUCT, form, method, request_).query().convert()
    graph = answer if isinstance(answer, Graph) else Graph().parse(data=answer, format="turtle")
    assert {str(state) for state in graph.subjects(RDF.type, TG.State)} == set(states)


@pytest.mark.filterwarnings(RDFLIB_WARNS)
def test_sparqlwrapper_describe(wrapper):
    graph = wrapper(f"DESCRIBE <{JAPAN}>", "xml").query().convert()
    assert (URIRef(JAPAN), RDF.type, TG.State) in graph


def test_sparqlwrapper_updates_with_the_token(empty):
    module = pytest.importorskip("SPARQLWrapper")
    client = module.SPARQLWrapper(f"{empty.address}/sparql")
    client.setMethod("POST")
    client.addCustomHttpHeader("Authorization", empty.authority["Authorization"])
    for request, number in (("urlencoded", 1), ("postdirectly", 2)):
        client.setRequestMethod(request)
        client.setQuery(f"INSERT DATA {{ <urn:a> <urn:b> {number} }}")
        client.query()
        assert empty.ask(f"ASK {{ <urn:a> <urn:b> {number} }}").json()["boolean"] is True


# rdflib


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_as_a_store(server, states, method, form):
    graph = Graph(SPARQLStore(f"{server.address}/sparql", method=method, returnFormat=form))
    assert [str(row.state) for row in graph.query(STATES)] == states
    assert {str(state) for state in graph.subjects(RDF.type, TG.State)} == set(states)
    assert len(graph) > 10000


def test_rdflib_construct_and_ask(server, states):
    graph = Graph(SPARQLStore(f"{server.address}/sparql"))
    assert {str(state) for state in graph.query(CONSTRUCT).graph.subjects()} == set(states)
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True


def test_rdflib_as_a_store_that_is_written_to(empty):
    address = f"{empty.address}/sparql"
    store = SPARQLUpdateStore(address, address, headers=empty.authority)
    graph = Graph(store, identifier="urn:g")
    graph.add((URIRef("urn:a"), URIRef("urn:b"), URIRef("urn:c")))
    graph.commit()
    assert empty.ask("ASK { GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> } }").json()["boolean"] is True
    assert list(graph.objects(URIRef("urn:a"))) == [URIRef("urn:c")]
    graph.remove((URIRef("urn:a"), None, None))
    graph.commit()
    assert empty.ask("ASK { ?s ?p ?o }").json()["boolean"] is False


def test_rdflib_asks_us_by_service(server, states):
    query = STATES.replace("{ ?state a tg:State }", f"{{ SERVICE <{server.address}/sparql> {{ ?state a tg:State }} }}")
    assert [str(row.state) for row in Graph().query(query)] == states


def test_rdflib_reads_by_address(server):
    assert (URIRef(JAPAN), RDF.type, TG.State) in Graph().parse(f"{server.address}/id/state/japan")
    assert len(Graph().parse(f"{server.address}/ontology/")) > 1000


# pandas, spreadsheets, R: an address is a table


def test_pandas_reads_the_address(server, states):
    table = pd.read_csv(f"{server.address}/queries/islands-claimed.csv?date=1956-12-12")
    assert list(table.columns[:3]) == ["state", "island", "kind"]
    assert set(table["state"]) <= set(states)
    asked = pd.read_csv(f"{server.address}/sparql?query={STATES.replace('#', '%23').replace(' ', '+')}", storage_options={"Accept": "text/csv"})
    assert list(asked["state"]) == states
    assert len(pd.read_json(io.StringIO(server.get("/queries.json").text))) > 40


def test_a_spreadsheet_names_the_format_in_the_address(server, states):
    for address in (f"/sparql?format=csv&query={STATES}", f"/sparql?query={STATES}&output=csv"):
        connection = server.connect()
        connection.request("GET", address.replace("#", "%23").replace(" ", "%20"))  # no Accept header at all
        response = connection.getresponse()
        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert [row[0] for row in csv.reader(io.StringIO(response.read().decode()))][1:] == states
        connection.close()


# curl


def curl(*arguments: str) -> str:
    if not shutil.which("curl"):
        pytest.skip("no curl on the path")
    return subprocess.run(["curl", "-sS", "--fail-with-body", *arguments], capture_output=True, text=True, check=True).stdout


def test_curl(server, states):
    address = f"{server.address}/sparql"
    assert json.loads(curl(address, "--data-urlencode", f"query={STATES}"))["head"]["vars"] == ["state"]
    assert curl("-G", address, "--data-urlencode", f"query={STATES}", "-H", "Accept: text/csv").splitlines()[1:] == states
    assert curl(address, "-H", "Content-Type: application/sparql-query", "-H", "Accept: text/tab-separated-values", "--data-binary", STATES).startswith(
        "?state"
    )
    assert "tg:State" in curl("-L", f"{server.address}/id/state/japan")
    assert "HTTP/1.1 200" in curl("-I", f"{server.address}/id/state/japan.ttl")
    assert "HTTP/1.1 200" in curl("--http1.0", "-I", f"{server.address}/sparql")


def test_curl_writes_with_the_token(empty, tmp_path):
    token = f"Authorization: {empty.authority['Authorization']}"
    data = tmp_path / "x.ttl"
    data.write_text("<urn:a> <urn:b> 1 .")
    curl("-H", token, f"{empty.address}/sparql", "--data-urlencode", "update=INSERT DATA { <urn:a> <urn:b> 2 }")
    curl("-H", token, "-H", "Content-Type: text/turtle", "-T", str(data), f"{empty.address}/graph?graph=urn:g")
    curl("-H", token, "-F", f"x=@{data};type=text/turtle", f"{empty.address}/graph?graph=urn:h")
    assert empty.ask("ASK { <urn:a> <urn:b> 2 GRAPH <urn:g> { <urn:a> <urn:b> 1 } GRAPH <urn:h> { <urn:a> <urn:b> 1 } }").json()["boolean"] is True


# Comunica and Jena


def comunica(*arguments: str) -> str:
    program = CLIENTS / "node_modules" / ".bin" / "comunica-sparql"
    if not program.exists() or not shutil.which("node"):
        pytest.skip("Comunica is not here; tests/clients/fetch brings it")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.parametrize("source", ["sparql@{}", "{}"])
def test_comunica_asks_the_endpoint(server, states, source):
    """With the kind of the source named, and found out by itself from the description of the service."""
    found = json.loads(comunica(source.format(f"{server.address}/sparql"), STATES, "-t", "application/sparql-results+json"))
    assert [row["state"]["value"] for row in found["results"]["bindings"]] == states


def test_comunica_constructs_and_reads_things(server, states):
    made = comunica(f"sparql@{server.address}/sparql", CONSTRUCT, "-t", "application/n-triples")
    assert {line.split()[0].strip("<>") for line in made.splitlines()} == set(states)
    told = comunica(f"{server.address}/id/state/japan", "SELECT ?type { ?s a ?type } LIMIT 1", "-t", "text/csv")
    assert str(TG.State) in told


def jena(command: str, *arguments: str) -> str:
    if not (CLIENTS / "jena").is_dir() or not shutil.which("java"):
        pytest.skip("Jena is not here; tests/clients/fetch brings it")
    return subprocess.run(["java", "-cp", f"{CLIENTS}/jena/*", command, *arguments], capture_output=True, text=True, check=True, timeout=120).stdout


def test_jena_asks_the_endpoint(server, states, tmp_path):
    for name, query in (("select", STATES), ("ask", "ASK { ?s ?p ?o }"), ("construct", CONSTRUCT), ("describe", f"DESCRIBE <{JAPAN}>")):
        (tmp_path / f"{name}.rq").write_text(query)
    service = f"--service={server.address}/sparql"
    assert jena("arq.rsparql", service, f"--query={tmp_path}/select.rq", "--results=csv").split()[1:] == states
    assert "Yes" in jena("arq.rsparql", service, f"--query={tmp_path}/ask.rq")
    made = jena("arq.rsparql", service, f"--query={tmp_path}/construct.rq", "--results=ntriples")
    assert {line.split()[0].strip("<>") for line in made.splitlines()} == set(states)
    assert "State" in jena("arq.rsparql", service, f"--query={tmp_path}/describe.rq")


def test_jena_reads_the_ontology_and_asks_by_service(server, states, tmp_path):
    read = jena("riotcmd.riot", "--output=ntriples", f"{server.address}/ontology/")
    assert f"<{TG.Reading}>" in read
    (tmp_path / "service.rq").write_text(STATES.replace("{ ?state a tg:State }", f"{{ SERVICE <{server.address}/sparql> {{ ?state a tg:State }} }}"))
    (tmp_path / "empty.nt").write_text("")
    assert jena("arq.sparql", f"--data={tmp_path}/empty.nt", f"--query={tmp_path}/service.rq", "--results=csv").split()[1:] == states
