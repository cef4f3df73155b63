"""The graph as tables for people without RDF: a row a thing, with its IRI, its names and its evidence.

A table is a class (or some) and a list of columns; a column is a path of properties from the thing to its values. What
rows there are, and what they are called, the graph says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from treatygraph.errors import CorpusError, UsageError, nearest
from treatygraph.namespaces import GEO, LABELS, QUERY_PREFIXES, short_name
from treatygraph.store import GraphStore, iri_term
from treatygraph.things import LANGUAGES

__all__ = ["SEPARATOR", "TABLES", "Cell", "Column", "Table", "read_table", "table_of"]

SEPARATOR = " | "
"""What stands between several values in one cell."""

Cell = str | list[str] | None
"""A value, the values of a column that may have several, or nothing."""


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


class _Source(NamedTuple):
    """Columns by the path that leads to their values."""

    name: str
    path: str
    about: str
    type: str = "iri"  # "text": by language, a column each
    many: bool = False
    labelled: bool = False  # beside the IRIs the labels, a column a language


class Table(NamedTuple):
    """A table: its name, what it holds, the classes of its rows, and where its columns come from."""

    name: str
    about: str
    classes: tuple[str, ...]
    sources: tuple[_Source, ...]

    @property
    def columns(self) -> list[Column]:
        """The columns in order."""
        return [column for source in self.sources for column in _columns(source)]


_KIND = _Source("kind", "kind", "the class of the thing, the most specific that the graph says", labelled=True)
_LABEL = _Source("label", LABELS, "its name", "text")
_NOTE = _Source("note", "skos:editorialNote", "what the curator noted", "text", many=True)
_EVIDENCE = (
    _Source("evidence", "tg:isEvidencedBy", "the passages and citations that it rests on; see the table passages", many=True),
    _Source("evidence_grade", "grade", "how strong each of them is, in the same order", "string", many=True),
)
_BOUNDS = (
    _Source("start_earliest", "tg:startEarliest", "the first day on which it may have begun", "date"),
    _Source("start_latest", "tg:startLatest", "the day by which it had begun", "date"),
    _Source("end_earliest", "tg:endEarliest", "the first day on which it may no longer have held", "date"),
    _Source("end_latest", "tg:endLatest", "the day from which it certainly no longer held", "date"),
    _Source("start_as_stated", "tg:startAsStated", "the beginning in the words of the source or as EDTF", "string", many=True),
    _Source("end_as_stated", "tg:endAsStated", "the end in the words of the source or as EDTF", "string", many=True),
    _Source("end_status", "tg:hasEndStatus", "what is known of its end", labelled=True),
    _Source("date_status", "tg:hasDateStatus", "why it has no days, where it has none"),
)

TABLES = (
    Table(
        "positions",
        "What states and others claim, hold, demand, recognise and renounce, and the territorial changes that were carried out.",
        ("tg:Position", "tg:TerritorialChange"),
        (
            _KIND,
            _LABEL,
            _Source("holder", "tg:isHeldBy|tg:isTransferredTo", "whose position it is; of a territorial change, who received", many=True, labelled=True),
            _Source("transferred_from", "tg:isTransferredFrom", "of a territorial change, who gave up", many=True, labelled=True),
            _Source("place", "tg:concernsPlace", "the places that it names", many=True, labelled=True),
            _Source("group", "tg:concernsGroup", "the definitions of groups that it names, each according to somebody", many=True, labelled=True),
            _Source("group_place", "tg:concernsGroup/tg:includesPlace", "the places that those definitions include", many=True),
            _Source("instrument", "tg:concernsInstrument", "the instruments that it is about", many=True),
            _Source("clause", "tg:concernsClause", "the clauses that it is about", many=True),
            _Source("reading", "tg:dependsOnReading", "the reading of a clause that it depends on", many=True),
            _Source("addressee", "tg:isAddressedTo", "to whom it is addressed", many=True),
            _Source("in_favor_of", "tg:isInFavorOf", "in whose favour it is", many=True),
            _Source("text", "tg:positionText", "what it says", "text"),
            *_BOUNDS,
            _Source("reviewed_on", "tg:reviewedOn", "the day on which it was last seen to hold", "date"),
            _Source("started_by", "tg:isStartedBy|tg:isEffectedBy", "the act that began it", many=True),
            _Source("ended_by", "tg:isEndedBy", "the act that ended it", many=True),
            _Source("end_reason", "tg:endReason", "why it ended", "text"),
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
            _Source("other_name", "skos:altLabel|(^tg:isNameOf/skosxl:literalForm)", "other names, those attested in a document among them", "text", many=True),
            _Source("part_of", "tg:isPartOf", "the larger place that it is part of in the plain geographic sense", many=True, labelled=True),
            _Source("wkt", f"<{GEO}hasGeometry>/<{GEO}asWKT>", "its shapes as Well-Known Text, longitude before latitude", "string", many=True),
            _Source("same_as", "skos:exactMatch", "the same place in other gazetteers", many=True),
            _Source("near_match", "skos:closeMatch", "nearly the same in other gazetteers", many=True),
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
            _Source("other_name", "skos:altLabel|(^tg:isNameOf/skosxl:literalForm)", "other names, those attested in a document among them", "text", many=True),
            _Source("party", "^tg:isParticipationIn/tg:hasParticipant", "who takes part in it, in whatever role", many=True, labelled=True),
            _Source("event", "^tg:isEventOf", "the events of its life; see the table events", many=True),
            _Source("in_force_from_earliest", "^tg:isInForcePeriodOf/tg:startEarliest", "in force: first possible day", "date", many=True),
            _Source("in_force_from_latest", "^tg:isInForcePeriodOf/tg:startLatest", "in force: certainly from this day", "date", many=True),
            _Source("in_force_until_earliest", "^tg:isInForcePeriodOf/tg:endEarliest", "in force: certainly before this day", "date", many=True),
            _Source("in_force_until_latest", "^tg:isInForcePeriodOf/tg:endLatest", "in force: certainly no longer from this day", "date", many=True),
            _Source("in_force_status", "^tg:isInForcePeriodOf/tg:hasEndStatus", "what is known of the end of its force", many=True),
            _Source("replaces", "tg:replaces", "what it replaces", many=True),
            _Source("extent", "tg:hasExtent", "how much of it is encoded", labelled=True),
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
            _Source("number", "tg:clauseNumber", "as printed", "string"),
            _Source("ordinal", "tg:clauseOrdinal", "its place among its siblings", "integer"),
            _Source("agreement", "tg:isPartOfClause*/tg:isClauseOf", "the agreement that it stands in", many=True, labelled=True),
            _Source("part_of", "tg:isPartOfClause", "the clause that it is part of"),
            _Source(
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
            _Source("clause", "tg:isMadeIn", "the clause that it is made in", many=True),
            _Source("agreement", "tg:isMadeIn/tg:isPartOfClause*/tg:isClauseOf", "the agreement that the clause stands in", many=True, labelled=True),
            _Source("made_by", "tg:isMadeBy", "who makes it", many=True, labelled=True),
            _Source("owed_to", "tg:isOwedTo", "to whom it is owed", many=True, labelled=True),
            _Source("place", "tg:concernsPlace", "the places that it names", many=True, labelled=True),
            _Source("group", "tg:concernsGroup", "the definitions of groups that it names", many=True),
            _Source("text", "tg:provisionText", "what it says", "text"),
            _Source("condition", "^tg:isConditionOf/tg:conditionText", "on which condition or after what, as the text states it", "text", many=True),
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
            _Source("actor", "tg:hasActor", "who did it", many=True, labelled=True),
            _Source("addressee", "tg:isAddressedTo", "to whom", many=True),
            _Source("agreement", "tg:isEventOf|tg:isNegotiationOf", "the agreement whose event it is", many=True, labelled=True),
            _Source("about", "tg:isAbout", "what it is about", many=True),
            _Source("place", "tg:tookPlaceAt", "where", many=True, labelled=True),
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
            _Source("document", "(oa:hasSource/tg:isVersionOf)|tg:isCitationOf", "the document", labelled=True),
            _Source("text_version", "oa:hasSource", "the text of it that the positions count in"),
            _Source("quotation", "oa:hasSelector/oa:exact", "the words quoted, exactly", "string"),
            _Source("language", "language", "the language of the words", "string"),
            _Source("before", "oa:hasSelector/oa:prefix", "the words before", "string"),
            _Source("after", "oa:hasSelector/oa:suffix", "the words after", "string"),
            _Source("start", "oa:hasSelector/oa:start", "the first character, counted from 0 in code points", "integer"),
            _Source("end", "oa:hasSelector/oa:end", "the first character after the words", "integer"),
            _Source("pinpoint", "tg:pinpoint", "of a citation, the place in the document", "string"),
            _Source("grade", "tg:hasGrade", "of a citation, its grade", labelled=True),
            _Source("consultation", "tg:hasConsultation", "of a citation, in what form the work was seen"),
            _Source("supports", "^tg:isEvidencedBy", "what it is the evidence of", many=True),
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


def _columns(source: _Source) -> Iterator[Column]:
    if source.type == "text":
        for language in LANGUAGES:
            yield Column(f"{source.name}_{language}", "string", source.many, source.about, language)
        return
    yield Column(source.name, source.type, source.many, source.about)
    if source.labelled:
        for language in LANGUAGES:
            yield Column(f"{source.name}_{language}", "string", source.many, f"{source.about}: label", language)


def read_table(store: GraphStore, table: Table, graphs: Iterable[str] = ()) -> Iterator[dict[str, Cell]]:
    """The rows of a table, in the order of their IRIs.

    Args:
        store: the graph.
        table: which table.
        graphs: only things that these named graphs describe as such; all if none.

    Yields:
        ``id`` and the columns of the table; empty cells are None or an empty list.

    Raises:
        CorpusError: a thing has two days or two numbers where a table has room for one.
    """
    reader = _Reader(store, table, graphs)
    columns = [(source, reader.values(source)) for source in table.sources]
    for thing in reader.things:
        row: dict[str, Cell] = {"id": thing}
        for source, values in columns:
            for column, found in zip(_columns(source), values.get(thing, []), strict=False):
                row[column.name] = _cell(thing, column, found)
            for column in _columns(source):
                row.setdefault(column.name, [] if column.many else None)
        yield row


def _cell(thing: str, column: Column, found: list[str]) -> Cell:
    if column.many:
        return list(found)
    if len(found) > 1 and column.type in ("date", "integer"):
        raise CorpusError(f"{short_name(thing)} has {len(found)} values for {column.name}, where a table has room for one.", "Run: treatygraph check")
    return SEPARATOR.join(found) or None


class _Reader:
    """The values of one table; of each thing, a list of values a column."""

    def __init__(self, store: GraphStore, table: Table, graphs: Iterable[str]) -> None:
        self._store = store
        roots = " ".join(table.classes)
        names = " ".join(map(iri_term, graphs))
        typed = f"VALUES ?graph {{ {names} }} GRAPH ?graph {{ ?thing a ?kind }}" if names else "?thing a ?kind ."
        self._rows = f"{typed} VALUES ?root {{ {roots} }} ?kind rdfs:subClassOf* ?root ."
        kinds = self._select(
            f"SELECT DISTINCT ?thing ?kind {{ {self._rows} FILTER NOT EXISTS {{ ?thing a ?less . ?less rdfs:subClassOf+ ?kind FILTER(?less != ?kind) }} }}"
        )
        self._kinds = self._by_thing(kinds)
        self.things = sorted(self._kinds)

    def _select(self, query: str) -> list[list[str | None]]:
        return self._store.select(QUERY_PREFIXES + query).texts()

    @staticmethod
    def _by_thing(rows: Iterable[list[str | None]]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for thing, value in rows:
            found.setdefault(thing or "", []).append(value or "")
        return {thing: sorted(set(values)) for thing, values in found.items()}

    def values(self, source: _Source) -> dict[str, list[list[str]]]:
        """Of each thing, the values of each column that a source makes."""
        if source.type == "text":
            return self._texts(source.path)
        found = self._plain(source.path)
        if not source.labelled:
            return {thing: [values] for thing, values in found.items()}
        labels = self._labels({value for values in found.values() for value in values})
        return {thing: [values, *([labels.get((value, language), "") for value in values] for language in LANGUAGES)] for thing, values in found.items()}

    def _plain(self, path: str) -> dict[str, list[str]]:
        if path == "kind":
            return self._kinds
        if path == "grade":
            return self._grades()
        if path == "language":
            return self._by_thing(self._select(f"SELECT DISTINCT ?thing (LANG(?words) AS ?value) {{ {self._rows} ?thing oa:hasSelector/oa:exact ?words }}"))
        return self._by_thing(self._select(f"SELECT DISTINCT ?thing ?value {{ {self._rows} ?thing {path} ?value FILTER(!isBLANK(?value)) }}"))

    def _texts(self, path: str) -> dict[str, list[list[str]]]:
        rows = self._select(f"SELECT DISTINCT ?thing ?value (LANG(?value) AS ?tag) {{ {self._rows} ?thing {path} ?value }}")
        found: dict[str, list[set[str]]] = {}
        for thing, value, tag in rows:
            language = (tag or "").partition("-")[0]
            if language in LANGUAGES:
                found.setdefault(thing or "", [set() for _ in LANGUAGES])[LANGUAGES.index(language)].add(value or "")
        return {thing: [sorted(values) for values in by_language] for thing, by_language in found.items()}

    def _labels(self, things: Iterable[str]) -> dict[tuple[str, str], str]:
        terms = " ".join(map(iri_term, sorted(things)))
        rows = self._select(
            f"SELECT ?thing ?label (LANG(?label) AS ?tag) {{ VALUES ?thing {{ {terms} }} ?thing {LABELS} ?label }} ORDER BY ?thing DESC(?label)"
        )
        return {(thing or "", tag or ""): label or "" for thing, label, tag in rows}

    def _grades(self) -> dict[str, list[str]]:
        """Of each thing, the grade of each piece of its evidence: a passage is checked against its text, a citation has its own."""
        rows = self._select(
            f"SELECT DISTINCT ?thing ?evidence ?grade {{ {self._rows} ?thing tg:isEvidencedBy ?evidence . "
            "OPTIONAL { ?evidence tg:hasGrade ?given } OPTIONAL { ?evidence oa:hasSource ?source } "
            "BIND(COALESCE(?given, IF(BOUND(?source), tg:QuotedAndVerified, tg:Citation)) AS ?grade) }"
        )
        labels = self._labels({grade or "" for _, _, grade in rows})
        found: dict[str, dict[str, str]] = {}
        for thing, evidence, grade in rows:
            found.setdefault(thing or "", {})[evidence or ""] = labels.get((grade or "", "en"), short_name(grade or ""))
        return {thing: [by_evidence[evidence] for evidence in sorted(by_evidence)] for thing, by_evidence in found.items()}
