"""The pages as jobs of the workers: ask, write the page, say what it may load."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from treatygraph.fulltext import Index, index_of, index_of_built, is_at_hand
from treatygraph.pages.agreement import agreements_page
from treatygraph.pages.asking import sparql_page
from treatygraph.pages.dataset import dataset_page, describe
from treatygraph.pages.desk import Desk
from treatygraph.pages.document import documents_page
from treatygraph.pages.dossier import Dossier
from treatygraph.pages.every import page_of
from treatygraph.pages.geography import default_day, geography
from treatygraph.pages.home import home, panel
from treatygraph.pages.questions import question_page, questions_page
from treatygraph.pages.searching import search_page
from treatygraph.pages.sitemap import sitemap, sitemap_part
from treatygraph.pages.view import View
from treatygraph.web.addresses import address_of
from treatygraph.web.negotiation import HTML, Choice
from treatygraph.web.served import Served
from treatygraph.web.wire import Reply
from treatygraph.web.work.questions import known_question
from treatygraph.web.work.things import tell

__all__ = [
    "EDITOR_POLICY",
    "POLICY",
    "VARY",
    "show_agreements",
    "show_catalogue",
    "show_dataset",
    "show_documents",
    "show_dossier",
    "show_geography",
    "show_home",
    "show_question",
    "show_questions",
    "show_search",
    "show_sitemap",
    "show_sitemap_part",
    "show_sparql",
    "show_thing",
]

# Scripts, styles, pictures and data of this site alone; no inline script or style.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EDITOR_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")  # the editor sets styles of its own
VARY = "Accept, Accept-Language"


def write_page(reply: Reply, text: str, headers: Mapping[str, str] | None = None) -> None:
    """Write a page with its headers."""
    reply.head(200, {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY, "Vary": VARY} | dict(headers or {}))
    reply.write(text.encode())


def show_home(served: Served, reply: Reply, language: str, asked: Mapping[str, str]) -> None:
    """The first page, see `home`."""
    write_page(reply, home(served.corpus, served.questions, language, asked))


def show_geography(served: Served, reply: Reply, language: str) -> None:
    """The data of the map, see `geography`."""
    text = geography(served.corpus, View(language), default_day(served.questions, served.corpus))
    reply.head(200, {"Content-Type": "application/json"})
    reply.write(text.encode())


def show_dossier(served: Served, reply: Reply, language: str, iri: str) -> None:
    """All that is said of a place, as a part of a page for a script to narrow to a day."""
    reply.head(200, {"Content-Type": "text/html; charset=utf-8"})
    view = View(language)
    reply.write(panel(served.corpus, view, iri, "", Dossier(served.corpus, None, view, iri)).encode())


def _listed(served: Served, reply: Reply, language: str, here: str, make: Callable[[Desk], str], asked: Mapping[str, str] | None = None) -> None:
    write_page(reply, make(Desk(served.corpus, View(language, here, tuple((asked or {}).items())))))


def show_documents(served: Served, reply: Reply, language: str, asked: Mapping[str, str]) -> None:
    """The list of documents."""
    _listed(served, reply, language, "/documents", documents_page, asked)


def show_agreements(served: Served, reply: Reply, language: str, asked: Mapping[str, str]) -> None:
    """The list of instruments."""
    _listed(served, reply, language, "/agreements", agreements_page, asked)


def show_dataset(served: Served, reply: Reply, language: str, base: str) -> None:
    """The page about the data set."""
    _listed(served, reply, language, "/dataset", lambda desk: dataset_page(desk, base))


def show_catalogue(served: Served, reply: Reply, base: str) -> None:
    """The description of the data set alone, as JSON-LD."""
    reply.head(200, {"Content-Type": "application/ld+json"})
    reply.write(json.dumps(describe(Desk(served.corpus, View("en")), base), ensure_ascii=False, indent=1).encode())


def show_sitemap(served: Served, reply: Reply, base: str) -> None:
    """The addresses of all pages, see `sitemap`."""
    text = sitemap(served.corpus, served.questions, lambda path: base + path)
    reply.head(200, {"Content-Type": "application/xml"})
    reply.write(text.encode())


def show_sitemap_part(served: Served, reply: Reply, base: str, number: int) -> None:
    """Some addresses of pages, see `sitemap_part`."""
    text = sitemap_part(served.corpus, served.questions, number, lambda path: base + path)
    reply.head(200, {"Content-Type": "application/xml"})
    reply.write(text.encode())


def show_search(served: Served, reply: Reply, language: str, asked: Mapping[str, str]) -> None:
    """The page that finds things by words: in full where an index is at hand, which a graph that may change has not."""
    layout, built = served.corpus.layout, served.built
    index: Callable[[], Index] | None = None
    if built is not None and is_at_hand(built):
        index = partial(index_of_built, layout, built)
    elif built is None and not served.settings.writable:
        index = partial(index_of, layout)
    desk = Desk(served.corpus, View(language, "/search", tuple(asked.items())))
    write_page(reply, search_page(desk, asked.get("q", ""), asked.get("kind", ""), index))


def show_questions(served: Served, reply: Reply, language: str) -> None:
    """The list of saved queries."""
    _listed(served, reply, language, "/queries", lambda desk: questions_page(desk, served.questions))


def show_question(served: Served, reply: Reply, language: str, name: str, values: Mapping[str, str], explain: int | None) -> None:
    """A saved query with its answer."""
    asked = tuple(values.items()) + ((("explain", str(explain)),) if explain is not None else ())
    view = View(language, f"/queries/{name}", asked)
    write_page(reply, question_page(Desk(served.corpus, view), known_question(served.questions, name), values, explain))


def show_sparql(served: Served, reply: Reply, language: str, saved: str) -> None:
    """The page for a query of one's own."""
    view = View(language, "/sparql", (("saved", saved),) if saved else ())
    write_page(reply, sparql_page(view, served.questions, served.settings.timeout, saved), {"Content-Security-Policy": EDITOR_POLICY})


def show_thing(served: Served, reply: Reply, readings: Sequence[tuple[str, Choice]], language: str, asked: Mapping[str, str]) -> None:
    """A thing: its page for a browser, and for everybody else what `tell` tells.

    Args:
        asked: which part of a long page is to be shown.
        readings: what an address can mean, an IRI and the form in which to tell it; the first that is in the graph is told.
    """
    for iri, choice in readings:
        if choice.form == HTML:
            text = page_of(Desk(served.corpus, View(language, address_of(iri), tuple(asked.items()))), iri)
            if text is not None:
                write_page(reply, text)
                return
    tell(served, reply, readings, language)
