"""The places of a graph, with what maps and gazetteers want to know of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from treatygraph.export.columns import table_of
from treatygraph.export.tables import Cell, read_table
from treatygraph.namespaces import GEO, LABELS, QUERY_PREFIXES, short_name
from treatygraph.store import GraphStore
from treatygraph.wkt import geometry

__all__ = ["Gazetteer", "Name", "Shape", "listed", "text"]

_BOTH_NAMES = " / "  # the house writes both sides' names in one label; each is a name of its own


class Shape(NamedTuple):
    """One geometry of a place: itself, a note on it, and the evidence for it."""

    geometry: dict[str, Any]
    note: str
    evidence: list[str]


class Name(NamedTuple):
    """A name of a place: its text, the two letters of its language, the evidence for it, and the documents that use it."""

    text: str
    language: str
    evidence: tuple[str, ...]
    documents: tuple[str, ...]


class Gazetteer:
    """The places of a graph, with what the two formats tell of them."""

    def __init__(self, store: GraphStore, graphs: Iterable[str]) -> None:
        self._store = store
        self.places = list(read_table(store, table_of("places"), graphs))
        self.shapes: dict[str, list[Shape]] = {}
        for place, shape, wkt, note in self._rows(
            f"SELECT ?place ?shape ?wkt (MIN(?text) AS ?note) {{ ?place <{GEO}hasGeometry> ?shape . ?shape <{GEO}asWKT> ?wkt"
            " OPTIONAL { ?shape skos:editorialNote ?text FILTER(LANG(?text) = 'en') } } GROUP BY ?place ?shape ?wkt ORDER BY ?place ?shape ?wkt"
        ):
            self.shapes.setdefault(place, []).append(Shape(geometry(wkt), note, self.evidence.get(shape, [])))

    def _rows(self, query: str) -> list[list[str]]:
        return [[value or "" for value in row] for row in self._store.select(QUERY_PREFIXES + query).texts()]

    @cached_property
    def evidence(self) -> dict[str, list[str]]:
        """Of each thing, the evidence for it."""
        found: dict[str, list[str]] = {}
        for thing, evidence in self._rows("SELECT ?thing ?evidence { ?thing tg:isEvidencedBy ?evidence } ORDER BY ?thing ?evidence"):
            found.setdefault(thing, []).append(evidence)
        return found

    def citations(self) -> dict[str, dict[str, str]]:
        """Of each piece of evidence, the document as a citation: its label with the pinpoint, and its address or IRI."""
        rows = self._rows(
            f"SELECT ?evidence ?document ?label ?pinpoint ?address {{ ?evidence (oa:hasSource/tg:isVersionOf)|tg:isCitationOf ?document ."
            f" OPTIONAL {{ ?document {LABELS} ?label FILTER(LANG(?label) = 'en') }} OPTIONAL {{ ?evidence tg:pinpoint ?pinpoint }}"
            " OPTIONAL { ?document tg:address ?address } } ORDER BY ?evidence ?document DESC(?label) DESC(?address)"
        )
        return {
            evidence: {"label": ", ".join(part for part in (label or short_name(document), pinpoint) if part), "@id": _address(address) or document}
            for evidence, document, label, pinpoint, address in rows
        }

    def names(self) -> dict[str, list[Name]]:
        """Of each place, its names, those with evidence of their own first."""
        rows = self._rows(
            "SELECT ?place ?text (LANG(?text) AS ?tag) ?name ?document { ?name tg:isNameOf ?place ; skosxl:literalForm ?text"
            " OPTIONAL { ?name tg:isVariantIn ?document } } ORDER BY ?place ?text ?name ?document"
        )
        rows += self._rows(
            "SELECT ?place ?text (LANG(?text) AS ?tag) ('' AS ?name) ('' AS ?document) { ?place skos:prefLabel|skos:altLabel ?text } ORDER BY ?place ?text ?tag"
        )
        found: dict[str, dict[tuple[str, str], tuple[set[str], set[str]]]] = {}
        for place, text, tag, name, document in rows:
            for part in text.split(_BOTH_NAMES):
                evidence, documents = found.setdefault(place, {}).setdefault((part, tag.partition("-")[0]), (set(), set()))
                evidence.update(self.evidence.get(name, ()))
                documents.update([document] if document else [])
        return {
            place: sorted(
                (Name(text, language, tuple(sorted(own)), tuple(sorted(documents))) for (text, language), (own, documents) in names.items()),
                key=lambda name: (not name.evidence, name.language, name.text),
            )
            for place, names in found.items()
        }

    def issued(self) -> dict[str, tuple[str, str]]:
        """Of each document, the first and the last day on which it may have been issued."""
        rows = self._rows("SELECT ?document ?first ?last { ?document tg:issuedEarliest ?first ; tg:issuedLatest ?last } ORDER BY ?document ?first ?last")
        return {document: (first, last) for document, first, last in rows}

    def covered(self) -> dict[str, list[tuple[str, str, str]]]:
        """Of each place, the spans of time for which a corpus covers it: first day, first day after, and its title."""
        found: dict[str, list[tuple[str, str, str]]] = {}
        for place, first, after, title in self._rows(
            "SELECT ?place ?first ?after (SAMPLE(?text) AS ?title) { ?corpus tg:coversPlace ?place ; tg:coversFrom ?first ; tg:coversUntil ?after"
            " OPTIONAL { ?corpus dcterms:title ?text FILTER(LANG(?text) = 'en') } } GROUP BY ?corpus ?place ?first ?after ORDER BY ?place ?first ?after"
        ):
            found.setdefault(place, []).append((first, after, title))
        return found

    def used(self) -> dict[str, tuple[str, str, list[str]]]:
        """Of each place, what is told of it by what happened there or concerns it: its first day, its last day after, its evidence."""
        where = "?thing tg:concernsPlace|tg:tookPlaceAt ?place"
        days = self._rows(
            f"SELECT ?place (MIN(?start) AS ?first) (MAX(?end) AS ?after) {{ {where} OPTIONAL {{ ?thing tg:startEarliest|tg:startLatest ?start }}"
            " OPTIONAL { ?thing tg:endEarliest|tg:endLatest ?end } } GROUP BY ?place ORDER BY ?place"
        )
        evidence: dict[str, list[str]] = {}
        for place, item in self._rows(f"SELECT DISTINCT ?place ?item {{ {where} . ?thing tg:isEvidencedBy ?item }} ORDER BY ?place ?item"):
            evidence.setdefault(place, []).append(item)
        return {place: (first, after, evidence.get(place, [])) for place, first, after in days}

    def mapped(self) -> dict[str, list[str]]:
        """Of each class, the terms of other vocabularies that come near it."""
        found: dict[str, list[str]] = {}
        for kind, term in self._rows(
            "SELECT ?kind ?term { ?kind skos:exactMatch|skos:closeMatch|skos:broadMatch ?term . ?kind a owl:Class } ORDER BY ?kind ?term"
        ):
            found.setdefault(kind, []).append(term)
        return found


def _address(text: str) -> str:
    return text if text.startswith(("http://", "https://")) and " " not in text else ""


def text(cell: Cell) -> str:
    """The value of a cell that has one."""
    return cell if isinstance(cell, str) else ""


def listed(cell: Cell) -> list[str]:
    """The values of a cell that may have several."""
    return cell if isinstance(cell, list) else []
