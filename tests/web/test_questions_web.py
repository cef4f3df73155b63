"""The saved queries as an API: the same rows as on the command line, plain errors, and a description that is true."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from treatygraph.questions import load_questions
from treatygraph.things import Things
from treatygraph.web.questions_api import RESERVED


def test_every_saved_query_gives_the_rows_of_the_command_line(server, layout, corpus):
    things = Things(corpus.store)
    questions = load_questions(layout)
    assert len(questions) > 40
    for question in questions:
        for form in ("csv", "json", "tsv", "xml"):
            response = server.get(f"/queries/{question.name}.{form}")
            assert response.status_code == 200
            assert response.content == corpus.store.serialize(question.bind({}, things), form), question.name


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("islands-claimed", {"date": "1946-01-01"}),
        ("islands-claimed", {"date": "2000-01-01", "state": "Россия"}),
        ("position-of-island", {"island": "択捉島"}),
        ("position-of-island", {"island": "Итуруп"}),
        ("position-of-island", {"island": "https://w3id.org/treatygraph/id/island/iturup-etorofu"}),
        ("as-known-by", {"known_by": "1960-01-01"}),
    ],
)
def test_the_command_line_agrees(server, run, name, values):
    options = [part for key, value in values.items() for part in (f"--{key.replace('_', '-')}", value)]
    there = run("query", name, *options, "--format", "csv")
    here = server.get(f"/queries/{name}.csv", **values)
    if there.code:
        assert here.status_code == 400
        assert there.err.splitlines()[1] in here.text
    else:
        assert here.text.replace("\r\n", "\n") == there.out.replace("\r\n", "\n")
        assert server.get(f"/queries/{name}.csv", **{key.replace("_", "-"): value for key, value in values.items()}).text == here.text


def test_the_form_is_chosen_by_suffix_by_name_and_by_header(server):
    for response in (
        server.get("/queries/scope.csv", accept="image/png"),
        server.get("/queries/scope", accept="image/png", format="csv"),
        server.get("/queries/scope", accept="text/csv"),
    ):
        assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert server.get("/queries/scope").headers["content-type"] == "application/sparql-results+json"
    assert server.get("/queries/scope", accept="text/html, */*;q=0.1").headers["content-type"].startswith("text/html")
    assert server.get("/queries/scope", accept="image/png").status_code == 406


WRONG = [
    ("/queries/island-claimed.csv", 404, "Nearest: islands-claimed"),
    ("/queries/islands-claimed.csv?dat=1956-12-12", 400, "Nearest: date"),
    ("/queries/islands-claimed.csv?date=1956-02-30", 400, "1956-02-29"),
    ("/queries/islands-claimed.csv?date=yesterday", 400, "YYYY-MM-DD"),
    ("/queries/islands-claimed.csv?date=1956-12-12&date=1956-12-13", 400, "2 times"),
    ("/queries/position-of-island.json?island=Shikotn", 400, "Shikotan"),
    ("/queries/position-of-island.json?island=Japan", 400, "not a thing of the kind"),
    ("/queries/islands-claimed?format=cvs", 400, "Nearest: csv"),
    ("/queries/islands-claimed?format=turtle", 400, "Formats: json"),
    ("/queries/islands-claimed.html?lang=jp", 400, "ja"),
    ("/queries/islands-claimed.exe", 404, "Nearest"),
]


@pytest.mark.parametrize(("address", "status", "said"), WRONG)
def test_wrong_usage_names_the_nearest(server, address, status, said):
    response = server.get(address)
    assert response.status_code == status
    assert said in response.text


def test_an_empty_field_of_a_form_is_not_given(server):
    assert server.get("/queries/islands-claimed.csv", date="", state=" ").text == server.get("/queries/islands-claimed.csv").text


def test_the_query_itself_can_be_had(server):
    text = server.get("/queries/position-of-island.rq", island="Шикотан")
    assert text.headers["content-type"] == "application/sparql-query; charset=utf-8"
    assert "id/island/shikotan>" in text.text
    assert server.ask(text.text, accept="text/csv").text == server.get("/queries/position-of-island.csv", island="Shikotan").text


def test_a_page_asks_and_answers(server):
    page = server.get("/queries/islands-claimed.html", date="1956-12-12", lang="ja").text
    assert re.search(r'<input [^>]*name="date" type="date" value="1956-12-12"', page)
    assert "択捉島" in page
    assert "記載なし" in page
    assert 'href="/queries/islands-claimed.csv?date=1956-12-12"' in page
    assert "VALUES ?date" in page
    rows = list(csv.reader(io.StringIO(server.get("/queries/islands-claimed.csv", date="1956-12-12").text, newline="")))
    assert f"{len(rows) - 1}行" in page
    assert "Not covered" in server.get("/queries/islands-claimed.html", date="1850-01-01").text


def test_the_list_tells_all(server, layout):
    listed = server.get("/queries.json").json()
    assert [question["name"] for question in listed] == [path.stem for path in layout.query_files]
    one = next(question for question in listed if question["name"] == "islands-claimed")
    assert [parameter["name"] for parameter in one["parameters"]] == ["date", "state"]
    assert one["parameters"][0]["default"] == "1956-12-12"
    page = server.get("/queries", accept="text/html").text
    assert all(re.search(rf'href="/queries/{path.stem}(\?lang=en)?"', page) for path in layout.query_files)
    assert server.get("/queries").json() == listed


def test_no_parameter_has_a_name_that_is_ours(layout):
    assert not {parameter.name for question in load_questions(layout) for parameter in question.parameters} & set(RESERVED)


def test_the_description_describes_every_query(server, layout):
    described = server.get("/openapi.json")
    assert described.headers["content-type"].startswith("application/vnd.oai.openapi+json")
    described = described.json()
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": server.address}]
    for question in load_questions(layout):
        operation = described["paths"][f"/queries/{question.name}"]["get"]
        assert operation["summary"] == question.summary
        assert [parameter["name"] for parameter in operation["parameters"]] == ["format", "lang", *(parameter.name for parameter in question.parameters)]
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(described)))
    for reference in references:
        node = described
        for part in reference.split("/"):
            node = node[part]
