"""SPARQL as a text: nothing that asks another server gets through, whatever it hides in; what only looks like it does."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyoxigraph as ox
import pytest

from treatygraph.web.refusals import Refused
from treatygraph.web.sparql_text import explain, forbid_calls, names_dataset, with_dataset

HARMLESS = [
    "SELECT * { ?service ?load $SERVICE }",
    "SELECT * { ?s ?p 'SERVICE <http://e.x/> {}' , \"LOAD <x>\" , '''SERVICE '' <x>''' , \"\"\"a \" SERVICE <x> { } \"\"\" }",
    "SELECT * { ?s ?p ?o } # SERVICE <http://e.x/> {}",
    "PREFIX SERVICE: <http://e.x/SERVICE> SELECT * { SERVICE:load ?p <http://e.x/#SERVICE> , x:SERVICE , _:SERVICE , 'x'@service }",
    "PREFIX x: <u:> SELECT * { x:a.SERVICE x:LOAD:b x:a\\-SERVICE }",
    "SELECT * { ?s ?p ?o FILTER(?a<?b&&?c>?d) }",
]
CALLS = [
    "SELECT * { SERVICE <http://e.x/> { ?s ?p ?o } }",
    "SELECT*{service<http://e.x/>{?s ?p ?o}}",
    "SELECT * { ?s ?p ?o . SeRvIcE SILENT <http://e.x/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p true SERVICE <http://e.x/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE<http://e.x/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE<http://e.x/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 1e1SERVICE<http://e.x/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 'a'SERVICE<http://e.x/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 'it\\'s' SERVICE <http://e.x/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '#' SERVICE <http://e.x/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p <http://e.x/#> SERVICE <http://e.x/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o # '\n SERVICE <http://e.x/> { ?s ?p ?o } }",
    'SELECT * { ?s ?p ?o # """\r SERVICE <http://e.x/> { ?s ?p ?o } }',
    "SELECT * { FILTER(?a<1)SERVICE<http://e.x/>{ ?s ?p ?o } }",
    "SELECT * { FILTER(1<2) SERVICE ?x { ?s ?p ?o } FILTER(3>2) }",
    "SELECT * { S\\u0045RVICE <http://e.x/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '\\u0027 SERVICE <http://e.x/> { ?s ?p ?o } }",
    "ASK { FILTER EXISTS { SERVICE <http://e.x/> { ?s ?p ?o } } }",
    "PREFIX s: <http://e.x/> ASK { { SELECT * { SERVICE s:x { ?s ?p ?o } } } }",
    "LOAD <http://e.x/>",
    "INSERT DATA {} ;load silent<http://e.x/>into graph <u:g>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <http://e.x/> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_a_call_is_none(text):
    assert not forbid_calls(text, (), ())


@pytest.mark.parametrize("text", CALLS)
def test_a_call_is_found_whatever_it_hides_in(text):
    with pytest.raises(Refused, match="not allowed"):
        forbid_calls(text, (), ())


@pytest.fixture(scope="module")
def elsewhere():
    """Another server, which counts who asks it."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            self.send_error(500)

        do_GET = do_POST  # noqa: N815 - the name is the library's

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{other.server_port}", asked
        other.shutdown()


def test_the_engine_calls_in_no_text_that_we_call_harmless(elsewhere):
    """The engine is the judge: of all these texts only those that are refused make it ask another server."""
    host, asked = elsewhere
    calling = 0
    for text in (text.replace("e.x/", f"{host}/") for text in [*HARMLESS, *CALLS]):
        asked.clear()
        store = ox.Store()
        store.update(f"INSERT DATA {{ <u:s> <u:p> true , 1 , 1e1 , 'a' , \"it's\" , '#' , <http://{host}/#> }}")
        for run in (store.query, store.update):
            try:
                answer = run(text)
                list(answer) if isinstance(answer, ox.QuerySolutions) else bool(answer)
            except (SyntaxError, OSError, RuntimeError):
                pass
        if asked:
            calling += 1
            with pytest.raises(Refused):
                forbid_calls(text, (), ())
    assert calling >= 16  # of the calls; some of them this engine does not take for SPARQL


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://good.org/sparql> {} }",
        "ASK { SERVICE <HTTP://GOOD.ORG:80/sparql> {} }",
        "ASK { SERVICE SILENT <https://good.org?x> {} }",
        "PREFIX g: <http://good.org/> ASK { SERVICE g:sparql {} }",
        "BASE <http://good.org/> ASK { SERVICE <sparql> {} }",
        "PREFIX g: <http://evil.org/> PREFIX g: <http://good.org/> ASK { SERVICE g:sparql {} }",
        "ASK { SERVICE <http://other.org:8080/> {} }",
        "ASK { SERVICE <http://[::1]:8080/> {} }",
    ],
)
def test_a_host_may_be_allowed_by_name(text):
    assert forbid_calls(text, ("good.org", "other.org:8080", "[::1]:8080"), ())


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://evil.org/good.org> {} }",
        "ASK { SERVICE <http://good.org.evil.org/> {} }",
        "ASK { SERVICE <http://good.org:8080/> {} }",
        "ASK { SERVICE <http://other.org/> {} }",
        "ASK { SERVICE <http://good.org@evil.org/> {} }",
        "ASK { SERVICE <http://user:good.org@evil.org/> {} }",
        "ASK { SERVICE <http://evil.org#@good.org/> {} }",
        "ASK { SERVICE <http:good.org/> {} }",
        "ASK { SERVICE <http:///good.org/> {} }",
        "ASK { SERVICE <file:///etc/passwd> {} }",
        "ASK { SERVICE <//good.org/> {} }",
        "ASK { SERVICE <http://\\u0065vil.org/> {} }",
        "ASK { SERVICE <http://ｇood.org/> {} }",
        "ASK { SERVICE <http://%67ood.org/> {} }",
        "ASK { VALUES ?x { <http://good.org/> } SERVICE ?x {} }",
        "PREFIX g: <http://good.org/> PREFIX g: <http://evil.org/> ASK { SERVICE g:sparql {} }",
        "PREFIX g: <http://good.org> ASK { SERVICE g:x.evil.org {} }",
        "PREFIX g: <http://good.org> ASK { SERVICE g:\\.evil.org {} }",
        "ASK { SERVICE <http://good.org/> {} SERVICE <http://evil.org/> {} }",
        "ASK { SERVICESILENT<http://good.org/>{} }",
        "LOAD <http://good.org/>",
    ],
)
def test_no_other_host_is_asked(text):
    with pytest.raises(Refused) as refused:
        forbid_calls(text, ("good.org", "other.org:8080"), ())
    assert refused.value.status == 403


def test_load_is_allowed_apart():
    assert forbid_calls("LOAD <http://good.org/x.ttl> INTO GRAPH <u:g>", (), ("good.org",))
    with pytest.raises(Refused):
        forbid_calls("ASK { SERVICE <http://good.org/> {} }", (), ("good.org",))


def test_a_query_that_names_its_dataset_is_known():
    assert names_dataset("SELECT * FROM <u:g> {}")
    assert names_dataset("ASKfrom<u:g>{}")
    assert names_dataset("ASK FROM NAMED <u:g> {}")
    assert not names_dataset("SELECT ?from { ?from <u:FROM> 'FROM' } # FROM")


def run_update(text: str) -> set[str]:
    store = ox.Store()
    store.update("INSERT DATA { <u:d> <u:p> 0 GRAPH <u:a> { <u:a> <u:p> 1 } GRAPH <u:b> { <u:b> <u:p> 2 } }")
    store.update(text)
    return {str(quad) for quad in store}


@pytest.mark.parametrize(
    ("update", "graphs", "named", "expected"),
    [
        ("INSERT { GRAPH <u:o> { ?s <u:in> ?o } } WHERE { ?s <u:p> ?o }", ["<u:a>"], [], {"<u:a>"}),
        ("INSERT{GRAPH<u:o>{?s <u:in> 'WHERE {'}}WHERE{?s <u:p> ?o}", ["<u:a>", "<u:b>"], [], {"<u:a>", "<u:b>"}),
        ("INSERT { GRAPH <u:o> { ?s <u:in> ?g } } # WHERE {\nWHERE { GRAPH ?g { ?s <u:p> ?o } }", [], ["<u:b>"], {"<u:b>"}),
        ("INSERT DATA { GRAPH <u:o> { <u:x> <u:in> 1 } } ; INSERT { GRAPH <u:o> { ?s <u:in> 1 } } WHERE { ?s <u:p> ?o }", ["<u:b>"], [], {"<u:x>", "<u:b>"}),
    ],
)
def test_an_update_asks_the_graphs_of_the_request(update, graphs, named, expected):
    added = run_update(with_dataset(update, graphs, named))
    assert {line.split()[0] for line in added if "<u:in>" in line} == expected


def test_delete_where_asks_the_graphs_of_the_request():
    left = run_update(with_dataset("DELETE WHERE { GRAPH ?g { ?s <u:p> ?o } }", [], ["<u:a>"]))
    assert {line.split()[0] for line in left} == {"<u:d>", "<u:b>"}


@pytest.mark.parametrize(
    "update",
    [
        "WITH <u:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } USING <u:b> WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o }USINGNAMED<u:b>WHERE { ?s ?p ?o }",
        "DELETEWHERE { ?s ?p ?o }",
    ],
)
def test_two_who_name_graphs_are_refused(update):
    with pytest.raises(Refused):
        with_dataset(update, ["<u:a>"], [])


def test_an_error_shows_the_place():
    text = "SELECT *\nWHERE { ?s nowhere:p ?o }"
    with pytest.raises(SyntaxError) as error:
        ox.Store().query(text)
    said = explain(text, error.value.msg)
    assert "line 2" in said
    assert "Prefix not found" in said
    place, mark = said.splitlines()[2:4]
    assert place == "WHERE { ?s nowhere:p ?o }"
    assert place[: mark.index("^")].endswith("nowhere:p")


def test_a_long_line_is_shown_around_the_place():
    text = f"SELECT * {{ {'?s ?p ?o . ' * 100} x:p ?p ?o }}"
    with pytest.raises(SyntaxError) as error:
        ox.Store().query(text)
    place, mark = explain(text, error.value.msg).splitlines()[2:4]
    assert len(place) <= 100
    assert "x:p" in place[: mark.index("^")]
