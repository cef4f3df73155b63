"""The corpus opened in Python: questions with their rows, tables, sources and explanations; things; the graph."""

from __future__ import annotations

import csv
import datetime
import doctest
import io
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest

import treatygraph
from treatygraph.answers import SHOWN, Result
from treatygraph.errors import CorpusError, TreatyGraphError, UsageError
from treatygraph.questions import load_question, load_questions
from treatygraph.things import Things

ROOT = Path(__file__).parent.parent
ISLAND = "https://w3id.org/treatygraph/id/island/"
STATE = "https://w3id.org/treatygraph/id/state/"


@pytest.fixture(scope="module")
def opened():
    return treatygraph.open(ROOT)


class Page(HTMLParser):
    """What a piece of HTML has: its links, its titles, its words; unclosed or crossed elements are an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.titles: list[str] = []
        self.words = ""
        self.rows = 0
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag != "br":
            self.open.append(tag)
        self.tags.add(tag)
        self.rows += tag == "tr"
        self.links += [given["href"]] if "href" in given else []
        self.titles += [given["title"]] if "title" in given else []
        assert not [name for name in given if name.startswith("on")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


# Opening


def test_import_is_instant_and_brings_nothing_along():
    heavy = ("pyoxigraph", "pandas", "rdflib")
    code = f"import sys; import treatygraph; print(*[name for name in sys.modules if name.startswith('treatygraph.') or name in {heavy}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("kind", [str, Path])
def test_a_folder_is_text_or_a_path(kind):
    assert len(treatygraph.open(kind(ROOT)).queries) == len(list((ROOT / "queries").glob("*.rq")))


def test_without_a_folder_the_corpus_is_found_as_on_the_command_line(copy, tmp_path, monkeypatch):
    (copy / "data" / "extra.ttl").write_text("<urn:s> <urn:p> <urn:o> .\n")
    inside = copy / "data" / "texts"
    monkeypatch.delenv("TREATYGRAPH_CORPUS", raising=False)
    monkeypatch.chdir(inside)
    assert treatygraph.open().store.ask("ASK { <urn:s> <urn:p> <urn:o> }")
    monkeypatch.chdir(ROOT)
    assert not treatygraph.open().store.ask("ASK { <urn:s> <urn:p> <urn:o> }")
    monkeypatch.setenv("TREATYGRAPH_CORPUS", str(copy))
    assert treatygraph.open().store.ask("ASK { <urn:s> <urn:p> <urn:o> }")
    assert not treatygraph.open(ROOT).store.ask("ASK { <urn:s> <urn:p> <urn:o> }")


def test_a_wrong_folder_is_named(tmp_path):
    with pytest.raises(UsageError, match="is not a corpus"):
        treatygraph.open(tmp_path)


def test_a_broken_file_is_named_with_its_line(copy):
    (copy / "data" / "broken.ttl").write_text("<urn:s> <urn:p> .\n")
    with pytest.raises(CorpusError, match=r"broken\.ttl:1"):
        treatygraph.open(copy)


def test_it_says_what_it_is(opened):
    shown = repr(opened)
    assert shown.startswith("<Corpus “The dispute over the Kuril Islands / Northern Territories from 1855; Five documents")
    documents = len(opened.sparql("SELECT DISTINCT ?d { ?d a <https://w3id.org/treatygraph/ontology/Document> }"))
    assert f"{documents} documents, {len(opened.store):,} triples, {len(opened.queries)} saved queries, 1855 to 2026" in shown
    assert str(ROOT) not in shown
    assert "1855 to 2026" in Page(opened._repr_html_()).words


# Asking


def test_the_saved_queries_are_there_with_their_questions(opened):
    assert list(opened.queries) == [question.name for question in load_questions(opened.corpus.layout)]
    assert opened.queries["islands-claimed"].summary.startswith("Which islands does each state claim")
    assert "islands-claimed" in repr(opened.queries)
    assert "(date, state)" in repr(opened.queries)
    assert Page(opened.queries._repr_html_()).rows == len(opened.queries) + 1
    with pytest.raises(KeyError):
        opened.queries["nothing"]


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "queries").glob("*.rq")))
def test_every_saved_query_gives_its_checked_rows_and_shows_them(opened, name):
    result = opened.query(name)
    columns, *rows = csv.reader(io.StringIO((ROOT / "tests" / "expected" / f"{name}.csv").read_text(encoding="utf-8")))
    assert result.columns == columns
    texts = [["" if value is None else str(value).lower() if isinstance(value, bool) else str(value) for value in row] for row in result]
    assert texts == rows
    assert len(result) == len(rows) == len(result.df())
    page = Page(result._repr_html_())
    assert not page.tags & {"script", "style", "iframe"}
    iris = {value for row in rows[:SHOWN] for value in row if value.startswith("https://")}
    if not load_question(opened.corpus.layout, name).merge:
        assert iris <= set(page.links)
        assert page.rows == (min(len(rows), SHOWN) + 1 if rows else 0)


def test_a_row_has_a_field_a_column(opened):
    result = opened.query("islands-claimed", date="1956-12-12", state="Soviet Union")
    row = result[0]
    assert row.state == f"{STATE}soviet-union"
    assert row._fields == tuple(result.columns)
    assert row.since == "1945-09-02"
    assert row.according_to == row[6]
    assert [each.state for each in result[:2]] == [row.state] * 2
    assert result.labels[row.island] == "Antsiferov / Shirinki"
    assert opened.query("islands-claimed", state="СССР", language="ja").labels[row.state] == "ソビエト連邦"
    empty = opened.query("islands-claimed", date="1956-12-12", state="Japan")[0]
    assert empty.since is None


def test_a_day_may_be_a_date(opened):
    as_text = opened.query("islands-claimed", date="1946-01-01")
    for day in (datetime.date(1946, 1, 1), datetime.datetime(1946, 1, 1, 12)):
        assert opened.query("islands-claimed", date=day).rows == as_text.rows
        assert opened.claims_at(day).rows == as_text.rows
    assert opened.claims_at("1956-12-12").rows != as_text.rows


def test_a_parameter_named_like_a_word_of_python_takes_an_underscore(opened):
    assert len(opened.query("transfers-carried-out", from_="1945-08-15")) == 0
    assert len(opened.query("transfers-carried-out")) > 0


def test_numbers_and_truth_values_are_what_they_are(opened):
    result = opened.sparql(
        'SELECT (1 + 1 AS ?whole) (0.5 AS ?real) (true AS ?yes) ("x" AS ?text) ("1956-12-12"^^<http://www.w3.org/2001/XMLSchema#date> AS ?day)'
        ' ("no"^^<http://www.w3.org/2001/XMLSchema#integer> AS ?ill) { }'
    )
    assert result.rows == [(2, 0.5, True, "x", "1956-12-12", "no")]


def test_the_text_that_ran_has_the_values_in_it(opened):
    result = opened.query("who-administers", island="択捉島", date="1946-01-01")
    assert f"VALUES ?island {{ <{ISLAND}iturup-etorofu> }}" in result.sparql
    assert "1946-01-01" in result.sparql
    assert opened.sparql(result.sparql).rows == result.rows


def test_the_formats_are_those_of_sparql(opened):
    result = opened.query("islands-claimed", date="1956-12-12")
    header, *_ = csv.reader(io.StringIO(result.csv(), newline=""))
    assert header == result.columns
    bindings = json.loads(result.json())["results"]["bindings"]
    assert [each["island"]["value"] for each in bindings] == [row.island for row in result]


WRONG = [
    (lambda corpus: corpus.query("island-claimed"), "islands-claimed"),
    (lambda corpus: corpus.query("islands-claimed", dat="1956-12-12"), "date"),
    (lambda corpus: corpus.query("islands-claimed", date="1956-02-30"), "1956-02-29"),
    (lambda corpus: corpus.query("islands-claimed", state="Japn"), "(?i)japan"),
    (lambda corpus: corpus.query("islands-claimed", state="Shikotan"), "not a thing of the kind"),
    (lambda corpus: corpus.query("islands-claimed", date=None), "datetime.date"),
    (lambda corpus: corpus.query("islands-claimed", date=["1956-12-12"]), "datetime.date"),
    (lambda corpus: corpus.query("islands-claimed", language="fr"), "en, ru, ja"),
    (lambda corpus: corpus.sparql("SELECT ?x WHERE { ?x ?y }"), "1:"),
    (lambda corpus: corpus.sparql("ASK { ?s ?p ?o }"), "SELECT"),
    (lambda corpus: corpus.thing("Etorofy"), "Etorofu"),
    (lambda corpus: corpus.map("1956-12-12", layer="claim"), "claims"),
    (lambda corpus: corpus.map("yesterday"), "YYYY-MM-DD"),
    (lambda corpus: corpus.timeline("Shikotn"), "Shikotan"),
    (lambda corpus: corpus.timeline("Shikotan", since="1960-01-01", until="1950-01-01"), "not after"),
    (lambda corpus: corpus.claims_at("1956-12-12").explain(5000), "no row 5000"),
    (lambda corpus: corpus.sparql("SELECT * { ?s a ?o } LIMIT 1").explain(0), "saved query"),
]


@pytest.mark.parametrize(("call", "hint"), WRONG, ids=[hint for _, hint in WRONG])
def test_what_is_wrong_is_said_with_the_nearest(opened, call, hint):
    with pytest.raises(UsageError, match=hint):
        call(opened)


# Answers


def test_what_is_not_stated_is_said(opened):
    assert opened.claims_at("1956-12-12").notes == [
        "Not stated: the documents say nothing here of Russian Empire, Russian Federation, United States. That is not a “no”."
    ]
    assert opened.claims_at("1850-01-01").notes[0].startswith("Not covered: 1850-01-01.")
    assert opened.claims_at("2026-11-23").notes[0].startswith("Not covered: 2026-11-23.")  # the day after the last
    assert opened.claims_at("2026-11-22").notes[0].startswith("Not stated")
    assert opened.claims_at("1850-01-01", language="ru").notes[0].startswith("Не охвачено: 1850-01-01.")
    assert opened.claims_at("1956-12-12", language="ja").notes[0].startswith("記載なし：ロシア帝国")
    page = Page(opened.claims_at("1850-01-01")._repr_html_())
    assert "No rows" in page.words
    assert "Not covered" in page.words


def test_the_sources_come_with_words_place_and_grade(opened):
    result = opened.query("undertakings")
    sources = result.citations
    assert [source.iri for source in sources] == list(dict.fromkeys(row.evidence for row in result if row.evidence))
    promised = next(source for source in sources if "agrees to transfer to Japan" in source.words)
    assert promised.document == "UN Treaty Series No. 3768"
    assert promised.place.startswith("characters ")
    cited = opened.claims_at("1956-12-12").citations
    assert any(source.grade and not source.words for source in cited)


def test_a_table_for_pandas_keeps_days_as_text(opened):
    result = opened.claims_at("1956-12-12")
    frame = result.df()
    assert list(frame.columns) == result.columns
    assert frame["since"].dropna().map(type).eq(str).all()
    assert frame["since"].isna().sum() == sum(row.since is None for row in result)
    assert frame["island"].iloc[0] == result[0].island
    told = result.df(labels=True)
    assert set(told["state"]) == {"Japan", "Soviet Union"}
    assert told["evidence"].str.contains("в случае снятия Японией претензий").any()


def test_without_pandas_the_next_step_is_named(opened, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(TreatyGraphError, match="pip install"):
        opened.query("signatories").df()


def test_an_answer_shows_links_quotations_and_numbered_sources(opened):
    page = Page(opened.claims_at("1956-12-12")._repr_html_())
    assert any("претензий на острова Кунашир и Итуруп" in title for title in page.titles)
    assert page.words.count("[1]") == 2  # in the table and under it
    assert f"{ISLAND}shikotan" in page.links
    assert "with its parts" in page.words
    assert "Not stated" in page.words


def test_a_long_answer_is_cut_and_says_so(opened):
    result = opened.sparql("SELECT ?s { ?s ?p ?o } LIMIT 64")
    page = Page(result._repr_html_())
    assert page.rows == SHOWN + 1
    assert "14 more lines" in page.words
    assert "more lines" not in Page(opened.sparql("SELECT ?s { ?s ?p ?o } LIMIT 50")._repr_html_()).words


HOSTILE = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix tg: <https://w3id.org/treatygraph/ontology/> .
<https://example.org/"onmouseover="x"> a tg:State ; skos:prefLabel "<script>alert('1')</script>&"@en .
<javascript:alert(1)> a tg:State ; skos:prefLabel "plain"@en .
<https://w3id.org/treatygraph/id/citation/wild> a tg:Citation ; tg:isCitationOf <https://w3id.org/treatygraph/id/document/wild> ; tg:pinpoint "<i>p. 1</i>" .
<https://w3id.org/treatygraph/id/document/wild> a tg:Document ; skos:prefLabel "<u>A title\\"</u>"@en ."""


def test_labels_and_addresses_of_a_strange_corpus_do_no_harm(copy):
    (copy / "data" / "hostile.ttl").write_text(HOSTILE.replace('/"onmouseover="x"', "/%22onmouseover=x"))
    corpus = treatygraph.open(copy)
    result = corpus.sparql('SELECT ?s ("<b>\\"&" AS ?t) { ?s a <https://w3id.org/treatygraph/ontology/State> }')
    cited = Page(corpus.sparql("SELECT ?c { ?c <https://w3id.org/treatygraph/ontology/pinpoint> '<i>p. 1</i>' }")._repr_html_())
    assert '<u>A title"</u>, <i>p. 1</i>' in cited.words
    assert '<u>A title"</u>, <i>p. 1</i>' in cited.titles[0]
    assert not cited.tags & {"i", "u"}
    for text in (result._repr_html_(), corpus.thing("https://example.org/%22onmouseover=x")._repr_html_()):
        page = Page(text)
        assert "<script>alert('1')</script>&" in page.words
        assert not page.tags & {"script", "b"}
        assert not any(address.startswith("javascript") for address in page.links)


@pytest.mark.parametrize("index", [0, 5, -1])
def test_a_row_explains_itself(opened, index):
    result = opened.claims_at("1956-12-12")
    told = result.explain(index)
    row = result[index]
    assert row.evidence.rpartition("/")[2] in told.text()
    assert json.loads(told.json())
    assert result.labels[row.island].split(" / ")[0] in Page(told.html()).words
    assert result.explain(index, language="ru").text() != told.text()


def test_as_text_it_is_the_table_of_the_command_line(opened, run):
    assert str(opened.claims_at("1956-12-12")) == run("query", "islands-claimed", "--date", "1956-12-12", "--cite").out.rstrip("\n")


# Things and the graph


@pytest.mark.parametrize("name", ["Etorofu", "択捉島", "Итуруп", "island:iturup-etorofu"])
def test_a_thing_by_any_name(opened, name, run):
    thing = opened.thing(name)
    assert thing.iri == f"{ISLAND}iturup-etorofu"
    assert thing.label == "Etorofu / Iturup"
    assert ("択捉島", "ja") in thing.names
    assert thing.text == str(thing) == run("describe", "island:iturup-etorofu").out.rstrip("\n")
    page = Page(thing._repr_html_())
    assert thing.iri in page.links
    assert "What refers to it" in page.words


def test_a_thing_shows_its_sentence(opened):
    assert "agrees to transfer to Japan" in Page(opened.thing("provision:joint-declaration-1956-transfer")._repr_html_()).words
    assert opened.thing("Shikotan", language="ja").label == "色丹島"


def test_the_graph_is_there_for_rdflib(opened):
    import rdflib

    graph = opened.rdflib()
    assert isinstance(graph, rdflib.Graph)
    assert len(graph) == int(opened.sparql("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }")[0].n)
    dates = {str(value) for value in graph.objects(None, rdflib.URIRef("https://w3id.org/treatygraph/ontology/startEarliest"))}
    assert "1855-02-07" in dates
    rows = graph.query(opened.query("signatories").sparql)
    assert [tuple(None if value is None else str(value) for value in row) for row in rows] == opened.query("signatories").rows


def test_a_dataset_has_a_named_graph_for_each_file(opened):
    dataset = opened.dataset()
    layout = opened.corpus.layout
    graphs = [graph for graph in dataset.graphs() if len(graph)]
    assert len(graphs) == len(layout.ontology_files) + len(layout.data_files)
    assert sum(map(len, graphs)) == len(opened.store)


def test_what_has_no_saved_queries_still_opens(tmp_path):
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    corpus = treatygraph.open(tmp_path)
    assert f"<Corpus “{tmp_path.name}”: 0 documents, 0 triples, 0 saved queries>" == repr(corpus)
    assert repr(corpus.queries) == ""
    with pytest.raises(UsageError, match="islands-claimed"):
        corpus.claims_at("1956-12-12")


# Documentation


@pytest.mark.parametrize("module", ["treatygraph", "treatygraph.workbench", "treatygraph.answers"])
def test_the_examples_in_the_documentation_run(module, monkeypatch):
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testmod(import_module(module), optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert failed == 0
    assert tried > 0


def test_the_example_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.setenv("TREATYGRAPH_CORPUS", str(ROOT))
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})
    assert "claim" in capsys.readouterr().out
    assert "1956年12月12日" in (tmp_path / "map.svg").read_text(encoding="utf-8")


def test_all_that_users_meet_is_documented(opened):
    for kind in (type(opened), Result, type(opened.thing("Shikotan")), type(opened.map("1956-12-12"))):
        assert kind.__doc__
        missing = [name for name, member in vars(kind).items() if not name.startswith("_") and not getattr(member, "__doc__", None)]
        assert not missing


def test_a_value_is_bound_as_the_command_line_binds_it(opened, layout):
    question = load_question(layout, "islands-claimed")
    assert opened.query("islands-claimed", date="1960-01-27").sparql == question.bind({"date": "1960-01-27"}, Things(opened.store))
