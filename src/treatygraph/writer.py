"""Turtle and TriG as a person reads them: one text for one graph, blank nodes and lists where they are used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import pyoxigraph as ox

from treatygraph.canonical import canonical_statements
from treatygraph.namespaces import RDF, XSD
from treatygraph.nesting import Nesting, Node

__all__ = ["LOCAL", "Names", "language_tag", "natural", "quoted", "sort_key", "statement_of", "statements_of", "trig_text", "turtle_text"]

INDENT = "    "
KNOWN = 200_000  # names that are kept as written
DIGITS = re.compile(r"(\d+)")
LOCAL = re.compile(r"[A-Za-z_0-9](?:[\w-]*\w)?", re.ASCII)
"""A local name that every store reads alike: no escapes (Virtuoso keeps their backslash), no dots or colons."""

NUMBERS = {XSD + "integer": re.compile(r"[+-]?\d+"), XSD + "decimal": re.compile(r"[+-]?\d*\.\d+"), XSD + "boolean": re.compile("true|false")}
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def turtle_text(triples: Iterable[ox.Triple], prefixes: Mapping[str, str], *, open_lines: bool = False) -> str:
    """A graph as Turtle.

    Subjects, predicates and objects in a fixed order, one object a line, blank nodes nested where they can be,
    literals as they were written, only the prefixes that are used.

    Args:
        triples: the graph.
        prefixes: prefix to namespace.
        open_lines: write a text of several lines as several lines, for a graph of programs or poems.
    """
    names = Names(prefixes)
    body = "\n".join(_Writer(Nesting(triples), names, open_lines=open_lines).statements())
    return f"{names.header()}\n{body}" if body else names.header()


def trig_text(graphs: Mapping[str, Iterable[ox.Triple]], prefixes: Mapping[str, str]) -> Iterator[str]:
    """A data set as TriG, each named graph as `turtle_text` writes it.

    Args:
        graphs: the IRI of each named graph and its triples.
        prefixes: prefix to namespace.

    Yields:
        The text, graph by graph; all prefixes come first, used or not.
    """
    quads = canonical_statements(ox.Quad(s, p, o, ox.NamedNode(graph)) for graph, triples in graphs.items() for s, p, o in triples)
    by_graph: dict[str, set[ox.Triple]] = {}
    homes: dict[ox.BlankNode, set[str]] = {}
    for quad in quads:
        assert isinstance(quad.graph_name, ox.NamedNode)
        by_graph.setdefault(quad.graph_name.value, set()).add(quad.triple)
        for node in (quad.subject, quad.object):
            if isinstance(node, ox.BlankNode):
                homes.setdefault(node, set()).add(quad.graph_name.value)
    shared = {node for node, found in homes.items() if len(found) > 1}
    names = Names(prefixes)
    yield names.header(all_of_them=True)
    for graph in sorted(by_graph):
        nesting = Nesting(by_graph[graph], labelled=True)
        nesting.nested -= shared
        nesting.unnamed -= shared
        yield f"\n{names.iri(graph)} {{\n\n" + "\n".join(_Writer(nesting, names).statements()) + "\n}\n"


def statements_of(triples: Iterable[ox.Triple], names: Names) -> list[str]:
    """The statements of a graph, a text for each subject, in order."""
    return _Writer(Nesting(triples), names).statements()


def statement_of(triples: Iterable[ox.Triple], names: Names) -> str:
    """The one statement of triples that are about one thing, and about blank nodes inside it."""
    (statement,) = statements_of(triples, names)
    return statement


def quoted(text: str) -> str:
    """A text as a Turtle string on one line, in double quotes (Turtle 1.1, section 6.4)."""
    return '"' + re.sub(r'[\\"\n\r\t\b\f]', lambda match: ESCAPES[match[0]], text) + '"'


def _open(text: str) -> str:
    """A text as a Turtle string over several lines (STRING_LITERAL_LONG_QUOTE)."""
    escaped = re.sub(r'[\\\r\b\f]|"(?="")|"$', lambda match: ESCAPES[match[0]], text)
    return f'"""{escaped}"""'


def language_tag(tag: str) -> str:
    """A language tag in the customary case, which the parser does not keep (RFC 5646, section 2.1.1)."""
    first, *rest = tag.split("-")
    return "-".join([first, *(part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in rest)])


@lru_cache(maxsize=65536)  # names come again and again
def natural(text: str) -> list[tuple[int, int, str]]:
    """A sort key in which 9 comes before 10: a number is its length and its digits, however many they are."""
    parts = ((part, part.lstrip("0") or "0") for part in DIGITS.split(text) if part)
    return [(0, len(number), number) if part.isdecimal() else (1, 0, part) for part, number in parts]


def sort_key(text: str) -> bytes:
    """Bytes without white space that sort as the subjects of a graph do: by `natural`, then as written.

    A number is its length and its digits, which is its order as a number; a text ends with the least of all bytes.
    """
    parts = [f"\x02{length:05}{part}" if kind == 0 else f"\x03{part}\x00" for kind, length, part in natural(text)]
    return ("".join(parts) + f"\x00{text}").encode()


class Names:
    """IRIs as they are written with prefixes."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self._used: set[str] = set()
        self._written: dict[str, str] = {}

    def iri(self, iri: str) -> str:
        if iri not in self._written:
            if len(self._written) > KNOWN:
                self._written.clear()
            self._written[iri] = self._shortened(iri)
        return self._written[iri]

    def _shortened(self, iri: str) -> str:
        for prefix, namespace in self._prefixes:
            if iri.startswith(namespace) and LOCAL.fullmatch(iri[len(namespace) :]):
                self._used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return str(ox.NamedNode(iri))

    def header(self, *, all_of_them: bool = False) -> str:
        """The declarations of the prefixes that have been used."""
        return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(self._prefixes) if all_of_them or prefix in self._used)


class _Writer:
    """The statements of one graph."""

    def __init__(self, nesting: Nesting, names: Names, *, open_lines: bool = False) -> None:
        self._nesting = nesting
        self._names = names
        self._open_lines = open_lines

    def statements(self) -> list[str]:
        """A text for each subject, in order; those without a name come last."""
        unnamed = self._nesting.unnamed
        tops = [(self._term(node), node) for node in self._nesting.about if node not in self._nesting.nested]
        found = [(natural(self._block(node)) if node in unnamed else natural(shown), node in unnamed, shown, node) for shown, node in tops]
        found.sort(key=lambda item: (item[1], item[0]))
        return [f"{'[]' if nameless else shown}{self._block(node)} .\n" for _, nameless, shown, node in found]

    def _block(self, subject: Node, depth: int = 1) -> str:
        about = self._nesting.about.get(subject, {})
        lines = []
        for predicate in sorted(about, key=lambda node: (node.value != RDF + "type", natural(self._term(node)))):
            verb = "a" if predicate.value == RDF + "type" else self._term(predicate)
            shown = [self._value(node, depth) for node in about[predicate]]
            objects = sorted(shown, key=natural) if len(shown) > 1 else shown
            lines.append(f"{verb} {f' ,{chr(10)}{INDENT * (depth + 1)}'.join(objects)}")
        return "".join(
            f"{' ;' if number else ''}\n{INDENT * depth}{line}" if number or depth > 1 or subject not in self._nesting.unnamed else f"\n{INDENT}{line}"
            for number, line in enumerate(lines)
        )

    def _value(self, node: Node, depth: int) -> str:
        if node not in self._nesting.nested:
            return self._term(node)
        if (members := self._nesting.items(node)) is not None:
            return f"( {' '.join(self._value(member, depth + 1) for member in members)} )" if members else "()"
        return f"[{self._block(node, depth + 2)}\n{INDENT * (depth + 1)}]" if node in self._nesting.about else "[]"

    def _term(self, node: Node) -> str:
        if isinstance(node, ox.NamedNode):
            return self._names.iri(node.value)
        if isinstance(node, ox.Literal):
            return self._literal(node)
        if isinstance(node, ox.Triple):
            return f"<<( {' '.join(map(self._term, node))} )>>"
        return str(node)

    def _literal(self, literal: ox.Literal) -> str:
        datatype = literal.datatype.value
        if datatype in NUMBERS and NUMBERS[datatype].fullmatch(literal.value):
            return literal.value
        text = _open(literal.value) if self._open_lines and "\n" in literal.value else quoted(literal.value)
        if literal.language:
            return f"{text}@{language_tag(literal.language)}"
        return text if datatype == XSD + "string" else f"{text}^^{self._names.iri(datatype)}"
