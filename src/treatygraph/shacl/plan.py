"""Shapes compiled: each constraint as a query, or as a rule over the answers of queries (W3C SHACL 3.4, 4.6, 4.7).

Shapes within shapes (sh:property, sh:node, sh:and ...) are compiled for the value nodes of the shape around them as their
focus nodes, so that each question is put once for a whole set of nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.namespaces import SH
from treatygraph.shacl.components import Component, declared
from treatygraph.shacl.constraints import SELECTS, Scope, whole_number
from treatygraph.shacl.graph import ShapesGraph
from treatygraph.shacl.shapes import Shape, read_shape, target_pattern, target_shapes
from treatygraph.shacl.sparql import SHAPES_GRAPH, UserText
from treatygraph.shacl.terms import Terms
from treatygraph.store import Term, is_blank

__all__ = ["Check", "Counted", "Logic", "Nested", "Plan", "Select", "compile_plans"]


@dataclass(frozen=True)
class Select:
    """A constraint that is one query: each row is a result.

    Attributes:
        value: the column of sh:value; empty for none.
        user: the text is a user's: its rows count as often as they come, on the data as they are stored.
        needs_shapes: the text looks into the shapes graph.
        asks_bag: the text may count or cut off solutions, so that a triple that stands in two named graphs must count once.
        messages: those of the constraint, in place of the shape's.
    """

    component: str
    about: str
    query: str
    value: str
    user: bool = False
    needs_shapes: bool = False
    asks_bag: bool = False
    messages: tuple[ox.Literal, ...] = ()
    constraint: Term | None = None
    row: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True)
class Nested:
    """sh:property (4.7.2): the results of the inner shape are results of the outer."""

    plan: Plan
    pairs: str


@dataclass(frozen=True)
class Logic:
    """sh:node, sh:not, sh:and, sh:or, sh:xone (4.6, 4.7.1): a value node breaks the rule or not by how many inner shapes it conforms to."""

    component: str
    about: str
    rule: str
    plans: tuple[Plan, ...]
    pairs: str


@dataclass(frozen=True)
class Counted:
    """sh:qualifiedValueShape (4.7.3): how many value nodes conform to a shape, and to none of its siblings."""

    component: str
    about: str
    plan: Plan
    siblings: tuple[Plan, ...]
    pairs: str
    foci: str
    least: int | None = None
    most: int | None = None


Check = Select | Nested | Logic | Counted


@dataclass(frozen=True)
class Plan:
    """A shape with its compiled constraints, for one set of focus nodes."""

    shape: Shape
    checks: list[Check] = field(default_factory=list)

    def queries(self) -> Iterator[tuple[Shape, str, str]]:
        """All queries: shape, what the query is for, text."""
        for check in self.checks:
            if isinstance(check, Select):
                yield self.shape, check.about, check.query
                continue
            yield self.shape, "value nodes", check.pairs
            if isinstance(check, Counted):
                yield self.shape, "focus nodes", check.foci
            inner = check.plans if isinstance(check, Logic) else (check.plan, *(check.siblings if isinstance(check, Counted) else ()))
            for plan in inner:
                yield from plan.queries()


def compile_plans(graph: ShapesGraph, terms: Terms, foci: Mapping[str, Iterable[str]] | None = None) -> list[Plan]:
    """All shapes of a shapes graph that have a target, compiled; or some, each for some of its focus nodes only.

    Raises:
        CorpusError: a shape is not well formed, or uses what is not supported, with its name.
    """
    compiler = _Compiler(graph, terms)
    plans = []
    for node in target_shapes(graph):
        pattern = target_pattern(graph, node, terms, bound=foci is not None)
        if foci is not None:
            nodes = [str(ox.NamedNode(iri)) for iri in foci.get(node.value, ())] if isinstance(node, ox.NamedNode) else []
            if not nodes:
                continue
            pattern = f"VALUES ?this {{ {' '.join(nodes)} }} LATERAL {{ {pattern} }}"
        plan = compiler.plan(node, pattern, ())
        if plan.checks:
            plans.append(plan)
    return plans


def shown(term: Term) -> str:
    """A term in a message; a blank node without its label, which is another one in every run."""
    return "[]" if is_blank(term) else str(term)


class _Compiler:
    def __init__(self, graph: ShapesGraph, terms: Terms) -> None:
        self._graph = graph
        self._terms = terms
        self._components = declared(graph)

    def plan(self, node: Term, focus: str, around: tuple[Term, ...]) -> Plan:
        """A shape for the focus nodes of a pattern; ``around`` are the shapes in which it stands."""
        if node in around:
            raise CorpusError(f"The shape {node} refers to itself; recursive shapes are not supported (W3C SHACL 3.4.3 leaves them open).")
        shape = read_shape(self._graph, node)
        plan = Plan(shape)
        if shape.deactivated:
            return plan
        scope, around = Scope(self._graph, shape, self._terms, focus), (*around, node)
        for name, (component, write, value) in SELECTS.items():
            for term in self._graph.values(node, SH + name):
                if name == "uniqueLang" and not self._graph.is_true(node, SH + name):
                    continue
                query = write(scope, term)
                if query:
                    plan.checks.append(Select(f"{SH}{component}ConstraintComponent", f"sh:{name} {shown(term)}", query, scope.v[1:] if value == "v" else value))
        plan.checks.extend(self._inner(scope, around))
        plan.checks.extend(self._qualified(scope, around))
        plan.checks.extend(self._sparql(scope))
        for known in self._components:
            plan.checks.extend(self._custom(scope, known))
        return plan

    def _inner(self, scope: Scope, around: tuple[Term, ...]) -> Iterator[Check]:
        """4.6 and 4.7: the shapes that stand in this one."""
        graph, node = self._graph, scope.shape.node
        for name in ("node", "not", "and", "or", "xone"):
            for term in graph.values(node, SH + name):
                members = graph.items(term) if name in {"and", "or", "xone"} else [term]
                plans = tuple(self.plan(member, scope.inner, around) for member in members)
                yield Logic(f"{SH}{name.capitalize()}ConstraintComponent", f"sh:{name} {shown(term)}", name, plans, scope.pairs())
        for term in graph.values(node, SH + "property"):
            inner = self.plan(term, scope.inner, around)
            if inner.shape.path is None:
                raise CorpusError(f"sh:property of {scope.shape} names {term}, which has no sh:path.")
            yield Nested(inner, scope.pairs())

    def _qualified(self, scope: Scope, around: tuple[Term, ...]) -> Iterator[Check]:
        """4.7.3, with sh:qualifiedValueShapesDisjoint."""
        graph, node = self._graph, scope.shape.node
        least, most = graph.value(node, SH + "qualifiedMinCount"), graph.value(node, SH + "qualifiedMaxCount")
        for term in graph.values(node, SH + "qualifiedValueShape"):
            scope.path("qualifiedValueShape")
            siblings: set[Term] = set()
            if graph.is_true(node, SH + "qualifiedValueShapesDisjoint"):
                for parent in graph.subjects():
                    beside = graph.values(parent, SH + "property")
                    if node in beside:
                        siblings |= {shape for other in beside for shape in graph.values(other, SH + "qualifiedValueShape")}
            others = tuple(self.plan(shape, scope.inner, around) for shape in sorted(siblings - {term}, key=str))
            plan, foci = self.plan(term, scope.inner, around), f"SELECT DISTINCT ?this WHERE {{ {scope.focus} }}"
            for kind, number in (("Min", least), ("Max", most)):
                if number is not None:
                    count = whole_number(number, scope.shape, f"qualified{kind}Count")
                    bounds = {"least": count} if kind == "Min" else {"most": count}
                    yield Counted(
                        f"{SH}Qualified{kind}CountConstraintComponent", f"sh:qualified{kind}Count {count}", plan, others, scope.pairs(), foci, **bounds
                    )

    def _constants(self, scope: Scope) -> dict[str, Term | None]:
        return {"currentShape": scope.shape.node, "shapesGraph": ox.NamedNode(SHAPES_GRAPH)}

    def _sparql(self, scope: Scope) -> Iterator[Check]:
        """5: sh:sparql."""
        for term in self._graph.values(scope.shape.node, SH + "sparql"):
            if self._graph.is_true(term, SH + "deactivated"):
                continue
            where = f"sh:sparql of {scope.shape}"
            text = UserText(self._graph, term, where, "select", set(), self._constants(scope), scope.shape.path)
            messages = tuple(message for message in self._graph.values(term, SH + "message") if isinstance(message, ox.Literal))
            yield self._user_select(scope, text, f"{SH}SPARQLConstraintComponent", "sh:sparql", messages, term, ())

    def _user_select(
        self,
        scope: Scope,
        text: UserText,
        component: str,
        about: str,
        messages: tuple[ox.Literal, ...],
        constraint: Term | None,
        row: tuple[tuple[str, Term], ...],
    ) -> Select:
        if self._terms.portable:
            if text.uses_graph:
                raise CorpusError(f"{about} of {scope.shape} looks into the shapes graph, which is not in the store.", "Check the corpus here instead.")
            query = text.prologue + text.joined_to(scope.each_once)
        else:
            query = f"{text.prologue}SELECT * WHERE {{ {scope.foci} LATERAL {{ {text.body} }} }}"
        return Select(component, about, query, "?", True, text.uses_graph, text.asks_bag, messages, constraint, row)

    def _custom(self, scope: Scope, component: Component) -> Iterator[Check]:
        """6: a constraint component that the shapes graph declares."""
        for values in component.uses(self._graph, scope.shape.node):
            kind, validator = component.validator(self._graph, scope.shape)
            constants = self._constants(scope) | values
            where = f"The validator of {component.node} for {scope.shape}"
            messages = tuple(message for message in self._graph.values(validator, SH + "message") if isinstance(message, ox.Literal))
            row = tuple((name, value) for name, value in values.items() if value is not None)
            if kind == "select":
                text = UserText(self._graph, validator, where, kind, set(), constants, scope.shape.path)
                yield self._user_select(scope, text, component.node.value, component.node.value, messages, None, row)
                continue
            text = UserText(self._graph, validator, where, kind, {"value"}, constants, scope.shape.path)
            bind = "BIND(?this AS ?value) " if scope.shape.path is None else ""
            query = f"{text.prologue}SELECT DISTINCT ?this ?value WHERE {{ {scope.values} {bind}FILTER NOT EXISTS {text.body} }}"
            yield Select(component.node.value, component.node.value, query, "value", True, text.uses_graph, text.asks_bag, messages, None, row)
