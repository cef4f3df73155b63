"""Rules run to a fixpoint: in order, and those that feed themselves over what was new in the round before (semi-naive).

Where a thing is the same as another, all rules run that way together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import pyoxigraph as ox

from treatygraph.reasoning.engine import NEW_GRAPH, Engine
from treatygraph.reasoning.notation import Atom, key_of, sparql
from treatygraph.reasoning.order import Component, alive, components, needed
from treatygraph.reasoning.rule import Rule
from treatygraph.reasoning.vocabulary import SAME, SCHEMA_KEYS

__all__ = ["saturate"]

_ANY = ("?s", "?p", "?o")
_SWEEPS = 3  # a few sweeps over everything are cheaper than to put aside what is new, which is most of it at first


def saturate(engine: Engine, rules: list[Rule]) -> None:
    """Run rules until they conclude nothing new."""
    rules = alive(engine, rules)
    general = [rule for rule in rules if rule.writes == "*"]
    plain = needed([rule for rule in rules if rule.writes != "*"])
    for component in components(plain):
        _settle(engine, component)
    if general and engine.holds(SAME):
        rules = [*general, *plain]
        new: set[ox.Quad] = set()
        for group in _groups(general):
            _run(engine, group, _whole, new)
        _rounds(engine, rules, new)


def _settle(engine: Engine, component: Component) -> None:
    """Run rules that belong together: once, or where they feed themselves, until there is nothing new."""
    rules, turning = component
    if len(turning) == 1 and turning[0].name == "prp-trp":
        for group in _groups([rule for rule in rules if rule not in turning]):
            _run(engine, group, _whole)
        _run(engine, _groups(turning)[0], _path)
        return
    groups = _groups(rules)
    reads = [{key for rule in group.rules for key in rule.reads} for group in groups]
    ran, step, changed = [-1] * len(groups), 0, {"*": 0}
    for sweep in range(_SWEEPS if turning else 1):
        new: set[ox.Quad] | None = set() if turning else None
        for i, group in enumerate(groups):
            if sweep == 0 or any(changed.get(key, -1) > ran[i] for key in reads[i]):
                ran[i], step = step, step + 1
                changed |= dict.fromkeys(_run(engine, group, _whole, new), step)
        if not new:
            return
    _rounds(engine, rules, new or ())


def keys_of(head: Atom, conclusions: Iterable[ox.Quad]) -> set[str]:
    """The keys under which patterns find what a head has concluded."""
    key = key_of(head)
    many = key in {"*", "a *"}
    keys = {key_of((str(quad.subject), str(quad.predicate), str(quad.object))) if many else key for quad in conclusions}
    return {*keys, "*", *(("a *",) if any(key.startswith("a ") for key in keys) else ())} if keys else keys


def _rounds(engine: Engine, rules: list[Rule], new: Iterable[ox.Quad]) -> None:
    """Run rules over what is new, then over what that has made new, to the end."""
    groups = _groups(rules)
    new = set(new)
    while new:
        engine.renew(new)
        keys = keys_of(_ANY, new)
        new = set()
        for group in groups:
            _run(engine, group, partial(_fresh, keys), new)


class _Group(NamedTuple):
    """Rules with the same head, which run as one query."""

    head: Atom
    rules: list[Rule]
    blanks: frozenset[str]


def _groups(rules: list[Rule]) -> list[_Group]:
    heads: dict[Atom, list[Rule]] = {}
    for rule in rules:
        assert rule.head
        heads.setdefault(rule.head, []).append(rule)
    blanks = {head: frozenset(term for rule in found for atom in (head, *rule.body) for term in atom if term.startswith("_:")) for head, found in heads.items()}
    return [_Group(head, found, blanks[head]) for head, found in heads.items()]


def _run(engine: Engine, group: _Group, branches: Callable[[Rule], Iterable[str]], kept: set[ox.Quad] | None = None) -> set[str]:
    """Run the rules of a group as one query; the keys of what they conclude, which is also put into a set, if one is given."""
    patterns = list(dict.fromkeys(pattern for rule in group.rules for pattern in branches(rule)))
    if not patterns:
        return set()
    sure = not any(term.startswith("_:") for term in group.head)  # the engine puts no blank node into NOT EXISTS
    body = " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)
    new: Iterable[ox.Quad] = engine.conclude(group.head, f"{body}{f' FILTER NOT EXISTS {{ {sparql([group.head])} }}' if sure else ''}", group.blanks, sure=sure)
    if kept is not None:
        new = list(new)
        kept.update(new)
    keys = keys_of(group.head, new)
    engine.schema_changed = engine.schema_changed or not SCHEMA_KEYS.isdisjoint(keys)
    return keys


def _whole(rule: Rule) -> Iterator[str]:
    """A rule over all triples; one with a pattern for any triple starts from the other."""
    if "*" in rule.reads:
        yield _chain(list(rule.body)) + rule.filter_text
    else:
        yield sparql(rule.body) + rule.filter_text


def _path(rule: Rule) -> Iterator[str]:
    """All that a transitive property leads to, in one go."""
    assert rule.head
    prop = rule.head[1]
    yield f"{{ SELECT DISTINCT ?x WHERE {{ ?x {prop} ?m }} }} LATERAL {{ ?x {prop}+ ?y }}"


def _fresh(keys: set[str], rule: Rule) -> Iterator[str]:
    """A rule over what is new: for each part of its body, that part from the last round and the others from anywhere."""
    for i, atom in enumerate(rule.body):
        if key_of(atom) in keys:
            others = [other for j, other in enumerate(rule.body) if j != i]
            yield f"GRAPH {NEW_GRAPH} {{ {sparql([atom])} }}{_chain(others, atom)}{rule.filter_text}"


def _chain(atoms: list[Atom], *before: Atom) -> str:
    """Patterns one after the other, each bound to those before it as far as can be."""
    bound = {term for atom in before for term in atom if term.startswith("?")}
    text, rest = "", list(atoms)
    while rest:
        atom = min(rest, key=lambda atom: (-len(bound & set(atom)) if bound else 0, sum(term.startswith("?") for term in atom), rest.index(atom)))
        rest.remove(atom)
        text += f" LATERAL {{ {sparql([atom])} }}" if bound or text else sparql([atom])
        bound |= {term for term in atom if term.startswith("?")}
    return text
