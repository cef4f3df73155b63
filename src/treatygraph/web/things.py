"""Every IRI of the graph at its address: by content negotiation and by suffix."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from treatygraph.web.addresses import MIRRORED, iri_of
from treatygraph.web.negotiation import GRAPH, Choice, by_name, by_suffix, choose
from treatygraph.web.refusals import Refused
from treatygraph.web.requests import language_of, only, parameters_of
from treatygraph.web.responses import Relay
from treatygraph.web.work.things import tell

__all__ = ["routes"]


async def thing(request: Request) -> Relay:
    """A thing whose IRI has the path of the address."""
    path = request.scope["raw_path"].decode("ascii")
    parameters = parameters_of(request.scope["query_string"])
    negotiated = _choice(request, parameters)
    readings = [(iri_of(path), negotiated)] if negotiated else []
    stem, by_its_suffix = by_suffix(path, GRAPH)
    if by_its_suffix:
        readings.append((iri_of(stem), by_its_suffix))
    return _relay(request, readings, parameters)


async def any_thing(request: Request) -> Relay:
    """A thing with any IRI: ``/thing?iri=...``."""
    parameters = parameters_of(request.scope["query_string"])
    iri = only(parameters, "iri")
    if not iri:
        raise Refused(400, "Which thing?", "Give its IRI: /thing?iri=...")
    negotiated = _choice(request, parameters)
    return _relay(request, [(iri, negotiated)] if negotiated else [], parameters)


def _choice(request: Request, parameters: dict[str, list[str]]) -> Choice | None:
    asked = only(parameters, "format")
    return (by_name(asked, GRAPH) if asked else None) or choose(request.headers.get("accept"), GRAPH)


def _relay(request: Request, readings: list[tuple[str, Choice]], parameters: dict[str, list[str]]) -> Relay:
    if not readings:
        raise Refused(406, "A thing is told in no format that the request accepts.", f"Formats: {', '.join(form.media_type for form in GRAPH)}.")
    return Relay.house(request, tell, {"readings": readings, "language": language_of(request, parameters)})


def routes() -> list[Route]:
    """The routes of things: the mirrored paths, and one for IRIs that are not ours."""
    paths = [*(f"{path}{{path:path}}" for path in MIRRORED.values()), *(path.rstrip("/") for path in MIRRORED.values())]
    return [
        *(Route(path, thing) for path in paths),
        *(Route(f"{path.rstrip('/')}.{{suffix}}", thing) for path in MIRRORED.values()),
        Route("/thing", any_thing),
    ]
