"""How a pattern of a triple is written: as SPARQL, as the key that says what it may match, as Turtle for people."""

from __future__ import annotations

from collections.abc import Iterable

from treatygraph.namespaces import short_name
from treatygraph.reasoning.vocabulary import FIRST, TYPE

__all__ = ["Atom", "atoms_on", "key_of", "sparql", "turtle_like", "variable_of"]

Atom = tuple[str, str, str]
"""Subject, predicate and object, each as SPARQL writes it; ``?x`` is a variable, ``_:b`` one blank node of the store."""


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


def sparql(atoms: Iterable[Atom]) -> str:
    """Patterns as SPARQL."""
    return " ".join(map(_pattern, atoms))


def atoms_on(texts: str, prop: str) -> tuple[Atom, ...]:
    """Patterns on one property, from texts with {} in its place."""
    return tuple((subject, prop, value) for subject, _, value in (text.split(" ") for text in texts.split(",")))


def turtle_like(triples: tuple[Atom, ...]) -> str:
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
