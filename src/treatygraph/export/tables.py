"""The graph as tables for people without RDF: a row a thing, with its IRI, its names and its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from treatygraph.errors import CorpusError
from treatygraph.export.columns import SEPARATOR, Column, Source, Table
from treatygraph.namespaces import LABELS, QUERY_PREFIXES, short_name
from treatygraph.store import GraphStore, iri_term
from treatygraph.things import LANGUAGES

__all__ = ["Cell", "read_table"]

Cell = str | list[str] | None
"""A value, the values of a column that may have several, or nothing."""


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
            for column, found in zip(source.columns, values.get(thing, []), strict=False):
                row[column.name] = _cell(thing, column, found)
            for column in source.columns:
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
            f"SELECT DISTINCT ?thing ?kind {{ {self._rows} FILTER(isIRI(?thing))"
            " FILTER NOT EXISTS { ?thing a ?less . ?less rdfs:subClassOf+ ?kind FILTER(?less != ?kind) } }"
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

    def values(self, source: Source) -> dict[str, list[list[str]]]:
        """Of each thing, the values of each column that a source makes."""
        if source.type == "text":
            return self._texts(source.path)
        found = self._plain(source.path, "isIRI" if source.type == "iri" else "isLiteral")
        if not source.labelled:
            return {thing: [values] for thing, values in found.items()}
        labels = self._labels({value for values in found.values() for value in values})
        return {thing: [values, *([labels.get((value, language), "") for value in values] for language in LANGUAGES)] for thing, values in found.items()}

    def _plain(self, path: str, sort: str) -> dict[str, list[str]]:
        if path == "kind":
            return self._kinds
        if path == "grade":
            return self._grades()
        if path == "language":
            return self._by_thing(self._select(f"SELECT DISTINCT ?thing (LANG(?words) AS ?value) {{ {self._rows} ?thing oa:hasSelector/oa:exact ?words }}"))
        return self._by_thing(self._select(f"SELECT DISTINCT ?thing ?value {{ {self._rows} ?thing {path} ?value FILTER({sort}(?value)) }}"))

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
            f"SELECT DISTINCT ?thing ?evidence ?grade {{ {self._rows} ?thing tg:isEvidencedBy ?evidence FILTER(isIRI(?evidence)) "
            "OPTIONAL { ?evidence tg:hasGrade ?given } OPTIONAL { ?evidence oa:hasSource ?source } "
            "BIND(COALESCE(?given, IF(BOUND(?source), tg:QuotedAndVerified, tg:Citation)) AS ?grade) }"
        )
        labels = self._labels({grade or "" for _, _, grade in rows})
        found: dict[str, dict[str, str]] = {}
        for thing, evidence, grade in rows:
            found.setdefault(thing or "", {})[evidence or ""] = labels.get((grade or "", "en"), short_name(grade or ""))
        return {thing: [by_evidence[evidence] for evidence in sorted(by_evidence)] for thing, by_evidence in found.items()}
