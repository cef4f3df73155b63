"""The page of a document: its text with every quoted stretch marked and what it proves, or only the quotations where the text is not here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from treatygraph.coverage import coverage_of
from treatygraph.evidence import Passage, TextVersion
from treatygraph.namespaces import TG
from treatygraph.pages.citations import cited, figure
from treatygraph.pages.desk import Desk
from treatygraph.pages.frame import page
from treatygraph.pages.thing import facts, forms, heading, incoming
from treatygraph.store import iri_term
from treatygraph.web.markup import Content, Markup, element

__all__ = ["document_page", "documents_page"]

SHOWN = 70  # characters of a quotation in the list of what is proved


def documents_page(desk: Desk) -> str:
    """The documents: those whose text is here first, then those that are quoted, then those that are cited."""
    rows = desk.rows(
        """SELECT ?document (COUNT(DISTINCT ?passage) AS ?quotations) (COUNT(DISTINCT ?citation) AS ?citations) {
          ?type rdfs:subClassOf* tg:Document . ?document a ?type .
          OPTIONAL { ?text tg:isVersionOf ?document . ?passage oa:hasSource ?text } OPTIONAL { ?citation tg:isCitationOf ?document }
        } GROUP BY ?document HAVING (COUNT(?document) > 0) ORDER BY ?document"""
    )
    desk.learn(document for document, *_ in rows)
    shares = {each.document: each.share for each in coverage_of(desk.corpus, desk.evidence)}
    groups: dict[str, list[Markup]] = {"with-text": [], "quoted-only": [], "cited-only": [], "not-cited": []}
    for document, quotations, citations in sorted(rows, key=lambda row: (desk.label(row[0]).casefold(), row[0])):
        key = "with-text" if document in shares else "quoted-only" if quotations != "0" else "cited-only" if citations != "0" else "not-cited"
        counts = [desk.view.say(name, count=count) for name, count in (("count-quotations", quotations), ("count-citations", citations)) if count != "0"]
        share = [desk.view.say("count-coverage", share=f"{shares[document]:.1%}")] if document in shares else []
        groups[key].append(element("li", desk.link(document), " ", element("small", "; ".join([*share, *counts]))))
    parts = [[element("h2", desk.view.say(key)), element("ul", items, class_="questions")] for key, items in groups.items() if items]
    return page(desk.view, desk.view.say("nav-documents"), element("p", desk.view.say("documents-lead"), class_="lead"), parts, kind="documents")


def document_page(desk: Desk, iri: str) -> str:
    """The page."""
    view = desk.view
    versions = [version for version in desk.evidence.texts.values() if version.document == iri]
    here = {version.iri for version in versions}
    passages = [passage for passage in desk.evidence.passages if passage.source in here]
    proved, furniture = _proved(desk, passages), _furniture(desk)
    parts: list[Content] = []
    for version in versions:
        own = [passage for passage in passages if passage.source == version.iri]
        if version.text is None:
            parts.append(_quotations(desk, own, proved))
        else:
            parts.append(_text(desk, version, [passage for passage in own if not passage.problem(version.text)], proved, furniture))
    if not versions:
        parts.append(_citations(desk, iri))
    return page(
        view,
        desk.label(iri),
        facts(desk, iri),
        parts,
        incoming(desk, iri) if not versions else None,
        forms(desk, iri),
        heading=heading(desk, iri),
        kind="document",
        scripts=("site.js",),
    )


def _proved(desk: Desk, passages: Sequence[Passage]) -> dict[str, list[str]]:
    """Of each passage, what it is evidence for."""
    terms = " ".join(iri_term(passage.iri) for passage in passages)
    found: dict[str, list[str]] = {}
    for passage, thing in desk.rows(f"SELECT DISTINCT ?passage ?thing {{ VALUES ?passage {{ {terms} }} ?thing tg:isEvidencedBy ?passage }} ORDER BY ?thing"):
        found.setdefault(passage, []).append(thing)
    desk.learn(thing for things in found.values() for thing in things)
    return found


def _furniture(desk: Desk) -> set[str]:
    return {passage for (passage,) in desk.rows(f"SELECT ?passage {{ ?passage a <{TG}Furniture> }}")}


def _text(desk: Desk, version: TextVersion, passages: Sequence[Passage], proved: Mapping[str, list[str]], furniture: set[str]) -> Content:
    """The text beside the list of what each of its passages proves."""
    view = desk.view
    numbered = {passage.iri: number for number, passage in enumerate((each for each in passages if each.iri not in furniture), 1)}
    coverage = next((each for each in coverage_of(desk.corpus, desk.evidence) if each.document == version.document), None)
    notes = [
        element(
            "li",
            element("a", _short(passage.exact), href=f"#{_name(passage.iri)}", lang=passage.language or None),
            element("br"),
            desk.links(proved.get(passage.iri, [])) or element("span", view.say("proves-nothing")),
            id=f"n-{_name(passage.iri)}",
            value=str(numbered[passage.iri]),
        )
        for passage in passages
        if passage.iri in numbered
    ]
    return element(
        "div",
        element(
            "section",
            element("h2", view.say("text")),
            element("p", view.say("text-lead"), class_="when"),
            element("div", _marked(version.text or "", passages, numbered), class_="fulltext", lang=version.language or None),
        ),
        element(
            "aside",
            element("h2", view.say("coverage")),
            [element("p", view.say("coverage-told", share=f"{coverage.share:.1%}", covered=coverage.covered, letters=coverage.letters)), _bar(coverage.share)]
            if coverage
            else None,
            element("h2", view.say("proves")),
            element("ol", notes, class_="proofs"),
            class_="apparatus",
            aria_label=view.say("proves"),
        ),
        class_="with-apparatus",
    )


def _marked(text: str, passages: Sequence[Passage], numbered: Mapping[str, int]) -> Content:
    """The text in stretches, each a link to what its passages prove; where passages overlap a stretch belongs to all of them."""
    edges = sorted({0, len(text), *(edge for passage in passages for edge in (passage.start, passage.end))})
    shown: list[Content] = []
    for start, end in pairwise(edges):
        around = [passage for passage in passages if passage.start <= start and end <= passage.end]
        words = text[start:end]
        begin = [element("span", id=_name(passage.iri)) for passage in passages if passage.start == start and passage.end > start]
        quoted = [passage for passage in around if passage.iri in numbered]
        if not around:
            shown.append(words)
            continue
        chosen = min(quoted or around, key=lambda passage: passage.end - passage.start)
        names = " ".join(_name(passage.iri) for passage in around)
        if quoted and not words.strip():  # nothing to read is nothing to follow
            shown.append([begin, element("span", words, data_p=names)])
        elif quoted:
            shown.append([begin, element("a", words, href=f"#n-{_name(chosen.iri)}", class_="q", data_p=names)])
        else:
            shown.append([begin, element("span", words, class_="q furniture", data_p=names)])
        ending = [passage for passage in quoted if passage.end == end]
        if ending:
            links = [element("a", str(numbered[passage.iri]), href=f"#n-{_name(passage.iri)}") for passage in ending]
            shown.append(element("sup", [[" " if number else None, link] for number, link in enumerate(links)]))
    return shown


def _quotations(desk: Desk, passages: Sequence[Passage], proved: Mapping[str, list[str]]) -> Content:
    """The quotations of a text that is not here, each with what it proves."""
    sources = cited(desk.corpus, desk.evidence, [passage.iri for passage in passages], desk.view.language)
    return [
        element("h2", desk.view.say("quotations")),
        element("p", desk.view.say("text-absent"), class_="note measure"),
        [
            element(
                "div",
                element("div", figure(desk.view, sources[passage.iri]), id=_name(passage.iri)),
                element("p", desk.view.say("proves-this"), " ", desk.links(proved[passage.iri]), class_="when") if proved.get(passage.iri) else None,
                class_="measure",
            )
            for passage in passages
            if passage.iri in sources
        ],
    ]


def _citations(desk: Desk, document: str) -> Content:
    """What is cited from a document without a text, and what rests on each citation."""
    rows = desk.rows(
        f"""SELECT ?citation ?thing {{ ?citation tg:isCitationOf {iri_term(document)} .
          OPTIONAL {{ ?thing tg:isEvidencedBy ?citation }} }} ORDER BY ?citation ?thing"""
    )
    if not rows:
        return None
    found: dict[str, list[str]] = {}
    for citation, thing in rows:
        found.setdefault(citation, []).extend([thing] if thing else [])
    desk.learn(thing for things in found.values() for thing in things)
    sources = cited(desk.corpus, desk.evidence, found, desk.view.language)
    items = [
        element(
            "li",
            element("div", figure(desk.view, sources[citation]), id=_name(citation)),
            element("p", desk.view.say("proves-this"), " ", desk.links(things), class_="when"),
        )
        for citation, things in found.items()
        if citation in sources
    ]
    return [element("h2", desk.view.say("citations")), element("ul", items, class_="plain measure")]


def _bar(share: float) -> Markup:
    return element(
        "svg",
        element("rect", class_="all", width="100", height="6"),
        element("rect", class_="part", width=f"{share * 100:.1f}", height="6"),
        class_="bar",
        viewBox="0 0 100 6",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def _name(iri: str) -> str:
    return iri.rpartition("/")[2]
