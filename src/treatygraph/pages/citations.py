"""What stands behind an assertion, as a reader needs it: the quotation in its surroundings, or the pinpoint, with its grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from treatygraph.corpus import Corpus
from treatygraph.evidence import Evidence
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.pages.view import View
from treatygraph.store import iri_term
from treatygraph.things import Things
from treatygraph.web.markup import Content, Markup, element

__all__ = ["Cited", "behind", "cited", "figure", "figures"]

QUOTED, CITED, SECOND_HAND = range(3)  # the strongest first
GRADES = {f"{TG}ReportedAtSecondHand": SECOND_HAND}
VERIFIED = f"{TG}QuotedAndVerified"
SHOWN = 60  # characters of what stands before and after a quotation
FIRST = 3  # passages and citations that are shown at once
LONG = 700  # characters of a quotation that is shown whole


@dataclass(frozen=True)
class Cited:
    """A passage or a citation.

    Attributes:
        iri, document: its own and that of its document.
        title: of the document.
        rank: 0 for a quotation, 1 for a pinpoint, 2 for a report at second hand.
        grade: the same in words, with how the work was seen.
        words, before, after, language: the quotation, what stands around it, and its language; empty for a citation.
        pinpoint: where it stands.
        address: where the document can be read elsewhere, or empty.
        is_own_text: whether the document is a text of the instrument itself.
        is_checked: whether the words were compared with the text, which is here.
    """

    iri: str
    document: str
    title: str
    rank: int
    grade: str
    words: str
    before: str
    after: str
    language: str
    pinpoint: str
    address: str
    is_own_text: bool
    is_checked: bool


def behind(corpus: Corpus, things: Iterable[str]) -> dict[str, list[str]]:
    """Of each thing, the passages and citations that evidence it."""
    wanted = list(dict.fromkeys(things))
    found: dict[str, list[str]] = {thing: [] for thing in wanted}
    terms = " ".join(map(iri_term, wanted))
    for thing, evidence in corpus.store.select(
        f"{QUERY_PREFIXES} SELECT DISTINCT ?thing ?evidence {{ VALUES ?thing {{ {terms} }} ?thing tg:isEvidencedBy ?evidence }} ORDER BY ?evidence"
    ).texts():
        found[thing or ""].append(evidence or "")
    return found


def cited(corpus: Corpus, evidence: Evidence | None, iris: Iterable[str], language: str) -> dict[str, Cited]:
    """The passages and citations among some IRIs, told in a language.

    Args:
        evidence: the texts that are at hand, where somebody has read them already; else those of these passages are read.
    """
    wanted = list(dict.fromkeys(iris))
    terms = " ".join(map(iri_term, wanted))
    if not terms:
        return {}
    rows = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?iri ?text ?quoted ?cited ?exact ?before ?after (LANG(?exact) AS ?tag) ?pinpoint ?grade ?seen ?own ?address {{
          {{ VALUES ?iri {{ {terms} }} ?iri oa:hasSource ?text . ?text tg:isVersionOf ?quoted . BIND(?quoted AS ?document)
             ?iri oa:hasSelector ?quote . ?quote oa:exact ?exact . OPTIONAL {{ ?quote oa:prefix ?before }} OPTIONAL {{ ?quote oa:suffix ?after }} }}
          UNION {{ VALUES ?iri {{ {terms} }} ?iri tg:isCitationOf ?cited . BIND(?cited AS ?document) OPTIONAL {{ ?iri tg:pinpoint ?pinpoint }}
             OPTIONAL {{ ?iri tg:hasGrade ?grade }} OPTIONAL {{ ?iri tg:hasConsultation ?seen }} }}
          OPTIONAL {{ ?document tg:isTextOf ?own }} OPTIONAL {{ ?document tg:address ?address }}
        }} ORDER BY ?iri ?address"""
    ).texts()
    labels = Things(corpus.store).labels([value for row in rows for value in (*row[2:4], *row[9:11]) if value] + [VERIFIED], language)
    texts = (evidence or Evidence(corpus, only=wanted)).texts
    found: dict[str, Cited] = {}
    for row in rows:
        iri, text, quoted, work, exact, before, after, tag, pinpoint, grade, seen, own, address = (value or "" for value in row)
        document = quoted or work
        told = [labels[VERIFIED]] if exact else [labels[value] for value in (grade, seen) if value]
        version = texts.get(text)
        found.setdefault(
            iri,
            Cited(
                iri,
                document,
                labels[document],
                QUOTED if exact else GRADES.get(grade, CITED),
                ", ".join(told),
                exact,
                before,
                after,
                tag,
                pinpoint,
                address,
                bool(own),
                version is not None and version.text is not None,
            ),
        )
    return found


def figures(view: View, sources: Mapping[str, Cited], iris: Sequence[str]) -> Markup:
    """Some passages and citations, the strongest first."""
    ranked = sorted((sources[iri] for iri in iris if iri in sources), key=lambda each: (each.rank, not each.is_own_text, -len(each.words), each.iri))
    more = [figure(view, each) for each in ranked[FIRST:]]
    rest = element("details", element("summary", view.say("more", count=len(more))), more) if more else None
    return element("div", [figure(view, each) for each in ranked[:FIRST]], rest, class_="evidence")


def figure(view: View, source: Cited) -> Markup:
    """One passage or citation: the words, then whose, how well it was seen, and the way to the rest of the text."""
    if not source.words:
        return element(
            "p",
            element("a", source.title, href=view.thing(source.document), class_="work"),
            f", {source.pinpoint}" if source.pinpoint else None,
            " ",
            _grade(view, source),
            [" ", element("a", view.say("elsewhere"), href=source.address, rel="external")] if source.address.startswith("http") else None,
            class_="cited",
        )
    return element(
        "figure",
        element("blockquote", _words(view, source), lang=source.language or None),
        element(
            "figcaption",
            element("a", source.title, href=view.thing(source.document), class_="work"),
            " ",
            _grade(view, source),
            " ",
            element("a", view.say("read-on"), href=view.passage(source.document, source.iri), class_="on") if source.is_checked else None,
        ),
        class_="quote",
    )


def _words(view: View, source: Cited) -> Content:
    before, after = source.before[-SHOWN:], source.after[:SHOWN]
    return [
        element("span", "…", before, class_="around") if before.strip() else None,
        element("mark", source.words) if len(source.words) <= LONG else [element("mark", f"{source.words[:LONG]}…")],
        element("span", after, "…", class_="around") if after.strip() else None,
    ]


def _grade(view: View, source: Cited) -> Markup:
    own = f"{view.say('own-text')}, " if source.is_own_text and source.words else ""
    absent = f"; {view.say('text-not-here')}" if source.words and not source.is_checked else ""
    return element("span", f"{own}{source.grade}{absent}", class_=f"grade rank-{source.rank}")
