"""Rules with one premise: what follows from a triple alone, with no look at any other.

Of an ontology of classes, domains, ranges, sub-properties, inverse and symmetric properties these are all rules. What
follows by them from a graph is the union of what follows from each of its triples, so that it can be concluded file by
file, in any order and in several processes; a triple that goes takes with it only what no other triple leads to.
The other rules, which join two triples, are `joining`, and are left to the fixpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from treatygraph.reasoning.notation import Atom, key_of
from treatygraph.reasoning.rule import Rule
from treatygraph.reasoning.vocabulary import TYPE

__all__ = ["Linear"]

_S, _O = "?s", "?o"
Pattern = tuple[str | None, str, str | None]


class Linear:
    """The rules of one premise as one table from a triple to all that follows from it, through any number of them.

    Terms are texts as N-Triples writes them.

    Attributes:
        joining: the other rules.
        classes: the classes that something may be concluded to be of.
        properties: the properties by which something may be concluded.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.joining: list[Rule] = []
        self._steps: dict[str, list[tuple[Atom, Atom]]] = {}
        for rule in rules:
            if rule.head and _is_linear(rule):
                self._steps.setdefault(key_of(rule.body[0]), []).append((rule.body[0], rule.head))
            else:
                self.joining.append(rule)
        # By the key of a triple: what follows, with ?s and ?o for its ends; for a literal in the object, and else.
        self._heads = {key: (self._closed(key, literal=False), self._closed(key, literal=True)) for key in self._steps}
        self._types = {key: self._suffixes(heads[0]) for key, heads in self._heads.items()}
        self._premises: dict[str, list[tuple[str, Atom]]] = {}
        for key, (heads, _) in self._heads.items():
            for head in heads:
                self._premises.setdefault(key_of(head), []).append((key, head))
        self.classes = {key[2:] for key in self._premises if key.startswith("a ")}
        self.properties = {key for key in self._premises if not key.startswith("a ")}

    def _closed(self, key: str, *, literal: bool) -> tuple[Atom, ...]:
        start: Atom = (_S, TYPE, key[2:]) if key.startswith("a ") else (_S, key, _O)
        found: dict[Atom, None] = {}
        todo = [start]
        while todo:
            at = todo.pop()
            for body, head in self._steps.get(key_of(at), ()):
                values = {body[0]: at[0], body[2]: at[2]}
                new = (values.get(head[0], head[0]), head[1], values.get(head[2], head[2]))
                if new not in found and new != start and not (literal and new[0] == _O) and not new[0].startswith('"'):
                    found[new] = None
                    todo.append(new)
        return tuple(found)

    @staticmethod
    def _suffixes(heads: tuple[Atom, ...]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Atom, ...]]:
        """The heads that say a class of the subject, those that say one of the object, and the others: the first two as text."""
        plain = [head for head in heads if head[1] == TYPE and not head[2].startswith("?")]
        ends = tuple(tuple(f" {TYPE} {head[2]}" for head in plain if head[0] == end) for end in (_S, _O))
        return ends[0], ends[1], tuple(head for head in heads if head not in plain or head[0] not in {_S, _O})

    def derive(self, subject: str, predicate: str, value: str) -> Iterator[str]:
        """All that follows from a triple, as texts of three terms; the triple itself may be among it."""
        key = f"a {value}" if predicate == TYPE else predicate
        if key not in self._types:
            return
        if value[0] == '"':
            for head in self._heads[key][1]:
                yield _filled(head, subject, value)
            return
        of_subject, of_object, others = self._types[key]
        for suffix in of_subject:
            yield subject + suffix
        for suffix in of_object:
            yield value + suffix
        for head in others:
            yield _filled(head, subject, value)

    def premises(self, subject: str, predicate: str, value: str) -> Iterator[Pattern]:
        """Patterns (None for any term) of the triples from which a triple may follow; `derive` tells of each whether it does."""
        key = f"a {value}" if predicate == TYPE else predicate
        for start, head in self._premises.get(key, ()):
            ends: dict[str, str] = {}
            if all(term == said or (term in {_S, _O} and ends.setdefault(term, said) == said) for term, said in ((head[0], subject), (head[2], value))):
                if start.startswith("a "):
                    yield ends.get(_S), TYPE, start[2:]
                else:
                    yield ends.get(_S), start, ends.get(_O)


def _is_linear(rule: Rule) -> bool:
    """Whether a rule has one premise, on one property or class, that says nothing else of its ends."""
    if len(rule.body) != 1 or rule.filters or rule.head is None:
        return False
    subject, predicate, value = rule.body[0]
    ends = {subject, value} if predicate != TYPE else {subject}
    fixed = key_of(rule.body[0]) not in {"*", "a *"} and all(end.startswith("?") for end in ends) and subject != value
    return fixed and all(not term.startswith("?") or term in ends for term in rule.head) and not any(term.startswith("_:") for term in rule.head)


def _filled(head: Atom, subject: str, value: str) -> str:
    values = {_S: subject, _O: value}
    return f"{values.get(head[0], head[0])} {head[1]} {values.get(head[2], head[2])}"
