"""A store spoken to: queries, updates and whole graphs over HTTP, each spelled as its kind wants it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from io import BytesIO
from urllib.parse import urlsplit

from treatygraph.errors import UsageError
from treatygraph.stores.http import Answer, Credentials, Http
from treatygraph.stores.kinds import KINDS, Addresses, Kind, addresses_of, checked, kind_by_path, kind_named
from treatygraph.stores.wire import Triples, parsed
from treatygraph.tokens import has_dataset, with_dataset

__all__ = ["Connection", "connect"]

RESULTS = "application/sparql-results+json"  # alone: Virtuoso answers a longer list with RDF/XML
NTRIPLES = "application/n-triples"
COUNTED = 100  # graphs in one question
RDF = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"


class Connection:
    """One store.

    Attributes:
        kind: what kind it is.
        addresses: where it is.
    """

    def __init__(self, kind: Kind, addresses: Addresses, http: Http) -> None:
        self.kind = kind
        self.addresses = addresses
        self._http = http

    # --- SPARQL 1.1 Protocol -----------------------------------------------------------------------------------------

    def query(self, text: str, graphs: Sequence[str] | None, accept: str = RESULTS, doing: str = "ask the store") -> Answer:
        """Send a query as a form, which every store takes (a query as the body of a POST makes Virtuoso hang).

        Args:
            text: the query.
            graphs: those that make its default graph and are its named graphs (SPARQL 1.1 Protocol 2.1.4); None to leave
                that to the store. A query that names its graphs itself is left as it is.
            accept: the media types that are understood.
            doing: words for an error.
        """
        form = [("query", text)]
        if graphs is not None and not has_dataset(text):
            if self.kind.dataset == "protocol":
                form += [("default-graph-uri", graph) for graph in graphs] + [("named-graph-uri", graph) for graph in graphs]
            else:
                form = [("query", with_dataset(text, graphs, graphs))]
        return self._http.request("POST", self.addresses.query, doing, form=form, accept=accept, anonymous=self.kind.anonymous_query)

    def rows_in(self, text: str, graphs: Sequence[str] | None) -> list[dict[str, str]]:
        """The rows of a small query of our own, as plain values."""
        found = json.loads(self.query(text, graphs).body)
        return [{name: term["value"] for name, term in row.items()} for row in found["results"]["bindings"]]

    def update(self, operations: Iterable[str], doing: str, *, once: bool = False) -> None:
        """Send operations as one request (SPARQL 1.1 Update 3)."""
        form = [(self.kind.update_field, self.kind.update_prologue + " ;\n".join(operations))]
        self._http.request("POST", self.addresses.update, doing, form=form, once=once)

    # --- graphs ------------------------------------------------------------------------------------------------------

    def graph_parameters(self, graph: str | None) -> list[tuple[str, str]]:
        """How a request names a graph; None is the default graph.

        Raises:
            UsageError: the store has no default graph of its own.
        """
        if graph is not None:
            return [(self.kind.graph_field, graph)]
        spelled = self.kind.default_graph
        if spelled is None:
            raise UsageError(f"{self.kind.title} has no default graph that could be written.", "Name a graph.")
        name, _, value = spelled.partition("=")
        return [(name, value)]

    def put(self, graph: str, ntriples: bytes, doing: str) -> None:
        """Make a graph consist of these triples (SPARQL 1.1 Graph Store HTTP Protocol 5.3).

        Where the store has no such protocol they are posted into the graph, which has to be empty before.
        """
        method, address = ("POST", self.addresses.query) if self.addresses.graphs is None else ("PUT", self.addresses.graphs)
        self._http.request(method, address, doing, parameters=self.graph_parameters(graph), body=BytesIO(ntriples), media_type=NTRIPLES)

    def get(self, graph: str, doing: str) -> Triples:
        """The triples of a graph; none where the store knows no such graph."""
        if self.addresses.graphs is None:
            query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            answer = self._http.request("POST", self.addresses.query, doing, form=[("query", query)], accept=RDF)
        else:
            answer = self._http.request("GET", self.addresses.graphs, doing, parameters=self.graph_parameters(graph), accept=RDF, allowed={404})
        return [] if answer.status == 404 else parsed(answer.body, answer.media_type)

    def replace(self, source: str, target: str) -> list[str]:
        """The operations that make a graph the same as another.

        Not COPY: Fuseki 5.6 loses and doubles triples where the target had decimals such as 100.0, and QLever has none.
        """
        return [self.drop(target), self.add(source, target)]

    def add(self, source: str, target: str) -> str:
        """The operation that adds a graph to another."""
        return f"INSERT {{ GRAPH <{target}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{source}> {{ ?s ?p ?o }} }}"

    def drop(self, graph: str) -> str:
        """The operation that takes a graph away; one that is not there is no error."""
        if self.kind.drops:
            return f"DROP SILENT GRAPH <{graph}>"
        return f"DELETE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"

    def sizes(self, graphs: Sequence[str]) -> dict[str, int]:
        """How many triples each of these graphs has; an empty one is missing.

        Many graphs in one question, each in a part of its own: Virtuoso, which is asked graph by graph, runs out of time counting
        a million triples by VALUES.
        """
        found = {}
        together = 1 if self.kind.max_rows is not None else COUNTED
        for start in range(0, len(graphs), together):
            parts = [
                f"{{ SELECT (COUNT(*) AS ?n) ('{number}' AS ?at) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} }}"
                for number, graph in enumerate(graphs[start : start + together], start)
            ]
            query = " UNION ".join(parts) if together > 1 else parts[0][2:-2]
            for row in self.rows_in(f"SELECT ?n ?at WHERE {{ {query} }}" if together > 1 else query, None):
                if int(row["n"]):
                    found[graphs[int(row["at"])]] = int(row["n"])
        return found


def connect(url: str, kind: str | None, credentials: Credentials) -> Connection:
    """Speak to a store.

    Args:
        url: its base address, or that of its queries.
        kind: the name of its kind, or None to find out.
        credentials: of the user.

    Raises:
        UsageError: the address is none, or the kind cannot be found out.
        StoreError: nothing answers there.
    """
    found = kind_named(kind) if kind else kind_by_path(url) or _kind_by_asking(checked(url), credentials)
    return Connection(found, addresses_of(url, found), Http(credentials, found.auth))


def _kind_by_asking(url: str, credentials: Credentials) -> Kind:
    """The kind of a store by what it says of itself.

    Raises:
        UsageError: it says nothing that is known.
    """
    http = Http(credentials, "basic")
    doing = "find out what kind of store this is"
    anything = range(100, 600)
    answer = http.request("GET", url, doing, allowed=anything)
    server = answer.headers.get("server", "").lower()
    for name in ("oxigraph", "virtuoso", "stardog", "graphdb", "blazegraph", "qlever"):
        if name in server or name in answer.headers.get("x-powered-by", "").lower():
            return KINDS[name]
    if "fuseki-request-id" in answer.headers or "fuseki" in server:
        return KINDS["fuseki"]
    if any(name.startswith("sd-") for name in answer.headers):
        return KINDS["stardog"]
    parts = urlsplit(url)
    root, slash, _ = url.partition("/repositories/")
    if slash:
        about = http.request("GET", f"{root}/rest/info/version", doing, allowed=anything)
        return KINDS["graphdb" if about.status == 200 and b"productVersion" in about.body else "rdf4j"]
    status = http.request("GET", f"{parts.scheme}://{parts.netloc}/status", doing, allowed=anything)
    if status.status == 200 and b"dbEngineVersion" in status.body:
        return KINDS["neptune"]
    raise UsageError(f"What kind of store is at {parts.netloc} cannot be seen from what it says.", f"Give it with --store: {', '.join(KINDS)}.")
