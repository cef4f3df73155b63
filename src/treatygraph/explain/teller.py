"""What every explanation draws on: the facts about a thing, its labels, its witnesses, its place in the files, its proofs."""

from __future__ import annotations

from functools import cached_property

import pyoxigraph as ox

from treatygraph.corpus import Corpus, load_corpus
from treatygraph.explain.bounds import Bounds, bounds_of
from treatygraph.explain.explanation import Point
from treatygraph.explain.ground import StandingGround
from treatygraph.explain.proof import Proof, Prover
from treatygraph.explain.witness import Witnesses
from treatygraph.explain.words import join, say, term
from treatygraph.namespaces import ID, OWL, QUERY_PREFIXES, RDF, RDFS, TG, short_name
from treatygraph.opening import BuiltCorpus
from treatygraph.placing import Placing
from treatygraph.store import Rows, iri_term, is_about_blank, text_of
from treatygraph.things import Things
from treatygraph.typography import quoted

__all__ = ["Teller"]

TYPE = RDF + "type"
MANY = 12  # names in one sentence; `describe` and the query itself have all
AXIOMS = (RDFS, OWL)  # a premise with a predicate of these, or about a term of the ontology, is a definition and no testimony


class Teller:
    """The graph of one corpus, told in one language."""

    def __init__(self, corpus: Corpus, language: str) -> None:
        self.corpus = corpus
        self.language = language
        self.things = Things(corpus.store)
        self.witnesses = Witnesses(corpus, language)
        self._labels: dict[str, str] = {}

    @cached_property
    def places(self) -> Placing:
        """Where each thing stands in the files."""
        return Placing(self.corpus)

    @cached_property
    def prover(self) -> Prover:
        """Proofs: in a built store, where the corpus is from one; else in a graph of their own, so that the corpus stays as asserted."""
        if isinstance(self.corpus, BuiltCorpus) and self.corpus.built.is_plain():
            return Prover(StandingGround(self.corpus))
        return Prover(load_corpus(self.corpus.layout).store)

    def rows(self, pattern: str) -> list[tuple[str, ...]]:
        """The rows of a SELECT query without its prefixes, as text; an unbound value is an empty string."""
        return [tuple(value or "" for value in row) for row in self.select(pattern).texts()]

    def select(self, pattern: str) -> Rows:
        """The answer to a SELECT query without its prefixes."""
        return self.corpus.store.select(f"{QUERY_PREFIXES} {pattern}")

    def label(self, iri: str) -> str:
        """The label of a thing; where it has none in the language and is an assertion, one made of its parts."""
        if iri not in self._labels:
            self._labels[iri] = self._label(iri)
        return self._labels[iri]

    def _label(self, iri: str) -> str:
        if self.language != "en" and iri.startswith(ID) and not self._has_label(iri):
            kind = self.things.kind_label(iri, self.language)
            holders = [
                self.label(holder) for (holder,) in self.rows(f"SELECT DISTINCT ?h {{ {iri_term(iri)} tg:isHeldBy|tg:isMadeBy|tg:hasActor ?h }} ORDER BY ?h")
            ]
            objects = [
                self.label(place)
                for (place,) in self.rows(f"SELECT DISTINCT ?o {{ {iri_term(iri)} tg:concernsPlace|tg:concernsGroup|tg:isReadingOf ?o }} ORDER BY ?o")
            ]
            if kind and holders and objects:
                return f"{kind} ({join(holders, self.language)}; {join(objects, self.language)})"
        label = self.things.label(iri, self.language)
        return term(label, self.language) if label == short_name(iri) else label

    def _has_label(self, iri: str) -> bool:
        return self.corpus.store.ask(
            f"{QUERY_PREFIXES} ASK {{ {iri_term(iri)} skos:prefLabel|rdfs:label ?l FILTER(LANGMATCHES(LANG(?l), '{self.language}')) }}"
        )

    def named(self, iri: str) -> str:
        """The label of a thing with its short name behind it."""
        label, short = self.label(iri), short_name(iri)
        return label if label == short or not iri.startswith(ID) else f"{label} ({short})"

    def several(self, names: list[str]) -> str:
        """Names in one sentence, the first of them where they are very many."""
        more = [say("and-more", self.language, count=len(names) - MANY)] if len(names) > MANY else []
        return join([*names[:MANY], *more], self.language)

    def text_in(self, thing: str, property_: str) -> str:
        """A text of a thing in the language, else in English, else in any; an empty string where there is none."""
        found = self.rows(f"SELECT ?t (LANG(?t) AS ?tag) {{ {iri_term(thing)} <{property_}> ?t }} ORDER BY ?t")
        order = {self.language: 0, "en": 1}
        return min(found, key=lambda row: order.get(row[1], 2))[0] if found else ""

    def place(self, thing: str, hint: str = "") -> str:
        """``file:line`` of what the corpus says of a thing."""
        return self.places.find(thing, hint)

    def is_a(self, thing: str, kind: str) -> bool:
        """Whether a thing is asserted to be of a class or of one below it."""
        return self.corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ {iri_term(thing)} a/rdfs:subClassOf* {iri_term(kind)} }}")

    def kinds(self, thing: str) -> list[str]:
        """The classes that a thing is asserted to be of."""
        return [kind for (kind,) in self.rows(f"SELECT DISTINCT ?k {{ {iri_term(thing)} a ?k }} ORDER BY ?k")]

    def bounds(self, thing: str) -> Bounds:
        """The four bounds of a thing."""
        return bounds_of(self.corpus.store, [thing])[thing]

    def verdict(self, thing: str, date: str) -> str:
        """What a day says of a thing: ``certain``, ``possible``, ``before``, ``after``; or ``silent`` where it has no dates and
        is no position, or is told without a date by a document that a corpus of other years includes, so that nothing is said
        of the day."""
        bounds = self.bounds(thing)
        if bounds:
            return bounds.verdict(date)
        outside = f"""ASK {{ {iri_term(thing)} tg:isEvidencedBy/oa:hasSource/tg:isVersionOf ?work .
          ?corpus tg:includesDocument ?work ; tg:coversFrom ?from ; tg:coversUntil ?until FILTER(STR(?from) > "{date}" || STR(?until) <= "{date}") }}"""
        is_silent = not self.is_a(thing, f"{TG}Position") or self.corpus.store.ask(f"{QUERY_PREFIXES} {outside}")
        return "silent" if is_silent else "possible"

    def evidence(self, thing: str) -> list[Point]:
        """The witnesses of a thing as points, the strongest first; or the word that there is none."""
        found = self.witnesses.behind(thing)
        if not found:
            return [Point("evidence", say("no-evidence", self.language))]
        return [Point("evidence", witness.sentence, witness=witness) for witness in found]

    def triple(self, triple: ox.Triple) -> str:
        """A triple as a sentence."""
        predicate = triple.predicate.value
        return say("triple", self.language, subject=self._term(triple.subject), property=self.label(predicate), object=self._term(triple.object))

    def _term(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
        return self.named(term.value) if isinstance(term, ox.NamedNode) else quoted(text_of(term), self.language) if isinstance(term, ox.Literal) else str(term)

    def proof_point(self, proof: Proof) -> Point:
        """A proof as a point, from the conclusion down to what is asserted."""
        steps = {step.conclusion: step.reason for step in proof.steps}

        def told(triple: ox.Triple) -> Point:
            if triple in steps:
                reason = steps[triple]
                meaning = say("rule-meaning", self.language, rule=reason.rule.name)
                rule = say("rule", self.language, rule=reason.rule.name, meaning=meaning)
                sentence = f"{say('derived', self.language, triple=self.triple(triple))}, {rule}"
                premises = [told(premise) for premise in reason.premises if not _is_about_blank_axiom(premise)]
                if len(premises) < len(reason.premises):  # a list or a restriction reads better whole
                    premises.insert(
                        0, Point("axiom", say("axiom", self.language, triple=reason.rule.axiom_text), triples=reason.premises[: len(reason.rule.axiom)])
                    )
                return Point("derived", sentence, premises, triples=(triple,), rule=reason.rule.name)
            return self.asserted(triple)

        return told(proof.conclusion)

    def asserted(self, triple: ox.Triple) -> Point:
        """An asserted triple as a point, with its witnesses, or as a definition of the ontology."""
        subject = text_of(triple.subject)
        where = self.place(subject, text_of(triple.object))
        if is_axiom(triple):
            return Point("axiom", say("axiom", self.language, triple=self.triple(triple)), triples=(triple,), place=where)
        return Point("asserted", say("asserted", self.language, triple=self.triple(triple)), self.evidence(subject), triples=(triple,), place=where)


def is_axiom(triple: ox.Triple) -> bool:
    """Whether a triple is a definition of terms and no testimony about the world."""
    vocabulary = triple.predicate.value.startswith(AXIOMS) and triple.predicate.value != f"{RDFS}label"
    is_list = triple.predicate.value in (RDF + "first", RDF + "rest")
    typed_schema = triple.predicate.value == TYPE and text_of(triple.object).startswith((OWL, RDFS))
    return vocabulary or typed_schema or is_list


def _is_about_blank_axiom(triple: ox.Triple) -> bool:
    return is_axiom(triple) and is_about_blank(triple)
