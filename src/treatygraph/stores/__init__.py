"""Other people's stores: a corpus pushed into them, asked, reasoned over and checked there, over SPARQL 1.1 alone."""

from __future__ import annotations

from collections.abc import Callable

from treatygraph.corpus import Corpus, graph_name
from treatygraph.layout import Layout
from treatygraph.stores.checks import asserted_in, contradiction_findings_in, shape_findings_in
from treatygraph.stores.closure import Closed, closed_in
from treatygraph.stores.connection import Connection, connect
from treatygraph.stores.http import Credentials, StoreError, credentials_from_environment
from treatygraph.stores.kinds import KINDS
from treatygraph.stores.manifest import is_half, read_journal, read_manifest
from treatygraph.stores.push import Plan, Report, plan_derived, plan_push, push
from treatygraph.stores.remote import RemoteGraph

__all__ = ["KINDS", "Closed", "Connection", "Credentials", "Plan", "RemoteGraph", "Report", "StoreError", "asserted_in", "closed_in"]
__all__ += ["connect", "contradiction_findings_in", "corpus_in", "credentials_from_environment", "plan_derived", "plan_push", "push", "shape_findings_in"]


def corpus_in(connection: Connection, layout: Layout, warn: Callable[[str], None]) -> Corpus:
    """A corpus whose graph is in a store: the graphs that push has put there, else those that its files are called.

    Args:
        connection: the store.
        layout: the files: the questions, the shapes, the texts.
        warn: is told where the answers may be half of one push and half of another, and what is known of the kind of store.
    """
    names = sorted(read_manifest(connection).entries) or [graph_name(layout, path) for path in layout.ontology_files + layout.data_files]
    if connection.kind.warning:
        warn(connection.kind.warning)
    journal = read_journal(connection)
    if journal is not None and is_half(journal, connection):
        warn("A push into this store was interrupted while it put its graphs in place: answers may be of two states. Run the push again.")
    return Corpus(layout, RemoteGraph(connection, names))
