"""Every saved query has its checked answer, the same in two engines, and on the closed graph."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from treatygraph.corpus import Corpus
from treatygraph.questions import load_question
from treatygraph.references import as_rdflib, owlrl_closure, owlrl_contradictions
from treatygraph.store import GraphStore
from treatygraph.things import Things

ROOT = Path(__file__).parent.parent
NAMES = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"))))


@pytest.fixture(scope="session")
def five(corpus) -> GraphStore:
    """The corpus without the history, which the slow references can answer in time."""
    store = GraphStore()
    layout = corpus.layout
    history = ("history-", "readings-", "group-", "outlines", "places-")
    for path in layout.ontology_files + [path for path in layout.data_files if not path.stem.startswith(history)]:
        store.load(path, f"urn:{path.stem}")
    return store


@pytest.fixture(scope="session")
def asserted(five):
    return as_rdflib(five)


@pytest.fixture(scope="session")
def closed(five) -> GraphStore:
    """The OWL 2 RL closure by owlrl, as a store to ask."""
    graph = owlrl_closure(five)
    store = GraphStore()
    store.add_ntriples(graph.serialize(format="nt"))
    assert len(store) > len(five)
    return store


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_the_checked_one(layout, corpus, name):
    got = rows_of(corpus.store.serialize(load_question(layout, name).text, "csv"))
    assert got == rows_of((ROOT / "tests" / "expected" / f"{name}.csv").read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_rdflib_gives_the_same_rows(layout, five, asserted, name):
    text = load_question(layout, name).text
    got = sorted(["" if value is None else str(value) for value in row] for row in asserted.query(text))
    _, *expected = rows_of(five.serialize(text, "csv"))
    assert got == sorted(expected)


@pytest.mark.parametrize("name", NAMES)
def test_the_closed_graph_gives_the_same_rows(layout, five, closed, name):
    text = load_question(layout, name).text
    assert rows_of(closed.serialize(text, "csv")) == rows_of(five.serialize(text, "csv"))


def test_the_five_documents_have_no_contradiction(corpus, five):
    assert [finding.message for finding in owlrl_contradictions(Corpus(corpus.layout, five))] == []


def ask(corpus, layout, name, **values):
    question = load_question(layout, name)
    return corpus.store.select(question.bind(values, Things(corpus.store)))


def column(rows, name):
    return [row[rows.columns.index(name)] for row in rows.texts()]


def test_the_five_documents_alone_support_no_soviet_claim_and_no_dated_one(five, layout):
    store = five
    question = load_question(layout, "islands-claimed")
    rows = store.select(question.bind({"date": "1956-12-12"}, Things(store)))
    assert {state.rpartition("/")[2] for state in column(rows, "state")} == {"japan"}
    assert set(column(rows, "certainty")) == {"possible"}
    assert {tuple(row[1].rpartition("/")[2:] + row[2].rpartition("/")[2:]) for row in rows.texts()} == {
        (island, kind)
        for kind, islands in {
            "SovereigntyClaim": ("iturup-etorofu", "kunashir-kunashiri"),
            "Demand": ("iturup-etorofu", "kunashir-kunashiri", "shikotan", "habomai", "okinawa"),
        }.items()
        for island in islands
    }
    assert len(store.select(load_question(layout, "transfers-carried-out").text)) == 0


def test_nothing_was_transferred_after_1945(corpus, layout):
    rows = ask(corpus, layout, "transfers-carried-out")
    assert len(rows) > 0
    assert len(ask(corpus, layout, "transfers-carried-out", **{"from": "1945-08-15"})) == 0


def test_a_date_outside_the_scope_has_no_rows(corpus, layout):
    for date in ("1855-02-06", "2026-11-23", "0001-01-01", "9999-12-31"):
        assert len(ask(corpus, layout, "islands-claimed", date=date)) == 0
    assert len(ask(corpus, layout, "islands-claimed", date="1855-02-07")) > 0


def test_what_is_undated_is_no_answer_outside_the_years_of_its_corpus(corpus, layout):
    undated = "passage/russian-page-claims-dropped"
    assert any(evidence.endswith(undated) for evidence in column(ask(corpus, layout, "islands-claimed", date="1956-12-12"), "evidence"))
    assert not any((evidence or "").endswith(undated) for evidence in column(ask(corpus, layout, "islands-claimed", date="1880-01-01"), "evidence"))


# One claim with four bounds, in a corpus that declares no scope; the certainty on each side of each bound.
BOUNDS = """@prefix tg: <https://w3id.org/treatygraph/ontology/> .
@prefix x: <https://w3id.org/treatygraph/id/x/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
x:s a tg:State .
x:i a tg:Island .
x:j a tg:Island ; tg:isPartOf x:i .
x:e a tg:Citation .
x:g a tg:GroupDefinition ; tg:isHeldBy x:s ; tg:includesPlace x:i .
x:c a tg:SovereigntyClaim ; tg:isHeldBy x:s ; tg:concernsGroup x:g ; tg:isEvidencedBy x:e ;
  tg:startEarliest "1900-01-01"^^xsd:date ; tg:startLatest "1900-02-01"^^xsd:date ;
  tg:endEarliest "1901-01-01"^^xsd:date ; tg:endLatest "1901-02-01"^^xsd:date ."""


@pytest.mark.parametrize(
    ("date", "certainty"),
    [
        ("1899-12-31", None),
        ("1900-01-01", "possible"),
        ("1900-01-31", "possible"),
        ("1900-02-01", "certain"),
        ("1900-12-31", "certain"),
        ("1901-01-01", "possible"),
        ("1901-01-31", "possible"),
        ("1901-02-01", None),
    ],
)
def test_bounds_are_half_open_and_come_in_two_strengths(layout, tmp_path, date, certainty):
    path = tmp_path / "x.ttl"
    path.write_text(BOUNDS)
    store = GraphStore()
    for file in layout.ontology_files:
        store.load(file, "urn:o")
    store.load(path, "urn:x")
    question = load_question(layout, "islands-claimed")
    rows = store.select(question.bind({"date": date}, Things(store)))
    expected = [("i", certainty, "s"), ("j", certainty, "s")] if certainty else []
    got = zip(column(rows, "island"), column(rows, "certainty"), column(rows, "according_to"), strict=True)
    assert [(island[-1], sure, holder[-1]) for island, sure, holder in got] == expected
