"""Saved queries: headers, typed parameters, safe binding."""

from __future__ import annotations

import datetime
import re

import pytest

from treatygraph.errors import CorpusError, UsageError
from treatygraph.questions import Question, check_date, load_questions
from treatygraph.things import Things

TEXT = """#+ summary: Which?
#+ description: One.
#+   Two.
#+ tags: a, b
#+ params:
#+   - date: xsd:date, the day
#+   - word: xsd:string, a word
#+   - place: tg:Place, where
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?date ?word ?place WHERE {
  VALUES ?date { "1956-12-12"^^xsd:date }
  VALUES ?word { UNDEF }
  VALUES ?place { <https://w3id.org/treatygraph/id/island/shikotan> }
}
"""


@pytest.fixture
def question(tmp_path):
    return Question(tmp_path / "which.rq", TEXT)


def test_the_header_is_read(question):
    assert (question.name, question.summary, question.description, question.tags) == ("which", "Which?", "One. Two.", ["a", "b"])
    assert [(parameter.name, parameter.type, parameter.default_shown) for parameter in question.parameters] == [
        ("date", "xsd:date", "1956-12-12"),
        ("word", "xsd:string", "any"),
        ("place", "tg:Place", "https://w3id.org/treatygraph/id/island/shikotan"),
    ]


def test_every_calendar_day_is_a_date_and_no_other():
    day = datetime.date(1895, 12, 1)
    while day < datetime.date(1904, 4, 1):
        assert check_date(day.isoformat()) == day.isoformat()
        day += datetime.timedelta(days=1)
    for wrong in (
        "1900-02-29",
        "1956-02-30",
        "1956-13-01",
        "0000-01-01",
        "1956-1-1",
        "56-01-01",
        "1956-12-12Z",
        "12.12.1956",
        "",
        "１９５６-12-12",
        "1956-04-31",
        "1956-00-10",
        "1956-10-00",
    ):
        with pytest.raises(UsageError):
            check_date(wrong)


def test_binding_replaces_only_the_term(question, corpus):
    text = question.bind({"date": "2000-02-29", "word": 'x" } # \\ \n y', "place": "択捉島"}, Things(corpus.store))
    assert '"2000-02-29"^^<http://www.w3.org/2001/XMLSchema#date>' in text
    assert r'VALUES ?word { "x\" } # \\ \n y" }' in text
    assert "id/island/iturup-etorofu>" in text
    assert text.count("VALUES") == 3
    (row,) = corpus.store.select(text).texts()
    assert row[1] == 'x" } # \\ \n y'


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"dat": "x"}, "Nearest: date"),
        ({"date": "1956-02-30"}, "not a day"),
        ({"place": "Shikotn"}, "Shikotan, "),
        ({"place": "japan"}, "not a thing of the kind place"),
    ],
)
def test_wrong_values_name_the_nearest(question, corpus, values, message):
    with pytest.raises(UsageError) as error:
        question.bind(values, Things(corpus.store))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+ summary: Which?\n", "", "summary"),
        ("xsd:date, the day", "date", "not a parameter"),
        ("  VALUES ?word { UNDEF }\n", "", "exactly one line"),
    ],
)
def test_a_broken_header_names_file_and_line(tmp_path, old, new, message):
    with pytest.raises(CorpusError, match=message):
        Question(tmp_path / "which.rq", TEXT.replace(old, new))


@pytest.mark.parametrize(
    "name",
    ["Etorofu", "択捉島", "Итуруп", "итуруп", "ETOROFU", "iturup-etorofu", "island:iturup-etorofu", "https://w3id.org/treatygraph/id/island/iturup-etorofu"],
)
def test_any_name_finds_the_island(corpus, name):
    assert Things(corpus.store).find(name) == "https://w3id.org/treatygraph/id/island/iturup-etorofu"


def test_every_parameter_of_the_corpus_has_a_default_that_parses(layout, corpus):
    things = Things(corpus.store)
    for question in load_questions(layout):
        for parameter in question.parameters:
            if not parameter.is_open:
                assert question.bind({parameter.name: parameter.default_shown}, things)


def test_no_saved_query_ranks_the_evidence_of_the_whole_graph(layout):
    """An engine evaluates a sub-query before it joins it: one that has nothing but evidence in it reads all there is (minutes at size)."""
    ranking = re.compile(r"SELECT \?\w+ \(IRI\(SUBSTR\(MIN\(\?\w+\), \d\)\) AS \?\w+\)\s*WHERE \{\s*\?\w+ tg:isEvidencedBy")
    assert [question.name for question in load_questions(layout) if ranking.search(question.text)] == []
