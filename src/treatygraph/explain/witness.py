"""Witnesses: the passages and citations behind an assertion, how strong each is, and whether its words still stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from treatygraph.corpus import Corpus
from treatygraph.evidence import Evidence
from treatygraph.explain.words import join, say
from treatygraph.namespaces import QUERY_PREFIXES, TG, short_name
from treatygraph.results import LANGUAGE_NAMES
from treatygraph.store import iri_term
from treatygraph.things import Things

__all__ = ["NO_EVIDENCE", "Witness", "Witnesses"]

OWN_TEXT, QUOTED, CITED, SECOND_HAND, NO_EVIDENCE = range(5)
"""Ranks of evidence, the strongest first: the text of the instrument itself, a quotation, a pinpoint, a report at second hand, none."""


class Witness:
    """One passage or citation.

    Attributes:
        iri, document: its own and that of its document.
        rank: see `OWN_TEXT` and those after it.
        words: the quotation, empty for a citation.
        sentence: for a reader, in the language asked for.
        compared: ``same``, ``not here`` or ``differs`` for a quotation, empty for a citation.
    """

    def __init__(self, iri: str, document: str, rank: int, words: str, sentence: str, compared: str) -> None:
        self.iri = iri
        self.document = document
        self.rank = rank
        self.words = words
        self.sentence = sentence
        self.compared = compared

    def as_dict(self) -> dict[str, Any]:
        """The witness for JSON."""
        grade = ("own-text", "quoted", "cited", "second-hand")[self.rank]
        found = {"iri": self.iri, "document": self.document, "grade": grade, "quotation": self.words, "compared": self.compared}
        return {name: value for name, value in found.items() if value}


class Witnesses:
    """The witnesses of one corpus, told in one language."""

    def __init__(self, corpus: Corpus, language: str) -> None:
        self._corpus = corpus
        self._language = language
        self._things = Things(corpus.store)
        self._known: dict[str, Witness] = {}

    def behind(self, thing: str) -> list[Witness]:
        """What a thing says it is evidenced by, the strongest first."""
        return self.ranked(
            iri or "" for (iri,) in self._corpus.store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?e {{ {iri_term(thing)} tg:isEvidencedBy ?e }}").texts()
        )

    def best(self, thing: str) -> int:
        """The rank of the strongest witness of a thing."""
        return min((witness.rank for witness in self.behind(thing)), default=NO_EVIDENCE)

    def ranked(self, iris: Iterable[str]) -> list[Witness]:
        """Witnesses by their IRIs, the strongest first, then the one with more words."""
        wanted = list(dict.fromkeys(iris))
        self._read([iri for iri in wanted if iri not in self._known])
        return sorted((self._known[iri] for iri in wanted if iri in self._known), key=lambda witness: (witness.rank, -len(witness.words), witness.iri))

    def grade(self, rank: int) -> str:
        """A rank in words."""
        return say(f"rank-{rank}", self._language)

    def _read(self, iris: list[str]) -> None:
        if not iris:
            return
        terms = " ".join(map(iri_term, iris))
        rows = self._corpus.store.select(
            f"""{QUERY_PREFIXES} SELECT DISTINCT ?witness ?quoted ?cited ?pinpoint ?grade ?seen ?own {{
              VALUES ?witness {{ {terms} }}
              OPTIONAL {{ ?witness oa:hasSource ?text . ?text tg:isVersionOf ?quoted . OPTIONAL {{ ?quoted tg:isTextOf ?own }} }}
              OPTIONAL {{ ?witness tg:isCitationOf ?cited }}
              OPTIONAL {{ ?witness tg:pinpoint ?pinpoint }}
              OPTIONAL {{ ?witness tg:hasGrade ?grade }}
              OPTIONAL {{ ?witness tg:hasConsultation ?seen }}
            }} ORDER BY ?witness"""
        ).texts()
        # of its own, for inside an OPTIONAL the engine looks at the selectors of all passages
        words = {
            witness: said
            for witness, *said in self._corpus.store.select(
                f"""{QUERY_PREFIXES} SELECT ?witness ?exact (LANG(?exact) AS ?tag) ?start ?end {{ VALUES ?witness {{ {terms} }}
                  ?witness oa:hasSelector ?quote , ?position . ?quote oa:exact ?exact . ?position oa:start ?start ; oa:end ?end
                }} ORDER BY ?witness (xsd:integer(?start)) (xsd:integer(?end))"""
            ).texts()
        }
        problems = self._checked([witness for witness in words if witness])
        labels = self._things.labels([value for row in rows for value in (row[1], row[2], row[4], row[5]) if value], self._language)
        for row in rows:
            iri, quoted, cited, pinpoint, grade, seen, own = (value or "" for value in row)
            exact, tag, start, end = (value or "" for value in words.get(iri, ("", "", "", "")))
            told = [labels[value] for value in (grade, seen) if value]
            if exact:
                sentence, compared = self._quotation(problems.get(iri), labels[quoted], exact, tag, start, end, bool(own))
                rank = OWN_TEXT if own else QUOTED
            else:
                work = labels.get(cited or quoted, "")
                sentence = say("cited", self._language, document=work, pinpoint=pinpoint) if pinpoint else work
                compared = ""
                rank = SECOND_HAND if grade == f"{TG}ReportedAtSecondHand" else CITED
            sentence += f" ({join([*told, short_name(iri)], self._language)})"
            self._known[iri] = Witness(iri, cited or quoted, rank, exact, sentence, compared)

    def _quotation(self, problem: str | None, document: str, exact: str, tag: str, start: str, end: str, own: bool) -> tuple[str, str]:
        words = " ".join(exact.split())
        tongue = LANGUAGE_NAMES.get(tag, tag) if self._language == "en" else tag
        sentence = say("quoted", self._language, words=words, document=document, start=start, end=end, language=tongue)
        if problem is None:
            compared, verdict = "not here", say("not-here", self._language)
        elif problem:
            compared, verdict = "differs", say("other-words", self._language, problem=problem)
        else:
            compared, verdict = "same", say("same-words", self._language)
        return f"{sentence}; {say('own-text', self._language) + '; ' if own else ''}{verdict}", compared

    def _checked(self, passages: list[str]) -> dict[str, str]:
        """Of each of some passages whose text is at hand, what differs: an empty string where nothing does."""
        evidence = Evidence(self._corpus, only=passages)
        return {
            passage.iri: passage.problem(text)
            for passage in evidence.passages
            if passage.source in evidence.texts and (text := evidence.texts[passage.source].text) is not None
        }
