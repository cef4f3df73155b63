"""A rule as a value that knows its text, and the rules of one ontology together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from treatygraph.reasoning.notation import Atom, key_of, sparql, turtle_like

__all__ = ["Rule", "RuleSet"]


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
        return f"{{ {sparql(dict.fromkeys([*(self.axiom if blank else ()), *self.body]))}{self.filter_text} }}"

    @property
    def filter_text(self) -> str:
        """The filters, to stand after the patterns."""
        return "".join(f" FILTER({text})" for text in self.filters)

    @property
    def text(self) -> str:
        """The rule as a SPARQL query for any engine: CONSTRUCT, or for a contradiction SELECT."""
        return f"CONSTRUCT {{ {sparql([self.head])} }} WHERE {self.where}" if self.head else f"SELECT * WHERE {self.where}"

    @property
    def axiom_text(self) -> str:
        """The axiom as people write it in Turtle."""
        return turtle_like(self.axiom)


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
        """All rules, each with its name and its axiom before it, in the order of their names as they come."""
        by_name: dict[str, set[str]] = {}
        for rule in self:
            by_name.setdefault(rule.name, set()).add(f"# {rule.name}{': ' if rule.axiom else ''}{rule.axiom_text}\n{rule.text}")
        return "\n\n".join(text for texts in by_name.values() for text in sorted(texts))  # the labels of blank nodes decide no order
