"""The reasons of a conclusion: the single steps that lead to a triple."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from treatygraph.reasoning.compiler import compile  # noqa: A004
from treatygraph.reasoning.engine import Engine, triple_of
from treatygraph.reasoning.notation import key_of
from treatygraph.reasoning.rule import Rule, RuleSet
from treatygraph.store import GraphStore, Term

__all__ = ["Reason", "reasons"]


class Reason(NamedTuple):
    """One step that leads to a triple: a rule, and the triples it starts from, those of its axiom first."""

    rule: Rule
    premises: tuple[ox.Triple, ...]


def reasons(store: GraphStore | ox.Store, triple: ox.Triple, rules: RuleSet | None = None) -> list[Reason]:
    """The single steps that conclude a triple from other triples of a closed store.

    Args:
        store: a closed store.
        triple: the conclusion.
        rules: the rules that `close` returned, to save compiling them again.

    Returns:
        Every step whose premises do not hold the triple itself; the premises are asserted or derived, and a derived
        one has reasons of its own. Steps may lead round in a circle (a is b because b is a), so a proof has to choose.
    """
    engine = Engine(store)
    subject, predicate, value = (str(term) for term in triple)
    found: dict[Reason, None] = {}
    for rule in (rules or compile(engine)).concluding(key_of((subject, predicate, value))):
        bound = _match(rule, triple)
        if bound is None or not all(map(engine.holds, rule.reads)):
            continue
        for values in engine.solutions(rule, bound):
            premises = tuple(dict.fromkeys([*(triple_of(atom, {}) for atom in rule.axiom), *(triple_of(atom, values) for atom in rule.body)]))
            if triple not in premises:
                found.setdefault(Reason(rule, premises))
    return list(found)


def _match(rule: Rule, triple: ox.Triple) -> dict[str, Term] | None:
    """The values of the variables for which the head of a rule is a triple, or None."""
    assert rule.head
    bound: dict[str, Term] = {}
    for pattern, term in zip(rule.head, triple, strict=True):
        if pattern.startswith("?"):
            if bound.setdefault(pattern, term) != term:
                return None
        elif pattern != str(term):
            return None
    return bound
