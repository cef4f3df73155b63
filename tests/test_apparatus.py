"""The apparatus: sides beside one another in their own words, what differs marked, within one language, whoever speaks."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from treatygraph.apparatus import Apparatus, Entry, Side
from treatygraph.cli import terminal
from treatygraph.collation import CLOSE, OPEN, collate, shortened
from treatygraph.columns import beside, display_width, wrap
from treatygraph.errors import CorpusError
from treatygraph.questions import Question, load_question
from treatygraph.results import Answer
from treatygraph.things import Things

ROOT = Path(__file__).parent.parent
STYLE = re.compile(r"\x1b\[\d+m")


def plain(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")


def answer_of(corpus, name: str, language: str = "en", cite: bool = False, **values: str) -> Apparatus:
    question = load_question(corpus.layout, name)
    return Apparatus(corpus, question, corpus.store.select(question.bind(values, Things(corpus.store))), language, cite)


@pytest.fixture(scope="module")
def disagreements(corpus) -> Apparatus:
    return answer_of(corpus, "disagreements")


@pytest.mark.parametrize("name", ["disagreements", "conflicts"])
def test_both_questions_are_answered_so(layout, name):
    assert load_question(layout, name).layout == "apparatus"


def test_every_side_of_every_disagreement_stands_in_it_with_its_words(disagreements):
    with (ROOT / "tests" / "expected" / "disagreements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        expected.setdefault((row["aspect"], row["what"]), []).append(" ".join(row["quotation"].split()))
    assert [[plain(side.quotation) for side in entry.sides] for entry in disagreements.entries] == list(expected.values())
    assert [entry.details[0] for entry in disagreements.entries] == [what for _, what in expected]


def test_words_that_differ_are_marked_and_words_in_another_language_are_not(disagreements):
    text = disagreements.text(120, False)
    assert f"{OPEN}hand over{CLOSE}" in text
    assert f"{OPEN}transfer{CLOSE}" in text
    alone = [entry for entry in disagreements.entries if {side.language for side in entry.sides} == {"en", "ru"} and len(entry.sides) == 2]
    assert alone
    assert all(OPEN not in side.quotation for entry in alone for side in entry.sides)


def test_who_holds_a_side_is_named(disagreements, corpus):
    held = [detail for entry in disagreements.entries for side in entry.sides for detail in side.details if detail.startswith("is held by: ")]
    assert "is held by: United States" in held
    russian = [detail for entry in answer_of(corpus, "disagreements", "ru").entries for side in entry.sides for detail in side.details]
    assert any(detail.startswith("субъект: ") for detail in russian)


@pytest.mark.parametrize("width", [70, 80, 120, 200])
def test_sides_stand_in_columns_that_fit(disagreements, width):
    lines = disagreements.text(width, False).splitlines()
    assert max(display_width(line) for line in lines) <= width
    blocks = "\n".join(lines).split("\n\n")
    divided = [block.splitlines() for block in blocks if "│" in block]
    assert len(divided) >= len(disagreements.entries)
    for block in divided:
        places = {tuple(display_width(line[: at.start()]) for at in re.finditer("│", line)) for line in block if not re.match(r"\d+\. ", line)}
        assert len(places) == 1, block


def test_sides_are_stacked_on_a_narrow_terminal(disagreements):
    text = disagreements.text(69, False)
    assert "│" not in text
    assert max(display_width(line) for line in text.splitlines()) <= 69


def test_underlining_adds_nothing_but_style_and_ends_with_the_line(disagreements):
    underlined = disagreements.text(120, True)
    assert STYLE.sub("", underlined) == disagreements.text(120, False)
    assert underlined.count("\x1b[4m") == underlined.count("\x1b[24m") > 0
    for line in underlined.splitlines():
        styles = STYLE.findall(line)
        assert styles == ["\x1b[4m", "\x1b[24m"] * (len(styles) // 2)
        assert all(plain(cell).strip() for cell in re.findall(r"\x1b\[4m(.*?)\x1b\[24m", line))


@pytest.mark.parametrize(("environment", "style"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_no_color_is_honoured(monkeypatch, environment, style):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal.refuses_colour() is not style


def test_conflicts_set_the_two_claims_beside_one_another_with_their_evidence(corpus):
    apparatus = answer_of(corpus, "conflicts", date="1956-12-12")
    question = load_question(corpus.layout, "conflicts")
    answer = Answer(corpus, corpus.store.select(question.text), "en", question.merge)
    assert [entry.title for entry in apparatus.entries] == [row[0] for row in answer.cells(cite=False)]
    for entry, (row, _) in zip(apparatus.entries, answer.together(cite=False), strict=True):
        left, right = entry.sides
        assert (left.name, right.name) == (answer.labels[row[1]], answer.labels[row[2]])
        assert f"evidence: {answer.sources[row[7]].in_full()}" in left.details
        assert f"evidence: {answer.sources[row[8]].in_full()}" in right.details
    assert apparatus.entries[0].details == ["since: 1951-03-31", "certainty: certain"]
    assert "since: not stated" in apparatus.entries[-1].details


def test_the_commands_print_it_and_numbers_stand_for_evidence_where_asked(run):
    done = run("query", "conflicts", "--cite")
    assert done.code == 0
    assert re.search(r"evidence: \[1\] +│ +evidence: \[2\]", done.out)
    assert "\n\n[1] " in done.out
    assert "\x1b" not in done.out
    assert "│" in run("query", "disagreements", "--aspect", "Spelling").out
    assert "слова, которыми различаются" in run("query", "disagreements", "--lang", "ru").out
    assert "は、同じ言語の引用文" in run("query", "disagreements", "--lang", "ja").out


def test_markdown_has_a_heading_an_entry_and_a_column_a_side(run, corpus):
    text = run("query", "conflicts", "--format", "markdown").out
    assert re.findall(r"^### (\d+)\.", text, re.MULTILINE) == [str(number) for number in range(1, len(answer_of(corpus, "conflicts").entries) + 1)]
    assert "| Japan | Soviet Union |\n| --- | --- |\n" in text
    assert "\n\nNot stated: " in text  # a line right under a table would be a row of it
    for line in run("query", "disagreements", "--format", "markdown").out.splitlines():
        assert not line.startswith("|") or line.endswith(" |")


SIDES = """@prefix oa: <http://www.w3.org/ns/oa#> .
<urn:1> oa:exact "平和条約が締結された後に引き渡す"@ja .
<urn:2> oa:exact "平和条約の締結後に現実に引き渡す"@ja .
<urn:3> oa:exact "after the conclusion"@en .
"""


def test_japanese_is_compared_by_the_character_and_counted_twice_as_wide(copy, tmp_path):
    from treatygraph.corpus import load_corpus
    from treatygraph.layout import Layout

    (copy / "data" / "sides.ttl").write_text(SIDES, encoding="utf-8")
    text = "#+ summary: ?\n#+ layout: apparatus\n#+ group: what\n#+ side: side, words\nSELECT ('x' AS ?what) ?side ?words {"
    text += " VALUES ?side { <urn:1> <urn:2> <urn:3> } ?side <http://www.w3.org/ns/oa#exact> ?exact BIND(STR(?exact) AS ?words) }"
    corpus = load_corpus(Layout(copy))
    apparatus = Apparatus(corpus, Question(tmp_path / "x.rq", text), corpus.store.select(text), "ja", False)
    (entry,) = apparatus.entries
    words = {side.language: side.quotation for side in entry.sides}
    assert words["en"] == "after the conclusion"
    assert [side.quotation for side in entry.sides if side.language == "ja"] == ["平和条約⟨が⟩締結⟨された⟩後に引き渡す", "平和条約⟨の⟩締結後⟨に現実⟩に引き渡す"]
    lines = [line for line in apparatus.text(70, False).splitlines() if "│" in line]
    assert len({display_width(line[: line.index("│")]) for line in lines}) == 1


def test_rows_that_have_both_sides_stay_apart_under_the_same_heading(corpus, tmp_path):
    text = "#+ summary: ?\n#+ layout: apparatus\n#+ group: day\n#+ side: one\n#+ side: other\nSELECT ?day ?one ?other {"
    text += " VALUES (?day ?one ?other) { ('d' 'a' 'b') ('d' 'a' 'c') } }"
    apparatus = Apparatus(corpus, Question(tmp_path / "x.rq", text), corpus.store.select(text), "en", False)
    assert [[side.name for side in entry.sides] for entry in apparatus.entries] == [["a", "b"], ["a", "c"]]


def test_texts_that_have_little_in_common_are_not_marked():
    apart = ["the state of war remained until this declaration", "providing for something else"]
    assert collate(apart) == apart
    assert collate(["the same", "the same"]) == ["the same", "the same"]
    assert collate(["He agrees to it", "he agrees to that, too"]) == ["⟨He⟩ agrees to ⟨it⟩", "⟨he⟩ agrees to ⟨that, too⟩"]
    assert collate(["one, two", "one two"]) == ["one, two", "one two"]
    assert collate(["one, two", "one two"], punctuation=True) == ["one⟨,⟩ two", "one two"]


def test_a_long_text_is_shortened_round_its_differences():
    long = " ".join(f"w{number}" for number in range(40))
    old, new = collate([f"{long} here {long}", f"{long} there {long}"])
    assert shortened(old) == "… w34 w35 w36 w37 w38 w39 ⟨here⟩ w0 w1 w2 w3 w4 w5 …"
    assert shortened(new) == shortened(old).replace("here", "there")
    assert shortened(long) == long


def test_three_witnesses_have_no_norm():
    entry = Entry("x", [], [Side(str(number), [], words, "en") for number, words in enumerate(["a b c d", "a b c e", "a b x d"])])
    assert [side.quotation for side in entry.sides] == ["a b ⟨c d⟩", "a b ⟨c e⟩", "a b ⟨x d⟩"]


def test_lines_break_where_japanese_allows_it():
    text = "日本国及びソヴィエト連邦は、「両国間に外交関係が回復された後」、平和条約の交渉を継続する。 The “good-neighbourly” relations"
    for width in range(6, 60):
        lines = wrap(text, width)
        assert max(display_width(line) for line in lines) <= width
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        if width >= 20:
            assert not any(line.startswith(("、", "。", "」", "ィ", "ッ", "”")) or line.endswith(("「", "“")) for line in lines), lines
    assert display_width("日本a") == 5
    assert display_width("e\u0301") == 1
    assert beside([["a", "日本"], ["b"]], 6, " │ ") == ["a      │ b", "日本   │"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("#+ layout: apparatsu\n", "no layout"),
        ("#+ layout: apparatus\n#+ group: what\n", "needs"),
        ("#+ layout: apparatus\n#+ group: what\n#+ side: nothing\n", "'nothing'"),
    ],
)
def test_a_layout_that_cannot_be_is_an_error_of_the_file(tmp_path, header, message):
    with pytest.raises(CorpusError, match=message):
        Question(tmp_path / "x.rq", f"#+ summary: ?\n{header}SELECT ?what {{ ?what ?p ?o }}")


def test_a_column_that_is_not_in_the_answer_is_named(corpus, tmp_path):
    question = Question(tmp_path / "x.rq", "#+ summary: ?\n#+ layout: apparatus\n#+ group: s\n#+ side: p\nSELECT ?s { ?s ?p ?o } LIMIT 1")
    with pytest.raises(CorpusError, match="'p' that the answer does not have"):
        Apparatus(corpus, question, corpus.store.select(question.text), "en", False)
