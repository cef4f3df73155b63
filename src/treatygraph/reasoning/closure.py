"""Closing a store: rules run until they conclude nothing new, and again where the schema has changed.

What was asserted stays in its named graphs; conclusions go to a graph of their own, `DERIVED`, which never holds a
triple that is asserted.
"""

from __future__ import annotations

import pyoxigraph as ox

from treatygraph.reasoning.compiler import compile, compile_schema  # noqa: A004
from treatygraph.reasoning.engine import DERIVED_GRAPH, Engine
from treatygraph.reasoning.fixpoint import saturate
from treatygraph.reasoning.rule import RuleSet
from treatygraph.store import GraphStore

__all__ = ["Closure", "close"]


class Closure:
    """What came of closing a store.

    Attributes:
        rules: the rules of the closed ontology.
    """

    def __init__(self, store: ox.Store, size: int, rules: RuleSet) -> None:
        self.rules = rules
        self._store = store
        self._size = size

    def __len__(self) -> int:
        return self._size

    @property
    def derived(self) -> frozenset[ox.Triple]:
        """The triples derived, as they stand in the store now."""
        return frozenset(quad.triple for quad in self._store.quads_for_pattern(None, None, None, DERIVED_GRAPH))


def close(store: GraphStore | ox.Store) -> Closure:
    """Conclude all that OWL 2 RL concludes from the asserted triples (but see `LEFT_OUT`).

    What an earlier call derived is forgotten first.

    Args:
        store: all its graphs together are the ontology and the data.

    Returns:
        What was derived, which is now in the graph `DERIVED` of the store.
    """
    engine = Engine(store)
    engine.forget()
    try:
        while True:
            saturate(engine, compile_schema(engine))
            engine.schema_changed = False
            rules = compile(engine)
            saturate(engine, rules.instance)
            if not engine.schema_changed:
                return Closure(engine.store, engine.size, rules)
    finally:
        engine.done()
