"""The places for maps and gazetteers: GeoJSON, and the Linked Places Format with names, kinds, times and citations.

RFC 7946, and https://github.com/LinkedPasts/linked-places-format (v1.3). The format's ``ccodes``, the codes of today's
countries, are left out: a place here has no owner, and who claims or administers it is said by the positions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from treatygraph.export.tables import Cell, read_table, table_of
from treatygraph.namespaces import AAT, GEO, GEONAMES, LABELS, LPF, QUERY_PREFIXES, short_name
from treatygraph.store import GraphStore
from treatygraph.things import LANGUAGES
from treatygraph.wkt import geometry

__all__ = ["geojson", "linked_places"]

_DIMENSION = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}
_BOTH_NAMES = " / "  # the house writes both sides' names in one label; each is a name of its own
_PART_OF = "gvp:broaderPartitive"  # as the format's own examples name it


class _Shape(NamedTuple):
    """One geometry of a place: itself, a note on it, and the evidence for it."""

    geometry: dict[str, Any]
    note: str
    evidence: list[str]


class _Name(NamedTuple):
    text: str
    language: str
    evidence: tuple[str, ...]
    documents: tuple[str, ...]


class _Gazetteer:
    """The places of a graph, with what the two formats tell of them."""

    def __init__(self, store: GraphStore, graphs: Iterable[str]) -> None:
        self._store = store
        self.places = list(read_table(store, table_of("places"), graphs))
        self.shapes: dict[str, list[_Shape]] = {}
        for place, shape, wkt, note in self._rows(
            f"SELECT ?place ?shape ?wkt ?note {{ ?place <{GEO}hasGeometry> ?shape . ?shape <{GEO}asWKT> ?wkt OPTIONAL {{ ?shape skos:editorialNote ?note }} }}"
            " ORDER BY ?place ?shape ?wkt ?note"
        ):
            self.shapes.setdefault(place, []).append(_Shape(geometry(wkt), note, self.evidence.get(shape, [])))

    def _rows(self, query: str) -> list[list[str]]:
        return [[value or "" for value in row] for row in self._store.select(QUERY_PREFIXES + query).texts()]

    @property
    def evidence(self) -> dict[str, list[str]]:
        """Of each thing, the evidence for it."""
        if not hasattr(self, "_evidence"):
            self._evidence: dict[str, list[str]] = {}
            for thing, evidence in self._rows("SELECT ?thing ?evidence { ?thing tg:isEvidencedBy ?evidence } ORDER BY ?thing ?evidence"):
                self._evidence.setdefault(thing, []).append(evidence)
        return self._evidence

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

    def names(self) -> dict[str, list[_Name]]:
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
                (_Name(text, language, tuple(sorted(own)), tuple(sorted(documents))) for (text, language), (own, documents) in names.items()),
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


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ""


def _list(cell: Cell) -> list[str]:
    return cell if isinstance(cell, list) else []


def _collection(head: Mapping[str, Any], features: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """A FeatureCollection, feature by feature, with each shape on one line."""
    yield f'{json.dumps(head, ensure_ascii=False, indent=2)[:-2]},\n  "features": ['.encode()
    for number, feature in enumerate(features):
        shapes: list[str] = []
        text = json.dumps(_set_aside(feature, shapes), ensure_ascii=False, indent=2).replace("\n", "\n    ")
        for at, shape in enumerate(shapes):
            text = text.replace(f'"\\u0000{at}"', shape, 1)
        yield f"{',' if number else ''}\n    {text}".encode()
    yield b"\n  ]\n}\n"


def _set_aside(value: Any, shapes: list[str]) -> Any:  # noqa: ANN401 - any JSON
    """The same value with a mark in place of each list of coordinates."""
    if isinstance(value, dict):
        found = {}
        for key, inner in value.items():
            if key in ("coordinates", "points"):
                shapes.append(json.dumps(inner, separators=(",", ":")))
                found[key] = f"\0{len(shapes) - 1}"
            else:
                found[key] = _set_aside(inner, shapes)
        return found
    return [_set_aside(inner, shapes) for inner in value] if isinstance(value, list) else value


def geojson(store: GraphStore, graphs: Iterable[str] = ()) -> Iterator[bytes]:
    """The places as a GeoJSON FeatureCollection.

    A place with several shapes has its largest kind (outline before point) as its geometry, and the points among its
    properties; one without a shape has none.
    """
    gazetteer = _Gazetteer(store, graphs)
    yield from _collection({"type": "FeatureCollection"}, (_geojson_feature(gazetteer, place) for place in gazetteer.places))


def _geojson_feature(gazetteer: _Gazetteer, place: dict[str, Cell]) -> dict[str, Any]:
    shapes = gazetteer.shapes.get(_text(place["id"]), [])
    top = max((_DIMENSION.get(shape.geometry["type"], 0) for shape in shapes), default=0)
    largest = [shape for shape in shapes if _DIMENSION.get(shape.geometry["type"], 0) == top]
    points = [shape.geometry["coordinates"] for shape in shapes if shape.geometry["type"] == "Point"]
    properties: dict[str, Any] = {"id": place["id"]}
    for language in LANGUAGES:
        properties[f"name_{language}"] = place[f"label_{language}"]
    for language in LANGUAGES:
        properties[f"other_names_{language}"] = place[f"other_name_{language}"]
    properties |= {"kind": place["kind_en"], "kind_id": place["kind"], "part_of": place["part_of_en"], "part_of_id": place["part_of"]}
    properties |= {"same_as": place["same_as"], "near_match": place["near_match"], "note": place["note_en"]}
    if points and top:
        properties["points"] = points
    properties |= {"geometry_note": [shape.note for shape in shapes if shape.note], "geometry_evidence": [item for shape in shapes for item in shape.evidence]}
    properties["evidence"] = place["evidence"]
    geometries = [shape.geometry for shape in largest]
    whole = None if not geometries else geometries[0] if len(geometries) == 1 else {"type": "GeometryCollection", "geometries": geometries}
    return {"type": "Feature", "id": place["id"], "geometry": whole, "properties": {key: value for key, value in properties.items() if value not in (None, [])}}


def linked_places(store: GraphStore, graphs: Iterable[str] = ()) -> Iterator[bytes]:
    """The places in the Linked Places Format."""
    gazetteer = _Gazetteer(store, graphs)
    citations, names, issued = gazetteer.citations(), gazetteer.names(), gazetteer.issued()
    covered, used, mapped = gazetteer.covered(), gazetteer.used(), gazetteer.mapped()

    def feature(place: dict[str, Cell]) -> dict[str, Any]:
        iri, kinds = _text(place["id"]), _text(place["kind"]).split(" | ")
        terms = [term for kind in kinds for term in mapped.get(kind, ())]
        classes = sorted({term.removeprefix(GEONAMES) for term in terms if term.startswith(GEONAMES)})
        found: dict[str, Any] = {"@id": iri, "type": "Feature"}
        title = next((_text(place[f"label_{language}"]) for language in LANGUAGES if place[f"label_{language}"]), short_name(iri))
        found["properties"] = {"title": title, "fclasses": classes}
        first, after, evidence = used.get(iri, ("", "", []))
        if iri in covered:
            found["when"] = _covered(covered[iri])
        elif first and after:
            found["when"] = {"timespans": [{"start": {"earliest": first}, "end": {"latest": _day_before(after)}}], "label": "what is told of it"}
        found["names"] = _names(names.get(iri, []), _list(place["evidence"]) or evidence, citations, issued)
        labels = {language: _text(place[f"kind_{language}"]) for language in LANGUAGES}
        identifiers = [f"aat:{term.removeprefix(AAT)}" for term in terms if term.startswith(AAT)] or kinds
        sources = [{"label": label, "lang": language} for language, label in labels.items() if label]
        found["types"] = [{"identifier": identifier, "label": labels["en"] or short_name(kinds[0]), "sourceLabels": sources} for identifier in identifiers]
        shapes = [shape.geometry | _cited(shape.evidence, citations) for shape in gazetteer.shapes.get(iri, ())]
        found["geometry"] = {"type": "GeometryCollection", "geometries": shapes}
        links = [
            {"type": kind, "identifier": link} for kind, column in (("exactMatch", "same_as"), ("closeMatch", "near_match")) for link in _list(place[column])
        ]
        if links:
            found["links"] = links
        wholes = zip(_list(place["part_of"]), _list(place["part_of_en"]), strict=True)
        relations = [{"relationType": _PART_OF, "relationTo": whole, "label": f"part of {label or short_name(whole)}"} for whole, label in wholes]
        if relations:
            found["relations"] = relations
        notes = [{"value": note, "lang": language} for language in LANGUAGES for note in _list(place[f"note_{language}"])]
        if notes:
            found["descriptions"] = notes
        return found

    yield from _collection({"type": "FeatureCollection", "@context": LPF}, map(feature, gazetteer.places))


def _cited(evidence: Iterable[str], citations: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    cited = [citations[item] for item in evidence if item in citations]
    unique = [citation for number, citation in enumerate(cited) if citation not in cited[:number]]
    return {"citations": unique} if unique else {}


def _names(names: list[_Name], evidence: list[str], citations: Mapping[str, dict[str, str]], issued: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """Names with the documents that attest them; where none has one, the first has those of the place or of what is told of it,
    for the format wants one."""
    shown = []
    for name in names:
        entry: dict[str, Any] = {"toponym": name.text, "lang": name.language} | _cited(name.evidence, citations)
        spans = [{"start": {"in": first} if first == last else {"earliest": first, "latest": last}} for first, last in _days(name.documents, issued)]
        if spans:
            entry["when"] = {"timespans": spans, "label": "attested in the documents cited"}
        shown.append(entry)
    if shown and not any("citations" in entry for entry in shown):
        shown[0] |= _cited(evidence, citations)
    return shown


def _days(documents: Iterable[str], issued: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted({issued[document] for document in documents if document in issued})


def _covered(spans: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """The time for which the place is covered. The ends of the format are the last days, ours the first days after."""
    shown = [{"start": {"in": first}, "end": {"in": _day_before(after)}} for first, after, _ in spans]
    titles = [title for _, _, title in spans if title]
    return {"timespans": shown, "label": f"covered by {'; '.join(titles)}" if titles else "covered by the corpus"}


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
