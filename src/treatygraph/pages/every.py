"""Which page a thing has: by its kind, else the page of any thing."""

from __future__ import annotations

from collections.abc import Callable

from treatygraph.namespaces import HOME, OWL, TG
from treatygraph.pages.agreement import agreement_page
from treatygraph.pages.desk import Desk
from treatygraph.pages.document import document_page
from treatygraph.pages.place import place_page
from treatygraph.pages.term import is_term, ontology_page, term_page
from treatygraph.pages.thing import thing_page
from treatygraph.store import iri_term

__all__ = ["page_of"]

KINDS: dict[str, Callable[[Desk, str], str]] = {"Place": place_page, "Document": document_page, "Instrument": agreement_page}


def page_of(desk: Desk, iri: str) -> str | None:
    """The page of a thing, or None where the graph says nothing about it, or where it is a whole graph of its own kind."""
    if iri.rstrip("/") == TG.rstrip("/"):
        return ontology_page(desk) if desk.ask(f"ASK {{ ?o a <{OWL}Ontology> }}") else None
    if not iri.startswith(HOME):
        return None
    if not desk.ask(f"ASK {{ {{ {iri_term(iri)} ?p ?o }} UNION {{ ?s ?q {iri_term(iri)} }} }}"):
        return None
    if is_term(desk, iri):
        return term_page(desk, iri)
    for kind, make in KINDS.items():
        if desk.is_a(iri, kind):
            return make(desk, iri)
    return thing_page(desk, iri)
