"""The one boundary to pyoxigraph: Turtle in, SPARQL answers out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, Self

import pyoxigraph as ox

from treatygraph.errors import CorpusError, UsageError
from treatygraph.namespaces import XSD
from treatygraph.tokens import has_dataset

__all__ = [
    "FORMATS",
    "RDF_SUFFIXES",
    "Graph",
    "GraphStore",
    "Rows",
    "Statement",
    "Term",
    "blank_nodes_of",
    "canonical_statements",
    "iri_term",
    "is_about_blank",
    "is_blank",
    "is_iri",
    "literal_term",
    "offset_of",
    "term_of",
    "text_of",
    "value_of",
]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Statement = tuple[Term, Term, Term]
FORMATS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
RDF_SUFFIXES = {
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".owl": ox.RdfFormat.RDF_XML,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".xml": ox.RdfFormat.RDF_XML,
}

WHOLE = {"integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"}
REAL = {"decimal", "double", "float"}
DIGITS = 18  # of a place in a text; no text is so long
BULK = 4_000_000  # bytes; a larger file is loaded in bulk, with less memory


class Rows:
    """The rows of a SELECT query: the names of its columns, and a tuple of terms (or None) a row."""

    def __init__(self, columns: list[str], rows: list[tuple[Term | None, ...]]) -> None:
        self.columns = columns
        self.rows = rows

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def texts(self) -> list[list[str | None]]:
        """The rows with the plain value of each term."""
        return [[None if term is None else text_of(term) for term in row] for row in self.rows]


def text_of(term: Term) -> str:
    """The IRI, the lexical form or the label of a term, without its syntax."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def offset_of(text: str) -> int:
    """A place in a text by what a graph says; -1 for what is none, which SHACL reports, or has more digits than any text has places."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else -1


def is_iri(term: Term) -> bool:
    """Whether a term is an IRI."""
    return isinstance(term, ox.NamedNode)


def is_blank(term: Term) -> bool:
    """Whether a term is a blank node, whose label is another one in every run."""
    return isinstance(term, ox.BlankNode)


def value_of(term: Term) -> str | int | float | bool:
    """A term as a value of Python: whole and real numbers and truth values as what they are, all else as its text.

    Days stay text: Python's dates and those of pandas cannot hold all that a corpus of history has.
    """
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(XSD):
        kind = term.datatype.value.removeprefix(XSD)
        try:
            if kind in WHOLE:
                return int(term.value)
            if kind in REAL:
                return float(term.value)
        except ValueError:  # ill-formed: the text is all there is
            return term.value
        if kind == "boolean" and term.value in ("true", "false", "1", "0"):
            return term.value in ("true", "1")
    return text_of(term)


def is_about_blank(triple: ox.Triple) -> bool:
    """Whether a triple has a blank node at either end."""
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def term_of(text: str) -> Term:
    """The term that some N-Triples text writes."""
    (quad,) = ox.parse(input=f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.TURTLE)
    term: Term = quad.object
    return term


def iri_term(iri: str) -> str:
    """An IRI as a SPARQL term.

    Raises:
        UsageError: the text is not an IRI.
    """
    try:
        return str(ox.NamedNode(iri))
    except ValueError as error:
        raise UsageError(f"'{iri}' is not an IRI ({error}).") from None


def literal_term(value: str, datatype: str) -> str:
    """A literal as a SPARQL term, escaped by the engine's own serializer."""
    return str(ox.Literal(value, datatype=ox.NamedNode(datatype)))


def blank_nodes_of(term: Term) -> list[str]:
    """The labels of the blank nodes in a term: itself, or those inside a triple term."""
    if isinstance(term, ox.Triple):
        return [label for part in (term.subject, term.object) for label in blank_nodes_of(part)]
    return [term.value] if isinstance(term, ox.BlankNode) else []


def canonical_statements(statements: Iterable[Statement]) -> list[Statement]:
    """Statements with the blank nodes named by their place in the graph, in a fixed order: alike for graphs that are alike."""
    dataset = ox.Dataset(ox.Quad(subject, predicate, value) for subject, predicate, value in statements)  # type: ignore[arg-type]
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return [(quad.subject, quad.predicate, quad.object) for quad in sorted(dataset, key=str)]


class Graph(Protocol):
    """What answers questions: a graph in memory, or one in somebody's store."""

    def select(self, query: str) -> Rows:
        """The rows of a SELECT query."""

    def ask(self, query: str) -> bool:
        """The answer to an ASK query."""

    def kind(self, query: str) -> str:
        """What a query gives: ``select``, ``ask`` or ``graph``."""

    def serialize(self, query: str, form: str) -> bytes:
        """The answer to a query in a standard format: one of `FORMATS`, or ``turtle`` or ``ntriples`` for a graph."""


class GraphStore:
    """A graph in memory (or on disk, see `read_only`), one named graph a file; questions see the union of all of them."""

    def __init__(self, store: ox.Store | None = None) -> None:
        self._store = ox.Store() if store is None else store

    @classmethod
    def read_only(cls, path: Path) -> Self:
        """A graph on disk, to ask and not to change.

        Raises:
            CorpusError: there is none that can be read.
        """
        try:
            return cls(ox.Store.read_only(str(path)))
        except (OSError, RuntimeError) as error:  # of pyoxigraph: cannot be opened; is damaged
            raise CorpusError(f"{path}: the store cannot be read ({error}).", "Build it anew with: treatygraph build --whole") from None

    @property
    def oxigraph(self) -> ox.Store:
        """The store underneath, for the engines that speak to it in its own terms (reasoning, shapes)."""
        return self._store

    def load(self, path: Path, graph: str) -> None:
        """Add the triples of a file, from its own bytes, to a named graph.

        The format is the one of the suffix, see `RDF_SUFFIXES`, else Turtle. Named graphs of the file stay what they are.

        Raises:
            CorpusError: the file is not in its format, with the line and what the parser expected.
        """
        form = RDF_SUFFIXES.get(path.suffix.lower(), ox.RdfFormat.TURTLE)
        try:
            load = self._store.load if path.stat().st_size < BULK else self._store.bulk_load  # a small file loads quicker in one transaction
            load(path=path, format=form, to_graph=ox.NamedNode(graph))
        except SyntaxError as error:
            where = f"{path}:{error.lineno}" if error.lineno else str(path)
            if "LoadDocumentCallback" in str(error):
                raise CorpusError(f"{path}: the file names a JSON-LD context on the web, and nothing is fetched.", "Put the context into the file.") from None
            raise CorpusError(f"{where}: {error.msg}.", f"Mend the {form.name} there; nothing was loaded from this file.") from None
        except UnicodeDecodeError:
            raise CorpusError(f"{path}: the file is not UTF-8.", "Save it as UTF-8.") from None

    def add_ntriples(self, data: str) -> None:
        """Add triples in N-Triples to the default graph."""
        self._store.bulk_load(input=data.encode(), format=ox.RdfFormat.N_TRIPLES)

    def select(self, query: str) -> Rows:
        """Run a SELECT query over all graphs."""
        answer = self.run(query)
        if not isinstance(answer, ox.QuerySolutions):
            raise UsageError("The query is not a SELECT query.")
        columns = [variable.value for variable in answer.variables]
        return Rows(columns, [tuple(solution[i] for i in range(len(columns))) for solution in answer])

    def each(self, query: str) -> Iterator[tuple[str | None, ...]]:
        """The rows of a SELECT query one by one, with the plain value of each term; for more than fit into memory."""
        answer = self.run(query)
        if not isinstance(answer, ox.QuerySolutions):
            raise UsageError("The query is not a SELECT query.")
        width = len(answer.variables)
        for solution in answer:
            yield tuple(None if (term := solution[at]) is None else text_of(term) for at in range(width))

    def ask(self, query: str) -> bool:
        """Run an ASK query over all graphs."""
        return bool(self.run(query))

    def run(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run any SPARQL query over all graphs, or over those that it names by FROM.

        Raises:
            UsageError: the query is not SPARQL 1.1, with the place.
        """
        try:
            return self._store.query(query, use_default_graph_as_union=not ("FROM" in query.upper() and has_dataset(query)))
        except SyntaxError as error:
            raise UsageError(f"The query is not SPARQL: {error}.") from None

    def kind(self, query: str) -> str:
        """What a query gives: ``select``, ``ask`` or ``graph``."""
        answer = self.run(query)
        return "select" if isinstance(answer, ox.QuerySolutions) else "ask" if isinstance(answer, ox.QueryBoolean) else "graph"

    def serialize(self, query: str, form: str) -> bytes:
        """The answer to a query in a standard format: one of `FORMATS`, or ``turtle`` or ``ntriples`` for a graph."""
        answer = self.run(query)
        if isinstance(answer, ox.QueryTriples):
            data = answer.serialize(format=ox.RdfFormat.TURTLE if form == "turtle" else ox.RdfFormat.N_TRIPLES)
        else:
            data = answer.serialize(format=FORMATS[form])
        return data or b""

    def graphs_about(self, thing: str) -> set[str]:
        """The named graphs that say something of a thing; none for what is no IRI."""
        try:
            quads = self._store.quads_for_pattern(ox.NamedNode(thing), None, None, None)
        except ValueError:
            return set()
        return {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}

    def forget(self, graph: str) -> None:
        """Drop a named graph with its triples; nothing happens if there is none."""
        self._store.remove_graph(ox.NamedNode(graph))

    def statements(self) -> Iterator[Statement]:
        """All triples, each once, the named graphs forgotten."""
        for triple in {quad.triple for quad in self._store}:
            yield triple.subject, triple.predicate, triple.object

    def dump(self) -> bytes:
        """All triples as N-Triples, the named graphs forgotten."""
        triples = {quad.triple for quad in self._store}
        data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        return data if data is not None else b""

    def write_ntriples(self, file: BinaryIO) -> None:
        """Write all triples as N-Triples into a file, in no order, with those of each named graph once."""
        graphs = [ox.DefaultGraph(), *self._store.named_graphs()]
        for graph in graphs:
            self._store.dump(file, format=ox.RdfFormat.N_TRIPLES, from_graph=graph)

    def __len__(self) -> int:
        return len(self._store)
