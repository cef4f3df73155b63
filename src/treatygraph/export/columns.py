"""What tables there are, and where their columns come from.

A table is a class (or some) and a list of columns; a column is a path of properties from the thing to its values. What
rows there are, and what they are called, the graph says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from treatygraph.errors import UsageError, nearest
from treatygraph.namespaces import GEO, LABELS
from treatygraph.things import LANGUAGES

__all__ = ["SEPARATOR", "TABLES", "Column", "Source", "Table", "table_of"]

SEPARATOR = " | "
"""What stands between several values in one cell."""


class Column(NamedTuple):
    """A column that is written.

    Attributes:
        name: of the column.
        type: ``iri``, ``string``, ``date`` or ``integer``.
        many: whether a cell may hold several values.
        about: what it holds, in plain words.
        language: of the values, or an empty string.
    """

    name: str
    type: str
    many: bool
    about: str
    language: str = ""


class Source(NamedTuple):
    """Columns by the path that leads to their values."""

    name: str
    path: str
    about: str
    type: str = "iri"  # "text": by language, a column each
    many: bool = False
    labelled: bool = False  # beside the IRIs the labels, a column a language

    @property
    def columns(self) -> Iterator[Column]:
        """The columns that are written."""
        if self.type == "text":
            for language in LANGUAGES:
                yield Column(f"{self.name}_{language}", "string", self.many, self.about, language)
            return
        yield Column(self.name, self.type, self.many, self.about)
        if self.labelled:
            for language in LANGUAGES:
                yield Column(f"{self.name}_{language}", "string", self.many, f"{self.about}: label", language)


class Table(NamedTuple):
    """A table: its name, what it holds, the classes of its rows, and where its columns come from."""

    name: str
    about: str
    classes: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def columns(self) -> list[Column]:
        """The columns in order."""
        return [column for source in self.sources for column in source.columns]


_KIND = Source("kind", "kind", "the class of the thing, the most specific that the graph says", labelled=True)
_LABEL = Source("label", LABELS, "its name", "text")
_NOTE = Source("note", "skos:editorialNote", "what the curator noted", "text", many=True)
_EVIDENCE = (
    Source("evidence", "tg:isEvidencedBy", "the passages and citations that it rests on; see the table passages", many=True),
    Source("evidence_grade", "grade", "how strong each of them is, in the same order", "string", many=True),
)
_BOUNDS = (
    Source("start_earliest", "tg:startEarliest", "the first day on which it may have begun", "date"),
    Source("start_latest", "tg:startLatest", "the day by which it had begun", "date"),
    Source("end_earliest", "tg:endEarliest", "the first day on which it may no longer have held", "date"),
    Source("end_latest", "tg:endLatest", "the day from which it certainly no longer held", "date"),
    Source("start_as_stated", "tg:startAsStated", "the beginning in the words of the source or as EDTF", "string", many=True),
    Source("end_as_stated", "tg:endAsStated", "the end in the words of the source or as EDTF", "string", many=True),
    Source("end_status", "tg:hasEndStatus", "what is known of its end", labelled=True),
    Source("date_status", "tg:hasDateStatus", "why it has no days, where it has none"),
)

TABLES = (
    Table(
        "positions",
        "What states and others claim, hold, demand, recognise and renounce, and the territorial changes that were carried out.",
        ("tg:Position", "tg:TerritorialChange"),
        (
            _KIND,
            _LABEL,
            Source("holder", "tg:isHeldBy|tg:isTransferredTo", "whose position it is; of a territorial change, who received", many=True, labelled=True),
            Source("transferred_from", "tg:isTransferredFrom", "of a territorial change, who gave up", many=True, labelled=True),
            Source("place", "tg:concernsPlace", "the places that it names", many=True, labelled=True),
            Source("group", "tg:concernsGroup", "the definitions of groups that it names, each according to somebody", many=True, labelled=True),
            Source("group_place", "tg:concernsGroup/tg:includesPlace", "the places that those definitions include", many=True),
            Source("instrument", "tg:concernsInstrument", "the instruments that it is about", many=True),
            Source("clause", "tg:concernsClause", "the clauses that it is about", many=True),
            Source("reading", "tg:dependsOnReading", "the reading of a clause that it depends on", many=True),
            Source("addressee", "tg:isAddressedTo", "to whom it is addressed", many=True),
            Source("in_favor_of", "tg:isInFavorOf", "in whose favour it is", many=True),
            Source("text", "tg:positionText", "what it says", "text"),
            *_BOUNDS,
            Source("reviewed_on", "tg:reviewedOn", "the day on which it was last seen to hold", "date"),
            Source("started_by", "tg:isStartedBy|tg:isEffectedBy", "the act that began it", many=True),
            Source("ended_by", "tg:isEndedBy", "the act that ended it", many=True),
            Source("end_reason", "tg:endReason", "why it ended", "text"),
            _NOTE,
            *_EVIDENCE,
        ),
    ),
    Table(
        "places",
        "Places; who claims or administers them is said by the positions.",
        ("tg:Place",),
        (
            _KIND,
            _LABEL,
            Source("other_name", "skos:altLabel|(^tg:isNameOf/skosxl:literalForm)", "other names, those attested in a document among them", "text", many=True),
            Source("part_of", "tg:isPartOf", "the larger place that it is part of in the plain geographic sense", many=True, labelled=True),
            Source("wkt", f"<{GEO}hasGeometry>/<{GEO}asWKT>", "its shapes as Well-Known Text, longitude before latitude", "string", many=True),
            Source("same_as", "skos:exactMatch", "the same place in other gazetteers", many=True),
            Source("near_match", "skos:closeMatch", "nearly the same in other gazetteers", many=True),
            _NOTE,
            *_EVIDENCE,
        ),
    ),
    Table(
        "agreements",
        "Treaties, declarations, exchanges of letters, unilateral acts.",
        ("tg:Instrument",),
        (
            _KIND,
            _LABEL,
            Source("other_name", "skos:altLabel|(^tg:isNameOf/skosxl:literalForm)", "other names, those attested in a document among them", "text", many=True),
            Source("party", "^tg:isParticipationIn/tg:hasParticipant", "who takes part in it, in whatever role", many=True, labelled=True),
            Source("event", "^tg:isEventOf", "the events of its life; see the table events", many=True),
            Source("in_force_from_earliest", "^tg:isInForcePeriodOf/tg:startEarliest", "in force: first possible day", "date", many=True),
            Source("in_force_from_latest", "^tg:isInForcePeriodOf/tg:startLatest", "in force: certainly from this day", "date", many=True),
            Source("in_force_until_earliest", "^tg:isInForcePeriodOf/tg:endEarliest", "in force: certainly before this day", "date", many=True),
            Source("in_force_until_latest", "^tg:isInForcePeriodOf/tg:endLatest", "in force: certainly no longer from this day", "date", many=True),
            Source("in_force_status", "^tg:isInForcePeriodOf/tg:hasEndStatus", "what is known of the end of its force", many=True),
            Source("replaces", "tg:replaces", "what it replaces", many=True),
            Source("extent", "tg:hasExtent", "how much of it is encoded", labelled=True),
            _NOTE,
            *_EVIDENCE,
        ),
    ),
    Table(
        "clauses",
        "The clauses of agreements, with their text as each document that is held gives it.",
        ("tg:Clause",),
        (
            _KIND,
            _LABEL,
            Source("number", "tg:clauseNumber", "as printed", "string"),
            Source("ordinal", "tg:clauseOrdinal", "its place among its siblings", "integer"),
            Source("agreement", "tg:isPartOfClause*/tg:isClauseOf", "the agreement that it stands in", many=True, labelled=True),
            Source("part_of", "tg:isPartOfClause", "the clause that it is part of"),
            Source(
                "quotation", "(^tg:isWitnessOf)?/tg:isEvidencedBy/oa:hasSelector/oa:exact", "its text, word for word, a value a document", "text", many=True
            ),
            _NOTE,
            *_EVIDENCE,
        ),
    ),
    Table(
        "undertakings",
        "What the clauses provide: undertakings, promises, waivers, affirmations, legal effects; the kind says which.",
        ("tg:Provision",),
        (
            _KIND,
            _LABEL,
            Source("clause", "tg:isMadeIn", "the clause that it is made in", many=True),
            Source("agreement", "tg:isMadeIn/tg:isPartOfClause*/tg:isClauseOf", "the agreement that the clause stands in", many=True, labelled=True),
            Source("made_by", "tg:isMadeBy", "who makes it", many=True, labelled=True),
            Source("owed_to", "tg:isOwedTo", "to whom it is owed", many=True, labelled=True),
            Source("place", "tg:concernsPlace", "the places that it names", many=True, labelled=True),
            Source("group", "tg:concernsGroup", "the definitions of groups that it names", many=True),
            Source("text", "tg:provisionText", "what it says", "text"),
            Source("condition", "^tg:isConditionOf/tg:conditionText", "on which condition or after what, as the text states it", "text", many=True),
            _NOTE,
            *_EVIDENCE,
        ),
    ),
    Table(
        "events",
        "What was done: signatures, ratifications, entries into force, negotiations, utterances and other events.",
        ("tg:Event",),
        (
            _KIND,
            _LABEL,
            Source("actor", "tg:hasActor", "who did it", many=True, labelled=True),
            Source("addressee", "tg:isAddressedTo", "to whom", many=True),
            Source("agreement", "tg:isEventOf|tg:isNegotiationOf", "the agreement whose event it is", many=True, labelled=True),
            Source("about", "tg:isAbout", "what it is about", many=True),
            Source("place", "tg:tookPlaceAt", "where", many=True, labelled=True),
            *_BOUNDS,
            _NOTE,
            *_EVIDENCE,
        ),
    ),
    Table(
        "passages",
        "The evidence: quotations that can be checked against their text, and citations of documents whose text is not held.",
        ("tg:Evidence",),
        (
            _KIND,
            Source("document", "(oa:hasSource/tg:isVersionOf)|tg:isCitationOf", "the document", labelled=True),
            Source("text_version", "oa:hasSource", "the text of it that the positions count in"),
            Source("quotation", "oa:hasSelector/oa:exact", "the words quoted, exactly", "string"),
            Source("language", "language", "the language of the words", "string"),
            Source("before", "oa:hasSelector/oa:prefix", "the words before", "string"),
            Source("after", "oa:hasSelector/oa:suffix", "the words after", "string"),
            Source("start", "oa:hasSelector/oa:start", "the first character, counted from 0 in code points", "integer"),
            Source("end", "oa:hasSelector/oa:end", "the first character after the words", "integer"),
            Source("pinpoint", "tg:pinpoint", "of a citation, the place in the document", "string"),
            Source("grade", "tg:hasGrade", "of a citation, its grade", labelled=True),
            Source("consultation", "tg:hasConsultation", "of a citation, in what form the work was seen"),
            Source("supports", "^tg:isEvidencedBy", "what it is the evidence of", many=True),
        ),
    ),
)


def table_of(name: str) -> Table:
    """The table of a name.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    by_name = {table.name: table for table in TABLES}
    if name not in by_name:
        raise UsageError(f"There is no table '{name}'.", nearest(name, by_name) or f"Tables: {', '.join(by_name)}.")
    return by_name[name]
