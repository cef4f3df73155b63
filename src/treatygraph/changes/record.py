"""The JSON form of a comparison, for programs."""

from __future__ import annotations

from json import dumps

from treatygraph.changes.change import Change
from treatygraph.changes.comparison import Comparison
from treatygraph.changes.description import Value, iri_of, is_iri, language_of, text_of_value, words_of
from treatygraph.changes.notes import heading_of
from treatygraph.changes.sides import Side
from treatygraph.changes.style import PLAIN
from treatygraph.changes.telling import Telling

__all__ = ["record"]

VERSION = 1  # grows when a key changes its sense; keys may be added without that


def record(comparison: Comparison, language: str) -> str:
    """The changes as a JSON object.

    ``version`` is 1. ``old`` and ``new`` have ``name`` and ``told``. ``not_compared`` lists ``queries`` or ``shapes``.
    ``changes`` is a list of objects with

    - ``group``: the heading, such as ``positions``; the keys of ``kinds.HEADINGS``;
    - ``kind``: one of ``change.KINDS``;
    - ``thing`` and ``label``: the IRI, or ``queries/NAME.rq``, and what people call it;
    - ``property`` and ``within``: the IRI of the property, and those that lead on inside a blank node;
    - ``old`` and ``new``: the values that are gone and those that came, as in SPARQL 1.1 Query Results JSON, section
      3.2.2, with the type ``node`` for a blank node, told as a text;
    - ``reasons``: the notes of the curator that came with it: ``property`` and ``value``;
    - ``sentence``: the whole in words.
    """
    telling = Telling(comparison, language, PLAIN)
    whole = {
        "version": VERSION,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "language": language,
        "not_compared": comparison.not_compared,
        "changes": [_change(comparison, telling, change) for change in comparison.changes],
    }
    return dumps(whole, ensure_ascii=False, indent=2)


def _side(side: Side) -> dict[str, str]:
    return {"name": side.name, "told": side.told}


def _change(comparison: Comparison, telling: Telling, change: Change) -> dict[str, object]:
    return {
        "group": heading_of(comparison, change),
        "kind": change.kind,
        "thing": change.thing,
        "label": telling.names.label(change.thing),
        "property": change.property,
        "within": list(change.within),
        "old": [_value(value) for value in change.old],
        "new": [_value(value) for value in change.new],
        "reasons": [{"property": name, "value": _value(value)} for name, value in change.reasons],
        "sentence": telling.sentence(change),
    }


def _value(value: Value) -> dict[str, str]:
    if is_iri(value):
        return {"type": "uri", "value": iri_of(value)}
    text = text_of_value(value)
    if not text.startswith('"'):
        return {"type": "node", "value": text}
    found = {"type": "literal", "value": words_of(value)}
    if language_of(value):
        return found | {"xml:lang": language_of(value)}
    datatype = text.rpartition("^^")[2] if text.endswith(">") else ""
    return found | {"datatype": datatype[1:-1]} if datatype else found
