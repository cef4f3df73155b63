"""The SHACL engine against the W3C suite, against pySHACL on the corpus, and on the case file of each shape."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from treatygraph import shacl
from treatygraph.corpus import graph_name
from treatygraph.errors import CorpusError
from treatygraph.references import as_rdflib
from treatygraph.shacl.graph import ShapesGraph
from treatygraph.shacl.paths import read_path
from treatygraph.store import GraphStore

ROOT = Path(__file__).resolve().parent.parent
SUITE = ROOT.parent / "shared" / "conformance" / "shacl"
SH, RDF = "http://www.w3.org/ns/shacl#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MF, SHT = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/ns/shacl-test#"
KEYS = ("focusNode", "resultPath", "value", "sourceShape", "sourceConstraintComponent", "resultSeverity")

# A result as the suite compares it: focus node, path, value, shape, component, severity.
Row = tuple[str, ...]


@functools.cache
def quads(path: Path) -> list[ox.Quad]:
    """A file, parsed once, so that its blank nodes are the same in data, shapes and expected report."""
    return list(ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()))


def rows_of(report: shacl.Report) -> Counter[Row]:
    return Counter(
        (
            str(result.focus),
            str(result.path or ""),
            "" if result.value is None else str(result.value),
            str(result.shape),
            f"<{result.component}>",
            f"<{result.severity}>",
        )
        for result in report.results
    )


def rows_in(graph: ShapesGraph, report: ox.NamedNode | ox.BlankNode) -> Counter[Row]:
    """The results of a report that is written as a graph."""
    found: Counter[Row] = Counter()
    for result in graph.values(report, SH + "result"):
        row = []
        for key in KEYS:
            value = graph.value(result, SH + key)
            row.append("" if value is None else str(read_path(graph, value)) if key == "resultPath" else str(value))
        found[tuple(row)] += 1
    return found


def suite_files(folder: str) -> list[str]:
    return sorted(
        str(path.relative_to(SUITE)) for path in (SUITE / folder).rglob("*.ttl") if path.name != "manifest.ttl" and f"<{MF}entries>" in _predicates(path)
    )


@functools.cache
def _predicates(path: Path) -> set[str]:
    return {str(quad.predicate) for quad in quads(path)}


def run_suite_file(name: str) -> None:
    """Each entry of a file of the suite: data, shapes, and the report (or sht:Failure) that it expects."""
    path = SUITE / name
    graph = ShapesGraph(quads(path))
    entries = [entry for subject in graph.subjects() for head in graph.values(subject, MF + "entries") for entry in graph.items(head)]
    assert entries
    for entry in entries:
        (action,), (expected,) = graph.values(entry, MF + "action"), graph.values(entry, MF + "result")
        parts = []
        for role in ("shapesGraph", "dataGraph"):
            (where,) = graph.values(action, SHT + role)
            parts.append(quads(Path(where.value.removeprefix("file://"))))
        if expected == ox.NamedNode(SHT + "Failure"):
            with pytest.raises(CorpusError, match=r"W3C SHACL|not supported"):
                shacl.compile(parts[0]).validate(parts[1])
            continue
        report = shacl.compile(parts[0]).validate(parts[1])
        assert rows_of(report) == rows_in(graph, expected)
        assert [str(term.value) for term in graph.values(expected, SH + "conforms")] == ["true" if report.conforms else "false"]
        messages = {term.value for result in graph.values(expected, SH + "result") for term in graph.values(result, SH + "resultMessage")}
        assert messages <= {message.value for result in report.results for message in result.messages}
        written = ShapesGraph(ox.parse(report.turtle(), format=ox.RdfFormat.TURTLE))
        (head,) = [node for node in written.subjects() if written.is_a(node, SH + "ValidationReport")]
        assert sum(rows_in(written, head).values()) == len(report.results)


@pytest.mark.parametrize(
    "name", suite_files("core") + suite_files("sparql") or [pytest.param("", marks=pytest.mark.skip(reason=f"the W3C suite is not at {SUITE}"))]
)
def test_w3c(name: str) -> None:
    run_suite_file(name)


def test_w3c_score(figure) -> None:
    """The score of each folder, and that no file of the suite is left out."""
    if not SUITE.is_dir():
        pytest.skip(f"the W3C suite is not at {SUITE}")
    score: dict[str, list[int]] = {}
    for name in suite_files("core") + suite_files("sparql"):
        total = score.setdefault(str(Path(name).parent), [0, 0])
        total[1] += 1
        try:
            run_suite_file(name)
            total[0] += 1
        except (AssertionError, CorpusError, pytest.fail.Exception):
            pass
    for folder, (passed, total) in sorted(score.items()):
        figure(f"W3C SHACL {folder}: {passed}/{total}")
    included = {
        str((path.parent / Path(term.value).name).relative_to(SUITE))
        for path in SUITE.rglob("manifest.ttl")
        for quad in quads(path)
        if quad.predicate.value == MF + "include" and not (term := quad.object).value.endswith("manifest.ttl")
    }
    assert included == set(suite_files("core") + suite_files("sparql"))
    assert [folder for folder, (passed, total) in score.items() if passed < total] == []


# -- the corpus ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def corpus_shapes(layout) -> GraphStore:
    store = GraphStore()
    for path in layout.shape_files:
        store.load(path, graph_name(layout, path))
    return store


@pytest.fixture(scope="session")
def pyshacl_on_corpus(corpus, corpus_shapes) -> Counter[Row]:
    """One run of pySHACL on ontology and data, for all tests of the session."""
    shapes, data = as_rdflib(corpus_shapes), as_rdflib(corpus.store)
    # pySHACL stops at a comparison with a literal that is no value of its datatype
    assert not [value for value in data.objects() if isinstance(value, rdflib.Literal) and value.ill_typed]
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False, inplace=True)
    return rdflib_rows(report, shapes)


def rdflib_rows(report: rdflib.Graph, shapes: rdflib.Graph) -> Counter[Row]:
    """The results of pySHACL, written as those of the engine. (A blank path of a result hangs on the shapes graph.)"""
    graph = ShapesGraph(ox.parse((report + shapes).serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES))
    found: Counter[Row] = Counter()
    for head in graph.subjects():
        if graph.is_a(head, SH + "ValidationReport"):
            found += rows_in(graph, head)
    return found


def kept(rows: Counter[Row]) -> Counter[Row]:
    """Rows with their literals as Oxigraph keeps them."""
    found: Counter[Row] = Counter()
    for row, count in rows.items():
        found[tuple(stored(cell) if cell.startswith('"') else cell for cell in row)] += count
    return found


@functools.cache
def stored(text: str) -> str:
    store = ox.Store()
    store.load(f"<urn:x> <urn:x> {text} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    return str(next(iter(store)).object)


def test_corpus_equals_pyshacl(corpus, corpus_shapes, pyshacl_on_corpus) -> None:
    assert rows_of(shacl.compile(corpus_shapes).validate(corpus.store)) == kept(pyshacl_on_corpus)


def test_corpus_as_statements_gives_the_same(corpus, corpus_shapes) -> None:
    compiled = shacl.compile(corpus_shapes)
    assert rows_of(compiled.validate(list(corpus.store.oxigraph))) == rows_of(compiled.validate(corpus.store))


def test_show_queries_names_every_shape_and_prints_sparql(layout, corpus_shapes) -> None:
    text = shacl.compile(corpus_shapes).text()
    shapes = {str(term) for term in ShapesGraph(corpus_shapes).subjects() if ShapesGraph(corpus_shapes).values(term, SH + "message")}
    headings = {line.split(": ")[0].removeprefix("# ") for line in text.splitlines() if line.startswith("# ")}
    assert {f"<{name}>" for name in headings} == shapes
    for query in text.split("\n\n"):
        ox.Store().query(query)


# -- the case files of the shapes -----------------------------------------------------------------------------------

CASES = sorted((ROOT / "tests" / "shapes").glob("*.trig"))


@functools.cache
def ontology_triples() -> tuple[ox.Quad, ...]:
    return tuple(quad for path in sorted((ROOT / "ontology").glob("*.ttl")) for quad in quads(path))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_case_file(path: Path, compiled_corpus_shapes) -> None:
    """A case gives the report it expects, and its mended twin none: on a store, and as statements."""
    parsed = list(ox.parse(path=path, format=ox.RdfFormat.TRIG))
    skeleton = [
        quad
        for quad in ontology_triples()
        if quad.predicate.value in {RDF + "type", "http://www.w3.org/2000/01/rdf-schema#subClassOf"} and not isinstance(quad.subject, ox.BlankNode)
    ]
    graphs = {name: [quad for quad in parsed if quad.graph_name == ox.NamedNode(f"urn:case:{name}")] for name in ("violating", "conforming", "report")}
    report = ShapesGraph(graphs["report"])
    (head,) = [node for node in report.subjects() if report.is_a(node, SH + "ValidationReport")]
    expected = rows_in(report, head)
    for name, wanted in (("violating", expected), ("conforming", Counter())):
        statements = [*skeleton, *graphs[name]]
        store = ox.Store()
        store.extend(statements)
        assert rows_of(compiled_corpus_shapes.validate(statements)) == wanted
        assert rows_of(compiled_corpus_shapes.validate(store)) == kept(wanted)


@pytest.fixture(scope="session")
def compiled_corpus_shapes(corpus_shapes) -> shacl.CompiledShapes:
    return shacl.compile(corpus_shapes)


# -- what is refused, and what the W3C suite does not ask -----------------------------------------------------------

PREFIXES = f"@prefix : <http://example.org/> . @prefix sh: <{SH}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdf: <{RDF}> .\n"


def turtle(text: str) -> list[ox.Quad]:
    return list(ox.parse((PREFIXES + text).encode(), format=ox.RdfFormat.TURTLE))


def found(shapes: str, data: str) -> list[tuple[str, str]]:
    report = shacl.compile(turtle(shapes)).validate(turtle(data))
    return sorted(
        (str(result.focus.value).rpartition("/")[2], "" if result.value is None else result.value.value.rpartition("/")[2]) for result in report.results
    )


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        (":S sh:targetNode :a ; sh:minListLength 1 .", "sh:minListLength"),
        (":S sh:targetNode :a ; sh:target [ sh:select 'SELECT ?this {}' ] .", "sh:target"),
        (":S sh:targetNode :a ; sh:node :S .", "refers to itself"),
        (":S sh:targetNode :a ; sh:node :T . :T sh:property :U . :U sh:path :p ; sh:node :S .", "refers to itself"),
        (":S sh:targetNode :a ; sh:path [ sh:inversePath ( :p ) ] ; sh:minCount 1 .", "sequence of fewer"),
        (":S sh:targetNode :a ; sh:path [ sh:anyPath :p ] ; sh:minCount 1 .", "not a property path"),
        (":S sh:targetNode :a ; sh:pattern '(?=a)b' .", "sh:pattern"),
        (":S sh:targetNode :a ; sh:hasValue [] .", "sh:hasValue"),
        (":S sh:targetNode :a ; sh:in ( :a [] ) .", "sh:in"),
        (":S sh:targetNode :a ; sh:minCount 1 .", "sh:minCount"),
        (":S sh:targetNode :a ; sh:path :p ; sh:minCount 1 , 2 .", "minCount"),
        (":S sh:targetNode :a ; sh:path :p ; sh:maxCount 'many' .", "sh:maxCount"),
        (":S sh:targetNode :a ; sh:nodeKind sh:Anything .", "sh:nodeKind"),
        (":S sh:targetNode :a ; sh:sparql [ sh:select 'SELECT ?other { ?other ?p ?o }' ] .", "give back"),
        (":S sh:targetNode :a ; sh:sparql [ sh:select 'SELECT $this { $this ?p }' ] .", "not SPARQL"),
        (":S sh:targetNode :a ; sh:sparql [ sh:select 'SELECT $this { $this $PATH ?o }' ] .", "PATH"),
        (":S sh:targetNode :a ; :w 1 . :C a sh:ConstraintComponent ; sh:parameter [ sh:path :w ] ; sh:propertyValidator [ sh:ask 'ASK {}' ] .", "no validator"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(shape: str, name: str) -> None:
    with pytest.raises(CorpusError, match=name):
        shacl.compile(turtle(shape))


def test_a_datatype_that_a_store_does_not_keep_is_refused_on_a_store_only() -> None:
    compiled = shacl.compile(turtle(":S sh:targetNode :a ; sh:path :p ; sh:datatype xsd:byte ."))
    data = turtle(':a :p "5"^^xsd:byte , "500"^^xsd:byte , 5 .')
    assert sorted(str(result.value) for result in compiled.validate(data).results) == [f'"5"^^<{XSD}integer>', f'"500"^^<{XSD}byte>']
    store = ox.Store()
    store.extend(data)
    with pytest.raises(CorpusError, match="xsd:byte"):
        compiled.validate(store)


XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("integer", ["0", "+7", "99999999999999999999"], ["", "1.0", "x", " 1"]),
        ("decimal", ["1", ".5", "-2.50"], ["1e3", "."]),
        ("double", ["1e3", "INF", "NaN", "-1.5E-2"], ["1e", "inf"]),
        ("boolean", ["true", "0"], ["TRUE", "yes"]),
        ("date", ["1956-10-19", "2000-02-29Z", "1956-10-19+09:00"], ["1956-10", "1956-13-01", "1900-02-29", "0000-01-01", "1956-10-19T00:00:00"]),
        ("dateTime", ["1956-10-19T12:00:00", "1956-10-19T12:00:00.5Z"], ["1956-10-19", "1956-10-19T25:00:00"]),
        ("dateTimeStamp", ["1956-10-19T12:00:00Z"], ["1956-10-19T12:00:00"]),
        ("gYear", ["1956"], ["56"]),
        ("unsignedByte", ["0", "255"], ["-1", "256"]),
        ("unsignedLong", ["18446744073709551615"], ["18446744073709551616"]),
        ("positiveInteger", ["1"], ["0", "-1"]),
        ("hexBinary", ["", "aF09"], ["abc"]),
    ],
)
def test_ill_formed_literals(datatype: str, good: list[str], bad: list[str]) -> None:
    facts = " ".join(f':a :p "{text}"^^xsd:{datatype} .' for text in good + bad)
    assert [value for _, value in found(f":S sh:targetNode :a ; sh:path :p ; sh:datatype xsd:{datatype} .", facts)] == sorted(bad)


def test_equality_of_terms_not_of_values() -> None:
    assert found(":S sh:targetNode :a ; sh:path :p ; sh:hasValue 1 .", ":a :p 01 .") == [("a", "")]
    assert found(":S sh:targetNode :a ; sh:path :p ; sh:in ( 1 2.50 ) .", ":a :p 1 , 01 , 2.5 .") == [("a", "01"), ("a", "2.5")]
    assert found(":S sh:targetNode :a ; sh:path :p ; sh:maxCount 1 .", ":a :p 1 , 01 .") == [("a", "")]
    assert found(":S sh:targetNode :a ; sh:path :p ; sh:minInclusive 2 .", ":a :p 01 , 02 , '3'^^xsd:byte , '1'^^xsd:byte .") == [("a", "01"), ("a", "1")]


def test_prebound_this_holds_in_groups_bindings_subqueries_and_limits() -> None:
    """Appendix A, for several focus nodes at once."""
    data = ":a :p 1 , 2 ; :q :b . :b :p 3 . :c :q :a ."

    def select(text: str) -> list[tuple[str, str]]:
        query = text.replace(":", "http://example.org/").replace("<<", "<").replace(">>", ">")
        return found(f':S sh:targetNode :a , :b , :c ; sh:sparql [ sh:select """{query}""" ] .', data)

    assert select("SELECT $this ?value { { BIND($this AS ?value) } }") == [("a", "a"), ("b", "b"), ("c", "c")]
    assert select("SELECT $this ?value { { SELECT $this ?value { $this <<:p>> ?value } ORDER BY ?value LIMIT 1 } }") == [("a", "1"), ("b", "3")]
    assert select("SELECT $this { ?x ?y ?z . OPTIONAL { $this <<:q>> ?o } FILTER (!BOUND(?o)) } LIMIT 1") == [("b", "b")]
    assert select("SELECT $this (COUNT(?v) AS ?value) { $this <<:p>> ?v } GROUP BY $this") == [("a", "2"), ("b", "1")]
    assert select("SELECT $this ?value { { FILTER(false) } UNION { ?value <<:q>> $this } }") == [("a", "c"), ("b", "a")]


def test_a_triple_in_two_graphs_counts_once() -> None:
    shapes = turtle(':S sh:targetNode :a ; sh:sparql [ sh:select "SELECT $this { $this <http://example.org/p> ?o }" ] .')
    shapes += turtle(':T sh:targetNode :a ; sh:sparql [ sh:select "SELECT $this (COUNT(?o) AS ?value) { $this <http://example.org/p> ?o } GROUP BY $this" ] .')
    store = ox.Store()
    for name in ("one", "two"):
        store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(f"urn:{name}")) for quad in turtle(":a :p 1 , 2 ."))
    assert sorted(str(result.value.value) for result in shacl.compile(shapes).validate(store).results) == ["2", "http://example.org/a", "http://example.org/a"]


def test_messages_severity_and_deactivated_constraints() -> None:
    shapes = """
        :S sh:targetNode :a ; sh:severity sh:Info ; sh:message "of the shape"@en ; sh:minLength 99 ;
            sh:sparql [ sh:message "{$this} has {?value}" ; sh:select "SELECT $this ?value { $this ?p ?value }" ] ,
                [ sh:deactivated true ; sh:select "SELECT $this { $this ?p ?value }" ] ."""
    results = shacl.compile(turtle(shapes)).validate(turtle(":a :p 7 .")).results
    assert {result.severity for result in results} == {SH + "Info"}
    assert sorted(result.message for result in results) == ["http://example.org/a has 7", "of the shape"]


def test_literals_as_focus_of_a_sparql_constraint_inside_a_shape() -> None:
    shapes = ':S sh:targetNode :a ; sh:path :p ; sh:node :T . :T sh:sparql [ sh:select "SELECT $this { FILTER($this > 4) }" ] .'
    assert found(shapes, ":a :p 05 , 3 , 6.0 .") == [("a", "05"), ("a", "6.0")]
