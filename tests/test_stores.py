"""Stores as their documentation describes them, and everything that can go wrong on the way, on loopback servers of the tests' own."""

from __future__ import annotations

import base64
import dataclasses
import importlib
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest

from treatygraph.errors import TreatyGraphError, UsageError
from treatygraph.layout import Layout
from treatygraph.namespaces import GRAPH
from treatygraph.stores import Credentials, StoreError, connect, corpus_in, plan_push, push
from treatygraph.stores import connection as connection_module
from treatygraph.stores.http import Http
from treatygraph.stores.kinds import KINDS, addresses_of, kind_by_path
from treatygraph.stores.manifest import JOURNAL, MANIFEST, STAGING
from treatygraph.stores.remote import RemoteGraph
from treatygraph.stores.wire import canonical, read_ntriples, rows_of, serialized

sys.path.insert(0, str(Path(__file__).parent))
from stores.fake import DOCUMENTED, FakeStore, Loopback, Proxy

push_module = importlib.import_module("treatygraph.stores.push")  # the function hides it
USER, PASSWORD, TOKEN = "curator", "sécret word", "tok-123"
NOBODY = Credentials()
STRANGER = ox.Quad(ox.NamedNode("urn:stranger"), ox.NamedNode("urn:p"), ox.Literal("mine"), ox.NamedNode("urn:g:stranger"))


def quiet(*_):
    pass


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No pauses between tries, and no credentials from outside."""
    monkeypatch.setattr(connection_module, "Http", lambda credentials, scheme: Http(credentials, scheme, pause=0))
    for name in ("TREATYGRAPH_USER", "TREATYGRAPH_PASSWORD", "TREATYGRAPH_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def small(tmp_path) -> Layout:
    """A small corpus with a blank node, names in three scripts, and literals that stores like to rewrite."""
    root = tmp_path / "corpus"
    for folder in ("ontology", "data", "queries"):
        (root / folder).mkdir(parents=True)
    (root / "ontology" / "o.ttl").write_text("<urn:o:Lake> a <http://www.w3.org/2002/07/owl#Class> .")
    (root / "data" / "a.ttl").write_text(
        '<urn:d:a> a <urn:o:Lake> ; <urn:p:part> [ <urn:p:depth> 0.90 , 007 ; <urn:p:said> "Бай\\"кал"@RU , "a\\nb" , "琵琶湖"@ja-Jpan ] .'
    )
    (root / "data" / "b.ttl").write_text("<urn:d:b> a <urn:o:Lake> .")
    (root / "queries" / "lakes.rq").write_text("#+ summary: Which lakes?\nSELECT ?lake { ?lake a <urn:o:Lake> } ORDER BY ?lake")
    return Layout(root)


def pushed(url, layout, kind="oxigraph", credentials=NOBODY, **options):
    connection = connect(url, kind, credentials)
    plan = plan_push(connection, layout, inferred=options.pop("inferred", False), progress=quiet)
    return push(connection, plan, adopt=options.pop("adopt", False), progress=quiet)


def lakes(url, layout, kind, credentials=NOBODY):
    corpus = corpus_in(connect(url, kind, credentials), layout, quiet)
    return [row[0] for row in corpus.store.select((layout.root / "queries" / "lakes.rq").read_text()).texts()]


def graphs_of(store) -> set[str]:
    return {quad.graph_name.value for quad in store if quad.graph_name != ox.DefaultGraph()}


# --- each store as documented ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_store_is_spoken_to_as_its_documentation_says(kind, small):
    credentials = Credentials(token=TOKEN) if kind == "qlever" else Credentials(USER, PASSWORD)
    wanted = f"Bearer {TOKEN}" if kind == "qlever" else "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    with FakeStore(kind, wanted) as store:
        store.store.add(STRANGER)
        report = pushed(store.base, small, kind, credentials)
        assert len(report.sent) == 3
        assert store.wrong == []
        methods = {(method, path) for method, path, _ in store.asked}
        method = "POST" if kind == "blazegraph" else "PUT"
        assert {("POST", store.query), ("POST", store.update), (method, store.graphs)} <= methods
        assert {media for method_, path, media in store.asked if (method_, path) == (method, store.graphs)} >= {"application/n-triples"}
        assert lakes(store.base, small, kind, credentials) == ["urn:d:a", "urn:d:b"]
        assert STRANGER in store.store
        assert graphs_of(store.store) == {"urn:g:stranger", MANIFEST, *(GRAPH + name for name in ("ontology/o", "data/a", "data/b"))}
        assert pushed(store.base, small, kind, credentials).sent == []
        (small.root / "data" / "b.ttl").unlink()
        (small.root / "data" / "c.ttl").write_text("<urn:d:c> a <urn:o:Lake> .")
        report = pushed(store.base, small, kind, credentials)
        assert [name.removeprefix(GRAPH) for name in report.sent + report.removed] == ["data/c", "data/b"]
        assert lakes(store.base, small, kind, credentials) == ["urn:d:a", "urn:d:c"]
        assert STRANGER in store.store
        assert store.wrong == []


def test_virtuoso_is_challenged_and_answered_with_digest(small):
    with FakeStore("virtuoso") as store:
        pushed(store.base, small, "virtuoso", Credentials("dba", "dba"))
        assert store.challenged >= 1
        assert store.wrong == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_address_of_a_store_leads_to_all_of_them(kind):
    base, query, update, _, graphs, _ = DOCUMENTED[kind]
    host = "https://store.example:8443"
    for given in {base, query, update, graphs, base + "/"}:
        found = addresses_of(host + given, KINDS[kind])
        assert (found.base, found.query, found.update) == (host + base, host + query, host + update), given
        assert found.graphs == (None if kind == "blazegraph" else host + graphs)


@pytest.mark.parametrize(
    ("url", "kind", "word"),
    [
        ("http://user:secret@localhost/", "oxigraph", "process list"),
        ("ftp://localhost", "oxigraph", "http://"),
        ("localhost:7878", "oxigraph", "http://"),
        ("http://localhost:3030", "fuseki", "dataset"),
        ("http://localhost:8080/rdf4j-server", "rdf4j", "repository"),
        ("http://localhost:9999/blazegraph", "blazegraph", "namespace"),
        ("http://localhost/?default", "oxigraph", "no '?'"),
        ("http://localhost", "fuzeki", "fuseki"),
    ],
)
def test_a_wrong_address_says_what_is_missing(url, kind, word):
    with pytest.raises(UsageError) as error:
        connect(url, kind, Credentials())
    assert word in str(error.value)
    assert "secret" not in str(error.value)


def test_the_kind_is_found_out():
    assert kind_by_path("http://h/sparql-auth").name == "virtuoso"
    assert kind_by_path("http://h/blazegraph/namespace/kb/sparql").name == "blazegraph"

    class Saying(Loopback):
        def __init__(self, headers, paths):
            self.headers, self.paths = headers, paths
            super().__init__()

        def answer(self, request, body):
            path = request.path
            return request.reply(200 if path in self.paths else 404, self.paths.get(path, b""), **self.headers)

    for headers, paths, suffix, name in (
        ({"Server": "Oxigraph/0.5"}, {}, "", "oxigraph"),
        ({"Server": "Virtuoso/07.20 (Linux)"}, {}, "/sparql", "virtuoso"),
        ({"Fuseki_Request_Id": "7"}, {}, "/ds", "fuseki"),
        ({}, {"/rest/info/version": b'{"productVersion":"11"}'}, "/repositories/c", "graphdb"),
        ({}, {}, "/x/repositories/c", "rdf4j"),
        ({}, {"/status": b'{"status":"healthy","dbEngineVersion":"1.4"}'}, "", "neptune"),
    ):
        with Saying(headers, paths) as server:
            assert connect(server.url + suffix, None, Credentials()).kind.name == name
    with Saying({}, {}) as server, pytest.raises(UsageError, match="--store"):
        connect(server.url, None, Credentials())


def test_the_default_graph_is_spelled_as_each_store_wants_it():
    for kind, spelled in (("oxigraph", [("default", "")]), ("neptune", [("default", "")])):
        assert connect("http://127.0.0.1:1", kind, Credentials()).graph_parameters(None) == spelled
    blazegraph = connect("http://127.0.0.1:1/blazegraph/namespace/kb/sparql", "blazegraph", Credentials())
    assert blazegraph.graph_parameters(None) == [("context-uri", "http://www.bigdata.com/rdf#nullGraph")]
    with pytest.raises(UsageError, match="no default graph"):
        connect("http://127.0.0.1:1", "virtuoso", Credentials()).graph_parameters(None)


# --- nothing else is seen or touched ---------------------------------------------------------------------------------


def test_answers_never_see_other_graphs(small):
    with FakeStore("oxigraph") as store:
        lake = (ox.NamedNode("urn:d:other"), ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), ox.NamedNode("urn:o:Lake"))
        store.store.add(ox.Quad(*lake, ox.NamedNode("urn:g:stranger")))
        store.store.add(ox.Quad(*lake, ox.NamedNode(f"{STAGING}0123456789abcdef/data/a")))
        store.store.add(ox.Quad(*lake))
        pushed(store.base, small)
        assert lakes(store.base, small, "oxigraph") == ["urn:d:a", "urn:d:b"]
        corpus = corpus_in(connect(store.base, "oxigraph", Credentials()), small, quiet)
        assert corpus.store.ask("ASK { GRAPH <urn:g:stranger> { ?s ?p ?o } }") is False
        named = corpus.store.select("SELECT ?lake FROM <urn:g:stranger> { ?lake a <urn:o:Lake> }")
        assert named.texts() == [["urn:d:other"]]  # whoever names a graph himself gets that one


def test_graphs_that_push_did_not_make_are_left_alone(small):
    with FakeStore("oxigraph") as store:
        theirs = ox.Quad(ox.NamedNode("urn:x"), ox.NamedNode("urn:p"), ox.Literal("1"), ox.NamedNode(GRAPH + "data/a"))
        store.store.add(theirs)
        with pytest.raises(UsageError, match="data/a"):
            pushed(store.base, small)
        assert theirs in store.store
        assert graphs_of(store.store) == {GRAPH + "data/a"}
        pushed(store.base, small, adopt=True)
        assert theirs not in store.store


def test_another_corpus_in_the_store_is_refused(small, tmp_path):
    with FakeStore("oxigraph") as store:
        pushed(store.base, small)
        other = tmp_path / "other"
        for folder in ("ontology", "data", "queries"):
            (other / folder).mkdir(parents=True)
        (other / "data" / "x.ttl").write_text("<urn:x> a <urn:y> .")
        with pytest.raises(UsageError, match="another corpus"):
            pushed(store.base, Layout(other))


def test_a_graph_that_somebody_changed_there_is_sent_again(small):
    with FakeStore("oxigraph") as store:
        pushed(store.base, small)
        store.store.remove_graph(ox.NamedNode(GRAPH + "data/b"))
        assert [name.removeprefix(GRAPH) for name in pushed(store.base, small).sent] == ["data/b"]


def test_leftovers_go_only_if_their_name_is_ours(small):
    with FakeStore("oxigraph") as store:
        pushed(store.base, small)
        ours, theirs = f"{STAGING}0123456789abcdef/data/a", "urn:g:precious"
        for graph in (ours, theirs):
            store.store.add(ox.Quad(ox.NamedNode("urn:x"), ox.NamedNode("urn:p"), ox.Literal("1"), ox.NamedNode(graph)))
            noted = (ox.NamedNode(JOURNAL), ox.NamedNode("http://purl.org/dc/terms/replaces"), ox.NamedNode(graph))
            store.store.add(ox.Quad(*noted, ox.NamedNode(JOURNAL)))
        pushed(store.base, small)
        assert graphs_of(store.store) & {ours, theirs, JOURNAL} == {theirs}


# --- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [429, 502, 503, "drop", "lose"])
def test_a_store_that_stumbles_is_asked_again(fault, small):
    """Every third request fails, the swap among them: it is seen from the manifest whether it was done."""
    with FakeStore("oxigraph") as store, Proxy(store.url, lambda number, *_: fault if number % 3 == 1 else None) as proxy:
        report = pushed(proxy.url, small, "oxigraph")
        assert len(report.sent) == 3
        assert proxy.count > 12
        assert lakes(store.base, small, "oxigraph") == ["urn:d:a", "urn:d:b"]
        assert not {name for name in graphs_of(store.store) if name.startswith(STAGING)}


@pytest.mark.parametrize("fault", ["drop", "lose", 502])
def test_a_swap_that_was_lost_is_done_once(fault, small):
    lost = []

    def lose_the_swap(number, method, path, body):
        if b"manifest" in body and b"INSERT" in body and path == "/update" and not lost:
            lost.append(number)
            return fault
        return None

    with FakeStore("oxigraph") as store, Proxy(store.url, lose_the_swap) as proxy:
        assert len(pushed(proxy.url, small, "oxigraph").sent) == 3
        assert lost
        assert lakes(store.base, small, "oxigraph") == ["urn:d:a", "urn:d:b"]


def test_a_store_that_never_answers_gives_up_in_words(small):
    with FakeStore("oxigraph") as store, Proxy(store.url, lambda *_: 503) as proxy, pytest.raises(StoreError, match="not ready") as error:
        pushed(proxy.url, small, "oxigraph")
    assert error.value.status == 503
    assert proxy.count == 6


@pytest.mark.parametrize(
    ("status", "word"),
    [(401, "wrong"), (403, "may not"), (404, "Create the database"), (405, "Graph Store"), (413, "client_max_body_size"), (415, "N-Triples"), (507, "disk")],
)
def test_each_refusal_has_its_words(status, word, small):
    with FakeStore("oxigraph") as store, Proxy(store.url, lambda number, method, *_: status if method == "PUT" else None) as proxy:
        with pytest.raises(StoreError) as error:
            pushed(proxy.url, small, "oxigraph", Credentials(USER, PASSWORD))
        assert word in str(error.value)
        assert str(status) in str(error.value)
        assert PASSWORD not in str(error.value)
        assert "send ontology/o" in str(error.value)
        assert not graphs_of(store.store) - {"urn:g:stranger"}  # it answers, so that what was begun was taken away


def test_no_credentials_and_wrong_ones_differ(small):
    with FakeStore("oxigraph") as store, Proxy(store.url, user=(USER, PASSWORD)) as proxy:
        with pytest.raises(StoreError, match="who you are"):
            pushed(proxy.url, small, "oxigraph")
        with pytest.raises(StoreError, match="is wrong"):
            pushed(proxy.url, small, "oxigraph", Credentials(USER, "no"))
        assert len(pushed(proxy.url, small, "oxigraph", Credentials(USER, PASSWORD)).sent) == 3


@pytest.mark.parametrize("words", [b"java.io.IOException: No space left on device", b"Disk full"])
def test_a_full_disk_is_called_so(words, small):
    class Full(FakeStore):
        def _graph(self, request, graph, body):
            return request.reply(500, words) if request.command == "PUT" else super()._graph(request, graph, body)

    with Full("oxigraph") as store, pytest.raises(StoreError, match="disk of the store is full"):
        pushed(store.base, small)


def test_secrets_are_hidden_even_where_a_store_repeats_them():
    credentials = Credentials(USER, PASSWORD)
    assert PASSWORD not in repr(credentials)
    assert PASSWORD not in credentials.hidden_in(f"user {USER} with {PASSWORD}")

    class Telling(Loopback):
        def answer(self, request, body):
            return request.reply(403, f"no, {PASSWORD}".encode())

    with Telling() as server, pytest.raises(StoreError) as error:
        connect(server.url, "oxigraph", credentials).rows_in("ASK {}", None)
    assert "***" in str(error.value)
    assert PASSWORD not in str(error.value)


def test_nobody_home_is_said(small):
    with pytest.raises(StoreError, match=r"nothing answers at 127\.0\.0\.1:1"):
        connect("http://127.0.0.1:1", None, Credentials())


def test_another_address_is_said_and_not_followed(small):
    class Moved(Loopback):
        def answer(self, request, body):
            return request.reply(301, Location="https://elsewhere.example/ds?token=x")

    with Moved() as server, pytest.raises(StoreError, match=r"another address \(301\).*https://elsewhere.example/ds$"):
        connect(server.url, "oxigraph", Credentials()).rows_in("ASK {}", None)


def test_a_store_that_changes_triples_is_found_out(small):
    class Careless(FakeStore):
        def _graph(self, request, graph, body):
            return super()._graph(request, graph, body.replace(b"urn:d:a", b"urn:d:A") if request.command == "PUT" else body)

    with Careless("oxigraph") as store:
        store.store.add(STRANGER)
        with pytest.raises(StoreError, match="has not kept data/a as it was sent") as error:
            pushed(store.base, small)
        assert "<urn:d:A>" in str(error.value)
        assert graphs_of(store.store) == {"urn:g:stranger"}


def test_two_pushes_at_once_do_not_mix(small):
    """The second takes away what the first has staged; the first notices before it swaps."""
    second = []

    def start_second(number, method, path, body):
        if method == "PUT" and path.endswith("data%2Fb") and not second:
            second.append(True)
            pushed(store.base, small)
        return

    with FakeStore("oxigraph") as store, Proxy(store.url, start_second) as proxy, pytest.raises(StoreError, match="Another push"):
        pushed(proxy.url, small, "oxigraph")
    assert second


def test_a_half_swap_is_told_and_mended(small):
    """Where one update is not all or nothing, the journal tells; the next push believes nothing of what it finds."""

    class Crashing(FakeStore):
        crash = False

        def answer(self, request, body):
            if self.crash and b"DROP" in body and b"data%2Fa" in body:
                self.store.update(f"DROP GRAPH <{GRAPH}data/a>")
                return request.reply(500, b"crashed")
            return super().answer(request, body)

    with Crashing("virtuoso") as store:
        me = Credentials("dba", "dba")
        pushed(store.base, small, "virtuoso", me)
        (small.root / "data" / "a.ttl").write_text("<urn:d:new> a <urn:o:Lake> .")
        store.crash = True
        with pytest.raises(StoreError, match="crashed"):
            pushed(store.base, small, "virtuoso", me)
        told = []
        corpus_in(connect(store.base, "virtuoso", me), small, told.append)
        assert any("interrupted" in text for text in told)
        store.crash = False
        report = pushed(store.base, small, "virtuoso", me)
        assert GRAPH + "data/a" in report.sent
        told.clear()
        corpus_in(connect(store.base, "virtuoso", me), small, told.append)
        assert not any("interrupted" in text for text in told)
        assert lakes(store.base, small, "virtuoso", me) == ["urn:d:b", "urn:d:new"]


@pytest.mark.parametrize("inferred", [False, True])
def test_much_is_put_in_place_in_parts(small, monkeypatch, inferred):
    """With little in one update; what is there afterwards is what one update would have made of it."""
    with FakeStore("oxigraph") as whole, FakeStore("oxigraph") as parts:
        pushed(whole.base, small, inferred=inferred)
        monkeypatch.setattr(push_module, "TOGETHER", 3)
        monkeypatch.setattr(push_module, "GRAPHS", 2)
        monkeypatch.setattr(connection_module, "COUNTED", 2)
        report = pushed(parts.base, small, inferred=inferred)
        assert len(report.sent) == 3 + inferred
        assert plain(parts.store) == plain(whole.store)
        (small.root / "data" / "b.ttl").unlink()
        report = pushed(parts.base, small, inferred=inferred)
        assert report.removed == [f"{GRAPH}data/b"]
        pushed(whole.base, small, inferred=inferred)
        assert plain(parts.store) == plain(whole.store)


def plain(store) -> set[str]:
    """The graphs of a store, but for when and by which run they came there."""
    said = {str(quad) for quad in store if quad.subject.value not in (MANIFEST, JOURNAL)}
    return {re.sub(r"_:[0-9a-f]+", "_:", text) for text in said}


def test_a_push_in_parts_that_is_interrupted_is_told_and_mended(small, monkeypatch):
    """Also in a store that makes one update all or nothing, for these were several."""
    monkeypatch.setattr(push_module, "TOGETHER", 3)

    class Crashing(FakeStore):
        crash = False

        def answer(self, request, body):
            if self.crash and b"DROP" in body and b"data%2Fb" in body and b"INSERT" in body:
                return request.reply(500, b"crashed")
            return super().answer(request, body)

    with Crashing("oxigraph") as store:
        pushed(store.base, small)
        for name in "ab":
            (small.root / "data" / f"{name}.ttl").write_text(f"<urn:d:new-{name}> a <urn:o:Lake> ; <urn:p:q> 1 , 2 , 3 .")
        store.crash = True
        with pytest.raises(StoreError, match="crashed"):
            pushed(store.base, small)
        told = []
        corpus_in(connect(store.base, "oxigraph", NOBODY), small, told.append)
        assert any("interrupted" in text for text in told)
        assert lakes(store.base, small, "oxigraph") == ["urn:d:b", "urn:d:new-a"]
        store.crash = False
        report = pushed(store.base, small)
        assert {GRAPH + "data/a", GRAPH + "data/b"} <= set(report.sent)
        told.clear()
        corpus_in(connect(store.base, "oxigraph", NOBODY), small, told.append)
        assert not told
        assert lakes(store.base, small, "oxigraph") == ["urn:d:new-a", "urn:d:new-b"]


# --- answers ---------------------------------------------------------------------------------------------------------


def test_a_result_that_is_cut_is_fetched_in_pages():
    with FakeStore("virtuoso") as store:
        store.max_rows = 10
        name = ox.NamedNode("urn:g")
        store.store.extend(ox.Quad(ox.NamedNode(f"urn:s{number:03}"), ox.NamedNode("urn:p"), ox.Literal("} LIMIT 5 {"), name) for number in range(47))
        graph = RemoteGraph(connect(store.base, "virtuoso", Credentials()), ["urn:g"])
        rows = graph.select('PREFIX x: <urn:>\n# SELECT\nSELECT ?s ?o { ?s x:p ?o FILTER(?o != "} OFFSET 3") } ORDER BY DESC(?s)')
        assert [row[0] for row in rows.texts()] == [f"urn:s{number:03}" for number in reversed(range(47))]
        assert len(graph.serialize("SELECT ?s { ?s ?p ?o } ORDER BY ?s", "csv").splitlines()) == 48


def test_a_graph_that_would_be_cut_is_read_back_in_pages(small, monkeypatch):
    virtuoso = dataclasses.replace(KINDS["virtuoso"], max_rows=10)
    monkeypatch.setitem(KINDS, "virtuoso", virtuoso)
    (small.root / "data" / "b.ttl").write_text("".join(f"<urn:s{number}> <urn:p> [ <urn:q> {number}.50 ] .\n" for number in range(20)))
    with FakeStore("virtuoso") as store:
        store.max_rows = 10
        assert len(pushed(store.base, small, "virtuoso", Credentials("dba", "dba")).sent) == 3


def test_a_manifest_that_would_be_cut_is_read_in_pages(small, monkeypatch):
    monkeypatch.setitem(KINDS, "virtuoso", dataclasses.replace(KINDS["virtuoso"], max_rows=10))
    for number in range(12):
        (small.root / "data" / f"n{number}.ttl").write_text(f"<urn:n{number}> a <urn:o:Lake> .")
    with FakeStore("virtuoso") as store:
        store.max_rows = 10
        assert len(pushed(store.base, small, "virtuoso", Credentials("dba", "dba")).sent) == 15
        assert len(pushed(store.base, small, "virtuoso", Credentials("dba", "dba")).kept) == 15


def test_old_spellings_of_results_are_read():
    rows = rows_of(
        b'{"head":{"vars":["a","b","c"]},"results":{"bindings":[{"a":{"type":"uri","value":"nodeID://b1"},'
        b'"b":{"type":"typed-literal","datatype":"http://www.w3.org/2001/XMLSchema#decimal","value":"0.90"},'
        b'"c":{"type":"literal","xml:lang":"ja-Latn","value":"x"}}]}}'
    )
    (row,) = rows
    assert isinstance(row[0], ox.BlankNode)
    assert [str(term) for term in row[1:]] == ['"0.9"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"x"@ja-latn']
    assert serialized(rows, "csv").splitlines()[0] == b"a,b,c"
    with pytest.raises(StoreError.__mro__[1], match="no SPARQL result"):
        rows_of(b"<html>Welcome</html>")


@pytest.mark.parametrize(("answer", "word"), [(b"", "nothing"), (b"<html>", "<html>"), (b'{"results": []}', "results"), (b"[]", "no SPARQL result")])
def test_an_answer_that_is_none_is_told(answer, word):
    with pytest.raises(TreatyGraphError, match=word):
        rows_of(answer)


def test_two_graphs_are_compared_up_to_blank_nodes_and_known_rewritings():
    one = read_ntriples(['_:a <urn:p> "0.90"^^<http://www.w3.org/2001/XMLSchema#decimal> .', "_:a <urn:q> _:b ."])
    two = read_ntriples(["_:y <urn:q> _:x .", '_:y <urn:p> "0.9"^^<http://www.w3.org/2001/XMLSchema#decimal> .'])
    assert canonical(one) != canonical(two)
    assert canonical(one, ["numbers"]) == canonical(two, ["numbers"])
    swapped = read_ntriples(["_:x <urn:q> _:y .", '_:y <urn:p> "0.9"^^<http://www.w3.org/2001/XMLSchema#decimal> .'])
    assert canonical(one, ["numbers"]) != canonical(swapped, ["numbers"])
    wkt = "http://www.opengis.net/ont/geosparql#wktLiteral"
    sent = read_ntriples([f'<urn:s> <urn:p> "POINT (147.9 45.0)"^^<{wkt}> .'])
    kept = read_ntriples(['<urn:s> <urn:p> "POINT(147.89999389648 45)"^^<http://www.openlinksw.com/schemas/virtrdf#Geometry> .'])
    assert canonical(sent, ["virtuoso"]) == canonical(kept, ["virtuoso"])
    moved = read_ntriples([f'<urn:s> <urn:p> "POINT (147.8 45.0)"^^<{wkt}> .'])
    assert canonical(sent, ["virtuoso"]) != canonical(moved, ["virtuoso"])


# --- the command line ------------------------------------------------------------------------------------------------


def run(*arguments, environment=None):
    code = "from treatygraph.cli import main; main()"
    known = {name: value for name, value in os.environ.items() if not name.startswith("TREATYGRAPH_")}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=known | (environment or {}),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_push_and_ask_from_the_command_line(small):
    with FakeStore("oxigraph") as store:
        done = run("--corpus", small.root, "push", store.base, "--store", "oxigraph", "--dry-run")
        assert done.returncode == 0, done.stderr
        assert "send data/a" in done.stdout
        assert "nothing was done" in done.stdout
        assert not graphs_of(store.store)
        done = run("--corpus", small.root, "push", store.base, "--store", "oxigraph")
        assert "3 graphs sent" in done.stdout
        assert "sending: 3 of 3" in done.stderr
        there = ("--endpoint", store.base, "--store", "oxigraph")
        here = run("--corpus", small.root, "query", "lakes", "--format", "csv").stdout
        assert run("--corpus", small.root, "query", "lakes", "--format", "csv", *there).stdout == here
        inferred = run("--corpus", small.root, "infer").stdout
        assert run("--corpus", small.root, "infer", *there, "--keep").stdout == inferred
        assert GRAPH + "derived" in graphs_of(store.store)
        assert "the same" in run("--corpus", small.root, "push", store.base, "--store", "oxigraph", "--inferred").stdout
        assert "0 errors" in run("--corpus", small.root, "check", *there).stdout
        assert run("--corpus", small.root, "query", "lakes", "--store", "oxigraph").returncode == 2


def test_a_password_is_never_asked_of_nobody(small):
    done = run("--corpus", small.root, "push", "http://127.0.0.1:1", "--store", "oxigraph", "--user", "me")
    assert done.returncode == 2
    assert "TREATYGRAPH_PASSWORD" in done.stderr


def test_an_interrupt_leaves_the_old_answers(small):
    """The first push is whole; the second is stopped by SIGINT while it sends, and the third finishes."""
    import signal

    waiting, go_on = threading.Event(), threading.Event()

    def hold(number, method, path, body):
        if method == "PUT" and "data%2Fa" in path and not waiting.is_set():
            waiting.set()
            go_on.wait(30)
        return

    with FakeStore("oxigraph") as store, Proxy(store.url, hold) as proxy:
        pushed(store.base, small)
        (small.root / "data" / "a.ttl").write_text("<urn:d:new> a <urn:o:Lake> .")
        process = subprocess.Popen(
            [sys.executable, "-m", "treatygraph", "--corpus", str(small.root), "push", proxy.url, "--store", "oxigraph"],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert waiting.wait(30)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
        go_on.set()
        assert process.returncode == 130
        assert "Stopped." in told
        assert lakes(store.base, small, "oxigraph") == ["urn:d:a", "urn:d:b"]
        assert [name.removeprefix(GRAPH) for name in pushed(store.base, small).sent] == ["data/a"]
        assert lakes(store.base, small, "oxigraph") == ["urn:d:b", "urn:d:new"]
        assert not {name for name in graphs_of(store.store) if name.startswith((STAGING, JOURNAL))}
