"""The graph that a server serves: asked with a dataset, written in any form, changed graph by graph."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from treatygraph.errors import CorpusError, UsageError
from treatygraph.namespaces import PREFIXES, SD, VOID, XSD
from treatygraph.store import FORMATS, GraphStore, Term
from treatygraph.turtle import canonical_turtle
from treatygraph.web.refusals import Refused

__all__ = ["Dataset", "Outcome", "Sink", "Triple", "parts_of", "read_iri", "rewrite", "write_tidy", "write_triples"]

Triple = ox.Triple
GRAPH_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}


class Sink(Protocol):
    """A file to write an answer to."""

    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


class Outcome:
    """What a query gave: rows, yes or no, or a graph; not yet evaluated to its end."""

    def __init__(self, answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> None:
        self._answer = answer
        self.kind = "rows" if isinstance(answer, ox.QuerySolutions) else "boolean" if isinstance(answer, ox.QueryBoolean) else "graph"

    @property
    def columns(self) -> list[str]:
        return [variable.value for variable in self._answer.variables] if isinstance(self._answer, ox.QuerySolutions) else []

    def rows(self) -> Iterator[tuple[Term | None, ...]]:
        """The rows of a SELECT query, or the triples of a graph, one after the other."""
        if isinstance(self._answer, ox.QuerySolutions):
            width = len(self._answer.variables)
            yield from (tuple(solution[index] for index in range(width)) for solution in self._answer)
        elif isinstance(self._answer, ox.QueryTriples):
            yield from ((triple.subject, triple.predicate, triple.object) for triple in self._answer)

    def __bool__(self) -> bool:
        return bool(self._answer)

    def write(self, form: str, out: Sink) -> None:
        """Write the answer in a standard form, row by row as it is found."""
        if isinstance(self._answer, ox.QueryTriples):
            write_triples(self._answer, form, out)
        else:
            self._answer.serialize(out, FORMATS[form])  # type: ignore[arg-type]


def write_triples(triples: Iterable[ox.Triple], form: str, out: Sink, prefixes: Mapping[str, str] = PREFIXES) -> None:
    """Write triples in one of the forms of a graph.

    Raises:
        Refused: RDF/XML has no way to write a predicate (RDF 1.1 XML Syntax, section 5.1).
    """
    ox.serialize(_named(triples) if form == "rdf" else triples, out, GRAPH_FORMATS[form], prefixes=dict(prefixes))  # type: ignore[arg-type]


def _named(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    for triple in triples:
        last = triple.predicate.value[-1]
        if not (last.isalnum() or last in "_-."):
            raise Refused(406, f"RDF/XML cannot write the predicate {triple.predicate}.", "Ask for Turtle, N-Triples or JSON-LD.")
        yield triple


def rewrite(turtle: str, form: str, out: Sink) -> None:
    """Write in another form what is written in Turtle, with the usual prefixes and those of the descriptions of a service."""
    prefixes = PREFIXES | {"sd": SD, "void": VOID}
    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    write_tidy([quad.triple for quad in ox.parse(input=header + turtle, format=ox.RdfFormat.TURTLE)], form, out, prefixes)


def write_tidy(triples: Sequence[ox.Triple], form: str, out: Sink, prefixes: Mapping[str, str]) -> None:
    """Write a few triples for people too: Turtle in canonical form, else thing by thing; only the prefixes that are used."""
    about: dict[ox.NamedNode | ox.BlankNode | ox.Triple, list[ox.Triple]] = {}
    for triple in triples:
        about.setdefault(triple.subject, []).append(triple)
    iris = {node.value for triple in triples for node in (triple.subject, triple.predicate, triple.object) if isinstance(node, ox.NamedNode)}
    used = {prefix: namespace for prefix, namespace in prefixes.items() if any(iri.startswith(namespace) for iri in iris)}
    plain = out if form != "ttl" else io.BytesIO()
    write_triples(itertools.chain.from_iterable(about.values()), form, plain, used)
    if isinstance(plain, io.BytesIO):
        raw = plain.getvalue()
        try:
            out.write(canonical_turtle(raw, "the answer"))
        except CorpusError:  # what has no canonical form as one text is written as it is
            out.write(raw)


def parts_of(term: Term) -> tuple[str, str, str]:
    """A term in parts: ``iri``, ``blank``, ``literal`` or ``triple``; its text; the language or the datatype of a literal."""
    if isinstance(term, ox.Literal):
        return "literal", term.value, term.language or ("" if term.datatype.value == XSD + "string" else term.datatype.value)
    if isinstance(term, ox.NamedNode):
        return "iri", term.value, ""
    return ("blank" if isinstance(term, ox.BlankNode) else "triple"), str(term), ""


def read_iri(text: str) -> ox.NamedNode:
    """An IRI out of a request.

    Raises:
        UsageError: it is none.
    """
    try:
        return ox.NamedNode(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is not an IRI ({error}).", "Give an absolute IRI.") from None


class Dataset(GraphStore):
    """A store of named graphs as the protocols of SPARQL see it."""

    def query(self, text: str, graphs: Sequence[str] | None, named: Sequence[str] | None, base: str | None, union: bool) -> Outcome:
        """Run a query.

        Args:
            text: the query.
            graphs: IRIs of the graphs that make the default graph, named: of the named graphs, as the request names
                them; None for both where it names none.
            base: what relative IRIs are relative to, or None where there may be none.
            union: whether the default graph is all graphs at once where nobody names any.

        Raises:
            SyntaxError: it is not SPARQL.
        """
        if graphs is None and named is None:
            return Outcome(self._store.query(text, base_iri=base, use_default_graph_as_union=union))
        return Outcome(
            self._store.query(
                text,
                base_iri=base,
                default_graph=[read_iri(graph) for graph in graphs or ()],
                named_graphs=[read_iri(graph) for graph in named or ()],
            )
        )

    def update(self, text: str, base: str) -> None:
        """Change the graphs, all of the update or nothing.

        Raises:
            SyntaxError: it is not SPARQL.
        """
        self._store.update(text, base_iri=base)

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(graph.value for graph in self._store.named_graphs() if isinstance(graph, ox.NamedNode))

    def has_graph(self, graph: str | None) -> bool:
        """Whether there is a graph of this name; the default graph (None) is always there."""
        return graph is None or self._store.contains_named_graph(read_iri(graph))

    def triples_in(self, graph: str | None) -> Iterator[ox.Triple]:
        """The triples of one graph."""
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, _name(graph)))

    def remove_graph(self, graph: str | None) -> None:
        """Take a graph away, or empty the default graph (None)."""
        self._store.remove_graph(_name(graph))

    def add_to_graph(self, data: bytes, form: str, graph: str | None, base: str) -> None:
        """Add triples to a graph, which is made where it is not there.

        Raises:
            SyntaxError: the data is not what its form says.
        """
        name = _name(graph)
        self._store.load(data, GRAPH_FORMATS[form], base_iri=base, to_graph=name)
        if isinstance(name, ox.NamedNode):
            self._store.add_graph(name)

    def about(self, iri: str) -> list[ox.Triple]:
        """The triples about a thing, and those about the blank nodes that they lead to (a concise bounded description)."""
        found: dict[ox.Triple, None] = {}
        waiting: list[ox.NamedNode | ox.BlankNode] = [read_iri(iri)]
        seen = set(waiting)
        while waiting:
            for quad in self._store.quads_for_pattern(waiting.pop(), None, None, None):
                found[quad.triple] = None
                if isinstance(quad.object, ox.BlankNode) and quad.object not in seen:
                    seen.add(quad.object)
                    waiting.append(quad.object)
        return list(found)

    def pointing_at(self, iri: str) -> list[ox.Triple]:
        """The triples in which other things name this one."""
        return list(dict.fromkeys(quad.triple for quad in self._store.quads_for_pattern(None, None, read_iri(iri), None)))

    def triples_of(self, graphs: Sequence[str]) -> list[ox.Triple]:
        """The triples of several graphs together."""
        return list(dict.fromkeys(triple for graph in graphs for triple in self.triples_in(graph)))

    def save(self, path: Path) -> None:
        """Write all graphs as N-Quads, the empty ones forgotten."""
        self._store.dump(path, ox.RdfFormat.N_QUADS)

    def restore(self, path: Path) -> None:
        """Read what `save` wrote.

        Raises:
            SyntaxError: the file is damaged.
        """
        self._store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)

    def write_all(self, form: str, out: Sink, once: bool = True) -> None:
        """Write everything: as quads in ``nq`` and ``trig``, as the triples of all graphs together in the other forms.

        Args:
            once: whether a triple that several graphs have is written once, for which all have to be in memory.
        """
        if form in ("nq", "trig"):
            self._store.dump(out, GRAPH_FORMATS[form], prefixes=PREFIXES)  # type: ignore[arg-type]
        else:
            triples = (quad.triple for quad in self._store)
            write_triples(iter(dict.fromkeys(triples)) if once else triples, form, out)


def _name(graph: str | None) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if graph is None else read_iri(graph)
