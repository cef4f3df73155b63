"""A built store: where it lies, what it was built from, and whether the files are still the same.

A folder (``.store`` in the corpus) holds generations, each whole and never changed, and a manifest that names the one that
counts. A new manifest is renamed over the old one: whoever reads sees the old store or the new, never a part of one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

from treatygraph import __version__
from treatygraph.errors import CorpusError
from treatygraph.layout import Layout
from treatygraph.store import GraphStore

__all__ = ["FORMAT", "MANY", "Built", "FileState", "answering", "built_in", "find_built", "scan", "stamp_of", "store_folder", "swapped_in"]

FORMAT = 2
NEEDED = {"corpus", "generation", "stamp", "counts"}  # in a manifest
MANY = 2000  # files; of fewer, the files themselves are read as quickly as a store is built anew
FileState = tuple[int, int]
"""Size and time of change (nanoseconds) of a file."""


def store_folder(layout: Layout) -> Path:
    """Where the store of a corpus lies: TREATYGRAPH_STORE, else ``.store`` in the corpus, which goes when the corpus goes; for a
    corpus that nobody may write to, a folder of the person's cache named by its path."""
    if named := os.environ.get("TREATYGRAPH_STORE"):
        return Path(named)
    here = layout.root / ".store"
    if here.is_dir() or os.access(layout.root, os.W_OK):
        return here
    import hashlib  # takes longer to import than a small corpus to be found fresh

    key = hashlib.blake2b(str(layout.root.resolve()).encode(), digest_size=8).hexdigest()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "treatygraph" / "stores" / key


def _inputs(layout: Layout) -> Iterator[tuple[str, list[tuple[str, os.stat_result]]]]:
    """The names and states of the files that a build reads, by the folder that they are in, as a path in the corpus."""
    root = str(layout.root)
    texts = f"{root}/data/texts"  # not layout.texts, which leaves out the dot of a corpus that is the working directory
    modules = [(f"{root}/ontology", ".ttl", False), (f"{root}/ontology/shapes", ".ttl", False)]
    todo = [*modules, (f"{root}/queries", ".rq", False), (f"{root}/data", ".ttl", True), (texts, "", True)]
    while todo:
        folder, suffix, below = todo.pop()
        found = []
        try:
            entries = os.scandir(folder)
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith("."):  # as in `Layout`
                continue
            if entry.name.endswith(suffix) and entry.is_file():
                try:
                    found.append((entry.name, entry.stat()))
                except FileNotFoundError:  # it went while the folder was read
                    continue
            elif below and entry.path != texts and entry.is_dir(follow_symlinks=False):  # as `Path.rglob` does, for a link may lead back
                todo.append((entry.path, suffix, below))
        yield folder[len(root) + 1 :], found


def scan(layout: Layout) -> dict[str, FileState]:
    """All files that a build reads, by their path in the corpus, with their size and time."""
    return {f"{folder}/{name}": (stat.st_size, stat.st_mtime_ns) for folder, files in _inputs(layout) for name, stat in files}


def stamp_of(layout: Layout) -> int:
    """One number for the paths, sizes and times of all files that a build reads; whatever the order in which they come.

    80,000 files take a fifth of a second; none is opened. As with make and git, a change that keeps size and time is not seen.
    """
    total = 0
    for folder, files in _inputs(layout):
        start = crc32(f"{folder}/".encode(errors="surrogateescape"))
        for name, stat in files:
            total += hash((crc32(os.fsencode(name), start), stat.st_mtime_ns, stat.st_size))  # of numbers, so alike in every process
    return total & (1 << 64) - 1


class Built:
    """One generation of a built store.

    Attributes:
        manifest: what is known of it: ``counts``, ``stamp``, the version of the program.
        path: its folder.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.manifest = manifest
        self.path: Path = folder / manifest["generation"]

    def asserted(self) -> GraphStore:
        """Ontology and data as asserted, one named graph a file, for reading."""
        return GraphStore.read_only(self.path / "asserted")

    def derived(self) -> GraphStore:
        """What follows from them, for reading."""
        return GraphStore.read_only(self.path / "derived")

    def is_of(self, layout: Layout) -> bool:
        """Whether it was built from a corpus; a store that lies in a corpus moves with it."""
        root = layout.root.resolve()
        return bool(self.manifest["corpus"] == str(root)) or self.path.resolve().is_relative_to(root)

    def is_fresh(self, layout: Layout) -> bool:
        """Whether the files of the corpus are those that it was built from."""
        return bool(self.manifest["stamp"] == stamp_of(layout))

    @property
    def is_large(self) -> bool:
        """Whether it was built from so many files that nobody waits for them to be read."""
        return bool(self.manifest["counts"]["files"] > MANY)

    def files(self) -> dict[str, tuple[int, int, str]]:
        """Size, time and digest of each file that it was built from.

        Raises:
            CorpusError: the list is damaged.
        """
        with self._whole():
            rows = (line.split("\t") for line in self.path.joinpath("files.tsv").read_text(encoding="utf-8").split("\n") if line)
            return {path.encode().decode("unicode_escape"): (int(size), int(time), digest) for path, size, time, digest in rows}

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            raise CorpusError(f"{self.path}: the built store is damaged ({error}).", "Build it anew with: treatygraph build --whole") from None

    def is_older_than(self, layout: Layout) -> str:
        """A sentence that says which files have changed since, or an empty string."""
        changed = [] if self.is_fresh(layout) else self.changed(layout)
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        return f"The answer is from a store built before {changed[0]}{more} changed. Bring it up to date with: treatygraph build" if changed else ""

    def findings(self) -> list[dict[str, str]]:
        """What its check found, a record each.

        Raises:
            CorpusError: the list is damaged.
        """
        with self._whole():
            text = self.path.joinpath("findings.jsonl").read_text(encoding="utf-8", errors="surrogateescape")  # names of files are bytes
            return [json.loads(line) for line in text.split("\n") if line]

    def is_plain(self) -> bool:
        """Whether the rules of the ontology alone say what follows, and what follows was concluded from few triples each."""
        counts = self.manifest["counts"]
        return not counts["thorough"] and not counts["schema"]

    def changed(self, layout: Layout) -> list[str]:
        """The files that came, went or changed since."""
        now, then = scan(layout), {path: (size, time) for path, (size, time, _) in self.files().items()}
        return sorted(path for path in now.keys() | then.keys() if now.get(path) != then.get(path))


def find_built(layout: Layout, folder: Path | None = None) -> Built | None:
    """The built store of a corpus that this version of the program can read, or None."""
    built = built_in(folder or store_folder(layout))
    return built if built and built.is_of(layout) else None


def built_in(folder: Path) -> Built | None:
    """The built store in a folder, of whatever corpus, or None."""
    try:
        manifest = json.loads(folder.joinpath("manifest.json").read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or manifest.get("version") != __version__ or not manifest.keys() >= NEEDED:
        return None
    built = Built(folder, manifest)
    return built if built.path.joinpath("asserted").is_dir() else None


def answering(layout: Layout) -> Built | None:
    """The built store that answers for a corpus: one of the very files that are there now, or of so many that nobody waits for
    them to be read; None where the files are to be read."""
    built = find_built(layout)
    return built if built is not None and (built.is_large or built.is_fresh(layout)) else None


def swapped_in(layout: Layout) -> int:
    """A number that changes when a build has swapped its store in; 0 where there is none."""
    try:
        return (store_folder(layout) / "manifest.json").stat().st_mtime_ns
    except OSError:
        return 0
