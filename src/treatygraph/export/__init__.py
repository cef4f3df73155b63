"""The graph for other people's systems: every RDF format, tables, gazetteers, and a complete release; the same bytes on every run."""

from __future__ import annotations

from treatygraph.export.columns import TABLES
from treatygraph.export.description import title_of
from treatygraph.export.files import BINARY, FORMATS, RDF_FORMATS, REIFYING, TABULAR, Exports, Request
from treatygraph.export.release import write_release
from treatygraph.export.selection import Selection, choose_graphs, select

__all__ = [
    "BINARY",
    "FORMATS",
    "RDF_FORMATS",
    "REIFYING",
    "TABLES",
    "TABULAR",
    "Exports",
    "Request",
    "Selection",
    "choose_graphs",
    "select",
    "title_of",
    "write_release",
]
