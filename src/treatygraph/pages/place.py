"""The page of a place: its timeline, and everything that the documents say of it."""

from __future__ import annotations

from treatygraph.chronicle import timeline_of
from treatygraph.drawing import draw_timeline
from treatygraph.pages.desk import Desk
from treatygraph.pages.dossier import Dossier
from treatygraph.pages.frame import page
from treatygraph.pages.thing import facts, forms, heading, incoming
from treatygraph.web.markup import Markup, element

__all__ = ["place_page"]


def place_page(desk: Desk, iri: str) -> str:
    """The page."""
    view = desk.view
    told = Dossier(desk.corpus, desk.evidence, view, iri)
    drawn = element("div", Markup(draw_timeline(timeline_of(desk.corpus, iri, view.language))), class_="drawn scrolling", tabindex="0") if told.held else None
    return page(
        view,
        desk.label(iri),
        element("p", element("a", view.say("on-the-map"), href=view.to("/", island=iri.rpartition("/")[2])), class_="more"),
        [element("h2", view.say("timeline")), element("figure", drawn, class_="plate")] if drawn else None,
        [element("h2", view.say("all-positions")), element("div", told.markup(), class_="measure all")] if told.held else None,
        [element("h2", view.say("facts")), facts(desk, iri)],
        incoming(desk, iri),
        forms(desk, iri),
        heading=heading(desk, iri),
        kind="place",
        scripts=("site.js",),
    )
