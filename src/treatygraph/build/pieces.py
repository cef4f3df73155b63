"""Steps that a whole build and a change have in common: what follows from several triples, findings with their places, the swap."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from treatygraph import __version__
from treatygraph.build.settings import Settings
from treatygraph.build.stage import class_findings, digest_of_file
from treatygraph.built import FORMAT
from treatygraph.corpus import Corpus, LoadedCorpus, graph_of
from treatygraph.evidence import Evidence, TextVersion, text_name
from treatygraph.findings import Finding
from treatygraph.layout import Layout
from treatygraph.namespaces import GRAPH, OA, QUERY_PREFIXES
from treatygraph.placing import Placing
from treatygraph.reasoning import DERIVED, SAME, TYPE, Engine, close, contradictions, saturate
from treatygraph.store import GraphStore, iri_term, text_of
from treatygraph.validation import contradiction_finding
from treatygraph.whole import to_disk, whole_file

__all__ = [
    "ALONE", "OURS", "STAGING", "TOGETHER", "Record", "Say", "asserts", "clashes_of", "follows_about", "graph_node", "in_graph", "is_asserted", "join",
    "passages_findings", "placed", "record", "swap", "terms_of", "text_versions", "tidy", "unverifiable", "write_generation",
]  # fmt: skip

Say = Callable[[str, int, int], None]
"""Is told the name of a step, how much of it is done, and how much there is."""
Record = dict[str, str]
STAGING = ".staging"
OURS = re.compile(r"generation-[0-9a-f]{12}|\.staging")
"""The names of the folders that a build makes in that of the store; nothing else there is ever touched."""
ALONE = ox.NamedNode(DERIVED)
"""The named graph of what follows from one asserted triple."""
TOGETHER = ox.NamedNode(f"{DERIVED}/together")
"""The named graph of what follows from the ontology, or from several triples. A triple may stand in both."""


def terms_of(lines: Iterable[str]) -> Iterator[ox.Triple]:
    """Triples from their texts; blank nodes keep their labels."""
    text = "".join([f"{line} .\n" for line in lines])
    for quad in ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES):
        yield quad.triple


def in_graph(triples: Iterable[ox.Triple], graph: ox.NamedNode) -> list[ox.Quad]:
    """Triples as quads of a graph."""
    return [ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]


def is_asserted(path: str) -> bool:
    """Whether a file that a build reads is ontology or data, by its path in the corpus."""
    return path.endswith(".ttl") and path.startswith(("ontology/", "data/")) and not path.startswith(("ontology/shapes/", "data/texts/"))


def asserts(store: ox.Store, triple: ox.Triple) -> bool:
    """Whether any graph of a store has a triple."""
    return next(store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None), None) is not None


def join(settings: Settings, joined: Iterable[bytes], whole: Callable[[], ox.Store], always: bool = False) -> tuple[set[ox.Triple], list[Finding], bool]:
    """What follows from several triples together, and what they contradict.

    Only triples that a rule of two premises can read come together (see `Settings.joined`). Where something is said to be the
    same as something else, or something of the schema follows from data, any triple may meet any other, and all of them do.

    Args:
        joined: those triples, in N-Triples.
        whole: gives a store of the whole graph, for where that is needed.
        always: it is, for the data themselves say something of the schema.

    Returns:
        What follows (without what is about blank nodes), the contradictions, and whether the whole graph was needed.
    """
    store = settings.closed()
    texts = [text for text in joined if text]
    store.bulk_load(input=b"".join(texts), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(f"{GRAPH}joined"))
    engine = Engine(store)
    saturate(engine, settings.rules.instance)
    engine.done()
    rules, thorough = settings.meeting, always or engine.schema_changed or engine.holds(SAME)
    if thorough:
        store = whole()
        rules = close(store).rules
    derived = {quad.triple for quad in store.quads_for_pattern(None, None, None, ALONE)}
    found = [contradiction_finding(clash) for clash in contradictions(store, rules)]
    return {t for t in derived if not isinstance(t.subject, ox.BlankNode) and not isinstance(t.object, ox.BlankNode)}, found, thorough


def follows_about(settings: Settings, node: ox.BlankNode, asserted: ox.Store) -> Iterator[tuple[str, str, str]]:
    """What follows about something without a name from the triples that it stands in, for it is not kept."""
    for quad in (*asserted.quads_for_pattern(node, None, None, None), *asserted.quads_for_pattern(None, None, node, None)):
        for line in settings.linear.derive(*str(quad.triple).split(" ", 2)):
            subject, predicate, value = line.split(" ", 2)
            if subject == str(node):
                yield subject, predicate, value


def clashes_of(settings: Settings, things: Iterable[str], asserted: ox.Store, derived: ox.Store) -> list[Finding]:
    """The contradictions between the classes of some things, over all files."""
    kinds: dict[str, set[str]] = {}
    kind = ox.NamedNode(TYPE[1:-1])
    for thing in things:
        node = ox.NamedNode(thing[1:-1]) if thing[0] == "<" else ox.BlankNode(thing[2:])
        of = {str(quad.object) for store in (asserted, derived) for quad in store.quads_for_pattern(node, kind, None, None)}
        if isinstance(node, ox.BlankNode):
            of |= {value for _, predicate, value in follows_about(settings, node, asserted) if predicate == TYPE}
        if settings.clash(of):
            kinds[thing] = of
    return class_findings(settings, kinds)


def passages_findings(layout: Layout, asserted: ox.Store, passages: list[str]) -> tuple[list[Finding], dict[str, int], int]:
    """What is wrong with some passages; which of them cannot be verified here, by document; and how many they are."""
    found: list[Finding] = []
    unverifiable: dict[str, int] = {}
    count = 0
    for at in range(0, len(passages), 1000):
        evidence = Evidence(Corpus(layout, GraphStore(asserted)), only=passages[at : at + 1000])
        found += [finding for finding in evidence.findings() if finding.rule == "quotation"]
        count += len(evidence.passages)
        for document, number in evidence.unverifiable().items():
            unverifiable[document] = unverifiable.get(document, 0) + number
    return found, unverifiable, count


def text_versions(layout: Layout, asserted: ox.Store, iris: Iterable[str] | None = None) -> list[TextVersion]:
    """Text versions with their files: those of some IRIs, or all whose files are not here."""
    some = "" if iris is None else f"VALUES ?text {{ {' '.join(map(iri_term, iris))} }}"
    rows = GraphStore(asserted).select(
        f"{QUERY_PREFIXES} SELECT ?text ?document ?file ?sha {{ {some} ?text tg:fileName ?file ; tg:isVersionOf ?document ."
        " OPTIONAL { ?text tg:sha256 ?sha } }"
    )
    if iris is None:
        rows.rows = [row for row in rows.rows if row[2] is not None and not (layout.texts / text_name(text_of(row[2]))).is_file()]
    return [TextVersion(text or "", document or "", file or "", sha or "", "", [layout.texts]) for text, document, file, sha in rows.texts()]


def unverifiable(layout: Layout, asserted: ox.Store) -> dict[str, int]:
    """The documents whose text is not here, with how many quotations of each cannot be checked."""
    counts: dict[str, int] = {}
    for version in text_versions(layout, asserted):
        quads = asserted.quads_for_pattern(None, ox.NamedNode(f"{OA}hasSource"), ox.NamedNode(version.iri), None)
        passages = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})
        for document, number in passages_findings(layout, asserted, passages)[1].items():
            counts[document] = counts.get(document, 0) + number
    return counts


def record(step: str, finding: Finding) -> Record:
    """A finding as it is kept."""
    return {"step": step, **finding.__dict__}


def placed(layout: Layout, asserted: ox.Store, records: list[Record]) -> list[Record]:
    """Findings with the file and line at which their thing is described, each once and in a fixed order."""
    placing = Placing(LoadedCorpus(layout, GraphStore(asserted)))
    for found in records:
        found["place"] = found["place"] or placing.find(found["thing"], found["hint"])
    unique = {json.dumps(found, ensure_ascii=False, sort_keys=True): found for found in records}
    return [unique[key] for key in sorted(unique, key=lambda key: (unique[key]["step"], unique[key]["level"], unique[key]["rule"], unique[key]["thing"], key))]


def write_generation(layout: Layout, here: Path, files: dict[str, tuple[int, int, str]], findings: list[Record]) -> None:
    """Write the lists of a generation: its files and its findings.

    A file of which the time could not be trusted when it was read is looked at once more.
    """
    for path, (size, when, digest) in files.items():
        if when < 0:
            try:
                stat, data = (layout.root / path).stat(), (layout.root / path).read_bytes()
            except OSError:
                continue
            if digest_of_file(data) == digest:
                files[path] = (size, stat.st_mtime_ns, digest)
    rows = (f"{path.encode('unicode_escape').decode()}\t{size}\t{when}\t{digest}\n" for path, (size, when, digest) in sorted(files.items()))
    here.joinpath("files.tsv").write_text("".join(rows), encoding="utf-8")
    lines = [json.dumps(found, ensure_ascii=False, sort_keys=True) + "\n" for found in findings]
    here.joinpath("findings.jsonl").write_text("".join(lines), encoding="utf-8", errors="surrogateescape")


def swap(layout: Layout, folder: Path, generation: str, stamp: int, counts: dict[str, Any]) -> None:
    """Make a generation the one that counts, by one rename, after all of it is on the disk."""
    known = {"format": FORMAT, "version": __version__, "corpus": str(layout.root.resolve())}
    manifest = {**known, "generation": generation, "stamp": stamp, "counts": counts}
    for path in (folder / generation).rglob("*"):
        if path.is_file():
            to_disk(path)
    with whole_file(folder / "manifest.json") as file:
        file.write(json.dumps(manifest, indent=1).encode())
    to_disk(folder)


def tidy(folder: Path, keep: Iterable[str], since: float = 0) -> None:
    """Remove what earlier builds left, but the generations named: the one that counts, and the one before it that somebody may still read.

    Args:
        folder: of the store.
        keep: the names of generations.
        since: leave generations of before this time alone.
    """
    kept = set(keep)
    for path in folder.iterdir():
        if path.is_dir() and path.name not in kept and OURS.fullmatch(path.name) and path.stat().st_mtime >= since:
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix == ".new" and path.name.startswith(".manifest.json"):
            path.unlink(missing_ok=True)


def graph_node(path: str) -> ox.NamedNode:
    """The named graph of a file as a term."""
    return ox.NamedNode(graph_of(path))
