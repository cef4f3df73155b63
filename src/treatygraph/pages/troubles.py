"""What a reader sees when a request cannot be answered: in the language of the page, with the way on; the detail as the program says it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from treatygraph.errors import TreatyGraphError, UsageError
from treatygraph.pages.frame import page
from treatygraph.pages.jobs import POLICY, VARY
from treatygraph.pages.paging import search_form
from treatygraph.pages.view import View
from treatygraph.things import LANGUAGES
from treatygraph.web.markup import element
from treatygraph.web.negotiation import prefers_html
from treatygraph.web.refusals import Refused, status_of
from treatygraph.web.requests import language_of, parameters_of
from treatygraph.web.responses import failure

__all__ = ["trouble"]

TOLD = {400: "wrong", 404: "missing", 406: "format", 500: "fault", 503: "busy"}  # by status; others as 400


def trouble(request: Request, error: TreatyGraphError) -> Response:
    """An error as a page for a browser, and as `failure` has it for everybody else."""
    if not prefers_html(request.headers.get("accept")):
        return failure(request, error)
    status = status_of(error)
    view = _view(request)
    key = TOLD.get(status, "wrong")
    text = page(
        view,
        view.say(f"trouble-{key}"),
        element("p", view.say(f"trouble-{key}-told"), class_="lead"),
        element("div", element("p", error.message), element("p", error.next_step) if error.next_step else None, class_="note detail", lang="en"),
        search_form(view) if status == 404 else None,
        element("p", element("a", view.say("trouble-start"), href=view.to("/"))),
        kind="trouble",
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY, "Vary": VARY} | (error.headers if isinstance(error, Refused) else {})
    return Response(text, status, headers, "text/html")


def _view(request: Request) -> View:
    """How the request would have been seen; what is wrong with it may be its parameters."""
    try:
        parameters = parameters_of(request.scope["query_string"])
        language = language_of(request, {name: values[:1] for name, values in parameters.items() if name != "lang" or values[0] in LANGUAGES})
    except (Refused, UsageError):
        parameters, language = {}, language_of(request, {})
    asked = tuple((name, values[0]) for name, values in parameters.items() if name != "lang")
    return View(language, request.url.path, asked)
