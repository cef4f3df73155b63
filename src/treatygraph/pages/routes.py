"""The routes of the pages; they go before the plain ones of the same address, and pass on to them what no browser asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from treatygraph.errors import UsageError
from treatygraph.pages import jobs
from treatygraph.pages.assets import FRONT, ICON, STYLE, front_files
from treatygraph.web.refusals import Refused
from treatygraph.web.requests import language_of, only, parameters_of
from treatygraph.web.responses import Relay

__all__ = ["page_routes"]

DAY = 86400
TYPES = {".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm", ".txt": "text/plain; charset=utf-8", ".svg": "image/svg+xml",
         ".png": "image/png"}  # fmt: skip


def _house(request: Request, job: Callable[..., None], **arguments: Any) -> Relay:
    return Relay.house(request, job, arguments, {"Vary": jobs.VARY})


def _asked(request: Request, known: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """The language of a request, and its other parameters.

    Raises:
        UsageError: one of them is none of the page's.
    """
    parameters = parameters_of(request.scope["query_string"])
    for name in parameters:
        if name not in (*known, "lang"):
            raise UsageError(f"This page has no parameter '{name}'.", f"It has: {', '.join((*known, 'lang'))}.")
    return language_of(request, parameters), {name: value.strip() for name in known if (value := only(parameters, name)) and value.strip()}


async def home(request: Request) -> Relay:
    """The first page."""
    language, asked = _asked(request, ("date", "year", "island", "layer"))
    return _house(request, jobs.show_home, language=language, asked=asked)


async def geography(request: Request) -> Relay:
    """What the script of the map paints from."""
    language, _ = _asked(request, ())
    return _house(request, jobs.show_geography, language=language)


async def dossier(request: Request) -> Relay:
    """What the script of the map shows beside it."""
    language, asked = _asked(request, ("iri",))
    if "iri" not in asked:
        raise Refused(400, "Which place?", "Give its IRI: /dossier?iri=...")
    return _house(request, jobs.show_dossier, language=language, iri=asked["iri"])


async def style(_: Request) -> Response:
    """The one style sheet."""
    return Response(STYLE.read_bytes(), headers={"Cache-Control": "no-cache"}, media_type="text/css")


async def icon(_: Request) -> Response:
    """The sign of the site."""
    return Response(ICON.read_bytes(), headers={"Cache-Control": f"max-age={DAY}"}, media_type="image/svg+xml")


async def front(request: Request) -> Response:
    """A file of the bundle."""
    name = request.path_params["name"]
    if name not in front_files():
        raise Refused(404, f"There is no file {name} in the bundle.", "Build it with: make front")
    path = FRONT / name
    return Response(path.read_bytes(), headers={"Cache-Control": "no-cache"}, media_type=TYPES.get(path.suffix, "application/octet-stream"))


def page_routes() -> list[BaseRoute]:
    """The routes of all pages."""
    return [
        Route("/", home),
        Route("/map.json", geography),
        Route("/dossier", dossier),
        Route("/style.css", style),
        Route("/icon.svg", icon),
        Route("/front/{name:path}", front),
    ]
