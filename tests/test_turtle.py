"""Canonical Turtle: the same graph, one text, nothing lost."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from treatygraph.errors import CorpusError
from treatygraph.turtle import canonical_turtle, format_file

PREFIX = "@prefix a: <http://a/> .\n"


def canonical(turtle: str) -> str:
    return canonical_turtle((PREFIX + turtle).encode(), "x.ttl").decode()


def fingerprint(turtle: bytes) -> list[str]:
    dataset = ox.Dataset(ox.parse(input=turtle, format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, dataset))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a:x a:p a:y ; a:q a:z .", "a:x a:q a:z . a:x a:p a:y ."),
        ("a:x a:p a:y, a:z .", "a:x a:p a:z, a:y ."),
        ("a:x a:p [ a:q 1 ], [ a:q 2 ] .", "a:x a:p _:n, [ a:q 1 ] . _:n a:q 2 ."),
        (
            "a:x a:p ( 1 2 ) .",
            "a:x a:p _:l . _:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> ( 2 ) .",
        ),
        ("a:x a:p '''s \"q\" \\n''' .", 'a:x a:p "s \\"q\\" \\n" .'),
        ("_:a a:p _:b . _:b a:p _:a .", "_:z a:p _:y . _:y a:p _:z ."),
    ],
)
def test_one_graph_has_one_text(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    "turtle",
    [
        'a:x a:p 0.90, 007, +1, 1.0e3, true, "1956-02-30"^^<http://www.w3.org/2001/XMLSchema#date>, "1"^^a:t .',
        'a:x a:p "Эторофу"@ru, "x"@zh-Hant-TW, "a\\\\b\\tc\\u0008" .',
        "a:x a:p [ a:q ( [ a:r a:s ] () ) ] . [] a:p a:y . [ a:z 1 ] .",
        "a:x a:p <http://a/b/c>, <http://a/b.c>, <http://a/%20>, a:b\\.c .",
        "_:s a:p a:x . a:y a:q _:s . a:z a:q _:s .",
        "a:x <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 .",
    ],
)
def test_nothing_is_lost_and_twice_is_once(turtle):
    once = canonical(turtle)
    assert fingerprint(once.encode()) == fingerprint((PREFIX + turtle).encode())
    assert canonical_turtle(once.encode(), "x.ttl").decode() == once


def test_literals_stay_as_they_were_written():
    assert "0.90" in canonical("a:x a:p 0.90 .")
    assert "@zh-Hant-TW" in canonical('a:x a:p "x"@zh-Hant-TW .')


def test_numbers_in_names_sort_as_numbers():
    text = canonical("a:n-10 a:p 1 . a:n-9 a:p 1 .")
    assert text.index("a:n-9") < text.index("a:n-10")


def test_a_leading_comment_stays_and_a_later_one_is_refused():
    assert canonical_turtle(b"# licence\n\n" + PREFIX.encode() + b"a:x a:p a:y .", "x.ttl").startswith(b"# licence\n")
    with pytest.raises(CorpusError, match=r"x\.ttl:3: the comment would be lost"):
        canonical("a:x a:p a:y .\n# why")
    assert canonical('a:x a:p "no # comment", <http://a/#f> .')


def test_bad_turtle_names_the_line():
    with pytest.raises(CorpusError, match=r"x\.ttl:2:"):
        canonical("a:x a:p .")


def test_formatting_leaves_the_old_file_when_it_cannot_write(tmp_path, monkeypatch):
    path = tmp_path / "x.ttl"
    path.write_text(PREFIX + "a:x   a:p a:y .")
    before = path.read_bytes()

    def full_disk(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        format_file(path, check=False)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["x.ttl"]


def test_the_whole_corpus_is_canonical(layout):
    for path in layout.ontology_files + layout.shape_files + layout.data_files:
        assert not format_file(path, check=True), path
