"""What push has put into a store, written down in the store itself: the manifest of what stands, the journal of what is under way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from treatygraph import __version__
from treatygraph.namespaces import DCTERMS, GRAPH, VOID
from treatygraph.store import iri_term
from treatygraph.stores.connection import Connection
from treatygraph.stores.remote import RemoteGraph
from treatygraph.writer import quoted

__all__ = [
    "JOURNAL", "LOADING", "MANIFEST", "PARTS", "REPLACES", "STAGING", "SWAPPING", "Entry", "Journal", "Manifest", "is_half", "journal_run", "read_journal",
    "read_manifest",
]  # fmt: skip

MANIFEST = GRAPH + "manifest"
JOURNAL = GRAPH + "journal"
STAGING = GRAPH + "staging/"
LOADING, SWAPPING, PARTS = "loading", "swapping", "swapping in parts"
DIGEST, SIZE, REPLACES = f"<{DCTERMS}identifier>", f"<{VOID}triples>", f"<{DCTERMS}replaces>"
STATE, DATE, CREATOR = f"<{DCTERMS}type>", f"<{DCTERMS}modified>", f"<{DCTERMS}creator>"
_OURS = re.compile(re.escape(STAGING) + r"[0-9a-f]{16}/.+")


@dataclass(frozen=True)
class Entry:
    """A graph that push has put there: the digest of its canonical form before any rewriting, and how many triples the store had of it."""

    digest: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """The graphs that push has put into a store, and the run that did."""

    run: str
    entries: dict[str, Entry]

    def operations(self) -> list[str]:
        """The operations that make this the manifest of a store."""
        about = f"{iri_term(MANIFEST)} {DIGEST} {quoted(self.run)} ; {DATE} {quoted(_now())} ; {CREATOR} {quoted(f'TreatyGraph {__version__}')} ."
        rows = [f"{iri_term(graph)} {DIGEST} {quoted(entry.digest)} ; {SIZE} {quoted(str(entry.size))} ." for graph, entry in sorted(self.entries.items())]
        return [_cleared(MANIFEST), f"INSERT DATA {{ GRAPH <{MANIFEST}> {{ {about} {' '.join(rows)} }} }}"]


@dataclass(frozen=True)
class Journal:
    """What is under way: the run, `LOADING`, `SWAPPING` or `PARTS`, and its staging graphs."""

    run: str
    state: str
    staging: list[str]

    def operations(self) -> list[str]:
        """The operations that make this the journal of a store."""
        about = f"{iri_term(JOURNAL)} {DIGEST} {quoted(self.run)} ; {STATE} {quoted(self.state)} ; {DATE} {quoted(_now())} ."
        rows = [f"{iri_term(JOURNAL)} {REPLACES} {iri_term(graph)} ." for graph in self.staging]
        return [_cleared(JOURNAL), f"INSERT DATA {{ GRAPH <{JOURNAL}> {{ {about} {' '.join(rows)} }} }}"]

    def addition(self) -> str:
        """The operation that adds these staging graphs to the journal of the run."""
        rows = [f"{iri_term(JOURNAL)} {REPLACES} {iri_term(graph)} ." for graph in self.staging]
        return f"INSERT DATA {{ GRAPH <{JOURNAL}> {{ {' '.join(rows)} }} }}"


def is_half(journal: Journal, connection: Connection) -> bool:
    """Whether graphs may be half of one push and half of another: a swap was interrupted that was not all or nothing."""
    return journal.state == PARTS or (journal.state == SWAPPING and not connection.kind.atomic)


def _cleared(graph: str) -> str:
    return f"DELETE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _said(connection: Connection, graph: str) -> list[dict[str, str]]:
    rows = connection.rows_in(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", None)
    most = connection.kind.max_rows
    if most is None or len(rows) < most:
        return rows
    found = RemoteGraph(connection, [graph]).select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")  # cut, so in pages
    return [dict(zip("spo", (text or "" for text in row), strict=True)) for row in found.texts()]


def read_manifest(connection: Connection) -> Manifest:
    """The manifest of a store; an empty one where push was never there. Of two (a federation), both together."""
    values: dict[str, dict[str, str]] = {}
    for row in _said(connection, MANIFEST):
        values.setdefault(row["s"], {})[f"<{row['p']}>"] = row["o"]
    run = values.pop(MANIFEST, {}).get(DIGEST, "")
    return Manifest(run, {graph: Entry(said[DIGEST], int(said[SIZE])) for graph, said in values.items() if DIGEST in said and SIZE in said})


def read_journal(connection: Connection) -> Journal | None:
    """What is under way in a store, or was when somebody was interrupted; None where nothing is.

    Of the staging graphs only those are given whose names push itself makes.
    """
    rows = _said(connection, JOURNAL)
    said = {f"<{row['p']}>": row["o"] for row in rows if row["s"] == JOURNAL}
    if not said:
        return None
    return Journal(said.get(DIGEST, ""), said.get(STATE, ""), sorted(row["o"] for row in rows if f"<{row['p']}>" == REPLACES and _OURS.fullmatch(row["o"])))


def journal_run(connection: Connection) -> str:
    """The run that is under way in a store, without the names of its graphs; an empty string where none is."""
    rows = connection.rows_in(f"SELECT ?o WHERE {{ GRAPH <{JOURNAL}> {{ <{JOURNAL}> {DIGEST} ?o }} }}", None)
    return rows[0]["o"] if rows else ""
