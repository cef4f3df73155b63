"""The routes of the pages; they go before the plain ones of the same address, and pass on to them what no browser asks for."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from treatygraph.errors import UsageError, nearest
from treatygraph.pages import jobs
from treatygraph.pages.assets import FRONT, ICON, STYLE, front_files
from treatygraph.pages.licences import licences_page
from treatygraph.pages.view import View
from treatygraph.web import protocol, questions_api, things
from treatygraph.web.addresses import MIRRORED, iri_of
from treatygraph.web.negotiation import GRAPH, HTML, by_name, by_suffix, choose, prefers_html
from treatygraph.web.refusals import Refused
from treatygraph.web.requests import base_of, language_of, only, parameters_of
from treatygraph.web.responses import Relay
from treatygraph.web.site import site_of

__all__ = ["page_routes"]

DAY = 86400
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
}


def _house(request: Request, job: Callable[..., None], **arguments: object) -> Relay:
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


async def documents(request: Request) -> Relay:
    """The list of documents."""
    language, asked = _asked(request, ("page",))
    return _house(request, jobs.show_documents, language=language, asked=asked)


async def agreements(request: Request) -> Relay:
    """The list of instruments."""
    language, asked = _asked(request, ("year", "page"))
    return _house(request, jobs.show_agreements, language=language, asked=asked)


async def search(request: Request) -> Relay:
    """The page that finds things by words."""
    language, asked = _asked(request, ("q", "kind"))
    if not re.fullmatch(r"[A-Za-z]*", asked.get("kind", "")):
        raise UsageError(f"'{asked['kind']}' is not the name of a class.", "For example: kind=Document.")
    return _house(request, jobs.show_search, language=language, asked=asked)


async def dataset(request: Request) -> Relay:
    """The page about the data set."""
    return _house(request, jobs.show_dataset, language=_asked(request, ())[0], base=base_of(request))


async def catalogue(request: Request) -> Relay:
    """The data set as DCAT."""
    return _house(request, jobs.show_catalogue, base=base_of(request))


async def licences(request: Request) -> Response:
    """The licences of the program, of the data, and of what is bundled."""
    language, _ = _asked(request, ())
    return Response(licences_page(View(language, "/licences")), headers={"Content-Security-Policy": jobs.POLICY, "Vary": jobs.VARY}, media_type="text/html")


async def robots(request: Request) -> Response:
    """Everybody may read everything but explanations and searches, which are made anew each time, and twice the same text (RFC 9309)."""
    return Response(
        f"User-agent: *\nDisallow: /*explain=\nDisallow: /*?at=\nDisallow: /search?\nDisallow: /sparql?\nSitemap: {base_of(request)}/sitemap.xml\n",
        media_type="text/plain",
    )


async def sitemap(request: Request) -> Relay:
    """The addresses of all pages."""
    return _house(request, jobs.show_sitemap, base=base_of(request))


async def sitemap_part(request: Request) -> Relay:
    """Some of them, where they are too many for one file."""
    return _house(request, jobs.show_sitemap_part, base=base_of(request), number=request.path_params["number"])


async def questions(request: Request) -> Relay | Response:
    """The list of saved queries: a page for a browser, else as the API has it."""
    if not prefers_html(request.headers.get("accept")):
        return await questions_api.list_queries(request)
    return _house(request, jobs.show_questions, language=_asked(request, ())[0])


async def question(request: Request) -> Relay:
    """A saved query: a page for a browser, else as the API has it."""
    name = request.path_params["name"].removesuffix(".html")
    parameters = parameters_of(request.scope["query_string"])
    known = site_of(request).questions
    wanted = only(parameters, "format")
    if name not in known or (wanted and wanted != "html") or not (wanted or request.path_params["name"] != name or prefers_html(request.headers.get("accept"))):
        return await questions_api.one_query(request)
    names = {parameter.name for parameter in known[name].parameters}
    for key in parameters:
        if key.replace("-", "_") not in names | {"lang", "format", "explain"}:
            raise UsageError(f"{name} has no parameter '{key}'.", nearest(key, names) or f"It has: {', '.join(sorted(names)) or 'none'}.")
    values = {key.replace("-", "_"): only(parameters, key) or "" for key in parameters if key.replace("-", "_") in names}
    explain = only(parameters, "explain")
    if explain is not None and not (explain.isascii() and explain.isdecimal() and explain != "0"):
        raise UsageError(f"'{explain}' is not the number of a row.", "Rows are counted from 1.")
    given = {key: value for key, value in values.items() if value.strip()}
    return _house(request, jobs.show_question, language=language_of(request, parameters), name=name, values=given, explain=int(explain) if explain else None)


async def sparql(request: Request) -> Relay | Response:
    """The page for a query, where a browser comes without one; else the endpoint."""
    parameters = parameters_of(request.scope["query_string"])
    if request.method in ("GET", "HEAD") and not {"query", "update"} & set(parameters) and prefers_html(request.headers.get("accept")):
        language, asked = _asked(request, ("saved",))
        return _house(request, jobs.show_sparql, language=language, saved=asked.get("saved", ""))
    return await protocol.sparql(request)


async def thing(request: Request) -> Relay:
    """A thing at the path of its IRI: a page for a browser, and RDF for who asks for it."""
    path = request.scope["raw_path"].decode("ascii")
    parameters = parameters_of(request.scope["query_string"])
    asked = only(parameters, "format")
    negotiated = (by_name(asked, GRAPH) if asked else None) or choose(request.headers.get("accept"), GRAPH)
    stem, by_its_suffix = by_suffix(path, GRAPH)
    readings = [(iri_of(path), negotiated)] if negotiated else []
    readings += [(iri_of(stem), by_its_suffix)] if by_its_suffix else []
    if not any(choice.form == HTML for _, choice in readings):
        return await things.thing(request)
    part = {name: value for name in ("at", "page") if (value := only(parameters, name))}
    return _house(request, jobs.show_thing, readings=readings, language=language_of(request, parameters), asked=part)


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
        Route("/documents", documents),
        Route("/agreements", agreements),
        Route("/search", search),
        Route("/dataset", dataset),
        Route("/dataset.jsonld", catalogue),
        Route("/licences", licences),
        Route("/robots.txt", robots),
        Route("/sitemap.xml", sitemap),
        Route("/sitemap-{number:int}.xml", sitemap_part),
        Route("/queries", questions),
        Route("/queries/{name}", question),
        *(Route(path, sparql, methods=protocol.METHODS) for path in ("/sparql", "/sparql/")),
        *(Route(f"{path}{{path:path}}", thing) for path in MIRRORED.values()),
        *(Route(path.rstrip("/"), thing) for path in MIRRORED.values()),
        Route("/style.css", style),
        Route("/icon.svg", icon),
        Route("/front/{name:path}", front),
    ]
