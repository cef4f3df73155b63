"""Everything that can be wrong with a corpus, found: syntax, quotations, shapes, canonical form."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treatygraph.corpus import Corpus, graph_name
from treatygraph.errors import CorpusError, TreatyGraphError
from treatygraph.evidence import Evidence
from treatygraph.findings import Finding, Places
from treatygraph.layout import Layout
from treatygraph.namespaces import SH, short_name
from treatygraph.questions import load_questions
from treatygraph.store import GraphStore
from treatygraph.things import Things
from treatygraph.turtle import canonical_turtle

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = ["check_corpus", "consistency_findings", "shape_findings"]


def check_corpus(corpus: Corpus, texts: Path | None) -> Iterator[tuple[str, list[Finding]]]:
    """Check a corpus, step by step, so that long work can show where it is.

    Args:
        corpus: the corpus.
        texts: a further folder with texts of documents.

    Yields:
        The name of each step and what it found.
    """
    evidence = Evidence(corpus, texts)
    missing = sum(evidence.unverifiable().values())
    yield f"{len(evidence.passages) - missing} of {len(evidence.passages)} quotations against their texts", evidence.findings()
    yield f"{len(corpus.layout.query_files)} saved queries", query_findings(corpus)
    yield "canonical form", format_findings(corpus.layout)
    yield "shapes", shape_findings(corpus)


def query_findings(corpus: Corpus) -> list[Finding]:
    """Saved queries that have no proper header, or are not SPARQL."""
    found = []
    try:
        for question in load_questions(corpus.layout):
            try:
                corpus.store.run(question.text)
            except TreatyGraphError as error:
                found.append(Finding("error", "query", "", error.message, place=corpus.layout.shown(question.path)))
    except CorpusError as error:
        found.append(Finding("error", "query", "", error.message, error.next_step))
    return found


def format_findings(layout: Layout) -> list[Finding]:
    """Data and ontology files that are not in canonical form; a warning, for their meaning is whole."""
    found = []
    for path in layout.ontology_files + layout.shape_files + layout.data_files:
        name = layout.shown(path)
        try:
            data = path.read_bytes()
            if canonical_turtle(data, name) != data:
                found.append(Finding("warning", "canonical-form", "", "is not in canonical form", "Run: treatygraph format", place=name))
        except CorpusError as error:
            found.append(
                Finding(
                    "error", "canonical-form", "", error.message.removeprefix(f"{name}: "), error.next_step, place="" if f"{name}:" in error.message else name
                )
            )
    return found


def shape_findings(corpus: Corpus) -> list[Finding]:
    """What the shapes of a corpus find in its data and its ontology, by pySHACL, without inference.

    Raises:
        CorpusError: a shape itself is not well formed.
    """
    import rdflib
    from pyshacl import validate
    from pyshacl.errors import ShapeLoadError
    from rdflib.namespace import RDF

    if not corpus.layout.shape_files:
        return []
    shape_store = GraphStore()
    for path in corpus.layout.shape_files:
        shape_store.load(path, graph_name(corpus.layout, path))
    shapes = as_rdflib(shape_store)
    data = as_rdflib(corpus.store)
    found = _ill_formed(data)
    try:
        _, report, _ = validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False)
    except ShapeLoadError as error:
        raise CorpusError(f"A shape is not well formed: {error}.") from None
    assert isinstance(report, rdflib.Graph)
    sh = rdflib.Namespace(SH)
    for result in report.subjects(RDF.type, sh.ValidationResult):
        shape = report.value(result, sh.sourceShape)
        value = report.value(result, sh.value)
        about = report.value(result, sh.resultPath)
        level = "warning" if report.value(result, sh.resultSeverity) != sh.Violation else "error"
        message = shapes.value(shape, sh.message) or report.value(result, sh.resultMessage) or ""
        mend = shapes.value(shape, sh.description) or ""
        # a rule over all properties: say at which property
        at = f" {short_name(str(about))}" if about is not None and shapes.value(shape, sh.path) is None else ""
        shown = "" if value is None or isinstance(value, rdflib.BNode) or value == report.value(result, sh.focusNode) else f":{at} {short_name(str(value))}"
        found.append(
            Finding(
                level,
                str(shape).rpartition("/")[2],
                str(report.value(result, sh.focusNode)),
                f"{message}{shown}",
                str(mend),
                str(value if value is not None else about or ""),
            )
        )
    found.sort(key=lambda finding: (finding.level, finding.rule, finding.thing, finding.message))
    return found


def _ill_formed(data: Graph) -> list[Finding]:
    """Literals that are no value of their datatype. They are taken out of the graph, for pySHACL stops at a
    comparison with one (W3C SHACL, section 4.5.3, would have it reported)."""
    from rdflib import Literal

    found = []
    for triple in list(data):
        subject, _, value = triple
        if isinstance(value, Literal) and value.ill_typed:
            datatype = short_name(str(value.datatype))
            message = f"has the value {value}, which is no {datatype}"
            found.append(
                Finding(
                    "error",
                    "ill-formed-value",
                    str(subject),
                    message,
                    "Write a value of that type; a day is YYYY-MM-DD and has to be in the calendar.",
                    str(value),
                )
            )
            data.remove(triple)
    return found


def consistency_findings(corpus: Corpus) -> list[Finding]:
    """Contradictions that OWL 2 RL reasoning finds in ontology and data, by owlrl: the reference, and slow.

    owlrl does not notice AllDifferent (eq-diff2, eq-diff3) and AllDisjointProperties (prp-adp).
    """
    import owlrl
    import rdflib

    graph = as_rdflib(corpus.store)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    error = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    return [
        Finding("error", "contradiction", "", message, "One of the statements it names is wrong.") for message in sorted(map(str, graph.objects(None, error)))
    ]


def as_rdflib(store: GraphStore) -> Graph:
    """All triples of a store as one rdflib graph, with the literals as they were written."""
    import rdflib

    logging.getLogger("rdflib.term").disabled = True  # an ill-formed value is a finding, not a log with a traceback
    rdflib.NORMALIZE_LITERALS = False  # rdflib would rewrite impossible and zoned dates before a shape sees them
    graph = _prepared_graph()
    graph.parse(data=store.dump(), format="ntriples")
    return graph


def _prepared_graph() -> Graph:
    """An empty graph that parses each query text once: pySHACL sends the same text for every focus node."""
    from functools import cache

    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    prepared = cache(prepareQuery)

    class PreparedGraph(rdflib.Graph):
        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the signature of rdflib
            return super().query(prepared(query_object) if isinstance(query_object, str) else query_object, *args, **kwargs)

    return PreparedGraph()


class Report:
    """Findings as lines that a historian can read: where, what thing, what is wrong, how to mend it."""

    def __init__(self, corpus: Corpus, language: str) -> None:
        self._places = Places(corpus.layout)
        self._things = Things(corpus.store)
        self._language = language

    def lines(self, findings: list[Finding]) -> list[str]:
        """One line a finding, with its mend on a second."""
        labels = self._things.labels([finding.thing for finding in findings if finding.thing.startswith("http")], self._language)
        lines = []
        for finding in findings:
            place = finding.place or self._places.find(finding.thing, finding.hint)
            label = labels.get(finding.thing, finding.thing)
            name = short_name(finding.thing)
            thing = f"{name} " if label == name else f"“{label}” ({name}) "
            lines.append(f"{f'{place}: ' if place else ''}{finding.level}: {thing if finding.thing else ''}{finding.message} [{finding.rule}]")
            if finding.mend:
                lines.append(f"    {finding.mend}")
        return lines
