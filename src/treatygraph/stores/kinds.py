"""The kinds of stores as data: their addresses, how they want to be asked, and what each does that the standard does not say.

Sources: the documentation of each store, named below; and for those of `TRIED`, what they did when they were run
(``tests/stores``), which in several places is not what their documentation says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from treatygraph.errors import UsageError, nearest
from treatygraph.namespaces import NULL_GRAPH

__all__ = ["KINDS", "TRIED", "Addresses", "Kind", "addresses_of", "kind_by_path", "kind_named"]

TRIED = ("oxigraph", "virtuoso", "fuseki", "rdf4j")
"""The stores that the tests run; the others are tested against a server that asserts what their documentation says."""


@dataclass(frozen=True)
class Kind:
    """One kind of store.

    Attributes:
        name: as in ``--store``.
        title: as people write it.
        query, update, graphs: where it takes queries, updates and graphs, after the base address; no graphs: it has no
            Graph Store Protocol, and a graph is posted to the address of queries.
        base: what the path of a base address looks like; an address that does not is not of this kind.
        needs: what a base address has to name, for a person who left it out.
        update_field: the form field of an update.
        update_prologue: what stands before an update.
        graph_field: the parameter that names a graph.
        default_graph: how a request names the default graph, or None where it has none of its own.
        auth: the scheme for a user and a password: ``basic`` or ``digest``.
        anonymous_query: queries go without credentials.
        atomic: whether one update request with several operations is all or nothing.
        drops: whether it knows DROP (SPARQL 1.1 Update 3.2.2); else a graph is emptied triple by triple.
        dataset: ``protocol`` where default-graph-uri and named-graph-uri are honoured, ``query`` where FROM has to say it.
        max_rows: the number of rows at which it cuts a result without an error, or None.
        names_blanks: whether a blank node has the same name in two answers.
        lateral: whether it knows LATERAL (SPARQL SEP-0006).
        casts: whether a cast that fails is an error in one row, and not the end of the query.
        rewrites: the rewritings of literals that it is known for, by the names in `wire.REWRITINGS`.
        source: where its documentation is.
        warning: what whoever asks it has to know.
    """

    name: str
    title: str
    query: str
    update: str
    graphs: str | None
    source: str
    base: str = r".*"
    needs: str = ""
    update_field: str = "update"
    update_prologue: str = ""
    graph_field: str = "graph"
    default_graph: str | None = "default"
    auth: str = "basic"
    anonymous_query: bool = False
    atomic: bool = True
    drops: bool = True
    dataset: str = "protocol"
    max_rows: int | None = None
    names_blanks: bool = False
    lateral: bool = False
    casts: bool = True
    rewrites: tuple[str, ...] = ()
    warning: str = ""


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "oxigraph",
            "Oxigraph",
            query="/query",
            update="/update",
            graphs="/store",
            source="docs.rs/oxigraph-cli",
            lateral=True,
            names_blanks=True,
            rewrites=("numbers",),
        ),
        Kind(
            "virtuoso",
            "Virtuoso",
            query="/sparql",
            update="/sparql-auth",
            graphs="/sparql-graph-crud-auth",
            source="docs.openlinksw.com/virtuoso/rdfsparql",
            update_field="query",
            update_prologue="DEFINE sql:log-enable 3\n",  # commits row by row: else a large graph breaks the limit of its log (SR325)
            default_graph=None,  # ?default is answered with 500
            auth="digest",  # Basic is refused on the addresses that write
            anonymous_query=True,
            atomic=False,
            names_blanks=True,
            casts=False,
            max_rows=10_000,  # ResultSetMaxRows, with status 200
            rewrites=("virtuoso", "numbers"),
            warning="Virtuoso loses rows of some queries with property paths; docs/stores.md names the saved ones.",
        ),
        Kind(
            "fuseki",
            "Apache Jena Fuseki",
            query="/query",
            update="/update",
            graphs="/data",
            source="jena.apache.org/documentation/fuseki2",
            lateral=True,
            base=r"(/[^/]+)+",
            needs="the dataset, as in http://localhost:3030/ds",
            rewrites=("numbers",),
        ),
        Kind(
            "rdf4j",
            "RDF4J Server",
            query="",
            update="/statements",
            graphs="/rdf-graphs/service",
            source="rdf4j.org/documentation/reference/rest-api",
            base=r".*/repositories/[^/]+",
            needs="the repository, as in http://localhost:8080/rdf4j-server/repositories/ID",
            names_blanks=True,
            rewrites=("numbers",),
        ),
        Kind(
            "graphdb",
            "GraphDB",
            query="",
            update="/statements",
            graphs="/rdf-graphs/service",
            source="graphdb.ontotext.com/documentation",
            base=r".*/repositories/[^/]+",
            needs="the repository, as in http://localhost:7200/repositories/ID",
            names_blanks=True,
            rewrites=("numbers",),
        ),
        Kind(
            "stardog",
            "Stardog",
            query="/query",
            update="/update",
            graphs="",
            source="docs.stardog.com",
            base=r"(/[^/]+)+",
            needs="the database, as in http://localhost:5820/DATABASE",
            rewrites=("numbers",),
        ),
        Kind(
            "neptune",
            "Amazon Neptune",
            query="/sparql",
            update="/sparql",
            graphs="/sparql/gsp/",
            source="docs.aws.amazon.com/neptune/latest/userguide",
            rewrites=("numbers",),
        ),
        Kind(
            "qlever",
            "QLever",
            query="",
            update="",
            graphs="",
            source="docs.qlever.dev",
            atomic=False,  # nothing in its documentation promises it
            drops=False,
            rewrites=("numbers",),
        ),
        Kind(
            "blazegraph",
            "Blazegraph",
            query="",
            update="",
            graphs=None,
            source="github.com/blazegraph/database/wiki/REST_API",
            base=r".*/sparql",
            needs="the namespace, as in http://localhost:9999/blazegraph/namespace/kb/sparql",
            graph_field="context-uri",
            default_graph=f"context-uri={NULL_GRAPH}",
            rewrites=("numbers",),
        ),
    )
}
_ALSO = {"virtuoso": ("/sparql-graph-crud",), "oxigraph": ("/sparql",), "fuseki": ("/sparql", "/get"), "rdf4j": ("/rdf-graphs",), "graphdb": ("/rdf-graphs",)}


@dataclass(frozen=True)
class Addresses:
    """Where one store is: the base address that a person may give, and those for queries, updates and graphs."""

    base: str
    query: str
    update: str
    graphs: str | None


def kind_named(name: str) -> Kind:
    """The kind of a name.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    if name not in KINDS:
        raise UsageError(f"There is no kind of store '{name}'.", nearest(name, KINDS) or f"Known are: {', '.join(KINDS)}.")
    return KINDS[name]


def checked(url: str) -> str:
    """An address without what does not belong into it.

    Raises:
        UsageError: it is no http address, or holds a password.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"'{parts.scheme or url}' is not the address of a store.", "Give one that begins with http:// or https://.")
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            "A user or password in the address would stand in the process list, in logs and in errors.",
            "Leave it out; give --user NAME and set TREATYGRAPH_PASSWORD, or type it when asked.",
        )
    if parts.query or parts.fragment:
        raise UsageError("The address of a store has no '?' and no '#'.", "Give its base address or the address of its queries.")
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def addresses_of(url: str, kind: Kind) -> Addresses:
    """The addresses of a store, from its base address or any of the others.

    Raises:
        UsageError: the address names no store of that kind, with what is missing.
    """
    base = checked(url)
    known = {kind.query, kind.update, (kind.graphs or "").rstrip("/"), *_ALSO.get(kind.name, ())} - {""}
    for suffix in sorted(known, key=len, reverse=True):
        if base.endswith(suffix) and re.fullmatch(kind.base, urlsplit(base.removesuffix(suffix)).path):
            base = base.removesuffix(suffix)
            break
    if not re.fullmatch(kind.base, urlsplit(base).path):
        raise UsageError(f"{base} is not the address of a {kind.title} store.", f"It has to name {kind.needs}.")
    end = "/" if kind.name == "qlever" else ""  # its root is the address of everything
    return Addresses(base, base + kind.query + end, base + kind.update + end, None if kind.graphs is None else base + kind.graphs + end)


def kind_by_path(url: str) -> Kind | None:
    """The kind that the path of an address tells by itself, or None."""
    path = urlsplit(checked(url)).path
    if re.search(r"/sparql-(auth|graph-crud)", path):
        return KINDS["virtuoso"]
    if re.search(r"/namespace/[^/]+/sparql$|/bigdata/sparql$|/blazegraph/sparql$", path):
        return KINDS["blazegraph"]
    if re.search(r"/rdf4j-server/repositories/", path):
        return KINDS["rdf4j"]
    if path.startswith("/sparql/gsp"):
        return KINDS["neptune"]
    return None
