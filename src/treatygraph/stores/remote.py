"""A graph in somebody's store, which answers as one in memory does."""

from __future__ import annotations

from collections.abc import Sequence

from treatygraph.errors import UsageError
from treatygraph.store import Rows
from treatygraph.stores.connection import RDF, Connection
from treatygraph.stores.http import StoreError
from treatygraph.stores.wire import Triples, ntriples, parsed, rows_of, serialized, triples_of, truth_of, turtle
from treatygraph.tokens import form_of, joined, split_prologue, tokens_of, without_open_values

__all__ = ["RemoteGraph", "triples_in"]

_ROWS_CUT = "x-sparql-maxrows"  # what Virtuoso says where it has cut a result


def triples_in(connection: Connection, graph: str, doing: str) -> Triples:
    """All triples of a graph: fetched whole, or in pages where the store would cut even that (Virtuoso does, at 10,000).

    The pages are in no order, for Virtuoso runs out of time sorting a large graph; it gives them in that of its index, and
    whoever has sent the graph compares what comes.
    """
    most = connection.kind.max_rows
    if most is None or connection.sizes([graph]).get(graph, 0) < most:
        return connection.get(graph, doing)
    rows = RemoteGraph(connection, [graph]).select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
    return triples_of(rows)


class RemoteGraph:
    """Some graphs of a store: their union is the default graph of every query, and they are its named graphs.

    Nothing else that may be in the store is ever seen, whatever the store makes of a query that names no graphs.

    Attributes:
        graphs: the IRIs of the graphs.
    """

    def __init__(self, connection: Connection, graphs: Sequence[str]) -> None:
        self._connection = connection
        self.graphs = list(graphs)

    def select(self, query: str) -> Rows:
        """Run a SELECT query; in pages, where the store cuts results.

        Raises:
            UsageError: it is no SELECT query.
            StoreError: the store does not answer it.
        """
        if form_of(query) != "select":
            raise UsageError("The query is not a SELECT query.")
        query = without_open_values(query)
        answer = self._connection.query(query, self.graphs)
        rows = rows_of(answer.body)
        most = self._connection.kind.max_rows
        if _ROWS_CUT in answer.headers and answer.headers[_ROWS_CUT].isdecimal():
            most = int(answer.headers[_ROWS_CUT])
        if most is not None and len(rows) >= most:
            return self._paged(query, rows, most)
        return rows

    def _paged(self, query: str, first: Rows, most: int) -> Rows:
        """The rows of a query that the store has cut off at some number.

        The query becomes a sub-query, for Virtuoso sorts no more than 10,000 rows for a LIMIT of its own level.

        Raises:
            StoreError: the pages do not make up as many rows as the store counts: something was written meanwhile.
        """
        prologue, body = split_prologue(tokens_of(query))
        head, inner = joined(prologue), joined(body)
        rows = list(first)
        while True:
            page = f"{head} SELECT * WHERE {{ {{ {inner} }} }} OFFSET {len(rows)} LIMIT {most}"
            found = rows_of(self._connection.query(page, self.graphs, doing="ask the store for the next page").body)
            order = [found.columns.index(name) for name in first.columns] if found.columns else []
            rows += [tuple(row[at] for at in order) for row in found]
            if len(found) < most:
                break
        counted = rows_of(self._connection.query(f"{head} SELECT (COUNT(*) AS ?n) WHERE {{ {{ {inner} }} }}", self.graphs).body)
        if counted.texts()[0][0] != str(len(rows)):
            raise StoreError(
                f"The store gave {len(rows)} rows in pages of {most}, but counts {counted.texts()[0][0]}.", "Ask again while nobody writes into it."
            )
        return Rows(first.columns, rows)

    def ask(self, query: str) -> bool:
        """Run an ASK query."""
        return truth_of(self._connection.query(query, self.graphs).body)

    def kind(self, query: str) -> str:
        """What a query gives: ``select``, ``ask`` or ``graph``.

        Raises:
            UsageError: it is no query.
        """
        form = form_of(query)
        if not form:
            raise UsageError("This is no SPARQL query.", "It has to begin with SELECT, ASK, CONSTRUCT or DESCRIBE, after its prefixes.")
        return form

    def serialize(self, query: str, form: str) -> bytes:
        """The answer to a query in a standard format, as the embedded engine writes it."""
        kind = self.kind(query)
        if kind == "graph":
            answer = self._connection.query(query, self.graphs, accept=RDF)
            triples = parsed(answer.body, answer.media_type)
            return turtle(triples) if form == "turtle" else ntriples(triples)
        return serialized(self.ask(query) if kind == "ask" else self.select(query), form)
