"""What each format makes: one file, or several by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import NamedTuple

from treatygraph.errors import UsageError
from treatygraph.export.columns import TABLES, Table, table_of
from treatygraph.export.context import Context
from treatygraph.export.geojson import geojson
from treatygraph.export.jsonld import Documents
from treatygraph.export.linked_places import linked_places
from treatygraph.export.rdf import WRITERS
from treatygraph.export.reifiers import with_reifiers
from treatygraph.export.selection import Selection, choose_graphs, select
from treatygraph.export.sheets import csv_description, csv_sheet, needs_pyarrow, parquet_sheet
from treatygraph.export.streamed import STREAMED, Files, NotStreamed, Say, streamed
from treatygraph.export.tables import read_table
from treatygraph.layout import Layout
from treatygraph.namespaces import PREFIXES
from treatygraph.opening import open_corpus
from treatygraph.prepared import derived_sorted
from treatygraph.reasoning import DERIVED
from treatygraph.store import GraphStore

__all__ = ["BINARY", "FORMATS", "PLACES", "RDF_FORMATS", "REIFYING", "TABULAR", "Exports", "Request"]

RDF_FORMATS = (*(form for form in WRITERS if form != "rdfxml"), "jsonld", "rdfxml")
REIFYING = ("turtle", "trig", "ntriples", "nquads")
TABULAR = ("csv", "parquet")
PLACES: dict[str, Callable[[GraphStore, Iterable[str]], Iterator[bytes]]] = {"geojson": geojson, "lpf": linked_places}
FORMATS = (*RDF_FORMATS, *TABULAR, *PLACES)
BINARY = ("parquet",)


class Request(NamedTuple):
    """What is asked of an export: which named graphs (all if none), and whether with what follows, with reifiers."""

    graphs: tuple[str, ...] = ()
    inferred: bool = False
    reifiers: bool = False


class Exports:
    """What a corpus gives for a request; it is read once for all that is asked of it.

    Args:
        layout: the corpus.
        request: what is asked for.
    """

    def __init__(self, layout: Layout, request: Request = Request(), say: Say = lambda doing, done, of: None) -> None:  # noqa: B008 - a value that does not change
        self._layout = layout
        self._request = request
        self._say = say

    @cached_property
    def selection(self) -> Selection:
        """The statements."""
        selection = select(self._layout, self._request.graphs, inferred=self._request.inferred)
        return with_reifiers(selection) if self._request.reifiers else selection

    @cached_property
    def _files(self) -> Files:
        derived = partial(derived_sorted, self._layout) if self._request.inferred else None
        return Files(choose_graphs(self._layout, self._request.graphs), derived, DERIVED, PREFIXES if derived else {}, self._say)

    @cached_property
    def store(self) -> GraphStore:
        """The whole corpus, for tables and places: those of a few graphs are told with the labels and the evidence of all."""
        return open_corpus(self._layout).store

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context of the whole corpus, whatever part of it is asked for."""
        whole = select(self._layout) if self._request.graphs or self._request.inferred or self._request.reifiers else self.selection
        return Context(whole.triples, whole.prefixes)

    @cached_property
    def _documents(self) -> Documents:
        return Documents(self.selection.triples, self.context)

    @cached_property
    def _graphs(self) -> list[str]:
        return list(choose_graphs(self._layout, self._request.graphs)) if self._request.graphs else []

    def one(self, form: str, table: str | None = None) -> Iterable[bytes]:
        """The bytes of one file.

        Args:
            form: one of `FORMATS`.
            table: the one table that is asked for, for `TABULAR`.

        Raises:
            UsageError: no such graph or table, or pyarrow is missing.
            CorpusError: the corpus cannot be read, or cannot be written in this format.
        """
        if form in STREAMED and not self._request.reifiers:
            try:
                return streamed(self._files, form)
            except NotStreamed:
                pass
        if form in WRITERS:
            return WRITERS[form](self.selection)
        if form == "jsonld":
            return self._documents.whole()
        if form in PLACES:
            return list(PLACES[form](self.store, self._graphs))
        if table is None:
            raise UsageError(f"{form} has a file for each table.", "Name one with --table, or a folder for all with -o DIR.")
        return list(self._sheet(form, table_of(table)))

    def kinds(self) -> dict[str, Iterator[bytes]]:
        """A JSON-LD document for each kind of thing, and the context, by file name.

        Raises:
            UsageError: the graph cannot be cut into kinds.
        """
        context = f'{{\n  "@context": {self.context.text(1)}\n}}\n'.encode()
        return {"context.jsonld": iter([context]), **{f"{kind}.jsonld": document for kind, document in self._documents.kinds().items()}}

    def tables(self, form: str) -> dict[str, Iterator[bytes]]:
        """All tables in a format of `TABULAR`, by file name; beside CSV its description.

        Raises:
            UsageError: pyarrow is missing.
        """
        if form == "parquet":
            needs_pyarrow()
        found = {f"{table.name}.{form}": self._sheet(form, table) for table in TABLES}
        return found | ({"csv-metadata.json": iter([csv_description()])} if form == "csv" else {})

    def _sheet(self, form: str, table: Table) -> Iterator[bytes]:
        if form == "csv":
            yield from csv_sheet(table, read_table(self.store, table, self._graphs))
        else:
            needs_pyarrow()
            yield parquet_sheet(table, read_table(self.store, table, self._graphs))
