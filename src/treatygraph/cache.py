"""Bytes worth keeping from one run to the next, under a name that says what they were made from."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from treatygraph import __version__
from treatygraph.layout import Layout
from treatygraph.whole import whole_file

__all__ = ["cache_folder", "digest_of", "drop_oldest", "keep", "kept"]

KEPT = 4  # of a kind; the oldest goes when a new one comes


def cache_folder() -> Path:
    """Where they lie: ``treatygraph`` in the cache folder of the person (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "treatygraph"


def digest_of(layout: Layout) -> str:
    """A digest of everything that is made from a corpus: the names and bytes of the files, and the version of the program."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=16)
    for path in layout.ontology_files + layout.data_files:
        data = path.read_bytes()
        digest.update(f"{path.relative_to(layout.root).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def kept(name: str) -> bytes | None:
    """What was kept under a name, or None where nothing was, or where it is damaged."""
    try:
        body, _, seal = (cache_folder() / name).read_bytes().rpartition(b"\n")
    except OSError:
        return None
    return body if seal == _seal(body) else None


def keep(name: str, body: bytes) -> None:
    """Keep some bytes, if the cache can be written; a full disk or a read-only home costs time, not the answer.

    They are written beside and renamed into place, with a seal: a run that is killed leaves nothing that is read, two at
    once write the same.

    Args:
        name: what they were made from, with a suffix that says what they are.
        body: the bytes.
    """
    with contextlib.suppress(OSError):
        _write(cache_folder() / name, body)


def _seal(body: bytes) -> bytes:
    return b"# " + hashlib.blake2b(body, digest_size=16).hexdigest().encode()


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write(body + b"\n" + _seal(body))
    drop_oldest(path)


def drop_oldest(like: Path) -> None:
    """Let only the newest `KEPT` of a kind stay: those whose names are alike from the first dot on."""
    kind = like.name.partition(".")[2]
    alike = [path for path in like.parent.glob(f"*{like.suffix}") if path.name.partition(".")[2] == kind]
    for old in sorted(alike, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        old.unlink(missing_ok=True)
