"""A complete release in one folder: every format, the sources, a description, checksums; whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from treatygraph import __version__
from treatygraph.export.description import Described, describe_release, title_of
from treatygraph.export.files import PLACES, RDF_FORMATS, TABULAR, Exports, Request
from treatygraph.export.queries import query_catalogue
from treatygraph.export.sheets import needs_pyarrow
from treatygraph.layout import Layout
from treatygraph.whole import whole_folder

__all__ = ["CHECKSUMS", "DESCRIPTION", "write_release"]

CHECKSUMS, DESCRIPTION, README = "SHA256SUMS", "void.ttl", "README.md"
_SUFFIX = {"turtle": "ttl", "trig": "trig", "ntriples": "nt", "nquads": "nq", "jsonld": "jsonld", "rdfxml": "rdf", "geojson": "geojson", "lpf": "lpf.json"}
_ABOUT = {
    "turtle": "The whole graph as Turtle, to read.",
    "trig": "The whole graph as TriG, a named graph a file.",
    "ntriples": "The whole graph as canonical N-Triples, to load.",
    "nquads": "The whole graph as canonical N-Quads, to load with its named graphs.",
    "jsonld": "The whole graph as JSON-LD.",
    "rdfxml": "The whole graph as RDF/XML.",
    "geojson": "The places as GeoJSON, for maps.",
    "lpf": "The places in the Linked Places Format, for gazetteers.",
    "csv": "A table as CSV.",
    "parquet": "A table as Parquet.",
}


def is_release(folder: Path) -> bool:
    """Whether a folder was written by `write_release`."""
    return (folder / CHECKSUMS).is_file() and (folder / DESCRIPTION).is_file()


def write_release(layout: Layout, folder: Path, *, inferred: bool = False, told: Callable[[str], None] = lambda _: None) -> None:
    """Write everything there is of a corpus into a folder.

    The folder gets its name when all is in it; an earlier release of that name is replaced then, and not before. The
    bytes are the same on every run. A release is itself a corpus, without the texts of the documents.

    Args:
        layout: the corpus.
        folder: where to.
        inferred: put what follows by OWL 2 RL into the RDF formats, as a graph of its own where they have graphs.
        told: is told of each file, by its path in the release.

    Raises:
        UsageError: there is something else under that name, or pyarrow is missing.
        CorpusError: the corpus cannot be read.
    """
    needs_pyarrow()
    exports = Exports(layout, Request(inferred=inferred))
    with whole_folder(folder, is_release) as beside:
        written = []
        for path, about, chunks in _files(layout, exports):
            written.append(_write(beside, path, about, chunks))
            told(path)
        written.append(_write(beside, README, "What is in this folder.", [_readme(title_of(exports.store), written)]))
        description = describe_release(exports.selection, exports.store, sorted(written))
        written.append(_write(beside, DESCRIPTION, "", [description]))
        lines = sorted((f"{file.digest}  {file.path}\n" for file in written), key=lambda line: line[66:])
        _write(beside, CHECKSUMS, "", ["".join(lines).encode()])
        told(DESCRIPTION)
        told(CHECKSUMS)


def _files(layout: Layout, exports: Exports) -> Iterator[tuple[str, str, Iterable[bytes]]]:
    for form in RDF_FORMATS:
        yield f"rdf/graph.{_SUFFIX[form]}", _ABOUT[form], exports.one(form)
    for name, chunks in exports.kinds().items():
        about = "The JSON-LD context." if name == "context.jsonld" else f"The things of one kind ({name.partition('.')[0]}) as JSON-LD."
        yield f"rdf/jsonld/{name}", about, chunks
    for form in TABULAR:
        for name, chunks in exports.tables(form).items():
            yield f"tables/{name}", _ABOUT[form] if not name.endswith(".json") else "What the tables and their columns hold (CSVW).", chunks
    for form in PLACES:
        yield f"places/places.{_SUFFIX[form]}", _ABOUT[form], exports.one(form)
    yield "queries/queries.ttl", "The saved queries as a catalogue for SPARQL editors.", [query_catalogue(layout)]
    for about, paths in (
        ("A module of the ontology.", layout.ontology_files),
        ("SHACL shapes.", layout.shape_files),
        ("A file of the data, as it is kept.", layout.data_files),
        ("A saved query.", layout.query_files),
    ):
        for path in paths:
            yield layout.shown(path), about, [path.read_bytes()]


def _write(root: Path, name: str, about: str, chunks: Iterable[bytes]) -> Described:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Described(name, size, digest.hexdigest(), about)


def _readme(title: str, files: Iterable[Described]) -> bytes:
    counts: dict[str, int] = {}
    for file in files:
        counts[file.path.rpartition("/")[0]] = counts.get(file.path.rpartition("/")[0], 0) + 1
    return f"""# {title}
A release written by TreatyGraph {__version__}. The same corpus gives the same bytes; `sha256sum -c {CHECKSUMS}` checks them.
`{DESCRIPTION}` describes the release for programs (VoID and DCAT: counts, digests, licence, each file).

| folder | files | what |
| --- | --- | --- |
| `rdf/` | {counts.get("rdf", 0)} | the whole graph: `graph.ttl` to read, `graph.nq` to load with its named graphs, TriG, N-Triples, JSON-LD, RDF/XML |
| `rdf/jsonld/` | {counts.get("rdf/jsonld", 0)} | JSON-LD again, a document a kind, and the context |
| `tables/` | {counts.get("tables", 0)} | tables as CSV and Parquet; `csv-metadata.json` says what each column holds |
| `places/` | {counts.get("places", 0)} | the places for maps (GeoJSON) and gazetteers (Linked Places Format) |
| `ontology/`, `ontology/shapes/` | {counts.get("ontology", 0) + counts.get("ontology/shapes", 0)} | the terms, and the SHACL shapes that the data keep |
| `data/` | {counts.get("data", 0)} | the data as they are kept, a named graph a file |
| `queries/` | {counts.get("queries", 0)} | the saved questions in SPARQL 1.1; `queries.ttl` is the same as a catalogue for SPARQL editors |

The SHA-256 of `rdf/graph.nt` and of `rdf/graph.nq` is also the digest of the graph by W3C RDF Dataset Canonicalization
(RDFC-1.0): whatever format you load, a canonicalized export of your store has the same one, unless the store rewrites literals.

In CSV, several values of one cell stand beside one another with ` | ` between them, and references are full IRIs; to open
one in a spreadsheet, import it as UTF-8 text. Days are Gregorian; an end is the first day on which a thing no longer held;
an empty bound is one that no document gives.

This folder is itself a corpus: `treatygraph --corpus . query NAME` works in it. The texts of the documents are not here.
""".encode()
