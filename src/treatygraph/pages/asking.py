"""The page for a SPARQL query of one's own, with the saved queries beside it."""

from __future__ import annotations

from collections.abc import Mapping

from treatygraph.namespaces import PREFIXES
from treatygraph.pages.frame import page
from treatygraph.pages.view import View
from treatygraph.questions import Question
from treatygraph.web.markup import Markup, element
from treatygraph.web.negotiation import GRAPH, HTML, ROWS

__all__ = ["sparql_page"]

PROLOGUE = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("rdfs", "skos", "tg", "xsd"))
EXAMPLE = f"{PROLOGUE}SELECT ?class (COUNT(*) AS ?things)\nWHERE {{ ?thing a ?class }}\nGROUP BY ?class\nORDER BY DESC(?things)\n"


def sparql_page(view: View, questions: Mapping[str, Question], timeout: float, chosen: str = "") -> str:
    """The page.

    Args:
        timeout: seconds that a query may take.
        chosen: the name of the saved query whose text stands in the editor, or empty.
    """
    text = questions[chosen].text if chosen in questions else EXAMPLE
    forms = {form.name: form.title for form in (HTML, *ROWS, *GRAPH)}
    options = [element("option", title, value=name, selected=name == "html") for name, title in forms.items()]
    saved = [
        element("li", element("a", name, href=view.to("/sparql", saved=name), data_query=f"/queries/{name}.rq", title=question.summary))
        for name, question in questions.items()
    ]
    return page(
        view,
        "SPARQL",
        element("p", view.say("sparql-local") if view.is_local else view.say("sparql-lead", seconds=f"{timeout:g}"), class_="lead"),
        element(
            "div",
            element(
                "div",
                element("div", id="yasgui", data_endpoint="/sparql", hidden=True),
                element(
                    "form",
                    element("label", view.say("query"), for_="query"),
                    element("textarea", text, name="query", id="query", rows="16", spellcheck="false", lang="en"),
                    element(
                        "p", element("label", view.say("answer-as"), " ", element("select", options, name="format")), " ", element("button", view.say("ask"))
                    ),
                    action="/sparql",
                    method="get",
                    class_="plain-editor",
                ),
            ),
            element(
                "nav",
                element("h2", view.say("saved-queries")),
                element("ul", saved, class_="plain"),
                class_="apparatus saved",
                aria_label=view.say("saved-queries"),
            ),
            class_="with-apparatus editor",
        ),
        None if view.is_local else _for_programs(view),
        kind="sparql",
        scripts=("editor.js",),
        styles=("editor.css",),
    )


def _for_programs(view: View) -> list[Markup]:
    return [
        element("h2", view.say("for-programs")),
        element("pre", "curl http://HOST/sparql --data-urlencode 'query=SELECT * { ?s ?p ?o } LIMIT 3' -H 'Accept: text/csv'", lang="en", tabindex="0"),
        element("p", element("a", "OpenAPI", href="/openapi.json"), " · ", element("a", "VoID", href="/.well-known/void")),
    ]
