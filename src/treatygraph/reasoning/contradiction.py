"""What a store says that cannot be."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from treatygraph.reasoning.compiler import compile  # noqa: A004
from treatygraph.reasoning.engine import Engine, triple_of
from treatygraph.reasoning.rule import RuleSet
from treatygraph.store import GraphStore

__all__ = ["Contradiction", "contradictions"]


class Contradiction(NamedTuple):
    """The name of a rule, the axiom in Turtle-like text, and the triples that cannot stand together."""

    rule: str
    axiom: str
    triples: tuple[ox.Triple, ...]


def contradictions(store: GraphStore | ox.Store, rules: RuleSet | None = None) -> list[Contradiction]:
    """What a store says that cannot be.

    Args:
        store: a closed store; in one that is not, only contradictions between asserted triples are found.
        rules: the rules that `close` returned, to save compiling them again.

    Returns:
        Each contradiction once, in the order of the rules.
    """
    engine = Engine(store)
    found: dict[tuple[str, str, frozenset[ox.Triple]], Contradiction] = {}
    for rule in (rules or compile(engine)).clashes:
        if all(map(engine.holds, rule.reads)):
            axiom = rule.axiom_text
            for values in engine.solutions(rule, {}):
                triples = tuple(dict.fromkeys(triple_of(atom, values) for atom in rule.body)) or tuple(triple_of(atom, {}) for atom in rule.axiom)
                found.setdefault((rule.name, axiom, frozenset(triples)), Contradiction(rule.name, axiom, triples))
    return list(found.values())
