"""The built store of a corpus: loaded, closed, checked and written to the disk once, for corpora of tens of thousands of treaties.

Two stores lie side by side: ``asserted``, with a named graph a file, which questions and shapes are put to, and ``derived``,
with what follows from it by OWL 2 RL. Nearly all of that follows from one triple each (`Linear`) and is concluded file by
file, in several processes; the rest from the few triples that rules of two premises read, in memory.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from treatygraph.build.change import build_change
from treatygraph.build.full import build_whole
from treatygraph.build.pieces import OURS, STAGING, Say, swap, tidy
from treatygraph.built import Built, built_in, find_built, scan, stamp_of, store_folder
from treatygraph.errors import TreatyGraphError, UsageError
from treatygraph.layout import Layout

__all__ = ["Outcome", "Say", "build_store"]

FEW = 0.05  # of the files: where more have changed, a whole build is quicker


@dataclass
class Outcome:
    """What a build did.

    Attributes:
        built: the store.
        redone: the files that were read; all of them in a whole build, none where nothing had changed.
        whole: whether it was a whole build.
        notes: what was done in full although little had changed, and why.
    """

    built: Built
    redone: list[str]
    whole: bool
    notes: list[str] = field(default_factory=list)


def build_store(layout: Layout, folder: Path | None = None, jobs: int = 1, say: Say = lambda step, done, total: None, whole: bool = False) -> Outcome:
    """Build the store of a corpus, or bring it up to date with the files that changed.

    A reader sees the old store until the new one is whole. A build that was stopped goes on where it was.

    Args:
        layout: the corpus.
        folder: where to build; see `store_folder`.
        jobs: how many processes.
        say: is told how far it is.
        whole: build all anew.

    Raises:
        UsageError: the folder holds something else, or the store of another corpus.
        CorpusError: a file of the corpus is not what it should be; the old store stays.
        OSError: a file of the corpus cannot be read; the old store stays.
        TreatyGraphError: the disk is full or cannot be written to; the old store stays.
    """
    folder = folder or store_folder(layout)
    others = (
        [path.name for path in folder.iterdir() if not (OURS.fullmatch(path.name) or path.name == "lock" or "manifest.json" in path.name)]
        if folder.is_dir()
        else []
    )
    if others and not (folder / "manifest.json").is_file():
        raise UsageError(f"{folder} is not the folder of a store: '{min(others)}' is in it.", "Give a new folder with --store DIR.")
    if (there := built_in(folder)) is not None and not there.is_of(layout):
        raise UsageError(f"{folder} holds the store of another corpus: {there.manifest['corpus']}.", "Give another folder with --store DIR.")
    with _alone(folder):
        return _build(layout, folder, jobs, say, whole)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep every other build out of a folder; the system lets go when the process is gone, however it ends.

    Raises:
        TreatyGraphError: another build is at work there, or it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = (folder / "lock").open("w")
    except OSError as error:
        raise TreatyGraphError(f"The store cannot be written to {folder}: {error}.", "Make room or give another folder with --store DIR.") from None
    with held as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TreatyGraphError(f"Another build is at work in {folder}.", "Wait until it is done.") from None
        yield


def _build(layout: Layout, folder: Path, jobs: int, say: Say, whole: bool) -> Outcome:
    stamp, states = stamp_of(layout), scan(layout)
    old = find_built(layout, folder)
    manifest = folder / "manifest.json"
    tidy(folder, {STAGING, old.path.name if old else ""}, manifest.stat().st_mtime if manifest.is_file() else 0)  # what killed builds have left
    generation = f"generation-{uuid4().hex[:12]}"
    notes: list[str] = []
    known: dict[str, Any] | None = None
    try:
        changed = old.changed(layout) if old and not whole else []
        if old and not whole and not changed:
            if old.manifest["stamp"] != stamp:
                swap(layout, folder, old.path.name, stamp, old.manifest["counts"])
            return Outcome(old, [], False)
        if old and not whole and len(changed) <= max(8, FEW * len(states)) and _only_data(changed):
            known = build_change(layout, old, folder / generation, states, changed, jobs, say, notes)
            if known is None:
                shutil.rmtree(folder / generation, ignore_errors=True)
        if known is not None:
            counts, redone = known, changed
        else:
            counts = build_whole(layout, folder, generation, states, jobs, say)
            redone, whole = sorted(states), True
        swap(layout, folder, generation, stamp, counts)
    except OSError as error:
        shutil.rmtree(folder / generation, ignore_errors=True)
        if error.filename and not Path(os.fsdecode(error.filename)).is_relative_to(folder):
            raise  # a file of the corpus
        if "space" in str(error).lower() or "quota" in str(error).lower() or "too large" in str(error).lower():
            shutil.rmtree(folder / STAGING, ignore_errors=True)
        kept = " The store that was there is unchanged." if old else ""
        raise TreatyGraphError(f"The store cannot be written to {folder}: {error}.{kept}", "Make room or give another folder with --store DIR.") from None
    except BrokenProcessPool:
        shutil.rmtree(folder / generation, ignore_errors=True)
        raise TreatyGraphError("A process of the build was killed, most likely for want of memory.", "Give it more, or fewer processes: --jobs 1.") from None
    except BaseException:
        shutil.rmtree(folder / generation, ignore_errors=True)
        raise
    tidy(folder, {generation, old.path.name} if old else {generation})
    built = find_built(layout, folder)
    assert built is not None
    return Outcome(built, redone, whole, notes)


def _only_data(changed: list[str]) -> bool:
    """Whether only data, texts and saved queries changed: a new ontology or new shapes concern every file."""
    return all(path.startswith(("data/", "queries/")) for path in changed)
