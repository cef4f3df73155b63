"""A document as it was read: its texts with the quoted stretches, the places cited of it, and what each of them proves."""

from __future__ import annotations

import re

from treatygraph.corpus import Corpus
from treatygraph.errors import UsageError, nearest
from treatygraph.evidence import Evidence, Passage, TextVersion
from treatygraph.marking import Stretch, paragraphs
from treatygraph.namespaces import LABELS, QUERY_PREFIXES, short_name
from treatygraph.store import iri_term
from treatygraph.things import Things

__all__ = ["AnnotatedText", "Annotations", "Cited", "Part", "Proof", "Quoted", "annotate"]

AROUND = 240  # characters shown on each side of what is asked for


class Proof:
    """An assertion that a stretch or a citation proves."""

    def __init__(self, iri: str, label: str, kind: str) -> None:
        self.iri = iri
        self.label = label
        self.kind = kind


class Quoted:
    """A stretch of a text: the passage that quotes it, its number in the text, and what it proves.

    Attributes:
        problem: how the passage differs from the text, or an empty string.
    """

    def __init__(self, number: int, passage: Passage, kind: str, proves: list[Proof], problem: str) -> None:
        self.number = number
        self.passage = passage
        self.kind = kind
        self.proves = proves
        self.problem = problem


class Cited:
    """A place that is cited of a document, without its words."""

    def __init__(self, number: int, iri: str, pinpoint: str, grade: str, proves: list[Proof]) -> None:
        self.number = number
        self.iri = iri
        self.pinpoint = pinpoint
        self.grade = grade
        self.proves = proves


class Part:
    """A part of a text that is shown together.

    Attributes:
        start, end: in the text.
        shown: the stretches whose marks are shown in it.
        told: of these, the ones whose proofs are told below it: each stretch once, where it begins.
    """

    def __init__(self, start: int, end: int, shown: list[Quoted], told: list[Quoted]) -> None:
        self.start = start
        self.end = end
        self.shown = shown
        self.told = told


class AnnotatedText:
    """One text version with its quoted stretches.

    Attributes:
        text: the words, or None where they are not here; then the quotations are all there is.
        quoted: the stretches, numbered in the order of the text, the longer first where two begin together.
    """

    def __init__(self, version: TextVersion, quoted: list[Quoted]) -> None:
        self.version = version
        self.text = version.text
        self.quoted = quoted

    def find(self, asked: str) -> list[Stretch]:
        """What a person asks for: a number, the name of a passage, or words.

        Returns:
            Start and end of each place where it stands, with the number of the stretch, or 0 for words.
        """
        name = asked.rpartition("/")[2].removeprefix("passage:")
        for quoted in self.quoted:
            if str(quoted.number) == asked or quoted.passage.iri.rpartition("/")[2] == name:
                return [(quoted.passage.start, quoted.passage.end, quoted.number)]
        pattern = re.compile(r"\s+".join(re.escape(word) for word in asked.split()), re.IGNORECASE)
        if self.text is not None:
            return [(*match.span(), 0) for match in pattern.finditer(self.text)]
        return [
            (quoted.passage.start + match.start(), quoted.passage.start + match.end(), 0)
            for quoted in self.quoted
            for match in pattern.finditer(quoted.passage.exact)
        ]

    def parts(self) -> list[Part]:
        """The text paragraph by paragraph; where it is not here, its quotations one by one."""
        if self.text is None:
            return [Part(one.passage.start, one.passage.end, [one], [one]) for one in self.quoted]
        sound = [one for one in self.quoted if not one.problem]
        return [
            Part(
                start,
                end,
                [one for one in sound if one.passage.start < end and one.passage.end > start],
                [one for one in sound if start <= one.passage.start < end],
            )
            for start, end in paragraphs(self.text)
        ]

    def around(self, places: list[Stretch]) -> list[Part]:
        """The surroundings of some places, cut between words; places near one another are shown together."""
        parts: list[Part] = []
        for start, end, number in places:
            quoted = [one for one in self.quoted if (one.number == number if number else one.passage.start < end and one.passage.end > start)]
            if self.text is None:
                parts += [Part(one.passage.start, one.passage.end, [one], [one]) for one in quoted]
                continue
            quoted = [one for one in quoted if not one.problem]
            begin, until = max(0, start - AROUND), min(len(self.text), end + AROUND)
            while 0 < begin < start and not self.text[begin - 1].isspace():
                begin += 1
            while end < until < len(self.text) and not self.text[until].isspace():
                until -= 1
            if parts and begin <= parts[-1].end:
                before = parts.pop()
                begin, quoted = before.start, [*before.told, *(one for one in quoted if one not in before.told)]
            parts.append(Part(begin, until, quoted, quoted))
        return parts


class Annotations:
    """What a corpus has of one document: its texts with their stretches, and the places that are cited without words."""

    def __init__(self, document: str, label: str, texts: list[AnnotatedText], cited: list[Cited]) -> None:
        self.document = document
        self.label = label
        self.texts = texts
        self.cited = cited

    def parts(self, asked: str = "") -> list[tuple[AnnotatedText, list[Part]]]:
        """The parts of each text to show: all, or those around a number, a passage or words.

        Raises:
            UsageError: nothing of that kind is there; the message names the nearest passage.
        """
        if not asked:
            return [(text, text.parts()) for text in self.texts]
        if not asked.split():
            raise UsageError("There is nothing to look around.", "Give a number, the name of a passage, or words of the text.")
        found = [(text, text.around(places)) for text in self.texts if (places := text.find(asked))]
        if not found:
            quoted = [one for text in self.texts for one in text.quoted]
            hint = "" if asked.isdecimal() else nearest(asked.removeprefix("passage:"), (one.passage.iri.rpartition("/")[2] for one in quoted))
            raise UsageError(
                f"'{asked}' is neither a number, nor a passage, nor words of {short_name(self.document)}.",
                f"Its stretches are 1 to {len(quoted)}. {hint}".strip(),
            )
        return found


def annotate(corpus: Corpus, evidence: Evidence, document: str, language: str) -> Annotations:
    """Everything that the corpus has of a document.

    Args:
        corpus: the corpus.
        evidence: its passages, with the texts that are at hand.
        document: the IRI of the document.
        language: of the labels.
    """
    things = Things(corpus.store)
    cited = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?citation ?pinpoint ?grade ?seen {{ ?citation tg:isCitationOf {iri_term(document)}
          OPTIONAL {{ ?citation tg:pinpoint ?pinpoint }} OPTIONAL {{ ?citation tg:hasGrade ?grade }}
          OPTIONAL {{ ?citation tg:hasConsultation ?seen }} }} ORDER BY ?citation"""
    ).texts()
    versions = [version for version in evidence.texts.values() if version.document == document]
    passages = {version.iri: [passage for passage in evidence.passages if passage.source == version.iri] for version in versions}
    proofs = _proofs(corpus, things, [passage.iri for found in passages.values() for passage in found] + [row[0] or "" for row in cited], language)
    kinds = things.kind_labels([passage.iri for found in passages.values() for passage in found], language)
    texts = []
    number = 0
    for version in versions:
        quoted = []
        for passage in sorted(passages[version.iri], key=lambda passage: (passage.start, -passage.end, passage.iri)):
            number += 1
            problem = passage.problem(version.text) if version.text is not None else ""
            quoted.append(Quoted(number, passage, kinds.get(passage.iri, ""), proofs.get(passage.iri, []), problem))
        texts.append(AnnotatedText(version, quoted))
    labels = things.labels([value for row in cited for value in row[2:] if value], language)
    places = [
        Cited(number + at, iri or "", pinpoint or "", ", ".join(labels[value] for value in graded if value), proofs.get(iri or "", []))
        for at, (iri, pinpoint, *graded) in enumerate(cited, 1)
    ]
    return Annotations(document, things.label(document, language), texts, places)


def _proofs(corpus: Corpus, things: Things, evidence: list[str], language: str) -> dict[str, list[Proof]]:
    """What each piece of evidence proves. A name as attested has no label: it is told by its form."""
    terms = " ".join(iri_term(iri) for iri in evidence)
    rows = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?evidence ?thing {{ VALUES ?evidence {{ {terms} }} ?thing tg:isEvidencedBy ?evidence FILTER(isIRI(?thing))
          }} ORDER BY ?evidence ?thing"""
    ).texts()
    proved = " ".join(iri_term(thing) for thing in dict.fromkeys(thing for _, thing in rows if thing))
    # of their own, for inside an OPTIONAL the engine looks at all names
    told = corpus.store.select(f"{QUERY_PREFIXES} SELECT ?thing {{ VALUES ?thing {{ {proved} }} ?thing {LABELS} ?label }}").texts()
    labelled = {thing for (thing,) in told}
    forms = {
        thing: form
        for thing, form in corpus.store.select(
            f"{QUERY_PREFIXES} SELECT ?thing ?form {{ VALUES ?thing {{ {proved} }} ?thing skosxl:literalForm ?form }} ORDER BY ?thing DESC(?form)"
        ).texts()
        if thing not in labelled
    }
    iris = [thing or "" for _, thing in rows]
    labels, kinds = things.labels(iris, language), things.kind_labels(iris, language)
    found: dict[str, list[Proof]] = {}
    for piece, thing in rows:
        if piece and thing:
            form = forms.get(thing)
            found.setdefault(piece, []).append(Proof(thing, f"“{form}”" if form else labels[thing], kinds.get(thing, "")))
    return found
