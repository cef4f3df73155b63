"""Each shape proves itself by one case file of its name: data that break it, the same data mended, and the report expected."""

from __future__ import annotations

import functools
import logging
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyshacl import validate
from rdflib import RDF, RDFS, SH, BNode, Dataset, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from treatygraph.references import prepared_graph

ROOT = Path(__file__).resolve().parent.parent
SHAPE = "https://w3id.org/treatygraph/shape/"
pytestmark = pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph)\\b:DeprecationWarning")  # rdflib warns of itself when it parses TriG
CASES = sorted((ROOT / "tests" / "shapes").glob("*.trig"))
VIOLATING, CONFORMING, REPORT = (URIRef(f"urn:case:{name}") for name in ("violating", "conforming", "report"))

# A result without its blank nodes: focus node, path, shape, component, severity, value.
Result = tuple[str, str, str, str, str, str]


@pytest.fixture(autouse=True)
def _literals_as_written() -> Any:
    """A time zone must still be there when the rule looks (pySHACL switches the normalising on again after
    each run), and an impossible day is no news to the log.
    """
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    logging.getLogger("rdflib.term").disabled = True
    yield
    rdflib.NORMALIZE_LITERALS = before
    logging.getLogger("rdflib.term").disabled = False


@functools.cache
def ontology() -> Graph:
    whole = Graph()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        whole.parse(path)
    return whole


@functools.cache
def skeleton() -> tuple[tuple[Node, Node, Node], ...]:
    """What the cases need of the ontology: which terms there are, and what is a kind of what."""
    return tuple(t for t in ontology() if t[1] in (RDF.type, RDFS.subClassOf) and not isinstance(t[0], BNode))


@functools.cache
def shapes() -> Graph:
    graph = Graph()
    for path in sorted((ROOT / "ontology" / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


@functools.cache
def case(stem: str) -> Dataset:
    dataset = Dataset()
    dataset.parse(ROOT / "tests" / "shapes" / f"{stem}.trig", format="trig")
    return dataset


def shape_names() -> set[str]:
    kinds = (SH.NodeShape, SH.PropertyShape)
    return {str(s).removeprefix(SHAPE) for kind in kinds for s in shapes().subjects(RDF.type, kind)}


def written(graph: Graph, node: Node | None) -> str:
    """A node as text; a blank node (a path) as the structure that hangs on it."""
    if node is None:
        return ""
    if not isinstance(node, BNode):
        return node.n3() if isinstance(node, (URIRef, Literal)) else str(node)
    if (node, RDF.first, None) in graph:
        return "( " + " ".join(written(graph, item) for item in Collection(graph, node)) + " )"
    return "[ " + " ; ".join(sorted(f"{p} {written(graph, o)}" for p, o in graph.predicate_objects(node))) + " ]"


def results(report: Graph) -> Counter[Result]:
    keys = (SH.focusNode, SH.resultPath, SH.sourceShape, SH.sourceConstraintComponent, SH.resultSeverity, SH.value)
    found: Counter[Result] = Counter()
    for result in report.objects(None, SH.result):
        row = [written(report, report.value(result, key)) for key in keys]
        found[(row[0], row[1], row[2], row[3], row[4], row[5])] += 1
    return found


def run(data: Graph, shapes_graph: Graph) -> Graph:
    mixed = prepared_graph()
    for triple in (*skeleton(), *data):
        mixed.add(triple)
    _conforms, report, _text = validate(mixed, shacl_graph=shapes_graph, inference="none", advanced=False, inplace=True)
    assert isinstance(report, Graph)
    return report


def test_every_shape_has_a_case_and_every_case_a_shape() -> None:
    assert shape_names() == {path.stem for path in CASES}


def test_every_shape_is_one_rule_that_says_what_is_wrong_and_how_to_mend_it() -> None:
    about = {RDF.type, SH.name, SH.message, SH.description, SH.severity, SH.path}
    targets = {SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf}
    for name in sorted(shape_names()):
        shape = URIRef(SHAPE + name)
        for key in (SH.name, SH.message, SH.description):
            values = list(shapes().objects(shape, key))
            assert [v.language for v in values if isinstance(v, Literal)] == ["en"], (name, key)
        predicates = set(shapes().predicates(shape))
        assert predicates & targets, name
        assert len(predicates - about - targets) == 1, name
        assert ((shape, RDF.type, SH.PropertyShape) in shapes()) == (SH.path in predicates), name


def test_shapes_name_only_terms_that_the_ontology_declares() -> None:
    tg = "https://w3id.org/treatygraph/ontology/"
    named = {node for triple in shapes() for node in triple if isinstance(node, URIRef) and str(node).startswith(tg)}
    assert {node for node in named if (node, RDF.type, None) not in ontology()} == set()


@pytest.mark.parametrize("stem", [path.stem for path in CASES])
def test_case_gives_the_report_it_expects(stem: str) -> None:
    expected = results(case(stem).graph(REPORT))
    assert {row[2] for row in expected} == {f"<{SHAPE}{stem}>"}
    assert results(run(case(stem).graph(VIOLATING), shapes())) == expected


@pytest.mark.parametrize("stem", [path.stem for path in CASES])
def test_mended_case_gives_no_result(stem: str) -> None:
    assert results(run(case(stem).graph(CONFORMING), shapes())) == Counter()


@pytest.mark.parametrize("stem", [path.stem for path in CASES])
def test_shape_is_needed(stem: str) -> None:
    off = (URIRef(SHAPE + stem), SH.deactivated, Literal(True))
    shapes().add(off)
    try:
        assert results(run(case(stem).graph(VIOLATING), shapes())) == Counter()
    finally:
        shapes().remove(off)
