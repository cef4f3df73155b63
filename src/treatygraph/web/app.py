"""The application: a corpus and options in, a Starlette application out. Pages are routes of modules of their own."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from treatygraph.errors import TreatyGraphError
from treatygraph.layout import Layout
from treatygraph.questions import load_questions
from treatygraph.web import description, graph_store, protocol, questions_api, things
from treatygraph.web.headers import Guard
from treatygraph.web.markup import element
from treatygraph.web.pages import page
from treatygraph.web.refusals import Refused
from treatygraph.web.requests import base_of, discard
from treatygraph.web.responses import failure
from treatygraph.web.settings import Settings
from treatygraph.web.site import Site

__all__ = ["create_app"]

DAY = 86400
SENDING = ("POST", "PUT", "PATCH")  # with a body that a refusal may have left unread


def create_app(
    layout: Layout,
    settings: Settings,
    pages: Sequence[BaseRoute] = (),
    trouble: Callable[[Request, TreatyGraphError], Response] = failure,
) -> Starlette:
    """The application of one server. Its processes run from its start-up to its shut-down (ASGI lifespan).

    Args:
        layout: the corpus.
        settings: how the server was asked to behave.
        pages: routes that go before the plain ones of the same address.
        trouble: tells an error.

    Raises:
        CorpusError: a saved query cannot be read.
    """
    site = Site(layout, settings, load_questions(layout))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await site.pool.start()
        try:
            yield
        finally:
            await site.pool.close()

    routes = [Route("/", index), Route("/style.css", style), Route("/favicon.ico", no_icon)]
    for module in (protocol, graph_store, description, questions_api, things):
        routes += module.routes()
    app = Starlette(
        routes=[*pages, *routes],
        lifespan=lifespan,
        middleware=[Middleware(Guard, writable=settings.writable)],
        exception_handlers={TreatyGraphError: _refuse, HTTPException: _refuse_http},
    )
    app.router.redirect_slashes = False
    app.state.site = site
    app.state.trouble = trouble
    return app


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, TreatyGraphError)
    if request.method in SENDING:
        await discard(request)
    answer: Response = request.app.state.trouble(request, error)
    return answer


async def _refuse_http(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: an address or a method that no route has."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        refused = Refused(404, f"There is nothing at {request.url.path}.", "Begin at /.")
    elif error.status_code == 405:
        refused = Refused(405, f"{request.method} is not possible at {request.url.path}.", "", dict(error.headers or {}) | {"Connection": "close"})
    else:
        refused = Refused(error.status_code, error.detail)
    return await _refuse(request, refused)


async def index(request: Request) -> Response:
    """A plain index of what there is."""
    base = base_of(request)
    entries = [
        ("/queries", "Questions", "the saved queries, each with its parameters, in every format"),
        ("/sparql", "SPARQL", "ask a query of your own; the endpoint for programs has the same address"),
        ("/ontology/", "Ontology", "the terms; an ontology editor opens this address"),
        ("/graph", "Graphs", "each file of the corpus, and everything in one file"),
        ("/openapi.json", "OpenAPI", "the saved queries as an API, described for programs"),
        ("/.well-known/void", "VoID", "the data set, described in RDF"),
    ]
    return Response(
        page(
            "TreatyGraph",
            element("p", "Treaties and territorial positions as a graph: every assertion leads to the sentence that says it."),
            element("ul", [element("li", element("a", name, href=address), f" – {text}") for address, name, text in entries]),
            element("p", "From a program:"),
            element("pre", f"curl {base}/queries.json\ncurl {base}/sparql --data-urlencode 'query=SELECT * {{ ?s ?p ?o }} LIMIT 3' -H 'Accept: text/csv'"),
        ),
        media_type="text/html",
    )


async def no_icon(_: Request) -> Response:
    """The picture that every browser asks for; there is none."""
    return Response(status_code=204, headers={"Cache-Control": f"max-age={DAY}"})


async def style(_: Request) -> Response:
    """The one style sheet."""
    return Response(files("treatygraph.web").joinpath("style.css").read_bytes(), headers={"Cache-Control": f"max-age={DAY}"}, media_type="text/css")
