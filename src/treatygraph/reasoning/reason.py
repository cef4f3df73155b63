"""The reasons of a conclusion: the single steps that lead to a triple."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from treatygraph.reasoning.compiler import compile  # noqa: A004
from treatygraph.reasoning.engine import Engine, Matching, holds, triple_of, walk
from treatygraph.reasoning.notation import key_of
from treatygraph.reasoning.rule import Rule, RuleSet
from treatygraph.store import GraphStore, Term

__all__ = ["Reason", "reasons"]


class Reason(NamedTuple):
    """One step that leads to a triple: a rule, and the triples it starts from, those of its axiom first."""

    rule: Rule
    premises: tuple[ox.Triple, ...]


def reasons(store: GraphStore | Matching, triple: ox.Triple, rules: RuleSet | None = None) -> list[Reason]:
    """The single steps that conclude a triple from other triples of a closed store.

    Args:
        store: a closed store, or several that are one together; then with its rules.
        triple: the conclusion.
        rules: the rules that `close` returned, to save compiling them again.

    Returns:
        Every step whose premises do not hold the triple itself; the premises are asserted or derived, and a derived
        one has reasons of its own. Steps may lead round in a circle (a is b because b is a), so a proof has to choose.
    """
    triples = store.oxigraph if isinstance(store, GraphStore) else store
    if rules is None:
        assert isinstance(triples, ox.Store)
        rules = compile(Engine(triples))
    subject, predicate, value = (str(term) for term in triple)
    found: dict[Reason, None] = {}
    for rule in rules.concluding(key_of((subject, predicate, value))):
        bound = _match(rule, triple)
        if bound is None or (len(rule.body) > 1 and not all(holds(triples, key) for key in rule.reads)):
            continue
        axiom = [triple_of(atom, {}) for atom in rule.axiom]
        for values in walk(triples, list(rule.body), bound):
            premises = tuple(dict.fromkeys([*axiom, *(triple_of(atom, values) for atom in rule.body)]))
            if triple not in premises and (not rule.filters or _passes(rule, premises, values)):
                found.setdefault(Reason(rule, premises))
    return list(found)


def _passes(rule: Rule, premises: tuple[ox.Triple, ...], values: dict[str, Term]) -> bool:
    """Whether the filters of a rule let values pass: the rule is asked of its premises alone."""
    store = ox.Store()
    store.extend(ox.Quad(*premise) for premise in premises)
    return any(True for _ in Engine(store).solutions(rule, values))  # with a value for each variable: one row, or none


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
