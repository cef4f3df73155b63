"""The axioms of a store, read once for the compiler: pairs, classes of properties, lists, restrictions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

from treatygraph.reasoning.notation import Atom
from treatygraph.reasoning.rule import Rule
from treatygraph.reasoning.vocabulary import CLASSES, DERIVED, FIRST, INVERSE, NIL, ON_PROPERTY, PREDICATES, REST, owl

__all__ = ["Queried", "Schema", "number_of"]


class Queried(Protocol):
    """What the compiler asks of a store: SPARQL over all graphs."""

    def run(self, query: str) -> Any:  # noqa: ANN401 - the answer of the engine
        """Answer a query."""


class Schema:
    """The triples of the schema, as read from a store."""

    def __init__(self, store: Queried) -> None:
        self.pairs: dict[str, list[tuple[str, str]]] = {predicate: [] for predicate in PREDICATES}
        for subject, predicate, value in store.run(f"SELECT ?s ?p ?o WHERE {{ VALUES ?p {{ {' '.join(PREDICATES)} }} ?s ?p ?o }}"):
            self.pairs[str(predicate)].append((str(subject), str(value)))
        self.members: dict[str, list[str]] = {name: [] for name in CLASSES}
        for subject, name in store.run(f"SELECT ?s ?c WHERE {{ VALUES ?c {{ {' '.join(CLASSES)} }} ?s a ?c }}"):
            self.members[str(name)].append(str(subject))
        for pairs in self.pairs.values():
            pairs.sort()
        for names in self.members.values():
            names.sort()
        self.on_property: dict[str, list[str]] = {}
        for restriction, prop in self.pairs[ON_PROPERTY]:
            self.on_property.setdefault(restriction, []).append(prop)
        self.on_class: dict[str, list[str]] = {}
        for restriction, name in self.pairs[owl("onClass")]:
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

    def qualified(self) -> Iterator[tuple[str, str, str, str, tuple[Atom, ...]]]:
        """The same with the class counted, of each qualified maximum."""
        for name, prop, number, axiom in self.restrictions(owl("maxQualifiedCardinality")):
            for filler in self.on_class.get(name, ()):
                yield name, prop, number, filler, (*axiom, (name, owl("onClass"), filler))

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


def number_of(literal: str) -> int | None:
    """The number that a literal writes, or None where it writes none."""
    match = re.match(r'"\s*\+?(\d+)\s*"', literal)
    return int(match[1]) if match else None
