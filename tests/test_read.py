"""Documents with their quoted stretches: every mark stands where the passage does, and nothing of the text is lost."""

from __future__ import annotations

import json
import re

import pytest

from treatygraph.columns import display_width, lines_of
from treatygraph.evidence import Evidence
from treatygraph.margins import as_data, as_markdown, as_text
from treatygraph.marking import Run, escaped, for_markdown, for_terminal, marked, paragraphs
from treatygraph.namespaces import ID, QUERY_PREFIXES
from treatygraph.passages import annotate

MARK = re.compile(r"\[(\d+)‹|›(\d+)\]")
SHIPPED = ["full-wiki", "panov-2020", "unts-3768", "wikipedia"]
WIDE = 100_000


def bracketed(number: int, opens: bool) -> str:
    return f"[{number}‹" if opens else f"›{number}]"


def plain(run: Run) -> str:
    return run.words


@pytest.fixture(scope="module")
def documents(corpus):
    evidence = Evidence(corpus)
    return {name: annotate(corpus, evidence, f"{ID}document/{name}", "en") for name in [*SHIPPED, "russian-page", "frus-1905-d915"]}


def test_overlapping_stretches_open_and_close_inside_one_another_where_they_can():
    text = "Alpha beta gamma delta."
    runs = list(marked(text, 0, len(text), [(0, 10, 1), (6, 16, 2), (6, 10, 3), (16, 22, 4)], bracketed))
    assert "".join(run.words for run in runs) == "[1‹Alpha [2‹[3‹beta›3]›1] gamma›2][4‹ delta›4]."
    assert "".join(run.words for run in runs if run.quoted) == "Alpha beta gamma delta"


def test_a_part_of_a_text_shows_the_marks_that_reach_into_it():
    text = "Alpha beta gamma delta."
    runs = list(marked(text, 6, 16, [(0, 10, 1), (11, 22, 2), (0, 23, 3), (17, 20, 4)], bracketed))
    assert "".join(run.words for run in runs) == "beta›1] [2‹gamma"
    assert all(run.quoted for run in runs if not run.is_mark)


@pytest.mark.parametrize("name", SHIPPED)
def test_without_the_marks_the_text_is_the_text_and_each_mark_holds_its_passage(documents, name):
    """Reads the shown document as a person would, and compares what stands between the marks with the graph."""
    (annotated,) = documents[name].texts
    text = annotated.text
    assert text is not None
    stretches = [(one.passage.start, one.passage.end, one.number) for one in annotated.quoted]
    shown = "".join(run.words for run in marked(text, 0, len(text), stretches, bracketed))
    assert MARK.sub("", shown) == text
    for one in annotated.quoted:
        inside = shown.partition(f"[{one.number}‹")[2].partition(f"›{one.number}]")[0]
        assert MARK.sub("", inside) == one.passage.exact
    assert [one.number for one in annotated.quoted] == list(range(1, len(annotated.quoted) + 1))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_stretch_is_told_once_with_all_that_it_proves(documents, corpus, name):
    printed = as_text(documents[name], WIDE, plain)
    for one in documents[name].texts[0].quoted:
        assert len(re.findall(rf"^    \[{one.number}\] ", printed, re.MULTILINE)) == 1
        assert printed.count(f"[{one.number}‹") == printed.count(f"›{one.number}]") == 1
    data = as_data(documents[name])
    proven = {(one["passage"], proof["assertion"]) for part in data["texts"][0]["parts"] for one in part["passages"] for proof in one["proves"]}
    rows = corpus.store.select(f"{QUERY_PREFIXES} SELECT ?passage ?thing {{ ?passage oa:hasSource <{ID}text/{name}> . ?thing tg:isEvidencedBy ?passage }}")
    assert proven == {tuple(row) for row in rows.texts()}
    assert len(proven) > 100


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(documents, width):
    for found in documents.values():
        lines = as_text(found, width, plain).splitlines()
        assert [line for line in lines if display_width(line) > width and " " in line.strip()] == []


def test_a_document_whose_text_is_not_here_gives_its_quotations_in_order(documents, run):
    printed = run("passages", "russian-page").out
    assert "is not shipped" in printed
    assert "--texts DIR" in printed
    offsets = [int(start) for start in re.findall(r"^characters (\d+) to", printed, re.MULTILINE)]
    assert offsets == sorted(offsets)
    assert len(offsets) == len(documents["russian-page"].texts[0].quoted) == 34
    assert "[25‹в случае снятия Японией претензий на острова Кунашир и Итуруп›25]" in re.sub(r"\n", " ", printed)


def test_a_text_that_is_given_is_shown_whole(run, sources):
    printed = run("passages", "russian-page", "--texts", sources).out
    assert "is not shipped" not in printed
    assert "characters 0 to" not in printed


def test_a_document_that_is_only_cited_gives_the_places_each_once(documents):
    printed = as_text(documents["frus-1905-d915"], 80, plain)
    assert printed.count("citation:frus-1905-d915-art-ix") == 1
    assert "Art. IX (cited with pinpoint, seen in the publication itself)" in printed
    assert "clause:portsmouth-1905-9" in printed


@pytest.mark.parametrize("asked", ["21", "wikipedia-habomai-shikotan", "passage:{slug}", "{iri}"])
def test_one_stretch_is_found_by_number_and_by_any_name(documents, run, asked):
    one = documents["wikipedia"].texts[0].quoted[20]
    slug = one.passage.iri.rpartition("/")[2]
    asked = slug if asked.startswith("wikipedia") else asked.format(slug=slug, iri=one.passage.iri)
    printed = run("passages", "wikipedia", "--around", asked).out
    assert set(MARK.findall(printed)) == {("21", ""), ("", "21")}
    assert "agrees to transfer to Japan" in printed
    assert len(printed) < 3000


def test_words_are_found_whatever_their_case_and_white_space(documents, run):
    printed = run("passages", "wikipedia", "--around", "peace   TREATY").out
    shown = [int(start) for start in re.findall(r"^characters (\d+) to", printed, re.MULTILINE)]
    assert len(shown) > 1
    assert "[6‹" in printed
    assert "[2‹" not in printed  # "Treaty of Peace" is another order
    assert run("passages", "russian-page", "--around", "итуруп").out.count("[25‹") == 1


@pytest.mark.parametrize(
    ("asked", "hint"),
    [("999", "1 to 78"), ("wikipedia-four-island-demant", "wikipedia-four-island-demand"), ("no such words", "1 to 78"), ("  ", "number")],
)
def test_what_is_not_there_is_wrong_usage(run, asked, hint):
    done = run("passages", "wikipedia", "--around", asked)
    assert done.code == 2
    assert done.out == ""
    assert hint in done.err


def test_a_passage_that_its_text_does_not_bear_out_is_named_and_not_marked(run, copy):
    path = copy / "data" / "wikipedia.ttl"
    path.write_text(path.read_text().replace("agrees to transfer to Japan the Habomai Islands", "agrees to sell to Japan the Habomai Islands"))
    printed = run("passages", "wikipedia", corpus=copy).out
    named = re.search(r"not as quoted stand (.*), see treatygraph check", " ".join(printed.split()))
    assert named is not None
    wrong = named[1].split(", ")
    assert len(wrong) == 3
    assert "agrees to sell" not in printed
    assert len(re.findall(r"\[\d+‹", printed)) == 78 - len(wrong)
    assert run("passages", "wikipedia", "--around", wrong[0], corpus=copy).out.count("‹") == 0


def test_labels_come_in_the_language(run):
    assert "расхождение источников" in run("passages", "unts-3768", "--lang", "ru").out
    assert "文書" in run("passages", "panov-2020", "--lang", "ja").out


def test_json_says_the_same(run, documents):
    data = json.loads(run("passages", "unts-3768", "--format", "json").out)
    (text,) = data["texts"]
    (annotated,) = documents["unts-3768"].texts
    assert text["isHere"] is True
    assert [one["number"] for part in text["parts"] for one in part["passages"]] == [one.number for one in annotated.quoted]
    for part in text["parts"]:
        assert part["words"] == annotated.text[part["start"] : part["end"]]
        assert all(annotated.text[one["start"] : one["end"]] == one["exact"] for one in part["passages"])
    cited = json.loads(run("passages", "frus-1905-d915", "--format", "json").out)
    assert cited["texts"] == []
    assert {"citation", "pinpoint", "grade", "proves", "number"} == set(cited["citations"][0])


def test_markdown_shows_the_words_and_not_the_signs_of_the_document(documents):
    printed = as_markdown(documents["unts-3768"])
    assert "\\*\\*No. 3768\\*\\*" in printed
    assert "<sup>1</sup>‹" in printed
    assert "\n- **1** " in printed
    assert "JOINT DECLARATION\\<sup\\>" in printed


def test_escaped_words_read_as_they_are():
    words = "1. one\n- two *three* [four](five) `six` <seven> & | # eight\n# nine\n+ ten 3) eleven"
    special = re.sub(r"\\(?=[\\`*_\[\]<>&|~$#+=.)-])", "", escaped(words))
    assert special == words
    for sign in ("*three*", "[four]", "\n- ", "\n# ", "`six`", "<seven>"):
        assert sign not in escaped(words)
    assert escaped(words).startswith("1\\. ")
    assert for_markdown([Run("one\ntwo", False)]) == "one  \ntwo"


def test_paragraphs_are_what_stands_between_blank_lines():
    text = "\n\nAlpha\nbeta.\n\n  \n\tGamma\n"
    assert [text[start:end] for start, end in paragraphs(text)] == ["Alpha\nbeta.", "Gamma"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("歯舞群島及び色丹島を引き渡す", ["歯舞群島", "及び色丹", "島を引き", "渡す"]),
        ("二島。三島", ["二島。三", "島"]),
        ("あいうえ。お", ["あいう", "え。お"]),  # a full stop never begins a line
        ("abcdefghijkl", ["abcdefgh", "ijkl"]),
        ("", [""]),
    ],
)
def test_lines_are_broken_where_a_reader_breaks_them(text, lines):
    assert [text[start:end] for start, end in lines_of(text, 8)] == lines


def test_wide_and_combining_characters_take_the_room_they_take():
    assert [display_width(text) for text in ("abc", "島", "ガ", "カ\u3099", "e\u0301", "ｶﾞ", "—")] == [3, 2, 2, 2, 1, 2, 1]


def test_colour_is_laid_over_the_words_and_changes_none():
    runs = list(marked("Alpha beta gamma", 0, 16, [(0, 10, 1)], bracketed))
    styled = for_terminal(runs, 9, lambda run: f"<{run.words}>" if run.is_mark else f"_{run.words}_" if run.quoted else run.words)
    assert styled == ["<[1‹>_Alpha_", "_beta_<›1]>", "gamma"]
