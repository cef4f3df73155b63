"""The saved queries as an API: ``/queries`` lists them, ``/queries/NAME.csv?date=...`` answers one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from treatygraph.errors import UsageError, nearest
from treatygraph.web.markup import element
from treatygraph.web.negotiation import HTML, ROWS, Choice, Form, by_name, by_suffix, choose
from treatygraph.web.openapi import openapi
from treatygraph.web.pages import page
from treatygraph.web.refusals import Refused
from treatygraph.web.requests import base_of, language_of, parameters_of
from treatygraph.web.responses import Relay
from treatygraph.web.site import site_of
from treatygraph.web.work.questions import SPARQL_TEXT, answer, known_question

__all__ = ["routes"]

LIST = (HTML, Form("json", "JSON", "application/json"))
RESERVED = ("format", "lang")  # parameters of every query


async def list_queries(request: Request) -> Response:
    """The saved queries: a page, or JSON."""
    site = site_of(request)
    _, suffixed = by_suffix(request.url.path, LIST)
    choice = suffixed or choose(request.headers.get("accept"), LIST[::-1])
    if choice is None:
        raise Refused(406, "The list is in no format that the request accepts.", "Formats: application/json, text/html.")
    headers = {"Vary": "Accept"}
    if choice.form != HTML:
        found = [
            {
                "name": question.name,
                "summary": question.summary,
                "description": question.description,
                "tags": question.tags,
                "address": f"{base_of(request)}/queries/{question.name}",
                "parameters": [
                    {
                        "name": parameter.name,
                        "type": parameter.type,
                        "description": parameter.description,
                        "default": None if parameter.is_open else parameter.default_shown,
                    }
                    for parameter in question.parameters
                ],
            }
            for question in site.questions.values()
        ]
        return JSONResponse(found, headers=headers)
    items = [
        element("li", element("a", question.summary, href=f"/queries/{question.name}"), element("small", f" {question.name}"))
        for question in site.questions.values()
    ]
    about = element("p", "Each has an address for programs too: ", element("a", "OpenAPI", href="/openapi.json"), ".")
    return Response(page("Questions", about, element("ul", items)), headers=headers, media_type="text/html")


async def one_query(request: Request) -> Relay:
    """The answer to a saved query, in the form of the suffix, else of ``format``, else of the Accept header."""
    site = site_of(request)
    name, choice = request.path_params["name"], None
    as_text = name.endswith(f".{SPARQL_TEXT}")
    if as_text:
        name = name.removesuffix(f".{SPARQL_TEXT}")
    elif name not in site.questions:
        name, choice = by_suffix(name, ROWS)
    question = known_question(site.questions, name)
    parameters = parameters_of(request.scope["query_string"])
    known = {parameter.name for parameter in question.parameters}
    values = {}
    for key, given in parameters.items():
        plain = key.replace("-", "_")
        if plain not in known and key in RESERVED:
            continue
        if len(given) > 1:
            raise UsageError(f"The parameter '{key}' is given {len(given)} times.", "Give it once.")
        if plain not in known:
            raise UsageError(f"{name} has no parameter '{key}'.", nearest(key, known) or f"It has: {', '.join(sorted(known)) or 'none'}.")
        if given[0].strip():  # a form sends the fields that were left empty too
            values[plain] = given[0]
    wanted = parameters.get("format", [""])[0]
    if not as_text and choice is None:
        choice = _choice(request, wanted)
    arguments = {"name": name, "values": values, "choice": choice, "language": language_of(request, parameters)}
    return Relay.house(request, answer, arguments, {"Vary": "Accept, Accept-Language"})


def _choice(request: Request, wanted: str) -> Choice:
    if wanted:
        named = by_name(wanted, ROWS)
        if named is None:
            raise UsageError(f"A saved query gives rows, which cannot be written as {wanted}.", f"Formats: {', '.join(form.name for form in ROWS)}.")
        return named
    choice = choose(request.headers.get("accept"), ROWS)
    if choice is None:
        raise Refused(406, "The answer is in no format that the request accepts.", f"Formats: {', '.join(form.media_type for form in ROWS)}.")
    return choice


async def description(request: Request) -> Response:
    """The description of the API, see `openapi`."""
    return JSONResponse(openapi(list(site_of(request).questions.values()), base_of(request)), media_type="application/vnd.oai.openapi+json;version=3.1")


def routes() -> list[Route]:
    """The routes of the API."""
    return [
        Route("/openapi.json", description),
        Route("/queries", list_queries),
        Route("/queries.json", list_queries),
        Route("/queries/{name}", one_query),
    ]
