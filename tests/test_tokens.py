"""A query is changed where it has to be, and never inside a string, an IRI or a comment."""

from __future__ import annotations

import pytest

from treatygraph.store import GraphStore
from treatygraph.tokens import form_of, has_dataset, with_dataset, without_open_values

NASTY = '''# SELECT { FROM <urn:comment>
PREFIX from: <urn:from#> SELECT (EXISTS { ?a ?b "} WHERE {" } AS ?e) ?s # WHERE {
WHERE { ?s from:from """FROM <urn:x> "quoted" WHERE {""" . FILTER(?s != <urn:where>) } ORDER BY ?s'''


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT ?s { ?s ?p ?o }", "select"),
        ("PREFIX ask: <urn:ask> # ASK {}\nselect ?s { ?s ask:x ?o }", "select"),
        ("BASE <urn:b>PREFIX a: <c>\nASK { ?s ?p ?o }", "ask"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "graph"),
        ("DESCRIBE <urn:x>", "graph"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", ""),
        ("", ""),
    ],
)
def test_the_form_of_a_query(text, form):
    assert form_of(text) == form


@pytest.mark.parametrize(
    "text",
    [
        NASTY,
        "SELECT * { ?s ?p ?o }",
        "SELECT ?s WHERE { { SELECT ?s WHERE { ?s ?p ?o } LIMIT 1 } }",
        "ASK { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p [ ?a ?b ] } WHERE { ?s ?p ?o . ?o ?a ?b }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "DESCRIBE <urn:x>",
        "DESCRIBE ?x WHERE { ?x ?y ?z }",
    ],
)
def test_dataset_clauses_go_before_the_group(text):
    changed = with_dataset(text, ["urn:d1", "urn:d2"], ["urn:n"])
    assert "FROM <urn:d1> FROM <urn:d2> FROM NAMED <urn:n>" in changed
    GraphStore().run(changed)  # it is still SPARQL
    assert not has_dataset(text)
    assert has_dataset(changed)
    assert changed.count("FROM <urn:d1>") == 1


def test_strings_stay_as_they_are():
    changed = with_dataset(NASTY, ["urn:d"], [])
    assert '"""FROM <urn:x> "quoted" WHERE {"""' in changed
    assert '"} WHERE {"' in changed


def test_dataset_clauses_say_what_is_seen(tmp_path):
    store = GraphStore()
    for name in "ab":
        path = tmp_path / f"{name}.ttl"
        path.write_text(f"<urn:{name}> a <urn:T> .")
        store.load(path, f"urn:g:{name}")
    assert store.select(with_dataset("SELECT ?s { ?s a ?t }", ["urn:g:a"], [])).texts() == [["urn:a"]]
    assert store.select(with_dataset("SELECT ?s { GRAPH ?g { ?s a ?t } }", [], ["urn:g:b"])).texts() == [["urn:b"]]


def test_open_values_go_and_nothing_else_does():
    text = 'SELECT ?s WHERE { VALUES ?o { UNDEF } VALUES ?s { <urn:VALUES> UNDEF } ?s ?p ?o FILTER(?o != "VALUES ?x { UNDEF }") }'
    assert without_open_values(text) == text.replace("VALUES ?o { UNDEF } ", "")
    assert without_open_values(NASTY) == NASTY
