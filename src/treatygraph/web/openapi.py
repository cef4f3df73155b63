"""The API of the saved queries described in OpenAPI 3.1, from their own headers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from treatygraph import __version__
from treatygraph.questions import Parameter, Question
from treatygraph.things import LANGUAGES
from treatygraph.web.negotiation import ROWS

__all__ = ["openapi"]

Json = dict[str, Any]
TEXT: Json = {"text/plain": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}}
PROBLEM: Json = {
    "type": "object",
    "required": ["status", "title", "detail", "next_step"],
    "properties": {"status": {"type": "integer"}, "title": {"type": "string"}, "detail": {"type": "string"}, "next_step": {"type": "string"}},
}
RESULTS: Json = {
    "type": "object",
    "description": "SPARQL 1.1 Query Results JSON Format",
    "required": ["head", "results"],
    "properties": {
        "head": {"type": "object", "required": ["vars"], "properties": {"vars": {"type": "array", "items": {"type": "string"}}}},
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {"bindings": {"type": "array", "items": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Term"}}}},
        },
    },
}
TERM: Json = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode"]},
        "value": {"type": "string"},
        "xml:lang": {"type": "string"},
        "datatype": {"type": "string"},
    },
}
TYPES: dict[str, Json] = {
    "xsd:date": {"type": "string", "anyOf": [{"format": "date"}, {"const": ""}]},
    "xsd:integer": {"type": "string", "pattern": "^([+-]?[0-9]+)?$"},
    "xsd:string": {"type": "string"},
}
LANGUAGE: Json = {
    "name": "lang",
    "in": "query",
    "description": "Language of the labels on a page",
    "schema": {"type": "string", "enum": ["", *LANGUAGES]},
}


def openapi(questions: Sequence[Question], base: str) -> Json:
    """The description.

    Args:
        questions: the saved queries.
        base: the address of the server.
    """
    paths: Json = {"/queries.json": {"get": _list()}}
    for question in questions:
        paths[f"/queries/{question.name}"] = {"get": _operation(question, suffixed=False)}
        paths[f"/queries/{question.name}.{{suffix}}"] = {"get": _operation(question, suffixed=True)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "TreatyGraph: the saved queries",
            "version": __version__,
            "description": "Each saved query of the corpus has an address. Things are given by any of their names, in any language, or by their IRI."
            " An empty value is the default.",
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM, "Rows": RESULTS, "Term": TERM},
            "responses": {name: _error(text) for name, text in _ERRORS.items()},
        },
    }


_ERRORS = {
    "Wrong": "A parameter that the query does not have, or a value that is not of its type; the text names the nearest.",
    "NotFound": "There is no such query, or no such format.",
    "NotAcceptable": "The answer is in no format that the request accepts.",
    "Busy": "The server is busy, or the query took too long. Retry-After tells when to try again.",
}


def _error(text: str) -> Json:
    return {"description": text, "content": TEXT | {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _responses(content: Json) -> Json:
    references = {"400": "Wrong", "404": "NotFound", "406": "NotAcceptable", "503": "Busy"}
    return {"200": {"description": "The answer", "content": content}} | {
        status: {"$ref": f"#/components/responses/{name}"} for status, name in references.items()
    }


def _list() -> Json:
    return {
        "operationId": "list",
        "summary": "The saved queries with their parameters",
        "responses": _responses(
            {"application/json": {"schema": {"type": "array", "items": {"type": "object", "required": ["name", "summary", "parameters"]}}}}
        ),
    }


def _operation(question: Question, suffixed: bool) -> Json:
    content: Json = {form.media_type: {"schema": {"type": "string"}} for form in ROWS}
    content[ROWS[0].media_type] = {"schema": {"$ref": "#/components/schemas/Rows"}}
    content |= {alias: {"schema": {}} for form in ROWS for alias in form.aliases}
    if suffixed:
        content["application/sparql-query"] = {"schema": {"type": "string"}}
        how: Json = {
            "name": "suffix",
            "in": "path",
            "required": True,
            "description": "The format; rq is the query itself",
            "schema": {"type": "string", "enum": [*(form.name for form in ROWS), "rq"]},
        }
    else:
        how = {
            "name": "format",
            "in": "query",
            "description": "The format, in place of the Accept header",
            "schema": {"type": "string", "enum": ["", *(form.name for form in ROWS)]},
        }
    return {
        "operationId": f"{question.name}{'-in' if suffixed else ''}",
        "summary": question.summary,
        "description": question.description,
        "tags": question.tags,
        "parameters": [how, LANGUAGE, *(_parameter(parameter) for parameter in question.parameters)],
        "responses": _responses(content),
    }


def _parameter(parameter: Parameter) -> Json:
    schema: Json = dict(TYPES.get(parameter.type, {"type": "string", "description": f"A name or the IRI of a {parameter.type}"}))
    if not parameter.is_open:
        schema["default"] = parameter.default_shown
    return {"name": parameter.name, "in": "query", "description": parameter.description, "schema": schema}
