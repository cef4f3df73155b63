"""Answer a saved query."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from treatygraph.errors import UsageError, nearest
from treatygraph.namespaces import ID
from treatygraph.questions import Parameter, Question
from treatygraph.results import sources_of
from treatygraph.scope import coverage_notes
from treatygraph.store import Rows
from treatygraph.things import Things
from treatygraph.web.dataset import parts_of
from treatygraph.web.markup import Content, element, join
from treatygraph.web.negotiation import HTML, ROWS, Choice
from treatygraph.web.pages import page, show_term
from treatygraph.web.refusals import Refused
from treatygraph.web.served import Served
from treatygraph.web.wire import Reply

__all__ = ["SPARQL_TEXT", "answer", "known_question"]

SPARQL_TEXT = "rq"  # the suffix that asks for the query itself
QUERY_TYPE = "application/sparql-query"


def known_question(questions: Mapping[str, Question], name: str) -> Question:
    """The saved query of a name.

    Raises:
        Refused: there is none; the message names the nearest.
    """
    if name not in questions:
        raise Refused(404, f"There is no saved query '{name}'.", nearest(name, questions) or "Their list is at /queries.")
    return questions[name]


def answer(served: Served, reply: Reply, name: str, values: Mapping[str, str], choice: Choice | None, language: str) -> None:
    """Write the answer to a saved query.

    Args:
        name: of the query.
        values: of its parameters, as a person gives them.
        choice: the form that the client accepts; None for the text of the query with these values in it.
        language: of the labels on a page.

    Raises:
        UsageError: no such parameter, or a value that is not of its type; the message names the nearest.
    """
    question = known_question(served.questions, name)
    text = question.bind(values, Things(served.graph))
    if choice is None:
        reply.head(200, {"Content-Type": f"{QUERY_TYPE}; charset=utf-8"})
        reply.write(text.encode())
        return
    reply.head(200, {"Content-Type": choice.content_type})
    if choice.form == HTML:
        reply.write(_page(served, question, values, text, language))
        return
    try:
        outcome = served.graph.query(text, None, None, None, union=True)
    except SyntaxError as error:
        raise UsageError(f"The saved query '{name}' is not SPARQL: {error.msg}.") from None
    outcome.write(choice.form.name, reply)


def _page(served: Served, question: Question, values: Mapping[str, str], text: str, language: str) -> bytes:
    rows = served.graph.select(text)
    asked = {parameter.name: parameter.default_shown for parameter in question.parameters if not parameter.is_open} | dict(values)
    notes = coverage_notes(served.corpus, question, asked, rows, language)
    asking = urlencode(values)
    links = [
        [element("a", title, href=f"/queries/{question.name}.{suffix}{f'?{asking}' if asking else ''}"), " "]
        for suffix, title in [*((form.name, form.title) for form in ROWS if form != HTML), (SPARQL_TEXT, "SPARQL")]
    ]
    return page(
        question.summary,
        element("p", question.description) if question.description else None,
        _form(question, asked),
        _table(served, rows, language),
        [element("p", note) for note in notes],
        element("p", "Download: ", links),
        element("details", element("summary", "The query"), element("pre", text)),
        language=language,
    )


def _form(question: Question, asked: Mapping[str, str]) -> Content:
    if not question.parameters:
        return None
    fields: list[Content] = [_field(parameter, asked.get(parameter.name, "")) for parameter in question.parameters]
    return element("form", fields, element("button", "Ask"), action=f"/queries/{question.name}.html", method="get")


def _field(parameter: Parameter, value: str) -> Content:
    return element(
        "label",
        f"{parameter.name.replace('_', ' ')} ",
        element("input", name=parameter.name, type="date" if parameter.type == "xsd:date" else "text", value=value),
        element("small", f" {parameter.description}"),
    )


def _table(served: Served, rows: Rows, language: str) -> Content:
    if not rows:
        return element("p", "No rows: the documents of this corpus state nothing that answers this.")
    iris = {parts_of(term)[1] for row in rows for term in row if term is not None and parts_of(term)[0] == "iri"}
    labels = Things(served.graph).labels(sorted(iris), language) if iris else {}
    evidence = sorted(iri for iri in iris if iri.startswith(ID))
    labels |= {iri: source.in_cell() for iri, source in (sources_of(served.corpus, evidence, language) if evidence else {}).items()}
    head = element("tr", [element("th", column.replace("_", " "), scope="col") for column in rows.columns])
    body = join([element("tr", [element("td", show_term(term, labels)) for term in row]) for row in rows])
    return [element("div", element("table", head, body), class_="wide"), element("p", f"{len(rows)} rows" if len(rows) != 1 else "1 row")]
