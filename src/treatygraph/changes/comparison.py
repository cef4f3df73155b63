"""Comparing: two graphs in, the changes between them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from treatygraph.changes.change import Change
from treatygraph.changes.description import About, Nested, Value, described, language_of, renamed, text_of_value, words_of
from treatygraph.changes.kinds import Kinds, kind_of_property
from treatygraph.changes.queries import query_changes, sparql_meaning
from treatygraph.changes.renaming import find_renames
from treatygraph.changes.sides import Side
from treatygraph.namespaces import OA, RDF, SH, XSD
from treatygraph.store import literal_term

__all__ = ["Comparison", "compare"]

SPARQL_TEXTS = {f"{SH}{name}" for name in ("select", "ask", "construct")}
ALIKE = 0.5  # two blank nodes of the same property are one that changed where they share this much of what they say


class Comparison:
    """Two sides and what changed between them.

    Attributes:
        old: the one side.
        new: the other.
        before: the things of the old side, by the IRIs that they have in the new one.
        after: the things of the new side.
        kinds: the classes of both.
        changes: what changed, in the order of the things.
        not_compared: ``queries`` or ``shapes``, where one side is a file that has none.
    """

    def __init__(self, old: Side, new: Side) -> None:
        self.old = old
        self.new = new
        self.before = described(old.corpus.store.statements())
        self.after = described(new.corpus.store.statements())
        self.kinds = Kinds(self.before, self.after)
        self.not_compared: list[str] = []
        self.changes: list[Change] = []


def compare(old: Side, new: Side) -> Comparison:
    """What changed in the meaning: statements by the things they are about, and saved queries.

    In which file a statement stands, in what order, with which prefixes and labels of blank nodes, counts for nothing;
    nor does a class that follows from a more special one.
    """
    comparison = Comparison(old, new)
    names = find_renames(comparison.before, comparison.after)
    if names:
        comparison.before = {names.get(thing, thing): renamed(about, names) for thing, about in comparison.before.items()}
    before, after, kinds = comparison.before, comparison.after, comparison.kinds
    if old.has_shapes != new.has_shapes and None in (old.queries, new.queries):
        comparison.not_compared.append("shapes")
        for things in (before, after):
            for thing in [thing for thing, about in things.items() if kinds.heading(about) == "shapes"]:
                del things[thing]
    found = [Change("renamed", new_name, old=[f"<{old_name}>"], new=[f"<{new_name}>"]) for old_name, new_name in names.items()]
    pairs = _unnamed_pairs(before, after)
    for thing in sorted(before.keys() | after.keys()):
        if thing in pairs.values():
            continue  # told under the key that it had before
        now = pairs.get(thing, thing)
        if now not in after:
            found.append(Change("removed", thing))
        elif thing not in before:
            found.append(Change("added", thing))
        elif before[thing] != after[now]:
            found += _with_reasons(list(_between(now, before[thing], after[now], kinds)))
    if old.queries is None or new.queries is None:
        if old.queries or new.queries:
            comparison.not_compared.append("queries")
    else:
        found += query_changes(old.queries, new.queries)
    comparison.changes = sorted(found, key=lambda change: (change.thing, change.kind, change.property, change.within))
    return comparison


def _unnamed_pairs(before: Mapping[str, About], after: Mapping[str, About]) -> dict[str, str]:
    """Things without a name that changed: the key of each before and after, by what they share."""
    gone = {Nested(before[thing]): thing for thing in sorted(before.keys() - after.keys()) if thing.startswith("_:")}
    come = {Nested(after[thing]): thing for thing in sorted(after.keys() - before.keys()) if thing.startswith("_:")}
    return {gone[one]: come[other] for one, other in _pairs(list(gone), list(come), ALIKE)}


def _pairs(old: list[Nested], new: list[Nested], least: float) -> list[tuple[Nested, Nested]]:
    """Blank nodes that are one that changed: those most alike first, each once."""
    likeness = sorted(
        ((_likeness(one, other), at, to) for at, one in enumerate(old) for to, other in enumerate(new)), key=lambda found: (-found[0], *found[1:])
    )
    pairs: dict[int, int] = {}
    for like, at, to in likeness:
        if like >= least and at not in pairs and to not in pairs.values():
            pairs[at] = to
    return [(old[at], new[to]) for at, to in pairs.items()]


def _leaves(value: Value) -> set[str]:
    if not isinstance(value, Nested):
        return {value}
    if value.members is not None:
        return {leaf for member in value.members for leaf in _leaves(member)}
    return {f"{name} {leaf}" for name, values in value.about.items() for inner in values for leaf in _leaves(inner)}


def _likeness(one: Value, other: Value) -> float:
    """The share of what two values say that both say."""
    first, second = _leaves(one), _leaves(other)
    return len(first & second) / max(1, len(first | second))


def _between(thing: str, before: About, after: About, kinds: Kinds) -> Iterator[Change]:
    classes = kinds.specific(before), kinds.specific(after)
    if classes[0] != classes[1]:
        gone, come = (sorted(set(one) - set(other)) for one, other in (classes, classes[::-1]))
        yield Change("class", thing, f"{RDF}type", [f"<{cls}>" for cls in gone], [f"<{cls}>" for cls in come])
    for name in sorted((before.keys() | after.keys()) - {f"{RDF}type"}):
        old, new = before.get(name, frozenset()), after.get(name, frozenset())
        if old == new:
            continue
        if name == f"{OA}hasSelector":
            yield from _selectors(thing, old, new)
        else:
            yield from _values(thing, (name,), old - new, new - old)


def _values(thing: str, path: tuple[str, ...], gone: frozenset[Value], come: frozenset[Value]) -> Iterator[Change]:
    old, new = sorted(gone, key=text_of_value), sorted(come, key=text_of_value)
    nodes = [value for value in old if isinstance(value, Nested)], [value for value in new if isinstance(value, Nested)]
    alone = len(nodes[0]) == len(nodes[1]) == 1
    for one, other in _pairs(*nodes, 0 if alone else ALIKE):
        old.remove(one)
        new.remove(other)
        yield from _inside(thing, path, one, other)
    for language in sorted({language_of(value) for value in [*old, *new]}):
        before, after = ([value for value in values if language_of(value) == language] for values in (old, new))
        if path[-1] in SPARQL_TEXTS and [sparql_meaning(words_of(value)) for value in before] == [sparql_meaning(words_of(value)) for value in after]:
            continue
        yield Change(kind_of_property(path[-1], _is_text([*before, *after])), thing, path[0], before, after, path[1:])


def _inside(thing: str, path: tuple[str, ...], old: Nested, new: Nested) -> Iterator[Change]:
    """What changed inside a blank node; of a list, which members, else their order."""
    if old.members is not None and new.members is not None:
        gone, come = frozenset(old.members) - frozenset(new.members), frozenset(new.members) - frozenset(old.members)
        if gone or come:
            yield from _values(thing, path, gone, come)
        else:
            yield Change("value", thing, path[0], [old], [new], path[1:])
        return
    for name in sorted(old.about.keys() | new.about.keys()):
        before, after = old.about.get(name, frozenset()), new.about.get(name, frozenset())
        if before != after:
            yield from _values(thing, (*path, name), before - after, after - before)


def _selectors(thing: str, old: frozenset[Value], new: frozenset[Value]) -> Iterator[Change]:
    """What changed in where and what a passage quotes (Web Annotation Data Model, sections 4.2.4 and 4.2.5)."""
    before, after = _selected(old), _selected(new)
    names = {name: f"{OA}{name}" for name in ("exact", "prefix", "suffix", "start", "end")}
    if before is None or after is None:
        yield from _values(thing, (f"{OA}hasSelector",), old - new, new - old)
        return
    if before[names["exact"]] != after[names["exact"]]:
        yield Change("quotation", thing, names["exact"], [before[names["exact"]]], [after[names["exact"]]])
    elif any(before[names[name]] != after[names[name]] for name in ("start", "end")):
        yield Change("moved", thing, f"{OA}hasSelector", [_place(before)], [_place(after)])
    for name in ("prefix", "suffix"):
        if before[names[name]] != after[names[name]]:
            yield Change("context", thing, names[name], [before[names[name]]], [after[names[name]]])


def _place(selected: Mapping[str, str]) -> Value:
    return literal_term("-".join(words_of(selected[f"{OA}{name}"]) for name in ("start", "end")), f"{XSD}string")


def _selected(selectors: frozenset[Value]) -> dict[str, str] | None:
    """The quotation and the place that selectors give, or None where they give another thing than one of each."""
    said: dict[str, str] = {}
    for selector in selectors:
        for name, values in selector.about.items() if isinstance(selector, Nested) else ():
            (value, *more) = values
            if name != f"{RDF}type" and (more or name in said or isinstance(value, Nested)):
                return None
            said[name] = text_of_value(value)
    said.pop(f"{RDF}type", None)
    return said if said.keys() == {f"{OA}{name}" for name in ("exact", "prefix", "suffix", "start", "end")} else None


def _with_reasons(changes: list[Change]) -> list[Change]:
    """The notes that came with other changes of a thing, as their reasons."""
    reasons = [(change.property, value) for change in changes if change.kind == "note" for value in change.new]
    for change in changes:
        if change.kind != "note":
            change.reasons = reasons
    return changes


def _is_text(values: list[Value]) -> bool:
    return all(isinstance(value, str) and value.startswith('"') and (value.endswith('"') or bool(language_of(value))) for value in values)
