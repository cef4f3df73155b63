"""The rules that conclude "false": what a graph must not say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from treatygraph.namespaces import RDF, XSD
from treatygraph.reasoning.datatypes import DATATYPES, FAMILY, has_datatype, in_values, typed, well_formed
from treatygraph.reasoning.notation import atoms_on
from treatygraph.reasoning.rule import Rule
from treatygraph.reasoning.schema import Schema, number_of
from treatygraph.reasoning.vocabulary import DIFFERENT, NOTHING, RANGE, SAME, THING, TYPE, owl

__all__ = ["clashes"]


def clashes(schema: Schema) -> Iterator[Rule]:
    """All of them, for each axiom of a schema."""
    yield from _single(schema)
    yield from _pairs(schema)


def _single(schema: Schema) -> Iterator[Rule]:
    """The rules that conclude "false": those about things, one property, a restriction or a datatype."""
    yield Rule("eq-diff1", (), None, (("?x", SAME, "?y"), ("?x", DIFFERENT, "?y")))
    yield Rule("eq-diff1", (), None, (("?x", DIFFERENT, "?x"),))
    yield from _different(schema)
    for kind, name, body in (("prp-irp", "IrreflexiveProperty", "?x {} ?x"), ("prp-asyp", "AsymmetricProperty", "?x {} ?y,?y {} ?x")):
        for prop in schema.members[owl(name)]:
            yield Rule(kind, ((prop, TYPE, owl(name)),), None, atoms_on(body, prop))
    yield from _negative(schema)
    yield Rule("cls-nothing2", (), None, (("?x", TYPE, NOTHING),))
    for name, prop, number, axiom in schema.restrictions(owl("maxCardinality")):
        if number_of(number) == 0:
            yield Rule("cls-maxc1", axiom, None, (("?x", TYPE, name), ("?x", prop, "?y")))
    for name, prop, number, filler, axiom in schema.qualified():
        if number_of(number) == 0:
            there = (("?x", TYPE, name), ("?x", prop, "?y"))
            yield Rule("cls-maxqc1", axiom, None, (*there, ("?y", TYPE, filler)))
            if filler in DATATYPES:
                yield Rule("cls-maxqc1", axiom, None, there, (has_datatype("?y", filler),))
            if filler == THING:
                yield Rule("cls-maxqc2", axiom, None, there)
    yield from _datatypes(schema)


def _pairs(schema: Schema) -> Iterator[Rule]:
    """The rules that conclude "false" of two classes or two properties that exclude each other."""
    for name, predicate in (("cax-dw", "disjointWith"), ("cls-com", "complementOf")):
        for left, right in schema.pairs[owl(predicate)]:
            yield Rule(name, ((left, owl(predicate), right),), None, (("?x", TYPE, left), ("?x", TYPE, right)))
    for left, right in schema.pairs[owl("propertyDisjointWith")]:
        yield Rule("prp-pdw", ((left, owl("propertyDisjointWith"), right),), None, (("?x", left, "?y"), ("?x", right, "?y")))
    classes, properties = owl("AllDisjointClasses"), owl("AllDisjointProperties")
    for node, members, axiom in schema.listed(owl("members")):
        for left, right in combinations(members, 2):
            if node in schema.members[classes]:
                yield Rule("cax-adc", ((node, TYPE, classes), *axiom), None, (("?x", TYPE, left), ("?x", TYPE, right)))
            if node in schema.members[properties]:
                yield Rule("prp-adp", ((node, TYPE, properties), *axiom), None, (("?x", left, "?y"), ("?x", right, "?y")))


def _different(schema: Schema) -> Iterator[Rule]:
    for name, predicate in (("eq-diff2", owl("members")), ("eq-diff3", owl("distinctMembers"))):
        for node, members, axiom in schema.listed(predicate):
            if node in schema.members[owl("AllDifferent")]:
                whole = ((node, TYPE, owl("AllDifferent")), *axiom)
                for i, member in enumerate(members[:-1]):
                    later = members[i + 1 :]
                    named = ", ".join(term for term in later if not term.startswith("_:"))
                    if named:
                        yield Rule(name, whole, None, ((member, SAME, "?y"),), (f"?y IN ({named})",))
                    for blank in (term for term in later if term.startswith("_:") and term != member):
                        yield Rule(name, whole, None, ((member, SAME, blank),))
                    if member in later:
                        yield Rule(name, whole, None, ())


def _negative(schema: Schema) -> Iterator[Rule]:
    of, target = dict(schema.pairs[owl("assertionProperty")]), owl("assertionProperty")
    for node, source in schema.pairs[owl("sourceIndividual")]:
        for name, predicate in (("prp-npa1", owl("targetIndividual")), ("prp-npa2", owl("targetValue"))):
            for value in (value for other, value in schema.pairs[predicate] if other == node and node in of):
                axiom = ((node, owl("sourceIndividual"), source), (node, target, of[node]), (node, predicate, value))
                yield Rule(name, axiom, None, ((source, of[node], value),))


def _datatypes(schema: Schema) -> Iterator[Rule]:
    """Dt-not-type: a literal that is no value of its datatype, or of the datatype that a range or a restriction asks
    for; and dt-diff with prp-fp and eq-diff1: a functional property with two values that differ."""
    known = f"{typed(FAMILY)}, <{RDF}langString>"
    ill_formed = [f"datatype(?y) = <{XSD}{name}> && !COALESCE({good}, false)" for name in FAMILY if (good := well_formed(name))]
    plain = f"datatype(?y) NOT IN (<{XSD}string>, <{RDF}langString>)"
    yield Rule("dt-not-type", (), None, (("?x", "?p", "?y"),), ("isLiteral(?y)", plain, " || ".join(f"({text})" for text in ill_formed)))
    for prop, datatype in schema.pairs[RANGE]:
        if datatype in DATATYPES:
            wrong = ("isLiteral(?y)", f"datatype(?y) IN ({known})", f"!COALESCE({in_values(DATATYPES[datatype])}, false)")
            yield Rule("dt-not-type", ((prop, RANGE, datatype),), None, (("?x", prop, "?y"),), wrong)
    for name, prop, datatype, axiom in schema.restrictions(owl("allValuesFrom")):
        if datatype in DATATYPES:
            wrong = ("isLiteral(?y)", f"datatype(?y) IN ({known})", f"!COALESCE({in_values(DATATYPES[datatype])}, false)")
            yield Rule("dt-not-type", axiom, None, (("?x", TYPE, name), ("?x", prop, "?y")), wrong)
    functional = owl("FunctionalProperty")
    for prop in schema.members[functional]:
        differ = (f"isLiteral(?y) && isLiteral(?z) && datatype(?y) IN ({known}) && datatype(?z) IN ({known})", "?y != ?z")
        yield Rule("dt-diff", ((prop, TYPE, functional),), None, (("?x", prop, "?y"), ("?x", prop, "?z")), differ)
