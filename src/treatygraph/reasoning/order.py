"""The order of rules: those that can conclude something, without detours, in the order in which they feed one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from treatygraph.reasoning.engine import Engine
from treatygraph.reasoning.notation import Atom, key_of
from treatygraph.reasoning.rule import Rule
from treatygraph.reasoning.vocabulary import TYPE

__all__ = ["Component", "alive", "components", "needed"]


class Component(NamedTuple):
    """Rules that belong together, and those of them that read what one of them writes."""

    rules: list[Rule]
    turning: list[Rule]


def alive(engine: Engine, rules: list[Rule]) -> list[Rule]:
    """The rules that can conclude something, for all they read is there or is what another of them concludes."""
    written: set[str] = set()
    waiting = [(rule, rule.reads) for rule in rules]
    alive = []
    while True:
        still = []
        for rule, reads in waiting:
            if all(key in written or engine.holds(key) for key in reads):
                alive.append(rule)
                written.add(rule.writes or "")
                if (rule.writes or "").startswith("a "):
                    written.add("a *")
            else:
                still.append((rule, reads))
        if "a *" in {rule.writes for rule in alive}:
            still = [(rule, tuple(key for key in reads if not key.startswith("a "))) for rule, reads in still]
        if len(still) == len(waiting):
            return alive
        waiting = still


def needed(rules: list[Rule]) -> list[Rule]:
    """The rules without those that only go straight where others go in two steps (a class to a class far above it)."""
    steps: dict[str, dict[tuple[str, str], None]] = {}
    label_of: dict[Rule, tuple[str, str, str]] = {}
    for rule in rules:
        label = _step(rule)
        if label:
            read, write, _ = label_of[rule] = (rule.reads[0], rule.writes or "", label)
            steps.setdefault(read, {})[write, label] = None
    place = {key: i for i, component in enumerate(_strong({key: [write for write, _ in found] for key, found in steps.items()})) for key in component}

    def detour(rule: Rule) -> bool:
        read, write, label = label_of[rule]
        for between, first in steps[read]:
            if place[between] not in (place[read], place[write]):
                for last, second in steps.get(between, ()):
                    if last == write and _JOINED.get(first + second) == label:
                        return True
        return False

    by_head: dict[Atom | None, list[Rule]] = {}
    for rule in {(rule.head, rule.body, rule.filters): rule for rule in rules if rule not in label_of or not detour(rule)}.values():
        by_head.setdefault(rule.head, []).append(rule)
    return [
        rule
        for found in by_head.values()
        for rule in found
        if len(rule.body) == 1 or not any(set(other.body) < set(rule.body) and set(other.filters) <= set(rule.filters) for other in found)
    ]


# How a rule of one pattern carries things over: t from class to class, s and o from a property to the class of its
# subject or object, f and r from a property to another, forwards or reversed. And what two such steps make together.
_JOINED = {"tt": "t", "st": "s", "ot": "o", "fs": "s", "fo": "o", "rs": "o", "ro": "s", "ff": "f", "fr": "r", "rf": "r", "rr": "f"}


def _step(rule: Rule) -> str:
    """The letter of a rule of one pattern, or nothing."""
    if len(rule.body) != 1 or rule.filters or not rule.head:
        return ""
    (subject, predicate, value), head = rule.body[0], rule.head
    if not {"*", "a *"}.isdisjoint((key_of(head), key_of(rule.body[0]))) or not subject.startswith("?"):
        return ""
    if predicate == TYPE:
        return "t" if head[1] == TYPE and head[0] == subject else ""
    if not value.startswith("?") or value == subject:
        return ""
    if head[1] == TYPE:
        return "s" if head[0] == subject else "o" if head[0] == value else ""
    return "f" if (head[0], head[2]) == (subject, value) else "r" if (head[0], head[2]) == (value, subject) else ""


def components(rules: list[Rule]) -> Iterator[Component]:
    """The rules in the order in which they feed one another; those that feed each other together."""
    any_class = any("a *" in (*rule.reads, rule.writes) for rule in rules)

    def node(key: str) -> str:
        return "a *" if any_class and key.startswith("a ") else key

    feeds: dict[str, list[str]] = {}
    for rule in rules:
        for key in rule.reads:
            feeds.setdefault(node(key), []).append(node(rule.writes or ""))
        feeds.setdefault(node(rule.writes or ""), [])
    by_node: dict[str, list[Rule]] = {}
    for rule in rules:
        by_node.setdefault(node(rule.writes or ""), []).append(rule)
    for component in reversed(_strong(feeds)):
        found = [rule for key in component for rule in by_node.get(key, ())]
        if found:
            yield Component(found, [rule for rule in found if any(node(key) in component for key in rule.reads)])


def _strong(feeds: dict[str, list[str]]) -> list[list[str]]:
    """Strongly connected components of a graph, the last first (Tarjan, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root, first in feeds.items():
        if root in number:
            continue
        work = [(root, iter(first))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            for after in rest:
                if after not in number:
                    number[after] = low[after] = len(number)
                    stack.append(after)
                    on_stack.add(after)
                    work.append((after, iter(feeds.get(after, ()))))
                    break
                if after in on_stack:
                    low[node] = min(low[node], number[after])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    found.append(component)
    return found
