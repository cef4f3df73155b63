"""What is exported: the named graphs that were asked for, with their statements as the files write them.

A store keeps numbers and days by value ("0.90" comes back as 0.9), so the statements are read from the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from treatygraph.corpus import graph_name
from treatygraph.errors import CorpusError, UsageError, nearest
from treatygraph.layout import Layout
from treatygraph.namespaces import GRAPH, PREFIXES
from treatygraph.prepared import derived_lines
from treatygraph.reasoning import DERIVED

__all__ = ["Selection", "choose_graphs", "select"]


class Selection:
    """Named graphs and their triples.

    Attributes:
        graphs: the IRI of each named graph, in order, and its triples.
        prefixes: prefix to namespace, as the files declare them.
    """

    def __init__(self, graphs: Mapping[str, frozenset[ox.Triple]], prefixes: Mapping[str, str]) -> None:
        self.graphs = dict(graphs)
        self.prefixes = dict(prefixes)

    @cached_property
    def triples(self) -> frozenset[ox.Triple]:
        """The triples of all graphs together."""
        return frozenset().union(*self.graphs.values())

    @property
    def quads(self) -> Iterator[ox.Quad]:
        """The triples, each with its graph."""
        for graph, triples in self.graphs.items():
            name = ox.NamedNode(graph)
            for triple in triples:
                yield ox.Quad(triple.subject, triple.predicate, triple.object, name)

    def with_graph(self, graph: str, triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> Selection:
        """The same with one graph more."""
        return Selection({**self.graphs, graph: frozenset(triples)}, {**prefixes, **self.prefixes})


def choose_graphs(layout: Layout, names: Iterable[str]) -> dict[str, Path]:
    """The named graphs of a corpus that are asked for, and their files.

    Args:
        layout: the files.
        names: each the IRI of a named graph, the path of its file in the corpus with or without the suffix
            (``data/places``), or the name of the file alone where no other has it; none for all graphs.

    Raises:
        UsageError: there is no such graph; the message names the nearest.
    """
    known = {graph_name(layout, path): path for path in layout.ontology_files + layout.data_files}
    wanted = [_find(name, known) for name in names] or list(known)
    return {graph: known[graph] for graph in known if graph in wanted}


def _find(name: str, known: Mapping[str, Path]) -> str:
    plain = name.removeprefix(GRAPH).removesuffix(".ttl")
    found = [graph for graph in known if graph.removeprefix(GRAPH) == plain] or [graph for graph in known if graph.rpartition("/")[2] == plain]
    short = [graph.removeprefix(GRAPH) for graph in found]
    if len(found) > 1:
        raise UsageError(f"'{name}' may mean {' or '.join(short)}.", "Say which.")
    if not found:
        names = [graph.removeprefix(GRAPH) for graph in known]
        raise UsageError(f"There is no graph '{name}'.", nearest(plain, names) or f"Graphs: {', '.join(names)}.")
    return found[0]


def select(layout: Layout, names: Iterable[str] = (), *, inferred: bool = False) -> Selection:
    """Read the named graphs that are asked for.

    Args:
        layout: the corpus.
        names: see `choose_graphs`.
        inferred: also what follows from the whole corpus by OWL 2 RL, as the graph `reasoning.DERIVED`.

    Raises:
        UsageError: there is no such graph.
        CorpusError: a file is not Turtle.
    """
    graphs: dict[str, frozenset[ox.Triple]] = {}
    prefixes: dict[str, str] = {}
    for graph, path in choose_graphs(layout, names).items():
        graphs[graph], declared = _read(path)
        prefixes = {**declared, **prefixes}
    selection = Selection(graphs, prefixes)
    if inferred:
        lines = "\n".join(derived_lines(layout)).encode()
        selection = selection.with_graph(DERIVED, (quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)), PREFIXES)
    return selection


def _read(path: Path) -> tuple[frozenset[ox.Triple], dict[str, str]]:
    try:
        parser = ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        return frozenset(quad.triple for quad in parser), dict(parser.prefixes)
    except SyntaxError as error:
        raise CorpusError(f"{path}:{error.lineno}: {error.msg}.", "Mend the Turtle there.") from None
    except UnicodeDecodeError:
        raise CorpusError(f"{path}: the file is not UTF-8.", "Save it as UTF-8.") from None
