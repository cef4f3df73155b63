"""Everything that can be wrong with a corpus, found: syntax, quotations, shapes, canonical form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from treatygraph.corpus import Corpus, LoadedCorpus, graph_name
from treatygraph.errors import CorpusError, TreatyGraphError
from treatygraph.evidence import Evidence
from treatygraph.findings import Finding
from treatygraph.layout import Layout
from treatygraph.namespaces import QUERY_PREFIXES, SH, short_name
from treatygraph.placing import Placing
from treatygraph.questions import load_questions
from treatygraph.reasoning import Contradiction, close, contradictions
from treatygraph.shacl import Report as ValidationReport
from treatygraph.shacl import compile as compile_shapes
from treatygraph.shacl import structure
from treatygraph.store import GraphStore, Term, is_blank, text_of
from treatygraph.things import Things
from treatygraph.turtle import canonical_turtle

__all__ = [
    "STEPS", "Check", "Report", "check_corpus", "clash_findings", "contradiction_finding", "contradiction_findings", "findings_of", "format_findings",
    "load_shapes", "query_findings", "shape_finding", "shape_findings", "told_by",
]  # fmt: skip

STEPS = 5  # of check_corpus
C = TypeVar("C", bound=Corpus)
Check = Callable[[C], list[Finding]]


def check_corpus(corpus: C, evidence: Evidence, shapes: Check[C], contradictory: Check[C]) -> Iterator[tuple[str, list[Finding]]]:
    """Check a corpus, step by step, so that long work can show where it is.

    Args:
        corpus: the corpus.
        evidence: its quotations, with the texts that are at hand.
        shapes: what finds violations of the shapes.
        contradictory: what finds contradictions; last, for it may add what it derives to the store.

    Yields:
        The name of each step and what it found.
    """
    missing = sum(evidence.unverifiable().values())
    yield f"{len(evidence.passages) - missing} of {len(evidence.passages)} quotations against their texts", evidence.findings()
    yield f"{len(corpus.layout.query_files)} saved queries", query_findings(corpus)
    yield "canonical form", format_findings(corpus.layout)
    yield "shapes", shapes(corpus)
    yield "contradictions by OWL 2 RL", contradictory(corpus)


def query_findings(corpus: Corpus) -> list[Finding]:
    """Saved queries that have no proper header, or are not SPARQL."""
    found = []
    empty = GraphStore()  # enough to parse a query
    try:
        for question in load_questions(corpus.layout):
            try:
                empty.run(question.text)
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


def shape_findings(corpus: LoadedCorpus) -> list[Finding]:
    """What the shapes of a corpus find in its data and its ontology, as asserted, by the compiled shapes.

    Raises:
        CorpusError: a shape is not well formed, or asks for something that is not supported.
    """
    shapes = load_shapes(corpus.layout)
    return findings_of(compile_shapes(shapes).validate(corpus.store), shapes)


def findings_of(report: ValidationReport, shapes: GraphStore) -> list[Finding]:
    """The results of a validation as findings, in a fixed order."""
    told = told_by(shapes)
    found = []
    for result in report.results:
        path, _ = structure(result.path) if result.path is not None else (None, ())
        at = text_of(path) if path is not None else ""
        found.append(shape_finding(told, text_of(result.shape), text_of(result.focus), at, result.value, result.severity == f"{SH}Violation", result.message))
    return sorted(found, key=lambda finding: (finding.level, finding.rule, finding.thing, finding.message))


def load_shapes(layout: Layout) -> GraphStore:
    """The shapes of a corpus."""
    shapes = GraphStore()
    for path in layout.shape_files:
        shapes.load(path, graph_name(layout, path))
    return shapes


def told_by(shapes: GraphStore) -> dict[str, tuple[str, str, bool]]:
    """Of each shape with a message: the message, how to mend it, and whether it is about one property."""
    rows = shapes.select(
        f"{QUERY_PREFIXES} SELECT ?shape ?message ?mend ?path {{ ?shape sh:message ?message "
        f"OPTIONAL {{ ?shape sh:description ?mend }} OPTIONAL {{ ?shape sh:path ?path }} }}"
    )
    return {shape or "": (message or "", mend or "", path is not None) for shape, message, mend, path in rows.texts()}


def shape_finding(told: dict[str, tuple[str, str, bool]], shape: str, focus: str, at: str, value: Term | None, violated: bool, otherwise: str) -> Finding:
    """A validation result as a finding: the message of the shape, with the value, and the property if the rule is over all."""
    message, mend, about_one = told.get(shape, (otherwise, "", True))
    text = "" if value is None or is_blank(value) else text_of(value)
    where = f" {short_name(at)}" if at and not about_one else ""
    shown = "" if not text or text == focus else f":{where} {short_name(text)}"
    return Finding("error" if violated else "warning", shape.rpartition("/")[2], focus, f"{message}{shown}", mend, text or at)


def contradiction_findings(corpus: LoadedCorpus) -> list[Finding]:
    """Contradictions that OWL 2 RL reasoning finds in ontology and data. The derived triples join the store."""
    rules = close(corpus.store).rules
    return clash_findings(contradictions(corpus.store, rules))


def clash_findings(clashes: Iterable[Contradiction]) -> list[Finding]:
    """Contradictions as findings."""
    return [contradiction_finding(found) for found in clashes]


def contradiction_finding(found: Contradiction) -> Finding:
    """A contradiction as a finding about the subject of its first triple."""
    clash = "; ".join(f"{_shown(triple.subject)} {short_name(triple.predicate.value)} {_shown(triple.object)}" for triple in found.triples)
    thing = text_of(found.triples[0].subject) if found.triples else ""
    hint = text_of(found.triples[0].object) if found.triples else ""
    return Finding("error", found.rule, thing, f"contradicts itself: {clash}, against {found.axiom}", "One of these statements is wrong.", hint)


def _shown(term: Term) -> str:
    return "[]" if is_blank(term) else short_name(text_of(term))


class Report:
    """Findings as lines that a historian can read: where, what thing, what is wrong, how to mend it."""

    def __init__(self, corpus: Corpus, language: str) -> None:
        self._places = Placing(corpus)
        self._things = Things(corpus.store)
        self._language = language

    def lines(self, findings: list[Finding]) -> list[str]:
        """One line a finding, with its mend on a second."""
        labels = self._things.labels([finding.thing for finding in findings if finding.thing.startswith("http")], self._language)
        lines = []
        for finding in findings:
            place = self._place(finding)
            label = labels.get(finding.thing, finding.thing)
            name = short_name(finding.thing)
            thing = f"{name} " if label == name else f"“{label}” ({name}) "
            lines.append(f"{f'{place}: ' if place else ''}{finding.level}: {thing if finding.thing else ''}{finding.message} [{finding.rule}]")
            if finding.mend:
                lines.append(f"    {finding.mend}")
        return lines

    def json(self, findings: list[Finding]) -> str:
        """The findings as a JSON array of objects with level, rule, thing, place, message and mend."""
        from json import dumps

        return dumps(
            [
                {
                    "level": finding.level,
                    "rule": finding.rule,
                    "thing": finding.thing,
                    "place": self._place(finding),
                    "message": finding.message,
                    "mend": finding.mend,
                }
                for finding in findings
            ],
            ensure_ascii=False,
            indent=2,
        )

    def _place(self, finding: Finding) -> str:
        return finding.place or self._places.find(finding.thing, finding.hint)
