"""The corpora that never were: the same from the same seed, of the shape of the real data, with faults that the checks find."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from synthetic import FAULTS, generate

from treatygraph.corpus import load_corpus
from treatygraph.layout import Layout
from treatygraph.references import pyshacl_findings
from treatygraph.turtle import canonical_turtle
from treatygraph.validation import shape_findings


@pytest.fixture(scope="module")
def faulty(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic") / "corpus"
    generate(folder, 60, dict.fromkeys(FAULTS, 2))
    return folder


def test_the_same_seed_gives_the_same_bytes(faulty, tmp_path):
    generate(tmp_path / "again", 60, dict.fromkeys(FAULTS, 2), jobs=2)
    generate(tmp_path / "other", 60, dict.fromkeys(FAULTS, 2), seed=2)
    files = [path.relative_to(faulty) for path in sorted(faulty.rglob("*")) if path.is_file()]
    assert [path for path in files if (faulty / path).read_bytes() != (tmp_path / "again" / path).read_bytes()] == []
    assert (faulty / "data/volume-0000/t1.ttl").read_bytes() != (tmp_path / "other/data/volume-0000/t1.ttl").read_bytes()


def test_size_and_form(tmp_path):
    generate(tmp_path / "c", 56)
    layout = Layout(tmp_path / "c")
    treaties = [path for path in layout.data_files if path.name.startswith("t")]
    assert len(treaties) == 56
    size = sum(1 for path in treaties for _ in load_corpus_file(path)) / 56
    assert 170 < size < 180
    assert all(canonical_turtle(path.read_bytes(), path.name) == path.read_bytes() for path in layout.data_files)
    assert shape_findings(load_corpus(layout)) == []


def load_corpus_file(path: Path):
    import pyoxigraph as ox

    return ox.parse(path=path, format=ox.RdfFormat.TURTLE)


def test_findings_equal_the_planted_faults(faulty, run):
    expected = json.loads((faulty / "expected.json").read_text())
    assert {found["fault"] for found in expected} == set(FAULTS)
    found = json.loads(run("check", "--format", "json", corpus=faulty).out)
    assert {(one["rule"], one["thing"]) for one in found} == {(one["rule"], one["thing"]) for one in expected}


def test_pyshacl_finds_the_same(faulty):
    expected = Counter((one["rule"], one["thing"]) for one in json.loads((faulty / "expected.json").read_text()) if one["rule"] not in ("quotation", "cax-adc"))
    assert Counter({(one.rule, one.thing): 1 for one in pyshacl_findings(load_corpus(Layout(faulty)))}) == expected
