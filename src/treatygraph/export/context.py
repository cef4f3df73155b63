"""The JSON-LD context of a corpus: keys that a person can read, made from its ontology and from how its data use it.

W3C JSON-LD 1.1, section 3.1 and 4. A key is the plain name of a property (``isHeldBy``); names of the ontology need no
entry, for it is the ``@vocab``. What is always a reference, a day or a text with a language is said once, in the
context. Where a value is of another sort than the context says, it is written in full, so that nothing depends on the
context being complete: every graph can be written with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pyoxigraph as ox

from treatygraph.namespaces import OWL, RDF, TG, XSD
from treatygraph.writer import LOCAL

__all__ = ["IDENTIFIER", "LANGUAGE_MAP", "TERM", "Context", "Key"]

IDENTIFIER, TERM, LANGUAGE_MAP = "@id", "@vocab", "@language"
"""How the values of a key are read: as a reference, as a name of the ontology, as texts by their language."""

_NATIVE = {XSD + "string", XSD + "integer", XSD + "boolean"}  # JSON says these by itself
_OF_LISTS = {ox.NamedNode(RDF + name) for name in ("first", "rest")}  # a list is written as one
_OBJECT_PROPERTY = ox.NamedNode(OWL + "ObjectProperty")
_PROPERTIES = {_OBJECT_PROPERTY, *(ox.NamedNode(OWL + name) for name in ("DatatypeProperty", "AnnotationProperty"))}


class Key(NamedTuple):
    """The key of a property: its name, and how its values are read (``IDENTIFIER``, ``TERM``, ``LANGUAGE_MAP``, the IRI of a datatype, or nothing)."""

    name: str
    reading: str


class Context:
    """The context of a graph.

    Args:
        triples: the whole corpus; parts of it are written with the same context.
        prefixes: prefix to namespace.
    """

    def __init__(self, triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> None:
        sorts: dict[str, set[str]] = {}
        references: set[str] = set()
        schemes: set[str] = set()
        local: set[str] = set()
        for triple in triples:
            if triple.predicate in _OF_LISTS:
                continue
            if triple.predicate.value == RDF + "type":
                if isinstance(triple.subject, ox.NamedNode) and triple.object in _PROPERTIES:
                    sorts.setdefault(triple.subject.value, set())
                if isinstance(triple.subject, ox.NamedNode) and triple.object == _OBJECT_PROPERTY:
                    references.add(triple.subject.value)
            else:
                sorts.setdefault(triple.predicate.value, set()).add(_sort(triple.object))
            for term in triple:
                if isinstance(term, ox.NamedNode):
                    scheme, _, rest = term.value.partition(":")
                    if not rest.startswith("//"):
                        schemes.add(scheme)  # a prefix of this name would be taken for it
                    local.add(term.value.removeprefix(TG) if term.value.startswith(TG) else "")
        self.prefixes = {prefix: iri for prefix, iri in sorted(prefixes.items()) if prefix and prefix not in schemes}
        self._namespaces = sorted(self.prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self._keys: dict[str, Key] = {}
        taken = {"id", "type", *self.prefixes}
        for iri in sorted(sorts, key=lambda iri: (not iri.startswith(TG), iri)):
            name = self._name(iri, taken, local)
            self._keys[iri] = Key(name, _reading(sorts[iri] or ({IDENTIFIER} if iri in references else set())))
            taken.add(name)
        self._taken = taken

    def _name(self, iri: str, taken: set[str], local: set[str]) -> str:
        name = iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]
        if LOCAL.fullmatch(name) and name not in taken and (iri == TG + name or name not in local):
            return name
        return self.short(iri)

    def key(self, iri: str) -> Key:
        """The key of a property; one that the corpus does not have is written in full."""
        return self._keys.get(iri) or Key(self.short(iri), "")

    def full(self, iri: str) -> str:
        """A key of a property that says nothing of its values."""
        return iri if self._keys.get(iri) and self._keys[iri].reading else self.key(iri).name

    def short(self, iri: str) -> str:
        """An IRI as a reference: with a prefix, or in full."""
        for prefix, namespace in self._namespaces:
            if iri.startswith(namespace) and LOCAL.fullmatch(iri[len(namespace) :]):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def term(self, iri: str) -> str:
        """An IRI where a name of the ontology is expected."""
        name = iri.removeprefix(TG)
        return name if iri.startswith(TG) and LOCAL.fullmatch(name) and name not in self._taken else self.short(iri)

    def document(self) -> dict[str, Any]:
        """The context itself, as it stands under ``@context``."""
        entries: dict[str, Any] = {"@version": 1.1, "@vocab": TG, "id": "@id", "type": "@type"}
        for prefix, namespace in self.prefixes.items():
            entries[prefix] = namespace if namespace[-1] in ":/?#[]@" else {"@id": namespace, "@prefix": True}
        for iri, key in sorted(self._keys.items(), key=lambda item: item[1].name):
            if key.reading == LANGUAGE_MAP:
                entries[key.name] = {"@id": self.short(iri), "@container": LANGUAGE_MAP}
            elif key.reading:
                entries[key.name] = {"@id": self.short(iri), "@type": key.reading if key.reading.startswith("@") else self.short(key.reading)}
            elif TG + key.name != iri and ":" not in key.name:
                entries[key.name] = self.short(iri)
        return entries

    def text(self, depth: int = 0) -> str:
        """The same as JSON, an entry a line, indented so deep."""
        indent = "  " * (depth + 1)
        lines = ",\n".join(f"{indent}{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}" for key, entry in self.document().items())
        return f"{{\n{lines}\n{indent[2:]}}}"


def _sort(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.NamedNode):
        return TERM if term.value.startswith(TG) else IDENTIFIER
    if isinstance(term, ox.Literal):
        return LANGUAGE_MAP if term.language else term.datatype.value
    return IDENTIFIER


def _reading(sorts: set[str]) -> str:
    """How all values of a property are read, or nothing where they are of several sorts or JSON's own."""
    if sorts and sorts <= {TERM, IDENTIFIER}:
        return TERM if sorts == {TERM} else IDENTIFIER
    (only,) = sorts if len(sorts) == 1 else ("",)
    return "" if only in _NATIVE else only
