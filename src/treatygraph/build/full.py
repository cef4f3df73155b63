"""A whole build: every file read, closed, checked and written to a new generation of the store."""

from __future__ import annotations

import io
import os
import shutil
import signal
import threading
from array import array
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures import wait as wait_for_all
from contextlib import ExitStack
from functools import partial
from hashlib import blake2b
from itertools import pairwise
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from treatygraph import __version__
from treatygraph.build.pieces import (
    STAGING,
    TOGETHER,
    Record,
    Say,
    asserts,
    clashes_of,
    in_graph,
    is_asserted,
    join,
    passages_findings,
    placed,
    record,
    write_generation,
)
from treatygraph.build.settings import Settings, settings_of
from treatygraph.build.stage import Batch, Staged, hash_of, literal_findings, read_file, stage
from treatygraph.built import FileState
from treatygraph.corpus import Corpus
from treatygraph.evidence import Evidence, TextVersion, digest_finding
from treatygraph.layout import Layout
from treatygraph.reasoning import TYPE
from treatygraph.shacl import compile as compile_shapes
from treatygraph.store import GraphStore
from treatygraph.validation import findings_of, load_shapes, query_findings

__all__ = ["build_whole"]

LARGE = 1_000_000  # triples; from here on memory is worth the half second that a process takes to begin
BATCH = 1000  # files; 170,000 triples of treaties
BYTES = 480  # that Oxigraph takes in memory for a triple with its share of the texts (measured, 100,000 to 10 million triples)
# Where Linux tells what a container may have, and what of it programs hold: control groups v2 and v1 (docs.kernel.org, admin-guide).
CONTAINERS = (("/sys/fs/cgroup", "memory.max", "anon"), ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "total_rss"))

_known: tuple[Settings, list[Path], Path] | None = None  # of a process that reads


def _start(layout: Layout, to: Path) -> None:
    global _known  # noqa: PLW0603 - what every task of this process needs, compiled once
    _attend()
    _known = settings_of(layout), [layout.texts], to


def _attend() -> None:
    """End when the process that builds is interrupted or killed."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # an interrupt is for all processes of a terminal, and the one that was called says so
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the end of the process that builds: killed, it cannot tell the others, and they would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _stage(batch: Batch) -> Staged:
    assert _known is not None
    return stage(*_known, batch)


class _Chain(io.RawIOBase):
    """Files one after the other as one stream."""

    def __init__(self, paths: Iterable[Path]) -> None:
        super().__init__()
        self._rest = iter(paths)
        self._file: io.BufferedReader | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while True:
            if self._file is None:
                path = next(self._rest, None)
                if path is None:
                    return b""
                self._file = path.open("rb")
            if data := self._file.read(size if size > 0 else 1 << 20):
                return data
            self._file.close()
            self._file = None


def _loading(name: str, here: Path, staging: Path, todo: list[Batch], pool: ProcessPoolExecutor | None) -> Future[None]:
    """Write a store in a process of a pool; or in one of its own, for what it has taken of memory it gives back only with its end."""
    own = pool or ProcessPoolExecutor(1, get_context("spawn"), initializer=_attend)
    future = own.submit(_load, here / name, [staging / f"{batch.name}.{name}.nq" for batch in todo])
    if pool is None:
        own.shutdown(wait=False)
    return future


def _load(store: Path, files: list[Path]) -> None:
    """Write a store from N-Quads."""
    disk = ox.Store(str(store))
    disk.bulk_load(input=_Chain(files), format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]
    disk.optimize()
    disk.flush()


def batches(states: dict[str, FileState], program: str) -> list[Batch]:
    """The Turtle files in batches, those of one folder together; a batch is named by all that its result depends on."""
    paths = sorted(filter(is_asserted, states))
    found: list[Batch] = []
    while paths:
        cut = BATCH
        while 0 < cut < len(paths) and paths[cut].rpartition("/")[0] == paths[cut - 1].rpartition("/")[0] and cut > BATCH // 2:
            cut -= 1
        here, paths = paths[: max(cut, 1)], paths[max(cut, 1) :]
        name = blake2b(repr([program, *((path, states[path]) for path in here)]).encode(), digest_size=12).hexdigest()
        found.append(Batch(name, tuple(here)))
    return found


def build_whole(layout: Layout, folder: Path, generation: str, states: dict[str, FileState], jobs: int, say: Say) -> dict[str, Any]:
    """Build a generation.

    Args:
        layout: the corpus.
        folder: of the store.
        generation: the name of the new folder in it.
        states: the files of the corpus.
        jobs: how many processes.
        say: is told how far it is.

    Returns:
        What to count.

    Raises:
        CorpusError: a file of the corpus is not what it should be.
        OSError: the disk is full, or not there.
    """
    here, staging = folder / generation, folder / STAGING
    here.mkdir(parents=True)
    staging.mkdir(exist_ok=True)
    settings = settings_of(layout)
    texts = sorted((path, states[path]) for path in states if path.startswith("data/texts/"))
    program = blake2b(repr([__version__, settings.rules.text(), texts]).encode(), digest_size=12).hexdigest()
    todo = batches(states, program)
    names = {batch.name for batch in todo}
    for left in staging.iterdir():
        if left.name.partition(".")[0] not in names:
            left.unlink()
    # Spawned, not forked: a fork would inherit the random numbers by which the parser names blank nodes, and two files would share theirs.
    with ExitStack() as stack:
        pool = stack.enter_context(ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_start, initargs=(layout, staging)))
        staged = dict(_read(pool, todo, say))
        known = [staged[batch] for batch in todo]
        size = sum(one.asserted for one in known)
        loading = [_loading(name, here, staging, todo, None if size > LARGE else pool) for name in ("asserted", "derived")[:jobs]]
        stack.callback(wait_for_all, loading)
        if size > LARGE:
            pool.shutdown()
            for one in loading:  # with the shapes they would want twice the memory, and take each other's time
                one.result()
        records = _shapes(layout, here, staging, todo, size, loading[0], jobs, say)
        for one in loading:
            one.result()
    if jobs == 1:
        _load(here / "derived", [staging / f"{batch.name}.derived.nq" for batch in todo])
    say("conclusions from several triples", 0, 1)
    counts = _finish(layout, settings, here, staging, todo, known, records)
    say("conclusions from several triples", 1, 1)
    files = {path: (size, when, digest) for one in known for path, size, when, digest in one.files}
    # Texts, shapes and saved queries as they were at the beginning, and the ontology as its rules were read: what is saved meanwhile is the next build's.
    files |= {path: (*states[path], read_file(layout.root, path)[1][3]) for path in states if path not in files}
    files |= {path: (*states[path], files[path][2]) for path in files if path.startswith("ontology/") and files[path][:2] != states[path]}
    asserted = ox.Store.read_only(str(here / "asserted"))
    findings = placed(layout, asserted, records)
    write_generation(layout, here, files, findings)
    shutil.rmtree(staging, ignore_errors=True)
    return counts


def _read(pool: ProcessPoolExecutor, todo: list[Batch], say: Say) -> Iterator[tuple[Batch, Staged]]:
    running: dict[Future[Staged], Batch] = {pool.submit(_stage, batch): batch for batch in todo}
    done, total = 0, sum(len(batch.paths) for batch in todo)
    try:
        for future in as_completed(running):
            batch = running[future]
            yield batch, future.result()
            done += len(batch.paths)
            say("files read", done, total)
    finally:
        for future in running:
            future.cancel()


def _shapes(layout: Layout, here: Path, staging: Path, todo: list[Batch], size: int, loaded: Future[None], jobs: int, say: Say) -> list[Record]:
    """What the shapes find in what is asserted: in memory where there is room for it, which is some four times as quick, else on the disk."""
    shapes = load_shapes(layout)
    compiled = compile_shapes(shapes)
    if size * BYTES < _free_memory() // 2:
        store = ox.Store()
        store.bulk_load(input=_Chain(staging / f"{batch.name}.asserted.nq" for batch in todo), format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]
    else:
        loaded.result()
        store = ox.Store.read_only(str(here / "asserted"))
    report = compiled.validate(store, threads=jobs, done=partial(say, "shapes"))
    return [record("shape", finding) for finding in findings_of(report, shapes)]


def _free_memory() -> int:
    """Bytes of memory that are free, as Linux tells it of the machine and of a container; elsewhere 4 GB are taken for granted."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return 4 << 30
    for folder, name, use in CONTAINERS:
        try:
            limit = Path(folder, name).read_text(encoding="ascii").strip()
            used = dict(line.split() for line in Path(folder, "memory.stat").read_text(encoding="ascii").splitlines())
        except OSError:
            continue
        if limit.isdecimal():
            free = min(free, int(limit) - int(used.get(use, 0)))
    return free


def _finish(layout: Layout, settings: Settings, here: Path, staging: Path, todo: list[Batch], known: list[Staged], records: list[Record]) -> dict[str, Any]:
    """What the batches could not know alone: what follows across them, what is asserted in one and follows in another, passages in pieces."""
    asserted, derived = ox.Store.read_only(str(here / "asserted")), ox.Store(str(here / "derived"))
    joined = (staging.joinpath(f"{batch.name}.joined.nt").read_bytes() for batch in todo)

    def whole() -> ox.Store:
        store = ox.Store()
        store.bulk_load(input=_Chain(staging / f"{batch.name}.asserted.nq" for batch in todo), format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]
        return store

    together, found, thorough = join(settings, joined, whole, any(one.schema for one in known))
    records += [record("together", finding) for finding in found]
    foreign = {name for one in known for name in one.foreign} | _doubles(staging, todo, asserted)
    for name in foreign:
        subject = ox.NamedNode(name[1:-1])
        for quad in list(derived.quads_for_pattern(subject, None, None, None)):
            if asserts(asserted, quad.triple):
                derived.remove(quad)
    new = in_graph((triple for triple in together if not asserts(asserted, triple)), TOGETHER)
    both = sum(asserts(derived, quad.triple) for quad in new)
    derived.extend(new)
    for one in known:
        records += [{"step": "contradiction", **finding} for finding in one.contradictory if not thorough]
    if not thorough:
        judged = [str(triple) for triple in together if settings.judges(str(triple.predicate), str(triple.object))]
        records += [record("contradiction", finding) for finding in literal_findings(settings, judged)]
        records += [
            record("contradiction", finding) for finding in clashes_of(settings, sorted(foreign | {str(quad.subject) for quad in new}), asserted, derived)
        ]
    passages, unverifiable = _quotations(layout, staging, todo, known, asserted, records)
    records += [record("query", finding) for finding in query_findings(Corpus(layout, GraphStore()))]
    derived.flush()
    return {
        "asserted": sum(one.asserted for one in known),
        "derived": len(derived) - both,
        "passages": passages,
        "unverifiable": unverifiable,
        "thorough": thorough,
        "schema": any(one.schema for one in known),
        "nameless": any(one.nameless for one in known),
        "files": sum(len(one.files) for one in known),
    }


def _quotations(layout: Layout, staging: Path, todo: list[Batch], known: list[Staged], asserted: ox.Store, records: list[Record]) -> tuple[int, dict[str, int]]:
    """The findings about quotations and texts, put to the others; how many passages there are, and which cannot be verified here."""
    if any(one.loose for one in known) or _in_several(staging, todo, "quoted"):  # nobody has them whole
        evidence = Evidence(Corpus(layout, GraphStore(asserted)))
        records += [record("quotation", finding) for finding in evidence.findings()]
        return len(evidence.passages), evidence.unverifiable()
    wrong, unverifiable, more = passages_findings(layout, asserted, [iri for one in known for iri in (*one.failing, *one.open)])
    records += [record("quotation", finding) for finding in wrong]
    for one in known:
        for iri, problem in one.problems:
            version = TextVersion(iri, "", "", "", "", ())
            version.problem = problem
            records.append(record("quotation", digest_finding(version)))
        for document, number in one.unverifiable.items():
            unverifiable[document] = unverifiable.get(document, 0) + number
    return sum(one.passages for one in known) + more, unverifiable


def _in_several(staging: Path, todo: list[Batch], name: str) -> set[int]:
    """The hashes that more than one batch has noted."""
    hashes = array("Q")
    for batch in todo:
        hashes.frombytes(staging.joinpath(f"{batch.name}.{name}").read_bytes())
    return {left for left, right in pairwise(sorted(hashes)) if left == right}


def _doubles(staging: Path, todo: list[Batch], asserted: ox.Store) -> set[str]:
    """Things that are said to be of a class in more than one batch."""
    twice = _in_several(staging, todo, "typed")
    if not twice:
        return set()
    subjects = (str(quad.subject) for quad in asserted.quads_for_pattern(None, ox.NamedNode(TYPE[1:-1]), None, None))
    return {subject for subject in subjects if hash_of(subject) in twice}
