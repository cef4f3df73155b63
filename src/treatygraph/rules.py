"""The rules: OWL 2 RL, compiled from the ontology at hand to SPARQL.

Source: W3C OWL 2 Web Ontology Language Profiles (second edition), section 4.3, tables 4 to 9. Every rule whose
conclusion is an RDF triple is here under its W3C name, and every rule that concludes "false" (a clash). A rule about
instances is written once for each axiom that it applies to, with the terms of that axiom in place of its variables and
its lists written out; a rule about the schema is kept general, for the schema is small.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple, Protocol

from treatygraph.namespaces import GRAPH, OWL, RDF, RDFS, XSD, short_name

__all__ = ["DERIVED", "LEFT_OUT", "SAME", "SCHEMA_KEYS", "Atom", "Queried", "Rule", "RuleSet", "compile", "compile_schema", "key_of", "variable_of"]

DERIVED = GRAPH + "derived"
"""The named graph of what was concluded."""

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

Atom = tuple[str, str, str]
"""Subject, predicate and object, each as SPARQL writes it; ``?x`` is a variable, ``_:b`` one blank node of the store."""


def _owl(name: str) -> str:
    return f"<{OWL}{name}>"


TYPE = f"<{RDF}type>"
FIRST, REST, NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
SUB_CLASS, SUB_PROPERTY, DOMAIN, RANGE = (f"<{RDFS}{name}>" for name in ("subClassOf", "subPropertyOf", "domain", "range"))
SAME, DIFFERENT, THING, NOTHING = (_owl(name) for name in ("sameAs", "differentFrom", "Thing", "Nothing"))
SAME_CLASS, SAME_PROPERTY, INVERSE, ON_PROPERTY = (_owl(name) for name in ("equivalentClass", "equivalentProperty", "inverseOf", "onProperty"))

_PREDICATES = [SUB_CLASS, SUB_PROPERTY, DOMAIN, RANGE, SAME_CLASS, SAME_PROPERTY, INVERSE, ON_PROPERTY]
_PREDICATES += map(_owl, ("onClass", "someValuesFrom", "allValuesFrom", "hasValue", "maxCardinality", "maxQualifiedCardinality"))
_PREDICATES += map(_owl, ("intersectionOf", "unionOf", "oneOf", "complementOf", "disjointWith", "members", "distinctMembers"))
_PREDICATES += map(_owl, ("propertyDisjointWith", "propertyChainAxiom", "hasKey"))
_PREDICATES += map(_owl, ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue"))
_CLASSES = [_owl(f"{kind}Property") for kind in ("Functional", "InverseFunctional", "Symmetric", "Asymmetric", "Transitive", "Irreflexive")]
_CLASSES += map(_owl, ("AllDifferent", "AllDisjointClasses", "AllDisjointProperties"))
SCHEMA_KEYS = frozenset([*_PREDICATES, FIRST, REST, *(f"a {name}" for name in [*_CLASSES, *map(_owl, ("Class", "ObjectProperty", "DatatypeProperty"))])])
"""The keys (see `key_of`) of triples that rules are compiled from."""


class Queried(Protocol):
    """What the compiler asks of a store: SPARQL over all graphs."""

    def run(self, query: str) -> Any:  # noqa: ANN401 - the answer of the engine
        """Answer a query."""


class Rule(NamedTuple):
    """One rule, for one axiom.

    Attributes:
        name: the name that the specification gives it.
        axiom: the triples of the schema that it comes from; none for a rule that is general.
        head: what it concludes, or None where it concludes that the graph contradicts itself.
        body: what has to hold.
        filters: what has to hold besides, as SPARQL expressions.
    """

    name: str
    axiom: tuple[Atom, ...]
    head: Atom | None
    body: tuple[Atom, ...]
    filters: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """The keys of the triples that it looks at."""
        return tuple(dict.fromkeys(map(key_of, self.body)))

    @property
    def writes(self) -> str | None:
        """The key of the triples that it concludes."""
        return key_of(self.head) if self.head else None

    @property
    def where(self) -> str:
        """The pattern of the rule, which names the blank nodes of the axiom by what is said of them."""
        blank = any(term.startswith("_:") for atom in (*self.body, self.head or ()) for term in atom)
        patterns = [_pattern(atom) for atom in dict.fromkeys([*(self.axiom if blank else ()), *self.body])]
        return "{ " + " ".join([*patterns, *(f"FILTER({text})" for text in self.filters)]) + " }"

    @property
    def text(self) -> str:
        """The rule as a SPARQL query for any engine: CONSTRUCT, or for a contradiction SELECT."""
        return f"CONSTRUCT {{ {_pattern(self.head)} }} WHERE {self.where}" if self.head else f"SELECT * WHERE {self.where}"

    @property
    def axiom_text(self) -> str:
        """The axiom as people write it in Turtle."""
        return _turtle(self.axiom)


class RuleSet:
    """The rules of one ontology.

    Attributes:
        schema: the rules about classes and properties.
        instance: the rules about things.
        clashes: the rules that conclude a contradiction.
    """

    def __init__(self, schema: list[Rule], instance: list[Rule], clashes: list[Rule]) -> None:
        self.schema = schema
        self.instance = instance
        self.clashes = clashes
        self._by_key: dict[str, list[Rule]] = {}

    def __iter__(self) -> Iterator[Rule]:
        yield from self.schema
        yield from self.instance
        yield from self.clashes

    def __len__(self) -> int:
        return len(self.schema) + len(self.instance) + len(self.clashes)

    def concluding(self, key: str) -> list[Rule]:
        """The rules that may conclude a triple with a key."""
        if not self._by_key:
            for rule in (*self.schema, *self.instance):
                self._by_key.setdefault(rule.writes or "", []).append(rule)
        any_class = self._by_key.get("a *", []) if key.startswith("a ") else []
        return [*self._by_key.get(key, []), *any_class, *self._by_key.get("*", [])]

    def text(self) -> str:
        """All rules, each with its name and its axiom before it."""
        return "\n\n".join(dict.fromkeys(f"# {rule.name}{': ' if rule.axiom else ''}{rule.axiom_text}\n{rule.text}" for rule in self))


def key_of(atom: Atom) -> str:
    """What tells which triples a pattern may match: a predicate, ``a`` with a class, ``a *`` for any class, ``*`` for any triple."""
    _, predicate, value = atom
    if predicate == TYPE:
        return "a *" if value.startswith("?") else f"a {value}"
    return "*" if predicate.startswith("?") else predicate


def variable_of(blank: str) -> str:
    """The variable that stands for a blank node in the text of a rule, without the question mark."""
    label = blank.removeprefix("_:")
    return f"b_{label}" if label.isalnum() and label.isascii() else f"b_{label.encode().hex()}x"


def _pattern(atom: Atom) -> str:
    return " ".join(f"?{variable_of(term)}" if term.startswith("_:") else term for term in atom) + " ."


def _turtle(triples: tuple[Atom, ...]) -> str:
    """Triples as Turtle with nested brackets; the subject of the first is the root."""
    about: dict[str, list[Atom]] = {}
    for triple in triples:
        about.setdefault(triple[0], []).append(triple)

    def node(term: str, depth: int = 0) -> str:
        if term.startswith("<"):
            name = short_name(term[1:-1])
            return term if name == term[1:-1] else name
        if not term.startswith("_:") or term not in about or depth > len(triples):
            return term
        members: list[str] = []
        rest = term
        while rest in about and about[rest][0][1] == FIRST and len(members) <= len(triples):
            members.append(node(about[rest][0][2], depth + 1))
            rest = about[rest][-1][2]
        if members:
            return f"( {' '.join(members)} )"
        return f"[ {' ; '.join(said(triple, depth) for triple in about[term])} ]"

    def said(triple: Atom, depth: int) -> str:
        return f"{'a' if triple[1] == TYPE else node(triple[1])} {node(triple[2], depth + 1)}"

    nested = {triple[2] for triple in triples if triple[2].startswith("_:")}
    roots = [subject for subject in about if subject not in nested] or list(about)[:1]
    shown = [f"{'[]' if root.startswith('_:') else node(root)} {' ; '.join(said(triple, 0) for triple in about[root])}" for root in roots]
    return " . ".join(shown)


class _Schema:
    """The triples of the schema, as read from a store."""

    def __init__(self, store: Queried) -> None:
        self.pairs: dict[str, list[tuple[str, str]]] = {predicate: [] for predicate in _PREDICATES}
        for subject, predicate, value in store.run(f"SELECT ?s ?p ?o WHERE {{ VALUES ?p {{ {' '.join(_PREDICATES)} }} ?s ?p ?o }}"):
            self.pairs[str(predicate)].append((str(subject), str(value)))
        self.members: dict[str, list[str]] = {name: [] for name in _CLASSES}
        for subject, name in store.run(f"SELECT ?s ?c WHERE {{ VALUES ?c {{ {' '.join(_CLASSES)} }} ?s a ?c }}"):
            self.members[str(name)].append(str(subject))
        for pairs in self.pairs.values():
            pairs.sort()
        for names in self.members.values():
            names.sort()
        self.on_property: dict[str, list[str]] = {}
        for restriction, prop in self.pairs[ON_PROPERTY]:
            self.on_property.setdefault(restriction, []).append(prop)
        self.on_class: dict[str, list[str]] = {}
        for restriction, name in self.pairs[_owl("onClass")]:
            self.on_class.setdefault(restriction, []).append(name)
        self.backwards: dict[str, tuple[str, Atom]] = {}
        for left, right in self.pairs[INVERSE]:
            if left.startswith("_:") and right.startswith("<"):
                self.backwards[left] = (right, (left, INVERSE, right))
            elif right.startswith("_:") and left.startswith("<"):
                self.backwards[right] = (left, (left, INVERSE, right))
        self._cells: dict[str, tuple[str, str]] | None = None
        self._store = store

    def listed(self, predicate: str) -> Iterator[tuple[str, list[str], tuple[Atom, ...]]]:
        """Subject, members and triples of each list that a predicate leads to; a broken list is no list."""
        for subject, head in self.pairs[predicate]:
            members: list[str] = []
            triples: list[Atom] = [(subject, predicate, head)]
            rest = head
            while rest != NIL and len(members) <= len(self.cells):
                first, after = self.cells.get(rest, ("", ""))
                if not first:
                    break
                members.append(first)
                triples += [(rest, FIRST, first), (rest, REST, after)]
                rest = after
            if rest == NIL:
                yield subject, members, tuple(triples)

    @property
    def cells(self) -> dict[str, tuple[str, str]]:
        """First and rest of each cell of a list; where there are several (for a member is the same as another), as asserted."""
        if self._cells is None:
            self._cells = {}
            derived = " || ".join(f"EXISTS {{ GRAPH <{DERIVED}> {{ ?l {predicate} {value} }} }}" for predicate, value in ((FIRST, "?f"), (REST, "?r")))
            rows = self._store.run(f"SELECT ?l ?f ?r (({derived}) AS ?d) WHERE {{ ?l {FIRST} ?f ; {REST} ?r }}")
            for cell, first, rest, _ in sorted(rows, key=lambda row: (row[3].value, str(row[1]), str(row[2]))):
                self._cells.setdefault(str(cell), (str(first), str(rest)))
        return self._cells

    def restrictions(self, predicate: str) -> Iterator[tuple[str, str, str, tuple[Atom, ...]]]:
        """Restriction, property, filler and triples of each restriction of a kind."""
        for restriction, filler in self.pairs[predicate]:
            for prop in self.on_property.get(restriction, ()):
                yield restriction, prop, filler, ((restriction, ON_PROPERTY, prop), (restriction, predicate, filler))

    def rule(self, rule: Rule) -> Rule | None:
        """The rule with inverse property expressions turned round, or None where it says nothing or nothing in RDF."""
        axiom, turned = rule.axiom, []
        for atom in (*rule.body, *([rule.head] if rule.head else ())):
            if atom[1].startswith("_:"):
                if atom[1] not in self.backwards:
                    return None
                prop, why = self.backwards[atom[1]]
                axiom = (*axiom, why)
                turned.append((atom[2], prop, atom[0]))
            elif atom[1][0] not in "<?":
                return None
            else:
                turned.append(atom)
        head = turned.pop() if rule.head else None
        if head is not None and (head in turned or head[0].startswith('"')):
            return None
        return Rule(rule.name, axiom, head, tuple(turned), rule.filters)


def compile(store: Queried) -> RuleSet:  # noqa: A001 - the module is the name space
    """Compile the ontology in a store.

    Args:
        store: the graph, with the conclusions about its schema already in it; without them the rules are as right, but
            some of those that follow from derived axioms are not there.

    Returns:
        The rules of the ontology. Compile again after the schema has changed.
    """
    schema = _Schema(store)
    instance = [*_equality(), *_properties(schema), *_property_pairs(schema), *_classes(schema), *_restrictions(schema), *_cardinalities(schema)]
    return RuleSet(compile_schema(store, schema), _ready(schema, instance), _ready(schema, [*_clashes(schema), *_pair_clashes(schema)]))


def compile_schema(store: Queried, schema: _Schema | None = None) -> list[Rule]:
    """The rules about classes and properties (table 9), which conclude axioms from axioms."""
    schema = schema or _Schema(store)
    return _ready(schema, [*_schema_rules(), *_schema_lists(schema)])


def _ready(schema: _Schema, rules: Iterable[Rule]) -> list[Rule]:
    return list(dict.fromkeys(ready for rule in rules if (ready := schema.rule(rule)) is not None))


def _equality() -> Iterator[Rule]:
    """Table 4. A reflexive owl:sameAs is never concluded (see `LEFT_OUT`)."""
    not_reflexive = (f"?p != {SAME} || !sameTerm(?x, ?y)",)
    yield Rule("eq-sym", (), ("?x", SAME, "?y"), (("?y", SAME, "?x"),))
    yield Rule("eq-trans", (), ("?x", SAME, "?y"), (("?x", SAME, "?m"), ("?m", SAME, "?y")), ("!sameTerm(?x, ?y)",))
    yield Rule("eq-rep-s", (), ("?x", "?p", "?y"), (("?s", SAME, "?x"), ("?s", "?p", "?y")), not_reflexive)
    yield Rule("eq-rep-p", (), ("?x", "?p", "?y"), (("?q", SAME, "?p"), ("?x", "?q", "?y")), not_reflexive)
    yield Rule("eq-rep-o", (), ("?x", "?p", "?y"), (("?o", SAME, "?y"), ("?x", "?p", "?o")), not_reflexive)


def _properties(schema: _Schema) -> Iterator[Rule]:
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
        for prop in schema.members[_owl(f"{kind}Property")]:
            yield Rule(name, ((prop, TYPE, _owl(f"{kind}Property")),), ("?x", head or prop, "?y"), _atoms(body, prop), filters)


def _property_pairs(schema: _Schema) -> Iterator[Rule]:
    """Table 5, the rules about two properties or a list of them."""
    for left, right in schema.pairs[SUB_PROPERTY]:
        yield Rule("prp-spo1", ((left, SUB_PROPERTY, right),), ("?x", right, "?y"), (("?x", left, "?y"),))
    for left, right in schema.pairs[SAME_PROPERTY]:
        yield Rule("prp-eqp1", ((left, SAME_PROPERTY, right),), ("?x", right, "?y"), (("?x", left, "?y"),))
        yield Rule("prp-eqp2", ((left, SAME_PROPERTY, right),), ("?x", left, "?y"), (("?x", right, "?y"),))
    for left, right in schema.pairs[INVERSE]:
        yield Rule("prp-inv1", ((left, INVERSE, right),), ("?x", right, "?y"), (("?y", left, "?x"),))
        yield Rule("prp-inv2", ((left, INVERSE, right),), ("?x", left, "?y"), (("?y", right, "?x"),))
    for prop, chain, axiom in schema.listed(_owl("propertyChainAxiom")):
        if chain:
            stops = ["?x", *(f"?m{i}" for i in range(1, len(chain))), "?y"]
            yield Rule("prp-spo2", axiom, ("?x", prop, "?y"), tuple((stops[i], step, stops[i + 1]) for i, step in enumerate(chain)))
    for name, keys, axiom in schema.listed(_owl("hasKey")):
        if keys:
            shared = [(who, prop, f"?k{i}") for i, prop in enumerate(keys) for who in ("?x", "?y")]
            yield Rule("prp-key", axiom, ("?x", SAME, "?y"), (("?x", TYPE, name), *shared, ("?y", TYPE, name)), _NOT_SAME)


_NOT_SAME = ("!sameTerm(?x, ?y)",)


def _atoms(texts: str, prop: str) -> tuple[Atom, ...]:
    """Patterns on one property, from texts with {} in its place."""
    return tuple((subject, prop, value) for subject, _, value in (text.split(" ") for text in texts.split(",")))


def _classes(schema: _Schema) -> Iterator[Rule]:
    """Tables 6 and 7, the rules about classes by name and by their parts."""
    for left, right in schema.pairs[SUB_CLASS]:
        yield Rule("cax-sco", ((left, SUB_CLASS, right),), ("?x", TYPE, right), (("?x", TYPE, left),))
    for left, right in schema.pairs[SAME_CLASS]:
        yield Rule("cax-eqc1", ((left, SAME_CLASS, right),), ("?x", TYPE, right), (("?x", TYPE, left),))
        yield Rule("cax-eqc2", ((left, SAME_CLASS, right),), ("?x", TYPE, left), (("?x", TYPE, right),))
    for name, parts, axiom in schema.listed(_owl("intersectionOf")):
        if parts:
            yield Rule("cls-int1", axiom, ("?x", TYPE, name), tuple(("?x", TYPE, part) for part in parts))
        for part in parts:
            yield Rule("cls-int2", axiom, ("?x", TYPE, part), (("?x", TYPE, name),))
    for name, parts, axiom in schema.listed(_owl("unionOf")):
        for part in parts:
            yield Rule("cls-uni", axiom, ("?x", TYPE, name), (("?x", TYPE, part),))
    for name, things, axiom in schema.listed(_owl("oneOf")):
        for thing in things:
            yield Rule("cls-oo", axiom, (thing, TYPE, name), ())


def _restrictions(schema: _Schema) -> Iterator[Rule]:
    """Table 6, the rules about the values of a property."""
    for name, prop, filler, axiom in schema.restrictions(_owl("someValuesFrom")):
        if filler == THING:
            yield Rule("cls-svf2", axiom, ("?x", TYPE, name), (("?x", prop, "?y"),))
        yield Rule("cls-svf1", axiom, ("?x", TYPE, name), (("?x", prop, "?y"), ("?y", TYPE, filler)))
        if filler in _DATATYPES:
            yield Rule("cls-svf1", axiom, ("?x", TYPE, name), (("?x", prop, "?y"),), (_has_datatype("?y", filler),))
    for name, prop, filler, axiom in schema.restrictions(_owl("allValuesFrom")):
        yield Rule("cls-avf", axiom, ("?x", TYPE, filler), (("?u", TYPE, name), ("?u", prop, "?x")))
    for name, prop, value, axiom in schema.restrictions(_owl("hasValue")):
        yield Rule("cls-hv1", axiom, ("?x", prop, value), (("?x", TYPE, name),))
        yield Rule("cls-hv2", axiom, ("?x", TYPE, name), (("?x", prop, value),))


def _cardinalities(schema: _Schema) -> Iterator[Rule]:
    """Table 6, the rules about the number of values."""
    for name, prop, number, axiom in schema.restrictions(_owl("maxCardinality")):
        if _number(number) == 1:
            yield Rule("cls-maxc2", axiom, ("?x", SAME, "?y"), (("?u", TYPE, name), *_atoms("?u {} ?x,?u {} ?y", prop)), _NOT_SAME)
    for name, prop, number, filler, axiom in _qualified(schema):
        if _number(number) == 1:
            body: tuple[Atom, ...] = (("?u", TYPE, name), *_atoms("?u {} ?x,?u {} ?y", prop))
            yield Rule("cls-maxqc3", axiom, ("?x", SAME, "?y"), (*body, ("?x", TYPE, filler), ("?y", TYPE, filler)), _NOT_SAME)
            if filler == THING:
                yield Rule("cls-maxqc4", axiom, ("?x", SAME, "?y"), body, _NOT_SAME)


def _qualified(schema: _Schema) -> Iterator[tuple[str, str, str, str, tuple[Atom, ...]]]:
    for name, prop, number, axiom in schema.restrictions(_owl("maxQualifiedCardinality")):
        for filler in schema.on_class.get(name, ()):
            yield name, prop, number, filler, (*axiom, (name, _owl("onClass"), filler))


def _number(literal: str) -> int | None:
    match = re.match(r'"\s*\+?(\d+)\s*"', literal)
    return int(match[1]) if match else None


def _schema_rules() -> Iterator[Rule]:
    """Table 9, the rules without lists, as they stand in the specification."""

    def rule(name: str, head: Atom, *body: Atom) -> Rule:
        return Rule(name, (), head, body)

    a_class = ("?x", TYPE, _owl("Class"))
    for head in (("?x", SUB_CLASS, "?x"), ("?x", SAME_CLASS, "?x"), ("?x", SUB_CLASS, THING), (NOTHING, SUB_CLASS, "?x")):
        yield rule("scm-cls", head, a_class)
    for name, kind in (("scm-op", "ObjectProperty"), ("scm-dp", "DatatypeProperty")):
        yield rule(name, ("?x", SUB_PROPERTY, "?x"), ("?x", TYPE, _owl(kind)))
        yield rule(name, ("?x", SAME_PROPERTY, "?x"), ("?x", TYPE, _owl(kind)))
    for name, same, below, sub in (("scm-sco", "scm-eqc", SAME_CLASS, SUB_CLASS), ("scm-spo", "scm-eqp", SAME_PROPERTY, SUB_PROPERTY)):
        yield rule(name, ("?x", sub, "?y"), ("?x", sub, "?m"), ("?m", sub, "?y"))
        yield rule(f"{same}1", ("?x", sub, "?y"), ("?x", below, "?y"))
        yield rule(f"{same}1", ("?x", sub, "?y"), ("?y", below, "?x"))
        yield rule(f"{same}2", ("?x", below, "?y"), ("?x", sub, "?y"), ("?y", sub, "?x"))
    for name, predicate in (("scm-dom", DOMAIN), ("scm-rng", RANGE)):
        yield rule(f"{name}1", ("?x", predicate, "?y"), ("?x", predicate, "?c"), ("?c", SUB_CLASS, "?y"))
        yield rule(f"{name}2", ("?x", predicate, "?y"), ("?p", predicate, "?y"), ("?x", SUB_PROPERTY, "?p"))
    yield rule("scm-hv", ("?x", SUB_CLASS, "?y"), *_restricted(_owl("hasValue"), "?i", "?i"), ("?p", SUB_PROPERTY, "?q"))
    for name, kind in (("scm-svf", "someValuesFrom"), ("scm-avf", "allValuesFrom")):
        smaller = _restricted(_owl(kind), "?c", "?d", same_property=True)
        yield rule(f"{name}1", ("?x", SUB_CLASS, "?y"), *smaller, ("?c", SUB_CLASS, "?d"))
        head = ("?x", SUB_CLASS, "?y") if kind == "someValuesFrom" else ("?y", SUB_CLASS, "?x")
        yield rule(f"{name}2", head, *_restricted(_owl(kind), "?c", "?c"), ("?p", SUB_PROPERTY, "?q"))


def _restricted(predicate: str, left: str, right: str, *, same_property: bool = False) -> tuple[Atom, ...]:
    """Two restrictions ?x and ?y of one kind, on ?p and ?q."""
    other = "?p" if same_property else "?q"
    return ("?x", predicate, left), ("?x", ON_PROPERTY, "?p"), ("?y", predicate, right), ("?y", ON_PROPERTY, other)


def _schema_lists(schema: _Schema) -> Iterator[Rule]:
    """Table 9, the rules with lists."""
    for name, parts, axiom in schema.listed(_owl("intersectionOf")):
        for part in parts:
            yield Rule("scm-int", axiom, (name, SUB_CLASS, part), ())
    for name, parts, axiom in schema.listed(_owl("unionOf")):
        for part in parts:
            yield Rule("scm-uni", axiom, (part, SUB_CLASS, name), ())


def _clashes(schema: _Schema) -> Iterator[Rule]:
    """The rules that conclude "false": those about things, one property, a restriction or a datatype."""
    yield Rule("eq-diff1", (), None, (("?x", SAME, "?y"), ("?x", DIFFERENT, "?y")))
    yield Rule("eq-diff1", (), None, (("?x", DIFFERENT, "?x"),))
    yield from _different(schema)
    for kind, name, body in (("prp-irp", "IrreflexiveProperty", "?x {} ?x"), ("prp-asyp", "AsymmetricProperty", "?x {} ?y,?y {} ?x")):
        for prop in schema.members[_owl(name)]:
            yield Rule(kind, ((prop, TYPE, _owl(name)),), None, _atoms(body, prop))
    yield from _negative(schema)
    yield Rule("cls-nothing2", (), None, (("?x", TYPE, NOTHING),))
    for name, prop, number, axiom in schema.restrictions(_owl("maxCardinality")):
        if _number(number) == 0:
            yield Rule("cls-maxc1", axiom, None, (("?x", TYPE, name), ("?x", prop, "?y")))
    for name, prop, number, filler, axiom in _qualified(schema):
        if _number(number) == 0:
            there = (("?x", TYPE, name), ("?x", prop, "?y"))
            yield Rule("cls-maxqc1", axiom, None, (*there, ("?y", TYPE, filler)))
            if filler in _DATATYPES:
                yield Rule("cls-maxqc1", axiom, None, there, (_has_datatype("?y", filler),))
            if filler == THING:
                yield Rule("cls-maxqc2", axiom, None, there)
    yield from _datatypes(schema)


def _pair_clashes(schema: _Schema) -> Iterator[Rule]:
    """The rules that conclude "false" of two classes or two properties that exclude each other."""
    for name, predicate in (("cax-dw", "disjointWith"), ("cls-com", "complementOf")):
        for left, right in schema.pairs[_owl(predicate)]:
            yield Rule(name, ((left, _owl(predicate), right),), None, (("?x", TYPE, left), ("?x", TYPE, right)))
    for left, right in schema.pairs[_owl("propertyDisjointWith")]:
        yield Rule("prp-pdw", ((left, _owl("propertyDisjointWith"), right),), None, (("?x", left, "?y"), ("?x", right, "?y")))
    classes, properties = _owl("AllDisjointClasses"), _owl("AllDisjointProperties")
    for node, members, axiom in schema.listed(_owl("members")):
        for left, right in combinations(members, 2):
            if node in schema.members[classes]:
                yield Rule("cax-adc", ((node, TYPE, classes), *axiom), None, (("?x", TYPE, left), ("?x", TYPE, right)))
            if node in schema.members[properties]:
                yield Rule("prp-adp", ((node, TYPE, properties), *axiom), None, (("?x", left, "?y"), ("?x", right, "?y")))


def _different(schema: _Schema) -> Iterator[Rule]:
    for name, predicate in (("eq-diff2", _owl("members")), ("eq-diff3", _owl("distinctMembers"))):
        for node, members, axiom in schema.listed(predicate):
            if node in schema.members[_owl("AllDifferent")]:
                whole = ((node, TYPE, _owl("AllDifferent")), *axiom)
                for i, member in enumerate(members[:-1]):
                    later = members[i + 1 :]
                    named = ", ".join(term for term in later if not term.startswith("_:"))
                    if named:
                        yield Rule(name, whole, None, ((member, SAME, "?y"),), (f"?y IN ({named})",))
                    for blank in (term for term in later if term.startswith("_:") and term != member):
                        yield Rule(name, whole, None, ((member, SAME, blank),))
                    if member in later:
                        yield Rule(name, whole, None, ())


def _negative(schema: _Schema) -> Iterator[Rule]:
    of, target = dict(schema.pairs[_owl("assertionProperty")]), _owl("assertionProperty")
    for node, source in schema.pairs[_owl("sourceIndividual")]:
        for name, predicate in (("prp-npa1", _owl("targetIndividual")), ("prp-npa2", _owl("targetValue"))):
            for value in (value for other, value in schema.pairs[predicate] if other == node and node in of):
                axiom = ((node, _owl("sourceIndividual"), source), (node, target, of[node]), (node, predicate, value))
                yield Rule(name, axiom, None, ((source, of[node], value),))


# Datatypes: a tree of those of OWL 2 RL, with the dates of XML Schema; and what makes a literal well-formed.
_TREE = """
decimal: integer; integer: long nonNegativeInteger nonPositiveInteger; long: int; int: short; short: byte; nonPositiveInteger: negativeInteger;
nonNegativeInteger: unsignedLong positiveInteger; unsignedLong: unsignedInt; unsignedInt: unsignedShort; unsignedShort: unsignedByte;
string: normalizedString; normalizedString: token; token: language NMTOKEN Name; Name: NCName; dateTime: dateTimeStamp;
double:; float:; boolean:; anyURI:; hexBinary:; base64Binary:; date:; time:; gYear:; gYearMonth:
"""
_BELOW: dict[str, list[str]] = {
    name.strip(): below.split() for name, _, below in (part.partition(":") for part in _TREE.replace("\n", " ").split(";")) if name.strip()
}
_LIMITS = {"byte": 7, "short": 15, "int": 31, "long": 63, "unsignedByte": 8, "unsignedShort": 16, "unsignedInt": 32, "unsignedLong": 64}
_SIGNS = {"nonNegativeInteger": ">= 0", "positiveInteger": "> 0", "nonPositiveInteger": "<= 0", "negativeInteger": "< 0"}
_LEXICAL = {
    "decimal": r"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$",
    "integer": r"^[+-]?[0-9]+$",
    "boolean": r"^(true|false|0|1)$",
    "double": r"^([+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)$",
    "date": r"^-?[0-9]{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(Z|[+-][0-9]{2}:[0-9]{2})?$",
    "gYear": r"^-?[0-9]{4,}(Z|[+-][0-9]{2}:[0-9]{2})?$",
    "gYearMonth": r"^-?[0-9]{4,}-(0[1-9]|1[0-2])(Z|[+-][0-9]{2}:[0-9]{2})?$",
    "hexBinary": r"^([0-9a-fA-F]{2})*$",
    "language": r"^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$",
}


def _subtypes(name: str) -> list[str]:
    return [name, *(lower for below in _BELOW.get(name, ()) for lower in _subtypes(below))]


_ROOTS = ("decimal", "string", "dateTime", "double", "float", "boolean", "anyURI", "hexBinary", "base64Binary")
_FAMILY = {name: root for root in _ROOTS for name in _subtypes(root)}
_FAMILY |= {name: name for name in ("date", "time", "gYear", "gYearMonth")}
_DATATYPES = {f"<{XSD}{name}>": name for name in _FAMILY}


def _has_datatype(variable: str, datatype: str) -> str:
    return f"isLiteral({variable}) && datatype({variable}) IN ({_typed(_subtypes(_DATATYPES[datatype]))})"


def _typed(names: Iterable[str]) -> str:
    return ", ".join(f"<{XSD}{name}>" for name in names)


def _well_formed(name: str) -> str | None:
    """What holds of the text of ?y where it is a lexical form of a datatype, or None where any text is."""
    text, conditions = "STR(?y)", []
    root = "integer" if name in _subtypes("integer") else {"float": "double", "dateTimeStamp": "dateTime"}.get(name, name)
    if root in _LEXICAL:
        conditions.append(f'REGEX({text}, "{_LEXICAL[root]}")')
    if root == "dateTime":
        conditions.append(f"YEAR(<{XSD}dateTime>({text})) > -10000000")
    if root == "date":
        day = f'REPLACE({text}, "(Z|[+-][0-9]{{2}}:[0-9]{{2}})$", "")'
        conditions.append(f'YEAR(<{XSD}dateTime>(CONCAT({day}, "T00:00:00"))) > -10000000')
    if root == "integer" and _interval(name):
        conditions.append(_interval(name))
    return " && ".join(conditions) or None


def _interval(name: str) -> str:
    """What holds of the number ?y in a datatype below xsd:integer."""
    number = f"<{XSD}decimal>(STR(?y))"
    if name in _LIMITS:
        low, high = (0, 2 ** _LIMITS[name] - 1) if name.startswith("unsigned") else (-(2 ** _LIMITS[name]), 2 ** _LIMITS[name] - 1)
        return f"{number} >= {low} && {number} <= {high}"
    return f"{number} {_SIGNS[name]}" if name in _SIGNS else ""


def _in_values(name: str) -> str:
    """What holds of a literal ?y of a known datatype where its value is one of the values of a datatype."""
    family = [other for other, root in _FAMILY.items() if root == _FAMILY[name]]
    same = f"datatype(?y) IN ({_typed(family)})"
    if name in _subtypes("integer"):
        number = f"<{XSD}decimal>(STR(?y))"
        return " && ".join(filter(None, [same, f"{number} = FLOOR({number})", _interval(name)]))
    return same


def _datatypes(schema: _Schema) -> Iterator[Rule]:
    """Dt-not-type: a literal that is no value of its datatype, or of the datatype that a range or a restriction asks
    for; and dt-diff with prp-fp and eq-diff1: a functional property with two values that differ."""
    known = f"{_typed(_FAMILY)}, <{RDF}langString>"
    ill_formed = [f"datatype(?y) = <{XSD}{name}> && !COALESCE({good}, false)" for name in _FAMILY if (good := _well_formed(name))]
    plain = f"datatype(?y) NOT IN (<{XSD}string>, <{RDF}langString>)"
    yield Rule("dt-not-type", (), None, (("?x", "?p", "?y"),), ("isLiteral(?y)", plain, " || ".join(f"({text})" for text in ill_formed)))
    for prop, datatype in schema.pairs[RANGE]:
        if datatype in _DATATYPES:
            wrong = ("isLiteral(?y)", f"datatype(?y) IN ({known})", f"!COALESCE({_in_values(_DATATYPES[datatype])}, false)")
            yield Rule("dt-not-type", ((prop, RANGE, datatype),), None, (("?x", prop, "?y"),), wrong)
    for name, prop, datatype, axiom in schema.restrictions(_owl("allValuesFrom")):
        if datatype in _DATATYPES:
            wrong = ("isLiteral(?y)", f"datatype(?y) IN ({known})", f"!COALESCE({_in_values(_DATATYPES[datatype])}, false)")
            yield Rule("dt-not-type", axiom, None, (("?x", TYPE, name), ("?x", prop, "?y")), wrong)
    functional = _owl("FunctionalProperty")
    for prop in schema.members[functional]:
        differ = (f"isLiteral(?y) && isLiteral(?z) && datatype(?y) IN ({known}) && datatype(?z) IN ({known})", "?y != ?z")
        yield Rule("dt-diff", ((prop, TYPE, functional),), None, (("?x", prop, "?y"), ("?x", prop, "?z")), differ)
