"""The closure: every rule has its case, owlrl says the same, and every conclusion has its reasons.

owlrl (with rdflib) is the reference, after a filter that `same_ground` describes. Where owlrl is known to be wrong a case
says so in its second line: prp-key (it never looks at the last key), and the contradictions eq-diff2, eq-diff3 and
prp-adp (its loop leaves out the last member of a list).
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, XSD

from treatygraph.corpus import load_corpus
from treatygraph.reasoning import DERIVED, LEFT_OUT, close, compile_schema, contradictions, reasons
from treatygraph.reasoning import compile as compile_rules

CASES = sorted((Path(__file__).parent / "closure").glob("*.trig"))
REFLEXIVE = {OWL.sameAs, RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty}
# Tables 4 to 9 of the specification: the rules with triples or "false" for a conclusion.
SPECIFIED = {
    f"{table}-{rule}"
    for table, rules in {
        "eq": "ref sym trans rep-s rep-p rep-o diff1 diff2 diff3",
        "prp": "ap dom rng fp ifp irp symp asyp trp spo1 spo2 eqp1 eqp2 pdw adp inv1 inv2 key npa1 npa2",
        "cls": "thing nothing1 nothing2 int1 int2 uni com svf1 svf2 avf hv1 hv2 maxc1 maxc2 maxqc1 maxqc2 maxqc3 maxqc4 oo",
        "cax": "sco eqc1 eqc2 dw adc",
        "dt": "type1 type2 eq diff not-type",
        "scm": "cls sco eqc1 eqc2 op dp spo eqp1 eqp2 dom1 dom2 rng1 rng2 hv svf1 svf2 avf1 avf2 int uni",
    }.items()
    for rule in rules.split()
}


@pytest.fixture(autouse=True)
def literals_as_written(monkeypatch):
    """rdflib would rewrite literals (Z to +00:00), and warn where it cannot."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    monkeypatch.setattr("rdflib.term.logger.disabled", True)


def store_of(triples) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode("urn:asserted")) for t in triples)
    return store


def triples_of(store, graph=None) -> set:
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graph) if graph else None)}


def asserted_of(store) -> set:
    return {quad.triple for quad in store if quad.graph_name != ox.NamedNode(DERIVED)}


@cache
def rdflib_term(term):
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    datatype = None if term.language or term.datatype.value == str(XSD.string) else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype)


def as_rdflib(triples) -> set:
    return {(rdflib_term(t.subject), rdflib_term(t.predicate), rdflib_term(t.object)) for t in triples}


def owlrl_closure(triples) -> set:
    graph = rdflib.Graph()
    for triple in as_rdflib(triples):
        graph.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    return set(graph)


@cache
def of_nothing() -> frozenset:
    """What owlrl concludes from no triples: the axiomatic ones (see LEFT_OUT)."""
    return frozenset(owlrl_closure(()))


def same_ground(triples: set, asserted) -> set:
    """What owlrl and this engine can be compared on.

    Left aside are: triples with a literal for a subject, or a literal or blank predicate; a thing, class or property
    the same as, below or equivalent to itself (owlrl gives some, this engine what scm-* gives); axiomatic triples;
    what owlrl says of the datatypes of XML Schema (their types, and which are disjoint), and its error messages.
    """
    kept = set()
    for triple in triples - of_nothing() - as_rdflib(asserted):
        subject, predicate, value = triple
        about_datatype = predicate == OWL.disjointWith or value == RDFS.Datatype
        if isinstance(subject, rdflib.Literal) or not isinstance(predicate, rdflib.URIRef) or (predicate in REFLEXIVE and subject == value):
            continue
        if (about_datatype and str(subject).startswith((str(XSD), str(RDF)))) or "daml.org/2002/03/agents" in f"{predicate} {value}":
            continue
        kept.add(triple)
    return kept


def assert_like_owlrl(triples, derived):
    ours, theirs = same_ground(as_rdflib(derived), triples), same_ground(owlrl_closure(triples), triples)
    assert ours - theirs == set()
    assert theirs - ours == set()


# --- one case a rule ---------------------------------------------------------------------------------------------------


class Case:
    """A file: what is said, what follows, what must not follow, and the triples that clash."""

    def __init__(self, path: Path) -> None:
        self.rule = path.stem.partition(".")[0]
        self.owlrl = re.search("^# owlrl: (.+)", path.read_text(), re.MULTILINE)[1]
        graphs = {None: set()}
        for quad in ox.parse(path=path, format=ox.RdfFormat.TRIG):
            name = quad.graph_name.value.removeprefix("urn:case:") if isinstance(quad.graph_name, ox.NamedNode) else None
            graphs.setdefault(name, set()).add(quad.triple)
        assert set(graphs) <= {None, "expected", "absent", "clash"}
        graphs = {name: triples_of(store_of(found)) for name, found in graphs.items()}  # the engine stores 5.0 as 5, an xsd:byte as an xsd:integer
        self.said = graphs[None]
        self.expected, self.absent, self.clash = (graphs.get(name, set()) for name in ("expected", "absent", "clash"))


def has_blank(triple) -> bool:
    return any(isinstance(term, ox.BlankNode) for term in triple)


def test_every_rule_is_here_or_left_out_by_name():
    assert {path.stem.partition(".")[0] for path in CASES} >= SPECIFIED - set(LEFT_OUT)
    assert set(LEFT_OUT) < SPECIFIED
    assert len(CASES) > 95


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path):
    case = Case(path)
    store = store_of(case.said)
    closure = close(store)
    derived = triples_of(store, DERIVED)
    assert derived == closure.derived
    assert len(derived) == len(closure)
    assert asserted_of(store) == case.said
    assert not derived & case.said
    assert case.expected <= derived
    assert not case.absent & (derived | case.said)
    if case.expected:
        assert any(reason.rule.name == case.rule for triple in derived for reason in reasons(store, triple))
    found = contradictions(store)
    clashing = {triple for contradiction in found for triple in contradiction.triples}
    assert case.clash <= clashing
    if not case.rule.startswith("eq-"):  # what is the same has all clashes of the other
        assert not {triple for triple in clashing - case.clash if not has_blank(triple)}
    assert bool(found) == bool(case.clash)
    assert {contradiction.rule for contradiction in found} <= {case.rule}
    if case.owlrl.startswith("agrees"):
        assert_like_owlrl(case.said, derived)
    else:
        assert same_ground(as_rdflib(derived), case.said) != same_ground(owlrl_closure(case.said), case.said)
    assert_replayable(store, case.said, derived)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_text_of_the_rules_runs_anywhere(path):
    """Every rule as its text alone, no substitution: naively to a fixpoint gives the same."""
    case = Case(path)
    store = store_of(case.said)
    derived = set(close(store).derived)
    assert plain_fixpoint(case.said) == derived | case.said


def plain_fixpoint(said) -> set:
    store, size = store_of(said), -1
    while size != len(store):
        size = len(store)
        rules = compile_rules(Union(store))
        for rule in (*rules.schema, *rules.instance):
            store.extend([ox.Quad(*triple, ox.NamedNode("urn:asserted")) for triple in store.query(rule.text, use_default_graph_as_union=True)])
    return triples_of(store)


class Union:
    """A store as the compiler sees it."""

    def __init__(self, store) -> None:
        self.store = store

    def run(self, query):
        return self.store.query(query, use_default_graph_as_union=True)


def test_a_member_twice_is_different_from_itself():
    found = contradictions(store_of(parse("[] a owl:AllDifferent ; owl:members ( :a :b :a ) .")))
    assert [contradiction.rule for contradiction in found] == ["eq-diff2"]
    assert found[0].axiom == "[] a owl:AllDifferent ; owl:members ( <urn:case:a> <urn:case:b> <urn:case:a> )"


def test_closing_again_forgets_what_no_longer_follows():
    store = store_of(parse(":C rdfs:subClassOf :D . :a a :C ."))
    first = close(store).derived
    assert close(store).derived == first
    gone = next(iter(parse(":a a :C .")))
    store.remove(ox.Quad(*gone, ox.NamedNode("urn:asserted")))
    assert gone.subject not in {triple.subject for triple in close(store).derived}
    assert {graph.value for graph in store.named_graphs()} <= {"urn:asserted", DERIVED}


def test_a_broken_list_says_nothing():
    store = store_of(parse(":C owl:unionOf [ rdf:first :D ; rdf:rest [ rdf:first :E ] ] . :x owl:unionOf _:l . _:l rdf:first :D ; rdf:rest _:l . :a a :D ."))
    assert not {triple.object for triple in close(store).derived} & {ox.NamedNode("urn:case:C"), ox.NamedNode("urn:case:x")}


def parse(turtle: str) -> set:
    head = "".join(f"@prefix {p}: <{n}> .\n" for p, n in {"": "urn:case:", "owl": OWL._NS, "rdf": RDF._NS, "rdfs": RDFS._NS, "xsd": XSD._NS}.items())
    return {quad.triple for quad in ox.parse((head + turtle).encode(), format=ox.RdfFormat.TURTLE)}


# --- the real corpus ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def closed(layout):
    """The corpus, loaded for this module alone, and closed."""
    store = load_corpus(layout).store
    return store, close(store)


def test_the_corpus_closes_like_owlrl(closed):
    store, closure = closed
    asserted = asserted_of(store.oxigraph)
    assert len(closure.derived) > 5000
    assert not closure.derived & asserted
    assert_like_owlrl(asserted, closure.derived)


def test_every_conclusion_of_the_corpus_has_a_proof(closed):
    store, closure = closed
    assert_replayable(store, asserted_of(store.oxigraph), closure.derived, closure.rules)


def test_the_corpus_has_no_contradiction(closed):
    store, closure = closed
    assert contradictions(store, closure.rules) == []


def test_all_rules_can_be_shown(closed):
    _, closure = closed
    text = closure.rules.text()
    assert "# cax-sco: tg:Agreement rdfs:subClassOf tg:Instrument\nCONSTRUCT { ?x <" in text
    assert "# cax-adc: [] a owl:AllDisjointClasses ; owl:members ( tg:Island tg:IslandGroup tg:Settlement tg:Region )\nSELECT * WHERE" in text
    assert text.count("\n# ") + 1 <= len(closure.rules)


def assert_replayable(store, asserted, derived, rules=None):
    """Every derived triple is reached, step by step, from asserted ones; and each step is one of its rule."""
    rules = rules or compile_rules(Union(store))
    steps = {triple: reasons(store, triple, rules) for triple in derived}
    for triple, found in steps.items():
        assert found, triple
        assert all(triple not in reason.premises for reason in found)
    assert_steps_hold([(triple, found[0]) for triple, found in sorted(steps.items(), key=str)[:: max(1, len(steps) // 200)]])
    proved, waiting = set(asserted), set(derived)
    while waiting:
        now = {triple for triple in waiting if any(proved.issuperset(reason.premises) for reason in steps[triple])}
        assert now, f"no proof of {next(iter(waiting))}"
        proved |= now
        waiting -= now


def assert_steps_hold(steps):
    for triple, reason in steps:
        answer = store_of(reason.premises).query(reason.rule.text, use_default_graph_as_union=True)
        assert triple in set(answer), (reason.rule.text, triple)


# --- by chance ---------------------------------------------------------------------------------------------------------


def random_graph(seed: int) -> str:
    """A small ontology and data with every construct that owlrl handles rightly (no keys; literals apart)."""
    rng = random.Random(seed)
    classes, props, data, things = ([f":{letter}{i}" for i in range(n)] for letter, n in (("C", 6), ("p", 5), ("d", 2), ("i", 7)))
    c, p, d, i = (lambda xs=xs: rng.choice(xs) for xs in (classes, props, data, things))

    def restriction(depth=0) -> str:
        filler = c() if depth or rng.random() < 0.7 else expression(1)
        prop = p() if rng.random() < 0.85 else f"[ owl:inverseOf {p()} ]"
        one = rng.choice((0, 1, 1, 1))
        kinds = [f"owl:someValuesFrom {filler}", "owl:someValuesFrom owl:Thing", f"owl:allValuesFrom {filler}", f"owl:hasValue {i()}"]
        kinds += [f'owl:maxCardinality "{one}"^^xsd:nonNegativeInteger']
        kinds += [f'owl:maxQualifiedCardinality "{one}"^^xsd:nonNegativeInteger ; owl:onClass {rng.choice((filler, "owl:Thing"))}']
        return f"[ a owl:Restriction ; owl:onProperty {prop} ; {rng.choice(kinds)} ]"

    def expression(depth=0) -> str:
        parts = " ".join(rng.choice((c(), c(), restriction(1))) for _ in range(rng.randint(1, 3)))
        kinds = [restriction(depth), f"[ owl:unionOf ( {parts} ) ]", f"[ owl:intersectionOf ( {parts} ) ]", f"[ owl:oneOf ( {i()} {i()} ) ]"]
        return rng.choice([*kinds, f"[ owl:complementOf {c()} ]"])

    axioms = [
        lambda: f"{c()} rdfs:subClassOf {rng.choice((c(), expression()))}",
        lambda: f"{rng.choice((c(), expression()))} rdfs:subClassOf {c()}",
        lambda: f"{c()} owl:equivalentClass {rng.choice((c(), expression()))}",
        lambda: f"{c()} {rng.choice(('owl:unionOf', 'owl:intersectionOf'))} ( {c()} {c()} )",
        lambda: f"{c()} owl:disjointWith {c()}",
        lambda: f"{c()} a owl:Class",
        lambda: f"{p()} rdfs:domain {rng.choice((c(), expression()))}",
        lambda: f"{p()} rdfs:range {c()}",
        lambda: f"{p()} rdfs:subPropertyOf {p()}",
        lambda: f"{p()} owl:equivalentProperty {p()}",
        lambda: f"{p()} owl:inverseOf {p()}",
        lambda: f"{p()} a owl:{rng.choice(('Transitive', 'Symmetric', 'Asymmetric', 'Irreflexive'))}Property",
        lambda: f"{p()} a owl:{rng.choice(('Object', 'Functional', 'InverseFunctional'))}Property",
        lambda: f"{p()} owl:propertyChainAxiom ( {' '.join(p() for _ in range(rng.randint(1, 4)))} )",
        lambda: f"{d()} rdfs:subPropertyOf {d()}",
        lambda: f"{d()} a owl:{rng.choice(('DatatypeProperty', 'InverseFunctionalProperty'))}",
    ]
    facts = [lambda: f"{i()} {p()} {i()}"] * 6 + [lambda: f"{i()} a {c()}"] * 3 + [lambda: f'{i()} {d()} "{rng.randint(1, 4)}"']
    facts += [lambda: f"{i()} owl:sameAs {i()}", lambda: f"{i()} {p()} [ {p()} {i()} ]"] if rng.random() < 0.3 else []
    facts += [lambda: f"{c()} owl:sameAs {c()}", lambda: f"{p()} owl:sameAs {p()}"] if rng.random() < 0.1 else []
    lines = [rng.choice(axioms)() for _ in range(rng.randint(4, 14))] + [rng.choice(facts)() for _ in range(rng.randint(6, 18))]
    return " .\n".join(lines) + " ."


@pytest.mark.parametrize("seed", range(80))
def test_chance_agrees_with_owlrl(seed):
    store = store_of(parse(random_graph(seed)))
    said = triples_of(store)
    derived = close(store).derived
    assert_like_owlrl(said, derived)
    assert plain_fixpoint(said) == derived | said
    assert_replayable(store, said, derived)


def test_a_closed_schema_is_closed():
    """The rules about the schema, once run, have nothing to add."""
    for seed in range(20):
        store = store_of(parse(random_graph(seed)))
        close(store)
        known = triples_of(store)
        for rule in compile_schema(Union(store)):
            assert set(store.query(rule.text, use_default_graph_as_union=True)) <= known, rule
