"""Validation: the compiled queries run over data, their answers put together (W3C SHACL 3.4, 3.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.namespaces import RDFS
from treatygraph.shacl.graph import Quads, ShapesGraph, quads_of
from treatygraph.shacl.paths import Predicate
from treatygraph.shacl.plan import Counted, Logic, Nested, Plan, Select
from treatygraph.shacl.report import Result
from treatygraph.shacl.sparql import SHAPES_GRAPH, fill
from treatygraph.shacl.terms import AS_WRITTEN, as_written, kept, shielded
from treatygraph.store import Graph, GraphStore, Term

__all__ = ["Answers", "Data", "Elsewhere", "Run"]

Row = Mapping[str, Term | None]
Found = dict[Term, list[Result]]


class Answers(Protocol):
    """What answers the queries of a validation."""

    def rows(self, query: str) -> list[Row]:
        """The rows of a query for SHACL Core."""

    def user_rows(self, check: Select) -> list[Row]:
        """The rows of a query that holds the text of a user."""

    def together(self, rows: list[tuple[Term, Term]]) -> list[tuple[Term, Term]]:
        """Pairs whose terms will be looked for in other answers."""


class Elsewhere:
    """A data graph in somebody's store."""

    def __init__(self, graph: Graph, *, names_blanks: bool) -> None:
        self._graph = graph
        self._names_blanks = names_blanks
        self._known: dict[str, list[str]] = {}

    def subclasses(self, kind: str) -> list[str]:
        """The subclasses of a class in this graph, the class itself among them, each as SPARQL writes it."""
        if kind not in self._known:
            rows = self._graph.select(f"SELECT DISTINCT ?kind WHERE {{ ?kind <{RDFS}subClassOf>+ {kind} }}")
            self._known[kind] = sorted({kind, *(str(found) for (found,) in rows if isinstance(found, ox.NamedNode))})
        return self._known[kind]

    def rows(self, query: str) -> list[Row]:
        """The rows of a query."""
        found = self._graph.select(query)
        return [dict(zip(found.columns, row, strict=True)) for row in found]

    def user_rows(self, check: Select) -> list[Row]:
        """The rows of a query that holds the text of a user."""
        return self.rows(check.query)

    def together(self, rows: list[tuple[Term, Term]]) -> list[tuple[Term, Term]]:
        """The pairs.

        Raises:
            CorpusError: one of them has a blank node, and the store names it anew in each answer.
        """
        if not self._names_blanks and any(isinstance(term, ox.BlankNode) for pair in rows for term in pair):
            raise CorpusError("A shape within a shape is about blank nodes, which this store names anew in each answer.", "Check the corpus here instead.")
        return rows


class Data:
    """A data graph as the stores that the queries need.

    A store is asked as it is, over the union of its graphs. Statements that come one by one go into two stores: one with
    `shielded` literals for SHACL Core, one as Oxigraph keeps them for the SPARQL of users; the two are one where no literal changes.
    """

    def __init__(self, source: Quads, shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self.written = not isinstance(source, (GraphStore, ox.Store))
        if not self.written:
            store = quads_of(source)
            assert isinstance(store, ox.Store)
            self.core = self.plain = store
            return
        triples = {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads_of(source)}
        self.plain, self.core = ox.Store(), ox.Store()
        self._spellings: dict[Term, set[Term]] = {}
        changed = {triple: shielded(triple.object) for triple in triples}
        self.plain.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
        for triple, term in changed.items():
            if isinstance(term, ox.Literal):
                self._spellings.setdefault(kept(triple.object), set()).add(term)
        if all(triple.object == term for triple, term in changed.items()):
            self.core = self.plain
        else:
            self.core.bulk_extend(ox.Quad(triple.subject, triple.predicate, term) for triple, term in changed.items())

    @cached_property
    def single(self) -> ox.Store:
        """The data with each triple once."""
        if self.written:
            return self.plain
        store = ox.Store()
        store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in {quad.triple for quad in self.plain})
        return store

    @cached_property
    def with_shapes(self) -> ox.Store:
        """The data with each triple once, and the shapes graph beside it under a name (5.1)."""
        store, name = ox.Store(), ox.NamedNode(SHAPES_GRAPH)
        store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in {quad.triple for quad in self.plain})
        store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object, name) for triple in self._shapes.triples())
        return store

    def rows(self, query: str) -> list[Row]:
        """The rows of a query for SHACL Core."""
        return _rows(self.core, query, union=True)

    def together(self, rows: list[tuple[Term, Term]]) -> list[tuple[Term, Term]]:
        """The pairs."""
        return rows

    def user_rows(self, check: Select) -> list[Row]:
        """The rows of a query that holds the text of a user, each as often as SPARQL would give it over one graph.

        A focus node that is a literal comes back in the spellings that it has in the data; other values as Oxigraph keeps them.
        """
        query = check.query.replace(f"^^<{AS_WRITTEN}", "^^<")
        if check.needs_shapes or check.asks_bag:
            rows = _rows(self.with_shapes if check.needs_shapes else self.single, query, union=False)
        else:
            rows = _rows(self.plain, query, union=True)
            if not self.written and len(rows) > 1 and len({tuple(row.items()) for row in rows}) < len(rows):
                rows = _rows(self.single, query, union=False)  # a triple may stand in two graphs of the union
        if not self.written:
            return rows
        return [{**row, "this": spelling} for row in rows if (this := row["this"]) is not None for spelling in self._spellings.get(this, (this,))]


def _rows(store: ox.Store, query: str, *, union: bool) -> list[Row]:
    answer = store.query(query, use_default_graph_as_union=union)
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return [dict(zip(names, solution, strict=True)) for solution in answer]


class Run:
    """One validation of one data graph."""

    def __init__(self, data: Answers) -> None:
        self._data = data

    def results(self, plan: Plan) -> Found:
        """The results of a shape, by the focus node to which they belong; conforming nodes are not in it."""
        found: Found = defaultdict(list)
        for check in plan.checks:
            if isinstance(check, Select):
                self._select(plan, check, found)
            elif isinstance(check, Nested):
                self._nested(plan, check, found)
            elif isinstance(check, Logic):
                self._logic(plan, check, found)
            else:
                self._counted(plan, check, found)
        return found

    def _select(self, plan: Plan, check: Select, found: Found) -> None:
        for row in self._data.user_rows(check) if check.user else self._data.rows(check.query):
            this = row["this"]
            assert this is not None
            found[this].append(_result(plan, check, this, row))

    def _nested(self, plan: Plan, check: Nested, found: Found) -> None:
        inner = self.results(check.plan)
        if inner:
            for this, value in self._pairs(plan, check.pairs):
                if value in inner:
                    found[this].extend(inner[value])

    def _logic(self, plan: Plan, check: Logic, found: Found) -> None:
        failing = [set(self.results(inner)) for inner in check.plans]
        if (check.rule in {"node", "and"} and not any(failing)) or (check.rule == "or" and failing and not all(failing)):
            return
        for this, value in self._pairs(plan, check.pairs):
            good = sum(value not in bad for bad in failing)
            fine = {"or": good > 0, "xone": good == 1, "not": good == 0}.get(check.rule, good == len(failing))
            if not fine:
                found[this].append(_result(plan, check, this, {"value": value}))

    def _counted(self, plan: Plan, check: Counted, found: Found) -> None:
        bad, siblings = set(self.results(check.plan)), [set(self.results(sibling)) for sibling in check.siblings]
        counts: dict[Term, int] = {row["this"]: 0 for row in self._data.rows(check.foci) if row["this"] is not None}
        for this, value in self._pairs(plan, check.pairs):
            if value not in bad and all(value in failing for failing in siblings):
                counts[this] += 1
        for this, count in counts.items():
            if (check.least is not None and count < check.least) or (check.most is not None and count > check.most):
                found[this].append(_result(plan, check, this, {}))

    def _pairs(self, plan: Plan, query: str) -> list[tuple[Term, Term]]:
        """Focus nodes with their value nodes."""
        column = "this" if plan.shape.path is None else "value"
        rows = self._data.rows(query)
        return self._data.together([(this, value) for row in rows if (this := row["this"]) is not None and (value := row[column]) is not None])


def _result(plan: Plan, check: Select | Logic | Counted, this: Term, row: Row) -> Result:
    """A result from a row; W3C SHACL 3.6.2, and 5.3.2 for the rows of a user."""
    shape, path, messages, constraint = plan.shape, plan.shape.path, plan.shape.messages, None
    value = row.get("value")
    if isinstance(check, Select):
        messages, constraint = check.messages or messages, check.constraint
        own = row.get("path")
        if isinstance(own, ox.NamedNode):
            path = Predicate("", (), own.value)
        if check.value != "?":
            value = row.get(check.value) if check.value else None
        elif value is None and shape.path is None:
            value = this
        if check.user:
            messages = tuple(fill(message, {**dict(check.row), **row}) for message in messages)
    if not messages:
        messages = (ox.Literal(f"does not meet {check.about}"),)
    return Result(as_written(this), path, None if value is None else as_written(value), shape.node, check.component, shape.severity, messages, constraint)
