"""Write whole graphs."""

from __future__ import annotations

from urllib.parse import quote

from treatygraph.errors import nearest
from treatygraph.namespaces import GRAPH, HOME
from treatygraph.web.addresses import address_of
from treatygraph.web.dataset import parts_of, write_triples
from treatygraph.web.markup import Content, element
from treatygraph.web.negotiation import GRAPH as GRAPH_FORMS
from treatygraph.web.negotiation import HTML, Choice
from treatygraph.web.pages import links_to_forms, page, show_term
from treatygraph.web.refusals import Refused
from treatygraph.web.served import Served
from treatygraph.web.wire import Reply

__all__ = ["DUMPS", "list_graphs", "write_everything", "write_graph"]

SHOWN = 500  # graphs on one page of their list
DUMPS = {
    "nq": "application/n-quads",
    "trig": "application/trig",
    "nt": "application/n-triples",
    "ttl": "text/turtle; charset=utf-8",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}


def write_graph(served: Served, reply: Reply, graph: str | None, choice: Choice, other: tuple[str, Choice] | None) -> None:
    """Write one graph (Graph Store HTTP Protocol, section 5.2).

    Args:
        graph: its IRI, or None for the default graph.
        choice: the form that the client accepts.
        other: what the address means if it is read as a name with a suffix, for where no graph has the whole as its name.

    Raises:
        Refused: there is no such graph.
    """
    if other and not served.graph.has_graph(graph):
        graph, choice = other
    if not served.graph.has_graph(graph):
        raise Refused(404, f"There is no graph <{graph}>.", nearest(graph or "", served.graph.graphs()) or "Their list is at /graph.")
    reply.head(200, {"Content-Type": choice.content_type})
    if choice.form != HTML:
        write_triples(served.graph.triples_in(graph), choice.form.name, reply)
        return
    triples = list(served.graph.triples_in(graph))
    things = sorted({triple.subject for triple in triples if parts_of(triple.subject)[0] == "iri"}, key=lambda thing: parts_of(thing)[1])
    links = links_to_forms([form for form in GRAPH_FORMS if form != HTML], lambda suffix: _address(graph, suffix))
    reply.write(
        page(
            f"Graph {_name(graph)}",
            element("p", f"{len(triples)} triples about {len(things)} things. The whole as ", links, "."),
            element("ul", [element("li", show_term(thing)) for thing in things]),
        )
    )


def list_graphs(served: Served, reply: Reply, number: int = 1) -> None:
    """Write a page with the list of graphs, or one page of a long list.

    Raises:
        Refused: there is no such page.
    """
    graphs = served.graph.graphs()
    last = max(1, -(-len(graphs) // SHOWN))
    if not 1 <= number <= last:
        raise Refused(404, f"The list has no page {number}.", f"Its pages are 1 to {last}.")
    reply.head(200, {"Content-Type": "text/html; charset=utf-8"})
    steps = [(number - 1, "← before"), (number + 1, "after →")]
    links = [[element("a", text, href=f"/graph?page={to}"), " "] for to, text in steps if 1 <= to <= last]
    where = element("p", f"{len(graphs)} graphs, page {number} of {last}. ", links) if last > 1 else None
    rows: list[Content] = [
        element("tr", element("td", element("a", _name(graph), href=_address(graph, ""))), element("td", str(sum(1 for _ in served.graph.triples_in(graph)))))
        for graph in graphs[(number - 1) * SHOWN : number * SHOWN]
    ]
    reply.write(
        page(
            "Graphs",
            element("p", "Each file of the corpus is a graph of its own. A query sees all of them at once, and each by its name with GRAPH."),
            element("p", "Everything in one file: ", [[element("a", suffix, href=f"/everything.{suffix}"), " "] for suffix in DUMPS]),
            where,
            element("table", element("tr", element("th", "graph", scope="col"), element("th", "triples", scope="col")), rows),
            where,
        )
    )


def _name(graph: str | None) -> str:
    return "without a name" if graph is None else graph.removeprefix(GRAPH)


def _address(graph: str | None, suffix: str) -> str:
    """Where a graph is, in the form of a suffix or, for an empty one, in the form that a client accepts."""
    if graph is not None and graph.startswith(HOME):
        return address_of(graph) + (f".{suffix}" if suffix else "")
    named = "default" if graph is None else f"graph={quote(graph, safe='')}"
    return f"/graph?{named}" + (f"&format={suffix}" if suffix else "")


def write_everything(served: Served, reply: Reply, form: str) -> None:
    """Write all graphs, in a form of quads with their names, else together."""
    reply.head(200, {"Content-Type": DUMPS[form]})
    served.graph.write_all(form, reply, once=served.built is None)
