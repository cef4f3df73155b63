"""Where in the files of a corpus a thing is described, with no look at files that do not speak of it."""

from __future__ import annotations

from pathlib import Path

from treatygraph.corpus import Corpus, file_of
from treatygraph.findings import Places
from treatygraph.store import GraphStore

__all__ = ["Placing"]


class Placing:
    """The places of the things of one corpus; the named graphs of a thing tell which files to read.

    A graph in somebody's store need not tell; then all files are read, as `Places` does.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._layout = corpus.layout
        self._store = corpus.store if isinstance(corpus.store, GraphStore) else None
        self._read: dict[Path, Places] = {}
        self._shapes: list[Path] | None = None
        self._whole: Places | None = None

    def find(self, thing: str, hint: str = "") -> str:
        """``file:line`` of a thing, or of the line in its description that has the hint; an empty string if nowhere."""
        if self._store is None:
            self._whole = self._whole or Places(self._layout)
            return self._whole.find(thing, hint)
        found = ""
        for path in self._files(thing):
            if path not in self._read:
                self._read[path] = Places(self._layout, [path])
            places = self._read[path]
            if place := places.find_exactly(thing, hint):
                return place
            found = found or places.find(thing)
        return found

    def _files(self, thing: str) -> list[Path]:
        """The files that may describe a thing, in the order in which `Places` looks at all of them: shapes are in no graph."""
        assert self._store is not None
        if self._shapes is None:
            self._shapes = self._layout.shape_files
        paths = [file_of(self._layout, graph) for graph in self._store.graphs_about(thing)]
        ontology = self._layout.root / "ontology"
        there = [path for path in paths if path.is_file()]
        return sorted(path for path in there if path.parent == ontology) + self._shapes + sorted(path for path in there if path.parent != ontology)
