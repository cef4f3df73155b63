"""Explanations lead to the sentences; every derived triple has a proof that replays; absence has a reason."""

from __future__ import annotations

import json
import random
import re
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from treatygraph.corpus import load_corpus
from treatygraph.explain import Prover, explain_absence, explain_line, explain_row, explain_thing, explain_triple, lineage, replays
from treatygraph.explain.bounds import Bounds
from treatygraph.explain.proof import Proof
from treatygraph.explain.row import things_behind
from treatygraph.explain.teller import Teller
from treatygraph.explain.words import RULES, SENTENCES, TERMS
from treatygraph.namespaces import PROV, TG
from treatygraph.questions import load_question, load_questions
from treatygraph.reasoning import DERIVED
from treatygraph.things import Things

POSITION = "position:japan-claims-four-islands-1955"
GRADED = re.compile(r"cited with pinpoint|reported at second hand|the same words|not compared here")


# --- proofs ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def prover(layout):
    return Prover(load_corpus(layout).store)


@pytest.fixture(scope="module")
def asserted(layout):
    return {quad.triple for quad in load_corpus(layout).store.oxigraph}


@pytest.fixture(scope="module")
def derived(prover):
    return {quad.triple for quad in prover.ground.quads_for_pattern(None, None, None, ox.NamedNode(DERIVED))}


def blank_free(triples):
    return {triple for triple in triples if not any(isinstance(term, ox.BlankNode) for term in triple)}


def test_every_derived_triple_has_a_proof_that_replays(prover, derived):
    given = {quad.triple for quad in prover.ground.quads_for_pattern(None, None, None, None)} - derived
    proofs = [prover.prove(triple) for triple in sorted(derived, key=str)]
    assert len(proofs) > 5000
    assert [triple for triple, proof in zip(sorted(derived, key=str), proofs, strict=True) if proof is None or not replays(proof, given)] == []


def test_proofs_rest_on_what_is_asserted_alone(prover, asserted, derived):
    for triple in random.Random(5).sample(sorted(derived, key=str), 200):
        proof = prover.prove(triple)
        assert blank_free(proof.asserted) <= asserted
        assert not set(proof.asserted) & derived


def test_a_proof_without_a_premise_does_not_replay(prover, derived):
    proof = next(proof for triple in sorted(derived, key=str) if len((proof := prover.prove(triple)).asserted) > 1)
    for premise in proof.asserted:
        assert not replays(proof, set(proof.asserted) - {premise})
    assert replays(proof, proof.asserted)


def test_a_proof_of_something_else_does_not_replay(prover, derived):
    first, second = (prover.prove(triple) for triple in sorted(derived, key=str)[:2])
    swapped = first.steps[-1]._replace(conclusion=second.conclusion)
    assert not replays(Proof(second.conclusion, (*first.steps[:-1], swapped)), first.asserted)
    assert not replays(Proof(second.conclusion, first.steps), first.asserted)


def test_what_is_asserted_or_untrue_has_no_proof(prover, asserted):
    assert prover.prove(next(iter(blank_free(asserted)))) is None
    assert prover.prove(ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c"))) is None


def test_the_shortest_proof_is_taken(tmp_path):
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    sub, type_ = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>", "a"
    (tmp_path / "ontology" / "o.ttl").write_text(f"<urn:A> {sub} <urn:B> , <urn:C> . <urn:B> {sub} <urn:C> . <urn:C> {sub} <urn:D> .")
    (tmp_path / "data" / "d.ttl").write_text(f"<urn:a> {type_} <urn:A> .")
    from treatygraph.layout import Layout

    prover = Prover(load_corpus(Layout(tmp_path)).store)
    about = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), ox.NamedNode("urn:C"))
    assert [step.reason.rule.name for step in prover.prove(about).steps] == ["cax-sco"]


# --- time --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "date", "verdict"),
    [
        (("1946-02-02", "1946-02-02", "1991-12-25", "1991-12-26"), "1946-02-01", "before"),
        (("1946-02-02", "1946-02-02", "1991-12-25", "1991-12-26"), "1946-02-02", "certain"),
        (("1946-02-02", "1946-02-02", "1991-12-25", "1991-12-26"), "1991-12-24", "certain"),
        (("1946-02-02", "1946-02-02", "1991-12-25", "1991-12-26"), "1991-12-25", "possible"),
        (("1946-02-02", "1946-02-02", "1991-12-25", "1991-12-26"), "1991-12-26", "after"),
        (("1955-08-30", "1956-02-11", None, None), "1955-12-01", "possible"),
        ((None, "1956-02-11", "1956-02-12", None), "1956-02-11", "certain"),
        ((None, None, None, None), "1956-02-11", "possible"),
    ],
)
def test_the_arithmetic_of_days(bounds, date, verdict):
    assert Bounds(*bounds).verdict(date) == verdict
    for language in ("en", "ru", "ja"):
        assert date in Bounds(*bounds).arithmetic(date, language)


def test_the_verdicts_are_those_of_the_saved_query(corpus):
    """The arithmetic here and the one in SPARQL agree on every row of a year of days that matter."""
    question, things = load_question(corpus.layout, "islands-claimed"), Things(corpus.store)
    teller = Teller(corpus, "en")
    for date in ("1855-02-07", "1875-08-22", "1945-09-02", "1951-09-07", "1952-04-28", "1955-08-30", "1956-12-12", "1991-12-25", "1991-12-26"):
        text = question.bind({"date": date}, things)
        rows = corpus.store.select(text)
        for index, row in enumerate(rows.texts()):
            (position,) = things_behind(teller, question, text, rows, [index])
            assert teller.bounds(position).verdict(date) == row[rows.columns.index("certainty")]


def test_the_days_on_which_the_answer_turns():
    bounds = Bounds("1946-02-02", "1946-03-01", "1991-12-25", "1991-12-26")
    assert bounds.turns("1956-12-12") == [("before", "1946-03-01", "possible"), ("on", "1991-12-25", "possible")]
    assert bounds.turns("1946-02-10") == [("before", "1946-02-02", "before"), ("on", "1946-03-01", "certain")]


# --- things and statements -----------------------------------------------------------------------------------------------


def test_a_position_is_explained_whole(corpus):
    text = explain_thing(corpus, POSITION, date="1956-12-12").text(10_000)
    assert "1956-02-11 ≤ 1956-12-12 < 2026-11-23" in text
    assert "It stands only under this reading, held by Japan" in text
    assert "This contradicts the reading of Soviet Union" in text
    assert "The best evidence" in text
    assert "Before 1956-02-11: possible." in text
    assert re.search(r"data/[\w-]+\.ttl:\d+", text)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "On 1956-12-12 it certainly held"), ("ru", "На 1956-12-12 это достоверно"), ("ja", "1956-12-12には確実に存続")]
)
def test_it_speaks_three_languages(corpus, language, words):
    assert words in explain_thing(corpus, POSITION, language, "1956-12-12").text()


def test_every_sentence_is_in_three_languages_with_the_same_places():
    for table in (SENTENCES, RULES, TERMS):
        for key, told in table.items():
            assert len(told) == 3, key
            assert all(told), key
            places = [{name.casefold() for name in re.findall(r"\{(\w+)\}", sentence)} for sentence in told]
            assert places[0] == places[1] == places[2], key
    assert all(
        re.search("[а-яё]", sentences[1], re.IGNORECASE) or not re.search("[a-z]{3}", sentences[0].replace("{", "")) or "{" in sentences[1]
        for sentences in SENTENCES.values()
    )


def test_the_day_of_entry_into_force_is_derived_with_its_proof(corpus):
    explanation = explain_triple(corpus, "agreement:fishing-convention-1956", "tg:entersIntoForceBy", "event:joint-declaration-1956-entry-into-force")
    text = explanation.text(10_000)
    assert "prp-spo2" in text
    assert "enters into force with" in text
    assert "Came into force on 12 December 1956" in text
    assert "simultaneously" in text


def test_a_statement_nobody_makes_is_no_negative_answer(corpus):
    assert "That is not a “no”" in explain_triple(corpus, "island:shikotan", "tg:isPartOf", "island:habomai").text()


def test_an_asserted_statement_needs_no_proof(corpus):
    text = explain_triple(corpus, POSITION, "a", "tg:SovereigntyClaim").text()
    assert "nothing had to be concluded" in text
    assert "citation:mofa-northern-territories-position" in text


def test_a_spoiled_quotation_is_told(corpus, copy):
    from treatygraph.layout import Layout

    path = copy / "data" / "unts-3768.ttl"
    path.write_text(path.read_text().replace("Came into force on 12 December", "Came into force on 13 December"))
    text = explain_thing(load_corpus(Layout(copy)), "passage:unts-3768-footnote-in-force").text(10_000)
    assert "does not stand in the text" in text
    assert "the same words" in explain_thing(corpus, "passage:unts-3768-footnote-in-force").text(10_000)


def test_the_weakest_link_is_the_group_reached_through(corpus):
    question = load_question(corpus.layout, "who-claims")
    values = {"island": "Urup", "date": "1956-12-12"}
    texts = [
        explain_row(corpus, question, values, index).text(10_000)
        for index in range(3)
        if index < len(corpus.store.select(question.bind(values, Things(corpus.store))))
    ]
    assert any("The weakest link is “Kuril Islands”" in text.replace('"Kuril Islands"', "“Kuril Islands”") for text in texts)


# --- rows ----------------------------------------------------------------------------------------------------------------


def test_every_saved_query_says_what_its_rows_are_about(corpus):
    assert [question.name for question in load_questions(corpus.layout) if not question.about] == []


def test_every_row_is_about_something(corpus):
    teller = Teller(corpus, "en")
    for question in load_questions(corpus.layout):
        text = question.bind({}, teller.things)
        rows = corpus.store.select(text)
        for index in random.Random(question.name).sample(range(len(rows)), min(len(rows), 12)):
            things = things_behind(teller, question, text, rows, [index])
            assert things, (question.name, index)
            if question.name == "evidence-grades":
                assert len(things) == int(rows.texts()[index][2])


def test_any_answer_leads_to_its_sentences_or_citations(corpus):
    """Rows of queries, by chance: each leads to quotations or graded citations, and among them to those the row shows."""
    rng = random.Random(1956)
    questions = [question for question in load_questions(corpus.layout) if question.name not in ("scope", "sources", "instruments", "unresolved")]
    for question in rng.sample(questions, 25):
        rows = corpus.store.select(question.bind({}, Things(corpus.store)))
        for index in rng.sample(range(len(rows)), min(len(rows), 3)):
            explanation = explain_row(corpus, question, {}, index)
            text = explanation.text(10_000)
            cells = dict(zip(rows.columns, rows.texts()[index], strict=True))
            assert GRADED.search(text) or "No passage or citation" in text or question.name == "names", (question.name, index)
            if cells.get("evidence"):
                assert cells["evidence"] in {witness.iri for witness in explanation.witnesses}, (question.name, index)


def test_a_line_of_the_table_may_stand_for_several_rows(corpus):
    question = load_question(corpus.layout, "islands-claimed")
    explanation = explain_line(corpus, question, {"date": "1956-12-12"}, 3)
    assert "Habomai Islands" in explanation.subtitle
    assert "Shikotan" in explanation.subtitle
    assert len(explanation.below) == 2  # the claim to each is a position of its own


def test_an_entry_of_an_apparatus_is_one_line(corpus):
    question = load_question(corpus.layout, "disagreements")
    explanation = explain_line(corpus, question, {}, 2)
    assert len(explanation.below) == 1
    assert explanation.below[0].thing.startswith("https://w3id.org/treatygraph/id/disagreement/")


def test_the_line_explained_is_the_line_shown(run):
    shown = run("query", "who-administers", "--island", "Etorofu", "--date", "1946-01-01", "--format", "markdown").out.splitlines()[2:]
    for number, line in enumerate(shown, 1):
        if line.startswith("|"):
            state = line.split("|")[1].strip()
            assert f"state: {state} ·" in run("query", "who-administers", "--island", "Etorofu", "--date", "1946-01-01", "--explain", number).out.replace(
                "\n  ", " "
            )


def test_a_corpus_without_the_header_is_explained_by_its_cells(tmp_path, corpus):
    from treatygraph.questions import Question

    path = tmp_path / "plain.rq"
    path.write_text(f"#+ summary: Which?\nSELECT ?p ?n WHERE {{ ?p a <{TG}Renunciation> ; <{TG}isHeldBy> ?n }} ORDER BY ?p ?n")
    question = Question(path, path.read_text())
    assert explain_row(corpus, question, {}, 0).below[0].thing.startswith("https://w3id.org/treatygraph/id/position/")


# --- absence -------------------------------------------------------------------------------------------------------------


ABSENT = [
    ("Okinawa", "1860-01-01", {}, "On 1860-01-01 it did not hold yet"),
    ("South Sakhalin", "1960-01-01", {"state": "Japan"}, "On 1960-01-01 it no longer held"),
    ("South Sakhalin", "1960-01-01", {"state": "Japan"}, "Japan had renounced it by"),
    ("Shikotan", "1960-01-01", {"state": "United States"}, "No document of the corpus states this of Shikotan"),
    ("Shikotan", "1801-01-01", {}, "The corpus does not cover 1801-01-01"),
    ("Etorofu", "1953-01-01", {"state": "Japan"}, "It is in the answer"),
    ("Etorofu", "1953-01-01", {"state": "Japan"}, "possible"),
    ("Tokyo", "1953-01-01", {}, "No document of the corpus states this"),
]


@pytest.mark.parametrize(("place", "date", "more", "words"), ABSENT, ids=lambda value: str(value)[:30])
def test_why_a_place_is_not_in_the_answer(corpus, place, date, more, words):
    question = load_question(corpus.layout, "islands-claimed")
    assert words in explain_absence(corpus, question, {"date": date, **more}, place).text(10_000)


def test_in_the_answer_is_said_of_what_is_in_the_answer_alone(corpus):
    question, things = load_question(corpus.layout, "islands-claimed"), Things(corpus.store)
    for name in ("island:shikotan", "island:okinawa", "island:urup-uruppu", "place:south-sakhalin"):
        for date in ("1860-01-01", "1905-10-01", "1946-01-01", "1956-12-12", "2000-01-01"):
            rows = corpus.store.select(question.bind({"date": date}, things)).texts()
            shown = any(row[1] == things.find(name) for row in rows)
            assert ("It is in the answer" in explain_absence(corpus, question, {"date": date}, name).text(10_000)) == shown, (name, date)


# --- forms -----------------------------------------------------------------------------------------------------------------


def test_json_and_prov_and_html(corpus, run):
    done = run("explain", POSITION, "--format", "json", "--date", "1956-12-12")
    told = json.loads(done.out)
    assert told["thing"].endswith("/position/japan-claims-four-islands-1955")
    assert {"says", "rests", "time", "readings", "grade", "change"} <= {part["key"] for part in told["parts"]}
    assert any(point["evidence"]["grade"] == "cited" for part in told["parts"] if part["key"] == "rests" for point in part["points"])
    html = explain_thing(corpus, POSITION).html()
    assert ET.fromstring(html).tag == "article"
    turtle = run(
        "explain", "agreement:fishing-convention-1956", "tg:entersIntoForceBy", "event:joint-declaration-1956-entry-into-force", "--format", "prov"
    ).out
    store = ox.Store()
    store.bulk_load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    # from the conclusion along wasDerivedFrom to a quotation, and to the text it was quoted from
    reached = store.query(
        f"""PREFIX prov: <{PROV}> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX tg: <{TG}>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?text {{ ?s rdf:predicate tg:entersIntoForceBy ; prov:wasDerivedFrom+/prov:hadPrimarySource/prov:wasQuotedFrom ?text ;
          prov:wasGeneratedBy/prov:qualifiedAssociation/prov:hadPlan/rdfs:label "prp-spo2" }}"""
    )
    assert {str(row[0]) for row in reached} == {"<https://w3id.org/treatygraph/id/text/unts-3768>"}


def test_lineage_is_the_same_every_time(corpus):
    once, again = (lineage(explain_thing(corpus, "agreement:fishing-convention-1956"), corpus.store) for _ in range(2))
    assert once == again
    assert "prov:hadPlan" in once


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["explain", "Etorofy"], "Etorofu"),
        (["explain", "Etorofu", "Kunashir"], "neither"),
        (["explain", "Etorofu", "--date", "1956-13-01"], "no month 13"),
        (["explain", "Etorofu", "tg:isPartof", "Habomai"], "Nothing"),
        (["query", "islands-claimed", "--explain", "0"], "no line 0"),
        (["query", "islands-claimed", "--explain", "99"], "no line 99"),
        (["query", "islands-claimed", "--explain", "1", "--why-not", "Urup"], "do not go together"),
        (["query", "islands-claimed", "--why-not", "Shikotn"], "Shikotan"),
        (["query", "signatories", "--why-not", "Shikotan"], "does not ask"),
        (["query", "islands-claimed", "--explain", "1", "--format", "csv"], "json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_usage(run, arguments, hint):
    done = run(*arguments)
    assert done.code == 2
    assert hint in done.err
