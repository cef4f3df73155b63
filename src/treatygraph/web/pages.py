"""The frame of every page for people, and how a term of the graph is shown in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from treatygraph.namespaces import short_name
from treatygraph.store import Term
from treatygraph.web.addresses import address_of
from treatygraph.web.dataset import parts_of
from treatygraph.web.markup import Content, Markup, element, join
from treatygraph.web.negotiation import Form

__all__ = ["frame", "links_to_forms", "page", "show_term"]

SITE = "TreatyGraph"
NAVIGATION = (("/", SITE), ("/queries", "Questions"), ("/sparql", "SPARQL"), ("/ontology/", "Ontology"), ("/graph", "Graphs"))
MARK = "\x00"


def page(title: str, *content: Content, language: str = "en", alternates: Mapping[str, str] | None = None) -> bytes:
    """A whole page.

    Args:
        title: also its heading.
        content: what stands below the heading.
        language: of the page (BCP 47).
        alternates: media type to the address of the same thing in another form.
    """
    before, after = frame(title, language, alternates)
    return f"{before}{join(content)}{after}".encode()


def frame(title: str, language: str = "en", alternates: Mapping[str, str] | None = None) -> tuple[Markup, Markup]:
    """What stands before and after the content of a page, see `page`."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title if title == SITE else f"{title} – {SITE}"),
        element("link", rel="stylesheet", href="/style.css"),
        [element("link", rel="alternate", type=media_type, href=address) for media_type, address in (alternates or {}).items()],
    )
    navigation = element("nav", [[element("a", name, href=address), " "] for address, name in NAVIGATION])
    whole = element("html", head, element("body", navigation, element("main", element("h1", title), MARK)), lang=language)
    before, _, after = whole.rpartition(MARK)
    return Markup(f"<!doctype html>{before}"), Markup(after)


def links_to_forms(forms: Sequence[Form], address: Callable[[str], str]) -> Markup:
    """Links to the same thing in other forms.

    Args:
        forms: the forms.
        address: of the thing in the form of a suffix.
    """
    return join([[", " if number else None, element("a", form.title, href=address(form.name))] for number, form in enumerate(forms)])


def show_term(term: Term | None, labels: Mapping[str, str] | None = None) -> Markup:
    """A term as a reader sees it: an IRI as a link, by its label where there is one; a literal with its language."""
    if term is None:
        return Markup()
    kind, text, tag = parts_of(term)
    if kind == "iri":
        return element("a", (labels or {}).get(text) or short_name(text), href=address_of(text), title=text)
    if kind != "literal":
        return element("span", text)
    if ":" in tag:
        return element("span", text, title=short_name(tag))
    return element("span", text, element("small", f" {tag}"), lang=tag) if tag else element("span", text)
