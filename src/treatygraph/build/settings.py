"""What every process of a build has to know: the rules of the ontology, sorted by how they can be run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from treatygraph.corpus import graph_name
from treatygraph.layout import Layout
from treatygraph.reasoning import DERIVED, SAME, SCHEMA_KEYS, TYPE, Linear, Rule, RuleSet, close, key_of
from treatygraph.store import GraphStore

__all__ = ["Settings", "settings_of"]


@dataclass
class Settings:
    """The rules of an ontology, and the ontology closed.

    Attributes:
        rules: all rules.
        linear: those of one premise, see `Linear`.
        joined: the keys of the triples that the rules of two premises read; only these have to come together in one place.
        excluded: of each class, the classes that exclude it.
        classes: the rules by which the classes of a thing are a contradiction.
        meeting: the other rules that find contradictions.
        literal: the rules by which a literal alone is a contradiction.
        ranged: the properties whose literals such a rule judges, whatever their datatype.
        ontology: the ontology and what follows from it alone.
    """

    root: Path
    rules: RuleSet
    linear: Linear
    joined: frozenset[str]
    excluded: dict[str, set[str]]
    classes: RuleSet
    literal: RuleSet
    ranged: frozenset[str]
    meeting: RuleSet
    ontology: ox.Store

    def clash(self, kinds: set[str]) -> bool:
        """Whether some classes exclude each other."""
        near = kinds & self.excluded.keys()
        return any(self.excluded[kind] & near for kind in near)

    def keeps(self, predicate: str, value: str) -> bool:
        """Whether a triple is one that rules of two premises may read."""
        return predicate in self.joined if predicate != TYPE else f"a {value}" in self.joined

    def judges(self, predicate: str, value: str) -> bool:
        """Whether the value of a triple is a literal that may be a contradiction alone."""
        return value[0] == '"' and (value[-1] == ">" or predicate in self.ranged)

    def closed(self) -> ox.Store:
        """A new store with the ontology and what follows from it."""
        store = ox.Store()
        store.bulk_extend(self.ontology)
        return store

    def is_new_schema(self, line: str, predicate: str, value: str) -> bool:
        """Whether what follows is something of the schema that the ontology alone does not say."""
        return key_of(("", predicate, value)) in SCHEMA_KEYS and line not in self.base

    @cached_property
    def base(self) -> set[str]:
        """What follows from the ontology alone, as texts of triples."""
        return {str(quad.triple) for quad in self.ontology.quads_for_pattern(None, None, None, ox.NamedNode(DERIVED))}


def settings_of(layout: Layout) -> Settings:
    """Read and compile the ontology of a corpus.

    Raises:
        CorpusError: a file of it is not Turtle.
    """
    store = GraphStore()
    for path in layout.ontology_files:
        store.load(path, graph_name(layout, path))
    rules = close(store).rules
    linear = Linear(rules.instance)
    excluded: dict[str, set[str]] = {}
    classes, literal, meeting = [], [], []
    for rule in rules.clashes:
        kinds = _kinds(rule)
        if kinds:
            classes.append(rule)
            for kind in kinds:
                excluded.setdefault(kind, set()).update(set(kinds) - {kind} or kinds)
        elif len(rule.body) == 1 and any("isLiteral" in text for text in rule.filters):
            literal.append(rule)
        else:
            meeting.append(rule)
    joined = {key for rule in [*linear.joining, *meeting] for key in rule.reads if not (rule.writes == "*" or key == "*")} | {SAME}
    return Settings(
        root=layout.root,
        rules=rules,
        linear=linear,
        joined=frozenset(joined),
        excluded=excluded,
        classes=RuleSet([], [], classes),
        literal=RuleSet([], [], literal),
        ranged=frozenset(predicate for rule in literal for _, predicate, _ in rule.body if predicate[0] == "<"),
        meeting=RuleSet([], [], meeting),
        ontology=store.oxigraph,
    )


def _kinds(rule: Rule) -> list[str]:
    """The classes of a rule that says only that nothing is of all of them; else none."""
    (first, *_) = (*rule.body, ("", "", ""))
    if rule.filters or not all(subject == first[0] and predicate == TYPE and kind.startswith("<") for subject, predicate, kind in rule.body):
        return []
    return [kind for _, _, kind in rule.body] if len(rule.body) <= 2 else []
