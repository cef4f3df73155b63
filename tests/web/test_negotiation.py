"""Content negotiation: what a client gets for what it says it accepts."""

from __future__ import annotations

import time

import pytest

from treatygraph.errors import UsageError
from treatygraph.web.negotiation import BOOLEAN, GRAPH, ROWS, by_name, by_suffix, choose, prefers_html

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
OWL_API = "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
JENA = "text/turtle,application/n-triples;q=0.9,application/rdf+xml;q=0.7,application/ld+json;q=0.6,*/*;q=0.3"


@pytest.mark.parametrize(
    ("accept", "offered", "expected"),
    [
        (None, ROWS, "application/sparql-results+json"),
        ("", ROWS, "application/sparql-results+json"),
        ("*/*", GRAPH, "text/turtle"),
        ("text/csv", ROWS, "text/csv"),
        ("text/csv; charset=utf-8", ROWS, "text/csv"),
        ("TEXT/CSV", ROWS, "text/csv"),
        ("text/csv;header=present;q=0.5, application/json;q=0.4", ROWS, "text/csv"),
        ("application/json", ROWS, "application/json"),
        ("application/json", GRAPH, "application/json"),
        ("text/*", ROWS, "text/csv"),
        ("application/*", ROWS, "application/sparql-results+json"),
        ("application/sparql-results+json;q=0, */*", ROWS, "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0.1, application/sparql-results+xml;q=0.2", ROWS, "application/sparql-results+xml"),
        ("application/rdf+xml, */*", GRAPH, "application/rdf+xml"),
        ("*/*, application/rdf+xml", GRAPH, "application/rdf+xml"),
        ("text/turtle;q=0.9, application/rdf+xml;q=0.95, text/html;q=0.1", GRAPH, "application/rdf+xml"),
        ("text/turtle;q=0.001, text/html;q=0", GRAPH, "text/turtle"),
        (BROWSER, ROWS, "text/html"),
        (BROWSER, BOOLEAN, "text/html"),
        (BROWSER, GRAPH, "text/html"),
        (OWL_API, GRAPH, "application/rdf+xml"),
        (JENA, GRAPH, "text/turtle"),
        ("text/turtle;q=nonsense, application/n-triples", GRAPH, "application/n-triples"),
        ("text/turtle;q=1.5, application/n-triples;q=0.1", GRAPH, "application/n-triples"),
        ('application/ld+json;profile="a,b;q=0", text/turtle;q=0.2', GRAPH, "application/ld+json"),
        ("nonsense, text/turtle", GRAPH, "text/turtle"),
        ("*/turtle, application/n-triples;q=0.3", GRAPH, "application/n-triples"),
        ("image/png", ROWS, None),
        ("text/csv;q=0", ROWS, None),
        ("text/turtle", ROWS, None),
    ],
)
def test_the_best_form_is_chosen(accept, offered, expected):
    choice = choose(accept, offered)
    assert (choice.media_type if choice else None) == expected


@pytest.mark.parametrize("accept", ['"\\"' * 20000, "," * 60000, "text/csv;q=0.5," * 4000, 'a/b;x="' * 9000, "*/*;" * 15000])
def test_a_header_made_to_cost_time_costs_none(accept):
    start = time.perf_counter()
    choose(accept, ROWS)
    assert time.perf_counter() - start < 10  # what is quadratic takes minutes


def test_text_tells_its_character_set():
    csv, turtle = choose("text/csv", ROWS), choose("application/ld+json", GRAPH)
    assert csv is not None
    assert turtle is not None
    assert csv.content_type == "text/csv; charset=utf-8"
    assert turtle.content_type == "application/ld+json"


@pytest.mark.parametrize(
    ("path", "stem", "form"),
    [
        ("/id/island/x.ttl", "/id/island/x", "ttl"),
        ("/id/island/x.TTL", "/id/island/x", "ttl"),
        ("/ontology/agents.owl", "/ontology/agents", "rdf"),
        ("/id/island/x.json", "/id/island/x", "jsonld"),
        ("/id/island/x.exe", "/id/island/x.exe", None),
        ("/id/island/x", "/id/island/x", None),
        ("/id/island/.ttl", "/id/island/.ttl", None),
    ],
)
def test_a_suffix_names_a_form(path, stem, form):
    found, choice = by_suffix(path, GRAPH)
    assert (found, choice.form.name if choice else None) == (stem, form)


def test_a_form_has_names():
    for name in ("csv", "CSV", "text/csv"):
        choice = by_name(name, ROWS)
        assert choice is not None
        assert choice.form.name == "csv"
    assert by_name("turtle", ROWS) is None  # known, but no form of a table
    with pytest.raises(UsageError, match=r"Nearest: .*turtle"):
        by_name("turtel", GRAPH)


def test_a_browser_prefers_html_and_curl_does_not():
    assert prefers_html(BROWSER)
    assert not prefers_html("*/*")
    assert not prefers_html(None)
