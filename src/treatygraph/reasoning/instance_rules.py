"""The rules about things: tables 4 to 7 of the profile, once for each axiom."""

from __future__ import annotations

from collections.abc import Iterator

from treatygraph.reasoning.datatypes import DATATYPES, has_datatype
from treatygraph.reasoning.notation import Atom, atoms_on
from treatygraph.reasoning.rule import Rule
from treatygraph.reasoning.schema import Schema, number_of
from treatygraph.reasoning.vocabulary import DOMAIN, INVERSE, RANGE, SAME, SAME_CLASS, SAME_PROPERTY, SUB_CLASS, SUB_PROPERTY, THING, TYPE, owl

__all__ = ["instance_rules"]

_NOT_SAME = ("!sameTerm(?x, ?y)",)


def instance_rules(schema: Schema) -> Iterator[Rule]:
    """All of them, for each axiom of a schema."""
    yield from _equality()
    for rules in (_properties, _property_pairs, _classes, _restrictions, _cardinalities):
        yield from rules(schema)


def _equality() -> Iterator[Rule]:
    """Table 4. A reflexive owl:sameAs is never concluded (see `LEFT_OUT`)."""
    not_reflexive = (f"?p != {SAME} || !sameTerm(?x, ?y)",)
    yield Rule("eq-sym", (), ("?x", SAME, "?y"), (("?y", SAME, "?x"),))
    yield Rule("eq-trans", (), ("?x", SAME, "?y"), (("?x", SAME, "?m"), ("?m", SAME, "?y")), ("!sameTerm(?x, ?y)",))
    yield Rule("eq-rep-s", (), ("?x", "?p", "?y"), (("?s", SAME, "?x"), ("?s", "?p", "?y")), not_reflexive)
    yield Rule("eq-rep-p", (), ("?x", "?p", "?y"), (("?q", SAME, "?p"), ("?x", "?q", "?y")), not_reflexive)
    yield Rule("eq-rep-o", (), ("?x", "?p", "?y"), (("?o", SAME, "?y"), ("?x", "?p", "?o")), not_reflexive)


def _properties(schema: Schema) -> Iterator[Rule]:
    """Table 5, the rules about one property."""
    for prop, name in schema.pairs[DOMAIN]:
        yield Rule("prp-dom", ((prop, DOMAIN, name),), ("?x", TYPE, name), (("?x", prop, "?y"),))
    for prop, name in schema.pairs[RANGE]:
        yield Rule("prp-rng", ((prop, RANGE, name),), ("?x", TYPE, name), (("?y", prop, "?x"),))
    for name, kind, head, body, filters in (
        ("prp-fp", "Functional", SAME, "?u {} ?x,?u {} ?y", _NOT_SAME),
        ("prp-ifp", "InverseFunctional", SAME, "?x {} ?u,?y {} ?u", _NOT_SAME),
        ("prp-symp", "Symmetric", "", "?y {} ?x", ()),
        ("prp-trp", "Transitive", "", "?x {} ?m,?m {} ?y", ()),
    ):
        for prop in schema.members[owl(f"{kind}Property")]:
            yield Rule(name, ((prop, TYPE, owl(f"{kind}Property")),), ("?x", head or prop, "?y"), atoms_on(body, prop), filters)


def _property_pairs(schema: Schema) -> Iterator[Rule]:
    """Table 5, the rules about two properties or a list of them."""
    for left, right in schema.pairs[SUB_PROPERTY]:
        yield Rule("prp-spo1", ((left, SUB_PROPERTY, right),), ("?x", right, "?y"), (("?x", left, "?y"),))
    for left, right in schema.pairs[SAME_PROPERTY]:
        yield Rule("prp-eqp1", ((left, SAME_PROPERTY, right),), ("?x", right, "?y"), (("?x", left, "?y"),))
        yield Rule("prp-eqp2", ((left, SAME_PROPERTY, right),), ("?x", left, "?y"), (("?x", right, "?y"),))
    for left, right in schema.pairs[INVERSE]:
        yield Rule("prp-inv1", ((left, INVERSE, right),), ("?x", right, "?y"), (("?y", left, "?x"),))
        yield Rule("prp-inv2", ((left, INVERSE, right),), ("?x", left, "?y"), (("?y", right, "?x"),))
    for prop, chain, axiom in schema.listed(owl("propertyChainAxiom")):
        if chain:
            stops = ["?x", *(f"?m{i}" for i in range(1, len(chain))), "?y"]
            yield Rule("prp-spo2", axiom, ("?x", prop, "?y"), tuple((stops[i], step, stops[i + 1]) for i, step in enumerate(chain)))
    for name, keys, axiom in schema.listed(owl("hasKey")):
        if keys:
            shared = [(who, prop, f"?k{i}") for i, prop in enumerate(keys) for who in ("?x", "?y")]
            yield Rule("prp-key", axiom, ("?x", SAME, "?y"), (("?x", TYPE, name), *shared, ("?y", TYPE, name)), _NOT_SAME)


def _classes(schema: Schema) -> Iterator[Rule]:
    """Tables 6 and 7, the rules about classes by name and by their parts."""
    for left, right in schema.pairs[SUB_CLASS]:
        yield Rule("cax-sco", ((left, SUB_CLASS, right),), ("?x", TYPE, right), (("?x", TYPE, left),))
    for left, right in schema.pairs[SAME_CLASS]:
        yield Rule("cax-eqc1", ((left, SAME_CLASS, right),), ("?x", TYPE, right), (("?x", TYPE, left),))
        yield Rule("cax-eqc2", ((left, SAME_CLASS, right),), ("?x", TYPE, left), (("?x", TYPE, right),))
    for name, parts, axiom in schema.listed(owl("intersectionOf")):
        if parts:
            yield Rule("cls-int1", axiom, ("?x", TYPE, name), tuple(("?x", TYPE, part) for part in parts))
        for part in parts:
            yield Rule("cls-int2", axiom, ("?x", TYPE, part), (("?x", TYPE, name),))
    for name, parts, axiom in schema.listed(owl("unionOf")):
        for part in parts:
            yield Rule("cls-uni", axiom, ("?x", TYPE, name), (("?x", TYPE, part),))
    for name, things, axiom in schema.listed(owl("oneOf")):
        for thing in things:
            yield Rule("cls-oo", axiom, (thing, TYPE, name), ())


def _restrictions(schema: Schema) -> Iterator[Rule]:
    """Table 6, the rules about the values of a property."""
    for name, prop, filler, axiom in schema.restrictions(owl("someValuesFrom")):
        if filler == THING:
            yield Rule("cls-svf2", axiom, ("?x", TYPE, name), (("?x", prop, "?y"),))
        yield Rule("cls-svf1", axiom, ("?x", TYPE, name), (("?x", prop, "?y"), ("?y", TYPE, filler)))
        if filler in DATATYPES:
            yield Rule("cls-svf1", axiom, ("?x", TYPE, name), (("?x", prop, "?y"),), (has_datatype("?y", filler),))
    for name, prop, filler, axiom in schema.restrictions(owl("allValuesFrom")):
        yield Rule("cls-avf", axiom, ("?x", TYPE, filler), (("?u", TYPE, name), ("?u", prop, "?x")))
    for name, prop, value, axiom in schema.restrictions(owl("hasValue")):
        yield Rule("cls-hv1", axiom, ("?x", prop, value), (("?x", TYPE, name),))
        yield Rule("cls-hv2", axiom, ("?x", TYPE, name), (("?x", prop, value),))


def _cardinalities(schema: Schema) -> Iterator[Rule]:
    """Table 6, the rules about the number of values."""
    for name, prop, number, axiom in schema.restrictions(owl("maxCardinality")):
        if number_of(number) == 1:
            yield Rule("cls-maxc2", axiom, ("?x", SAME, "?y"), (("?u", TYPE, name), *atoms_on("?u {} ?x,?u {} ?y", prop)), _NOT_SAME)
    for name, prop, number, filler, axiom in schema.qualified():
        if number_of(number) == 1:
            body: tuple[Atom, ...] = (("?u", TYPE, name), *atoms_on("?u {} ?x,?u {} ?y", prop))
            yield Rule("cls-maxqc3", axiom, ("?x", SAME, "?y"), (*body, ("?x", TYPE, filler), ("?y", TYPE, filler)), _NOT_SAME)
            if filler == THING:
                yield Rule("cls-maxqc4", axiom, ("?x", SAME, "?y"), body, _NOT_SAME)
