"""What kind of thing something is, and what kind of property: under which heading a change stands, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping

from treatygraph.changes.description import About, iri_of, is_iri
from treatygraph.namespaces import GEO, OWL, RDF, RDFS, SH, SKOS, SKOSXL, TG

__all__ = ["BOUNDS", "HEADINGS", "NOTES", "Kinds", "kind_of_property"]

# The headings in their order, each with the classes whose things stand under it.
HEADINGS: dict[str, tuple[str, ...]] = {
    "ontology": (),
    "positions": (f"{TG}Position", f"{TG}TerritorialChange"),
    "readings": (f"{TG}Reading", f"{TG}Disagreement", f"{TG}Uncertainty"),
    "agreements": tuple(
        TG + name
        for name in (
            *("Instrument", "Clause", "Provision", "Condition", "ConditionAssessment", "Event", "Participation", "Negotiation"),
            *("InForcePeriod", "RelationBetweenStates", "LanguageVersion", "TextWitness"),
        )
    ),
    "places": (f"{TG}Place", f"{TG}GroupDefinition", f"{TG}AreaMeasurement", f"{GEO}Geometry"),
    "agents": (f"{TG}Agent", f"{TG}OfficeHolding", f"{TG}StateSuccession"),
    "evidence": tuple(TG + name for name in ("Document", "TextVersion", "Evidence", "Statement", "Name", "BibliographicReference", "Corpus")),
    "other": (),
    "queries": (),
    "shapes": (),
}
# Bounds of one time that are told together where both move.
BOUNDS = {f"{TG}{time}{bound}": time for time in ("start", "end", "issued") for bound in ("Earliest", "Latest")}
DATES = {*BOUNDS, f"{TG}coversFrom", f"{TG}coversUntil", f"{TG}reviewedOn"}
NOTES = {f"{SKOS}{name}" for name in ("editorialNote", "changeNote", "historyNote", "note")} | {f"{TG}endReason"}
OF_PROPERTY = {
    f"{RDF}type": "class",
    f"{SKOS}prefLabel": "label",
    f"{SKOS}altLabel": "label",
    f"{RDFS}label": "label",
    f"{SKOSXL}literalForm": "label",
    f"{TG}isEvidencedBy": "evidence",
    **dict.fromkeys(DATES, "date"),
    **dict.fromkeys(NOTES, "note"),
}


def kind_of_property(name: str, is_text: bool) -> str:
    """The kind of a change in a property.

    Args:
        name: its IRI.
        is_text: whether the values that changed are texts.
    """
    return OF_PROPERTY.get(name, "text" if is_text else "value")


class Kinds:
    """The classes of two sides with what they are kinds of, after both ontologies."""

    def __init__(self, *sides: Mapping[str, About]) -> None:
        self._above: dict[str, set[str]] = {}
        for things in sides:
            for thing, about in things.items():
                self._above.setdefault(thing, set()).update(iri_of(value) for value in about.get(f"{RDFS}subClassOf", ()) if is_iri(value))

    def above(self, cls: str) -> set[str]:
        """All classes that a class is a kind of, without itself."""
        found: set[str] = set()
        ahead = [cls]
        while ahead:
            more = self._above.get(ahead.pop(), set()) - found
            found |= more
            ahead += more
        return found - {cls}

    def specific(self, about: About) -> list[str]:
        """The classes of a thing, without those that follow from another one."""
        classes = {iri_of(value) for value in about.get(f"{RDF}type", ()) if is_iri(value)}
        return sorted(classes - {above for cls in classes for above in self.above(cls) if cls not in self.above(above)})

    def heading(self, about: About) -> str:
        """The heading of `HEADINGS` that a thing stands under."""
        classes = self.specific(about)
        if any(name.startswith(SH) for name in (*classes, *about)):
            return "shapes"
        if any(cls.startswith((OWL, RDFS, RDF)) for cls in classes):
            return "ontology"
        wider = {name for cls in classes for name in (cls, *self.above(cls))}
        return next((heading for heading, roots in HEADINGS.items() if wider & set(roots)), "other")
