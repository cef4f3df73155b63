"""The page of a document: its text with every quoted stretch marked and what it proves, or only the quotations where the text is not here."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from treatygraph.coverage import Coverage, coverage_of_text
from treatygraph.errors import UsageError
from treatygraph.evidence import Evidence, Passage, TextVersion, text_name
from treatygraph.namespaces import TG
from treatygraph.pages.citations import cited, figure
from treatygraph.pages.desk import Desk
from treatygraph.pages.frame import page
from treatygraph.pages.paging import PAGE, page_asked, page_links, search_form
from treatygraph.pages.thing import facts, forms, heading, incoming
from treatygraph.remembered import Table, remembered
from treatygraph.store import iri_term
from treatygraph.typography import percent
from treatygraph.web.markup import Content, Markup, element

__all__ = ["document_page", "documents_page"]

GROUPS = ("with-text", "quoted-only", "cited-only", "not-cited")
FEW = 60  # texts that are read for a list, to say how much of each is in the graph
LONGEST, PART = 150_000, 100_000  # characters of a text that is shown whole, and of a part of a longer one, about
NUMBER = re.compile(r"\d+")
SHOWN = 70  # characters of a quotation in the list of what is proved


def documents_page(desk: Desk) -> str:
    """The documents: those whose text is here first, then those that are quoted, then those that are cited.

    Raises:
        UsageError: the address asks for a page of the list that there is not.
    """
    view = desk.view
    rows = remembered(desk.corpus, f"documents-{view.language}", lambda: _documents(desk))
    number = page_asked(view, len(rows))
    shown = rows[(number - 1) * PAGE : number * PAGE]
    with_text = [document for document, _, key, *_ in shown if key == GROUPS[0]]
    shares = _shares(desk, with_text)
    groups: dict[str, list[Markup]] = {}
    for document, label, key, quotations, citations in shown:
        counts = [view.say(name, count=count) for name, count in (("count-quotations", quotations), ("count-citations", citations)) if count != "0"]
        share = [view.say("count-coverage", share=percent(shares[document], view.language))] if document in shares else []
        link = element("a", label, href=view.thing(document))
        groups.setdefault(key, []).append(element("li", link, " ", element("small", "; ".join([*share, *counts]))))
    parts = [[element("h2", view.say(key)), element("ul", items, class_="questions")] for key, items in groups.items()]
    ranges = [f"{_short(rows[at][1], 24)}" for at in range(0, len(rows), PAGE)]
    links = page_links(view, len(rows), number, lambda each: ranges[each - 1])
    return page(
        view,
        view.say("nav-documents"),
        element("p", view.say("documents-lead"), class_="lead"),
        search_form(view, "Document"),
        links,
        parts,
        links,
        kind="documents",
    )


def _documents(desk: Desk) -> Table:
    """Every document with its label, its group, and how many quotations and citations there are of it, in the order of the page."""
    every = [document for (document,) in desk.rows("SELECT DISTINCT ?document { ?type rdfs:subClassOf* tg:Document . ?document a ?type }")]
    quoted = desk.rows("SELECT ?document (COUNT(DISTINCT ?passage) AS ?n) { ?text tg:isVersionOf ?document . ?passage oa:hasSource ?text } GROUP BY ?document")
    cited_of = desk.rows("SELECT ?document (COUNT(DISTINCT ?citation) AS ?n) { ?citation tg:isCitationOf ?document } GROUP BY ?document")
    quotations, citations = dict(quoted), dict(cited_of)
    files = desk.rows("SELECT ?document ?file { ?text tg:isVersionOf ?document ; tg:fileName ?file }")
    here = {document for document, file in files if (desk.corpus.layout.texts / text_name(file)).is_file()}
    labels = desk.things.labels(every, desk.view.language) if every else {}
    table = []
    for document in every:
        key = GROUPS[0 if document in here else 1 if document in quotations else 2 if document in citations else 3]
        table.append([document, labels[document], key, quotations.get(document, "0"), citations.get(document, "0")])
    return sorted(table, key=lambda row: (GROUPS.index(row[2]), _natural(row[1]), row[0]))


def _natural(label: str) -> str:
    """A label with its numbers in the order of what they count."""
    return NUMBER.sub(lambda match: match[0].zfill(9), label.casefold())


def _shares(desk: Desk, documents: Sequence[str]) -> dict[str, float]:
    """How much of the text of each document is in the graph; where that is many texts to read, nothing is said of any."""
    if len(documents) > FEW:
        return {}
    found = {}
    for document in documents:
        for version in _versions(desk, document):
            if version.text is not None:
                found[document] = coverage_of_text(desk.corpus, version, _passages(desk, version.iri)).share
    return found


def document_page(desk: Desk, iri: str) -> str:
    """The page."""
    view = desk.view
    versions = _versions(desk, iri)
    parts: list[Content] = []
    for version in versions:
        own = _passages(desk, version.iri)
        proved = _proved(desk, own)
        if version.text is None:
            parts.append(_quotations(desk, own, proved))
        else:
            sound = [passage for passage in own if not passage.problem(version.text)]
            parts.append(_text(desk, version, sound, proved, coverage_of_text(desk.corpus, version, own)))
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


def _versions(desk: Desk, document: str) -> list[TextVersion]:
    """The text versions of a document, with their texts where they are here."""
    if desk.evidence is not None:
        return [version for version in desk.evidence.texts.values() if version.document == document]
    rows = desk.rows(
        f"""SELECT ?text ?file ?sha ?language {{ ?text tg:isVersionOf {iri_term(document)} ; tg:fileName ?file .
          OPTIONAL {{ ?text tg:sha256 ?sha }} OPTIONAL {{ ?text dcterms:language ?language }} }} ORDER BY ?text"""
    )
    return [TextVersion(text, document, file, sha, language, [desk.corpus.layout.texts]) for text, file, sha, language in rows]


def _passages(desk: Desk, text: str) -> list[Passage]:
    """The passages of a text version, in its order."""
    if desk.evidence is not None:
        return [passage for passage in desk.evidence.passages if passage.source == text]
    found = [passage for (passage,) in desk.rows(f"SELECT DISTINCT ?passage {{ ?passage oa:hasSource {iri_term(text)} . FILTER(isIRI(?passage)) }}")]
    return [passage for passage in Evidence(desk.corpus, only=found).passages if passage.source == text] if found else []


def _proved(desk: Desk, passages: Sequence[Passage]) -> dict[str, list[str]]:
    """Of each passage, what it is evidence for."""
    terms = " ".join(iri_term(passage.iri) for passage in passages)
    found: dict[str, list[str]] = {}
    for passage, thing in desk.rows(f"SELECT DISTINCT ?passage ?thing {{ VALUES ?passage {{ {terms} }} ?thing tg:isEvidencedBy ?passage }} ORDER BY ?thing"):
        found.setdefault(passage, []).append(thing)
    desk.learn(thing for things in found.values() for thing in things)
    return found


def _furniture(desk: Desk, passages: Sequence[Passage]) -> set[str]:
    terms = " ".join(iri_term(passage.iri) for passage in passages)
    return {passage for (passage,) in desk.rows(f"SELECT ?passage {{ VALUES ?passage {{ {terms} }} ?passage a <{TG}Furniture> }}")}


def _part(desk: Desk, text: str, passages: Sequence[Passage]) -> tuple[int, int, Markup | None]:
    """The part of a text that a page shows, cut between lines, with links to the other parts where it is not all of it.

    Raises:
        UsageError: the address asks for a part that there is not.
    """
    view = desk.view
    if len(text) <= LONGEST or view.is_local:
        return 0, len(text), None
    edges = [0]
    while len(text) - edges[-1] > PART + PART // 2:
        line = text.find("\n", edges[-1] + PART)
        if line < 0:
            break
        edges.append(line + 1)
    asked = dict(view.asked)
    at = next((passage.start for passage in passages if _name(passage.iri) == asked.get("at")), 0)
    number = asked.get("page") or str(bisect_right(edges, at))
    if not (number.isascii() and number.isdecimal() and 1 <= int(number) <= len(edges)):
        raise UsageError(f"There is no part {number} of this text.", f"The parts are 1 to {len(edges)}.")
    links = []
    for each in range(1, len(edges) + 1):
        current = "page" if each == int(number) else None
        links.append([" ", element("a", str(each), href=view.again(page=str(each), at=""), aria_current=current)])
    start = edges[int(number) - 1]
    return start, [*edges, len(text)][int(number)], element("nav", view.say("parts"), links, class_="pages", aria_label=view.say("parts"))


def _text(desk: Desk, version: TextVersion, passages: Sequence[Passage], proved: Mapping[str, list[str]], coverage: Coverage) -> Content:
    """The text, or of a long one a part, beside the list of what each of its passages proves."""
    view = desk.view
    text = version.text or ""
    furniture = _furniture(desk, passages)
    numbered = {passage.iri: number for number, passage in enumerate((each for each in passages if each.iri not in furniture), 1)}
    start, end, parts = _part(desk, text, passages)
    passages = [passage for passage in passages if passage.start < end and passage.end > start]
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
            parts,
            element("div", _marked(text, passages, numbered, start, end), class_="fulltext", lang=version.language or None),
            parts,
        ),
        element(
            "aside",
            element("h2", view.say("coverage")),
            element("p", view.say("coverage-told", share=percent(coverage.share, view.language), covered=coverage.covered, letters=coverage.letters)),
            _bar(coverage.share),
            element("h2", view.say("proves")),
            element("ol", notes, class_="proofs"),
            class_="apparatus",
            aria_label=view.say("proves"),
        ),
        class_="with-apparatus",
    )


def _marked(text: str, passages: Sequence[Passage], numbered: Mapping[str, int], first: int, last: int) -> Content:
    """A part of the text in stretches, each a link to what its passages prove; where passages overlap a stretch belongs to all of them."""
    edges = sorted({first, last, *(edge for passage in passages for edge in (passage.start, passage.end) if first < edge < last)})
    shown: list[Content] = []
    for start, end in pairwise(edges):
        around = [passage for passage in passages if passage.start <= start and end <= passage.end]
        words = text[start:end]
        begin = [element("span", id=_name(passage.iri)) for passage in passages if max(passage.start, first) == start and passage.end > start]
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


def _short(words: str, most: int = SHOWN) -> str:
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[:most]}…"


def _name(iri: str) -> str:
    return iri.rpartition("/")[2]
