"""A corpus into a store, whole or not at all: staged, verified, and then put in place by one update.

The order, and what is there if it stops after a step:

1. the journal names the staging graphs; nothing that anybody asks has changed;
2. each graph that is new or different is sent into its staging graph, read back, and compared with what was sent;
3. the journal says that the swap begins;
4. one update drops what the corpus has no more, makes each graph what its staging graph is, and writes the
   manifest. In a store that makes one update all or nothing, the old answers go and the new ones come at once. In one
   that does not (`Kind.atomic`), the journal tells whoever asks that a swap was interrupted, and the next push, which
   believes nothing of what it finds in the graphs concerned, mends it. More than `TOGETHER` triples are put in place by several
   updates, for a store holds all that one update writes in memory (Oxigraph 4 KB a triple): that is told in the same way;
5. the staging graphs go, then the journal.

Whoever runs it again first takes away what an interrupted run has left: only graphs that the journal names and whose
names are of the pattern that push itself makes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from treatygraph.corpus import graph_name
from treatygraph.errors import UsageError
from treatygraph.layout import Layout
from treatygraph.namespaces import GRAPH
from treatygraph.prepared import derived_sorted
from treatygraph.reasoning import DERIVED
from treatygraph.stores.connection import Connection
from treatygraph.stores.http import BUSY, StoreError
from treatygraph.stores.manifest import (
    JOURNAL,
    LOADING,
    MANIFEST,
    PARTS,
    STAGING,
    SWAPPING,
    Entry,
    Journal,
    Manifest,
    is_half,
    journal_run,
    read_journal,
    read_manifest,
)  # fmt: skip
from treatygraph.stores.remote import triples_in
from treatygraph.stores.wire import Triples, canonical, digest_of, ntriples, read_ntriples, read_turtle

__all__ = ["Plan", "Report", "plan_derived", "plan_push", "push"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many of it are done, and how many there are."""
SWAP_TRIES = 3
TOGETHER = 100_000  # triples that one update puts in place, or that are sent as one graph
GRAPHS = 2000  # graphs that one update puts in place
PART = "#"  # between the name of a staging graph and the number of a further part of the same graph
_SHOWN = 3  # differing triples in an error


@dataclass(frozen=True)
class Source:
    """A graph of the corpus: a file, lines of N-Triples, or what gives such lines, sorted and with their ends, as often as it is asked."""

    graph: str
    content: Path | list[str] | Callable[[], Iterable[bytes]]

    def parts(self) -> Iterator[Triples]:
        """Its triples; many thousands of lines in several parts."""
        if isinstance(self.content, Path):
            yield read_turtle(self.content)
        elif isinstance(self.content, list):
            yield read_ntriples(self.content)
        else:
            lines, some = iter(self.content()), False
            while part := list(islice(lines, TOGETHER)):
                some = True
                yield read_ntriples(line.decode() for line in part)
            if not some:
                yield []

    def digest(self) -> str:
        """The digest of its canonical form."""
        if callable(self.content):  # sorted, and without blank nodes: canonical as it is
            return digest_of(line.decode().rstrip("\n") for line in self.content())
        return digest_of(canonical(next(self.parts())))


@dataclass(frozen=True)
class Plan:
    """What a push would do.

    Attributes:
        send: the graphs that are new or different there.
        keep: those that are the same there.
        remove: those that push has put there and the corpus has no more.
        foreign: those that are there under a name of the corpus, but not by push.
        left: the staging graphs that an interrupted push has left.
        doubtful: the graphs that may be half of one push and half of another, for a swap was interrupted.
        manifest: what push has put there.
        digests: of the graphs of the corpus.
    """

    send: list[Source]
    keep: list[str]
    remove: list[str]
    foreign: list[str]
    left: list[str]
    doubtful: set[str]
    manifest: Manifest
    digests: dict[str, str]


@dataclass(frozen=True)
class Report:
    """What a push did: graphs sent, kept and removed, and the triples that the store has now."""

    sent: list[str]
    kept: list[str]
    removed: list[str]
    triples: int


def plan_push(connection: Connection, layout: Layout, *, inferred: bool, progress: Progress) -> Plan:
    """Compare a corpus with what is in a store; changes nothing.

    Args:
        connection: the store.
        layout: the files of the corpus.
        inferred: with what follows by OWL 2 RL, in a graph of its own.
        progress: is told how far it is.

    Raises:
        CorpusError: a file is not Turtle.
        StoreError: the store does not answer.
        UsageError: the store holds another corpus.
    """
    sources = [Source(graph_name(layout, path), path) for path in layout.ontology_files + layout.data_files]
    if inferred:
        sources.append(Source(DERIVED, partial(derived_sorted, layout)))
    reserved = {MANIFEST, JOURNAL, DERIVED} & {source.graph for source in sources if isinstance(source.content, Path)}
    if reserved:
        raise UsageError(f"{reserved.pop()} is a name that push needs for itself.", "Rename that file.")
    manifest, journal = read_manifest(connection), read_journal(connection)
    names = [source.graph for source in sources]
    if manifest.entries and not set(names) & set(manifest.entries):
        raise UsageError("The store holds another corpus: no graph of this one is among those that push has put there.", "Use a store of its own.")
    left = journal.staging if journal else []
    half = journal is not None and is_half(journal, connection)
    doubtful = {GRAPH + name.removeprefix(STAGING).partition("/")[2].partition(PART)[0] for name in left} if half else set()
    sizes = connection.sizes(sorted({*names, *manifest.entries}))
    send, keep, foreign, digests = [], [], [], {}
    for done, source in enumerate(sources):
        progress("reading", done, len(sources))
        graph = source.graph
        digests[graph] = source.digest()
        size, known = sizes.get(graph, 0), manifest.entries.get(graph)
        if known is None and size and graph not in doubtful:
            foreign.append(graph)
        if known == Entry(digests[graph], size) and graph not in doubtful:
            keep.append(graph)
        else:
            send.append(source)
    progress("reading", len(sources), len(sources))
    return Plan(send, keep, sorted({*manifest.entries, *doubtful} - set(names)), foreign, left, doubtful, manifest, digests)


def plan_derived(connection: Connection, lines: list[str]) -> Plan:
    """The plan to put what was derived in a store beside what push has put there.

    Args:
        connection: the store.
        lines: what was derived, as N-Triples.

    Raises:
        UsageError: push has put nothing there.
    """
    manifest, journal = read_manifest(connection), read_journal(connection)
    if not manifest.entries:
        raise UsageError("push has put nothing into this store, so that nothing can be put beside it.", "Push the corpus first.")
    if journal is not None and journal.state != LOADING:
        raise UsageError("A push into this store was interrupted.", "Run it again first.")
    source = Source(DERIVED, lines)
    digests = {DERIVED: source.digest()}
    keep = sorted(set(manifest.entries) - {DERIVED})
    return Plan([source], keep, [], [], journal.staging if journal else [], set(), manifest, digests)


def push(connection: Connection, plan: Plan, *, adopt: bool, progress: Progress) -> Report:
    """Carry out a plan.

    Args:
        connection: the store.
        plan: from `plan_push`.
        adopt: replace also graphs that push has not put there.
        progress: is told how far it is.

    Raises:
        UsageError: graphs of that name are there and nobody has said that they may be replaced.
        StoreError: the store failed; what was there before still answers, but see `Kind.atomic`.
    """
    if plan.foreign and not adopt:
        names = ", ".join(graph.removeprefix(GRAPH) for graph in plan.foreign)
        raise UsageError(f"These graphs are in the store already, and push did not put them there: {names}.", "To replace them, add --adopt.")
    run = secrets.token_hex(8)
    if plan.left:
        _drop(connection, plan.left)
    if not plan.send and not plan.remove:
        if plan.left:
            connection.update([connection.drop(JOURNAL)], "close the journal")
        return Report([], plan.keep, [], sum(plan.manifest.entries[graph].size for graph in plan.keep))
    state = PARTS if plan.doubtful else LOADING  # until the end, for whoever asks meanwhile has to be told
    staging = {source.graph: f"{STAGING}{run}/{source.graph.removeprefix(GRAPH)}" for source in plan.send}
    connection.update(Journal(run, state, list(staging.values())).operations(), "write the journal")
    entries = {graph: plan.manifest.entries[graph] for graph in plan.keep}
    staged: list[Staged] = []
    try:
        for done, source in enumerate(plan.send):
            progress("sending", done, len(plan.send))
            size = 0
            for number, part in enumerate(source.parts()):
                name = f"{staging[source.graph]}{f'{PART}{number}' if number else ''}"
                if number:
                    connection.update([Journal(run, state, [name]).addition()], "write the journal")
                staged.append(Staged(source.graph, name, _stage(connection, part, name, source.graph.removeprefix(GRAPH)), not number))
                size += staged[-1].size
            entries[source.graph] = Entry(plan.digests[source.graph], size)
    except StoreError as error:
        if error.status and not plan.doubtful:  # it answers, so that it need not keep what nobody wants
            with suppress(StoreError):
                _drop(connection, [*staging.values(), *(one.name for one in staged if not one.first)])
                connection.update([connection.drop(JOURNAL)], "close the journal")
        raise
    progress("sending", len(plan.send), len(plan.send))
    _swap(connection, plan, Manifest(run, entries), staged, progress)
    _verify(connection, entries)
    _drop(connection, [one.name for one in staged], [one.size for one in staged])
    connection.update([connection.drop(JOURNAL)], "close the journal")
    return Report(list(staging), plan.keep, plan.remove, sum(entry.size for entry in entries.values()))


@dataclass(frozen=True)
class Staged:
    """What is staged: for which graph, under which name, how many triples, and whether it is the first part of the graph."""

    graph: str
    name: str
    size: int
    first: bool


def _batches(sizes: list[int]) -> Iterator[tuple[int, int]]:
    """Where to cut a row of graphs, so that no piece has many more than `TOGETHER` triples or than `GRAPHS` graphs."""
    start, held = 0, 0
    for at, size in enumerate(sizes):
        if at > start and (held + size > TOGETHER or at - start == GRAPHS):
            yield start, at
            start, held = at, 0
        held += size
    if len(sizes) > start:
        yield start, len(sizes)


def _drop(connection: Connection, graphs: list[str], sizes: list[int] | None = None) -> None:
    for start, end in _batches(sizes or [0] * len(graphs)):
        connection.update([connection.drop(graph) for graph in graphs[start:end]], "take away staging graphs")


def _stage(connection: Connection, triples: Triples, staging: str, name: str) -> int:
    """Send a graph, or a part of one, into its staging graph, read it back and compare; how many triples the store has of it.

    Raises:
        StoreError: what the store has is not what was sent.
    """
    connection.put(staging, ntriples(triples), f"send {name}")
    rewrites = connection.kind.rewrites
    sent = canonical(triples, rewrites)
    kept = triples_in(connection, staging, f"read {name} back")
    there = canonical(kept, rewrites)
    # Counted are all graphs together before they are put in place (see _swap); each at once only where answers may be cut.
    size = len(kept) if connection.kind.max_rows is None else connection.sizes([staging]).get(staging, 0)
    if digest_of(sent) != digest_of(there) or size != len(kept):
        missing, more = sorted(set(sent) - set(there)), sorted(set(there) - set(sent))
        shown = "".join(f"\n  sent:  {line}" for line in missing[:_SHOWN]) + "".join(f"\n  there: {line}" for line in more[:_SHOWN])
        raise StoreError(
            f"{connection.kind.title} has not kept {name} as it was sent: of {len(sent)} triples {len(missing)} are missing, {len(more)} are others,"
            f" and it counts {size}.{shown}",
            "Nothing was put in place; what was there before still answers.",
            status=200,
        )
    return size


def _verify(connection: Connection, entries: dict[str, Entry]) -> None:
    """Count what is in place.

    Raises:
        StoreError: it is not what was staged.
    """
    sizes = connection.sizes(sorted(entries))
    wrong = [graph.removeprefix(GRAPH) for graph, entry in entries.items() if sizes.get(graph, 0) != entry.size]
    if wrong:
        raise StoreError(f"{connection.kind.title} has not put {', '.join(wrong)} in place as it was staged.", "Run it again: it sends what is not right.")


def _swap(connection: Connection, plan: Plan, manifest: Manifest, staged: list[Staged], progress: Progress) -> None:
    """Put the staging graphs in place of those they are for: in one update, or where they are very large in several.

    Whether it was done is seen from the manifest, so that a connection that breaks meanwhile leaves no doubt.

    Raises:
        StoreError: it could not be done; or another push has begun meanwhile.
    """
    cuts = list(_batches([one.size for one in staged])) or [(0, 0)]
    state = SWAPPING if len(cuts) == 1 else PARTS
    progress("swapping", 0, len(cuts))
    journal = read_journal(connection)
    if journal is None or journal.run != manifest.run:
        raise StoreError("Another push into this store has begun meanwhile.", "Nothing of this one was put in place; run it again when that is over.")
    _still_there(connection, staged)
    connection.update(Journal(manifest.run, state, journal.staging).operations(), "write the journal")
    for number, (start, end) in enumerate(cuts, 1):
        operations = []
        for one in staged[start:end]:
            operations += connection.replace(one.name, one.graph) if one.first else [connection.add(one.name, one.graph)]
        if number == len(cuts):
            operations += [connection.drop(graph) for graph in plan.remove] + manifest.operations()
        _carried_out(connection, operations, staged[start:end], manifest.run, last=number == len(cuts))
        progress("swapping", number, len(cuts))


def _still_there(connection: Connection, staged: list[Staged]) -> None:
    there = connection.sizes(sorted(one.name for one in staged))
    changed = [one.graph.removeprefix(GRAPH) for one in staged if there.get(one.name, 0) != one.size]
    if changed:
        raise StoreError(f"What was staged for {changed[0]} is not there any more.", "Run it again.")


def _carried_out(connection: Connection, operations: list[str], staged: list[Staged], run: str, *, last: bool) -> None:
    """Send an update until it is known to have been carried out.

    The last one writes the manifest, which tells. The others may be carried out twice, for they make graphs what others are.
    """
    for attempt in range(1, SWAP_TRIES + 1):
        try:
            connection.update(operations, "put the new graphs in place", once=True)
        except StoreError as error:
            if last and read_manifest(connection).run == run:
                return
            if error.status not in {0, *BUSY} or attempt == SWAP_TRIES:
                raise
            if journal_run(connection) != run:
                raise StoreError(
                    "Another push into this store has begun meanwhile.", "Not all of this one was put in place; run it again when that is over."
                ) from None
            _still_there(connection, staged)
        else:
            return
