"""The graph as compact JSON-LD: a JSON object a thing, with the keys of its context, in one document or one for each kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from treatygraph.errors import UsageError
from treatygraph.export.context import IDENTIFIER, LANGUAGE_MAP, TERM, Context, Key
from treatygraph.namespaces import ID, RDF, XSD
from treatygraph.nesting import Nesting, Node
from treatygraph.writer import natural

__all__ = ["TERMS", "Documents"]

TERMS = "terms"
"""The kind of everything that is not an individual of the corpus: the terms of the ontology, and of others."""

_TYPE = ox.NamedNode(RDF + "type")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")  # a double, which is what JSON has, holds every integer of 15 digits
_FIRST = ("prefLabel", "label", "title")  # a reader looks for the name before anything else


class Documents:
    """The documents that a graph makes.

    Args:
        triples: the graph.
        context: says the keys; any context will do.
    """

    def __init__(self, triples: Iterable[ox.Triple], context: Context) -> None:
        self._nesting = Nesting(triples)
        self._context = context
        nesting = self._nesting
        tops = (node for node in nesting.about if node not in nesting.nested)
        self._tops = sorted(tops, key=lambda node: (node in nesting.unnamed, natural(str(node))))

    def whole(self) -> Iterator[bytes]:
        """The graph as one document, thing by thing."""
        yield from self._document(self._tops)

    def kinds(self) -> dict[str, Iterator[bytes]]:
        """A document for each kind: the part of an IRI that says it (``island``), or `TERMS`. Together they are the graph.

        Raises:
            UsageError: a blank node with a label is used in two kinds, so that the documents would not meet in it.
        """
        for blank, users in self._labelled().items():
            if len(users) > 1:
                raise UsageError(f"The graph cannot be cut into kinds: {' and '.join(sorted(users))} share the blank node {blank}.", "Export one document.")
        found: dict[str, list[Node]] = {}
        for node in self._tops:
            found.setdefault(_kind(node), []).append(node)
        return {kind: self._document(nodes) for kind, nodes in sorted(found.items())}

    def _labelled(self) -> dict[ox.BlankNode, set[str]]:
        users: dict[ox.BlankNode, set[str]] = {}

        def walk(node: Node, kind: str) -> None:
            for objects in self._nesting.about.get(node, {}).values():
                for value in objects:
                    if value in self._nesting.nested:
                        walk(value, kind)
                    elif isinstance(value, ox.BlankNode):
                        users.setdefault(value, {_kind(value)}).add(kind)

        for node in self._tops:
            walk(node, _kind(node))
        return users

    def _document(self, tops: list[Node]) -> Iterator[bytes]:
        unnamed = self._nesting.unnamed
        writer = _Writer(self._nesting, self._context)
        yield f'{{\n  "@context": {self._context.text(1)},\n  "@graph": ['.encode()
        things = [writer.thing(node) for node in tops if node not in unnamed]
        things += sorted((writer.thing(node) for node in tops if node in unnamed), key=_order)
        for number, thing in enumerate(things):
            text = json.dumps(thing, ensure_ascii=False, indent=2).replace("\n", "\n    ")
            yield f"{',' if number else ''}\n    {text}".encode()
        yield b"\n  ]\n}\n"


def _kind(node: Node) -> str:
    if isinstance(node, ox.NamedNode) and node.value.startswith(ID):
        return node.value.removeprefix(ID).partition("/")[0]
    return TERMS


def _order(value: Any) -> list[tuple[int, int, str]]:  # noqa: ANN401 - any JSON
    return natural(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True))


class _Writer:
    def __init__(self, nesting: Nesting, context: Context) -> None:
        self._nesting = nesting
        self._context = context

    def thing(self, node: Node) -> dict[str, Any]:
        """A node with all that is said of it."""
        shown: dict[str, Any] = {}
        if isinstance(node, ox.NamedNode):
            shown["id"] = self._context.short(node.value)
        elif node not in self._nesting.nested and node not in self._nesting.unnamed:
            shown["id"] = str(node)
        about = dict(self._nesting.about.get(node, {}))
        types = about.pop(_TYPE, [])
        named = sorted(self._context.term(kind.value) for kind in types if isinstance(kind, ox.NamedNode))
        if named:
            shown["type"] = named[0] if len(named) == 1 else named
        others: list[Node] = [kind for kind in types if not isinstance(kind, ox.NamedNode)]
        if others:
            about[_TYPE] = others
        keyed = {self._context.key(predicate.value): (predicate, objects) for predicate, objects in about.items()}
        for key in sorted(keyed, key=lambda key: (_FIRST.index(key.name) if key.name in _FIRST else len(_FIRST), key.name)):
            predicate, objects = keyed[key]
            if key.reading == LANGUAGE_MAP:
                odd = [value for value in objects if not (isinstance(value, ox.Literal) and value.language)]
                by_language = _language_map(value for value in objects if isinstance(value, ox.Literal) and value.language)
                if by_language:
                    shown[key.name] = by_language
                if odd:
                    name = self._context.full(predicate.value)
                    shown[name] = self._values(Key(name, ""), odd)
            else:
                shown[key.name] = self._values(key, objects)
        return shown

    def _values(self, key: Key, objects: list[Node]) -> Any:  # noqa: ANN401 - any JSON
        shown = sorted((self._value(key, value) for value in objects), key=_order)
        return shown[0] if len(shown) == 1 else shown

    def _value(self, key: Key, node: Node) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(node, ox.Literal):
            return self._literal(key, node)
        if node in self._nesting.nested:
            members = self._nesting.items(node)
            return self.thing(node) if members is None else {"@list": [self._value(key, member) for member in members]}
        assert isinstance(node, (ox.NamedNode, ox.BlankNode))
        text = str(node) if isinstance(node, ox.BlankNode) else self._context.term(node.value) if key.reading == TERM else self._context.short(node.value)
        return text if key.reading in (IDENTIFIER, TERM) else {"id": text}

    def _literal(self, key: Key, literal: ox.Literal) -> Any:  # noqa: ANN401 - any JSON
        text, datatype = literal.value, literal.datatype.value
        if literal.language:
            return {"@language": literal.language, "@value": text}
        if datatype == key.reading:
            return text
        if key.reading == "":
            if datatype == XSD + "string":
                return text
            if datatype == XSD + "integer" and _INTEGER.fullmatch(text):
                return int(text)
            if datatype == XSD + "boolean" and text in ("true", "false"):
                return text == "true"
        return {"@value": text} if datatype == XSD + "string" else {"@type": self._context.short(datatype), "@value": text}


def _language_map(literals: Iterable[ox.Literal]) -> dict[str, Any]:
    texts: dict[str, list[str]] = {}
    for literal in literals:
        texts.setdefault(literal.language or "", []).append(literal.value)
    return {tag: found[0] if len(found) == 1 else sorted(found) for tag, found in sorted(texts.items())}
