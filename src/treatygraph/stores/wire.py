"""What goes over the wire: N-Triples out, triples and result rows in, and the form in which two graphs are compared."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from treatygraph.errors import CorpusError, TreatyGraphError
from treatygraph.namespaces import GEO, VIRTRDF, XSD
from treatygraph.shacl import kept
from treatygraph.store import FORMATS, Rows, Term

__all__ = ["REWRITINGS", "Triples", "canonical", "digest_of", "ntriples", "parsed", "read_ntriples", "read_turtle", "rows_of"]
__all__ += ["serialized", "triples_of", "truth_of", "turtle"]

Triples = list[ox.Triple]


def read_turtle(path: Path) -> Triples:
    """The triples of a Turtle file as they are written there, each once.

    Raises:
        CorpusError: the file is not Turtle.
    """
    try:
        return list({quad.triple: None for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)})
    except SyntaxError as error:
        raise CorpusError(f"{path}:{error.lineno}: {error.msg}.", "Mend the Turtle there; nothing was sent.") from None
    except UnicodeDecodeError:
        raise CorpusError(f"{path}: the file is not UTF-8.", "Save it as UTF-8.") from None


def read_ntriples(lines: Iterable[str]) -> Triples:
    """The triples of some lines of N-Triples."""
    return [quad.triple for quad in ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)]


def ntriples(triples: Triples) -> bytes:
    """Triples as N-Triples: of all formats the one in which no store is known to go wrong."""
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def turtle(triples: Triples) -> bytes:
    """Triples as Turtle."""
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b""


def parsed(data: bytes, media_type: str) -> Triples:
    """The triples of an answer, in whatever format the store chose.

    Raises:
        TreatyGraphError: it is in no format of RDF.
    """
    form = ox.RdfFormat.from_media_type(media_type)
    if form is None:
        raise TreatyGraphError(f"The store answered with '{media_type}', which is no format of RDF.", "Is this the address of a SPARQL store?")
    try:
        return [quad.triple for quad in ox.parse(data, format=form)]
    except SyntaxError as error:
        raise TreatyGraphError(f"The store answered with broken {form.name}: {error}.") from None


# --- comparing two graphs --------------------------------------------------------------------------------------------

Rewriting = Callable[[ox.Literal], ox.Literal]
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def _numbers(literal: ox.Literal) -> ox.Literal:
    """Numbers, booleans and times by value, as in Oxigraph and TDB2: 0.90 is 0.9, 007 is 7, +00:00 is Z."""
    term = kept(literal)
    return term if isinstance(term, ox.Literal) else literal


def _virtuoso(literal: ox.Literal) -> ox.Literal:
    """What Virtuoso makes of literals: WKT becomes a geometry of single precision, a year before 1 loses a zero, true is 1."""
    datatype, text = literal.datatype.value, literal.value
    if datatype in {f"{GEO}wktLiteral", f"{VIRTRDF}Geometry"}:
        return ox.Literal(_NUMBER.sub(_single, re.sub(r"\s*([(),])\s*", r"\1", text)), datatype=ox.NamedNode(f"{GEO}wktLiteral"))
    if datatype == f"{XSD}date" and text.startswith("-"):
        return ox.Literal(re.sub(r"^-0+", "-", text), datatype=literal.datatype)
    return literal


def _single(match: re.Match[str]) -> str:
    return repr(struct.unpack("f", struct.pack("f", float(match[0])))[0])


REWRITINGS: dict[str, Rewriting] = {"numbers": _numbers, "virtuoso": _virtuoso}
"""The rewritings of literals that stores are known for. Both sides of a comparison go through those of the store; a
language tag is compared without its case everywhere (RDF 1.1 Concepts 3.3)."""


def canonical(triples: Triples, rewrites: Iterable[str] = ()) -> list[str]:
    """The canonical form of a graph: its sorted N-Triples, with blank nodes named as W3C RDFC-1.0 names them.

    Args:
        triples: the graph.
        rewrites: names in `REWRITINGS`, of what may be done to literals without making it another graph.
    """
    known = [REWRITINGS[name] for name in rewrites]
    quads = []
    blank = False
    for triple in triples:
        value = triple.object
        if isinstance(value, ox.Literal):
            for rewriting in known:
                value = rewriting(value)
        blank = blank or isinstance(value, ox.BlankNode) or isinstance(triple.subject, ox.BlankNode)
        quads.append(ox.Quad(triple.subject, triple.predicate, value))
    if blank:
        dataset = ox.Dataset(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return sorted(f"{quad.triple} ." for quad in dataset)
    return sorted({f"{quad.triple} ." for quad in quads})


def digest_of(lines: Iterable[str]) -> str:
    """The SHA-256 of a canonical form."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


# --- answers ---------------------------------------------------------------------------------------------------------


def _plain(data: bytes) -> dict[str, Any]:
    """An answer in SPARQL 1.1 Query Results JSON, with the spellings of old stores made standard.

    Raises:
        TreatyGraphError: it is something else.
    """
    if not data.strip():
        raise TreatyGraphError("The store answered with nothing.", "It may have run out of its own time: ask for less, or raise its limit.")
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    results = found.get("results", {}) if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(results, dict) or not ("boolean" in found or "bindings" in results):
        begin = " ".join(data[:120].decode("utf-8", "replace").split())
        raise TreatyGraphError(f"The store answered with something that is no SPARQL result: {begin}", "Is this the address of its queries?")
    for row in results.get("bindings", ()):
        for term in row.values():
            if term["type"] == "bnode" or term["value"].startswith("nodeID://"):  # Virtuoso's blank nodes
                term["type"], term["value"] = "bnode", "b" + term["value"].encode().hex()
            elif term["type"] == "typed-literal":
                term["type"] = "literal"
    return found


def rows_of(data: bytes) -> Rows:
    """The rows of an answer to a SELECT query, literals as the embedded engine keeps them.

    Raises:
        TreatyGraphError: it is no such answer.
    """
    return _rows(_plain(data))


def triples_of(rows: Rows) -> Triples:
    """The triples that rows of three columns are."""
    return [ox.Triple(*row) for row in rows]  # type: ignore[arg-type]


def _rows(plain: dict[str, Any]) -> Rows:
    answer = ox.parse_query_results(json.dumps(plain).encode(), format=ox.QueryResultsFormat.JSON)
    if not isinstance(answer, ox.QuerySolutions):
        raise TreatyGraphError("The store answered yes or no where rows were asked for.")
    columns = [variable.value for variable in answer.variables]
    return Rows(columns, [tuple(None if term is None else kept(term) for term in solution) for solution in answer])


def truth_of(data: bytes) -> bool:
    """The answer to an ASK query.

    Raises:
        TreatyGraphError: it is no such answer.
    """
    found = _plain(data)
    if "boolean" in found:
        return bool(found["boolean"])
    raise TreatyGraphError("The store answered with rows where yes or no was asked for.")


def serialized(answer: Rows | bool, form: str) -> bytes:
    """Rows, or yes or no, in one of `FORMATS`, as the embedded engine writes them."""
    if isinstance(answer, bool):
        plain: dict[str, Any] = {"head": {}, "boolean": answer}
    else:
        rows = [{name: _json(term) for name, term in zip(answer.columns, row, strict=True) if term is not None} for row in answer]
        plain = {"head": {"vars": answer.columns}, "results": {"bindings": rows}}
    results = ox.parse_query_results(json.dumps(plain).encode(), format=ox.QueryResultsFormat.JSON)
    return results.serialize(format=FORMATS[form]) or b""


def _json(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    assert isinstance(term, ox.Literal)
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
