"""Change the graph: by an update, or graph by graph. Each of these runs in a fork that lives on only if it succeeds."""

from __future__ import annotations

from collections.abc import Sequence

from treatygraph.web.dataset import read_iri
from treatygraph.web.refusals import Refused
from treatygraph.web.served import Served
from treatygraph.web.sparql_text import explain, forbid_calls, with_dataset
from treatygraph.web.wire import Reply

__all__ = ["add_to_graph", "put_graph", "remove_graph", "run_update"]

Part = tuple[bytes, str]  # data, and the name of its form


def run_update(served: Served, reply: Reply, text: str, graphs: Sequence[str], named: Sequence[str], base: str) -> None:
    """Run a SPARQL update.

    Args:
        text: the update.
        graphs: the graphs that ``using-graph-uri`` names, named: those that ``using-named-graph-uri`` names.
        base: what relative IRIs are relative to.

    Raises:
        Refused: it is not SPARQL, or asks a server that it may not ask, or could not be done.
    """
    calls = forbid_calls(text, served.settings.services, served.settings.loads)
    if graphs or named:
        text = with_dataset(text, [str(read_iri(graph)) for graph in graphs], [str(read_iri(graph)) for graph in named])
    try:
        served.graph.update(text, base)
    except SyntaxError as error:
        raise Refused(400, explain(text, error.msg)) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise Refused(502 if calls else 400, f"The update could not be done, and nothing has changed: {error}") from None
    _finish(served, reply, 204)


def put_graph(served: Served, reply: Reply, graph: str | None, parts: Sequence[Part], base: str) -> None:
    """Put triples in the place of a graph (Graph Store HTTP Protocol, section 5.3).

    Raises:
        Refused: the data is not what its media type says.
    """
    existed = served.graph.has_graph(graph)
    served.graph.remove_graph(graph)
    _add(served, graph, parts, base)
    _finish(served, reply, 204 if existed else 201)


def add_to_graph(served: Served, reply: Reply, graph: str | None, parts: Sequence[Part], base: str) -> None:
    """Add triples to a graph (section 5.5).

    Raises:
        Refused: the data is not what its media type says.
    """
    existed = served.graph.has_graph(graph)
    _add(served, graph, parts, base)
    _finish(served, reply, 204 if existed else 201)


def remove_graph(served: Served, reply: Reply, graph: str | None) -> None:
    """Take a graph away (section 5.4).

    Raises:
        Refused: there is none of this name.
    """
    if not served.graph.has_graph(graph):
        raise Refused(404, f"There is no graph <{graph}>.")
    served.graph.remove_graph(graph)
    _finish(served, reply, 204)


def _add(served: Served, graph: str | None, parts: Sequence[Part], base: str) -> None:
    for data, form in parts:
        try:
            served.graph.add_to_graph(data, form, graph, base)
        except SyntaxError as error:
            where = f", line {error.lineno}" if error.lineno else ""
            raise Refused(400, f"The data is not what its media type says{where}: {error.msg}.", "Nothing has changed.") from None
        except UnicodeDecodeError:
            raise Refused(400, "The data is not UTF-8.", "Nothing has changed.") from None


def _finish(served: Served, reply: Reply, status: int) -> None:
    served.keep()
    reply.head(status, {})
