"""The SPARQL 1.1 Graph Store HTTP Protocol at ``/graph``: a graph by its name (``?graph=``, ``?default``) or at its own address.

The address of a graph is that of its permanent identifier: ``/graph/data/x`` is the graph HOME/graph/data/x. Named by its
address on this server a graph is the same graph (sections 4.1 and 4.2).
"""

from __future__ import annotations

import email.parser
import email.policy
import uuid

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from treatygraph.namespaces import GRAPH
from treatygraph.web.addresses import address_of, iri_of
from treatygraph.web.negotiation import GRAPH as GRAPH_FORMS
from treatygraph.web.negotiation import HTML, Choice, by_name, by_suffix, choose
from treatygraph.web.refusals import Refused
from treatygraph.web.requests import base_of, media_type_of, only, parameters_of, read_body, require_token
from treatygraph.web.responses import Relay
from treatygraph.web.settings import MIB
from treatygraph.web.site import site_of
from treatygraph.web.work.graphs import list_graphs, write_graph
from treatygraph.web.work.update import Part, add_to_graph, put_graph, remove_graph

__all__ = ["routes"]

PATH = "/graph"
GRAPH_BYTES = 64 * MIB  # of one graph that is sent
READING = "GET, HEAD, OPTIONS"
WRITING = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH"]
FORMS = tuple(form for form in GRAPH_FORMS if form != HTML)


async def indirect(request: Request) -> Response | Relay:
    """A graph named in the request (section 4.2), or none: then the list of graphs, or for POST a new graph."""
    parameters = parameters_of(request.scope["query_string"])
    names = only(parameters, "graph")
    if "default" in parameters and names is not None:
        raise Refused(400, "The request names a graph and the default graph.", "Name one of them.")
    if names is None and "default" not in parameters:
        if request.method in ("GET", "HEAD"):
            number = only(parameters, "page") or "1"
            if not (number.isascii() and number.isdecimal()):
                raise Refused(400, f"'{number}' is not the number of a page.")
            return Relay.house(request, list_graphs, {"number": int(number)})
        if request.method != "POST":
            raise Refused(400, "The request names no graph.", f"Name it: {PATH}?graph=IRI or {PATH}?default.", {"Connection": "close"})
        return await _create(request)
    return await _answer(request, None if names is None else _same(request, names), only(parameters, "format"), None)


async def direct(request: Request) -> Response | Relay:
    """A graph at its own address (section 4.1)."""
    path = request.scope["raw_path"].decode("ascii").removesuffix("?")
    parameters = parameters_of(request.scope["query_string"])
    return await _answer(request, iri_of(path), only(parameters, "format"), by_suffix(path, GRAPH_FORMS))


def _same(request: Request, graph: str) -> str:
    """The IRI of a graph that may be named by its address on this server."""
    ours = f"{base_of(request)}{PATH}/"
    return GRAPH + graph.removeprefix(ours) if graph.startswith(ours) else graph


def _choice(request: Request, name: str | None) -> Choice:
    choice = (by_name(name, GRAPH_FORMS) if name else None) or choose(request.headers.get("accept"), GRAPH_FORMS)
    if choice is None:
        raise Refused(406, "A graph is in no format that the request accepts.", f"Formats: {', '.join(form.media_type for form in GRAPH_FORMS)}.")
    return choice


async def _answer(request: Request, graph: str | None, form: str | None, suffixed: tuple[str, Choice | None] | None) -> Response | Relay:
    site = site_of(request)
    if request.method in ("GET", "HEAD"):
        other = None
        if suffixed and suffixed[1]:
            other = (iri_of(suffixed[0]), suffixed[1])
        return Relay.open(request, write_graph, {"graph": graph, "choice": _choice(request, form), "other": other}, {"Vary": "Accept"})
    if request.method == "PATCH" or not site.settings.writable:
        allowed = WRITING if site.settings.writable else READING
        raise Refused(405, f"{request.method} is not possible here.", f"Possible: {allowed}.", {"Allow": allowed, "Connection": "close"})
    require_token(request, site.settings)
    if request.method == "DELETE":
        status = await site.pool.change(remove_graph, graph=graph)
    else:
        job = put_graph if request.method == "PUT" else add_to_graph
        status = await site.pool.change(job, graph=graph, parts=await _parts(request), base=graph or f"{base_of(request)}{PATH}")
    request.state.wrote = True
    return Response(status_code=status)


async def _create(request: Request) -> Response:
    """A new graph with a name of our making (section 5.5)."""
    site = site_of(request)
    if not site.settings.writable:
        raise Refused(405, "POST is not possible here.", f"Possible: {READING}.", {"Allow": READING, "Connection": "close"})
    require_token(request, site.settings)
    graph = f"{GRAPH}{uuid.uuid4()}"
    await site.pool.change(add_to_graph, graph=graph, parts=await _parts(request), base=graph)
    request.state.wrote = True
    return Response(status_code=201, headers={"Location": base_of(request) + address_of(graph)})


async def _parts(request: Request) -> list[Part]:
    """The triples that a request brings: its body, or the files of a form (section 5.5)."""
    media_type = media_type_of(request)
    if media_type != "multipart/form-data":
        form = _form_of(media_type)
        return [(await read_body(request, GRAPH_BYTES), form)]
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("latin-1")
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + await read_body(request, GRAPH_BYTES))
    found = []
    for part in message.iter_parts():
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        found.append((data, _form_of(part.get_content_type())))
    if not found:
        raise Refused(400, "The form has no parts.", "Send each graph as a part with a Content-Type.")
    return found


def _form_of(media_type: str) -> str:
    """The name of the form that a media type stands for."""
    for form in FORMS:
        if media_type in (form.media_type, *form.aliases):
            return form.name
    told = f"The media type '{media_type}' is no format of a graph here." if media_type else "The request does not say what it sends."
    raise Refused(415, told, f"Set Content-Type to one of {', '.join(form.media_type for form in FORMS)}.", {"Connection": "close"})


def routes() -> list[Route]:
    """The routes of the graph store."""
    return [Route(PATH, indirect, methods=METHODS), Route(f"{PATH}/", indirect, methods=METHODS), Route(f"{PATH}/{{path:path}}", direct, methods=METHODS)]
