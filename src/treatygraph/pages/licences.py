"""The licences of what the site is made of: the program, the data, and what others wrote that is bundled with it."""

from __future__ import annotations

from treatygraph.pages.assets import FRONT, built
from treatygraph.pages.frame import page
from treatygraph.pages.view import View
from treatygraph.web.markup import element

__all__ = ["licences_page"]

NOTICES = "licences.txt"  # written by the build of the front end


def licences_page(view: View) -> str:
    """The page."""
    others = (FRONT / NOTICES).read_text(encoding="utf-8") if built(NOTICES) else ""
    return page(
        view,
        view.say("licences-title"),
        element("p", view.say("licences-lead"), class_="lead"),
        element("p", element("a", "TreatyGraph", href=view.to("/")), ": Apache-2.0"),
        element("p", element("a", view.say("dataset-title"), href=view.to("/dataset")), ": CC BY 4.0 ", view.say("licence-texts")),
        element("pre", others, lang="en", tabindex="0") if others else element("p", view.say("not-built"), class_="note"),
        kind="licences",
    )
