"""Commands at size: the same answers from a built store as from the files, with no look at what is not asked about."""

from __future__ import annotations

import itertools
import json
import random
import re
import shutil

import pyoxigraph as ox
import pytest
from conftest import ROOT

import treatygraph
from treatygraph.build import build_store
from treatygraph.built import MANY, find_built
from treatygraph.corpus import load_corpus
from treatygraph.errors import nearest
from treatygraph.explain import Prover, explain_thing, replays
from treatygraph.explain.ground import StandingGround
from treatygraph.explain.proof import Proof
from treatygraph.export import TABLES, Exports, Request, select
from treatygraph.export.rdf import WRITERS
from treatygraph.export.streamed import STREAMED
from treatygraph.export.tables import read_table
from treatygraph.fulltext import index_of, is_indexed
from treatygraph.layout import Layout
from treatygraph.opening import BuiltCorpus, open_corpus
from treatygraph.reasoning import Rule
from treatygraph.search import search
from treatygraph.sorting import Sorter
from treatygraph.writer import natural, sort_key

OWL_PREFIXES = "".join(
    f"@prefix {prefix}: <{iri}> .\n"
    for prefix, iri in {
        "": "urn:x:",
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    }.items()
)


def corpus_of(folder, ontology: str, data: dict[str, str], *, build: bool = True) -> Layout:
    for name in ("ontology/shapes", "data", "queries"):
        (folder / name).mkdir(parents=True)
    (folder / "ontology" / "o.ttl").write_text(OWL_PREFIXES + ontology)
    for name, text in data.items():
        (folder / "data" / f"{name}.ttl").write_text(OWL_PREFIXES + text)
    if build:
        build_store(Layout(folder))
    return Layout(folder)


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Layout:
    """The corpus with its store."""
    folder = tmp_path_factory.mktemp("real") / "corpus"
    for name in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    build_store(Layout(folder))
    return Layout(folder)


def plain(proof: Proof | None) -> list[tuple[str, ...]]:
    """A proof without the labels of its blank nodes."""
    assert proof is not None

    def text(triple: ox.Triple) -> str:
        return " ".join("_:" if isinstance(term, ox.BlankNode) else str(term) for term in triple)

    def told(rule: Rule) -> str:
        return f"{rule.name} {re.sub(r'_:[0-9a-f]+', '_:', rule.axiom_text)}"

    return [(text(step.conclusion), told(step.reason.rule), *map(text, step.reason.premises)) for step in proof.steps]


def provers(layout: Layout) -> tuple[BuiltCorpus, Prover, Prover]:
    corpus = open_corpus(layout)
    assert isinstance(corpus, BuiltCorpus)
    assert corpus.built.is_plain()
    return corpus, Prover(StandingGround(corpus)), Prover(load_corpus(layout).store)


def derived_of(corpus: BuiltCorpus) -> list[ox.Triple]:
    return sorted({quad.triple for quad in corpus.derived.oxigraph}, key=str)


# --- proofs --------------------------------------------------------------------------------------------------------------


def test_proofs_from_a_built_store_are_those_from_memory(real):
    corpus, standing, closed = provers(real)
    for triple in random.Random(9).sample(derived_of(corpus), 250):
        assert plain(standing.prove(triple)) == plain(closed.prove(triple))


ONTOLOGY = """
:A a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] .
:B a owl:Class ; rdfs:subClassOf :D . :C a owl:Class ; rdfs:subClassOf :D .
[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :D ] rdfs:subClassOf :E .
[ a owl:Restriction ; owl:onProperty :q ; owl:hasValue :v ] rdfs:subClassOf :A .
:F owl:equivalentClass [ owl:intersectionOf ( :A [ a owl:Restriction ; owl:onProperty :r ; owl:someValuesFrom :E ] ) ] .
:p a owl:ObjectProperty . :q a owl:ObjectProperty ; rdfs:subPropertyOf :p . :r a owl:ObjectProperty ; owl:inverseOf :s .
:s a owl:ObjectProperty . :t a owl:ObjectProperty , owl:TransitiveProperty ; owl:propertyChainAxiom ( :p :r ) .
:p rdfs:domain :G ; rdfs:range :H . :G a owl:Class . :H a owl:Class .
"""


def test_proofs_lead_through_blank_nodes(tmp_path):
    """One of each kind: a class without a name, a value without a name, a chain through one."""
    data = {"one": ":x a :A ; :p :y . :z :q [ :r :w ] .", "two": ":u :q :v ; :s [ :p [ a :C ] ] . [ a :C ] :s :k . :k a :A ."}
    corpus, standing, closed = provers(corpus_of(tmp_path, ONTOLOGY, data))
    derived = derived_of(corpus)
    blank = 0
    for triple in derived:
        proof = standing.prove(triple)
        assert plain(proof) == plain(closed.prove(triple)), triple
        blank += any("_:" in str(step.conclusion) for step in proof.steps)
        assert replays(proof, proof.asserted)
    found = {" ".join(term.value.rpartition(":")[2].rpartition("#")[2] for term in triple) for triple in derived}
    assert {"y type B", "z t w", "u type A"} <= found
    assert blank > 3


@pytest.mark.parametrize("seed", range(6))
def test_proofs_in_random_graphs_with_blank_nodes(tmp_path, seed):
    dice = random.Random(seed)

    def node(depth: int = 0) -> str:
        if dice.random() < 0.4 and depth < 2:
            return f"[ {' ; '.join(fact(depth + 1) for _ in range(dice.choice([1, 2])))} ]"
        return f":{dice.choice('xyzuvw')}"

    def fact(depth: int) -> str:
        return f"a :{dice.choice('ABCDEFG')}" if dice.random() < 0.3 else f":{dice.choice('pqrst')} {node(depth)}"

    data = {name: "".join(f":{dice.choice('xyzuvw')} {fact(0)} .\n" for _ in range(5)) for name in ("one", "two")}
    corpus, standing, closed = provers(corpus_of(tmp_path, ONTOLOGY, data))
    for triple in derived_of(corpus):
        assert plain(standing.prove(triple)) == plain(closed.prove(triple)), triple


@pytest.mark.parametrize(
    "thing", ["island:shikotan", "position:japan-claims-four-islands-1955", "agreement:fishing-convention-1956", "passage:unts-3768-footnote-in-force"]
)
def test_explanations_read_alike(real, corpus, thing):
    there = explain_thing(open_corpus(real), thing, date="1956-12-12")
    assert there.text() == explain_thing(corpus, thing, date="1956-12-12").text()


# --- export --------------------------------------------------------------------------------------------------------------

HARD = {
    "a": r':x10 :p :y , [ :q 1.50 , "tab\tline\nend  x" ] ; :list ( 1 [ :r :x2 ] "a .\u0001" ) . [ :p "no name" ] . :x9 a :A .',
    "b": ':x10 :p :z ; :p [ :q 1.5 ] . :x2 :says "_:b ."@en , "two  spaces" . <urn:other#a%20b> :p :x10 .',
}
TWINS = HARD | {"c": ":x1 :p [ :q [ :q :deep ] ] . :x3 :p [ :q [ :q :deep ] ] .", "d": ":x1 :p [ :q [ :q :deep ] ] ."}
LABELLED = HARD | {"e": ":x1 :p _:n . :x3 :p _:n . _:n :q :x1 , _:m . _:m :q _:n ."}


@pytest.mark.parametrize("inferred", [False, True])
@pytest.mark.parametrize("form", STREAMED)
@pytest.mark.parametrize("data", [HARD, TWINS, LABELLED], ids=["hard", "twins", "labelled"])
def test_what_is_streamed_has_the_bytes_of_what_is_held(tmp_path, monkeypatch, data, form, inferred):
    """However little fits into memory."""
    monkeypatch.setattr("treatygraph.sorting.TOGETHER", 300)
    layout = corpus_of(tmp_path, ONTOLOGY, data)
    held = b"".join(WRITERS[form](select(layout, inferred=inferred)))
    exports = Exports(layout, Request(inferred=inferred))
    assert b"".join(exports.one(form)) == held
    assert ("selection" in exports.__dict__) == (data is LABELLED and form in ("turtle", "trig"))  # the one that has to be seen whole


@pytest.mark.parametrize("seed", range(12))
def test_blank_nodes_that_look_alike_get_the_labels_of_the_algorithm(tmp_path, seed):
    dice = random.Random(seed)
    nodes = [f"_:n{number}" for number in range(6)]

    def text() -> str:
        return "".join(f"{dice.choice(nodes)} :{dice.choice('pq')} {dice.choice([*nodes, ':x'])} .\n" for _ in range(dice.choice([5, 8])))

    same = text()
    layout = corpus_of(tmp_path, "", {"a": same, "b": dice.choice([same, text()]), "c": ":x :p [ :q [ ] ] , [ :q [ ] ] , [ ] ."}, build=False)
    for form in ("ntriples", "nquads"):
        assert b"".join(Exports(layout, Request()).one(form)) == b"".join(WRITERS[form](select(layout)))


@pytest.mark.parametrize("form", STREAMED)
def test_the_corpus_is_streamed_as_it_is_held(real, form):
    exports = Exports(real, Request(inferred=True))
    assert b"".join(exports.one(form)) == b"".join(WRITERS[form](select(real, inferred=True)))
    assert "selection" not in exports.__dict__


def test_some_graphs_are_streamed_alone(real):
    assert b"".join(Exports(real, Request(("data/places",))).one("turtle")) == (real.root / "data" / "places.ttl").read_bytes()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_from_a_built_store_are_those_from_the_files(real, corpus, table):
    assert list(read_table(open_corpus(real).store, table)) == list(read_table(corpus.store, table))


def test_sorting_what_does_not_fit_into_memory():
    dice = random.Random(3)
    lines = [f"{dice.randrange(900)} {dice.choice('aé岩')}\n".encode() for _ in range(2000)]
    sorter = Sorter(together=500)
    sorter.add(lines)
    assert list(sorter) == sorted(set(lines))
    assert [line.decode() for line in sorted(set(lines))] == sorted({line.decode() for line in lines})


@pytest.mark.parametrize(
    ("left", "right"),
    list(itertools.permutations(["a:x9", "a:x10", "a:x010", "a:x", "a:x10b", "a:xa", "<urn:a b>", "<urn:1>", "a", "岩1", "9", "10", "a:x-1"], 2)),
)
def test_subjects_are_sorted_alike_on_the_disk(left, right):
    assert (sort_key(left) < sort_key(right)) == ((natural(left), left) < (natural(right), right))


# --- what follows ---------------------------------------------------------------------------------------------------------


def test_what_follows_is_printed_alike_with_a_built_store_and_without(real, run):
    there = run("infer", corpus=real.root)
    assert there.out == run("infer").out
    assert "triples derived" in there.err
    assert sorted(there.out.splitlines()) == there.out.splitlines()


# --- search, Python --------------------------------------------------------------------------------------------------------


def test_search_finds_alike_in_a_built_store_and_keeps_its_index(real, layout, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert is_indexed(real)  # a small corpus is read at once
    monkeypatch.setattr("treatygraph.built.MANY", 0)
    assert not is_indexed(real)
    there, here = index_of(real), index_of(layout)
    assert is_indexed(real)
    for words in (["peace", "treaty"], ["島"], ["etorofu"]):
        for asked in ("en", "ja"):
            assert [hit.data() for hit in search(there, words, asked).hits] == [hit.data() for hit in search(here, words, asked).hits]
    assert there.names() == here.names()
    assert there.classes() == here.classes()
    assert there.days() == here.days()
    built = find_built(real)
    assert built is not None
    (kept,) = tmp_path.rglob(f"{built.path.name}*.built.sqlite")
    when = kept.stat().st_mtime_ns
    assert index_of(real).vocabulary() == there.vocabulary()
    assert kept.stat().st_mtime_ns == when


def test_in_python_the_built_store_answers_and_warns_where_it_is_older(real, tmp_path, monkeypatch):
    shutil.copytree(real.root, tmp_path / "copy")
    root = tmp_path / "copy"
    layout = Layout(root)
    build_store(layout)
    corpus = treatygraph.open(root)
    assert isinstance(corpus.corpus, BuiltCorpus)
    assert corpus.claims_at("1956-12-12").rows == treatygraph.open(ROOT).claims_at("1956-12-12").rows
    path = layout.data_files[0]
    path.write_text(path.read_text() + "\n")
    assert not isinstance(treatygraph.open(root).corpus, BuiltCorpus)
    monkeypatch.setattr("treatygraph.built.MANY", 0)
    with pytest.warns(UserWarning, match=f"before data/{path.name} changed"):
        assert isinstance(treatygraph.open(root).corpus, BuiltCorpus)


@pytest.mark.parametrize(
    "call",
    [("search", "peace"), ("infer",), ("export", "csv", "--table", "agreements"), ("query", "scope"), ("push", "http://127.0.0.1:9", "--inferred")],
    ids=" ".join,
)
def test_a_command_that_answers_from_an_older_store_says_so(real, run, tmp_path, call):
    shutil.copytree(real.root, tmp_path / "copy")
    layout = Layout(tmp_path / "copy")
    manifest = layout.root / ".store" / "manifest.json"
    known = json.loads(manifest.read_text())
    known["counts"]["files"] = MANY + 1
    manifest.write_text(json.dumps(known))
    path = layout.data_files[0]
    path.write_text(path.read_text() + "\n")
    assert f"from a store built before data/{path.name} changed" in run(*call, corpus=layout.root).err


@pytest.mark.parametrize(
    "call",
    [
        ("explain", "Etorofu", "--date", "1956-12-12"),
        ("explain", "Etorofu", "a", "tg:Place", "--format", "json"),
        ("query", "islands-claimed", "--explain", "2"),
        ("query", "islands-claimed", "--why-not", "Shikotan"),
        ("passages", "unts-3768", "--around", "9"),
        ("cite", "unts-3768", "--style", "bibtex"),
        ("quote", "unts-3768", "19 October 1956", "--occurrence", "1"),
        ("coverage", "wikipedia", "--no-gaps"),
        ("coverage",),
        ("compare", str(ROOT / "tests" / "compare" / "claims.csv")),
        ("export", "csv", "--table", "agreements"),
        ("export", "lpf"),
    ],
    ids=" ".join,
)
def test_commands_answer_alike_from_a_built_store(real, run, call):
    there, here = run(*call, corpus=real.root), run(*call)
    assert (there.code, there.out) == (here.code, here.out)
    assert there.code == 0
    assert there.out


def test_names_that_differ_in_case_alone_are_suggested_alike():
    names = ["Etorofu", "etorofu", "ETOROFU", "Shikotan"]
    assert {nearest("etorof", order) for order in itertools.permutations(names)} == {"Nearest: ETOROFU."}
