"""RDF formats of a corpus that does not fit into memory: file by file, and sorted on the disk where the order is of the whole.

The bytes are those that `rdf` makes of a `Selection`. The blank nodes are what remains in memory: a digest and a label of each.
A corpus is left to `rdf`, in memory, where in Turtle or TriG a blank node has to be written with a label, and where it has triple
terms.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import pyoxigraph as ox

from treatygraph.canonical import told_apart
from treatygraph.errors import CorpusError
from treatygraph.nesting import Nesting, needs_labels
from treatygraph.sorting import BLOCK, Sorter
from treatygraph.writer import Names, sort_key, statement_of, statements_of

__all__ = ["STREAMED", "Files", "NotStreamed", "streamed"]

STREAMED = ("turtle", "trig", "ntriples", "nquads")
Say = Callable[[str, int, int], None]
_LABEL = re.compile(rb"_:[^ ]+")
_STEP = 200  # files between two words of progress


class NotStreamed(Exception):  # noqa: N818 - no error: the other way is taken
    """The graph is one that has to be seen whole."""


class Files:
    """The files of an export.

    Args:
        graphs: the IRI of each named graph and its file.
        derived: gives the lines of what follows (N-Triples, sorted), or None where that is not asked for.
        derived_graph: the IRI of the graph that they stand in.
        more: prefixes besides those of the files.
        say: is told how far it is.
    """

    def __init__(
        self, graphs: Mapping[str, Path], derived: Callable[[], Iterable[bytes]] | None, derived_graph: str, more: Mapping[str, str], say: Say
    ) -> None:
        self.graphs = graphs
        self.derived = derived
        self.derived_graph = derived_graph
        self.more = more
        self._say = say

    def read(self, doing: str, graphs: Iterable[str] | None = None) -> Iterator[tuple[str, set[ox.Triple], dict[str, str]]]:
        """The name of each graph, its triples with blank nodes that no other file has, and its prefixes.

        Raises:
            CorpusError: a file is not Turtle.
        """
        names = list(self.graphs) if graphs is None else list(graphs)
        for number, graph in enumerate(names):
            if number % _STEP == 0:
                self._say(doing, number, len(names))
            path = self.graphs[graph]
            try:
                parser = ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
                triples = {quad.triple for quad in parser}
            except SyntaxError as error:
                raise CorpusError(f"{path}:{error.lineno}: {error.msg}.", "Mend the Turtle there.") from None
            except UnicodeDecodeError:
                raise CorpusError(f"{path}: the file is not UTF-8.", "Save it as UTF-8.") from None
            yield graph, triples, dict(parser.prefixes)
        self._say(doing, len(names), len(names))


def streamed(files: Files, form: str) -> Iterator[bytes]:
    """The bytes of one format of `STREAMED`.

    Raises:
        NotStreamed: see above; before the first byte.
        CorpusError: a file is not Turtle.
    """
    if form in ("ntriples", "nquads"):
        sorter = _sorted_lines(files, named=form == "nquads")
        return sorter.blocks()
    prefixes: dict[str, str] = {}
    for _, triples, declared in files.read("looking at names"):
        prefixes = {**declared, **prefixes}
        if needs_labels(triples):
            raise NotStreamed
    prefixes = {**files.more, **prefixes}
    return _turtle(files, prefixes) if form == "turtle" else _trig(files, prefixes)


# --- N-Triples and N-Quads -----------------------------------------------------------------------------------------------


def _sorted_lines(files: Files, *, named: bool) -> Sorter:
    """All statements, with the labels of RDFC-1.0 for their blank nodes."""
    sorter, digests = Sorter(), dict[bytes, bytes]()
    with TemporaryFile() as blank:
        for graph, triples, _ in files.read("reading"):
            end = f" <{graph}> .\n".encode() if named else b" .\n"
            here: dict[bytes, list[tuple[bytes, ...]]] = {}
            lines = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").split(b"\n")
            for line in lines:
                if not line:
                    continue
                subject, predicate, value = line[:-2].split(b" ", 2)
                nodes = [term for term in (subject, value) if term.startswith(b"_:")]
                if value.startswith(b"<<("):
                    raise NotStreamed
                if not nodes:
                    sorter.add([line[:-2] + end])
                    continue
                blank.write(line[:-2] + end)
                for node in dict.fromkeys(nodes):
                    here.setdefault(node, []).append((subject, predicate, value))
            digests |= {node: _digest(node, said, end) for node, said in here.items()}
        if files.derived is not None:
            end = f" <{files.derived_graph}> .\n".encode() if named else b" .\n"
            sorter.add(line[:-3] + end for line in files.derived())
        labels = _labels(digests, blank)
        blank.seek(0)
        for line in blank:
            subject, predicate, value = line.split(b" ", 2)
            subject = labels.get(subject, subject)
            if value.startswith(b"_:"):
                value = _LABEL.sub(lambda match: labels[match[0]], value, count=1)
            sorter.add([b" ".join((subject, predicate, value))])
    return sorter


def _labels(digests: dict[bytes, bytes], blank: BinaryIO) -> dict[bytes, bytes]:
    """The canonical label of each blank node: by the digest of what is said of it; where several have the same, by their neighbours."""
    twice = {digest for digest, number in Counter(digests.values()).items() if number > 1}
    ordered = sorted((node for node, digest in digests.items() if digest not in twice), key=digests.__getitem__)
    labels = {node: b"_:c14n%d" % number for number, node in enumerate(ordered)}
    if twice:
        alike = {node: digest for node, digest in digests.items() if digest in twice}
        said: dict[bytes, list[tuple[bytes, bytes, bytes]]] = {}
        blank.seek(0)
        for line in blank:
            subject, predicate, value = line.split(b" ", 2)
            value = value.split(b" ", 1)[0] if value.startswith(b"_:") else b""
            for node in {subject, value} & alike.keys():
                said.setdefault(node, []).append((subject, predicate, value))
        for node in told_apart(alike, said, digests, labels):
            labels[node] = b"_:c14n%d" % len(labels)
    return labels


def _digest(node: bytes, said: list[tuple[bytes, ...]], end: bytes) -> bytes:
    """What is said of a blank node, as a digest (RDFC-1.0, section 4.6: Hash First Degree Quads)."""
    lines = [b" ".join(b"_:a" if term == node else b"_:z" if term.startswith(b"_:") else term for term in statement) + end for statement in said]
    return hashlib.sha256(b"".join(sorted(lines))).digest()


# --- Turtle and TriG -----------------------------------------------------------------------------------------------------


def _records(triples: set[ox.Triple], names: Names) -> tuple[list[bytes], list[ox.Triple]]:
    """A line for each subject with a name: its place in the order, and its triples with those of the blank nodes inside it; and the
    triples that lead from no name."""
    nesting = Nesting(triples)
    lines, rest = [], []
    for node in nesting.about:
        if node in nesting.nested:
            continue
        said = list(nesting.closure(node))
        if not isinstance(node, ox.NamedNode):
            rest += said
            continue
        data = (ox.serialize(said, format=ox.RdfFormat.N_TRIPLES) or b"").rstrip(b"\n").replace(b"\n", b"\x01")
        lines.append(sort_key(names.iri(node.value)) + b"\t" + data + b"\n")
    return lines, rest


def _statements(lines: Iterable[bytes], names: Names) -> Iterator[str]:
    """The statements of sorted records; one for each subject, whichever files speak of it."""
    for _, together in groupby(lines, key=lambda line: line.partition(b"\t")[0]):
        data = b"".join(line.partition(b"\t")[2].replace(b"\x01", b"\n") for line in together)
        yield statement_of({quad.triple for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True)}, names)


def _derived_records(lines: Iterable[bytes], names: Names) -> Iterator[bytes]:
    """The records of what follows, of which the lines of one subject come together."""
    for subject, said in groupby(lines, key=lambda line: line.partition(b" ")[0]):
        yield sort_key(names.iri(subject[1:-1].decode())) + b"\t" + b"".join(said).rstrip(b"\n").replace(b"\n", b"\x01") + b"\n"


def _turtle(files: Files, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    order, names, nameless = Sorter(), Names(prefixes), list[ox.Triple]()
    for _, triples, _ in files.read("reading"):
        lines, rest = _records(triples, Names(prefixes))
        order.add(lines)
        nameless += rest
    if files.derived is not None:
        order.add(_derived_records(files.derived(), Names(prefixes)))
    with TemporaryFile() as body:  # for the prefixes that are used come first
        for text in chain(_statements(order, names), statements_of(nameless, names)):
            body.write(f"\n{text}".encode() if body.tell() else text.encode())
        yield names.header().encode()
        if body.tell():
            yield b"\n"
        body.seek(0)
        while block := body.read(BLOCK):
            yield block


def _trig(files: Files, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    names = Names(prefixes)
    yield names.header(all_of_them=True).encode()
    before = sorted(graph for graph in files.graphs if files.derived is None or graph < files.derived_graph)
    yield from _graphs(files, before, names)
    if files.derived is not None:
        yield from _derived_graph(files, files.derived, names)
        yield from _graphs(files, sorted(set(files.graphs) - set(before)), names)


def _derived_graph(files: Files, derived: Callable[[], Iterable[bytes]], names: Names) -> Iterator[bytes]:
    records = Sorter()
    records.add(_derived_records(derived(), names))
    begun = False
    for text in _statements(records, names):
        yield f"\n{text}".encode() if begun else f"\n{names.iri(files.derived_graph)} {{\n\n{text}".encode()
        begun = True
    if begun:
        yield b"\n}\n"


def _graphs(files: Files, order: list[str], names: Names) -> Iterator[bytes]:
    for graph, triples, _ in files.read("writing", order):
        if triples:
            yield (f"\n{names.iri(graph)} {{\n\n" + "\n".join(statements_of(triples, names)) + "\n}\n").encode()
