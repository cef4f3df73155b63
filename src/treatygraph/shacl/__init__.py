"""SHACL by queries: shapes compiled to SPARQL SELECTs, each for all focus nodes at once, that run in Oxigraph.

W3C Shapes Constraint Language (2017): SHACL Core, SPARQL-based constraints and constraint components. What is not
supported is refused with its name: recursive shapes, blank nodes as constants, patterns that Oxigraph's regular
expressions do not know, components without a validator in SPARQL, terms of later drafts of SHACL.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from treatygraph.shacl.graph import Quads, ShapesGraph
from treatygraph.shacl.paths import structure
from treatygraph.shacl.plan import Plan, compile_plans
from treatygraph.shacl.report import Report, Result
from treatygraph.shacl.run import Answers, Data, Elsewhere, Run
from treatygraph.shacl.shapes import target_shapes
from treatygraph.shacl.terms import LateralTerms, PortableTerms, Terms, WrittenTerms, kept
from treatygraph.store import Graph

__all__ = ["CompiledShapes", "Report", "Result", "ShapesGraph", "compile", "kept", "structure", "target_shapes"]


class CompiledShapes:
    """The shapes of a shapes graph as queries."""

    def __init__(self, graph: ShapesGraph) -> None:
        self._graph = graph
        _ = self._written

    @cached_property
    def _written(self) -> list[Plan]:
        return compile_plans(self._graph, WrittenTerms())

    @cached_property
    def _plain(self) -> list[Plan]:
        return compile_plans(self._graph, Terms())

    def text(self) -> str:
        """All queries, each below a line with its shape and what it looks for.

        Raises:
            CorpusError: see `validate`.
        """
        return "\n\n".join(f"# {shape}: {about}\n{query}" for plan in self._plain for shape, about, query in plan.queries()) + "\n"

    def validate(
        self,
        data: Quads,
        threads: int = 1,
        foci: Mapping[str, Iterable[str]] | None = None,
        only: Collection[str] | None = None,
        done: Callable[[int, int], None] | None = None,
    ) -> Report:
        """Validate a data graph; W3C SHACL 3.4.

        Args:
            data: a store, of which the union of the graphs is validated, and whose literals are compared and reported
                as Oxigraph keeps them; or statements, of which each literal counts as it is written.
            threads: how many shapes to run at once; Oxigraph answers without the lock of Python.
            foci: shapes by their IRI, each with the IRIs of the nodes to validate; only these shapes and nodes are.
            only: the shapes to validate, by their IRI; all where it is None.
            done: is told after each shape how many are done, and of how many.

        Raises:
            CorpusError: a shape asks for a datatype that a store does not keep, such as xsd:byte.
        """
        known = Data(data, self._graph)
        run = Run(known)
        results = []
        plans = compile_plans(self._graph, Terms(), foci) if foci is not None else self._written if known.written else self._plain
        if only is not None:
            plans = [plan for plan in plans if str(plan.shape) in only]
        with ThreadPoolExecutor(threads) as pool:
            for i, found in enumerate(pool.map(run.results, plans) if threads > 1 else map(run.results, plans), 1):
                for of_focus in found.values():
                    results += of_focus
                if done is not None:
                    done(i, len(plans))
        return Report(results)

    def validate_in(self, graph: Graph, *, names_blanks: bool = True, lateral: bool = False) -> Report:
        """Validate a graph that is somewhere else, by SELECTs in SPARQL 1.1 that run there.

        Args:
            graph: what answers.
            names_blanks: whether a blank node has the same name in two answers.
            lateral: whether it knows LATERAL (SPARQL SEP-0006), with which most of them are quicker.

        Raises:
            CorpusError: a shape asks for something that only the engine here knows, with its name; or a shape within a
                shape is about blank nodes that have no lasting names.
        """
        elsewhere = Elsewhere(graph, names_blanks=names_blanks)
        return _report(elsewhere, compile_plans(self._graph, LateralTerms(elsewhere.subclasses) if lateral else PortableTerms(elsewhere.subclasses)))


def _report(data: Answers, plans: list[Plan]) -> Report:
    run = Run(data)
    return Report([result for plan in plans for found in run.results(plan).values() for result in found])


def compile(shapes: Quads) -> CompiledShapes:  # noqa: A001 - reads as shacl.compile
    """Compile the shapes of a shapes graph.

    Args:
        shapes: a store, or statements (parsed statements keep the spelling of literals: sh:uniqueLang "1" is not true).

    Raises:
        CorpusError: a shape is not well formed, or uses what is not supported, with its name.
    """
    return CompiledShapes(ShapesGraph(shapes))
