"""Things as what a graph says of them, with blank nodes told inside the thing they hang on and never by their labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from treatygraph.errors import CorpusError
from treatygraph.namespaces import RDF
from treatygraph.store import Statement, blank_nodes_of, canonical_statements, term_of, text_of

__all__ = ["About", "Nested", "Value", "described", "iri_of", "is_iri", "language_of", "renamed", "text_of_value", "words_of"]

UNNAMED = "_:"  # begins the key of a thing without a name; the rest is a digest of what is said of it


class Nested:
    """A blank node, as what is said of it; two are the same if they say the same.

    Attributes:
        about: of each property, its values.
        members: the members of an RDF list in their order, or None for anything else.
        text: the whole as one text, the same for the same description.
    """

    def __init__(self, about: About, members: list[Value] | None = None) -> None:
        self.about = about
        self.members = members
        said = (f"<{name}> {value}" for name, values in sorted(about.items()) for value in sorted(map(text_of_value, values)))
        self.text = f"[ {' ; '.join(said)} ]" if members is None else f"( {' '.join(map(text_of_value, members))} )"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Nested) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


Value = str | Nested  # an IRI or a literal as N-Triples writes it, or a blank node
About = dict[str, frozenset[Value]]


def text_of_value(value: Value) -> str:
    """A value as one text, to compare and to sort by."""
    return value.text if isinstance(value, Nested) else value


def is_iri(value: Value) -> bool:
    return isinstance(value, str) and value.startswith("<") and not value.startswith("<<")


def iri_of(value: Value) -> str:
    """The IRI that a value writes."""
    return text_of_value(value)[1:-1]


def words_of(value: Value) -> str:
    """The lexical form of a literal; of anything else its text."""
    return text_of(term_of(value)) if isinstance(value, str) and value.startswith('"') else text_of_value(value)


def language_of(value: Value) -> str:
    """The language of a text, or an empty string."""
    found = re.search(r'"@([\w-]+)$', value) if isinstance(value, str) and value.startswith('"') else None
    return found[1] if found else ""


def described(statements: Iterable[Statement]) -> dict[str, About]:
    """The things of a graph, by their IRI, each with the values of its properties.

    A blank node that nothing refers to is a thing without a name: its key tells it from others by what is said of it.
    Blank nodes that several things share, or that refer to one another in a circle, are named by their place in the
    canonical form of what holds them together.

    Raises:
        CorpusError: blank nodes are nested deeper than anybody writes them.
    """
    try:
        return _described(list(statements))
    except RecursionError:
        raise CorpusError("Blank nodes are nested too deep to be compared.", "Give the nodes in the middle an IRI.") from None


def _described(statements: list[Statement]) -> dict[str, About]:
    reading = _Reading(_untangled(statements))
    things = {subject[1:-1]: reading.about(subject) for subject in reading.subjects if subject.startswith("<")}
    for root in reading.roots():
        about = reading.about(root)
        things[UNNAMED + _digest(Nested(about).text)] = about
    return things


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def renamed(about: About, names: Mapping[str, str]) -> About:
    """The same, with other IRIs in place of some."""
    return {names.get(name, name): frozenset(_renamed(value, names) for value in values) for name, values in about.items()}


def _renamed(value: Value, names: Mapping[str, str]) -> Value:
    if isinstance(value, Nested):
        if value.members is not None:
            return Nested({}, [_renamed(member, names) for member in value.members])
        return Nested(renamed(value.about, names)) if value.about else value
    return f"<{names[value[1:-1]]}>" if is_iri(value) and value[1:-1] in names else value


Texts = tuple[str, str, str]  # a statement, each term as N-Triples writes it


class _Reading:
    """What is said of each node, where the blank nodes make trees, or have names that may be compared."""

    def __init__(self, statements: Iterable[Texts]) -> None:
        self.subjects: dict[str, dict[str, list[str]]] = {}
        self._held: set[str] = set()
        for subject, predicate, value in statements:
            self.subjects.setdefault(subject, {}).setdefault(predicate[1:-1], []).append(value)
            self._held.add(value)

    def roots(self) -> Iterator[str]:
        """The blank nodes that nothing refers to; of a tangle that nothing refers to, one stands for all."""
        yield from (subject for subject in self.subjects if subject.startswith("_:") and subject not in self._held)

    def about(self, subject: str) -> About:
        return {name: frozenset(self.value(value) for value in values) for name, values in self.subjects.get(subject, {}).items()}

    def value(self, text: str) -> Value:
        if not text.startswith("_:") or text.startswith(TANGLED):
            return text
        members = self._members(text)
        return Nested({}, members) if members is not None else Nested(self.about(text))

    def _members(self, node: str) -> list[Value] | None:
        """The members of a list, read in a loop, for a list may be longer than functions can nest."""
        members = []
        while node != f"<{RDF}nil>":
            about = self.subjects.get(node, {})
            if set(about) != {RDF + "first", RDF + "rest"} or any(len(values) != 1 for values in about.values()):
                return None
            members.append(self.value(about[RDF + "first"][0]))
            node = about[RDF + "rest"][0]
        return members


TANGLED = "_:tangled-"


def _untangled(statements: list[Statement]) -> Iterator[Texts]:
    """The statements, with blank nodes that do not make a tree named by their place in the canonical form of their tangle."""
    tangle_of = _tangles(statements)
    tangles: dict[str, list[Statement]] = {}
    for statement in statements:
        labels = [label for term in statement for label in blank_nodes_of(term)]
        if labels and labels[0] in tangle_of:
            tangles.setdefault(tangle_of[labels[0]], []).append(statement)
        else:
            yield _texts(statement)
    for tangle in tangles.values():
        canonical = [_texts(statement) for statement in canonical_statements(tangle)]
        digest = _digest("\n".join(map(" ".join, canonical)))
        named = [tuple(LABEL.sub(rf"{TANGLED}{digest}-\1", text) if not text.startswith('"') else text for text in texts) for texts in canonical]
        yield from ((subject, predicate, value) for subject, predicate, value in named if subject.startswith("<"))
        if not any(subject.startswith("<") for subject, _, _ in named):
            yield from ((f"_:{digest}", predicate, value) for _, predicate, value in named)


LABEL = re.compile(r"_:(\w+)")


def _texts(statement: Statement) -> Texts:
    subject, predicate, value = statement
    return str(subject), str(predicate), str(value)


def _tangles(statements: Iterable[Statement]) -> dict[str, str]:
    """Of each blank node that is no part of a tree, the label of one that stands for all it is tied to."""
    leader: dict[str, str] = {}

    def find(label: str) -> str:
        while leader.setdefault(label, label) != label:
            leader[label] = label = leader[leader[label]]
        return label

    uses: dict[str, int] = {}
    ties: list[tuple[str, str]] = []
    tangled: set[str] = set()
    for subject, _, value in statements:
        above, below = blank_nodes_of(subject), blank_nodes_of(value)
        for label in below:
            uses[label] = uses.get(label, 0) + 1
            ties += [(other, label) for other in above]
        for label in above + below:
            leader[find(label)] = find((above + below)[0])
        if below and not str(value).startswith("_:"):
            tangled |= set(below)
    tied: dict[str, int] = {}
    for _, label in ties:
        tied[find(label)] = tied.get(find(label), 0) + 1
    size: dict[str, int] = {}
    for label in leader:
        size[find(label)] = size.get(find(label), 0) + 1
    knots = {find(label) for label in leader if label in tangled or uses.get(label, 0) > 1} | {label for label, count in tied.items() if count >= size[label]}
    return {label: find(label) for label in leader if find(label) in knots}
