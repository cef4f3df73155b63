"""Things that only changed their IRI: the same is said of them, and of what they are said to be related to."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from treatygraph.changes.description import About, Nested, Value, iri_of, is_iri, text_of_value

__all__ = ["find_renames"]


def find_renames(old: Mapping[str, About], new: Mapping[str, About]) -> dict[str, str]:
    """The new IRI of each thing that only changed its IRI.

    Things that were renamed may refer to one another, so their IRIs count for nothing at first; what is said of each
    tells them apart, round by round, until no round tells more apart (colour refinement, Weisfeiler and Leman 1968).
    Only a pair that is the one way to match is taken: one gone, one new, of the same description. Where nothing but
    relations is said of a thing, others have to refer to both alike as well.
    """
    gone = {thing for thing in old.keys() - new.keys() if not thing.startswith("_:")}
    come = {thing for thing in new.keys() - old.keys() if not thing.startswith("_:")}
    if not gone or not come:
        return {}
    colours = _refined({thing: old[thing] for thing in gone}, {thing: new[thing] for thing in come})
    before, after = _by_colour(gone, colours[0]), _by_colour(come, colours[1])
    names: dict[str, str] = {}
    for colour in sorted(before.keys() & after.keys()):
        one, other = before[colour], after[colour]
        if len(one) == len(other) == 1 and _has_words(old[one[0]]):
            names[one[0]] = other[0]
    references = _references(old, gone, colours[0]), _references(new, come, colours[1])
    for colour in sorted(before.keys() & after.keys()):
        waiting = _by_colour([thing for thing in before[colour] if thing not in names], references[0])
        free = _by_colour([thing for thing in after[colour] if thing not in names.values()], references[1])
        for reference in sorted(waiting.keys() & free.keys()):
            if reference and len(waiting[reference]) == len(free[reference]) == 1:
                names[waiting[reference][0]] = free[reference][0]
    return names


def _refined(old: Mapping[str, About], new: Mapping[str, About]) -> tuple[dict[str, str], dict[str, str]]:
    colours = dict.fromkeys(old, ""), dict.fromkeys(new, "")
    parts = 0
    while True:
        colours = (
            {thing: _digest(_said(about, colours[0])) for thing, about in old.items()},
            {thing: _digest(_said(about, colours[1])) for thing, about in new.items()},
        )
        now = len({*colours[0].values(), *colours[1].values()})
        if now == parts:
            return colours
        parts = now


def _said(about: About, colours: Mapping[str, str]) -> str:
    """What is said of a thing, with colours in place of the IRIs that may be other ones on the other side."""
    return "\n".join(sorted(f"{colours.get(name, name)} {_text(value, colours)}" for name, values in about.items() for value in values))


def _text(value: Value, colours: Mapping[str, str]) -> str:
    if isinstance(value, Nested):
        if value.members is not None:
            return f"({' '.join(_text(member, colours) for member in value.members)})"
        return f"[{_said(value.about, colours)}]"
    return colours.get(iri_of(value), value) if is_iri(value) else value


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _by_colour(things: set[str] | list[str], colours: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for thing in sorted(things):
        found.setdefault(colours.get(thing, ""), []).append(thing)
    return found


def _has_words(about: About) -> bool:
    return any('"' in text_of_value(value) for values in about.values() for value in values)


def _references(things: Mapping[str, About], wanted: set[str], colours: Mapping[str, str]) -> dict[str, str]:
    """Of each thing that others refer to, who does and by which property, as one text."""
    found: dict[str, list[str]] = {}
    for thing, about in things.items():
        for name, values in about.items():
            for value in values:
                if is_iri(value) and iri_of(value) in wanted:
                    found.setdefault(iri_of(value), []).append(f"{colours.get(thing, thing)} {colours.get(name, name)}")
    return {thing: "\n".join(sorted(lines)) for thing, lines in found.items()}
