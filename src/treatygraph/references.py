"""The references that the engine of this package has to equal: pySHACL for shapes, owlrl for OWL 2 RL. Right, and slow."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from treatygraph.corpus import Corpus
from treatygraph.errors import CorpusError
from treatygraph.findings import Finding
from treatygraph.namespaces import SH, short_name
from treatygraph.store import GraphStore, iri_term, term_of
from treatygraph.validation import load_shapes, shape_finding, told_by

if TYPE_CHECKING:
    from rdflib import Dataset, Graph

__all__ = ["as_dataset", "as_rdflib", "owlrl_closure", "owlrl_contradictions", "prepared_graph", "pyshacl_findings"]


def pyshacl_findings(corpus: Corpus) -> list[Finding]:
    """What the shapes of a corpus find in its data and its ontology, as asserted, by pySHACL.

    Raises:
        CorpusError: a shape itself is not well formed.
    """
    import rdflib
    from pyshacl import validate
    from pyshacl.errors import ShapeLoadError
    from rdflib.namespace import RDF

    if not corpus.layout.shape_files:
        return []
    shape_store = load_shapes(corpus.layout)
    told = told_by(shape_store)
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
        value, about = report.value(result, sh.value), report.value(result, sh.resultPath)
        at = "" if about is None or isinstance(about, rdflib.BNode) else str(about)
        message = str(report.value(result, sh.resultMessage) or "")
        violated = report.value(result, sh.resultSeverity) == sh.Violation
        shape, focus = str(report.value(result, sh.sourceShape)), str(report.value(result, sh.focusNode))
        found.append(shape_finding(told, shape, focus, at, None if value is None else term_of(value.n3()), violated, message))
    return sorted(found, key=lambda finding: (finding.level, finding.rule, finding.thing, finding.message))


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


def owlrl_contradictions(corpus: Corpus) -> list[Finding]:
    """Contradictions that OWL 2 RL reasoning finds in ontology and data, by owlrl.

    owlrl does not notice AllDifferent (eq-diff2, eq-diff3) and AllDisjointProperties (prp-adp).
    """
    import rdflib

    error = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    graph = owlrl_closure(corpus.store)
    return [
        Finding("error", "contradiction", "", message, "One of the statements it names is wrong.") for message in sorted(map(str, graph.objects(None, error)))
    ]


def owlrl_closure(store: GraphStore) -> Graph:
    """The OWL 2 RL closure of a store by owlrl, without triples whose subject is a literal."""
    import owlrl
    import rdflib

    graph = as_rdflib(store)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    for triple in [triple for triple in graph if isinstance(triple[0], rdflib.Literal)]:
        graph.remove(triple)
    return graph


def as_rdflib(store: GraphStore) -> Graph:
    """All triples of a store as one rdflib graph, with the literals as they were written."""
    import rdflib

    logging.getLogger("rdflib.term").disabled = True  # an ill-formed value is a finding, not a log with a traceback
    rdflib.NORMALIZE_LITERALS = False  # rdflib would rewrite impossible and zoned dates before a shape sees them
    graph = prepared_graph()
    graph.parse(data=store.dump(), format="ntriples")
    return graph


def as_dataset(store: GraphStore) -> Dataset:
    """The same as a dataset, with the named graphs of the store."""
    import rdflib

    logging.getLogger("rdflib.term").disabled = True
    rdflib.NORMALIZE_LITERALS = False
    dataset = rdflib.Dataset()
    for (name,) in store.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g").texts():
        data = store.serialize(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH {iri_term(name or '')} {{ ?s ?p ?o }} }}", "ntriples")
        dataset.graph(rdflib.URIRef(name or "")).parse(data=data, format="ntriples")
    return dataset


def prepared_graph() -> Graph:
    """An empty graph that parses each query text once: pySHACL sends the same text for every focus node."""
    from functools import cache

    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    prepared = cache(prepareQuery)

    class PreparedGraph(rdflib.Graph):
        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the signature of rdflib
            return super().query(prepared(query_object) if isinstance(query_object, str) else query_object, *args, **kwargs)

    return PreparedGraph()
