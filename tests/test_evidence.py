"""Evidence that cannot rot: every quotation is compared with its text, and a change of one letter is found."""

from __future__ import annotations

import hashlib
import random
import re
import shutil

import pyoxigraph as ox
import pytest

from treatygraph.corpus import load_corpus
from treatygraph.coverage import Coverage, coverage_of
from treatygraph.errors import UsageError
from treatygraph.evidence import Evidence, Passage
from treatygraph.findings import Places
from treatygraph.layout import Layout
from treatygraph.namespaces import ID
from treatygraph.quoting import find_document, quote

FULL = {"unts-3768": 1.0, "russian-page": 0.95, "full-wiki": 0.95, "panov-2020": 0.95, "wikipedia": 0.95}


@pytest.fixture(scope="module")
def evidence(corpus, sources) -> Evidence:
    return Evidence(corpus, sources)


def test_every_quotation_stands_in_its_text(evidence):
    assert len(evidence.passages) > 300
    assert {version.iri.rpartition("/")[2] for version in evidence.texts.values() if version.text is not None} == set(FULL)
    assert [finding.message for finding in evidence.findings()] == []


def test_coverage_reaches_its_target(corpus, evidence):
    shares = {covered.document.rpartition("/")[2]: covered.share for covered in coverage_of(corpus, evidence)}
    assert set(shares) == set(FULL)
    assert all(share >= FULL[document] for document, share in shares.items()), shares


def test_the_text_without_a_licence_is_not_shipped(corpus):
    evidence = Evidence(corpus)
    assert list(evidence.unverifiable()) == [ID + "document/russian-page"]
    assert evidence.findings() == []


def test_shipped_texts_have_their_original_bytes(layout, sources):
    shipped = sorted(layout.texts.glob("*.txt"))
    assert len(shipped) == 4
    for path in shipped:
        assert path.read_bytes() == (sources / path.name).read_bytes()


def test_any_changed_letter_of_any_quotation_is_found(evidence):
    dice = random.Random(1956)
    for passage in evidence.passages:
        text = evidence.texts[passage.source].text
        at = dice.randrange(len(passage.exact))
        letter = "x" if passage.exact[at] != "x" else "y"
        changed = Passage(
            passage.iri,
            passage.source,
            passage.exact[:at] + letter + passage.exact[at + 1 :],
            passage.prefix,
            passage.suffix,
            str(passage.start),
            str(passage.end),
            "en",
        )
        assert changed.problem(text), passage.iri


def test_moved_offsets_and_changed_contexts_are_found(evidence):
    for passage in evidence.passages:
        text = evidence.texts[passage.source].text
        moved = Passage(passage.iri, passage.source, passage.exact, passage.prefix, passage.suffix, str(passage.start + 1), str(passage.end + 1), "en")
        assert "the same words stand at" in moved.problem(text)
        if passage.prefix:
            other = Passage(
                passage.iri, passage.source, passage.exact, passage.prefix[:-1] + "\x00", passage.suffix, str(passage.start), str(passage.end), "en"
            )
            assert "prefix" in other.problem(text)
        if passage.suffix:
            other = Passage(passage.iri, passage.source, passage.exact, passage.prefix, "\x00" + passage.suffix[1:], str(passage.start), str(passage.end), "en")
            assert "suffix" in other.problem(text)


def test_a_finding_names_claim_file_line_document_and_nearest_text(copy):
    path = copy / "data" / "wikipedia.ttl"
    old = path.read_text()
    new = re.sub(r"(oa:exact .*)four-island", r"\1five-island", old, count=1)
    assert new != old
    path.write_text(new)
    layout = Layout(copy)
    findings = Evidence(load_corpus(layout)).findings()
    assert findings
    message = findings[0].message
    assert "document:wikipedia" in message
    assert "nearest text" in message
    assert "four-island return" in message
    assert re.search(r"it proves \w+:", message)
    place = Places(layout).find(findings[0].thing, findings[0].hint)
    file, line = place.split(":")
    assert file == "data/wikipedia.ttl"
    assert "five-island" in path.read_text().splitlines()[int(line) - 1]


def test_a_changed_text_is_named_by_its_digest(copy):
    path = next((copy / "data" / "texts").glob("004*"))
    path.write_bytes(path.read_bytes().replace(b"1956", b"1957", 1))
    (digest, *_) = Evidence(load_corpus(Layout(copy))).findings()
    assert digest.rule == "digest"
    assert hashlib.sha256(path.read_bytes()).hexdigest() in digest.message


def test_a_passage_over_a_page_counts_for_nothing():
    text = "One sentence here.\n\nAnother sentence there. Menu"
    whole = Passage("p", "t", text, "", "", "0", str(len(text)), "en")
    part = Passage("q", "t", "One sentence", "", "", "0", "12", "en")
    menu = Passage("m", "t", "Menu", "", "", str(len(text) - 4), str(len(text)), "en")
    assert Coverage("d", text, [whole], []).covered == 0
    covered = Coverage("d", text, [whole, part], [menu])
    assert (covered.covered, covered.furniture, covered.uncounted, covered.longest) == (11, 4, 1, 12)
    assert covered.letters == sum(char.isalnum() for char in text) - 4
    assert [text[start:end].strip() for start, end, _ in covered.gaps] == ["here.\n\nAnother sentence there."]


def test_quote_prints_a_passage_that_check_accepts(corpus, sources, copy):
    shutil.copy(sources / "000_2372d8613aebbb1b.txt", copy / "data" / "texts")
    evidence = Evidence(corpus, sources)
    document = find_document(corpus, "russian-page")
    turtle = quote(evidence.text_of(document), "на острова   Кунашир", slug="test")
    prefixes = (
        "".join(f"@prefix {kind}: <{ID}{kind}/> .\n" for kind in ("passage", "text"))
        + "@prefix tg: <https://w3id.org/treatygraph/ontology/> .\n@prefix oa: <http://www.w3.org/ns/oa#> .\n"
    )
    assert len(list(ox.parse(input=prefixes + turtle, format=ox.RdfFormat.TURTLE))) == 11
    (copy / "data" / "new.ttl").write_text(prefixes + turtle, encoding="utf-8")
    fresh = Evidence(load_corpus(Layout(copy)))
    assert fresh.findings() == []
    assert any(passage.iri == ID + "passage/test" for passage in fresh.passages)


def test_quote_tells_occurrences_apart_and_names_the_nearest_text(evidence, corpus):
    version = evidence.text_of(find_document(corpus, "unts-3768"))
    with pytest.raises(UsageError, match=r"stand \d\d times"):
        quote(version, "Japan")
    first, second = (quote(version, "Japan", "x", number) for number in (1, 2))
    assert first != second
    with pytest.raises(UsageError, match="agrees to transfer to Japan"):
        quote(version, "agrees to hand over to Japan the Habomai Islands")
    with pytest.raises(UsageError, match="no occurrence 99"):
        quote(version, "Hatoyama", occurrence=99)
