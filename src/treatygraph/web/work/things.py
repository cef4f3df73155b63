"""Tell about one thing of the graph: its triples in any form, or a page."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from treatygraph.errors import nearest
from treatygraph.namespaces import DCTERMS, HOME, ID, OWL, PREFIXES, RDF, SKOS, TG, short_name
from treatygraph.results import Source, sources_of
from treatygraph.store import Term, iri_term
from treatygraph.things import Things
from treatygraph.web.addresses import address_of
from treatygraph.web.dataset import Triple, parts_of, write_tidy
from treatygraph.web.markup import Content, Markup, element
from treatygraph.web.negotiation import GRAPH, HTML, Choice
from treatygraph.web.pages import links_to_forms, page, show_term
from treatygraph.web.refusals import Refused
from treatygraph.web.served import Served
from treatygraph.web.wire import Reply

__all__ = ["tell"]

FORMS = tuple(form for form in GRAPH if form != HTML)
NAMED_ABOVE = {RDF + "type", SKOS + "prefLabel"}
LONG = 400  # characters of a value that are shown at once
MANY = 500  # things that refer to one, shown on its page
DEEP = 3  # blank nodes within blank nodes, shown on a page


def tell(served: Served, reply: Reply, readings: Sequence[tuple[str, Choice]], language: str) -> None:
    """Write what the graph says about a thing: all about it, and in which triples others name it.

    An ontology is told whole, with all of its terms, so that a tool that opens it by its address has it. Of a class the
    instances are left out, and of a property the triples made with it: the endpoint has them.

    Args:
        readings: what an address can mean, an IRI and the form in which to tell it; the first that is in the graph is told.
        language: of the labels.

    Raises:
        Refused: none of them is.
    """
    for iri, choice in readings:
        whole = _ontologies(served, iri)
        about, pointing = (served.graph.triples_of(whole), []) if whole else _description(served, iri)
        if about or pointing:
            reply.head(200, _headers(iri, choice))
            if choice.form == HTML:
                reply.write(_page(served, iri, about, pointing, language, bool(whole)))
            else:
                _write(about, pointing, choice.form.name, reply)
            return
    iri = readings[0][0]
    raise Refused(404, f"The graph says nothing about <{iri}>.", _suggestion(served, iri))


def _ontologies(served: Served, iri: str) -> list[str]:
    """The graphs that are the ontology of this name: all modules for the namespace itself, else the one that declares it."""
    declared = "?ontology" if iri.rstrip("/") == TG.rstrip("/") else iri_term(iri)
    rows = served.graph.select(f"SELECT DISTINCT ?graph {{ GRAPH ?graph {{ {declared} a <{OWL}Ontology> }} }} ORDER BY ?graph")
    return [graph for (graph,) in rows.texts() if graph]


def _description(served: Served, iri: str) -> tuple[list[Triple], list[Triple]]:
    about = served.graph.about(iri)
    is_term = iri.startswith(TG) or any(parts_of(triple.predicate)[1] == RDF + "type" and parts_of(triple.object)[1].startswith(OWL) for triple in about)
    known = set(about)
    pointing = [triple for triple in served.graph.pointing_at(iri) if triple not in known and not (is_term and parts_of(triple.predicate)[1] == RDF + "type")]
    return about, pointing


def _suggestion(served: Served, iri: str) -> str:
    if served.built:  # all names of a large graph are not looked through for a mistyped address
        return ""
    namespace, _, slug = iri.rpartition("/")
    rows = served.graph.select(f'SELECT DISTINCT ?thing {{ ?thing ?p ?o FILTER(STRSTARTS(STR(?thing), "{HOME}")) }}').texts()
    slugs = [thing.removeprefix(f"{namespace}/") for (thing,) in rows if thing and thing.startswith(f"{namespace}/")]
    return nearest(slug, slugs) or "The questions at /queries lead to what there is."


def _headers(iri: str, choice: Choice) -> dict[str, str]:
    here = _address(iri)
    links = [f'<{_in_form(iri, form.name)}>; rel="alternate"; type="{form.media_type}"' for form in (*FORMS, HTML) if form != choice.form]
    headers = {"Content-Type": choice.content_type, "Vary": "Accept, Accept-Language", "Link": ", ".join(links)}
    return headers if here.startswith("/thing?") else headers | {"Content-Location": _in_form(iri, choice.form.name)}


def _address(iri: str) -> str:
    """Where this server tells about a thing; other than `address_of` also for things whose IRI is elsewhere."""
    return address_of(iri) if iri.startswith(HOME) else f"/thing?iri={quote(iri, safe='')}"


def _in_form(iri: str, suffix: str) -> str:
    here = _address(iri)
    if here.startswith("/thing?"):
        return f"{here}&format={suffix}"
    return f"{here.rstrip('/')}.{suffix}"


def _write(about: Sequence[Triple], pointing: Sequence[Triple], form: str, reply: Reply) -> None:
    prefixes = PREFIXES | _kinds([*about, *pointing])
    if form != "ttl" or not about or any(parts_of(triple.subject)[0] != "iri" for triple in pointing):
        write_tidy([*about, *pointing], form, reply, prefixes)
        return
    header: list[bytes] = []
    bodies = []
    for triples in (about, pointing):  # the thing itself first
        part = io.BytesIO()
        write_tidy(triples, form, part, prefixes)
        lines = part.getvalue().splitlines(keepends=True)
        header += [line for line in lines if line.startswith(b"@prefix ")]
        bodies.append(b"".join(line for line in lines if not line.startswith(b"@prefix ")))
    reply.write(b"".join(sorted(set(header))))
    reply.write(bodies[0])
    if pointing:
        reply.write(b"\n# What refers to it\n" + bodies[1])


def _kinds(triples: Iterable[Triple]) -> dict[str, str]:
    """A prefix for each kind of individual that occurs, as the files of a corpus have them."""
    terms = itertools.chain.from_iterable((triple.subject, triple.object) for triple in triples)
    kinds = {parts_of(term)[1].removeprefix(ID).partition("/")[0] for term in terms if parts_of(term)[1].startswith(ID)}
    return {kind: f"{ID}{kind}/" for kind in sorted(kinds) if kind.isalpha() and kind not in PREFIXES}


def _page(served: Served, iri: str, triples: list[Triple], incoming: list[Triple], language: str, whole: bool) -> bytes:
    things = Things(served.graph)
    outgoing = [triple for triple in triples if parts_of(triple.subject)[1] == iri]
    iris = {text for triple in [*triples, *incoming] for kind, text, _ in map(parts_of, (triple.subject, triple.predicate, triple.object)) if kind == "iri"}
    labels = things.labels(sorted(iris | {iri}), language)
    labels |= {name: re.split("[/#]", name)[-1] or name for predicate in {triple.predicate for triple in triples} if (name := predicate.value) == labels[name]}
    evidence = sorted(parts_of(triple.object)[1] for triple in outgoing if parts_of(triple.predicate)[1] == TG + "isEvidencedBy")
    sources = sources_of(served.corpus, evidence or [iri], language) if evidence or iri.startswith(f"{ID}passage/") else {}
    shown = [triple for triple in outgoing if parts_of(triple.predicate)[1] not in NAMED_ABOVE and parts_of(triple.object)[1] not in sources]
    titles = [text for triple in triples if parts_of(triple.predicate)[1] == DCTERMS + "title" for _, text, _ in [parts_of(triple.object)]]
    return page(
        "Ontology" if iri == TG else titles[0] if whole and titles else labels[iri],
        element("p", element("code", iri), f" {things.kind_label(iri, language)}"),
        _names(outgoing),
        _table(shown, triples, labels, DEEP),
        [element("h2", "The sentences behind it"), [_source(source) for source in sources.values()]] if sources else None,
        _terms(triples, labels) if whole else None,
        _back(incoming, labels),
        element("p", "The same as ", links_to_forms(FORMS, lambda suffix: _in_form(iri, suffix)), "."),
        language=language,
        alternates={form.media_type: _in_form(iri, form.name) for form in FORMS},
    )


def _names(outgoing: Iterable[Triple]) -> Content:
    names = sorted({(tag, text) for triple in outgoing if parts_of(triple.predicate)[1] == SKOS + "prefLabel" for _, text, tag in [parts_of(triple.object)]})
    return element("p", [[" · " if number else None, element("span", text, lang=tag or None)] for number, (tag, text) in enumerate(names)]) if names else None


def _table(about: Sequence[Triple], triples: Sequence[Triple], labels: dict[str, str], depth: int) -> Content:
    groups: dict[Term, list[Term]] = {}
    for triple in sorted(about, key=lambda triple: (labels[parts_of(triple.predicate)[1]], parts_of(triple.object)[1])):
        groups.setdefault(triple.predicate, []).append(triple.object)
    rows: list[Content] = [
        element("tr", element("th", show_term(predicate, labels), scope="row"), element("td", _values(values, triples, labels, depth)))
        for predicate, values in groups.items()
    ]
    return element("table", rows) if rows else None


def _values(values: Sequence[Term], triples: Sequence[Triple], labels: dict[str, str], depth: int) -> Content:
    shown: list[Content] = [_value(value, triples, labels, depth) for value in values]
    return shown[0] if len(shown) == 1 else element("ul", [element("li", value) for value in shown], class_="plain")


def _value(value: Term, triples: Sequence[Triple], labels: dict[str, str], depth: int) -> Content:
    kind, text, _ = parts_of(value)
    if kind == "blank" and depth:
        return _table([triple for triple in triples if triple.subject == value], triples, labels, depth - 1)
    if kind == "literal" and len(text) > LONG:
        return element("details", element("summary", f"{text[: LONG // 4]}…"), text)
    return show_term(value, labels)


def _source(source: Source) -> Markup:
    return element("blockquote", element("a", source.in_full(), href=address_of(source.iri)))


def _terms(triples: Iterable[Triple], labels: dict[str, str]) -> Content:
    terms = sorted({parts_of(triple.subject)[1] for triple in triples if parts_of(triple.subject)[1].startswith(TG)}, key=lambda term: labels[term].casefold())
    return [
        element("h2", f"Terms ({len(terms)})"),
        element("ul", [element("li", element("a", labels[term], href=address_of(term)), element("small", f" {short_name(term)}")) for term in terms]),
    ]


def _back(incoming: Sequence[Triple], labels: dict[str, str]) -> Content:
    named = [triple for triple in incoming if parts_of(triple.subject)[0] == "iri"]
    if not named:
        return None
    groups: dict[str, list[Term]] = {}
    for triple in sorted(named[:MANY], key=lambda triple: (labels[parts_of(triple.predicate)[1]], parts_of(triple.subject)[1])):
        groups.setdefault(parts_of(triple.predicate)[1], []).append(triple.subject)
    rows: list[Content] = [
        element(
            "tr",
            element("th", "← ", element("a", labels[predicate], href=address_of(predicate)), scope="row"),
            element("td", element("ul", [element("li", show_term(subject, labels)) for subject in subjects], class_="plain")),
        )
        for predicate, subjects in groups.items()
    ]
    more = element("p", f"And {len(named) - MANY} more.") if len(named) > MANY else None
    return [element("h2", "What refers to it"), element("table", rows), more]
