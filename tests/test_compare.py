"""The claims of the graph beside an outside table."""

from __future__ import annotations

import pytest

from treatygraph.compare import compare_table
from treatygraph.errors import UsageError

TABLE = """claimant,place,start,end,note
Japan,Urup,1875,1952-04-28,equal to the day
Japan,Urup,1875-08-22,1952-04,equal to the month
Japan,ウルップ島,1875,1952-04-28,a name that the graph has not
Japan,Urup,1876,1951,both differ
Russian Federation,Shikotan,1991,,goes on
Soviet Union,Shikotan,1946,,does not go on
United States,Shikotan,1945,1972,no such claim
Atlantis,Shikotan,1945,1972,no such state
"""


def test_each_row_is_equal_different_or_not_covered(corpus, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    results = compare_table(corpus, path)
    assert [result.verdict for result in results] == ["equal", "equal", "not covered", "differs", "equal", "differs", "not covered", "not covered"]
    assert [result.line for result in results] == list(range(2, 10))
    assert "start: theirs between 1876-01-01 and 1876-12-31, ours 1875-08-22" in results[3].detail
    assert "end: theirs between 1951-01-01 and 1951-12-31, ours 1952-04-28" in results[3].detail
    assert results[5].detail.startswith("end: theirs not stated, ours between 1991-12-25 and 1991-12-26")
    assert "not a “no”" in results[6].detail
    assert "Atlantis" in results[7].detail


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("claimant,place,start\n", "end is missing"),
        ("claimant,place,start,end\nJapan,Urup,1875-02-30,\n", ":2:"),
        ("claimant,place,start,end\nJapan,Urup,18751,\n", "not a date"),
    ],
)
def test_a_bad_table_names_the_place(corpus, tmp_path, text, message):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        compare_table(corpus, path)


def test_the_command_prints_a_verdict_a_row(run, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    done = run("compare", path)
    assert done.code == 0
    assert done.out.splitlines()[-1] == "3 equal, 2 differs, 3 not covered"
