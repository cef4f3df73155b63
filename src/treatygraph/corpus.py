"""Loading: the files of a corpus in, the corpus out."""

from __future__ import annotations

import os
import re
from pathlib import Path

from treatygraph.errors import CorpusError
from treatygraph.layout import Layout
from treatygraph.namespaces import GRAPH
from treatygraph.store import Graph, GraphStore

__all__ = ["Corpus", "LoadedCorpus", "file_of", "graph_name", "graph_of", "load_corpus"]

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")
# What else may stand in a path of an IRI as it is (RFC 3987, 2.2: ipath), but for "%", which here always begins a byte written as %XX;
# compiled where it is needed, for that takes longer than to read a file.
_NOT_IN_IRIS = "[^A-Za-z0-9._~!$&'()*+,;=:@/\\-\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd]"


class Corpus:
    """The one value that travels: where the files lie, and the graph they make.

    Attributes:
        layout: the files.
        store: what answers: ontology and data, one named graph a file. Shapes and queries stay files until somebody asks.
    """

    def __init__(self, layout: Layout, store: Graph) -> None:
        self.layout = layout
        self.store = store

    @property
    def state(self) -> str:
        """Of a graph that lies on the disk, what tells it from an earlier and a later one; else an empty string."""
        return ""


class LoadedCorpus(Corpus):
    """A corpus whose graph is here, in memory or on the disk, and not in somebody's store."""

    store: GraphStore

    def __init__(self, layout: Layout, store: GraphStore) -> None:
        super().__init__(layout, store)


def graph_name(layout: Layout, path: Path) -> str:
    """The IRI of the named graph that holds a file: its path in the corpus, without the suffix."""
    return graph_of(path.relative_to(layout.root).as_posix())


def graph_of(path: str) -> str:
    """The same by the path in the corpus alone; what no IRI may have, such as a space, is written as %XX (RFC 3987, 3.1).

    Raises:
        CorpusError: the name of the file is not UTF-8.
    """
    name = path.rpartition(".")[0]
    if _PLAIN.issuperset(name):
        return GRAPH + name
    try:
        return GRAPH + re.sub(_NOT_IN_IRIS, _escaped, name)
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        raise CorpusError(f"{shown}: the name of the file is not UTF-8.", "Rename it.") from None


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def file_of(layout: Layout, graph: str) -> Path:
    """The file that a named graph holds; it need not be there."""
    name = graph.removeprefix(GRAPH)
    if "%" in name:
        from urllib.parse import unquote

        name = unquote(name)
    return layout.root / f"{name}.ttl"


def load_corpus(layout: Layout) -> LoadedCorpus:
    """Read ontology and data of a corpus.

    Raises:
        CorpusError: a file is not Turtle.
    """
    store = GraphStore()
    for path in layout.ontology_files + layout.data_files:
        store.load(path, graph_name(layout, path))
    return LoadedCorpus(layout, store)
