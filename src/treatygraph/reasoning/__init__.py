"""OWL 2 RL by queries: the ontology compiled to SPARQL rules, their fixpoint, contradictions, and reasons."""

from __future__ import annotations

from treatygraph.reasoning.closure import Closure, close
from treatygraph.reasoning.compiler import LEFT_OUT, compile, compile_schema  # noqa: A004 - reads as reasoning.compile
from treatygraph.reasoning.contradiction import Contradiction, contradictions
from treatygraph.reasoning.notation import Atom, variable_of
from treatygraph.reasoning.reason import Reason, reasons
from treatygraph.reasoning.rule import Rule, RuleSet
from treatygraph.reasoning.schema import Queried
from treatygraph.reasoning.vocabulary import DERIVED, SCHEMA_KEYS, TYPE

__all__ = [
    "DERIVED", "LEFT_OUT", "SCHEMA_KEYS", "TYPE", "Atom", "Closure", "Contradiction", "Queried", "Reason",
    "Rule", "RuleSet", "close", "compile", "compile_schema", "contradictions", "reasons", "variable_of",
]  # fmt: skip
