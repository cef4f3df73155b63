"""The rules: OWL 2 RL, compiled from the ontology at hand to SPARQL.

Source: W3C OWL 2 Web Ontology Language Profiles (second edition), section 4.3, tables 4 to 9. Every rule whose
conclusion is an RDF triple is here under its W3C name, and every rule that concludes "false" (a clash). A rule about
instances is written once for each axiom that it applies to, with the terms of that axiom in place of its variables and
its lists written out; a rule about the schema is kept general, for the schema is small.
"""

from __future__ import annotations

from collections.abc import Iterable

from treatygraph.reasoning.clashes import clashes
from treatygraph.reasoning.instance_rules import instance_rules
from treatygraph.reasoning.rule import Rule, RuleSet
from treatygraph.reasoning.schema import Queried, Schema
from treatygraph.reasoning.schema_rules import schema_rules

__all__ = ["LEFT_OUT", "compile", "compile_schema"]

LEFT_OUT = {
    "eq-ref": "everything is the same as itself: three triples a term that nobody asks for. No rule here concludes a reflexive owl:sameAs; "
    "a clash that rests on one (a thing different from itself, a member twice in an owl:AllDifferent) is found all the same.",
    "prp-ap": "axiomatic: the same for every ontology.",
    "cls-thing": "axiomatic: the same for every ontology.",
    "cls-nothing1": "axiomatic: the same for every ontology.",
    "dt-type1": "axiomatic: the same for every ontology.",
    "dt-type2": "the subject would be a literal. Where a restriction asks for values of a datatype, cls-svf1 and cls-maxqc1 look at the datatype.",
    "dt-eq": "the subject would be a literal.",
    "dt-diff": "the subject would be a literal. Two different values of a functional property are found as a clash of this name.",
}
"""The rules of the specification that are not here, and why. Nor does a rule here start from a triple whose subject is
a literal or whose predicate is a blank node; but a restriction on ``[ owl:inverseOf p ]`` is read as one on p, backwards."""


def compile(store: Queried) -> RuleSet:  # noqa: A001 - the module is the name space
    """Compile the ontology in a store.

    Args:
        store: the graph, with the conclusions about its schema already in it; without them the rules are as right, but
            some of those that follow from derived axioms are not there.

    Returns:
        The rules of the ontology. Compile again after the schema has changed.
    """
    schema = Schema(store)
    return RuleSet(compile_schema(store, schema), _ready(schema, instance_rules(schema)), _ready(schema, clashes(schema)))


def compile_schema(store: Queried, schema: Schema | None = None) -> list[Rule]:
    """The rules about classes and properties (table 9), which conclude axioms from axioms."""
    schema = schema or Schema(store)
    return _ready(schema, schema_rules(schema))


def _ready(schema: Schema, rules: Iterable[Rule]) -> list[Rule]:
    return list(dict.fromkeys(ready for rule in rules if (ready := schema.rule(rule)) is not None))
