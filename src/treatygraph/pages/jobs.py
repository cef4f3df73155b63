"""The pages as jobs of the workers: ask, write the page, say what it may load."""

from __future__ import annotations

from collections.abc import Mapping

from treatygraph.evidence import Evidence
from treatygraph.pages.dossier import dossier
from treatygraph.pages.geography import default_day, geography
from treatygraph.pages.home import home
from treatygraph.pages.view import View
from treatygraph.web.served import Served
from treatygraph.web.wire import Reply

__all__ = ["POLICY", "show_dossier", "show_geography", "show_home"]

# Scripts, styles, pictures and data of this site alone; no inline script or style.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
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
    reply.write(dossier(served.corpus, Evidence(served.corpus), View(language), iri).encode())
