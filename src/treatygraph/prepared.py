"""What follows from a corpus, kept ready: derived once for the bytes of its files, and again without a word when they change.

Saved queries do not use it: they give the same rows on the asserted graph, and reading the Turtle is as quick.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from treatygraph import __version__
from treatygraph.corpus import load_corpus
from treatygraph.layout import Layout
from treatygraph.reasoning import close
from treatygraph.store import is_about_blank
from treatygraph.whole import whole_file

__all__ = ["cache_folder", "derived_lines", "digest_of"]

KEPT = 4  # closures; the oldest goes when a new one comes


def cache_folder() -> Path:
    """Where closures are kept: ``treatygraph`` in the cache folder of the person (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "treatygraph"


def digest_of(layout: Layout) -> str:
    """A digest of every input of a closure: the names and bytes of the files, and the version of the program."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=16)
    for path in layout.ontology_files + layout.data_files:
        data = path.read_bytes()
        digest.update(f"{path.relative_to(layout.root).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def derived_lines(layout: Layout) -> list[str]:
    """The triples that follow from a corpus by OWL 2 RL, as lines of N-Triples in a fixed order.

    What follows about blank nodes is left out: they have no name that another run would know.

    They are written beside and renamed into place under a name that says what they were derived from: a build that is
    killed leaves nothing that is read, two at once write the same, a damaged file is built anew, a stale one is never
    asked for. Where the cache cannot be written, they are derived every time.

    Raises:
        CorpusError: a file of the corpus is not Turtle.
    """
    path = cache_folder() / f"{digest_of(layout)}.nt"
    lines = _read(path)
    if lines is None:
        lines = sorted(f"{triple} ." for triple in close(load_corpus(layout).store).derived if not is_about_blank(triple))
        with contextlib.suppress(OSError):  # a full disk or a read-only home costs time, not the answer
            _write(path, "\n".join(lines).encode())
    return lines


def _seal(body: bytes) -> bytes:
    return b"# " + hashlib.blake2b(body, digest_size=16).hexdigest().encode()


def _read(path: Path) -> list[str] | None:
    try:
        body, _, seal = path.read_bytes().rpartition(b"\n")
    except OSError:
        return None
    return body.decode().splitlines() if seal == _seal(body) else None


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write(body + b"\n" + _seal(body))
    kept = sorted(path.parent.glob("*.nt"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in kept[KEPT:]:
        old.unlink(missing_ok=True)
