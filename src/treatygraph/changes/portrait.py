"""What a line about a new or a removed thing tells of it: what it is related to, when, what it says, by what evidence."""

from __future__ import annotations

from collections.abc import Mapping

from treatygraph.changes.change import Change
from treatygraph.changes.comparison import Comparison
from treatygraph.changes.description import About, Value, iri_of, is_iri, language_of, text_of_value, words_of
from treatygraph.changes.naming import Names
from treatygraph.changes.sentences import SENTENCES
from treatygraph.namespaces import DCTERMS, RDF, RDFS, SH, SKOS, TG
from treatygraph.typography import quoted

__all__ = ["Portraits"]

SHOWN = 5  # values of one property, or properties of a thing of an unknown kind, that are told


def _terms(namespace: str, names: str) -> list[str]:
    return [namespace + name for name in names.split()]


# What a line about a new or a removed thing tells of it, in this order.
RELATIONS = [
    *_terms(TG, "isReadingOf isHeldBy isMadeBy isOwedTo isMadeIn isClauseOf isEventOf hasActor hasParticipant isOnBehalfOf isParticipationIn"),
    *_terms(TG, "concernsPlace concernsGroup concernsInstrument concernsClause concernsProvision includesPlace isPartOf isAreaOf tookPlaceAt isBetween"),
    *_terms(TG, "isReportOf isStatedIn concernsAspect hasSide isNameOf isVariantIn isUncertaintyOf isVersionOf refersTo isReferenceIn isWitnessOf"),
    *_terms(TG, "isLanguageVersionOf isInForcePeriodOf isNegotiationOf isConditionOf isAssessmentOf isTextOf"),
    *_terms(DCTERMS, "creator publisher"),
    *_terms(RDFS, "subClassOf subPropertyOf domain range"),
    *_terms(SH, "targetClass path"),
]
TEXTS = [
    *_terms(TG, "positionText readingText provisionText statementText disagreementText uncertaintyText"),
    *_terms(SKOS, "definition"),
    *_terms(SH, "message"),
    *_terms(DCTERMS, "description title"),
]
TOLD_ANYWAY = {f"{RDF}type", f"{RDFS}label", f"{SKOS}prefLabel", f"{TG}isEvidencedBy"}  # told in the sentence anyway


class Portraits:
    """What there is to tell of the things of a comparison.

    Args:
        comparison: the comparison.
        names: what its things are called.
        language: of the words.
    """

    def __init__(self, comparison: Comparison, names: Names, language: str) -> None:
        self._names = names
        self._language = language
        self._say = SENTENCES[language]
        self._before, self._after = comparison.before, comparison.after
        self._proved, self._proves = (_users(things, f"{TG}isEvidencedBy") for things in (self._before, self._after))
        self._parts = _users(self._before, f"{TG}isCitationOf")

    def of(self, change: Change) -> list[str]:
        """The clauses about the thing of a change, from the side that has it."""
        if change.thing.startswith("queries/"):
            return [self._names.values(change.new or change.old)]
        about = (self._after if change.kind == "added" else self._before)[change.thing]
        clauses = [*self._said(about), *filter(None, [self._names.words_of(change.thing)])]
        if not clauses:  # of a kind that this program does not know
            clauses = [self._relation(name, values) for name, values in sorted(about.items()) if name not in TOLD_ANYWAY][:SHOWN]
        if evidence := about.get(f"{TG}isEvidencedBy"):
            clauses.append(self._say["evidenced"].format(evidence=self._names.evidence(sorted(evidence, key=text_of_value)[:SHOWN])))
        clauses += self.proofs(change.thing, were=change.kind == "removed")
        if change.kind == "removed" and (parts := [part for part in self._parts.get(change.thing, []) if part not in self._after]):
            clauses.append(self._say["went with it"].format(count=len(parts)))
        return clauses

    def proofs(self, thing: str, were: bool = False) -> list[str]:
        """What a piece of evidence proves, or proved before it was taken away; nothing for any other thing."""
        users = (self._proved if were else self._proves).get(thing, [])
        told = self._listed([self._names.thing(user) for user in users])
        return [self._say["proved" if were else "proves"].format(things=told)] if users else []

    def time(self, about: About, time: str) -> str:
        """The bounds of a time in words, or an empty string where none is given."""
        first, last = (words_of(next(iter(about.get(f"{TG}{time}{bound}", ())), '""')) for bound in ("Earliest", "Latest"))
        if first and last:
            return first if first == last else self._say["between"].format(first=first, last=last)
        return self._say["not before"].format(first=first) if first else self._say["not after"].format(last=last) if last else ""

    def _said(self, about: About) -> list[str]:
        clauses = [self._relation(name, about[name]) for name in RELATIONS if name in about]
        times = {time: self.time(about, time) for time in ("start", "end", "issued")}
        clauses += [self._say["what"].format(noun=self._say[time], things=told) for time, told in times.items() if told]
        text = next((name for name in TEXTS if name in about), "")
        return [*clauses, self._best(about[text])] if text else clauses

    def _relation(self, name: str, values: frozenset[Value]) -> str:
        told = self._listed([self._names.value(value) for value in sorted(values, key=text_of_value)])
        if name.startswith((TG, RDFS)):
            return self._say["who"].format(verb=self._names.property(name), things=told)
        return self._say["what"].format(noun=self._names.property(name), things=told)

    def _best(self, values: frozenset[Value]) -> str:
        """The one of several texts that is in the language, else in English."""
        order = {self._language: 0, "en": 1}
        best = min(values, key=lambda value: (order.get(language_of(value), 2), text_of_value(value)))
        return quoted(self._names.style.words(words_of(best)), self._language)

    def _listed(self, texts: list[str]) -> str:
        return self._names.listed(texts, SHOWN)


def _users(things: Mapping[str, About], name: str) -> dict[str, list[str]]:
    """Of each thing that others have as the value of a property, those others."""
    found: dict[str, list[str]] = {}
    for thing in sorted(things):
        for value in things[thing].get(name, ()):
            if is_iri(value):
                found.setdefault(iri_of(value), []).append(thing)
    return found
