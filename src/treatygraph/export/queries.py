"""The saved queries as RDF that SPARQL editors read: a catalogue of ``sh:SPARQLExecutable``.

The form is that of https://github.com/sib-swiss/sparql-examples, which the SIB's editor looks for in an endpoint:
``?query a sh:SPARQLExecutable ; rdfs:comment ?question ; sh:select ?text``. ``schema:target``, the address of an
endpoint, is for whoever puts the catalogue into one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.layout import Layout
from treatygraph.namespaces import DCTERMS, OWL, PREFIXES, QUERY, RDF, RDFS, SCHEMA, SH, XSD
from treatygraph.questions import Parameter, Question, load_questions
from treatygraph.writer import turtle_text

__all__ = ["query_catalogue"]

_PREFIX = re.compile(r"^\s*PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
_FORMS = {"SELECT": ("SPARQLSelectExecutable", "select"), "ASK": ("SPARQLAskExecutable", "ask"), "CONSTRUCT": ("SPARQLConstructExecutable", "construct")}
_TYPE = ox.NamedNode(RDF + "type")


def query_catalogue(layout: Layout) -> bytes:
    """The saved queries of a corpus, each with its question, its text as it stands in its file, and its parameters."""
    triples: list[ox.Triple] = []
    prefixes: dict[str, str] = {}
    for question in load_questions(layout):
        declared = dict(_PREFIX.findall(question.text))
        prefixes |= declared
        triples += _executable(question, declared)
    triples += _declarations(prefixes)
    names = {"dcterms": DCTERMS, "owl": OWL, "query": QUERY, "rdfs": RDFS, "schema": SCHEMA, "sh": SH, "xsd": XSD, **prefixes}
    return turtle_text(triples, names, open_lines=True).encode()


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _executable(question: Question, prefixes: dict[str, str]) -> Iterator[ox.Triple]:
    query = ox.NamedNode(QUERY + question.name)
    plain = "\n".join(line for line in question.text.splitlines() if not line.startswith("#"))
    form = re.search(r"\b(SELECT|ASK|CONSTRUCT)\b", _PREFIX.sub("", plain), re.IGNORECASE)
    if not form:
        raise CorpusError(f"{question.path}: the query is no SELECT, ASK or CONSTRUCT.", "Write one that gives rows, an answer or a graph.")
    kind, text = _FORMS[form[1].upper()]
    yield ox.Triple(query, _TYPE, _sh("SPARQLExecutable"))
    yield ox.Triple(query, _TYPE, _sh(kind))
    yield ox.Triple(query, ox.NamedNode(RDFS + "comment"), ox.Literal(question.summary, language="en"))
    if question.description:
        yield ox.Triple(query, ox.NamedNode(DCTERMS + "description"), ox.Literal(question.description, language="en"))
    for tag in question.tags:
        yield ox.Triple(query, ox.NamedNode(SCHEMA + "keywords"), ox.Literal(tag))
    yield ox.Triple(query, _sh(text), ox.Literal(question.text))
    yield ox.Triple(query, _sh("prefixes"), ox.NamedNode(QUERY + "prefixes"))
    for parameter in question.parameters:
        yield from _parameter(query, parameter, prefixes)


def _parameter(query: ox.NamedNode, parameter: Parameter, prefixes: dict[str, str]) -> Iterator[ox.Triple]:
    """A parameter after SHACL Advanced Features, section 5.2: the local name of its path is the name of the variable."""
    node = ox.BlankNode()
    prefix, _, local = parameter.type.partition(":")
    yield ox.Triple(query, _sh("parameter"), node)
    yield ox.Triple(node, _TYPE, _sh("Parameter"))
    yield ox.Triple(node, _sh("path"), ox.NamedNode(f"{QUERY}parameter/{parameter.name}"))
    yield ox.Triple(node, _sh("name"), ox.Literal(parameter.name))
    yield ox.Triple(node, _sh("description"), ox.Literal(parameter.description, language="en"))
    yield ox.Triple(node, _sh("class" if parameter.is_thing else "datatype"), ox.NamedNode(PREFIXES[prefix] + local))
    yield ox.Triple(node, _sh("optional"), ox.Literal(parameter.is_open))
    if not parameter.is_open:
        header = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
        (quad,) = ox.parse(f"{header}<a:a> <a:a> {parameter.default} .", format=ox.RdfFormat.TURTLE)
        yield ox.Triple(node, _sh("defaultValue"), quad.object)


def _declarations(prefixes: dict[str, str]) -> Iterator[ox.Triple]:
    owner = ox.NamedNode(QUERY + "prefixes")
    yield ox.Triple(owner, _TYPE, ox.NamedNode(OWL + "Ontology"))
    for prefix, iri in prefixes.items():
        node = ox.BlankNode()
        yield ox.Triple(owner, _sh("declare"), node)
        yield ox.Triple(node, _sh("prefix"), ox.Literal(prefix))
        yield ox.Triple(node, _sh("namespace"), ox.Literal(iri, datatype=ox.NamedNode(XSD + "anyURI")))
