"""The saved queries as forms: typed fields, the answer as a table, a map or a timeline, downloads, the query behind it, and why each row is there."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from treatygraph.atlas import map_at
from treatygraph.chronicle import timeline_of
from treatygraph.drawing import draw_map, draw_timeline
from treatygraph.errors import UsageError
from treatygraph.namespaces import ID, PREFIXES, TG
from treatygraph.pages.citations import cited, figure
from treatygraph.pages.desk import Desk
from treatygraph.pages.frame import page
from treatygraph.pages.names import name_of
from treatygraph.positions import CERTAIN, POSSIBLE
from treatygraph.questions import Parameter, Question
from treatygraph.scope import coverage_notes
from treatygraph.store import Rows, iri_term, text_of
from treatygraph.things import Things
from treatygraph.web.dataset import parts_of
from treatygraph.web.markup import Content, Markup, element
from treatygraph.web.negotiation import HTML, ROWS

__all__ = ["question_page", "questions_page"]

SPARQL_TEXT = "rq"
CERTAINTIES = ("certainty", "claim_certainty", "holding_certainty")  # columns that have one of two words
LONG = 60  # characters of a value that gets a wide column
SHOWN = 500  # rows of a table; a download has all
NAMED = 400  # names that a field proposes
MOST_NAMED = 2000  # things of which it proposes any


def questions_page(desk: Desk, questions: Mapping[str, Question]) -> str:
    """The saved queries by their first tag."""
    view = desk.view
    groups: dict[str, list[Question]] = {}
    for question in questions.values():
        groups.setdefault(question.tags[0] if question.tags else "", []).append(question)
    parts = [
        element(
            "section",
            element("h2", name_of(tag, view.language) or "—"),
            element(
                "ul",
                [
                    element("li", element("a", question.summary, href=view.to(f"/queries/{question.name}"), lang="en"), " ", element("small", question.name))
                    for question in found
                ],
                class_="questions",
            ),
            class_="group",
        )
        for tag, found in sorted(groups.items())
    ]
    return page(
        view,
        view.say("nav-questions"),
        element("p", view.say("questions-lead"), class_="lead"),
        parts,
        element("p", view.say("questions-api"), " ", element("a", "OpenAPI", href="/openapi.json"), class_="forms") if not view.is_local else None,
        kind="questions",
    )


def question_page(desk: Desk, question: Question, values: Mapping[str, str], explain: int | None = None) -> str:
    """The form of a saved query with its answer.

    Args:
        values: as a person gave them; parameters without one have their default.
        explain: the number of the row to explain, from 1, or None.

    Raises:
        UsageError: no such parameter or row, or a value that is not of its type; the message names the nearest.
    """
    view = desk.view
    text = question.bind(values, Things(desk.corpus.store))
    rows = desk.corpus.store.select(text)
    asked = {parameter.name: parameter.default_shown for parameter in question.parameters if not parameter.is_open} | dict(values)
    asking = urlencode(values)
    links = [
        element("a", title, href=f"/queries/{question.name}.{suffix}{f'?{asking}' if asking else ''}", download=f"{question.name}.{suffix}")
        for suffix, title in [*((form.name, form.title) for form in ROWS if form != HTML), (SPARQL_TEXT, "SPARQL")]
    ]
    return page(
        view,
        question.summary,
        element("p", question.description, class_="measure", lang="en") if question.description else None,
        _form(desk, question, asked),
        _picture(desk, question, asked),
        element("h2", view.say("answer"), id="answer"),
        _explained(desk, question, values, explain) if explain is not None else None,
        element("div", _table(desk, question, rows, values), class_="result"),
        [element("p", note, class_="note") for note in coverage_notes(desk.corpus, question, asked, rows, view.language)],
        element("p", view.say("download"), " ", links, class_="downloads"),
        element("details", element("summary", view.say("query-behind")), element("pre", text, class_="sparql", lang="en", tabindex="0")),
        heading=[
            element("p", element("a", view.say("nav-questions"), href=view.to("/queries")), " › ", question.name, class_="crumbs"),
            element("h1", question.summary, lang="en"),
        ],
        kind="question",
        scripts=("site.js",),
    )


def _form(desk: Desk, question: Question, asked: Mapping[str, str]) -> Content:
    if not question.parameters:
        return None
    fields: list[Content] = [_field(desk, parameter, asked.get(parameter.name, "")) for parameter in question.parameters]
    hidden = element("input", type="hidden", name="lang", value=desk.view.language)
    return element(
        "form",
        fields,
        hidden,
        element("button", desk.view.say("ask")),
        action=f"/queries/{question.name}",
        method="get",
        class_="asking",
    )


def _field(desk: Desk, parameter: Parameter, value: str) -> Markup:
    name = f"f-{parameter.name}"
    kind = {"xsd:date": "date", "xsd:integer": "number"}.get(parameter.type, "text")
    names = _names(desk, parameter) if parameter.is_thing else []
    shown = _shown(desk, parameter, value)
    return element(
        "p",
        element("label", name_of(parameter.name, desk.view.language), for_=name),
        element(
            "input",
            id=name,
            name=parameter.name,
            type=kind,
            value=shown,
            list=f"l-{parameter.name}" if names else None,
            autocomplete="off",
            data_type=parameter.type,
        ),
        element("datalist", [element("option", value=each, label=label) for each, label in names], id=f"l-{parameter.name}") if names else None,
        element("small", parameter.description, lang="en"),
        class_="field",
    )


def _shown(desk: Desk, parameter: Parameter, value: str) -> str:
    """A value as the field shows it: of a thing, its slug, which names it in every language."""
    if not parameter.is_thing or not value:
        return value
    return value.rpartition("/")[2].rpartition(":")[2]


def _names(desk: Desk, parameter: Parameter) -> list[tuple[str, str]]:
    """The things that a field may name: the slug of each, and its names in all scripts."""
    prefix, _, local = parameter.type.partition(":")
    few = f"SELECT DISTINCT ?thing {{ ?type rdfs:subClassOf* {iri_term(PREFIXES[prefix] + local)} . ?thing a ?type }} LIMIT {MOST_NAMED}"
    if len(desk.rows(few)) == MOST_NAMED:  # a list that has a few of thousands helps nobody; the search does
        return []
    rows = desk.rows(f"SELECT DISTINCT ?thing ?name {{ {{ {few} }} ?thing skos:prefLabel|rdfs:label ?name }} ORDER BY ?thing ?name")
    found: dict[str, list[str]] = {}
    for thing, name in rows:
        found.setdefault(thing, []).append(name)
    slugs = [thing.rpartition("/")[2] for thing in found]
    return [(slug, " · ".join(names)) for slug, names in zip(slugs, found.values(), strict=True) if slugs.count(slug) == 1][:NAMED]


def _picture(desk: Desk, question: Question, asked: Mapping[str, str]) -> Content:
    """A map or a timeline where the question is about all places on a day, or about one place through time."""
    kinds = {parameter.type: parameter.name for parameter in question.parameters}
    day, place = asked.get(kinds.get("xsd:date", ""), ""), asked.get(kinds.get("tg:Place", ""), "")
    if day and "tg:Place" not in kinds and "islands" in question.tags:
        layer = "administration" if "administration" in question.tags else "claims"
        return _folded(desk, "as-map", draw_map(map_at(desk.corpus, day, desk.view.language, layer)))
    if place and "xsd:date" not in kinds:
        with contextlib.suppress(UsageError):  # the default may be a place of another corpus; one that is given has been found
            iri = Things(desk.corpus.store).find(place, TG + "Place")
            return _folded(desk, "as-timeline", draw_timeline(timeline_of(desk.corpus, iri, desk.view.language)))
    return None


def _folded(desk: Desk, key: str, drawn: str) -> Markup:
    return element(
        "details",
        element("summary", desk.view.say(key)),
        element("figure", element("div", Markup(drawn), class_="drawn scrolling", tabindex="0"), class_="plate"),
    )


def _explained(desk: Desk, question: Question, values: Mapping[str, str], number: int) -> Markup:
    from treatygraph.explain import explain_row

    explanation = explain_row(desk.corpus, question, values, number - 1, desk.view.language)
    return element("section", _at_home(desk, explanation.html()), id="why", class_="why", aria_label=desk.view.say("why"))


def _at_home(desk: Desk, fragment: str) -> Markup:
    """An explanation with its links leading to the pages of this site."""

    def led(match: re.Match[str]) -> str:
        return f'href="{html.escape(desk.view.thing(html.unescape(match[1])))}"'

    return Markup(re.sub(r'href="([^"]*)"', led, fragment))


def _table(desk: Desk, question: Question, rows: Rows, values: Mapping[str, str]) -> Content:
    view = desk.view
    if not rows:
        return element("p", view.say("no-rows"), class_="nothing")
    desk.learn(text for row in rows for term in row if term is not None for kind, text, _ in [parts_of(term)] if kind == "iri")
    evidence = {text_of(term) for row in rows for term in row if term is not None and text_of(term).startswith(ID)}
    sources = cited(desk.corpus, desk.evidence, evidence, view.language)
    why = None if view.is_local else element("th", element("span", view.say("why"), class_="unseen"), scope="col")
    head = element("tr", [element("th", name_of(column, view.language), scope="col", data_name=column) for column in rows.columns], why)
    body = []
    for number, row in enumerate(rows.rows[:SHOWN], 1):
        cells: list[Content] = []
        for column, term in zip(rows.columns, row, strict=True):
            if term is None:
                cells.append(element("td"))
                continue
            kind, text, tag = parts_of(term)
            if text in sources:
                cells.append(element("td", figure(view, sources[text]), class_="long"))
            elif kind == "iri":
                cells.append(element("td", desk.link(text)))
            else:
                shown = view.say(text) if column in CERTAINTIES and text in (CERTAIN, POSSIBLE) else text
                cells.append(element("td", shown, lang=tag if tag and ":" not in tag else None, class_="long" if len(text) > LONG else None))
        address = view.to(f"/queries/{question.name}", "why", **(dict(values) | {"explain": str(number)}))
        body.append(element("tr", cells, element("td", element("a", view.say("why"), href=address, rel="nofollow")) if why else None))
    more = (
        element("p", view.say("rows-more", count=len(rows), shown=SHOWN), class_="note")
        if len(rows) > SHOWN
        else element("p", view.say("rows", count=len(rows)), class_="when")
    )
    return [
        element(
            "div", element("table", element("thead", head), element("tbody", body)), class_="wide", tabindex="0", role="region", aria_label=view.say("answer")
        ),
        more,
    ]
