"""A corpus into a store, whole or not at all: staged, verified, and then put in place by one update.

The order, and what is there if it stops after a step:

1. the journal names the staging graphs; nothing that anybody asks has changed;
2. each graph that is new or different is sent into its staging graph, read back, and compared with what was sent;
3. the journal says that the swap begins;
4. one update drops what the corpus has no more, makes each graph what its staging graph is, and writes the
   manifest. In a store that makes one update all or nothing, the old answers go and the new ones come at once. In one
   that does not (`Kind.atomic`), the journal tells whoever asks that a swap was interrupted, and the next push, which
   believes nothing of what it finds in the graphs concerned, mends it;
5. the staging graphs go, then the journal.

Whoever runs it again first takes away what an interrupted run has left: only graphs that the journal names and whose
names are of the pattern that push itself makes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from treatygraph.corpus import graph_name
from treatygraph.errors import UsageError
from treatygraph.layout import Layout
from treatygraph.namespaces import GRAPH
from treatygraph.prepared import derived_lines
from treatygraph.reasoning import DERIVED
from treatygraph.stores.connection import Connection
from treatygraph.stores.http import BUSY, StoreError
from treatygraph.stores.manifest import JOURNAL, LOADING, MANIFEST, STAGING, SWAPPING, Entry, Journal, Manifest, read_journal, read_manifest
from treatygraph.stores.remote import triples_in
from treatygraph.stores.wire import Triples, canonical, digest_of, ntriples, read_ntriples, read_turtle

__all__ = ["Plan", "Report", "plan_derived", "plan_push", "push"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many of it are done, and how many there are."""
SWAP_TRIES = 3
_SHOWN = 3  # differing triples in an error


@dataclass(frozen=True)
class Source:
    """A graph of the corpus: a file, or lines of N-Triples."""

    graph: str
    content: Path | list[str]

    def triples(self) -> Triples:
        return read_turtle(self.content) if isinstance(self.content, Path) else read_ntriples(self.content)


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
        sources.append(Source(DERIVED, derived_lines(layout)))
    reserved = {MANIFEST, JOURNAL, DERIVED} & {source.graph for source in sources if isinstance(source.content, Path)}
    if reserved:
        raise UsageError(f"{reserved.pop()} is a name that push needs for itself.", "Rename that file.")
    manifest, journal = read_manifest(connection), read_journal(connection)
    names = [source.graph for source in sources]
    if manifest.entries and not set(names) & set(manifest.entries):
        raise UsageError("The store holds another corpus: no graph of this one is among those that push has put there.", "Use a store of its own.")
    left = journal.staging if journal else []
    half = journal is not None and journal.state == SWAPPING and not connection.kind.atomic
    doubtful = {GRAPH + name.removeprefix(STAGING).partition("/")[2] for name in left} if half else set()
    sizes = connection.sizes(sorted({*names, *manifest.entries}))
    send, keep, foreign, digests = [], [], [], {}
    for done, source in enumerate(sources):
        progress("reading", done, len(sources))
        graph = source.graph
        digests[graph] = digest_of(canonical(source.triples()))
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
    if journal is not None and journal.state == SWAPPING:
        raise UsageError("A push into this store was interrupted.", "Run it again first.")
    source = Source(DERIVED, lines)
    digests = {DERIVED: digest_of(canonical(source.triples()))}
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
    staging = {source.graph: f"{STAGING}{run}/{source.graph.removeprefix(GRAPH)}" for source in plan.send}
    if plan.left:
        _drop(connection, plan.left)
    if not plan.send and not plan.remove:
        if plan.left:
            connection.update([connection.drop(JOURNAL)], "close the journal")
        return Report([], plan.keep, [], sum(plan.manifest.entries[graph].size for graph in plan.keep))
    state = SWAPPING if plan.doubtful else LOADING  # until the end, for whoever asks meanwhile has to be told
    connection.update(Journal(run, state, list(staging.values())).operations(), "write the journal")
    entries = {graph: plan.manifest.entries[graph] for graph in plan.keep}
    try:
        for done, source in enumerate(plan.send):
            progress("sending", done, len(plan.send))
            entries[source.graph] = Entry(plan.digests[source.graph], _stage(connection, source, staging[source.graph]))
    except StoreError as error:
        if error.status and not plan.doubtful:  # it answers, so that it need not keep what nobody wants
            with suppress(StoreError):
                _drop(connection, list(staging.values()))
                connection.update([connection.drop(JOURNAL)], "close the journal")
        raise
    progress("sending", len(plan.send), len(plan.send))
    progress("swapping", 0, 1)
    _swap(connection, plan, Manifest(run, entries), staging)
    progress("swapping", 1, 1)
    _verify(connection, entries)
    _drop(connection, list(staging.values()))
    connection.update([connection.drop(JOURNAL)], "close the journal")
    return Report(list(staging), plan.keep, plan.remove, sum(entry.size for entry in entries.values()))


def _drop(connection: Connection, graphs: list[str]) -> None:
    if graphs:
        connection.update([connection.drop(graph) for graph in graphs], "take away staging graphs")


def _stage(connection: Connection, source: Source, staging: str) -> int:
    """Send a graph into its staging graph, read it back and compare; how many triples the store has of it.

    Raises:
        StoreError: what the store has is not what was sent.
    """
    name = source.graph.removeprefix(GRAPH)
    triples = source.triples()
    connection.put(staging, ntriples(triples), f"send {name}")
    rewrites = connection.kind.rewrites
    sent = canonical(triples, rewrites)
    kept = triples_in(connection, staging, f"read {name} back")
    there = canonical(kept, rewrites)
    size = connection.sizes([staging]).get(staging, 0)
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


def _swap(connection: Connection, plan: Plan, manifest: Manifest, staging: dict[str, str]) -> None:
    """Put the staging graphs in place of those they are for, in one update.

    Whether it was done is seen from the manifest, so that a connection that breaks meanwhile leaves no doubt.

    Raises:
        StoreError: it could not be done; or another push has begun meanwhile.
    """
    operations = [connection.drop(graph) for graph in plan.remove]
    operations += [operation for graph, name in staging.items() for operation in connection.replace(name, graph)]
    operations += manifest.operations()
    for attempt in range(1, SWAP_TRIES + 1):
        journal = read_journal(connection)
        if journal is None or journal.run != manifest.run:
            raise StoreError("Another push into this store has begun meanwhile.", "Nothing of this one was put in place; run it again when that is over.")
        there = connection.sizes(sorted(staging.values()))
        changed = [graph.removeprefix(GRAPH) for graph, name in staging.items() if there.get(name, 0) != manifest.entries[graph].size]
        if changed:
            raise StoreError(f"What was staged for {changed[0]} is not there any more.", "Nothing was put in place; run it again.")
        connection.update(Journal(manifest.run, SWAPPING, journal.staging).operations(), "write the journal")
        try:
            connection.update(operations, "put the new graphs in place", once=True)
        except StoreError as error:
            if read_manifest(connection).run == manifest.run:
                return
            if error.status not in {0, *BUSY} or attempt == SWAP_TRIES:
                raise
        else:
            return
