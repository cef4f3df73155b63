"""The rules about classes and properties: table 9 of the profile, which concludes axioms from axioms."""

from __future__ import annotations

from collections.abc import Iterator

from treatygraph.reasoning.notation import Atom
from treatygraph.reasoning.rule import Rule
from treatygraph.reasoning.schema import Schema
from treatygraph.reasoning.vocabulary import DOMAIN, NOTHING, ON_PROPERTY, RANGE, SAME_CLASS, SAME_PROPERTY, SUB_CLASS, SUB_PROPERTY, THING, TYPE, owl

__all__ = ["schema_rules"]


def schema_rules(schema: Schema) -> Iterator[Rule]:
    """All of them."""
    yield from _general()
    yield from _of_lists(schema)


def _general() -> Iterator[Rule]:
    """Table 9, the rules without lists, as they stand in the specification."""

    def rule(name: str, head: Atom, *body: Atom) -> Rule:
        return Rule(name, (), head, body)

    a_class = ("?x", TYPE, owl("Class"))
    for head in (("?x", SUB_CLASS, "?x"), ("?x", SAME_CLASS, "?x"), ("?x", SUB_CLASS, THING), (NOTHING, SUB_CLASS, "?x")):
        yield rule("scm-cls", head, a_class)
    for name, kind in (("scm-op", "ObjectProperty"), ("scm-dp", "DatatypeProperty")):
        yield rule(name, ("?x", SUB_PROPERTY, "?x"), ("?x", TYPE, owl(kind)))
        yield rule(name, ("?x", SAME_PROPERTY, "?x"), ("?x", TYPE, owl(kind)))
    for name, same, below, sub in (("scm-sco", "scm-eqc", SAME_CLASS, SUB_CLASS), ("scm-spo", "scm-eqp", SAME_PROPERTY, SUB_PROPERTY)):
        yield rule(name, ("?x", sub, "?y"), ("?x", sub, "?m"), ("?m", sub, "?y"))
        yield rule(f"{same}1", ("?x", sub, "?y"), ("?x", below, "?y"))
        yield rule(f"{same}1", ("?x", sub, "?y"), ("?y", below, "?x"))
        yield rule(f"{same}2", ("?x", below, "?y"), ("?x", sub, "?y"), ("?y", sub, "?x"))
    for name, predicate in (("scm-dom", DOMAIN), ("scm-rng", RANGE)):
        yield rule(f"{name}1", ("?x", predicate, "?y"), ("?x", predicate, "?c"), ("?c", SUB_CLASS, "?y"))
        yield rule(f"{name}2", ("?x", predicate, "?y"), ("?p", predicate, "?y"), ("?x", SUB_PROPERTY, "?p"))
    yield rule("scm-hv", ("?x", SUB_CLASS, "?y"), *_restricted(owl("hasValue"), "?i", "?i"), ("?p", SUB_PROPERTY, "?q"))
    for name, kind in (("scm-svf", "someValuesFrom"), ("scm-avf", "allValuesFrom")):
        smaller = _restricted(owl(kind), "?c", "?d", same_property=True)
        yield rule(f"{name}1", ("?x", SUB_CLASS, "?y"), *smaller, ("?c", SUB_CLASS, "?d"))
        head = ("?x", SUB_CLASS, "?y") if kind == "someValuesFrom" else ("?y", SUB_CLASS, "?x")
        yield rule(f"{name}2", head, *_restricted(owl(kind), "?c", "?c"), ("?p", SUB_PROPERTY, "?q"))


def _restricted(predicate: str, left: str, right: str, *, same_property: bool = False) -> tuple[Atom, ...]:
    """Two restrictions ?x and ?y of one kind, on ?p and ?q."""
    other = "?p" if same_property else "?q"
    return ("?x", predicate, left), ("?x", ON_PROPERTY, "?p"), ("?y", predicate, right), ("?y", ON_PROPERTY, other)


def _of_lists(schema: Schema) -> Iterator[Rule]:
    """Table 9, the rules with lists."""
    for name, parts, axiom in schema.listed(owl("intersectionOf")):
        for part in parts:
            yield Rule("scm-int", axiom, (name, SUB_CLASS, part), ())
    for name, parts, axiom in schema.listed(owl("unionOf")):
        for part in parts:
            yield Rule("scm-uni", axiom, (part, SUB_CLASS, name), ())
