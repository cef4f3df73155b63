"""The command line as a person meets it: answers, formats, help, and errors that name the next step."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ISLAND = "https://w3id.org/treatygraph/id/island/"


def test_the_main_question(run):
    done = run("query", "islands-claimed", "--date", "1956-12-12", "--cite")
    assert done.code == 0
    assert "претензий на острова Кунашир и Итуруп" in done.out
    assert "Not stated" in done.out
    assert "Russian Empire" in done.out.split("Not stated")[1]


def test_a_date_outside_the_scope_is_not_covered(run):
    done = run("query", "islands-claimed", "--date", "1850-01-01")
    assert done.code == 0
    assert "Not covered: 1850-01-01" in done.out


@pytest.mark.parametrize(("language", "label"), [("en", "Etorofu / Iturup"), ("ru", "Итуруп"), ("ja", "択捉島")])
def test_labels_come_in_the_language(run, language, label):
    assert label in run("query", "islands-claimed", "--lang", language).out


def test_raw_formats_are_standard_and_alike(run):
    def answer(form):
        done = run("query", "islands-claimed", "--format", form)
        assert done.code == 0
        return done.out

    rows = list(csv.reader(io.StringIO(answer("csv"), newline="")))
    header = ["state", "island", "kind", "since", "until", "certainty", "according_to", "evidence"]
    assert rows[0] == header
    tabs = answer("tsv").splitlines()
    assert tabs[0].split("\t") == [f"?{name}" for name in header]
    bindings = json.loads(answer("json"))
    assert bindings["head"]["vars"] == header
    space = "{http://www.w3.org/2005/sparql-results#}"
    tree = ET.fromstring(answer("xml"))
    assert [variable.get("name") for variable in tree.iter(f"{space}variable")] == header
    assert len(rows) - 1 == len(tabs) - 1 == len(bindings["results"]["bindings"]) == len(list(tree.iter(f"{space}result"))) > 0
    assert [row[1] for row in rows[1:]] == [binding["island"]["value"] for binding in bindings["results"]["bindings"]]
    assert all(row[1].startswith("https://w3id.org/treatygraph/id/") for row in rows[1:])
    assert answer("markdown").splitlines()[1].startswith("| --- |")


def test_help_of_a_saved_query_tells_its_parameters(run):
    done = run("query", "islands-claimed", "--help")
    assert done.code == 0
    assert "--date DATE" in done.out
    assert "1956-12-12" in done.out


def test_queries_are_found_by_words(run):
    assert "islands-claimed" in run("queries", "ISLANDS", "claim").out
    assert len(run("queries").out.splitlines()) == len(list((ROOT / "queries").glob("*.rq")))


@pytest.mark.parametrize("name", ["Etorofu", "択捉島", "Итуруп"])
def test_any_name_describes_the_same_island(run, name):
    done = run("describe", name)
    assert done.code == 0
    assert "island:iturup-etorofu" in done.out
    assert (
        run("query", "position-of-island", "--island", name, "--format", "csv").out
        == run("query", "position-of-island", "--island", "island:iturup-etorofu", "--format", "csv").out
    )


def test_describe_shows_the_sentence(run):
    done = run("describe", "provision:joint-declaration-1956-transfer")
    assert "agrees to transfer to Japan" in done.out


def test_sparql_runs_every_form(run):
    ask = "ASK { <urn:nowhere> ?p ?o }"
    assert run("sparql", "-", stdin=ask).out == "no\n"
    assert json.loads(run("sparql", "-", "--format", "json", stdin=ask).out)["boolean"] is False
    assert "Shikotan" in run("sparql", "-", stdin=f"SELECT ?i {{ VALUES ?i {{ <{ISLAND}shikotan> }} }}").out
    assert ISLAND in run("sparql", "-", stdin=f"CONSTRUCT WHERE {{ <{ISLAND}shikotan> ?p ?o }}").out
    assert run("sparql", "-", stdin="SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }", corpus=ROOT).code == 0


def test_coverage_shows_figures_and_gaps(run, copy):
    done = run("coverage")
    assert done.code == 0
    assert re.search(r"UN Treaty Series No\. 3768 .*: 100\.0 % of \d+ letters; furniture", done.out)
    assert "text is not here" in done.out
    path = copy / "data" / "unts-3768.ttl"
    path.write_text(re.sub(r"(?s)\npassage:unts-3768-copies\n.*?\.\n(?=\n)", "\n", path.read_text()))
    assert "DONE in two copies" in run("coverage", "unts-3768", corpus=copy).out


def test_quote_prints_turtle(run):
    done = run("quote", "unts-3768", "Signed at Moscow, on 19 October 1956")
    assert done.code == 0
    assert "oa:exact" in done.out


WRONG = [
    (["query", "island-claimed"], "islands-claimed"),
    (["query", "islands-claimed", "--dat", "1956-12-12"], "--date"),
    (["query", "islands-claimed", "--date", "1956-02-30"], "1956-02-29"),
    (["query", "islands-claimed", "--date", "1956-13-01"], "no month 13"),
    (["query", "islands-claimed", "--date", "0000-01-01"], "no year 0"),
    (["query", "islands-claimed", "--date", "yesterday"], "YYYY-MM-DD"),
    (["query", "position-of-island", "--island", "Shikotn"], "Shikotan"),
    (["query", "position-of-island", "--island", "https://example.org/nowhere"], "Nothing"),
    (["query", "position-of-island", "--island", "Japan"], "not a thing of the kind"),
    (["query", "islands-claimed", "--format", "yaml"], "csv"),
    (["describe", "Etorofy"], "Etorofu"),
    (["describe", "http://not an iri"], "named"),
    (["quote", "unts-3768", "the island of Shikotan"], "Shikoton"),
    (["quote", "unts-3786", "Japan"], "unts-3768"),
    (["sparql", "nowhere.rq"], "nowhere.rq"),
    (["chek"], "check"),
    (["queries", "zzz"], "zzz"),
    (["format", "nowhere.ttl"], "nowhere.ttl"),
    (["check", "--texts", "nowhere"], "nowhere"),
]


@pytest.mark.parametrize(("arguments", "hint"), WRONG, ids=[" ".join(arguments) for arguments, _ in WRONG])
def test_wrong_usage_exits_2_and_names_the_nearest(run, arguments, hint):
    done = run(*arguments)
    assert done.code == 2
    assert hint in done.err
    assert done.out == ""


def test_bad_sparql_names_the_place(run):
    done = run("sparql", "-", stdin="SELECT ?x WHERE { ?x ?y }")
    assert done.code == 2
    assert "1:" in done.err


def test_a_folder_that_is_no_corpus_is_named(run, tmp_path):
    done = run("queries", corpus=tmp_path)
    assert done.code == 2
    assert "ontology/" in done.err


def test_the_corpus_one_stands_in_is_used(run, copy):
    (copy / "queries" / "mine.rq").write_text("#+ summary: Mine?\nSELECT (1 AS ?one) {}")
    assert "Mine?" in run("queries", "mine", corpus=None, cwd=copy / "data").out


def test_another_corpus_with_the_same_layout_works(run, tmp_path):
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "ontology" / "o.ttl").write_text(
        '<urn:o:Lake> a <http://www.w3.org/2002/07/owl#Class> ; <http://www.w3.org/2000/01/rdf-schema#label> "lake"@en .'
    )
    (tmp_path / "data" / "d.ttl").write_text('<urn:d:aral> a <urn:o:Lake> ; <http://www.w3.org/2004/02/skos/core#prefLabel> "Aral"@en .')
    (tmp_path / "queries" / "lakes.rq").write_text("#+ summary: Which lakes?\nSELECT ?lake { ?lake a <urn:o:Lake> }")
    assert "Aral" in run("query", "lakes", corpus=tmp_path).out
    assert "0 errors" in run("check", corpus=tmp_path).out


SPOILED = [
    ("data/unts-3768.ttl", "into force on 12 December", "into force on 13 December", "quotation"),
    ("data/documents.ttl", 'tg:sha256 "105f', 'tg:sha256 "205f', "digest"),
    ("data/unts-3768.ttl", 'tg:clauseNumber "9(2)"', 'tg:clauseNumber "9(3)"', "clause:joint-declaration-1956-9-2"),
    ("data/unts-3768.ttl", 'tg:clauseNumber "4"', 'tg:clauseNumber "14"', "clause:joint-declaration-1956-4"),
    ("data/unts-3768.ttl", '"1956-12-12"^^xsd:date', '"1956-12-33"^^xsd:date', "1956-12-33"),
    ("data/russian-page.ttl", '"1960-01-27"^^xsd:date', '"1960-01-27Z"^^xsd:date', "1960-01-27Z"),
    ("data/unts-3768.ttl", "tg:isMadeBy", "tg:isMadBy", "isMadBy"),
    ("data/wikipedia.ttl", "state:soviet-union", "state:soviet-onion", "soviet-onion"),
]


def test_check_names_everything_that_was_spoiled(run, copy):
    for file, old, new, _ in SPOILED:
        path = copy / file
        text = path.read_text()
        assert old in text, old
        path.write_text(text.replace(old, new, 1))
    done = run("check", corpus=copy)
    assert done.code == 1
    errors = [line for line in done.out.splitlines() if ": error: " in line]
    assert [named for *_, named in SPOILED if not any(named in line for line in errors)] == []
    assert all(re.match(r"[\w/.-]+\.ttl(:\d+)?: error: ", line) for line in errors), done.out


def test_check_is_clean_on_the_real_corpus(run):
    done = run("check")
    assert done.code == 0, done.out
    assert "0 errors" in done.out
    assert "not verifiable here" in done.out


def test_broken_turtle_names_file_and_line(run, copy):
    path = copy / "data" / "places.ttl"
    path.write_text(path.read_text() + "\nisland:x a .\n")
    lines = len(path.read_text().splitlines())
    done = run("query", "islands-claimed", corpus=copy)
    assert done.code == 1
    assert f"places.ttl:{lines}" in done.err


def test_format_check_changes_nothing(run, copy):
    path = copy / "data" / "places.ttl"
    assert run("format", "--check", corpus=copy).code == 0
    path.write_text(path.read_text().replace(" ;\n    ", "; ", 1))
    spoiled = path.read_text()
    assert run("format", "--check", corpus=copy).code == 1
    assert path.read_text() == spoiled
    assert "formatted: data/places.ttl" in run("format", corpus=copy).out
    assert path.read_text() == (ROOT / "data" / "places.ttl").read_text()


def test_check_speaks_json_and_turtle(run):
    found = json.loads(run("check", "--format", "json").out)
    assert {finding["level"] for finding in found} == {"warning"}
    assert all(finding["place"].startswith("data/") for finding in found)
    report = run("check", "--format", "turtle")
    assert report.code == 0
    assert "ValidationReport" in report.out


def test_rules_and_queries_can_be_read(run):
    assert "CONSTRUCT" in run("infer", "--show-rules").out
    assert "SELECT" in run("check", "--show-queries").out


def test_infer_prints_what_follows_and_owlrl_agrees(run, tmp_path):
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    owl, rdfs = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
    (tmp_path / "ontology" / "o.ttl").write_text(f"<urn:A> a <{owl}Class> ; <{rdfs}subClassOf> <urn:B> . <urn:p> a <{owl}SymmetricProperty> .")
    (tmp_path / "data" / "d.ttl").write_text("<urn:a> a <urn:A> ; <urn:p> <urn:b> .")
    expected = {"<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:B> .", "<urn:b> <urn:p> <urn:a> ."}
    assert expected <= set(run("infer", corpus=tmp_path).out.splitlines())
    assert expected <= set(run("infer", "--engine", "owlrl", corpus=tmp_path).out.splitlines())
