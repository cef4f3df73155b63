"""What changed in the meaning: real edits to a copy of the corpus, each named as what it is; and what is no change."""

from __future__ import annotations

import json
import re
import shutil
import string
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from treatygraph.changes import Side, compare, read_side, record, release_notes
from treatygraph.changes.change import KINDS, Change
from treatygraph.changes.description import described
from treatygraph.changes.kinds import HEADINGS
from treatygraph.changes.queries import query_changes, sparql_meaning
from treatygraph.changes.sentences import SENTENCES
from treatygraph.errors import CorpusError, UsageError
from treatygraph.layout import Layout
from treatygraph.reasoning import DERIVED
from treatygraph.store import GraphStore

ROOT = Path(__file__).parent.parent
ID = "https://w3id.org/treatygraph/id/"
TG = "https://w3id.org/treatygraph/ontology/"
NONE = "No change in meaning."


def nowhere() -> Layout:
    raise AssertionError("the corpus one works on is not asked for")


@pytest.fixture(scope="module")
def before() -> Side:
    return read_side(str(ROOT), nowhere)


class Edited:
    """A copy of the corpus, and what the comparison says of the edits to it."""

    def __init__(self, before: Side, root: Path) -> None:
        self.root = root
        self._before = before

    def edit(self, file: str, *changes: tuple[str, str]) -> Edited:
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) >= 1, old
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return self

    def replace_everywhere(self, old: str, new: str) -> Edited:
        for path in [*self.root.rglob("*.ttl"), *self.root.rglob("*.rq")]:
            text = path.read_text(encoding="utf-8")
            if old in text:
                path.write_text(text.replace(old, new), encoding="utf-8")
        return self

    def changes(self) -> list[Change]:
        return compare(self._before, read_side(str(self.root), nowhere)).changes

    def notes(self, language: str = "en", markdown: bool = False, full: bool = False) -> str:
        return release_notes(compare(self._before, read_side(str(self.root), nowhere)), language, markdown, full, 10_000)

    def bullets(self, language: str = "en") -> list[str]:
        return [line.strip().removeprefix("- ") for line in self.notes(language).splitlines() if line.lstrip().startswith("- ")]


@pytest.fixture
def edited(before, copy) -> Edited:
    return Edited(before, copy)


def block(file: str, subject: str) -> str:
    text = (ROOT / file).read_text(encoding="utf-8")
    found = re.search(rf"(?ms)^{re.escape(subject)}\n.*?^    [^\n]* \.$\n", text)
    assert found, subject
    return found[0]


# What is no change


def test_a_corpus_and_itself(edited):
    assert edited.changes() == []
    assert NONE in edited.notes()


def test_order_labels_and_duplicates_of_blank_nodes(edited):
    text = (edited.root / "data" / "unts-3768.ttl").read_text(encoding="utf-8")
    triples = list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
    lines = [str(quad.triple) + " ." for quad in reversed(triples)]
    other = re.sub(r"_:(\w+)", r"_:other\1", "\n".join(lines))
    (edited.root / "data" / "unts-3768.ttl").write_text(f"{other}\n", encoding="utf-8")
    (edited.root / "data" / "again.ttl").write_text(block("data/unts-3768.ttl", "passage:unts-3768-actual-transfer").join([head(text), ""]), encoding="utf-8")
    assert edited.changes() == []


def head(text: str) -> str:
    return "".join(line + "\n" for line in text.splitlines() if line.startswith("@prefix"))


def test_a_file_split_in_two_and_renamed_prefixes(edited):
    path = edited.root / "data" / "russian-page.ttl"
    text = path.read_text(encoding="utf-8")
    at = text.index("\nstatement:")
    path.write_text(text[:at], encoding="utf-8")
    rest = re.sub(r"\btg:", "ontology:", head(text) + text[at:])
    (edited.root / "data" / "russian-page-2.ttl").write_text(rest, encoding="utf-8")
    assert edited.changes() == []


def test_a_superclass_that_follows(edited):
    edited.edit("data/places.ttl", ("island:shikotan\n    a tg:Island ;", "island:shikotan\n    a tg:Island , tg:Place ;"))
    assert edited.changes() == []


def test_a_query_that_is_only_written_differently(edited):
    edited.edit(
        "queries/who-claims.rq",
        ("PREFIX tg: <", "PREFIX island: <x>\nPREFIX tg: <"),
        ("PREFIX island: <https://w3id.org/treatygraph/id/island/>\n", "PREFIX isle: <https://w3id.org/treatygraph/id/island/>\n"),
        ("{ island:shikotan }", "{ isle:shikotan }"),
        ("SELECT DISTINCT", "select distinct # a comment with tg:nothing\n "),
        ("?position a ?type", "?position <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> $type"),
    )
    assert edited.changes() == []


def test_a_shape_whose_query_is_only_written_differently(edited):
    edited.edit(
        "ontology/shapes/positions.ttl",
        ("SELECT $this ?value WHERE {\\n              $this tg:contradicts", "select $this   ?value\\nwhere { $this tg:contradicts"),
    )
    assert edited.changes() == []


# What changed, named as what it is


CLAIM = "position:japan-claims-habomai-1951"


def test_a_start_that_moved_with_its_note(edited):
    old = block("data/history-1945-1955.ttl", CLAIM)
    new = old.replace('"1951-03-31"^^xsd:date', '"1952-07-31"^^xsd:date').replace("Counted from the first resolution", "Counted from the second resolution")
    edited.edit("data/history-1945-1955.ttl", (old, new))
    (line,) = edited.bullets()
    assert line.startswith(
        f"Japan claims the Habomai Islands ({CLAIM}): start moved from 1951-03-31 to 1952-07-31; note: “Counted from the second resolution of the lower"
    )
    changes = edited.changes()
    assert {(change.kind, change.property) for change in changes} == {
        ("date", f"{TG}startEarliest"),
        ("date", f"{TG}startLatest"),
        ("note", "http://www.w3.org/2004/02/skos/core#editorialNote"),
    }
    assert all(change.reasons for change in changes if change.kind == "date")


def test_one_bound_that_moved_came_or_went(edited):
    old = block("data/history-1945-1955.ttl", CLAIM)
    edited.edit("data/history-1945-1955.ttl", (old, old.replace('tg:startLatest "1951-03-31"', 'tg:startLatest "1951-04-30"')))
    assert edited.bullets() == [f"Japan claims the Habomai Islands ({CLAIM}): start (at the latest) moved from 1951-03-31 to 1951-04-30"]
    edited.edit(
        "data/history-1945-1955.ttl",
        ('    tg:startLatest "1951-04-30"^^xsd:date .', '    tg:startLatest "1951-03-31"^^xsd:date ; tg:endLatest "2030-01-01"^^xsd:date .'),
    )
    assert edited.bullets() == [f"Japan claims the Habomai Islands ({CLAIM}): end (at the latest) now given: 2030-01-01"]


def test_a_reason_of_an_end_is_told_as_one(edited):
    name = "position:japan-claims-iturup-kunashir-1951"
    old = block("data/history-1945-1955.ttl", name)
    new = re.sub(r'tg:endReason "[^"]*"', 'tg:endReason "The record of the offer was found."', old.replace('endLatest "1955-08-30"', 'endLatest "1955-08-29"'))
    (line,) = edited.edit("data/history-1945-1955.ttl", (old, new)).bullets()
    assert line.endswith("end (at the latest) moved from 1955-08-30 to 1955-08-29; because “The record of the offer was found.”")


PASSAGE = "passage:unts-3768-actual-transfer"


def test_a_quotation_that_changed(edited):
    old = block("data/unts-3768.ttl", PASSAGE)
    edited.edit("data/unts-3768.ttl", (old, old.replace("to take place after", "to occur after").replace("oa:end 6362", "oa:end 6357")))
    (line,) = edited.bullets()
    assert line.startswith(f"passage of UN Treaty Series No. 3768 ({PASSAGE}): quotation changed: “… ")
    assert "⟨take place⟩ after the conclusion of a Peace …” → “… " in line
    assert "⟨occur⟩" in line
    assert "; it proves: " in line
    assert "(condition:joint-declaration-1956-transfer-after-peace-treaty)" in line
    assert [change.kind for change in edited.changes()] == ["quotation"]


def test_a_passage_that_only_moved(edited):
    old = block("data/unts-3768.ttl", PASSAGE)
    edited.edit("data/unts-3768.ttl", (old, old.replace("oa:end 6362", "oa:end 6364").replace("oa:start 6205", "oa:start 6207")))
    assert edited.bullets() == [f"passage of UN Treaty Series No. 3768 ({PASSAGE}): passage moved only (same words, characters 6205-6362 → 6207-6364)"]


def test_what_stands_beside_a_quotation_changed(edited):
    old = block("data/unts-3768.ttl", PASSAGE)
    edited.edit("data/unts-3768.ttl", (old, old.replace('oa:prefix "nds and', 'oa:prefix "islands and')))
    (line,) = edited.bullets()
    assert "quotation the same, what stands beside it changed (words before)" in line


READING = """
reading:san-francisco-1951-2-c-test
    a tg:Reading ;
    skos:prefLabel "A reading for the test"@en ;
    tg:isEvidencedBy citation:shugiin-answer-163-39 ;
    tg:isHeldBy state:japan ;
    tg:isReadingOf clause:san-francisco-1951-2-c ;
    tg:readingText "Nothing *new* in it."@en ;
    tg:startLatest "2005-11-04"^^xsd:date .
"""


def test_a_new_reading(edited):
    path = edited.root / "data" / "readings-article-2c.ttl"
    path.write_text(path.read_text(encoding="utf-8") + READING, encoding="utf-8")
    (line,) = edited.bullets()
    assert line.startswith("New reading of a clause: A reading for the test (reading:san-francisco-1951-2-c-test): is reading of Article 2(c)")
    assert "; is held by Japan; start: not after 2005-11-04; “Nothing *new* in it.”; evidenced by [" in line
    assert "\n## Readings, disagreements and what is not settled\n" in edited.notes(markdown=True)
    assert "A reading for the test (`reading:san-francisco-1951-2-c-test`)" in edited.notes(markdown=True)
    assert r"“Nothing \*new\* in it.”" in edited.notes(markdown=True)


def test_a_removed_source(edited):
    document = block("data/history-1945-1955.ttl", "document:lower-house-resolution-1952-07-31-text")
    citation = block("data/history-1945-1955.ttl", "citation:lower-house-resolution-1952-07-31-whole")
    edited.edit("data/history-1945-1955.ttl", (document, ""), (citation, ""))
    edited.replace_everywhere("tg:isEvidencedBy citation:lower-house-resolution-1952-07-31-whole ;\n", "tg:hasDateStatus tg:Undated ;\n")
    lines = edited.bullets()
    assert any(line.startswith("Removed source: Text of the lower-house resolution of 31 July 1952 (document:lower-house") for line in lines)
    assert any("passages and citations that went with it: 1" in line for line in lines)
    assert any(
        line.startswith("Removed citation: Text of the lower-house resolution of 31 July 1952, whole text (citation:") and "it proved: " in line
        for line in lines
    )


def test_evidence_that_was_exchanged(edited):
    old = block("data/history-1945-1955.ttl", CLAIM)
    edited.edit("data/history-1945-1955.ttl", (old, old.replace("citation:lower-house-resolution-1952-07-31-whole", f"{PASSAGE}")))
    edited.edit("data/history-1945-1955.ttl", ("@prefix place", f"@prefix passage: <{ID}passage/> .\n@prefix place"))
    (line,) = edited.bullets()
    assert "now evidenced by [“the actual transfer of these islands" in line
    assert ", no longer by [Text of the lower-house resolution of 31 July 1952, whole text (cited with pinpoint, seen only in a copy)]" in line


def test_a_label_that_changed(edited):
    edited.edit("data/places.ttl", ('"Шикотан"@ru', '"остров Шикотан"@ru'))
    assert edited.bullets() == ["Shikotan (island:shikotan): label changed (ru): “Шикотан” → “остров Шикотан”"]


def test_a_class_that_changed_and_one_that_came(edited):
    old = block("data/history-1945-1955.ttl", CLAIM)
    edited.edit("data/history-1945-1955.ttl", (old, old.replace("a tg:SovereigntyClaim", "a tg:Demand")))
    assert edited.bullets() == [f"Japan claims the Habomai Islands ({CLAIM}): class changed from claim to demand"]
    edited.edit("data/history-1945-1955.ttl", (f"{CLAIM}\n    a tg:Demand", f"{CLAIM}\n    a tg:Demand , tg:SovereigntyClaim"))
    assert edited.bullets() == [f"Japan claims the Habomai Islands ({CLAIM}): also of the class demand now"]


def test_members_of_a_group(edited):
    old = block("data/history-1945-1955.ttl", CLAIM)
    edited.edit("data/history-1945-1955.ttl", (old, old.replace("tg:concernsPlace island:habomai", "tg:concernsPlace island:habomai , island:shikotan")))
    assert edited.bullets() == [f"Japan claims the Habomai Islands ({CLAIM}): concerns place: now also Shikotan"]


def test_long_values_are_not_printed(edited):
    edited.edit("data/outlines.ttl", ("POLYGON((145.7673 43.3869,", "POLYGON((145.7673 43.3869,145.7700 43.3800,"))
    (line,) = edited.bullets()
    assert re.search(r"coordinates changed \([\d,]+ → [\d,]+ characters\)$", line)


def test_renamed_things_that_refer_to_one_another(edited):
    edited.replace_everywhere("document:panov-2020", "document:panov")
    edited.replace_everywhere("passage:panov-2020", "passage:panov")
    edited.replace_everywhere("text:panov-2020", "text:panov")
    changes = edited.changes()
    assert {change.kind for change in changes} == {"renamed", "parameter"}  # the default of a saved query names the document
    assert len(changes) > 50
    assert "- Renamed: document:panov-2020 is now Panov 2020 (document:panov)" in edited.notes(full=True)


def test_a_renamed_property_is_one_change(edited):
    edited.replace_everywhere("tg:isVoicedIn", "tg:isSaidIn")
    changes = [change for change in edited.changes() if not change.thing.startswith("queries/")]
    assert [(change.kind, change.thing) for change in changes] == [("renamed", f"{TG}isSaidIn")]


def test_things_that_say_the_same_are_not_confused(edited):
    """Two stubs of which nothing but the class is said: who refers to them decides, and without that nothing is guessed."""
    things = (
        "<urn:x:a> <urn:x:p> <urn:x:one> . <urn:x:b> <urn:x:q> <urn:x:two> . <urn:x:one> a <urn:x:K> . <urn:x:two> a <urn:x:K> . <urn:x:lone> a <urn:x:L> ."
    )
    old, new = edited.root / "old.ttl", edited.root / "new.ttl"
    old.write_text(things)
    new.write_text(things.replace("x:one>", "x:uno>").replace("x:two>", "x:due>").replace("x:lone>", "x:solo>"))
    found = compare(read_side(str(old), nowhere), read_side(str(new), nowhere)).changes
    assert {(change.kind, change.thing) for change in found} == {
        ("renamed", "urn:x:uno"),
        ("renamed", "urn:x:due"),
        ("removed", "urn:x:lone"),
        ("added", "urn:x:solo"),
    }
    assert {text for change in found if change.kind == "renamed" for text in change.old} == {"<urn:x:one>", "<urn:x:two>"}


def test_the_ontology(edited):
    edited.edit(
        "ontology/positions.ttl", ("A Position by which a state claims a place as its own.", "A Position by which a state claims a territory as its own.")
    )
    said = "“A Position by which a state claims a ⟨place⟩ as its own.” → “A Position by which a state claims a ⟨territory⟩ as its own.”"
    assert edited.bullets() == [f"claim (tg:SovereigntyClaim): definition changed: {said}"]
    edited.edit("ontology/places.ttl", ("( tg:Island tg:IslandGroup tg:Settlement tg:Region )", "( tg:Island tg:Settlement tg:Region tg:State )"))
    assert "axiom of disjoint classes without a name: members: now state, no longer island group" in edited.bullets()
    assert "\nOntology\n" in edited.notes()


def test_the_order_of_a_list(edited):
    edited.edit("ontology/places.ttl", ("( tg:Island tg:IslandGroup ", "( tg:IslandGroup tg:Island "))
    assert edited.bullets() == ["axiom of disjoint classes without a name: members: in another order"]


def test_a_shape(edited):
    edited.edit(
        "ontology/shapes/positions.ttl",
        ("is a claim to a place by something", "is a claim by something"),
        ("$this tg:contradicts ?value ; tg:isHeldBy", "$this tg:contradicts ?value . $this tg:isVoicedIn"),
    )
    lines = edited.bullets()
    assert any(line.startswith("Claim is held by a state (shape:ClaimIsHeldByAState): message changed: “is a claim ⟨to a place⟩ by") for line in lines)
    assert any(line.startswith("Contradicting readings differ (shape:ContradictingReadingsDiffer): rule in SPARQL › query changed: ") for line in lines)
    assert "\nShapes\n" in edited.notes()


def test_saved_queries(edited):
    queries = edited.root / "queries"
    (queries / "names.rq").rename(queries / "all-names.rq")
    (queries / "motives.rq").unlink()
    (queries / "mine.rq").write_text("#+ summary: Mine?\nSELECT (1 AS ?one) {}", encoding="utf-8")
    edited.edit("queries/who-claims.rq", ("#+ summary: Who claims one island", "#+ summary: Who claims some island"), ("island:shikotan", "island:habomai"))
    edited.edit("queries/clauses.rq", ("SELECT ?clause", "SELECT (1 AS ?added) ?clause"))
    edited.edit("queries/stances.rq", ("#+ tags:", "#+ endpoint: none\n#+ tags:"), ("WHERE {\n", "WHERE {\n  FILTER(true)\n"))
    lines = edited.bullets()
    assert "Renamed: names is now all-names" in lines
    assert "Removed saved query: motives: “Which aims, reasons and motives do the documents attribute to whom?”" in lines
    assert "New saved query: mine: Mine?" in lines
    assert "asks now: “Who claims ⟨some⟩ island on a date, or demands …” It asked: “Who claims ⟨one⟩ island on a date, or demands …”" in lines
    assert any(line.startswith("parameter island changed: “tg:Place, the island or island group [island:⟨shikotan⟩]” → “tg:Place, ") for line in lines)
    assert "clauses: new columns: ?added; what it looks for changed" in lines
    assert "stances: endpoint added in the header: none; what it looks for changed" in lines
    assert edited.changes()[-1].thing.startswith("queries/")


def test_things_of_unknown_classes(tmp_path):
    lake = '<urn:d:aral> a <urn:o:SaltLake> ; <urn:o:depth> 40 ; <urn:o:near> <urn:d:x> , [ <urn:o:kind> "a" ; <urn:o:more> 1 ] .'
    (tmp_path / "old.ttl").write_text(lake)
    smaller = lake.replace("40", "16").replace("urn:d:x", "urn:d:y").replace('"a"', '"b"')
    (tmp_path / "new.ttl").write_text(f"{smaller} <urn:d:chad> a <urn:o:SaltLake> .")
    found = compare(read_side(str(tmp_path / "old.ttl"), nowhere), read_side(str(tmp_path / "new.ttl"), nowhere))
    text = release_notes(found, "en", False, False, 200)
    assert "\nOther\n" in text
    assert "urn:d:aral: " in text
    assert "now 16, no longer 40" in text
    assert "now urn:d:y, no longer urn:d:x" in text
    assert "near › kind changed: “a” → “b”" in text
    assert "- New salt lake: urn:d:chad\n" in text


# Many


def test_many_like_things_are_told_together_unless_asked(edited):
    edited.replace_everywhere("a tg:Stance ;", 'a tg:Stance ; tg:reviewedOn "2026-11-24"^^<http://www.w3.org/2001/XMLSchema#date> ;')
    (line,) = edited.bullets()
    assert re.match(r"Changed \(stance on an instrument\), (\d+): reviewed on now given: 2026-11-24\. These are: ", line)
    assert line.endswith(" more")
    assert edited.notes(full=True).count("reviewed on now given: 2026-11-24") == len(edited.changes())


def test_a_great_addition_is_told_by_names(edited):
    reading = READING.replace("@en", "@en")
    path = edited.root / "data" / "readings-article-2c.ttl"
    more = "".join(reading.replace("c-test", f"c-test-{number}").replace("for the test", f"number {number}") for number in range(40))
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    (line,) = edited.bullets()
    assert line.startswith("New (reading of a clause), 40: A reading number 0; A reading number 1; ")
    assert line.endswith("; and 32 more")
    assert len([line for line in edited.notes(full=True).splitlines() if line.startswith("- New reading of a clause: A reading number")]) == 40


# Languages, JSON


def test_all_languages_say_the_same_things():
    fields = {
        language: {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in say.items()} for language, say in SENTENCES.items()
    }
    assert fields["en"] == fields["ru"] == fields["ja"]
    assert set(HEADINGS) <= set(SENTENCES["en"])


@pytest.mark.parametrize(
    ("language", "heading", "sentence"),
    [("ru", "Позиции", "изменено «начало»: 1951-03-31 → 1952-07-31"), ("ja", "立場", "「始期」の変更：1951-03-31 → 1952-07-31")],
)
def test_sentences_come_in_the_language(edited, language, heading, sentence):
    old = block("data/history-1945-1955.ttl", CLAIM)
    edited.edit("data/history-1945-1955.ttl", (old, old.replace('"1951-03-31"^^xsd:date', '"1952-07-31"^^xsd:date')))
    assert f"\n{heading}\n" in edited.notes(language)
    assert sentence in edited.notes(language)
    assert "start" not in edited.notes(language)


def test_json_has_every_change_with_its_values_and_its_sentence(edited, before):
    old = block("data/history-1945-1955.ttl", CLAIM)
    new = old.replace('"1951-03-31"^^xsd:date', '"1952-07-31"^^xsd:date').replace("island:habomai ;", "island:shikotan ;").replace("Counted", "Reckoned")
    edited.edit("data/history-1945-1955.ttl", (old, new)).edit("data/places.ttl", ('"Шикотан"@ru', '"остров Шикотан"@ru'))
    edited.edit("ontology/places.ttl", ("tg:IslandGroup tg:Settlement tg:Region", "tg:Settlement tg:IslandGroup tg:Region"))
    whole = json.loads(record(compare(before, read_side(str(edited.root), nowhere)), "en"))
    assert (whole["version"], whole["not_compared"], whole["new"]["name"]) == (1, [], str(edited.root))
    for change in whole["changes"]:
        assert list(change) == ["group", "kind", "thing", "label", "property", "within", "old", "new", "reasons", "sentence"]
        assert change["kind"] in KINDS
        assert change["group"] in HEADINGS
    found = {(change["label"], change["property"].rpartition("/")[2].rpartition("#")[2]): change for change in whole["changes"]}
    start = found["Japan claims the Habomai Islands", "startLatest"]
    assert start["old"] == [{"type": "literal", "value": "1951-03-31", "datatype": "http://www.w3.org/2001/XMLSchema#date"}]
    assert start["sentence"].startswith(
        f"Japan claims the Habomai Islands ({CLAIM}): start (at the latest) moved from 1951-03-31 to 1952-07-31; note: “Reckoned"
    )
    assert start["reasons"][0]["value"]["xml:lang"] == "en"
    assert found["Japan claims the Habomai Islands", "concernsPlace"]["new"] == [{"type": "uri", "value": f"{ID}island/shikotan"}]
    assert found["Shikotan", "prefLabel"]["group"] == "places"
    assert {value["type"] for value in found["axiom of disjoint classes without a name", "members"]["new"]} == {"node"}


# Exported files


FORMS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}


@pytest.mark.parametrize("suffix", FORMS)
def test_an_exported_file_is_the_corpus_it_came_from(before, tmp_path, suffix):
    form = FORMS[suffix]
    store = ox.Store()
    for path in sorted((ROOT / "ontology").glob("*.ttl")) + sorted((ROOT / "data").glob("*.ttl")):
        store.bulk_load(path=path, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"urn:{path.stem}"))
    file = tmp_path / f"export{suffix}"
    if form.supports_datasets:
        store.dump(str(file), form)
    else:
        ox.serialize({quad.triple for quad in store}, str(file), form)
    comparison = compare(before, read_side(str(file), nowhere))
    assert comparison.changes == []
    assert sorted(comparison.not_compared) == ["queries", "shapes"]
    text = release_notes(comparison, "en", False, False, 200)
    assert NONE in text
    assert "The saved queries are not compared: one side is a file that has none." in text


def test_what_was_derived_into_a_graph_of_its_own_is_no_change(run, before, tmp_path):
    assert run("export", "nquads", "--inferred", "-o", tmp_path / "whole.nq").code == 0
    assert f"{DERIVED}> ." in (tmp_path / "whole.nq").read_text(encoding="utf-8")
    assert compare(before, read_side(str(tmp_path / "whole.nq"), nowhere)).changes == []


def test_what_a_terminal_would_obey_is_left_out(tmp_path):
    (tmp_path / "a.nt").write_text('<urn:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "one" .\n')
    (tmp_path / "b.nt").write_text('<urn:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "\\u001B[31mtwo" .\n')
    text = release_notes(compare(read_side(str(tmp_path / "a.nt"), nowhere), read_side(str(tmp_path / "b.nt"), nowhere)), "en", False, False, 200)
    assert "two" in text
    assert "\x1b" not in text


def test_an_edited_export_differs_from_the_other(tmp_path):
    lines = '<urn:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "one"@en <urn:g> .\n'
    (tmp_path / "a.nq").write_text(lines)
    (tmp_path / "b.nq").write_text(lines.replace('"one"', '"two"').replace("urn:g", "urn:h"))
    (change,) = compare(read_side(str(tmp_path / "a.nq"), nowhere), read_side(str(tmp_path / "b.nq"), nowhere)).changes
    assert (change.kind, change.old, change.new) == ("label", ['"one"@en'], ['"two"@en'])


@pytest.mark.parametrize(("name", "text"), [("x.nt", "<urn:a> nonsense"), ("x.jsonld", '{"@context": "https://example.org/context"}'), ("x.rdf", "<rdf")])
def test_a_broken_file_is_named(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(CorpusError, match=re.escape(name)):
        read_side(str(tmp_path / name), nowhere)


# Blank nodes that make no tree


def store_of(tmp_path: Path, text: str) -> GraphStore:
    path = tmp_path / "x.ttl"
    path.write_text(text)
    store = GraphStore()
    store.load(path, "urn:x")
    return store


SHARED = "<urn:a> <urn:p> _:x . <urn:b> <urn:p> _:x . _:x <urn:v> 1 . _:l <urn:n> _:m . _:m <urn:n> _:l ; <urn:v> 2 ."


def test_shared_and_circular_blank_nodes_are_compared_by_their_place(tmp_path):
    def of(text):
        return described(store_of(tmp_path, text).statements())

    relabelled = SHARED.replace("_:x", "_:zz").replace("_:l", "_:q").replace("_:m", "_:l2")
    assert of(SHARED) == of(relabelled)
    apart = SHARED.replace("<urn:b> <urn:p> _:x", "<urn:b> <urn:p> _:y . _:y <urn:v> 1")
    assert of(SHARED) != of(apart)
    assert of(SHARED) != of(SHARED.replace("<urn:v> 2", "<urn:v> 3"))
    list_of_many = f"<urn:a> <urn:p> ({' '.join(map(str, range(3000)))}) ."
    assert of(list_of_many) == of(list_of_many)
    deep = f"<urn:a> <urn:p> {'[ <urn:p> ' * 3000} 1 {']' * 3000} ."
    with pytest.raises(CorpusError, match="nested"):
        of(deep)


# Git


def git(root: Path, *arguments: str) -> None:
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *author, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path_factory) -> Path:
    """A git repository with the corpus in a folder of it: a first revision with a tag, and a second."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    root = tmp_path_factory.mktemp("repository")
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / folder, root / "corpus" / folder, ignore=shutil.ignore_patterns("texts"))
    (root / ".gitattributes").write_text("*.ttl export-ignore\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "First")
    git(root, "tag", "v0.1")
    path = root / "corpus" / "data" / "places.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace('"Шикотан"@ru', '"остров Шикотан"@ru'), encoding="utf-8")
    git(root, "commit", "--quiet", "-a", "-m", "Second")
    return root


def test_revisions_of_a_corpus_that_lies_in_a_folder_of_the_repository(run, repository):
    corpus = repository / "corpus"
    done = run("diff", "v0.1", "HEAD", corpus=corpus)
    assert done.code == 0, done.err
    assert re.match(r"Changes from v0\.1 \([0-9a-f]{7,}, \d{4}-\d\d-\d\d\) to HEAD \(", done.out)
    assert "Shikotan (island:shikotan): label changed (ru): “Шикотан” → “остров Шикотан”" in done.out
    assert NONE in run("diff", "HEAD", corpus=corpus).out
    assert NONE in run("diff", "HEAD~1", "v0.1", corpus=corpus).out
    assert "label changed (ru)" in run("diff", "v0.1", corpus=corpus).out
    assert run("diff", "v0.1", "HEAD", "--exit-code", corpus=corpus).code == 1
    assert run("diff", "HEAD", "--exit-code", corpus=corpus).code == 0
    assert run("diff", "v0.1", ".", corpus=None, cwd=corpus).out.count("label changed") == 1


def test_a_folder_goes_before_a_revision(run, repository, tmp_path):
    corpus = repository / "corpus"
    git(repository, "branch", "other", "v0.1")
    shutil.copytree(corpus, tmp_path / "other")
    assert NONE in run("diff", "other", corpus=corpus, cwd=tmp_path).out
    assert "label changed" in run("diff", "other^0", corpus=corpus, cwd=tmp_path).out


def test_a_revision_with_broken_turtle_is_named_by_its_file(run, repository):
    corpus = repository / "corpus"
    path = corpus / "data" / "places.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "\nisland:x a .\n", encoding="utf-8")
    git(repository, "commit", "--quiet", "-a", "-m", "Broken")
    done = run("diff", "v0.1", "HEAD", corpus=corpus)
    assert done.code == 1
    assert "HEAD:data/places.ttl:" in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["v0.2"], "Nearest: v0.1"),
        (["mian"], "Nearest: main"),
        (["HEAD~99"], "git log"),
        (["--", "--all"], "'--all'"),
        (["corpus"], "not a corpus"),
        (["corpus/data/texts.md"], "Known endings"),
    ],
)
def test_wrong_names_are_answered_with_the_nearest(run, repository, arguments, hint):
    (repository / "corpus" / "corpus").mkdir()
    (repository / "corpus" / "corpus" / "data").mkdir()
    (repository / "corpus" / "corpus" / "data" / "texts.md").write_text("x")
    done = run("diff", *arguments, corpus=repository / "corpus", cwd=repository / "corpus")
    assert done.code == 2
    assert hint in done.err
    assert done.out == ""


def test_a_revision_from_before_the_corpus(run, repository):
    git(repository, "checkout", "--quiet", "--orphan", "empty")
    git(repository, "rm", "--quiet", "-r", "--cached", ".")
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "Nothing")
    done = run("diff", "empty", "v0.1", corpus=repository / "corpus")
    assert done.code == 2
    assert "has no corpus at corpus/" in done.err


def test_a_corpus_outside_of_git_and_a_machine_without_it(run, copy, monkeypatch):
    done = run("diff", "v0.1", corpus=copy)
    assert done.code == 2
    assert "is not in a git repository" in done.err
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UsageError, match="git is not installed"):
        read_side("v0.1", lambda: Layout(copy))


# The command


def test_the_command_in_its_forms(run, copy):
    (copy / "queries" / "mine.rq").write_text("#+ summary: Mine?\nSELECT (1 AS ?one) {}", encoding="utf-8")
    assert "New saved query: mine: Mine?" in run("diff", ROOT, copy).out
    assert run("diff", ROOT, copy, "--format", "markdown").out.startswith("# Changes from ")
    assert [change["kind"] for change in json.loads(run("diff", ROOT, copy, "--format", "json").out)["changes"]] == ["added"]
    assert "Добавлено (сохранённый запрос): mine: Mine?" in run("diff", ROOT, copy, "--lang", "ru").out
    done = run("diff", "--help")
    assert "HEAD~3" in done.out
    assert done.code == 0


def test_the_tokens_of_a_query():
    text = "PREFIX x: <urn:x:>\nSELECT ?a { ?a x:p 'a # b' ; x:q \"c\"@EN . FILTER(?a<=3 && ?b < ?c) # tail\n}"
    assert sparql_meaning(text) == sparql_meaning(text.replace("x:", "y:").replace("<urn:y:>", "<urn:x:>").replace("# tail", "# other"))
    assert "'a # b'" in sparql_meaning(text)
    assert sparql_meaning(text) != sparql_meaning(text.replace("'a # b'", "'a # c'"))
    assert not list(query_changes({"q": text}, {"q": text}))
