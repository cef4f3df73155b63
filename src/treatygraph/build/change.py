"""A build after a change: the changed files read again, and what depends on them done again; the rest stays as it was.

The generation before it is cloned by hard links (the files of RocksDB are never written twice) and changed; whoever reads the
old one is not disturbed. What comes out equals a whole build, triple for triple and finding for finding:

- What follows from one triple goes with the last triple that it follows from, which is looked for (`Linear.premises`).
- What follows from several triples is concluded anew from all triples that such rules read, if one of those has changed.
- A shape is put again to the nodes that a changed triple can matter to (`footprint`), or where they cannot be told, to all.
- A quotation is compared again if it, its text or what it proves has changed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from treatygraph.build.footprint import can_follow, footprints
from treatygraph.build.nameless import with_names_of
from treatygraph.build.pieces import (
    ALONE,
    TOGETHER,
    Record,
    Say,
    asserts,
    clashes_of,
    follows_about,
    graph_node,
    in_graph,
    is_asserted,
    join,
    passages_findings,
    placed,
    record,
    terms_of,
    text_versions,
    unverifiable,
    write_generation,
)
from treatygraph.build.settings import Settings, settings_of
from treatygraph.build.stage import QUOTING, Reader, literal_findings, read_file
from treatygraph.built import Built, FileState
from treatygraph.corpus import Corpus
from treatygraph.evidence import digest_finding, text_name
from treatygraph.findings import Finding
from treatygraph.layout import Layout
from treatygraph.namespaces import OA, RDFS, SH, TG
from treatygraph.reasoning import SCHEMA_KEYS, TYPE, key_of
from treatygraph.shacl import compile as compile_shapes
from treatygraph.store import GraphStore, Term, text_of
from treatygraph.validation import findings_of, load_shapes, query_findings

__all__ = ["build_change"]

_SELECTOR, _SOURCE, _EVIDENCE = (ox.NamedNode(iri) for iri in (f"{OA}hasSelector", f"{OA}hasSource", f"{TG}isEvidencedBy"))
_NESTING = ("node", "property", "not", "and", "or", "xone", "qualifiedValueShape")


def build_change(
    layout: Layout, old: Built, here: Path, states: dict[str, FileState], changed: list[str], jobs: int, say: Say, notes: list[str]
) -> dict[str, Any] | None:
    """Build a generation from the one before.

    Args:
        layout: the corpus.
        old: the generation before.
        here: the folder of the new one.
        states: the files of the corpus.
        changed: those that came, went or changed: data, texts, saved queries.
        jobs: how many threads.
        say: is told how far it is.
        notes: gets a line for whatever was done in full although little had changed.

    Returns:
        What to count, or None where only a whole build is right: the data say something of the schema, or for the first or the last time that two
        things are the same.

    Raises:
        CorpusError: a file is not what it should be.
        OSError: the disk is full, or not there.
    """
    anew = ""
    shapes, kept = load_shapes(layout), old.findings()
    if not can_follow(shapes):
        anew = "A shape has no name or that of another, is a class too, or is a constraint component of its own"
    elif old.manifest["counts"]["nameless"] or any(found["step"] == "contradiction" and ":" not in found["thing"] for found in kept):
        anew = "Something without a name is quoted by, concluded about, or found wrong"
    if anew:
        notes.append(f"{anew}: everything was built anew.")
        return None
    settings = settings_of(layout)
    for name in ("asserted", "derived"):
        _clone(old.path / name, here / name)
    try:
        asserted, derived = (ox.Store(str(here / name)) for name in ("asserted", "derived"))
    except RuntimeError:  # of pyoxigraph
        notes.append("The store that was there is damaged: everything was built anew.")
        return None
    say("files read", 0, len(changed))
    change = _Change(layout, settings, asserted, derived, changed, old)
    if old.manifest["counts"]["schema"] or change.touches_schema or change.nameless:
        notes.append("The data say something of the schema, or of something without a name what cannot be followed: everything was built anew.")
        return None
    say("files read", len(changed), len(changed))
    records = [found for found in kept if found["step"] != "query"]
    for found in records:  # another line, or another file that describes it too
        if found["thing"] in change.subjects or any(found["place"].startswith(f"{path}:") for path in changed):
            found["place"] = ""
    records += [record("query", finding) for finding in query_findings(Corpus(layout, GraphStore()))]
    counts = dict(old.manifest["counts"])
    counts["asserted"] += change.asserted
    followed = change.conclude(counts["thorough"], notes)
    if change.touches_schema:
        notes.append("Something of the schema follows from the data, or does not any more: everything was built anew.")
        return None
    if change.thorough != counts["thorough"]:
        notes.append("Something has become the same as something else, or nothing is any more: everything was built anew.")
        return None
    counts["derived"] += followed
    records = change.contradictions(records)
    records = change.quotations(records, counts)
    records = change.shapes(shapes, records, jobs, say, notes)
    counts["files"] = sum(map(is_asserted, states))
    files = old.files()
    for path in changed:
        files.pop(path, None)
        if path in states:
            # As it was when it was read, or before it was used: what is saved meanwhile is the next build's.
            row = change.read.get(path) or (path, *states[path], read_file(layout.root, path)[1][3])
            files[path] = row[1:]
    write_generation(layout, here, files, placed(layout, change.asserted_store, records))
    change.close()
    return counts


def _clone(old: Path, new: Path) -> None:
    """A copy of a store that shares the files which RocksDB never changes."""
    new.mkdir(parents=True)
    for path in old.iterdir():
        if path.suffix == ".sst":
            try:
                os.link(path, new / path.name)
                continue
            except OSError:  # another disk, or one without links
                pass
        if path.is_file() and path.name != "LOCK":
            shutil.copyfile(path, new / path.name)


class _Change:
    """What a change of files does to the two stores."""

    def __init__(self, layout: Layout, settings: Settings, asserted: ox.Store, derived: ox.Store, changed: list[str], old: Built) -> None:
        self._layout, self._settings = layout, settings
        self.asserted_store, self._derived = asserted, derived
        self._texts = {path.removeprefix("data/texts/") for path in changed if path.startswith("data/texts/")}
        reader = Reader(layout.root)
        gone: dict[str, set[str]] = {}
        came: dict[str, set[str]] = {}
        self.read: dict[str, tuple[str, int, int, str]] = {}
        for path in filter(is_asserted, changed):
            before = {str(quad.triple) for quad in asserted.quads_for_pattern(None, None, None, graph_node(path))}
            after = set()
            if (layout.root / path).is_file():
                data, self.read[path] = read_file(layout.root, path)
                after = set(reader.lines(path, data))
            after = with_names_of(before, after)
            gone[path], came[path] = before - after, after - before
        self.nameless = any(self._is_nameless(*line.split(" ", 2)) for lines in came.values() for line in lines if "_:" in line)
        touched = dict(_triples({line for lines in (*gone.values(), *came.values()) for line in lines}))
        was = {line for line, triple in touched.items() if asserts(asserted, triple)}
        self._quoted = self._passages(touched.values())
        self._quoted_count = passages_findings(layout, asserted, sorted(self._quoted[0]))[2]
        for path, lines in gone.items():
            for quad in in_graph((touched[line] for line in lines), graph_node(path)):
                asserted.remove(quad)
        for path, lines in came.items():
            asserted.extend(in_graph((touched[line] for line in lines), graph_node(path)))
            if (layout.root / path).is_file():
                continue
            asserted.remove_graph(graph_node(path))
        now = {line for line, triple in touched.items() if asserts(asserted, triple)}
        self.asserted = sum(map(len, came.values())) - sum(map(len, gone.values()))
        self.lost = {line: touched[line] for line in was - now}
        self.gained = {line: touched[line] for line in now - was}
        self._touched = list(touched.values())
        self.subjects = {_name(triple.subject) for triple in self._touched}
        self.touches_schema = any(key_of((*line.split(" ", 2),)) in SCHEMA_KEYS for line in (*self.lost, *self.gained))  # type: ignore[arg-type]
        self._joins = False
        self.thorough = False
        self._together: list[Finding] = []
        self._moved: set[str] = set()

    def _is_nameless(self, subject: str, predicate: str, value: str) -> bool:
        """Whether something without a name quotes, or a rule of two premises reads what follows about it."""
        if subject[0] == "_" and predicate == str(_SOURCE):
            return True
        if "_" not in (subject[0], value[0]):
            return False
        for line in self._settings.linear.derive(subject, predicate, value):
            who, what, whom = line.split(" ", 2)
            if "_" in (who[0], whom[0]) and self._settings.keeps(what, whom):
                return True
        return False

    def close(self) -> None:
        """Let everything reach the disk."""
        self.asserted_store.flush()
        self._derived.flush()

    def conclude(self, thorough: bool, notes: list[str]) -> int:
        """Bring what follows up to date; by how many triples it has grown."""
        linear, settings = self._settings.linear, self._settings
        affected = set(self.lost) | set(self.gained)
        for line in list(affected):
            affected.update(linear.derive(*line.split(" ", 2)))
        written = {rule.writes for rule in linear.joining if rule.writes != "*"}
        parts = [line.split(" ", 2) for line in affected]
        self.touches_schema = any(settings.is_new_schema(line, p, o) for line, (_, p, o) in zip(affected, parts, strict=True))
        self._joins = thorough or any(settings.keeps(p, o) or key_of((s, p, o)) in written for s, p, o in parts)
        grown = 0
        base = settings.base
        for line, triple in _triples(line for line in affected if line[0] != "_" and line.split(" ", 2)[2][0] != "_"):
            held = asserts(self._derived, triple)
            asserted = asserts(self.asserted_store, triple)
            alone = not asserted and self._follows(line, self.asserted_store, None)
            together = not asserted and (line in base or self._follows(line, self._derived, TOGETHER))
            for graph, right in ((ALONE, alone), (TOGETHER, together)):
                (quad,) = in_graph([triple], graph)
                if graph is ALONE or right or asserted:
                    if right and quad not in self._derived:
                        self._derived.add(quad)
                    elif not right and quad in self._derived:
                        self._derived.remove(quad)
            grown += asserts(self._derived, triple) - held
        if self._joins:
            grown += self._join(thorough, notes)
        return grown

    def _follows(self, line: str, store: ox.Store, graph: ox.NamedNode | None) -> bool:
        """Whether a triple follows from a single one of a store."""
        for subject, predicate, value in self._settings.linear.premises(*line.split(" ", 2)):
            start, end = _node(subject), _node(value)
            if isinstance(start, ox.Literal):
                continue
            for quad in store.quads_for_pattern(start, ox.NamedNode(predicate[1:-1]), end, graph):
                if line in self._settings.linear.derive(*str(quad.triple).split(" ", 2)):
                    return True
        return False

    def _join(self, thorough: bool, notes: list[str]) -> int:
        """Conclude anew what follows from several triples; by how many the conclusions have grown."""
        lines = b"".join(f"{triple} .\n".encode() for triple in self._joined())

        def whole() -> ox.Store:
            store = ox.Store()
            store.bulk_extend(self.asserted_store)
            return store

        together, self._together, self.thorough = join(self._settings, [lines], whole, thorough)
        if self.thorough:
            notes.append("Something is the same as something else: what follows was concluded in full, from the whole graph.")
        right = {triple for triple in together if not asserts(self.asserted_store, triple)}
        there = {quad.triple for quad in self._derived.quads_for_pattern(None, None, None, TOGETHER)}
        grown = 0
        self._moved = {str(triple.subject) for triple in there ^ right}
        for quad in in_graph(there - right, TOGETHER):
            self._derived.remove(quad)
            grown -= not asserts(self._derived, quad.triple)
        new = in_graph(right - there, TOGETHER)
        grown += sum(not asserts(self._derived, quad.triple) for quad in new)
        self._derived.extend(new)
        return grown

    def _joined(self) -> Iterator[ox.Triple]:
        for key in self._settings.joined:
            predicate = ox.NamedNode((TYPE if key.startswith("a ") else key)[1:-1])
            value = _node(key[2:]) if key.startswith("a <") else None
            for quad in self.asserted_store.quads_for_pattern(None, predicate, value, None):
                yield quad.triple
            for quad in self._derived.quads_for_pattern(None, predicate, value, ALONE):
                yield quad.triple

    def contradictions(self, records: list[Record]) -> list[Record]:
        """Findings with the contradictions brought up to date."""
        if self._joins:
            records = [found for found in records if found["step"] != "together"]
            records += [record("together", finding) for finding in self._together]
        if self.thorough:
            return [found for found in records if found["step"] != "contradiction"]
        things: dict[str, None] = dict.fromkeys(self._moved)
        for line in (*self.lost, *self.gained):
            subject, _, value = line.split(" ", 2)
            things |= dict.fromkeys([subject] if value[0] == '"' or value.startswith("<<") else [subject, value])
        names = {thing[1:-1] if thing[0] == "<" else thing[2:] for thing in things}
        records = [found for found in records if found["step"] != "contradiction" or found["thing"] not in names]
        records += [record("contradiction", finding) for finding in clashes_of(self._settings, things, self.asserted_store, self._derived)]
        literals = [" ".join(parts) for thing in things for parts in self._said_of(thing) if self._settings.judges(*parts[1:])]
        return records + [record("contradiction", finding) for finding in literal_findings(self._settings, literals)]

    def _said_of(self, thing: str) -> Iterator[tuple[str, ...]]:
        """What is asserted about a thing and what follows."""
        node = _node(thing)
        for store in (self.asserted_store, self._derived):
            for quad in store.quads_for_pattern(node, None, None, None):  # type: ignore[arg-type]
                yield tuple(str(quad.triple).split(" ", 2))
        if isinstance(node, ox.BlankNode):
            yield from follows_about(self._settings, node, self.asserted_store)

    def _passages(self, triples: Iterable[ox.Triple]) -> tuple[set[str], set[str]]:
        """The passages that changed triples or texts may matter to, in the graph as it is; and such text versions."""
        found: set[str] = set()
        versions: set[Term] = set()
        for triple in triples:
            name = str(triple.predicate)
            if triple.predicate == _EVIDENCE and isinstance(triple.object, ox.NamedNode):
                found.add(triple.object.value)
            if name in QUOTING:
                versions.add(triple.subject)
                nodes = self.asserted_store.quads_for_pattern(None, _SELECTOR, triple.subject, None)
                found |= {node.value for node in (triple.subject, *(quad.subject for quad in nodes)) if isinstance(node, ox.NamedNode)}
        if self._texts:
            named = self.asserted_store.quads_for_pattern(None, ox.NamedNode(f"{TG}fileName"), None, None)
            versions |= {quad.subject for quad in named if text_name(text_of(quad.object)) in self._texts}
        for version in versions:
            quads = self.asserted_store.quads_for_pattern(None, _SOURCE, version, None)
            found |= {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        return found, {version.value for version in versions if isinstance(version, ox.NamedNode)}

    def quotations(self, records: list[Record], counts: dict[str, Any]) -> list[Record]:
        """Findings with those about quotations and texts brought up to date, and the passages counted."""
        passages, versions = (one | two for one, two in zip(self._quoted, self._passages(self._touched), strict=True))
        found, _, count = passages_findings(self._layout, self.asserted_store, sorted(passages))
        counts["passages"] += count - self._quoted_count
        counts["unverifiable"] = unverifiable(self._layout, self.asserted_store)
        again = passages | versions
        records = [one for one in records if one["step"] != "quotation" or one["thing"] not in again]
        records += [record("quotation", finding) for finding in found]
        described = text_versions(self._layout, self.asserted_store, versions)
        return records + [record("quotation", digest_finding(version)) for version in described if version.problem]

    def shapes(self, shapes: GraphStore, records: list[Record], jobs: int, say: Say, notes: list[str]) -> list[Record]:
        """Findings with those of the shapes brought up to date."""
        compiled = compile_shapes(shapes)
        triples = [*self.lost.values(), *self.gained.values()]
        before = ox.Store()
        before.extend(in_graph(self.lost.values(), ALONE))
        inner = {_name(quad.object) for name in _NESTING for quad in shapes.oxigraph.quads_for_pattern(None, ox.NamedNode(SH + name), None, None)}
        foci: dict[str, list[str]] = {}
        whole: list[str] = []
        below: dict[str, set[str]] = {}
        for quad in self._settings.ontology.quads_for_pattern(None, ox.NamedNode(f"{RDFS}subClassOf"), None, None):
            below.setdefault(_name(quad.object), set()).add(_name(quad.subject))
        prints = footprints(shapes, below)
        for print_ in prints:
            nodes = print_.foci(triples, [self.asserted_store, before])
            if nodes is None or print_.shape in inner or not all(isinstance(node, ox.NamedNode) for node in nodes):
                whole.append(print_.shape)
            elif nodes:
                foci[print_.shape] = [node.value for node in nodes if isinstance(node, ox.NamedNode)]
        store = GraphStore(self.asserted_store)
        report = compiled.validate(store, jobs, foci)
        if whole:
            say("shapes put to all nodes", 0, len(whole))
            report.results.extend(compiled.validate(store, jobs, only=whole, done=partial(say, "shapes put to all nodes")).results)
            notes.append(f"Put to all their nodes: {', '.join(sorted(shape.rpartition('/')[2] for shape in whole))}.")
        again = {(shape.rpartition("/")[2], node) for shape, nodes in foci.items() for node in nodes}
        rules, named = {shape.rpartition("/")[2] for shape in whole}, {print_.shape.rpartition("/")[2] for print_ in prints}

        def stays(found: Record) -> bool:
            if found["step"] != "shape":
                return True
            if found["rule"] not in named:  # of a shape within another, which is always put to all nodes
                return not inner
            return found["rule"] not in rules and (found["rule"], found["thing"]) not in again

        return [found for found in records if stays(found)] + [record("shape", finding) for finding in findings_of(report, shapes)]


def _triples(lines: Iterable[str]) -> Iterator[tuple[str, ox.Triple]]:
    for line in lines:
        (triple,) = terms_of([line])
        yield line, triple


def _node(text: str | None) -> Term | None:
    if text is None:
        return None
    if text[0] == "<" and text[1] != "<":  # and no triple
        return ox.NamedNode(text[1:-1])
    if text[0] == "_":
        return ox.BlankNode(text[2:])
    (triple,) = terms_of([f"<a:a> <a:a> {text}"])
    return triple.object


def _name(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
