"""The SPARQL 1.1 Protocol at ``/sparql``: queries by GET and POST, updates by POST, and without either what the service is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from treatygraph.web.description import describe_endpoint
from treatygraph.web.negotiation import BOOLEAN, GRAPH, ROWS, Choice, by_name, choose
from treatygraph.web.refusals import Refused
from treatygraph.web.requests import QUERY_BYTES, base_of, media_type_of, only, parameters_of, read_body, require_token, utf8
from treatygraph.web.responses import Relay
from treatygraph.web.site import site_of
from treatygraph.web.work.query import run_query
from treatygraph.web.work.update import run_update

__all__ = ["routes"]

PATH = "/sparql"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
KINDS = {"rows": ROWS, "boolean": BOOLEAN, "graph": GRAPH}
FORMAT_PARAMETERS = ("format", "output")  # as SPARQLWrapper, Excel and R users spell it; the standard has none
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]

Parameters = dict[str, list[str]]


async def sparql(request: Request) -> Response | Relay:
    """One request of the protocol (sections 2.1 and 2.2)."""
    in_address = parameters_of(request.scope["query_string"])
    if request.method in ("GET", "HEAD"):
        if "update" in in_address:
            raise Refused(405, "An update cannot be sent with GET.", "Send it with POST (section 2.2).", {"Allow": "POST"})
        text = only(in_address, "query")
        return await describe_endpoint(request) if text is None else _query(request, text, in_address)
    if request.method != "POST":
        raise Refused(405, f"{request.method} is not possible here.", "Use GET or POST.", {"Allow": "GET, HEAD, POST, OPTIONS", "Connection": "close"})
    return await _post(request, in_address)


async def _post(request: Request, in_address: Parameters) -> Response | Relay:
    media_type = media_type_of(request)
    if media_type == UPDATE:
        require_token(request, site_of(request).settings)
        return await _update(request, utf8(await read_body(request, QUERY_BYTES)), in_address)
    if media_type == QUERY:
        if "query" in in_address:
            raise Refused(400, "The query is given twice: in the address and in the body.", "Give it once.")
        return _query(request, utf8(await read_body(request, QUERY_BYTES)), in_address)
    if media_type != FORM:
        told = f"The media type '{media_type}' is" if media_type else "A body without a media type is"
        raise Refused(415, f"{told} neither a query nor an update.", f"Send it as {QUERY}, {UPDATE} or {FORM}.", {"Connection": "close"})
    parameters = parameters_of(await read_body(request, QUERY_BYTES))
    for name, values in in_address.items():
        parameters.setdefault(name, []).extend(values)
    query, update = only(parameters, "query"), only(parameters, "update")
    if (query is None) == (update is None):
        raise Refused(400, "The form has to have either a query or an update.", "Send 'query=...' or 'update=...'.")
    if query is not None:
        return _query(request, query, parameters)
    require_token(request, site_of(request).settings)
    return await _update(request, update or "", parameters)


def _query(request: Request, text: str, parameters: Parameters) -> Relay:
    graphs, named = parameters.get("default-graph-uri"), parameters.get("named-graph-uri")
    base = base_of(request) + PATH
    arguments = {"text": text, "forms": _forms(request, parameters), "graphs": graphs, "named": named, "base": base}
    return Relay.open(request, run_query, arguments, {"Vary": "Accept"})


def _forms(request: Request, parameters: Parameters) -> dict[str, Choice | None]:
    """For each kind of answer, the form that the client wants: by name, where that is a form of that kind, else by its Accept header."""
    asked = [value for name in FORMAT_PARAMETERS for value in parameters.get(name, []) if value]  # SPARQLWrapper gives several
    accept = request.headers.get("accept")
    return {kind: next((choice for name in asked if (choice := by_name(name, offered))), None) or choose(accept, offered) for kind, offered in KINDS.items()}


async def _update(request: Request, text: str, parameters: Parameters) -> Response:
    site = site_of(request)
    graphs, named = parameters.get("using-graph-uri", []), parameters.get("using-named-graph-uri", [])
    await site.pool.change(run_update, text=text, graphs=graphs, named=named, base=base_of(request) + PATH)
    request.state.wrote = True
    return Response(status_code=204)


def routes() -> list[Route]:
    """The routes of the protocol; ``/sparql/`` is the same, for the clients that add the slash."""
    return [Route(path, sparql, methods=METHODS) for path in (PATH, f"{PATH}/")]
