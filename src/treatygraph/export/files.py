"""What each format makes: one file, or several by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from treatygraph.corpus import load_corpus
from treatygraph.errors import UsageError
from treatygraph.export.context import Context
from treatygraph.export.gazetteer import geojson, linked_places
from treatygraph.export.jsonld import Documents
from treatygraph.export.rdf import WRITERS
from treatygraph.export.reifiers import with_reifiers
from treatygraph.export.selection import Selection, choose_graphs, select
from treatygraph.export.sheets import csv_description, csv_sheet, needs_pyarrow, parquet_sheet
from treatygraph.export.tables import TABLES, Cell, Table, read_table, table_of
from treatygraph.layout import Layout
from treatygraph.store import GraphStore

__all__ = ["BINARY", "FORMATS", "PLACES", "RDF_FORMATS", "REIFYING", "TABULAR", "Request", "kind_files", "table_files", "write_one"]

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


def write_one(layout: Layout, form: str, request: Request, table: str | None = None) -> Iterable[bytes]:
    """The bytes of one file.

    Args:
        layout: the corpus.
        form: one of `FORMATS`.
        request: what is asked for.
        table: the one table that is asked for, for `TABULAR`.

    Raises:
        UsageError: no such graph or table, or pyarrow is missing.
        CorpusError: the corpus cannot be read, or cannot be written in this format.
    """
    if form in WRITERS:
        selection = _selection(layout, request)
        return WRITERS[form](selection)
    if form == "jsonld":
        return _documents(layout, request).whole()
    store, graphs = load_corpus(layout).store, _named(layout, request)
    if form in PLACES:
        return list(PLACES[form](store, graphs))
    if table is None:
        raise UsageError(f"{form} has a file for each table.", "Name one with --table, or a folder for all with -o DIR.")
    asked = table_of(table)
    return list(_SHEETS[form](asked, read_table(store, asked, graphs)))


def kind_files(layout: Layout, request: Request) -> dict[str, Iterator[bytes]]:
    """A JSON-LD document for each kind of thing, and the context, by file name.

    Raises:
        UsageError: the graph cannot be cut into kinds.
    """
    context = _context(layout)
    found = {f"{kind}.jsonld": document for kind, document in _documents(layout, request, context).kinds().items()}
    return {"context.jsonld": iter([f'{{\n  "@context": {context.text(1)}\n}}\n'.encode()]), **found}


def table_files(layout: Layout, form: str, request: Request) -> dict[str, Iterator[bytes]]:
    """All tables in a format of `TABULAR`, by file name; beside CSV its description."""
    if form == "parquet":
        needs_pyarrow()
    store, graphs = load_corpus(layout).store, _named(layout, request)
    found = {f"{table.name}.{form}": _SHEETS[form](table, read_table(store, table, graphs)) for table in TABLES}
    return found | ({"csv-metadata.json": iter([csv_description()])} if form == "csv" else {})


def _parquet(table: Table, rows: Iterable[dict[str, Cell]]) -> Iterator[bytes]:
    needs_pyarrow()
    yield parquet_sheet(table, rows)


_SHEETS: dict[str, Callable[[Table, Iterable[dict[str, Cell]]], Iterator[bytes]]] = {"csv": csv_sheet, "parquet": _parquet}


def _selection(layout: Layout, request: Request) -> Selection:
    selection = select(layout, request.graphs, inferred=request.inferred)
    return with_reifiers(selection) if request.reifiers else selection


def _context(layout: Layout) -> Context:
    whole = select(layout)
    return Context(whole.triples, whole.prefixes)


def _documents(layout: Layout, request: Request, context: Context | None = None) -> Documents:
    return Documents(_selection(layout, request).triples, context or _context(layout))


def _named(layout: Layout, request: Request) -> list[str]:
    return list(choose_graphs(layout, request.graphs)) if request.graphs else []
