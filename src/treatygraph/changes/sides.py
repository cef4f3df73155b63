"""The two sides of a comparison: a corpus folder, a git revision of a corpus, or an exported file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from treatygraph.changes.revision import check_out
from treatygraph.corpus import LoadedCorpus, graph_name, load_corpus
from treatygraph.errors import CorpusError, UsageError
from treatygraph.layout import Layout, find_layout
from treatygraph.namespaces import GRAPH, QUERY_PREFIXES
from treatygraph.reasoning import DERIVED
from treatygraph.store import RDF_SUFFIXES, GraphStore

__all__ = ["Side", "read_side"]


class Side:
    """One side of a comparison, in memory.

    Attributes:
        name: as the person gave it, or an empty string for the corpus one works on.
        told: what more is known of it, such as the commit and its day.
        corpus: the graph, with the shapes in it.
        queries: the text of each saved query by its name; None where a side cannot have any.
        has_shapes: whether it carries shapes at all.
    """

    def __init__(self, name: str, told: str, corpus: LoadedCorpus, queries: dict[str, str] | None, has_shapes: bool) -> None:
        self.name = name
        self.told = told
        self.corpus = corpus
        self.queries = queries
        self.has_shapes = has_shapes


def read_side(name: str | None, here: Callable[[], Layout]) -> Side:
    """Read what a person names.

    Args:
        name: a corpus folder, else an exported file, else a git revision of the corpus one works on; None for that
            corpus as it lies there.
        here: finds the corpus one works on; asked only where it is needed.

    Raises:
        UsageError: there is no such thing; the message names the nearest.
        CorpusError: a file of it cannot be read; it is named as a part of the side.
    """
    if name is None:
        return _folder("", "", here())
    path = Path(name)
    if path.is_dir():
        return _folder(name, "", find_layout(path, path, path))
    if path.is_file():
        return _file(name, path)
    with TemporaryDirectory(prefix="treatygraph-") as folder:
        layout = Layout(Path(folder))
        told = check_out(here().root, name, layout.root)
        try:
            return _folder(name, told, layout)
        except CorpusError as error:
            raise CorpusError(error.message.replace(f"{folder}/", f"{name}:"), "Compare with a revision whose files can be read.") from None


def _folder(name: str, told: str, layout: Layout) -> Side:
    corpus = load_corpus(layout)
    for path in layout.shape_files:
        corpus.store.load(path, graph_name(layout, path))
    queries = {path.stem: path.read_bytes().decode(errors="replace") for path in layout.query_files}
    return Side(name, told, corpus, queries, has_shapes=bool(layout.shape_files))


def _file(name: str, path: Path) -> Side:
    if path.suffix.lower() not in RDF_SUFFIXES:
        raise UsageError(f"{name} is no format that can be compared.", f"Known endings: {', '.join(sorted(RDF_SUFFIXES))}.")
    store = GraphStore()
    store.load(path, GRAPH + path.stem)
    store.forget(DERIVED)  # an export with conclusions says no more than one without
    shapes = store.ask(f"{QUERY_PREFIXES} ASK {{ VALUES ?kind {{ sh:NodeShape sh:PropertyShape }} ?shape a ?kind }}")
    return Side(name, "", LoadedCorpus(Layout(path.parent), store), None, has_shapes=shapes)
