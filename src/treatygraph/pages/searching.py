"""The page that finds things by words: in full text where there is an index of it, else by their names."""

from __future__ import annotations

from collections.abc import Callable

from treatygraph.fulltext import Index
from treatygraph.namespaces import TG, XSD
from treatygraph.pages.desk import Desk
from treatygraph.pages.frame import page
from treatygraph.pages.paging import search_form
from treatygraph.search import Hit, search
from treatygraph.store import iri_term, literal_term
from treatygraph.web.markup import Content, Markup, element

__all__ = ["search_page"]

SHOWN = 100  # things that are shown
KINDS = ("Instrument", "Document", "Place", "State", "Person", "Event", "Position", "Provision", "Reading", "Passage")  # to look among


def search_page(desk: Desk, asked: str, kind: str, index: Callable[[], Index] | None) -> str:
    """The page.

    Args:
        asked: words, all of which have to be there; empty for the form alone.
        kind: the only class of things to look among, by its local name, or empty.
        index: gives the full-text index of the corpus; None where there is none of the graph as it is, and names are looked through.

    Raises:
        UsageError: there are no words in what is asked, or no such class.
    """
    view = desk.view
    desk.learn(TG + each for each in KINDS)
    kinds = [(each, desk.label(TG + each)) for each in KINDS]
    if not asked:
        found: Content = None
    elif index is None:
        found = _by_names(desk, asked, kind)
    else:
        found = _in_full_text(desk, index(), asked, kind)
    lead = view.say("search-lead" if index else "search-names")
    return page(view, view.say("search"), element("p", lead, class_="lead"), search_form(view, kind, asked, kinds), found, kind="search")


def _in_full_text(desk: Desk, index: Index, asked: str, kind: str) -> Content:
    view = desk.view
    found = search(index, [asked], view.language, kind, "", SHOWN)
    note = element("p", found.note, class_="note", lang="en") if found.note and "--" not in found.note else None
    return [_count(desk, found.count), note, element("ol", [_hit(desk, hit) for hit in found.hits], class_="hits")]


def _hit(desk: Desk, hit: Hit) -> Markup:
    entry = hit.entry
    is_quoted = hit.start is not None
    address = desk.view.passage(hit.document, entry.thing) if is_quoted else desk.view.thing(entry.thing)
    runs = [element("mark", run.words) if run.quoted else run.words for run in hit.snippet()]
    where = f", {hit.pinpoint}" if hit.pinpoint else ""
    return element(
        "li",
        element("a", f"{hit.document_label}{where}" if hit.document else hit.label, href=address),
        " ",
        element("small", hit.kind),
        element("p", runs, lang=entry.language or None) if entry.text != hit.label else None,
    )


def _by_names(desk: Desk, asked: str, kind: str) -> Content:
    """The things whose label has all of the words, wherever in it: the store looks through the labels of the class, or all."""
    words = " && ".join(f"CONTAINS(LCASE(STR(?name)), LCASE({literal_term(word, XSD + 'string')}))" for word in asked.split())
    of_kind = f"?type rdfs:subClassOf* {iri_term(TG + kind)} . ?thing a ?type ." if kind else ""
    ways = " UNION ".join(f"{{ {of_kind} ?thing {name} ?name FILTER({words}) }}" for name in ("skos:prefLabel", "skos:altLabel", "rdfs:label"))
    rows = desk.rows(f"SELECT DISTINCT ?thing {{ {ways} }} LIMIT {SHOWN + 1}")
    things = [thing for (thing,) in rows][:SHOWN]
    desk.learn(things)
    kinds = desk.things.kind_labels(things, desk.view.language) if things else {}
    items = [
        element("li", desk.link(thing), " ", element("small", kinds.get(thing, "")))
        for thing in sorted(things, key=lambda thing: (desk.label(thing).casefold(), thing))
    ]
    more = element("p", desk.view.say("search-more", shown=SHOWN), class_="note") if len(rows) > SHOWN else _count(desk, len(rows))
    return [more, element("ol", items, class_="hits")]


def _count(desk: Desk, count: int) -> Markup:
    if not count:
        return element("p", desk.view.say("search-nothing"), class_="nothing")
    key = "search-found" if count <= SHOWN else "not-all"
    return element("p", desk.view.say(key, count=count, shown=SHOWN), class_="when")
