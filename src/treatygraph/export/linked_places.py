"""The places for gazetteers: the Linked Places Format, with names, kinds, times and citations.

https://github.com/LinkedPasts/linked-places-format (v1.3). The format's ``ccodes``, the codes of today's countries, are
left out: a place here has no owner, and who claims or administers it is said by the positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from treatygraph.errors import CorpusError
from treatygraph.export.columns import SEPARATOR
from treatygraph.export.gazetteer import Gazetteer, Name, listed, text
from treatygraph.export.geojson import feature_collection
from treatygraph.export.tables import Cell
from treatygraph.namespaces import AAT, GEONAMES, LPF, short_name
from treatygraph.store import GraphStore
from treatygraph.things import LANGUAGES

__all__ = ["linked_places"]

_PART_OF = "gvp:broaderPartitive"  # as the format's own examples name it


def linked_places(store: GraphStore, graphs: Iterable[str] = ()) -> Iterator[bytes]:
    """The places in the Linked Places Format."""
    gazetteer = Gazetteer(store, graphs)
    citations, names, issued = gazetteer.citations(), gazetteer.names(), gazetteer.issued()
    covered, used, mapped = gazetteer.covered(), gazetteer.used(), gazetteer.mapped()

    def feature(place: dict[str, Cell]) -> dict[str, Any]:
        iri, kinds = text(place["id"]), text(place["kind"]).split(SEPARATOR)
        terms = [term for kind in kinds for term in mapped.get(kind, ())]
        classes = sorted({term.removeprefix(GEONAMES) for term in terms if term.startswith(GEONAMES)})
        found: dict[str, Any] = {"@id": iri, "type": "Feature"}
        title = next((text(place[f"label_{language}"]) for language in LANGUAGES if place[f"label_{language}"]), short_name(iri))
        found["properties"] = {"title": title, "fclasses": classes}
        first, after, evidence = used.get(iri, ("", "", []))
        if iri in covered:
            found["when"] = _covered(covered[iri])
        elif first and after:
            found["when"] = {"timespans": [{"start": {"earliest": first}, "end": {"latest": _day_before(after)}}], "label": "what is told of it"}
        found["names"] = _names(names.get(iri, []), listed(place["evidence"]) or evidence, citations, issued)
        labels = {language: text(place[f"kind_{language}"]) for language in LANGUAGES}
        identifiers = [f"aat:{term.removeprefix(AAT)}" for term in terms if term.startswith(AAT)] or kinds
        sources = [{"label": label, "lang": language} for language, label in labels.items() if label]
        found["types"] = [{"identifier": identifier, "label": labels["en"] or short_name(kinds[0]), "sourceLabels": sources} for identifier in identifiers]
        shapes = [shape.geometry | _cited(shape.evidence, citations) for shape in gazetteer.shapes.get(iri, ())]
        found["geometry"] = {"type": "GeometryCollection", "geometries": shapes}
        links = [
            {"type": kind, "identifier": link} for kind, column in (("exactMatch", "same_as"), ("closeMatch", "near_match")) for link in listed(place[column])
        ]
        if links:
            found["links"] = links
        wholes = zip(listed(place["part_of"]), listed(place["part_of_en"]), strict=True)
        relations = [{"relationType": _PART_OF, "relationTo": whole, "label": f"part of {label or short_name(whole)}"} for whole, label in wholes]
        if relations:
            found["relations"] = relations
        notes = [{"value": note, "lang": language} for language in LANGUAGES for note in listed(place[f"note_{language}"])]
        if notes:
            found["descriptions"] = notes
        return found

    yield from feature_collection({"type": "FeatureCollection", "@context": LPF}, map(feature, gazetteer.places))


def _cited(evidence: Iterable[str], citations: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    cited = [citations[item] for item in evidence if item in citations]
    unique = [citation for number, citation in enumerate(cited) if citation not in cited[:number]]
    return {"citations": unique} if unique else {}


def _names(names: list[Name], evidence: list[str], citations: Mapping[str, dict[str, str]], issued: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
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
    try:
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        raise CorpusError(f"'{day}' is no day of the calendar that has one before it.", "Run: treatygraph check") from None
