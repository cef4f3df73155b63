"""Changes: with the token only, whole or not at all, seen by everybody, kept where asked for."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import Server, alive, descendants, wait_until

GRAPH = "https://w3id.org/treatygraph/graph/"
TURTLE = {"Content-Type": "text/turtle"}
INSERT = "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }"
HEAVY = """INSERT { <urn:x> <urn:y> ?n }
WHERE { SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } GRAPH ?i { ?j ?k ?l } FILTER(STR(?c) < STR(?l)) } }"""
RDF_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:"><rdf:Description rdf:about="urn:a">{}</rdf:Description></rdf:RDF>'


def count(server: Server) -> int:
    return int(server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize("update", [INSERT, "CLEAR ALL"])
def test_a_server_is_read_only_unless_told(server, update):
    before = count(server)
    for headers in ({}, server.authority):
        assert server.client.post("/sparql", content=update, headers=headers | {"Content-Type": "application/sparql-update"}).status_code == 403
        assert server.client.post("/sparql", data={"update": update}, headers=headers).status_code == 403
        for method in ("PUT", "POST", "DELETE"):
            refused = server.client.request(method, "/graph", params={"graph": f"{GRAPH}data/places"}, headers=headers | TURTLE, content="")
            assert refused.status_code == 405
            assert "PUT" not in refused.headers["allow"]
    assert count(server) == before


@pytest.mark.parametrize("authority", [None, "Bearer wrong", "Basic YTpi", "Bearer a-token-for-the-test", "bearer", "Bearer a-token-for-the-tests x"])
def test_only_who_has_the_token_changes_anything(empty, authority):
    headers = {"Authorization": authority} if authority else {}
    refused = [
        empty.client.post("/sparql", content=INSERT, headers=headers | {"Content-Type": "application/sparql-update"}),
        empty.client.post("/sparql", data={"update": INSERT}, headers=headers),
        empty.client.put("/graph?default", content="<urn:a> <urn:b> 1 .", headers=headers | TURTLE),
        empty.client.post("/graph", content="<urn:a> <urn:b> 1 .", headers=headers | TURTLE),
        empty.client.put("/graph/x", content="<urn:a> <urn:b> 1 .", headers=headers | TURTLE),
        empty.client.delete("/graph?default", headers=headers),
    ]
    assert {response.status_code for response in refused} == {401}
    assert all(response.headers["www-authenticate"].startswith("Bearer") for response in refused)
    assert count(empty) == 0


def test_who_sends_much_and_may_not_is_told_so(server, writable):
    much = b"<urn:a> <urn:b> 1 .\n" * 200_000
    for one, status in ((server, 405), (writable, 401)):
        response = one.client.put("/graph?default", content=much, headers=TURTLE)
        assert response.status_code == status
        assert one.client.post("/nowhere", content=much).status_code == 404
        assert one.client.post("/queries", content=iter([much])).status_code == 405


def test_the_token_is_nowhere_to_be_seen(writable):
    for process in {writable.process.pid, *writable.workers()}:
        assert b"a-token-for-the-tests" not in Path(f"/proc/{process}/cmdline").read_bytes()
    for path in ("/", "/sparql", "/openapi.json"):
        assert "a-token-for-the-tests" not in writable.get(path).text


def test_a_change_is_seen_by_everybody_at_once(empty):
    for number in range(20):
        assert empty.update(f"INSERT DATA {{ <urn:a> <urn:b> {number} }}").status_code == 204
        assert count(empty) == number + 1
        assert empty.get("/thing", iri="urn:a").text.count(",") == number  # what was kept of the older state is not given out


def test_a_change_is_whole_or_not_at_all(empty):
    assert empty.update(INSERT).status_code == 204
    broken = [
        empty.update("INSERT DATA { <urn:a> <urn:b> 2 } ; CLEAR XYZ"),
        empty.update("INSERT DATA { <urn:a> <urn:b> 2 } ; CLEAR GRAPH <urn:nowhere>"),
        empty.client.put("/graph?graph=urn:g", content="<urn:a> <urn:b> 3 . nonsense", headers=empty.authority | TURTLE),
        empty.client.put("/graph?graph=urn:g", content=b"<urn:a> <urn:b> '\xff' .", headers=empty.authority | TURTLE),
        empty.client.put("/graph?graph=not an iri", content="", headers=empty.authority | TURTLE),
    ]
    assert {response.status_code for response in broken} == {400}
    assert "line 1, column" in broken[0].text
    assert "line 1" in broken[2].text
    assert count(empty) == 1


def test_a_heavy_change_is_stopped_and_nothing_has_happened(empty):
    data = "\n".join(f"<urn:s{number}> <urn:p> {number} ." for number in range(3000))
    assert empty.client.put("/graph?graph=urn:g", content=data, headers=empty.authority | TURTLE).status_code == 201
    with ThreadPoolExecutor(1) as pool:
        start = time.monotonic()
        change = pool.submit(empty.update, HEAVY)
        time.sleep(0.5)
        assert count(empty) == 3000  # who only reads does not wait
        assert change.result().status_code == 503
        assert time.monotonic() - start < 8
    assert count(empty) == 3000
    assert empty.update(INSERT).status_code == 204


def test_an_entity_bomb_is_stopped(empty):
    bomb = '<!DOCTYPE r [<!ENTITY a "' + "x" * 1000 + '">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"
    bomb += RDF_XML.format("<u:b>&j;</u:b>")
    response = empty.client.put("/graph?default", content=bomb, headers=empty.authority | {"Content-Type": "application/rdf+xml"})
    assert response.status_code in (400, 503)
    assert count(empty) == 0


def test_changes_at_once_are_done_one_after_the_other(empty):
    assert empty.update("INSERT DATA { <urn:n> <urn:is> 0 }").status_code == 204
    step = "DELETE { <urn:n> <urn:is> ?n } INSERT { <urn:n> <urn:is> ?m } WHERE { <urn:n> <urn:is> ?n BIND(?n + 1 AS ?m) }"
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: empty.update(step).status_code, range(60)))
    assert set(statuses) <= {204, 503}
    (row,) = empty.ask("SELECT ?n { <urn:n> <urn:is> ?n }").json()["results"]["bindings"]
    assert int(row["n"]["value"]) == statuses.count(204) >= 30


def test_blank_nodes_and_identifiers_of_two_changes_differ(empty):
    for _ in range(5):
        assert empty.update("INSERT { [] <urn:id> ?u } WHERE { BIND(STRUUID() AS ?u) }").status_code == 204
    rows = empty.ask("SELECT DISTINCT ?s ?u { ?s <urn:id> ?u }").json()["results"]["bindings"]
    assert len({row["s"]["value"] for row in rows}) == len({row["u"]["value"] for row in rows}) == 5


def test_no_process_is_left_over_by_changes(empty):
    for _ in range(20):
        assert empty.update(INSERT).status_code == 204
        assert empty.update("nonsense").status_code == 400
        count(empty)
    assert wait_until(lambda: len(empty.workers()) <= 1 + 2 + 2, 20)  # one zygote, the workers of two lanes
    assert wait_until(lambda: empty.process.poll() is None)


def test_graphs_are_named_by_their_address_here(empty):
    put = empty.client.put("/graph/notes/mine", content="<urn:a> <urn:b> 1 .", headers=empty.authority | TURTLE)
    assert put.status_code == 201
    assert empty.ask(f"ASK {{ GRAPH <{GRAPH}notes/mine> {{ <urn:a> <urn:b> 1 }} }}").json()["boolean"] is True
    for address in ("/graph/notes/mine", "/graph/notes/mine.ttl", f"/graph?graph={GRAPH}notes/mine", f"/graph?graph={empty.address}/graph/notes/mine"):
        assert "<urn:a> <urn:b> 1" in empty.get(address, accept="text/turtle").text
    created = empty.client.post("/graph", content="<urn:c> <urn:d> 2 .", headers=empty.authority | TURTLE)
    assert created.status_code == 201
    assert created.headers["location"].startswith(f"{empty.address}/graph/")
    assert "<urn:c> <urn:d> 2" in empty.get(created.headers["location"], accept="text/turtle").text
    assert empty.client.delete(created.headers["location"], headers=empty.authority).status_code == 204
    assert empty.get(created.headers["location"]).status_code == 404
    assert empty.client.patch("/graph/notes/mine", headers=empty.authority).status_code == 405


def test_what_is_no_graph_is_refused(empty):
    for headers, status in (
        ({"Content-Type": "text/csv"}, 415),
        ({"Content-Type": "application/trig"}, 415),
        ({"Content-Type": "text/turtle; charset=utf-16"}, 415),
    ):
        assert empty.client.put("/graph?default", content="x", headers=empty.authority | headers).status_code == status
    assert empty.client.put("/graph", content="", headers=empty.authority | TURTLE).status_code == 400
    assert empty.client.put("/graph?default&graph=urn:g", content="", headers=empty.authority | TURTLE).status_code == 400
    remote = '{"@context": "http://127.0.0.1:9/context", "@id": "urn:a", "name": "x"}'
    assert empty.client.put("/graph?default", content=remote, headers=empty.authority | {"Content-Type": "application/ld+json"}).status_code == 400


def test_the_other_forms_are_read(empty):
    forms = {
        "application/ld+json": '{"@id": "urn:a", "urn:b": "x"}',
        "application/n-triples": '<urn:a> <urn:b> "x" .',
        "application/rdf+xml": RDF_XML.format("<u:b>x</u:b>"),
    }
    for media_type, data in forms.items():
        assert empty.client.put("/graph?graph=urn:g", content=data, headers=empty.authority | {"Content-Type": media_type}).status_code in (201, 204)
        assert empty.ask('ASK { GRAPH <urn:g> { <urn:a> <urn:b> "x" } }').json()["boolean"] is True


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://127.0.0.1:1/x>",
        "load silent <http://127.0.0.1:1/x> into graph <urn:g>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_no_other_server_is_asked(empty, update):
    response = empty.update(update)
    assert response.status_code == 403
    assert "--allow-" in response.text


def test_a_host_may_be_allowed(server):
    """A second server asks the first, and reads from it, because it was started so; and nobody else."""
    host = f"127.0.0.1:{server.port}"
    second = Server("--writable", "--allow-service", host, "--allow-load", host)
    try:
        query = f"SELECT ?n {{ SERVICE <http://{host}/sparql> {{ SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} }} }}"
        assert int(second.ask(query).json()["results"]["bindings"][0]["n"]["value"]) == count(server)
        assert second.ask("ASK { SERVICE <http://127.0.0.1:1/> {} }").status_code == 403
        gone = second.ask(f"ASK {{ SERVICE <http://{host}/nowhere> {{ ?s ?p ?o }} }}")
        assert gone.status_code == 502
        assert second.ask(f"ASK {{ SERVICE SILENT <http://{host}/nowhere> {{ ?s ?p ?o }} }}").status_code == 200
        assert second.update(f"LOAD <http://{host}/graph/data/places.nt> INTO GRAPH <urn:loaded>").status_code == 204
        other = f"{GRAPH}data/places"
        assert second.ask("ASK { GRAPH <urn:loaded> { ?s ?p ?o } }").json()["boolean"] is True
        assert second.ask(f"ASK {{ GRAPH <{other}> {{ ?s ?p ?o }} MINUS {{ GRAPH <urn:loaded> {{ ?s ?p ?o }} }} }}").json()["boolean"] is False
        assert second.update(f"LOAD <http://{host}/nowhere>").status_code == 502
    finally:
        assert "Traceback" not in second.stop()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_changes_are_kept_where_asked_for(tmp_path, how):
    first = Server("--writable", "--store", str(tmp_path / "kept"))
    before = count(first)
    assert first.update(INSERT).status_code == 204
    assert first.update("INSERT DATA { <urn:default> <urn:b> 'x'@ja , '1956-12-12'^^<http://www.w3.org/2001/XMLSchema#date> , _:b }").status_code == 204
    below = first.workers()
    first.stop(how)
    assert wait_until(lambda: not alive(below))
    second = Server("--writable", "--store", str(tmp_path / "kept"))
    assert count(second) == before + 4
    assert second.ask("ASK { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }").json()["boolean"] is True
    assert "<urn:default> <urn:b>" in second.get("/graph?default", accept="text/turtle").text
    assert second.get("/queries/islands-claimed.csv").text == Server.get(second, "/queries/islands-claimed.csv").text
    second.stop()
    assert [path.name for path in (tmp_path / "kept").iterdir() if path.name.startswith(".new")] == []


def test_without_a_store_the_corpus_is_as_before(copy):
    files = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    first = Server("--writable", corpus=copy)
    assert first.update("DROP ALL").status_code == 204
    first.stop()
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == files


def test_what_was_kept_and_is_damaged_is_told(run, tmp_path):
    (tmp_path / "graphs.nq").write_text("nonsense")
    (tmp_path / "token").write_text("a-token-for-the-tests")
    done = run("serve", "--port", "0", "--writable", "--token-file", tmp_path / "token", "--store", tmp_path)
    assert done.code == 1
    assert "cannot be read" in done.err


@pytest.mark.parametrize("token", ["", "short", "with a space in the middle", "日本語のトークンです日本語のトークン"])
def test_a_writable_server_needs_a_good_token(run, tmp_path, token):
    (tmp_path / "token").write_text(token, encoding="utf-8")
    done = run("serve", "--port", "0", "--writable", "--token-file", tmp_path / "token")
    assert done.code == 2
    assert "at least 16 characters" in done.err
    assert run("serve", "--port", "0", "--store", tmp_path).code == 2


def test_two_servers_do_not_share_a_store(tmp_path):
    first = Server("--writable", "--store", str(tmp_path))
    try:
        with pytest.raises(AssertionError, match="another server"):
            Server("--writable", "--store", str(tmp_path))
    finally:
        first.stop()
    Server("--writable", "--store", str(tmp_path)).stop()


def test_a_change_that_is_under_way_dies_with_the_server():
    own = Server("--writable", "--timeout", "20")
    with ThreadPoolExecutor(1) as pool:
        change = pool.submit(own.update, HEAVY)
        zygote = min(descendants(own.process.pid))
        assert wait_until(lambda: len(descendants(zygote)) >= 1)
        below = own.workers()
        own.process.kill()
        with pytest.raises(Exception, match=r".+"):
            change.result()
    assert wait_until(lambda: not alive(below))
    own.stop(signal.SIGKILL)
