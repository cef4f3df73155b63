"""Canonical Turtle: one text for one graph, so that a change in meaning is a small difference between files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.namespaces import RDF, XSD

__all__ = ["canonical_turtle", "format_file", "quoted"]

INDENT = "    "
DIGITS = re.compile(r"(\d+)")
# The tokens that can hold a '#' which is not a comment, after Turtle 1.1, section 6.5 (grammar).
TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^>\s]*>|(?<![\w:-])#[^\n]*', re.DOTALL
)
# A local name that every store reads alike: no escapes (Virtuoso keeps their backslash), no dots or colons.
LOCAL = re.compile(r"[A-Za-z_0-9](?:[\w-]*\w)?", re.ASCII)
NUMBERS = {XSD + "integer": re.compile(r"[+-]?\d+"), XSD + "decimal": re.compile(r"[+-]?\d*\.\d+"), XSD + "boolean": re.compile("true|false")}
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def canonical_turtle(data: bytes, name: str) -> bytes:
    """The canonical form of a Turtle document.

    Subjects, predicates and objects in a fixed order, one object a line, blank nodes nested where they can be,
    literals as they were written, only the prefixes that are used. Comments before the first statement stay.

    Args:
        data: the document, UTF-8.
        name: of the file, for messages.

    Raises:
        CorpusError: it is not Turtle; or a comment further down would be lost.
    """
    try:
        text = data.decode("utf-8")
        parser = ox.parse(input=data, format=ox.RdfFormat.TURTLE)
        triples = {quad.triple for quad in parser}
    except SyntaxError as error:
        raise CorpusError(f"{name}:{error.lineno}: {error.msg}.", "Mend the Turtle there.") from None
    except UnicodeDecodeError:
        raise CorpusError(f"{name}: the file is not UTF-8.", "Save it as UTF-8.") from None
    head = _leading_comments(text, name)
    written = head + _Writer(triples, dict(parser.prefixes)).document()
    result = written.encode("utf-8")
    if result == data:
        return result
    if _fingerprint({quad.triple for quad in ox.parse(input=result, format=ox.RdfFormat.TURTLE)}) != _fingerprint(triples):
        raise CorpusError(f"{name}: the canonical form would not be the same graph; the file is left as it is.", "Please report this file.")
    return result


def quoted(text: str) -> str:
    """A text as a Turtle string on one line, in double quotes (Turtle 1.1, section 6.4)."""
    return '"' + re.sub(r'[\\"\n\r\t\b\f]', lambda match: ESCAPES[match[0]], text) + '"'


def _leading_comments(text: str, name: str) -> str:
    head = re.match(r"(?:[ \t]*#[^\n]*\n|[ \t]*\n)*", text)
    body = head.end() if head else 0
    for token in TOKEN.finditer(text, body):
        if token[0].startswith("#"):
            line = text.count("\n", 0, token.start()) + 1
            raise CorpusError(f"{name}:{line}: the comment would be lost.", "Move it to the top of the file, or make it a skos:editorialNote.")
    comments = [line.strip() for line in text[:body].splitlines() if line.strip()]
    return "".join(f"{line}\n" for line in comments) + ("\n" if comments else "")


def _fingerprint(triples: Iterable[ox.Triple]) -> list[str]:
    dataset = ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(str(quad) for quad in dataset)


@lru_cache(maxsize=65536)  # names come again and again
def _natural(text: str) -> list[tuple[int, int, str]]:
    """A sort key in which 9 comes before 10."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in DIGITS.split(text) if part]


def _language_tag(tag: str) -> str:
    """A language tag in the customary case, which the parser does not keep (RFC 5646, section 2.1.1)."""
    first, *rest = tag.split("-")
    return "-".join([first, *(part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in rest)])


Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class _Writer:
    def __init__(self, triples: set[ox.Triple], prefixes: dict[str, str]) -> None:
        self.prefixes = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self.used: set[str] = set()
        self.written: dict[str, str] = {}
        if self._read(triples):
            dataset = ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
            dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
            self._read({quad.triple for quad in dataset})

    def _read(self, triples: set[ox.Triple]) -> bool:
        """Take in the triples; tell whether a blank node has to be written with a label."""
        self.about: dict[Node, dict[ox.NamedNode, list[Node]]] = {}
        uses: dict[ox.BlankNode, int] = {}
        for triple in triples:
            self.about.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
            if isinstance(triple.object, ox.BlankNode):
                uses[triple.object] = uses.get(triple.object, 0) + 1
        blank: set[ox.BlankNode] = {node for node in self.about if isinstance(node, ox.BlankNode)} | set(uses)
        self.nested = {node for node in blank if uses.get(node, 0) == 1 and not self._in_cycle(node)}
        self.unnamed = {node for node in blank if uses.get(node, 0) == 0}
        return len(self.nested) + len(self.unnamed) < len(blank)

    def _in_cycle(self, start: ox.BlankNode) -> bool:
        seen: set[Node] = set()
        ahead: list[Node] = [start]
        while ahead:
            for objects in self.about.get(ahead.pop(), {}).values():
                for node in objects:
                    if node == start:
                        return True
                    if isinstance(node, ox.BlankNode) and node not in seen:
                        seen.add(node)
                        ahead.append(node)
        return False

    def document(self) -> str:
        tops = [(self.term(node), node) for node in self.about if node not in self.nested]
        statements = [(_natural(self.block(node)) if node in self.unnamed else _natural(shown), node in self.unnamed, shown, node) for shown, node in tops]
        statements.sort(key=lambda item: (item[1], item[0]))
        body = "\n".join(f"{'[]' if unnamed else shown}{self.block(node)} .\n" for _, unnamed, shown, node in statements)
        header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(self.prefixes) if prefix in self.used)
        return f"{header}\n{body}" if body else header

    def block(self, subject: Node, depth: int = 1) -> str:
        about = self.about.get(subject, {})
        lines = []
        for predicate in sorted(about, key=lambda node: (node.value != RDF + "type", _natural(self.term(node)))):
            verb = "a" if predicate.value == RDF + "type" else self.term(predicate)
            shown = [self.value(node, depth) for node in about[predicate]]
            objects = sorted(shown, key=_natural) if len(shown) > 1 else shown
            lines.append(f"{verb} {f' ,{chr(10)}{INDENT * (depth + 1)}'.join(objects)}")
        return "".join(
            f"{' ;' if number else ''}\n{INDENT * depth}{line}" if number or depth > 1 or subject not in self.unnamed else f"\n{INDENT}{line}"
            for number, line in enumerate(lines)
        )

    def value(self, node: Node, depth: int) -> str:
        if node not in self.nested:
            return self.term(node)
        if (members := self._list(node)) is not None:
            return f"( {' '.join(self.value(member, depth + 1) for member in members)} )" if members else "()"
        return f"[{self.block(node, depth + 2)}\n{INDENT * (depth + 1)}]" if node in self.about else "[]"

    def _list(self, node: Node) -> list[Node] | None:
        members = []
        while isinstance(node, ox.BlankNode):
            about = self.about.get(node, {})
            first, rest = about.get(ox.NamedNode(RDF + "first"), []), about.get(ox.NamedNode(RDF + "rest"), [])
            if len(about) != 2 or len(first) != 1 or len(rest) != 1 or node not in self.nested:
                return None
            members.append(first[0])
            node = rest[0]
        return members if node == ox.NamedNode(RDF + "nil") else None

    def term(self, node: Node) -> str:
        if isinstance(node, ox.NamedNode):
            return self._iri(node.value)
        if isinstance(node, ox.Literal):
            return self._literal(node)
        return str(node)

    def _iri(self, iri: str) -> str:
        if iri not in self.written:
            self.written[iri] = self._shortened(iri)
        return self.written[iri]

    def _shortened(self, iri: str) -> str:
        for prefix, namespace in self.prefixes:
            if iri.startswith(namespace) and LOCAL.fullmatch(iri[len(namespace) :]):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return str(ox.NamedNode(iri))

    def _literal(self, literal: ox.Literal) -> str:
        datatype = literal.datatype.value
        if datatype in NUMBERS and NUMBERS[datatype].fullmatch(literal.value):
            return literal.value
        text = quoted(literal.value)
        if literal.language:
            return f"{text}@{_language_tag(literal.language)}"
        return text if datatype == XSD + "string" else f"{text}^^{self._iri(datatype)}"


def format_file(path: Path, check: bool) -> bool:
    """Bring a file into canonical form.

    Args:
        path: the file.
        check: only look, write nothing.

    Returns:
        Whether the file was, or would be, changed. It is written beside and then renamed, so that an interrupt or
        a full disk leaves the old one.
    """
    old = path.read_bytes()
    new = canonical_turtle(old, str(path))
    if new == old:
        return False
    if not check:
        beside = path.with_name(f".{path.name}.new")
        try:
            beside.write_bytes(new)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    return True
