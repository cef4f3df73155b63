"""The page of any thing: what it says, what it rests on, what refers to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from treatygraph.namespaces import HOME, ID, OA, RDF, SKOS, TG, short_name
from treatygraph.pages.citations import behind, cited, figures
from treatygraph.pages.desk import Desk
from treatygraph.pages.dossier import texts_of
from treatygraph.pages.frame import page
from treatygraph.pages.names import property_name
from treatygraph.store import Term, iri_term
from treatygraph.web.addresses import address_of
from treatygraph.web.dataset import parts_of
from treatygraph.web.markup import Content, Markup, element
from treatygraph.web.negotiation import GRAPH, HTML

__all__ = ["facts", "forms", "heading", "incoming", "thing_page"]

TOLD_ABOVE = {RDF + "type", SKOS + "prefLabel", SKOS + "altLabel", TG + "isEvidencedBy", OA + "hasSelector"} | {
    TG + name for name in ("positionText", "provisionText", "readingText", "conditionText", "statementText", "disagreementText", "uncertaintyText")
}
BOUNDS = {TG + name for name in ("startEarliest", "startLatest", "endEarliest", "endLatest")}
MANY = 30  # things of one kind of reference that are listed before the rest is folded
ORDERED = 2000  # things of one kind of reference that are put in the order of their labels
MOST = 400  # and that are listed at all; the endpoint has the others
FORMS = tuple(form for form in GRAPH if form != HTML)


def thing_page(desk: Desk, iri: str) -> str:
    """The page of a thing without a page of its own kind."""
    proofs = behind(desk.corpus, [iri])[iri]
    sources = cited(desk.corpus, desk.evidence, [*proofs, iri], desk.view.language)
    own = sources.pop(iri, None)
    words, tag = texts_of(desk.corpus, [iri], desk.view.language).get(iri, ("", ""))
    when = desk.bounds(iri)
    return page(
        desk.view,
        desk.label(iri),
        element("p", words, class_="says measure", lang=tag or None) if words else None,
        element("p", when, class_="when") if when else None,
        element("div", figures(desk.view, {iri: own}, [iri]), class_="measure") if own else None,
        facts(desk, iri),
        [element("h2", desk.view.say("sentences")), element("div", figures(desk.view, sources, proofs), class_="measure")] if proofs else None,
        incoming(desk, iri),
        forms(desk, iri),
        heading=heading(desk, iri),
        kind="thing",
        scripts=("site.js",),
        alternates={form.media_type: f"{address_of(iri)}.{form.name}" for form in FORMS} if iri.startswith(HOME) else None,
    )


def heading(desk: Desk, iri: str) -> list[Content]:
    """The kind of a thing, its label, its names in other languages and scripts, and its identifier."""
    kinds = [
        kind
        for (kind,) in desk.rows(
            f"""SELECT DISTINCT ?kind {{ {iri_term(iri)} a ?kind . FILTER(isIRI(?kind) && STRSTARTS(STR(?kind), "{TG}"))
              FILTER NOT EXISTS {{ {iri_term(iri)} a ?narrower . ?narrower rdfs:subClassOf+ ?kind . FILTER(?narrower != ?kind) }} }} ORDER BY ?kind"""
        )
    ]
    names = desk.rows(f"SELECT DISTINCT (LANG(?name) AS ?tag) ?name {{ {iri_term(iri)} skos:prefLabel|skos:altLabel ?name }} ORDER BY ?tag ?name")
    others = [(tag, name) for tag, name in names if name != desk.label(iri)]
    return [
        element("p", desk.links(kinds), class_="crumbs") if kinds else None,
        element("h1", desk.label(iri)),
        element("p", [[" · " if number else None, element("span", name, lang=tag or None)] for number, (tag, name) in enumerate(others)], class_="names")
        if others
        else None,
        element("p", element("code", iri), class_="when"),
    ]


def facts(desk: Desk, iri: str, leave_out: frozenset[str] = frozenset()) -> Markup | None:
    """The statements about a thing that nothing else on the page tells, by the labels of their properties."""
    answer = desk.corpus.store.select(f"SELECT DISTINCT ?p ?o {{ {iri_term(iri)} ?p ?o }} ORDER BY ?p (STR(?o))")
    groups: dict[str, list[Term]] = {}
    for predicate, value in answer:
        assert predicate is not None
        assert value is not None
        name = parts_of(predicate)[1]
        if name not in TOLD_ABOVE | BOUNDS | leave_out and parts_of(value)[0] != "blank":
            groups.setdefault(name, []).append(value)
    if not groups:
        return None
    desk.learn([*groups, *(parts_of(value)[1] for values in groups.values() for value in values if parts_of(value)[0] == "iri")])
    ordered = sorted(groups.items(), key=lambda item: (not item[0].startswith(TG), desk.label(item[0]).casefold()))
    return element("dl", [[element("dt", _property(desk, name)), element("dd", _values(desk, values))] for name, values in ordered], class_="facts")


def _property(desk: Desk, iri: str) -> Content:
    if iri.startswith(TG):
        return element("a", desk.label(iri), href=desk.view.thing(iri))
    label = desk.label(iri)
    return property_name(re.split("[/#]", iri)[-1], desk.view.language) if label in (iri, short_name(iri)) else label


def _values(desk: Desk, values: Sequence[Term]) -> Content:
    shown = [_value(desk, value) for value in values[:MANY]]
    rest = [_value(desk, value) for value in values[MANY:MOST]]
    if len(values) == 1:
        return shown[0]
    more = element(
        "details", element("summary", desk.view.say("more", count=len(values) - MANY)), element("ul", [element("li", each) for each in rest], class_="plain")
    )
    return [element("ul", [element("li", each) for each in shown], class_="plain"), more if rest else None]


def _value(desk: Desk, value: Term) -> Content:
    kind, text, tag = parts_of(value)
    if kind == "iri":
        return desk.link(text) if text.startswith(HOME) or text in desk.things.labels([text]) else text
    language = tag if tag and ":" not in tag else None
    return element("span", text if len(text) < 600 else f"{text[:600]}…", lang=language)


def incoming(desk: Desk, iri: str) -> Content:
    """What refers to a thing, by the property; of a class its instances, of a property nothing."""
    ours = f"FILTER(isIRI(?s) && STRSTARTS(STR(?s), '{ID}'))"
    counts = desk.rows(f"SELECT ?p (COUNT(?s) AS ?n) {{ ?s ?p {iri_term(iri)} . {ours} }} GROUP BY ?p")
    if not counts:
        return None
    desk.learn(name for name, _ in counts)
    parts = []
    for name, count in sorted(counts, key=lambda item: desk.label(item[0]).casefold()):
        # Of very many, some as the store has them: to put all in order, all would have to be read.
        limit = f"ORDER BY ?s LIMIT {ORDERED}" if int(count) <= ORDERED else f"LIMIT {MOST}"
        found = desk.rows(f"SELECT DISTINCT ?s {{ ?s {iri_term(name)} {iri_term(iri)} . {ours} }} {limit}")
        desk.learn(subject for (subject,) in found)
        ordered = sorted((subject for (subject,) in found), key=lambda subject: (desk.label(subject).casefold(), subject))
        items = [element("li", desk.link(subject)) for subject in ordered]
        listed: Content = element("ul", items[:MANY], class_="plain")
        if len(items) > MANY:
            listed = [
                listed,
                element("details", element("summary", desk.view.say("more", count=int(count) - MANY)), element("ul", items[MANY:MOST], class_="plain")),
                element("p", desk.view.say("not-all", shown=MOST, count=count), class_="note") if int(count) > MOST else None,
            ]
        parts.append([element("dt", "← ", _property(desk, name)), element("dd", listed)])
    return [element("h2", desk.view.say("refers")), element("dl", parts, class_="facts")]


def forms(desk: Desk, iri: str) -> Content:
    """The same thing in the formats of RDF."""
    base = address_of(iri)
    if not base.startswith("/"):
        return None
    links = [
        [
            ", " if number else None,
            element("a", form.title, href=f"{base.rstrip('/')}.{form.name}" if not base.startswith("/thing?") else f"{base}&format={form.name}"),
        ]
        for number, form in enumerate(FORMS)
    ]
    return element("p", desk.view.say("same-as"), " ", links, class_="forms")
