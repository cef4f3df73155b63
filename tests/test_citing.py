"""Citations: what the corpus knows of a work comes out in every style, whole and well formed, and nothing that it does not know."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from treatygraph.bibliography import data_set, evidence_among, works_behind, works_of
from treatygraph.cff import read_cff
from treatygraph.citing import STYLES, Agent, Work, bibliography, pandoc_key
from treatygraph.cli.session import CITE_STYLES
from treatygraph.errors import CorpusError
from treatygraph.layout import Layout
from treatygraph.namespaces import ID, QUERY_PREFIXES

# Citation Style Language 1.0.2, appendix III and IV: what may stand in an item, as far as we write it.
CSL_FIELDS = {
    *("id", "type", "author", "title", "container-title", "volume", "issue", "page", "issued", "event-place", "publisher", "publisher-place", "version"),
    *("ISSN", "DOI", "URL", "language", "keyword", "note"),
}
CSL_TYPES = {"article-journal", "chapter", "treaty", "dataset", "software", "webpage", "document"}
NASTY = Work(
    "nasty",
    'Of 100% {pure} "R&D" at $5 #1 under_score ~ ^ \\ and 択捉島',
    "article",
    authors=[Agent("A. N. Panov", True), Agent("Smith and Sons"), Agent("Ichiro Hatoyama", True), Agent("van der Berg", True)],
    container="Journal_of {All} & Nothing",
    volume="3",
    issue="2",
    pages="5-51",
    issued=("2020-02-01", "2020-02-29"),
    address="https://example.org/a b?x=1&y=%20#frag{1}_択",
    doi="10.1000/a_b(c)",
    notes=["50% sure"],
)


@pytest.fixture(scope="module")
def works(corpus):
    query = f"{QUERY_PREFIXES} SELECT DISTINCT ?thing {{ VALUES ?kind {{ tg:Document tg:Instrument }} ?thing a/rdfs:subClassOf* ?kind }}"
    return {thing: works_of(corpus, thing, "en")[0] for (thing,) in corpus.store.select(query).texts()}


def entries(text):
    """A reader of BibTeX that knows no more than its braces: type, key and fields of each entry."""
    found = {}
    at = 0
    while (start := text.find("@", at)) >= 0:
        kind, _, rest = text[start + 1 :].partition("{")
        depth, end = 1, 0
        while depth:
            char = rest[end]
            if char == "\\":
                end += 1
            depth += {"{": 1, "}": -1}.get(char, 0)
            end += 1
        key, _, body = rest[: end - 1].partition(",")
        assert key not in found
        found[key] = (kind, dict(re.findall(r"^  ([a-z]+) = (\w+|\{.*\}),$", body, re.MULTILINE)))
        at = start + 1 + len(kind) + 1 + end
    return found


def test_every_work_of_the_corpus_is_in_every_style(works):
    assert len(works) > 150
    for style in STYLES:
        assert bibliography(works.values(), style)
    found = entries(bibliography(works.values(), "bibtex"))
    items = json.loads(bibliography(works.values(), "csl-json"))
    assert len(found) == len(items) == len(works) == len({item["id"] for item in items})
    assert set(found) == {item["id"] for item in items}
    for item in items:
        assert set(item) <= CSL_FIELDS
        assert item["type"] in CSL_TYPES
        assert item["title"]
        assert all(set(name) in ({"literal"}, {"family", "given"}) for name in item.get("author", []))
        assert all(1 <= len(part) <= 3 for part in item.get("issued", {}).get("date-parts", []))
        kind, fields = found[item["id"]]
        assert kind == {"article-journal": "article", "chapter": "incollection"}.get(item["type"], "misc")
        assert ("url" in fields) == ("URL" in item)


def test_what_is_known_of_one_work(works):
    work = works[f"{ID}document/panov-2020"]
    kind, fields = entries(bibliography([work], "bibtex"))["panov-2020"]
    assert kind == "article"
    assert fields == {
        "author": "{{Panov}, A. N.}",
        "title": "{{The Soviet-Japanese Joint Declaration of 1956: a Difficult Path to Signing, a Difficult Fate after Ratification}}",
        "journal": "{{Russian Japanology Review}}",
        "volume": "{3}",
        "number": "{2}",
        "pages": "{5--51}",
        "year": "{2020}",
        "language": "{Russian}",
        "note": "{Licence CC BY 4.0}",
    }
    assert bibliography([work], "plain") == (
        "A. N. Panov. The Soviet-Japanese Joint Declaration of 1956: a Difficult Path to Signing, a Difficult Fate after Ratification."
        " Russian Japanology Review 3 (2): 5-51. 2020. In Russian. CC BY 4.0."
    )


def test_a_treaty_has_its_parties_its_day_and_its_place(works):
    (item,) = json.loads(bibliography([works[f"{ID}agreement/joint-declaration-1956"]], "csl-json"))
    assert item["type"] == "treaty"
    assert item["author"] == [{"literal": "Japan"}, {"literal": "Soviet Union"}]  # in the order of their identifiers
    assert item["issued"] == {"date-parts": [[1956, 10, 19]]}
    assert item["event-place"] == "Moscow"
    assert "Entry into force 1956-12-12" in item["note"]
    assert "UN Treaty Series No. 3768" in item["note"]


def test_what_is_not_known_is_not_there(works):
    work = works[f"{ID}document/russian-page"]
    _, fields = entries(bibliography([work], "bibtex"))["russian-page"]
    assert set(fields) == {"title", "language", "note"}
    assert "n.d." in bibliography([work], "plain")
    assert "No licence is known" in fields["note"]


@pytest.mark.parametrize(
    ("name", "is_person", "parts"),
    [
        ("A. N. Panov", True, ("A. N.", "Panov")),
        ("Bruce A. Elleman", True, ("Bruce A.", "Elleman")),
        ("Y. Nakasone", True, ("Y.", "Nakasone")),
        ("А. Н. Панов", True, ("А. Н.", "Панов")),
        ("Ichiro Hatoyama", True, None),  # which of the two is the family name, nobody has said
        ("Stalin", True, None),
        ("Mao Zedong", True, None),
        ("鳩山一郎", True, None),
        ("A. N. Other Institute", False, None),
        ("Panov A. N.", True, None),
    ],
)
def test_a_name_is_taken_apart_only_where_its_form_leaves_no_doubt(name, is_person, parts):
    assert Agent(name, is_person).parts() == parts


@pytest.mark.parametrize(
    ("issued", "csl", "shown"),
    [
        (("1956-10-19", "1956-10-19"), [[1956, 10, 19]], "1956-10-19"),
        (("1956-01-01", "1956-12-31"), [[1956]], "1956"),
        (("1956-02-01", "1956-02-29"), [[1956, 2]], "1956-02"),
        (("1955-02-01", "1955-02-28"), [[1955, 2]], "1955-02"),
        (("1956-02-01", "1956-02-28"), [[1956, 2, 1], [1956, 2, 28]], "1956-02-01 to 1956-02-28"),
        (("1955-01-01", "1959-12-31"), [[1955], [1959]], "1955 to 1959"),
        (("1991-04-18", "1991-04-19"), [[1991, 4, 18], [1991, 4, 19]], "1991-04-18 to 1991-04-19"),
        (("0855-01-01", "0855-12-31"), [[855]], "0855"),
        (("", ""), None, "n.d."),
    ],
)
def test_a_date_says_as_much_as_is_known(issued, csl, shown):
    work = Work("x", "X", issued=issued)
    (item,) = json.loads(bibliography([work], "csl-json"))
    assert item.get("issued", {}).get("date-parts") == csl
    assert f" {shown}." in bibliography([work], "plain") or f" {shown}" in bibliography([work], "plain")


def test_what_tex_reads_as_its_own_is_escaped():
    kind, fields = entries(bibliography([NASTY], "bibtex"))["nasty"]
    assert kind == "article"
    assert fields["title"] == '{{Of 100\\% \\{pure\\} "R\\&D" at \\$5 \\#1 under\\_score \\textasciitilde{} \\textasciicircum{} \\textbackslash{} and 択捉島}}'
    assert fields["author"] == "{{Panov}, A. N. and {Smith and Sons} and {Ichiro Hatoyama} and {van der Berg}}"
    assert fields["url"] == "{https://example.org/a%20b?x=1&y=%20#frag%7B1%7D_%E6%8A%9E}"
    assert fields["doi"] == "{10.1000/a_b(c)}"
    assert (fields["year"], fields["month"]) == ("{2020}", "feb")


@pytest.mark.skipif(not shutil.which("pandoc"), reason="pandoc is not here")
def test_pandoc_reads_the_same_out_of_both_formats(works):
    """A reader that we did not write finds in our BibTeX what stands in our CSL-JSON."""
    cited = [*works.values(), NASTY]

    def read(style, form):
        done = subprocess.run(["pandoc", "-f", form, "-t", "csljson"], input=bibliography(cited, style), capture_output=True, text=True, check=True)
        assert done.stderr == ""
        return {item["id"]: item for item in json.loads(done.stdout)}

    ours, theirs = read("csl-json", "csljson"), read("bibtex", "bibtex")
    assert set(ours) == set(theirs)
    for key, item in ours.items():
        for field in ("title", "container-title", "volume", "issue", "page", "DOI", "note", "author"):
            expected, found = (re.sub("[“”]", '\\\\"', json.dumps(one.get(field), ensure_ascii=False)).replace("’", "'") for one in (item, theirs[key]))
            assert found == expected, (key, field)


def test_cff_references_are_yaml_of_the_format(works):
    text = bibliography([*works.values(), NASTY], "cff")
    found = read_cff(text, "x")["references"]
    assert len(found) == len(works) + 1
    for entry in found:
        assert {"type", "title", "authors"} <= set(entry)  # Citation File Format 1.2.0, definitions.reference: required
        assert all(set(author) in ({"name"}, {"family-names", "given-names"}) for author in entry["authors"])
    assert next(entry for entry in found if entry["title"] == NASTY.title)["authors"][0] == {"family-names": "Panov", "given-names": "A. N."}
    yaml = pytest.importorskip("yaml")
    assert [entry["title"] for entry in yaml.safe_load(text)["references"]] == [entry["title"] for entry in found]


def test_no_key_twice():
    found = entries(bibliography([Work("x", "A", iri="urn:a"), Work("x", "B", iri="urn:b")], "bibtex"))
    assert [fields["title"] for _, fields in found.values()] == ["{{A}}", "{{B}}"]


def test_a_key_for_pandoc_holds_no_sign_that_ends_it():
    assert pandoc_key(Work("x", "X"), "Art. 2(c); [sic] | @all") == "[@x, Art. 2(c)   sic     all]"
    assert pandoc_key(Work("x", "X"), "") == "[@x]"


def test_places_that_are_used_stand_in_the_note_by_their_grade(corpus):
    evidence = evidence_among(
        corpus, [f"{ID}citation/frus-1905-d915-art-ix", f"{ID}citation/frus-1905-d915-art-xii", f"{ID}passage/wikipedia-no-peace-treaty"], "en"
    )
    works = works_behind(corpus, evidence, "en")
    assert works[f"{ID}document/frus-1905-d915"].notes == ["Art. IX; Art. XII (cited with pinpoint, seen in the publication itself)"]
    assert works[f"{ID}document/wikipedia"].notes == ["characters 4007 to 4042 (quoted)"]


# The command line.


@pytest.mark.parametrize(
    "options", [["--cite"], ["--cite", "--date", "1956-12-12"], ["--cite", "plain"], ["--cite=plain"], ["--date", "1956-12-12", "--cite"]], ids=" ".join
)
def test_cite_may_stand_alone_anywhere(run, options):
    done = run("query", "islands-claimed", *options)
    assert done.code == 0, done.err
    assert done.out == run("query", "islands-claimed", "--cite", "plain").out
    assert "[1] “Japan's persistent demand" in done.out


@pytest.mark.parametrize("options", [["--cite", "-"], ["-", "--cite"], ["--cite", "bibtex", "-"], ["--cite", "--format", "markdown", "-"]], ids=" ".join)
def test_cite_before_a_file_does_not_take_it_for_a_style(run, options):
    query = f"{QUERY_PREFIXES} SELECT ?e {{ ?x tg:isEvidencedBy ?e }} ORDER BY ?e LIMIT 1"
    done = run("sparql", *options, stdin=query)
    assert done.code == 0, done.err
    assert "[1]" in done.out or "[@" in done.out


def test_a_style_that_is_none_is_wrong_usage(run):
    for options in (["--cite", "bibtx"], ["--cite=bibtx"]):
        done = run("query", "islands-claimed", *options)
        assert done.code == 2
        assert "bibtex" in done.err
    assert run("sparql", "--cite", "-", stdin="ASK {}").code == 2


def test_every_key_in_the_table_has_its_entry_and_every_entry_its_key(run):
    printed = run("query", "islands-claimed", "--cite", "bibtex", "--format", "markdown").out
    found = entries(printed.split("```bibtex\n")[1].split("\n```")[0])
    assert len(found) > 5
    assert set(re.findall(r"\[@([^],]+)", printed)) == set(found)
    table = run("query", "islands-claimed", "--cite", "bibtex").out
    assert entries(table.partition("┘")[2]) == found
    assert "[@wikipedia," in table


def test_an_apparatus_has_the_keys_too(run):
    printed = run("query", "conflicts", "--cite", "bibtex", "--format", "markdown").out
    found = entries(printed.split("```bibtex\n")[1].split("\n```")[0])
    assert set(re.findall(r"\[@([^],]+)", printed)) == set(found)
    assert "[1]" not in printed


def test_markdown_with_its_entries_is_read_by_pandoc(run, tmp_path):
    printed = run("query", "islands-claimed", "--cite", "csl-json", "--format", "markdown").out
    items = json.loads(printed.split("```json\n")[1].split("\n```")[0])
    assert {item["id"] for item in items} == set(re.findall(r"\[@([^],]+)", printed))
    if not shutil.which("pandoc"):
        pytest.skip("pandoc is not here")
    (tmp_path / "refs.json").write_text(json.dumps(items))
    (tmp_path / "table.md").write_text(printed.partition("```")[0])
    done = subprocess.run(
        ["pandoc", "--citeproc", "--bibliography", "refs.json", "-t", "plain", "table.md"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "not found" not in done.stderr
    assert "(Panov 2020" in " ".join(done.stdout.split())


def test_standard_formats_stay_what_they_are(run):
    for form in ("csv", "json"):
        done = run("query", "islands-claimed", "--format", form, "--cite", "bibtex")
        assert done.out == run("query", "islands-claimed", "--format", form).out
        assert "panov-2020" in entries(done.err)


@pytest.mark.parametrize("name", ["panov-2020", "document:panov-2020", "Panov 2020", f"{ID}document/panov-2020"])
def test_a_document_is_cited_by_any_of_its_names(run, name):
    assert "Russian Japanology Review" in run("cite", name).out


def test_a_passage_is_cited_with_its_words_and_an_assertion_with_what_it_rests_on(run):
    words = '“Japan\'s persistent demand of "four-island return"'
    assert words in run("cite", "wikipedia-four-island-demand").out
    assert words in run("cite", "passage:wikipedia-four-island-demand").out
    assert "Characters 1952 to 2013" in run("cite", "position:japan-claims-kunashir-iturup").out
    both = run("cite", "joint-declaration-1956", "unts-3768", "--style", "bibtex").out
    assert set(entries(both)) == {"joint-declaration-1956", "unts-3768"}


def test_what_cannot_be_cited_is_wrong_usage(run):
    done = run("cite", "state:japan")
    assert done.code == 2
    assert "Nothing leads from state:japan" in done.err
    assert run("cite", "panov-2021").code == 2


def test_the_data_set_itself(run, layout, copy, tmp_path):
    file = (layout.root / "CITATION.cff").read_text()
    assert run("cite", "--style", "cff").out == file
    known = read_cff(file, "CITATION.cff")
    plain = run("cite").out
    for key in ("title", "version", "date-released"):
        assert known[key] in plain
    assert "The TreatyGraph contributors" in plain
    assert "CC-BY-4.0" in plain
    assert known["version"] == __import__("treatygraph").__version__
    (item,) = json.loads(run("cite", "--style", "csl-json").out)
    assert (item["type"], item["version"], item["issued"]["date-parts"]) == ("software", known["version"], [[2026, 11, 22]])
    assert run("cite", corpus=copy).code == 1  # a corpus without one
    assert "CITATION.cff beside ontology/" in run("cite", corpus=copy).err


def test_the_citation_file_of_another_corpus(run, copy):
    (copy / "CITATION.cff").write_text(
        'cff-version: 1.2.0\nmessage: >-\n  Please\n  cite.\ntitle: "Lakes: a corpus"  # of lakes\ntype: dataset\n'
        "authors:\n- family-names: Berg\n  name-particle: van den\n  given-names: Jan\n- name: Lake Society\ndoi: 10.1000/lakes\n"
    )
    assert run("cite", corpus=copy).out == "Jan van den Berg, Lake Society. Lakes: a corpus. n.d. https://doi.org/10.1000/lakes.\n"
    assert "author = {{van den Berg}, Jan and {Lake Society}}" in run("cite", "--style", "bibtex", corpus=copy).out
    (copy / "CITATION.cff").write_text("title: &anchor X\n")
    done = run("cite", corpus=copy)
    assert done.code == 1
    assert "CITATION.cff:1" in done.err
    (copy / "CITATION.cff").write_text("version: 1\n")
    assert "no title" in run("cite", corpus=copy).err


GOOD = """# a comment
cff-version: 1.2.0   # why
message: >-
  If you use this,
  please cite

  it.
title: 'It''s a "title": with colon'
abstract: |
  Line one # not a comment
    indented

  line three
authors:
- family-names: Druskat
  given-names: "Stephan \\"S.\\""
  orcid: "https://orcid.org/0000-0003-4925-7248"
-
  name: The # Team
  website: https://example.org/a#b
- name: "Other"
  alias: [a, "b, c", 'd']
keywords:
  - one
  - two words
  - "three # four"
plain: a long
  plain scalar
  over lines # comment
quoted: "a long
  quoted # scalar"
flow: {a: 1, b: [x, y], "c d": 'e'}
multi: [one,
  two,
  three]
empty:
references:
  - type: article
    authors:
      - family-names: Panov
        given-names: A. N.
    title: T
    start: 5
  - title: U
date-released: 2026-11-22
"""


def test_the_yaml_of_citation_files_is_read_as_a_yaml_library_reads_it(layout):
    found = read_cff(GOOD, "x")
    assert found["message"] == "If you use this, please cite\nit."
    assert found["authors"][0]["given-names"] == 'Stephan "S."'
    assert found["authors"][1] == {"name": "The", "website": "https://example.org/a#b"}
    assert found["references"][0]["authors"] == [{"family-names": "Panov", "given-names": "A. N."}]
    yaml = pytest.importorskip("yaml")
    for text in (GOOD, (layout.root / "CITATION.cff").read_text()):
        assert {key: value if value is not None else "" for key, value in read_cff(text, "x").items()} == yaml.load(text, yaml.BaseLoader)


@pytest.mark.parametrize(
    "text", ["a: &x 1", "a: *x", "a: !!str x", "a: [1, 2", "- a\n- b", "a: 1\n   b: 2", "just text", "a: 'x", 'a: "x" y', "a: 1\n- b", "a: {b: 1"], ids=repr
)
def test_what_is_no_such_yaml_is_an_error_with_its_line(text):
    with pytest.raises(CorpusError, match=r"x(:\d)?: "):
        read_cff(text, "x")


def test_the_styles_of_the_option_are_styles():
    assert set(CITE_STYLES) < set(STYLES)


def test_a_corpus_without_a_file_says_what_to_do(copy):
    with pytest.raises(CorpusError) as error:
        data_set(Layout(copy))
    assert "CITATION.cff" in error.value.next_step
