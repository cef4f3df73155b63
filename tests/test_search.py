"""The search: every word in every script is found, nothing that is typed is an operator, and the index follows its corpus."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

import pytest

from treatygraph import fulltext
from treatygraph.cache import cache_folder
from treatygraph.errors import UsageError
from treatygraph.fulltext import index_of
from treatygraph.layout import Layout
from treatygraph.namespaces import ID, QUERY_PREFIXES
from treatygraph.search import search
from treatygraph.things import fold
from treatygraph.words import wanted, words_of

PLACES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:habomai> skos:prefLabel "歯舞群島"@ja , "Habomai"@en ; skos:altLabel "ハボマイ"@ja .
<urn:cafe> skos:prefLabel "Café de l'Étoile"@fr , "ガダルカナル"@ja ; skos:editorialNote "Named after the star; AND the sea."@en .
<urn:kata> skos:prefLabel "カタルカナル"@ja .
<urn:half> skos:prefLabel "ｶﾞﾌﾞ島"@ja .
<urn:split> skos:prefLabel "カ\u3099ス"@ja .
<urn:year> skos:prefLabel "昭和31年10月19日"@ja , "Хрущёв и Öresund"@ru .
<urn:quote> skos:prefLabel "a \\"quoted\\" name * with ^ signs"@en .
"""


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture(scope="module")
def index(layout, tmp_path_factory):
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("module"))
    yield index_of(layout)
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture
def small(tmp_path):
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "data" / "places.ttl").write_text(PLACES, encoding="utf-8")
    return Layout(tmp_path)


def things(index, *words, **narrowed):
    return [hit.entry.thing.removeprefix(ID).removeprefix("urn:") for hit in search(index, list(words), "en", **narrowed).hits]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ハボマイ", ["habomai"]),
        ("ボマ", ["habomai"]),
        ("舞群", ["habomai"]),
        ("島", ["half", "habomai"]),
        ("habomai", ["habomai"]),
        ("ガダルカナル", ["cafe"]),
        ("カタルカナル", ["kata"]),  # another word: a voicing mark makes another letter
        ("ルカナ", ["cafe", "kata"]),
        ("ガブ", ["half"]),
        ("ｶﾞﾌﾞ", ["half"]),
        ("ガ", ["cafe", "half", "split"]),
        ("ガス", ["split"]),
        ("カ", ["cafe", "kata"]),
        ("31年10", ["year"]),
        ("年", ["year"]),
        ("хрущев", ["year"]),
        ("ХРУЩЁВ", ["year"]),
        ("oresund", ["year"]),
        ("CAFE", ["cafe"]),
        ("cafe etoile", ["cafe"]),
        ("etoil*", ["cafe"]),
        ("l'étoile", ["cafe"]),
        ("AND", ["cafe"]),
        ("sea NOT star", []),
    ],
)
def test_what_is_found(small, asked, found):
    assert sorted(things(index_of(small), asked)) == sorted(found)


@pytest.mark.parametrize(
    "asked",
    ['a "quoted" name', "name*with", "^signs", "NEAR(a b)", "text:name", 'col:"x"', "(", '")"', "-name", "a OR b", "'", "%", "{x} : y", '"a" + "b"', "\x00a"],
)
def test_nothing_that_is_typed_is_an_operator(small, asked):
    """FTS5 would answer several of these with a syntax error, or with other rows."""
    built = index_of(small)
    try:
        found = things(built, asked)
    except UsageError:
        assert not any(char.isalnum() for char in asked)
    else:
        assert set(found) <= {"quote"}


def test_several_words_have_to_be_all_there_and_a_phrase_just_so(index):
    both = set(things(index, "transfer", "habomai"))
    assert both
    assert both == set(things(index, "habomai", "transfer"))
    assert both <= set(things(index, "transfer")) & set(things(index, "habomai"))
    phrase = set(things(index, '"peace treaty"', field="passage"))
    assert phrase
    assert phrase < set(things(index, "peace", "treaty", field="passage"))
    assert phrase == set(things(index, "peace treaty", field="passage"))
    assert set(things(index, "treat*")) > set(things(index, "treaty"))


def test_an_argument_with_a_space_that_stands_nowhere_is_looked_for_as_words(index):
    found = search(index, ["Shikotan transfer Habomai"], "en")
    assert found.hits
    assert "has all of the words" in found.note
    assert not search(index, ['"Shikotan transfer Habomai"'], "en").hits


def test_every_japanese_label_is_found_by_every_part_of_it(index, corpus):
    rows = corpus.store.select(
        f"{QUERY_PREFIXES} SELECT DISTINCT ?thing ?label {{ ?thing skos:prefLabel|skos:altLabel ?label FILTER(LANG(?label) = 'ja' && isIRI(?thing)) }}"
    ).texts()
    islands = [(thing, label) for thing, label in rows if thing.startswith(f"{ID}island/")]
    assert len(islands) > 20
    for thing, label in islands:
        for start in range(len(label)):
            for end in range(start + 1, len(label) + 1):
                if words_of(label[start:end]):
                    assert any(hit.thing == thing for hit in index.matches(wanted([label[start:end]]), field="name")), label[start:end]


def test_every_text_is_found_by_each_of_its_words_and_the_index_has_no_others(index, corpus):
    """The words of the index are those of the program, whatever SQLite thinks a letter is."""
    said = "{ ?thing ?p ?text FILTER(isIRI(?thing) && LANG(?text) != '') }"
    texts = corpus.store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?text {{ {said} UNION {{ ?q oa:exact ?text }} UNION {{ ?c tg:pinpoint ?text }} }}").texts()
    words = {word.folded for (text,) in texts for word in words_of(text)}
    assert len(words) > 3000
    assert set(index.vocabulary()) == words


def test_the_name_itself_comes_first(index):
    assert things(index, "Shikotan")[0] == "island/shikotan"
    assert things(index, "択捉島")[0] == "island/iturup-etorofu"
    assert things(index, "Япония")[0] == "state/japan"
    scores = [hit.entry.score for hit in search(index, ["treaty"], "en").hits]
    assert scores[1:] == sorted(scores[1:]) or scores == sorted(scores)


def test_each_thing_once(index):
    for asked in ("treaty", "島", "Shikotan"):
        found = things(index, asked)
        assert len(found) == len(set(found)) > 10


def test_a_passage_comes_with_its_document_and_offsets(index, corpus):
    (hit,) = search(index, ["претензий на острова"], "en", field="passage").hits
    assert hit.entry.thing == f"{ID}passage/russian-page-claims-dropped"
    assert (hit.document, hit.start, hit.end) == (f"{ID}document/russian-page", 1952, 2013)
    assert hit.headline() == "Russian page on the Joint Declaration, characters 1952 to 2013 · passage · passage:russian-page-claims-dropped"
    cited = search(index, ["doc. 89"], "en", field="passage").hits
    assert all("document 89" in hit.headline() for hit in cited)


def test_a_name_as_attested_leads_to_the_thing_and_says_who_writes_so(index):
    hits = [hit for hit in search(index, ["Shikoton"], "en", field="name").hits if hit.entry.via]
    assert [hit.entry.thing for hit in hits] == [f"{ID}island/shikotan"]
    assert "after name:" in hits[0].headline()


def test_what_is_shown_is_marked_where_it_stands(index):
    for asked in (["peace", "treaty"], ["択捉"], ["transf*"], ["два"], ["Хрущёв"]):
        found = search(index, asked, "en")
        assert found.hits
        units = wanted(asked)
        for hit in found.hits:
            marked = [hit.entry.text[start:end] for start, end in hit.matched]
            assert marked
            for one in units:
                assert any("".join(one.words) in fold(text).replace(" ", "") for text in marked), (asked, hit.entry.text)
            snippet = "".join(run.words for run in hit.snippet())
            assert any(run.quoted for run in hit.snippet())
            assert len(snippet) < 220
            assert fold(snippet.strip("… ")) in fold(hit.entry.text)


def test_kinds_are_named_in_any_language(index):
    islands = things(index, "島", kind="island")
    assert islands
    assert all(thing.startswith("island/") for thing in islands)
    assert islands == things(index, "島", kind="остров") == things(index, "島", kind="島") == things(index, "島", kind="tg:Island")
    assert set(islands) <= set(things(index, "島", kind="place"))  # a kind has the narrower ones in it
    with pytest.raises(UsageError, match="place"):
        things(index, "島", kind="plaice")


def test_nothing_found_names_the_nearest_words(index):
    assert "shikotan" in search(index, ["Shikotn"], "en").note
    assert "択捉島" in search(index, ["択足"], "en").note
    assert "итуруп" in search(index, ["Итурп"], "en").note
    assert re.fullmatch(r"No text has all of it together: “shikotan” in \d+, “cultural” in \d+\.", search(index, ["shikotan", "cultural"], "en").note)
    assert search(index, ["shikotan"], "en").note == ""
    assert "--kind" in search(index, ["shikotan"], "en", kind="state").note


def test_the_command_prints_hits_and_how_many_more_there_are(run):
    done = run("search", "Shikotan", "--limit", "2")
    assert done.code == 0
    assert done.out.startswith("Shikotan · island · island:shikotan\n    name: ‹Shikotan›\n\n")
    assert re.search(r"^2 of \d+; --limit 0 shows all\.$", done.out, re.MULTILINE)
    nothing = run("search", "Shikotn")
    assert nothing.code == 0
    assert nothing.out.startswith("Nothing found.\n")
    assert run("search", "島", "--kind", "island", "--lang", "ja", "--in", "name", "--limit", "0").out.count("\n    name: ") > 20


def test_json_has_everything(run):
    data = json.loads(run("search", "transfer", "--in", "passage", "--format", "json", "--limit", "3").out)
    assert data["count"] > 3 == len(data["hits"])
    for hit in data["hits"]:
        assert hit["field"] == "passage"
        start, end = hit["matched"][0]
        assert hit["text"][start:end].casefold() == "transfer"
        assert hit["document"].startswith(f"{ID}document/")
    nothing = json.loads(run("search", "Shikotn", "--format", "json").out)
    assert (nothing["count"], nothing["hits"]) == (0, [])
    assert "shikotan" in nothing["note"]


def kept():
    return sorted(cache_folder().glob("*.sqlite"))


def test_the_index_is_made_once_and_again_when_the_corpus_changes(small):
    told = []

    @contextmanager
    def progress(label, length):
        told.append(length)
        yield told.append

    built = things(index_of(small, progress), "島")
    assert told == [told[0], *[1] * told[0]]  # one step an entry, told beforehand
    assert told[0] > 8
    told.clear()
    (path,) = kept()
    assert things(index_of(small, progress), "島") == built
    assert told == []
    path.write_bytes(path.read_bytes()[:-500])
    assert things(index_of(small, progress), "島") == built
    assert told
    told.clear()
    file = small.data_files[0]
    file.write_text(file.read_text().replace("歯舞群島", "歯舞諸島"))
    assert things(index_of(small, progress), "諸島") == ["habomai"]
    assert told
    assert len(kept()) == 2


def test_without_a_place_to_keep_it_the_answer_is_the_same(small, cache, monkeypatch):
    expected = things(index_of(small), "島")
    cache.rename(cache.with_name("gone"))
    cache.write_text("a file where the folder should be")
    assert things(index_of(small), "島") == expected
    monkeypatch.setattr(fulltext, "CAN_BE_KEPT", False)
    assert things(index_of(small), "島") == expected


def test_old_ones_go_and_other_kinds_stay(small):
    cache_folder().mkdir(parents=True)
    others = [cache_folder() / name for name in ("a.nt", "a.built.sqlite")]
    for other in others:
        other.write_text("")
        os.utime(other, (0, 0))  # older than all that come
    file = small.data_files[0]
    for number in range(6):
        file.write_text(f"{PLACES}\n# {number}")
        index_of(small)
    assert len(set(kept()) - set(others)) == 4
    assert all(other.exists() for other in others)


def test_a_sqlite_without_full_text_search_is_said(small, monkeypatch):
    monkeypatch.setattr(fulltext, "TABLES", "CREATE VIRTUAL TABLE word USING fts6(folded)")
    with pytest.raises(Exception, match="full-text"):
        index_of(small)


def test_a_warm_search_reads_no_turtle(layout):
    code = """import sys
from treatygraph.cli import main
import treatygraph.corpus, treatygraph.fulltext
def never(layout): raise AssertionError("the corpus was read")
treatygraph.fulltext.load_corpus = never
try: main()
except SystemExit as stop: sys.exit(stop.code)"""
    index_of(layout)
    done = subprocess.run([sys.executable, "-c", code, "--corpus", str(layout.root), "search", "Shikotan"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "island:shikotan" in done.stdout


def test_the_words_of_this_sqlite_are_those_the_index_counts_on():
    """unicode61 must leave our folded words as they are, among them Han, Kana and Cyrillic."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(fulltext.TABLES)
    words = ["択", "ガ", "ー", "々", "итуруп", "хрущев", "kono", "1956", "ß".casefold(), "𠮟"]
    connection.execute("INSERT INTO word (rowid, folded) VALUES (1, ?)", (" ".join(words),))
    assert {term for (term,) in connection.execute("SELECT term FROM vocabulary")} == set(words)
