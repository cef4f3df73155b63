"""The addresses of all pages, for those who collect them."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from treatygraph.namespaces import SITEMAP
from treatygraph.pages.things import every_thing
from treatygraph.web.addresses import address_of
from treatygraph.web.served import Served

__all__ = ["sitemap"]


def sitemap(served: Served, place: Callable[[str], str]) -> str:
    """A site map (sitemaps.org, protocol 0.9).

    Args:
        place: the whole address of a path of the site.
    """
    paths = ["/", "/queries", "/documents", "/agreements", "/ontology/", "/dataset", *(f"/queries/{name}" for name in served.questions)]
    paths += [address_of(iri) for iri in every_thing(served.corpus)]
    lines = [f"<url><loc>{escape(place(path))}</loc></url>" for path in paths]
    return "\n".join([f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAP}">', *lines, "</urlset>\n"])
