"""What the service and its data set are: at ``/sparql`` without a query, and at ``/.well-known/void`` (RFC 5785, VoID section 7.2)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from treatygraph.namespaces import PREFIXES
from treatygraph.web.markup import element
from treatygraph.web.negotiation import GRAPH, HTML, ROWS, Choice, choose
from treatygraph.web.pages import page
from treatygraph.web.refusals import Refused
from treatygraph.web.requests import base_of
from treatygraph.web.responses import Relay
from treatygraph.web.site import site_of
from treatygraph.web.work.description import describe_data, describe_service
from treatygraph.web.work.graphs import DUMPS, write_everything

__all__ = ["describe_endpoint", "routes"]

PROLOGUE = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("rdfs", "skos", "tg", "xsd"))
EXAMPLE = f"{PROLOGUE}SELECT ?class (COUNT(*) AS ?things)\nWHERE {{ ?thing a ?class }}\nGROUP BY ?class\nORDER BY DESC(?things)\n"
FORMS = tuple(form for form in GRAPH if form != HTML)


def _choice(request: Request) -> Choice:
    choice = choose(request.headers.get("accept"), FORMS)
    if choice is None:
        raise Refused(406, "The description is in no format that the request accepts.", f"Formats: {', '.join(form.media_type for form in FORMS)}.")
    return choice


async def describe_endpoint(request: Request) -> Response | Relay:
    """The description of the service, for a browser with a form to ask a query."""
    best = choose(request.headers.get("accept"), GRAPH)
    if best and best.form == HTML:
        return Response(_form(request), headers={"Vary": "Accept"}, media_type="text/html")
    return Relay.house(request, describe_service, {"base": base_of(request), "choice": _choice(request)}, {"Vary": "Accept"})


def _form(request: Request) -> bytes:
    settings = site_of(request).settings
    address = f"{base_of(request)}/sparql"
    forms = {form.name: form.title for form in (HTML, *ROWS, *GRAPH)}
    options = [element("option", title, value=name, selected=name == "html") for name, title in forms.items()]
    sees = "all graphs at once" if settings.union else "only the graph without a name"
    return page(
        "SPARQL",
        element(
            "form",
            element("label", "Query ", element("textarea", EXAMPLE, name="query", rows="12", spellcheck="false")),
            element("label", "Answer as ", element("select", options, name="format")),
            element("button", "Ask"),
            action="/sparql",
            method="get",
        ),
        element("h2", "For programs"),
        element("p", "The address of the endpoint is ", element("code", address), ", by the SPARQL 1.1 Protocol, with GET or POST:"),
        element("pre", f"curl {address} --data-urlencode 'query=SELECT * {{ ?s ?p ?o }} LIMIT 3' -H 'Accept: text/csv'"),
        element(
            "p",
            f"A query sees {sees}; it may take {settings.timeout:g} seconds. ",
            "The saved questions are an API: ",
            element("a", "OpenAPI", href="/openapi.json"),
            ".",
        ),
        element("p", "What the service offers, in RDF: ask this address for Turtle. About the data: ", element("a", "VoID", href="/.well-known/void"), "."),
    )


async def void(request: Request) -> Relay:
    """The description of the data set."""
    return Relay.house(request, describe_data, {"base": base_of(request), "choice": _choice(request)}, {"Vary": "Accept"})


async def everything(request: Request) -> Relay:
    """All graphs in one file."""
    form = request.path_params["form"]
    if form not in DUMPS:
        raise Refused(404, f"There is no such file as everything.{form}.", f"There is: {', '.join(f'everything.{known}' for known in DUMPS)}.")
    return Relay.open(request, write_everything, {"form": form})


def routes() -> list[Route]:
    """The routes of the descriptions, and of what they lead to."""
    return [Route("/.well-known/void", void), Route("/everything.{form}", everything)]
