"""What is wrong with a corpus, found in the store that holds it: its shapes as SELECTs, its contradictions after the closure there."""

from __future__ import annotations

from collections.abc import Callable

from treatygraph.corpus import Corpus
from treatygraph.findings import Finding
from treatygraph.reasoning import DERIVED
from treatygraph.shacl import compile as compile_shapes
from treatygraph.stores.closure import closed_in
from treatygraph.stores.connection import Connection
from treatygraph.stores.remote import RemoteGraph
from treatygraph.validation import clash_findings, findings_of, load_shapes

__all__ = ["asserted_in", "contradiction_findings_in", "shape_findings_in"]

Progress = Callable[[str, int, int], None]


def asserted_in(connection: Connection, corpus: Corpus) -> RemoteGraph:
    """The graphs of a corpus in a store without the one of what was derived."""
    assert isinstance(corpus.store, RemoteGraph)
    return RemoteGraph(connection, [graph for graph in corpus.store.graphs if graph != DERIVED])


def shape_findings_in(connection: Connection, corpus: Corpus) -> list[Finding]:
    """What the shapes of a corpus find in the store, as asserted.

    Raises:
        CorpusError: a shape asks for something that no store but the embedded one knows.
        StoreError: the store does not answer.
    """
    shapes = load_shapes(corpus.layout)
    report = compile_shapes(shapes).validate_in(asserted_in(connection, corpus), names_blanks=connection.kind.names_blanks, lateral=connection.kind.lateral)
    return findings_of(report, shapes)


def contradiction_findings_in(connection: Connection, corpus: Corpus, progress: Progress) -> list[Finding]:
    """Contradictions that OWL 2 RL reasoning finds in the store.

    Raises:
        StoreError: the user may not write there, or the store does not answer.
    """
    with closed_in(connection, asserted_in(connection, corpus).graphs, progress) as closed:
        return clash_findings(closed.contradictions())
