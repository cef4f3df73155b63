"""Loading: the files of a corpus in, the corpus out."""

from __future__ import annotations

from pathlib import Path

from treatygraph.layout import Layout
from treatygraph.namespaces import GRAPH
from treatygraph.store import Graph, GraphStore

__all__ = ["Corpus", "LoadedCorpus", "file_of", "graph_name", "graph_of", "load_corpus"]


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
    """The same by the path in the corpus alone."""
    return GRAPH + path.rpartition(".")[0]


def file_of(layout: Layout, graph: str) -> Path:
    """The file that a named graph holds; it need not be there."""
    return layout.root / f"{graph.removeprefix(GRAPH)}.ttl"


def load_corpus(layout: Layout) -> LoadedCorpus:
    """Read ontology and data of a corpus.

    Raises:
        CorpusError: a file is not Turtle.
    """
    store = GraphStore()
    for path in layout.ontology_files + layout.data_files:
        store.load(path, graph_name(layout, path))
    return LoadedCorpus(layout, store)
