"""OWL 2 RL by queries: the ontology compiled to SPARQL rules, their fixpoint, contradictions, and reasons."""

from __future__ import annotations

from treatygraph.reasoning.closure import Closure, close
from treatygraph.reasoning.compiler import LEFT_OUT, compile, compile_schema  # noqa: A004 - reads as reasoning.compile
from treatygraph.reasoning.contradiction import Contradiction, contradictions
from treatygraph.reasoning.engine import Engine
from treatygraph.reasoning.fixpoint import saturate
from treatygraph.reasoning.linear import Linear
from treatygraph.reasoning.notation import Atom, key_of, variable_of
from treatygraph.reasoning.reason import Reason, reasons
from treatygraph.reasoning.rule import Rule, RuleSet
from treatygraph.reasoning.schema import Queried
from treatygraph.reasoning.vocabulary import DERIVED, SAME, SCHEMA_KEYS, TYPE

__all__ = [
    "DERIVED", "LEFT_OUT", "SAME", "SCHEMA_KEYS", "TYPE", "Atom", "Closure", "Contradiction", "Engine", "Linear", "Queried", "Reason", "Rule", "RuleSet",
    "close", "compile", "compile_schema", "contradictions", "key_of", "reasons", "saturate", "variable_of",
]  # fmt: skip
