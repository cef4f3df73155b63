"""The built store: equal to what is loaded, closed and checked in memory; whole or old at every moment."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT
from synthetic import FAULTS, generate

from treatygraph.build import build_store, change, footprint, full
from treatygraph.build.pieces import ALONE, TOGETHER
from treatygraph.built import Built, find_built
from treatygraph.corpus import load_corpus
from treatygraph.errors import CorpusError, TreatyGraphError, UsageError
from treatygraph.evidence import Evidence
from treatygraph.layout import Layout
from treatygraph.reasoning import close
from treatygraph.store import is_about_blank
from treatygraph.validation import check_corpus, contradiction_findings, shape_findings


def without_blank(lines: set[str]) -> set[str]:
    return {line for line in lines if "_:" not in line}


def contents(built: Built) -> tuple[set[str], int, set[str], set[tuple[str, ...]]]:
    """Asserted quads (those of blank nodes counted), derived triples, findings."""
    asserted = [str(quad) for quad in built.asserted().oxigraph]
    derived = {str(quad.triple) for quad in built.derived().oxigraph}
    findings = {comparable(found["rule"], found["thing"], found["message"], found["place"]) for found in built.findings()}
    return without_blank(set(asserted)), len(asserted), derived, findings


def in_memory(layout: Layout) -> tuple[set[str], int, set[str], set[tuple[str, ...]]]:
    """The same by the parts of the program that know nothing of a built store."""
    corpus = load_corpus(layout)
    asserted = [str(quad) for quad in corpus.store.oxigraph]
    found = [
        one for step, some in check_corpus(corpus, Evidence(corpus), shape_findings, contradiction_findings) for one in some if one.rule != "canonical-form"
    ]
    derived = {str(triple) for triple in close(corpus.store).derived if not is_about_blank(triple)}
    from treatygraph.findings import Places

    places = Places(layout)
    findings = {comparable(one.rule, one.thing, one.message, one.place or places.find(one.thing, one.hint)) for one in found}
    return without_blank(set(asserted)), len(asserted), derived, findings


def comparable(rule: str, thing: str, message: str, place: str) -> tuple[str, ...]:
    """A finding, without the labels that each reading of a file gives to what has no name."""
    named = ":" in thing
    return (rule if ":" in rule or "-" in rule else "", thing if named else "", message, place if named else "")


def difference(built: Built, layout: Layout) -> list[object]:
    """What a built store has more or less than the same in memory: nothing."""
    ours, theirs = contents(built), in_memory(layout)
    return [one for one in (*(ours[0] ^ theirs[0]), ours[1] - theirs[1], *(ours[2] ^ theirs[2]), *(ours[3] ^ theirs[3])) if one]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic") / "corpus"
    generate(folder, 60, dict.fromkeys(FAULTS, 1))
    return folder


@pytest.fixture
def corpus_copy(faulty, tmp_path) -> Layout:
    shutil.copytree(faulty, tmp_path / "corpus")
    return Layout(tmp_path / "corpus")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_built_store_equals_what_is_loaded_closed_and_checked_in_memory(corpus_copy, jobs):
    outcome = build_store(corpus_copy, jobs=jobs)
    assert outcome.whole
    assert difference(outcome.built, corpus_copy) == []
    assert outcome.built.is_fresh(corpus_copy)


def test_the_real_corpus_too(tmp_path):
    for name in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    layout = Layout(tmp_path)
    assert difference(build_store(layout).built, layout) == []


def test_findings_equal_the_planted_faults(faulty, corpus_copy):
    expected = {(one["rule"], one["thing"]) for one in json.loads((faulty / "expected.json").read_text())}
    assert {(one["rule"], one["thing"]) for one in build_store(corpus_copy).built.findings()} == expected


def test_no_triple_is_asserted_and_derived(corpus_copy):
    built = build_store(corpus_copy).built
    asserted = {str(quad.triple) for quad in built.asserted().oxigraph}
    graphs = {quad.graph_name for quad in built.derived().oxigraph}
    assert graphs == {ALONE, TOGETHER}
    assert not asserted & {str(quad.triple) for quad in built.derived().oxigraph}


def test_no_store_is_no_store(corpus_copy):
    assert find_built(corpus_copy) is None


def spoilt(text: str, dice: random.Random) -> str:
    """A file with one thing changed, as a curator might: a line away, a value of another line, a statement twice under another name."""
    lines = text.splitlines(keepends=True)
    body = [i for i, line in enumerate(lines) if line.startswith("    ") and line.rstrip().endswith(";") and " [" not in line]
    i, j = dice.choice(body), dice.choice(body)
    match dice.randrange(4):
        case 0:
            del lines[i]
        case 1 if lines[i].startswith("    tg:") and lines[j].startswith("    tg:"):
            lines[i] = f"    {lines[i].split()[0]} {lines[j].split(maxsplit=1)[1]}"
        case 2:
            lines[i] = re.sub(r"\d+", lambda match: str(int(match[0]) % 50), lines[i], count=1)
        case _:
            blocks = text.split("\n\n")
            again = blocks[dice.randrange(1, len(blocks))]
            return text + "\n" + re.sub(r"^(\w+:[\w-]+)", r"\1-again", again) + "\n"
    return "".join(lines)


def is_turtle(text: str) -> bool:
    import pyoxigraph as ox

    try:
        return bool(list(ox.parse(text, format=ox.RdfFormat.TURTLE)))
    except SyntaxError:
        return False


@pytest.mark.parametrize("seed", range(6))
def test_after_random_changes_a_store_equals_one_built_whole(corpus_copy, seed):
    dice = random.Random(seed)
    build_store(corpus_copy)
    for _ in range(4):
        for _ in range(dice.choice([1, 1, 3])):
            path = dice.choice(corpus_copy.data_files)
            new = spoilt(path.read_text(), dice)
            if is_turtle(new):
                path.write_text(new)
        if dice.random() < 0.3:
            dice.choice(corpus_copy.data_files).unlink()
        if dice.random() < 0.3:
            text = dice.choice(sorted(corpus_copy.texts.glob("*.txt")))
            text.write_text(text.read_text().replace("each", "Each", 1)) if dice.random() < 0.5 else text.unlink()
        if dice.random() < 0.3:
            path = dice.choice(corpus_copy.data_files)
            path.with_name(f"copy-{dice.random()}.ttl").write_text(path.read_text())
        outcome = build_store(corpus_copy)
        assert not outcome.whole or not outcome.redone
        assert difference(outcome.built, corpus_copy) == []
        assert outcome.built.manifest["counts"] == build_store(corpus_copy, corpus_copy.root / "other", whole=True).built.manifest["counts"]


TOGETHER_CASES = {
    "a chain over two files": ("agreement:t1 tg:entersIntoForceWith agreement:t2 . agreement:t2 tg:entersIntoForceBy event:t2-entry .", False),
    "a transitive property": ("island:i1 tg:isPartOf island:i2 . island:i2 tg:isPartOf island:i3 .", False),
    "a symmetric property": ("reading:t1 tg:contradicts reading:t2 .", False),
    "the same as": ("state:s1 <http://www.w3.org/2002/07/owl#sameAs> state:s2 .", True),
    "something of the schema": ("tg:Island <http://www.w3.org/2000/01/rdf-schema#subClassOf> tg:Region .", True),
}


@pytest.mark.parametrize("case", TOGETHER_CASES)
def test_what_follows_from_several_triples(corpus_copy, case):
    """Made in one step and taken away in another, with what is whole there and what is not."""
    said, whole = TOGETHER_CASES[case]
    build_store(corpus_copy)
    extra = corpus_copy.root / "data" / "extra.ttl"
    head = "".join(f"@prefix {name}: <https://w3id.org/treatygraph/id/{name}/> .\n" for name in ("agreement", "event", "island", "reading", "state"))
    extra.write_text(f"{head}@prefix tg: <https://w3id.org/treatygraph/ontology/> .\n{said}\n")
    outcome = build_store(corpus_copy)
    assert outcome.whole is whole
    assert difference(outcome.built, corpus_copy) == []
    _, _, rest = said.partition(" . ")
    extra.write_text(f"{head}@prefix tg: <https://w3id.org/treatygraph/ontology/> .\n{rest}\n")
    assert difference(build_store(corpus_copy).built, corpus_copy) == []
    extra.unlink()
    assert difference(build_store(corpus_copy).built, corpus_copy) == []


BUILD = [sys.executable, "-c", "from treatygraph.cli import main; main()"]


def start(layout: Layout, *more: str, **options) -> subprocess.Popen:
    command = [*BUILD, "--corpus", str(layout.root), "build", "--whole", *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True, text=True, **options)


def test_killed_at_any_moment_the_old_store_answers(corpus_copy):
    before = contents(build_store(corpus_copy).built)
    corpus_copy.data_files[3].unlink()
    after = in_memory(corpus_copy)
    assert before != after
    begun = time.monotonic()
    start(corpus_copy, "--store", str(corpus_copy.root / "other")).communicate()
    length = time.monotonic() - begun
    for part in range(8):
        process = start(corpus_copy)
        time.sleep(length * (part + 0.5) / 8)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        built = find_built(corpus_copy)
        assert built is not None
        assert contents(built) in (before, after)
    assert difference(build_store(corpus_copy, whole=True).built, corpus_copy) == []
    assert len(list((corpus_copy.root / ".store").glob("generation-*"))) <= 2


def test_of_a_build_that_is_killed_no_process_and_no_generation_stays(corpus_copy):
    built = build_store(corpus_copy).built
    process = start(corpus_copy)
    group = []
    while len(group) < 3 and process.poll() is None:  # itself, and two that read
        group = [path for path in Path("/proc").glob("[0-9]*/stat") if _group_of(path) == process.pid]
        time.sleep(0.01)
    process.kill()  # alone
    with process:  # not read to its end, which would wait for the others
        pass
    for _ in range(200):
        if not any(_group_of(path) == process.pid for path in group):
            break
        time.sleep(0.05)
    assert not [path for path in group if _group_of(path) == process.pid]
    assert len(list((corpus_copy.root / ".store").glob("generation-*"))) == 2
    assert build_store(corpus_copy).built.path == built.path
    assert len(list((corpus_copy.root / ".store").glob("generation-*"))) == 1


def _group_of(stat: Path) -> int:
    """The process group of a process that still runs, by its file in /proc; else 0."""
    try:
        state, _, group = stat.read_text().rpartition(")")[2].split()[:3]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if state == "Z" else int(group)


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_on_a_full_disk_the_old_store_answers(corpus_copy, share):
    """A limit on the size of a file stands for a disk without room: the same error at the same places."""
    import resource

    old = build_store(corpus_copy).built
    before = contents(old)
    corpus_copy.data_files[3].unlink()
    size = max(path.stat().st_size for path in old.path.rglob("*.sst"))

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size * share), int(size * share)))

    process = start(corpus_copy, preexec_fn=little_room)
    _, message = process.communicate()
    assert process.returncode == 1
    assert "Traceback" not in message
    assert "Error: The store cannot be written" in message
    assert "unchanged" in message
    built = find_built(corpus_copy)
    assert built is not None
    assert built.path == old.path
    assert contents(built) == before
    assert build_store(corpus_copy).redone


def test_a_build_that_was_stopped_goes_on(corpus_copy, monkeypatch):
    """What was read is not read again."""
    from treatygraph.build import full, stage

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(full, "_shapes", stopped)
    with pytest.raises(KeyboardInterrupt):
        build_store(corpus_copy)
    monkeypatch.undo()
    records = list((corpus_copy.root / ".store" / ".staging").glob("*.json"))
    assert records
    assert find_built(corpus_copy) is None
    when = {record: record.stat().st_mtime_ns for record in records}
    seen = []
    monkeypatch.setattr(full, "_finish", lambda *given, finish=full._finish: (seen.append({one: one.stat().st_mtime_ns for one in records}), finish(*given))[1])
    assert difference(build_store(corpus_copy).built, corpus_copy) == []
    assert seen == [when]
    assert stage.Staged


def test_commands_answer_alike_from_a_built_store_and_say_when_it_is_older(corpus_copy, run, monkeypatch):
    calls = [
        ("query", "islands-claimed", "--date", "1970-01-01", "--cite"),
        ("query", "agreements-in-force", "--date", "1970-01-01", "--format", "csv"),
        ("describe", "island:i3"),
        ("check", "--format", "json"),
        ("coverage", "--no-gaps"),
    ]
    root = corpus_copy.root

    def answers() -> list[object]:
        outs = [run(*call, corpus=root) for call in calls]
        return [(out.code, sorted(json.loads(out.out), key=str) if call[0] == "check" else out.out) for call, out in zip(calls, outs, strict=True)]

    before = answers()
    built = run("build", corpus=root)
    assert built.code == 1
    assert "errors" in built.out
    assert answers() == before
    assert run("build", corpus=root).out.splitlines()[0].startswith(f"{root / '.store'}: nothing had changed")
    assert "as found by treatygraph build" in run("check", corpus=root).err
    path = corpus_copy.data_files[5]
    path.write_text(path.read_text().replace("@en", "@en-gb", 1))
    assert "as found" not in run("check", corpus=root).err
    monkeypatch.setattr("treatygraph.built.MANY", 0)
    from click.testing import CliRunner

    from treatygraph.cli import cli

    answer = CliRunner().invoke(cli, ["--corpus", str(root), "query", "islands-claimed"])
    assert f"before data/{path.relative_to(root / 'data')} changed" in answer.stderr


def test_a_mistake_in_a_file_leaves_the_old_store_and_names_the_line(corpus_copy, run):
    old = build_store(corpus_copy).built
    corpus_copy.data_files[5].write_text("@prefix a: <b:> .\na:b a:c\n.")
    done = run("build", corpus=corpus_copy.root)
    assert done.code == 1
    assert f"{corpus_copy.data_files[5].relative_to(corpus_copy.root)}:3:" in done.err
    found = find_built(corpus_copy)
    assert found is not None
    assert found.path == old.path


def test_the_corpus_may_be_the_working_directory(corpus_copy, monkeypatch):
    monkeypatch.chdir(corpus_copy.root)
    here = Layout(Path())
    built = build_store(here).built
    assert all((corpus_copy.root / path).is_file() for path in built.files())
    assert any(path.startswith("data/texts/") for path in built.files())
    assert built.is_fresh(corpus_copy)
    assert difference(built, corpus_copy) == []


def test_a_build_touches_nothing_else_in_its_folder(corpus_copy, tmp_path):
    folder = tmp_path / "shared"
    (folder / "site").mkdir(parents=True)
    with pytest.raises(UsageError, match="is not the folder of a store"):
        build_store(corpus_copy, folder)
    (folder / "site").rmdir()
    build_store(corpus_copy, folder)
    kept = [folder / "site", folder / "staging"]
    for path in kept:
        path.mkdir()
        (path / "mine.txt").write_text("mine")
    (folder / "notes.new").write_text("mine")
    build_store(corpus_copy, folder, whole=True)
    assert all((path / "mine.txt").is_file() for path in kept)
    assert (folder / "notes.new").is_file()


def test_blank_nodes_of_two_files_stay_two(corpus_copy):
    for name in "ab":
        (corpus_copy.root / "data" / f"{name}.ttl").write_text(f'<urn:{name}> <urn:p> _:x . _:x <urn:q> "{name}" .')
    build_store(corpus_copy)
    built = find_built(corpus_copy)
    assert built is not None
    assert [row[0] for row in built.asserted().select("SELECT ?v { <urn:a> <urn:p>/<urn:q> ?v }").texts()] == ["a"]


def test_a_finding_may_hold_any_character(corpus_copy):
    found = build_store(corpus_copy).built
    path = found.path / "findings.jsonl"
    path.write_text(json.dumps({"text": "a\u2028b"}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found.findings() == [{"text": "a\u2028b"}]


def test_what_is_saved_while_a_build_runs_is_seen_by_the_next(corpus_copy, monkeypatch):
    build_store(corpus_copy)
    path = corpus_copy.data_files[5]
    path.write_text(path.read_text().replace("@en", "@en-gb", 1))
    text = corpus_copy.texts / "late.txt"

    def saved_meanwhile(*arguments: object) -> None:
        path.write_text(path.read_text().replace("@en-gb", "@en-us", 1))
        text.write_text("late")

    original = change.write_generation
    monkeypatch.setattr(change, "write_generation", lambda *given: (saved_meanwhile(), original(*given)))
    build_store(corpus_copy)
    monkeypatch.undo()
    outcome = build_store(corpus_copy)
    assert path.relative_to(corpus_copy.root).as_posix() in outcome.redone
    assert difference(outcome.built, corpus_copy) == []


def test_two_builds_do_not_meet(corpus_copy):
    def meanwhile(step: str, done: int, total: int) -> None:
        with pytest.raises(TreatyGraphError, match="Another build is at work"):
            build_store(corpus_copy)

    build_store(corpus_copy, say=meanwhile)


def test_a_change_that_reaches_very_much_finds_what_a_whole_build_finds(corpus_copy, monkeypatch):
    monkeypatch.setattr(footprint, "MOST", 4)
    head = "@prefix tg: <https://w3id.org/treatygraph/ontology/> .\n"
    hub = corpus_copy.root / "data" / "hub.ttl"
    hub.write_text(head + "<urn:hub> a tg:State .\n")
    lines = "".join(f"<urn:p{number}> a tg:SovereigntyClaim ; tg:isHeldBy <urn:hub> .\n" for number in range(6))
    (corpus_copy.root / "data" / "held.ttl").write_text(head + lines)
    build_store(corpus_copy)
    hub.write_text(head + "<urn:hub> a tg:Island .\n")
    assert difference(build_store(corpus_copy).built, corpus_copy) == []


def test_a_lock_of_an_editor_and_a_folder_among_the_texts_disturb_nobody(corpus_copy):
    (corpus_copy.root / "data" / ".#open.ttl").symlink_to("me@host.123:456")
    (corpus_copy.texts / "old").mkdir(parents=True)
    assert difference(build_store(corpus_copy).built, corpus_copy) == []


IMPLICIT = "<urn:Thing> a <http://www.w3.org/2000/01/rdf-schema#Class> , sh:NodeShape ; sh:property [ sh:path <urn:ok> ; sh:minCount 1 ] ."
COMPONENT = """<urn:Component> a sh:ConstraintComponent ; sh:parameter [ sh:path <urn:through> ] ;
  sh:nodeValidator [ a sh:SPARQLSelectValidator ; sh:select "SELECT $this WHERE { $this <urn:to> ?b FILTER NOT EXISTS { ?b <urn:ok> ?any } }" ] .
<urn:Shape> sh:targetClass <urn:Thing> ; <urn:through> <urn:x> ."""


@pytest.mark.parametrize("shape", [IMPLICIT, COMPONENT], ids=["a class", "a component"])
def test_shapes_that_cannot_be_followed_are_put_to_everything(corpus_copy, shape):
    prefix = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    (corpus_copy.root / "ontology" / "shapes" / "own.ttl").write_text(prefix + shape)
    data = corpus_copy.root / "data" / "own.ttl"
    data.write_text("<urn:a> a <urn:Thing> ; <urn:to> <urn:b> ; <urn:ok> 1 . <urn:b> <urn:ok> 1 .")
    build_store(corpus_copy)
    data.write_text("<urn:a> a <urn:Thing> ; <urn:to> <urn:b> .")
    outcome = build_store(corpus_copy)
    assert any(found["thing"] == "urn:a" for found in outcome.built.findings())
    assert "everything was built anew" in " ".join(outcome.notes)
    assert difference(outcome.built, corpus_copy) == []


def test_what_has_no_name_is_found_and_goes_when_it_is_mended(corpus_copy):
    data = corpus_copy.root / "data" / "own.ttl"
    oa = "@prefix oa: <http://www.w3.org/ns/oa#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    for said in ('<urn:a> oa:hasTarget [ oa:start "x"^^xsd:integer ; oa:hasSource <urn:page> ] .', "<urn:a> oa:hasTarget [ oa:start 5 ] ."):
        data.write_text(oa + said)
        assert difference(build_store(corpus_copy).built, corpus_copy) == []


RANGES = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:size> a owl:DatatypeProperty ; rdfs:range xsd:integer . <urn:depth> rdfs:subPropertyOf <urn:size> . <urn:also> owl:equivalentProperty <urn:depth> .
<urn:C> rdfs:subClassOf [ a owl:Restriction ; owl:onProperty <urn:q> ; owl:allValuesFrom xsd:date ] ."""
SIZES = """<urn:a> <urn:size> "five" . <urn:b> <urn:size> "fünf"@de . <urn:c> <urn:depth> "deep" . <urn:e> <urn:size> 5.5 . <urn:f> <urn:size> 5 .
<urn:d> <urn:also> "x"^^<http://www.w3.org/2001/XMLSchema#date> . <urn:g> <urn:depth> "q"^^<http://www.w3.org/2001/XMLSchema#integer> .
<urn:h> a <urn:C> ; <urn:q> "no" . [] <urn:depth> "blank _:b" ."""


def test_what_follows_in_one_batch_and_is_asserted_in_another_is_asserted(corpus_copy, monkeypatch):
    monkeypatch.setattr(full, "BATCH", 1)
    (corpus_copy.root / "ontology" / "own.ttl").write_text("<urn:depth> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <urn:size> .")
    (corpus_copy.root / "data" / "one.ttl").write_text("<urn:s> <urn:depth> 5 .")
    (corpus_copy.root / "data" / "two.ttl").write_text("<urn:s> a <urn:T> ; <urn:size> 5 .")
    assert difference(build_store(corpus_copy).built, corpus_copy) == []


def test_a_value_outside_the_range_is_found_in_whatever_form(corpus_copy):
    (corpus_copy.root / "ontology" / "own.ttl").write_text(RANGES)
    data = corpus_copy.root / "data" / "own.ttl"
    data.write_text("<urn:a> <urn:size> 5 .")
    build_store(corpus_copy)
    data.write_text(SIZES, encoding="utf-8")
    outcome = build_store(corpus_copy)
    found = {one["thing"] for one in outcome.built.findings() if one["rule"] == "dt-not-type"}
    assert {f"urn:{name}" for name in "abcdegh"} <= found
    assert not outcome.whole
    assert difference(outcome.built, corpus_copy) == []
    assert difference(build_store(corpus_copy, whole=True).built, corpus_copy) == []
    data.write_text("<urn:a> <urn:size> 5 .")
    assert difference(build_store(corpus_copy).built, corpus_copy) == []


def test_an_offset_that_is_no_number_is_told(corpus_copy, run):
    for path in corpus_copy.data_files[::3]:
        path.write_text(re.sub(r"oa:start (\d+)", r'oa:start "\1"', path.read_text()))
    for call in (("check",), ("coverage",), ("search", "treaty"), ("build",), ("check",)):
        there = run(*call, corpus=corpus_copy.root)
        assert there.code in (0, 1)
        assert ("oa:start" in there.out) == (call == ("check",))
    assert difference(find_built(corpus_copy), corpus_copy) == []


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("what", ["findings.jsonl", "files.tsv", "asserted", "derived", "manifest", "manifest.json", "index"])
def test_a_damaged_store_is_told_and_built_anew(corpus_copy, run, what, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    built = build_store(corpus_copy).built
    run("search", "treaty", corpus=corpus_copy.root)
    manifest = built.path.parent / "manifest.json"
    if what in ("asserted", "derived"):
        for path in (built.path / what).glob("*.sst"):
            _cut(path)
    elif what == "manifest":
        manifest.write_text(json.dumps({name: value for name, value in built.manifest.items() if name != "generation"}))
    elif what == "index":
        (index,) = (tmp_path / "cache").rglob("*.built.sqlite")
        _cut(index)
    else:
        _cut(manifest if what == "manifest.json" else built.path / what)
    (corpus_copy.root / "data" / "new.ttl").write_text("<urn:a> a <urn:A> .")
    os.utime(manifest)
    for call in (("check",), ("query", "islands-claimed"), ("infer",), ("explain", "island:i1"), ("search", "treaty"), ("export", "ntriples"), ("build",)):
        assert run(*call, corpus=corpus_copy.root).code in (0, 1)  # run looks for tracebacks
    assert run("build", "--whole", corpus=corpus_copy.root).code == 1  # the planted faults
    assert difference(find_built(corpus_copy), corpus_copy) == []


def test_a_file_that_cannot_be_read_is_named(corpus_copy, monkeypatch):
    (corpus_copy.root / "data" / "own.ttl").mkdir()
    (corpus_copy.root / "data" / "own.ttl" / "x.ttl").write_text("")
    before = build_store(corpus_copy).built
    path = corpus_copy.data_files[0]
    path.write_text(path.read_text() + "\n")
    monkeypatch.setattr(change, "read_file", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied", str(path))))
    with pytest.raises(PermissionError, match=path.name):
        build_store(corpus_copy)
    assert find_built(corpus_copy).path == before.path


TARGETS = "<urn:s:Target> a sh:NodeShape ; sh:targetNode <urn:a> , <urn:b> ; sh:property [ sh:path <urn:ok> ; sh:minCount 1 ; sh:message 'none' ] ."
TWINS = """<urn:s/1/Same> a sh:NodeShape ; sh:targetClass <urn:Thing> ; sh:message "one" ; sh:property [ sh:path <urn:ok> ; sh:minCount 1 ] .
<urn:s/2/Same> a sh:NodeShape ; sh:targetClass <urn:Thing> ; sh:message "two" ; sh:property [ sh:path <urn:to> ; sh:minCount 1 ] ."""


@pytest.mark.parametrize("shape", [TARGETS, TWINS], ids=["target nodes", "names that end alike"])
def test_shapes_of_other_kinds_follow_a_change(corpus_copy, shape):
    (corpus_copy.root / "ontology" / "shapes" / "own.ttl").write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\n" + shape)
    data = corpus_copy.root / "data" / "own.ttl"
    for said in ("<urn:ok> 1 ; <urn:to> 1", "<urn:ok> 1", "<urn:to> 1", "<urn:other> 1", "<urn:ok> 2"):
        data.write_text(f"<urn:a> a <urn:Thing> ; {said} .")
        assert difference(build_store(corpus_copy).built, corpus_copy) == []


def test_many_blank_nodes_that_point_at_one_another_are_quick(corpus_copy):
    nodes = range(9)
    data = corpus_copy.root / "data" / "own.ttl"
    for number in (1, 2):
        data.write_text("".join(f"_:b{one} <urn:to> _:b{other} . " for one in nodes for other in nodes) + f"_:b0 <urn:is> {number} .")
        begun = time.monotonic()
        assert difference(build_store(corpus_copy).built, corpus_copy) == []
        assert time.monotonic() - begun < 60  # it took hours


CASES = {
    "a literal like a blank node": ('<urn:a> <urn:depth> "with _:b in it" .', '<urn:a> <urn:depth> "and _:c" .'),
    "numbers as they are not kept": ("<urn:a> <urn:depth> 05 , 1.50 ; <urn:size> 5 .", "<urn:a> <urn:depth> 06 , 0.10 ; <urn:size> 6 ."),
    "a statement about a statement": ("<urn:a> <urn:depth> 1 {| <urn:by> <urn:c> |} .", "<urn:a> <urn:depth> 2 {| <urn:by> <urn:c> |} ."),
    "a way through what has no name": ("<urn:a> <urn:near> [ <urn:near> <urn:c> ] .", "<urn:a> <urn:near> [ <urn:within> <urn:d> ] ."),
    "the schema said in words of one's own": ("<urn:A> <urn:under> <urn:C> . <urn:x> a <urn:A> .", "<urn:A> <urn:by> <urn:C> . <urn:x> a <urn:A> ."),
    "the schema only at last": ("<urn:A> <urn:by> <urn:C> . <urn:x> a <urn:A> .", "<urn:A> <urn:under> <urn:C> . <urn:x> a <urn:A> ."),
    "a literal that follows from two things": ("<urn:x> a <urn:One> , <urn:Two> .", "<urn:x> a <urn:One> ."),
    "a name of a text with a dot": ("<urn:t> tg:fileName './own.txt' ; tg:isVersionOf <urn:d> ; tg:sha256 'x' .", "<urn:a> <urn:b> 1 ."),
    "a name that leads out": ("<urn:t> tg:fileName '../../queries/scope.rq' ; tg:isVersionOf <urn:d> ; tg:sha256 'x' .", "<urn:a> <urn:b> 1 ."),
    "a very long name": (f"<urn:t> tg:fileName '{'x' * 300}' ; tg:isVersionOf <urn:d> ; tg:sha256 'x' .", "<urn:a> <urn:b> 1 ."),
    "very many digits": (f"<urn:p> oa:hasSource <urn:t> ; oa:hasSelector [ oa:start {'7' * 5000} ; oa:end 1 ] .", "<urn:a> <urn:b> 1 ."),
}
OWN = """<urn:under> rdfs:subPropertyOf rdfs:subClassOf . <urn:near> rdfs:subPropertyOf <urn:within> . <urn:within> a owl:TransitiveProperty .
<urn:Both> owl:equivalentClass [ owl:intersectionOf ( <urn:One> <urn:Two> ) ] . <urn:Both> rdfs:subClassOf [ a owl:Restriction ; owl:onProperty <urn:size> ;
  owl:hasValue "large" ] ."""


@pytest.mark.parametrize("said", CASES.values(), ids=CASES)
def test_what_is_rarely_said_is_followed_too(corpus_copy, said):
    (corpus_copy.root / "ontology" / "own.ttl").write_text(RANGES + OWN)
    data, text = corpus_copy.root / "data" / "own.ttl", corpus_copy.texts / "own.txt"
    text.write_text("words")
    prefixes = "@prefix tg: <https://w3id.org/treatygraph/ontology/> . @prefix oa: <http://www.w3.org/ns/oa#> .\n"
    for words in (*said, said[0]):
        data.write_text(prefixes + words)
        built = build_store(corpus_copy).built
        assert difference(built, corpus_copy) == []
        assert built.manifest["counts"]["asserted"] == len(load_corpus(corpus_copy).store.oxigraph)
    text.write_text("other words")
    assert difference(build_store(corpus_copy).built, corpus_copy) == []


PASSAGE = """<urn:p> oa:hasSource <urn:t> ; oa:hasSelector [ oa:exact "islands" ; oa:prefix "" ; oa:suffix "" ] , [ oa:start 0 ; oa:end 7 ] ."""
TEXT = "<urn:t> tg:fileName 'own.txt' ; tg:isVersionOf <urn:d> ; tg:sha256 'x' ."
PARTS = {
    "in two batches": ({"a": PASSAGE + TEXT, "z": PASSAGE.replace("islands", "Islands")}),
    "without a name": ({"a": PASSAGE.replace("<urn:p>", "<urn:user> tg:isEvidencedBy _:p . _:p"), "z": TEXT}),
    "without a text": ({"a": PASSAGE.replace("<urn:p>", "_:p"), "z": "<urn:a> <urn:b> 1 ."}),
    "of a text that is not here": ({"a": PASSAGE.replace("<urn:p>", "_:p") + TEXT.replace("own.txt", "none.txt"), "z": "<urn:a> <urn:b> 1 ."}),
}


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_a_passage_is_checked_however_it_lies(corpus_copy, monkeypatch, parts):
    monkeypatch.setattr(full, "BATCH", 1)
    (corpus_copy.texts / "own.txt").write_text("islands")
    prefixes = "@prefix tg: <https://w3id.org/treatygraph/ontology/> . @prefix oa: <http://www.w3.org/ns/oa#> .\n"
    for name, said in parts.items():
        (corpus_copy.root / "data" / f"{name}.ttl").write_text(prefixes + said)
    for step in range(2):
        built = build_store(corpus_copy).built
        assert difference(built, corpus_copy) == []
        evidence = Evidence(load_corpus(corpus_copy))
        assert built.manifest["counts"]["passages"] == len(evidence.passages)
        assert built.manifest["counts"]["unverifiable"] == evidence.unverifiable()
        (corpus_copy.root / "data" / "new.ttl").write_text(f"<urn:a> <urn:b> {step} .")


def test_a_saved_query_whose_name_is_no_text_is_found_wrong(corpus_copy):
    (corpus_copy.root / "queries" / os.fsdecode(b"b\xff.rq")).write_text("nonsense {")
    assert difference(build_store(corpus_copy).built, corpus_copy) == []


NAMES = ["a b", "a%20b", "[1]", "île", "北方", "a#b?c", "<x>", "line\nbreak", "tab\tbed", "semi;colon", "𠀀", "\u2028"]


def test_a_file_may_have_any_name_and_lie_where_it_is_no_data(corpus_copy):
    data = corpus_copy.root / "data"
    for number, name in enumerate(NAMES):
        (data / f"{name}.ttl").write_text(f"<urn:n{number}> a <urn:A> .")
        corpus_copy.texts.mkdir(exist_ok=True)
        (corpus_copy.texts / f"{name}.txt").write_text("words")
    aside = [data / ".git", corpus_copy.root / "ontology" / "old", corpus_copy.root / "queries" / "old", corpus_copy.texts / "old"]
    for folder in aside:
        folder.mkdir()
        (folder / "x.ttl").write_text("this is no Turtle")
    (corpus_copy.texts / "y.ttl").write_text("nor this")
    (data / "linked").symlink_to(corpus_copy.root / "queries")
    built = build_store(corpus_copy).built
    assert difference(built, corpus_copy) == []
    assert built.is_fresh(corpus_copy)
    assert len({str(quad.graph_name) for quad in built.asserted().oxigraph if "urn:n" in str(quad.subject)}) == len(NAMES)
    for name in NAMES[::2]:
        (data / f"{name}.ttl").write_text('<urn:a> <urn:size> "x"^^<http://www.w3.org/2001/XMLSchema#integer> .')
    outcome = build_store(corpus_copy)
    assert len(outcome.redone) == len(NAMES[::2])
    assert difference(outcome.built, corpus_copy) == []
    (corpus_copy.texts / "old" / "x.ttl").write_text("other words")
    assert not outcome.built.is_fresh(corpus_copy)


def test_a_name_that_is_no_text_is_told(corpus_copy):
    (corpus_copy.root / "data" / os.fsdecode(b"b\xff.ttl")).write_text("<urn:a> a <urn:A> .")
    for read in (build_store, load_corpus):
        with pytest.raises(CorpusError, match=r"b\\xff.ttl: the name of the file is not UTF-8"):
            read(corpus_copy)


def test_a_store_answers_for_its_own_corpus_alone(corpus_copy, tmp_path, monkeypatch):
    store = tmp_path / "elsewhere"
    monkeypatch.setenv("TREATYGRAPH_STORE", str(store))
    build_store(corpus_copy)
    shutil.copytree(corpus_copy.root, tmp_path / "other")
    other = Layout(tmp_path / "other")
    assert find_built(corpus_copy)
    assert find_built(other) is None
    with pytest.raises(UsageError, match="the store of another corpus"):
        build_store(other)
    monkeypatch.delenv("TREATYGRAPH_STORE")
    build_store(other)
    assert find_built(Layout((tmp_path / "other").rename(tmp_path / "moved")))
