"""What every page about a thing asks with: rows, labels, links, and the evidence behind a thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from treatygraph.corpus import Corpus
from treatygraph.drawing import began, ended
from treatygraph.evidence import Evidence
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.pages.citations import behind, cited, figures
from treatygraph.pages.view import View
from treatygraph.store import iri_term
from treatygraph.things import Things
from treatygraph.web.markup import Content, Markup, element

__all__ = ["Desk"]


class Desk:
    """A corpus asked for one page.

    Attributes:
        corpus: the corpus.
        view: language and addresses of the page.
        things: names and labels.
        evidence: all texts, where somebody has read them for many pages; None where a page reads those that it needs.
    """

    def __init__(self, corpus: Corpus, view: View, evidence: Evidence | None = None) -> None:
        self.corpus = corpus
        self.view = view
        self.things = Things(corpus.store)
        self.evidence = evidence
        self._labels: dict[str, str] = {}

    def rows(self, query: str) -> list[list[str]]:
        """The rows of a SELECT query, an empty text where nothing is bound."""
        return [[value or "" for value in row] for row in self.corpus.store.select(QUERY_PREFIXES + query).texts()]

    def ask(self, query: str) -> bool:
        """The answer to an ASK query."""
        return self.corpus.store.ask(QUERY_PREFIXES + query)

    def is_a(self, iri: str, kind: str) -> bool:
        """Whether a thing is of a class of the ontology, given by its local name, or of one below it."""
        return self.ask(f"ASK {{ {iri_term(iri)} a/rdfs:subClassOf* <{TG}{kind}> }}")

    def learn(self, iris: Iterable[str]) -> None:
        """Look up the labels of several things at once."""
        wanted = [iri for iri in dict.fromkeys(iris) if iri and iri not in self._labels]
        if wanted:
            self._labels |= self.things.labels(wanted, self.view.language)

    def label(self, iri: str) -> str:
        """The label of a thing in the language of the page."""
        self.learn([iri])
        return self._labels[iri]

    def link(self, iri: str, **attributes: str | bool | None) -> Markup:
        """A thing as a link by its label."""
        return element("a", self.label(iri), href=self.view.thing(iri), **attributes)

    def links(self, iris: Sequence[str]) -> Content:
        """Things as links, one after the other."""
        self.learn(iris)
        return [[", " if number else None, self.link(iri)] for number, iri in enumerate(iris)]

    def proofs(self, things: Iterable[str]) -> dict[str, Markup]:
        """Of each thing that has evidence, the passages and citations, in a fold."""
        found = behind(self.corpus, things)
        sources = cited(self.corpus, self.evidence, (iri for iris in found.values() for iri in iris), self.view.language)
        return {
            thing: element("details", element("summary", self.view.say("evidence")), figures(self.view, sources, iris), open=None)
            for thing, iris in found.items()
            if iris
        }

    def bounds(self, thing: str) -> str:
        """When something was, in words; empty where nothing is said of it."""
        found = self.rows(
            f"""SELECT ?se ?sl ?ee ?el ?status {{ VALUES ?thing {{ {iri_term(thing)} }}
              OPTIONAL {{ ?thing tg:startEarliest ?se }} OPTIONAL {{ ?thing tg:startLatest ?sl }}
              OPTIONAL {{ ?thing tg:endEarliest ?ee }} OPTIONAL {{ ?thing tg:endLatest ?el }} OPTIONAL {{ ?thing tg:hasEndStatus ?status }} }} LIMIT 1"""
        )
        if not found or not any(found[0][:4]):
            return ""
        se, sl, ee, el, status = found[0]
        return self.when(se, sl, ee, el, status == TG + "Ongoing")

    def when(self, start_earliest: str, start_latest: str, end_earliest: str, end_latest: str, ongoing: bool = False) -> str:
        """Bounds in words."""
        told = [began(start_earliest, start_latest, self.view.language)] if start_earliest or start_latest else []
        if end_earliest or end_latest:
            told.append(ended(end_earliest, end_latest, ongoing, self.view.language))
        return "; ".join(told)
