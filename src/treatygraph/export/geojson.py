"""The places for maps: GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from treatygraph.export.gazetteer import Gazetteer, text
from treatygraph.export.tables import Cell
from treatygraph.store import GraphStore
from treatygraph.things import LANGUAGES

__all__ = ["feature_collection", "geojson"]

_DIMENSION = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}


def geojson(store: GraphStore, graphs: Iterable[str] = ()) -> Iterator[bytes]:
    """The places as a GeoJSON FeatureCollection.

    A place with several shapes has its largest kind (outline before point) as its geometry, and the points among its
    properties; one without a shape has none.
    """
    gazetteer = Gazetteer(store, graphs)
    yield from feature_collection({"type": "FeatureCollection"}, (_geojson_feature(gazetteer, place) for place in gazetteer.places))


def _geojson_feature(gazetteer: Gazetteer, place: dict[str, Cell]) -> dict[str, Any]:
    shapes = gazetteer.shapes.get(text(place["id"]), [])
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


def feature_collection(head: Mapping[str, Any], features: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """A FeatureCollection, feature by feature, with each shape on one line."""
    yield f'{json.dumps(head, ensure_ascii=False, indent=2)[:-2]},\n  "features": ['.encode()
    for number, feature in enumerate(features):
        shapes: list[str] = []
        shown = json.dumps(_set_aside(feature, shapes), ensure_ascii=False, indent=2).replace("\n", "\n    ")
        for at, shape in enumerate(shapes):
            shown = shown.replace(f'"\\u0000{at}"', shape, 1)
        yield f"{',' if number else ''}\n    {shown}".encode()
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
