"""The question that the corpus exists for, on thirteen dates: who claims and who holds which island, after the facts as researched."""

from __future__ import annotations

import pytest

from treatygraph.questions import load_question
from treatygraph.things import Things

ITURUP, KUNASHIR, SHIKOTAN, HABOMAI, URUP = "iturup-etorofu", "kunashir-kunashiri", "shikotan", "habomai", "urup-uruppu"
FOUR = (ITURUP, KUNASHIR, SHIKOTAN, HABOMAI)
SOUTH, NORTH = "south-sakhalin", "north-sakhalin"
JAPAN, EMPIRE, USSR, RUSSIA = "japan", "russian-empire", "soviet-union", "russian-federation"

# date: island: (who surely claims, who surely administers, who surely occupies)
EXPECTED = {
    "1860-01-01": {**dict.fromkeys(FOUR, ({JAPAN}, {JAPAN}, set())), URUP: ({EMPIRE}, {EMPIRE}, set()), SOUTH: ({JAPAN, EMPIRE}, set(), set())},
    "1880-01-01": {**dict.fromkeys((*FOUR, URUP), ({JAPAN}, {JAPAN}, set())), SOUTH: ({EMPIRE}, {EMPIRE}, set())},
    "1910-01-01": {**dict.fromkeys((*FOUR, URUP, SOUTH), ({JAPAN}, {JAPAN}, set())), NORTH: ({EMPIRE}, {EMPIRE}, set())},
    "1944-01-01": dict.fromkeys((*FOUR, URUP, SOUTH), ({JAPAN}, {JAPAN}, set())),
    "1945-08-30": {ITURUP: ({JAPAN}, set(), {USSR}), **dict.fromkeys((KUNASHIR, SHIKOTAN, HABOMAI), ({JAPAN}, {JAPAN}, set())), URUP: ({JAPAN}, set(), set())},
    "1946-01-01": dict.fromkeys((*FOUR, URUP), ({JAPAN}, set(), {USSR})),
    "1950-01-01": dict.fromkeys((*FOUR, URUP), ({JAPAN, USSR}, {USSR}, set())),
    "1953-01-01": {
        ITURUP: ({USSR}, {USSR}, set()),
        KUNASHIR: ({USSR}, {USSR}, set()),
        SHIKOTAN: ({JAPAN, USSR}, {USSR}, set()),
        HABOMAI: ({JAPAN, USSR}, {USSR}, set()),
        URUP: ({USSR}, {USSR}, set()),
    },
    **{date: {**dict.fromkeys(FOUR, ({JAPAN, USSR}, {USSR}, set())), URUP: ({USSR}, {USSR}, set())} for date in ("1957-01-01", "1990-01-01")},
    **{
        date: {**dict.fromkeys(FOUR, ({JAPAN, RUSSIA}, {RUSSIA}, set())), URUP: ({RUSSIA}, {RUSSIA}, set())}
        for date in ("1992-01-01", "2020-01-01", "2023-01-01")
    },
}


def answer(corpus, layout, name, **values):
    question = load_question(layout, name)
    rows = corpus.store.select(question.bind(values, Things(corpus.store)))
    return [{column: (value or "").rpartition("/")[2] for column, value in zip(rows.columns, row, strict=True)} for row in rows.texts()]


@pytest.mark.parametrize("date", EXPECTED)
def test_who_claims_and_who_holds(corpus, layout, date):
    claims = answer(corpus, layout, "islands-claimed", date=date)
    holds = answer(corpus, layout, "administered-by", date=date)

    def sure(rows, island, kind):
        return {row["state"] for row in rows if row["island"] == island and row["kind"] == kind and row["certainty"] == "certain"}

    got = {
        island: (sure(claims, island, "SovereigntyClaim"), sure(holds, island, "Administration"), sure(holds, island, "Occupation"))
        for island in EXPECTED[date]
    }
    assert got == EXPECTED[date]
    assert all(row["evidence"] for row in claims + holds)


@pytest.mark.parametrize("date", ["1860-01-01", "1946-01-01", "1990-01-01", "1992-01-01", "2023-01-01"])
def test_each_state_answers_for_its_own_years(corpus, layout, date):
    states = {row["state"] for name in ("islands-claimed", "administered-by") for row in answer(corpus, layout, name, date=date)}
    gone = {EMPIRE: date < "1917-11-08", USSR: "1922" < date < "1991-12-26", RUSSIA: date >= "1991-12-25"}
    assert {state for state, there in gone.items() if not there} & states == set()


def test_formal_authority_and_occupation_stand_side_by_side(corpus, layout):
    rows = answer(corpus, layout, "who-administers", island="Etorofu", date="1946-01-01")
    assert {(row["state"], row["kind"], row["certainty"]) for row in rows} == {(JAPAN, "FormalAuthority", "certain"), (USSR, "Occupation", "certain")}
    rows = answer(corpus, layout, "who-administers", island="Etorofu", date="1946-01-29")
    assert JAPAN not in {row["state"] for row in rows}


def test_iturup_between_1952_and_1955_is_answered_with_a_reading(corpus, layout):
    rows = [row for row in answer(corpus, layout, "who-claims", island="Etorofu", date="1953-06-01") if row["state"] == JAPAN and row["since"]]
    assert [(row["certainty"], row["according_to"]) for row in rows] == [("possible", JAPAN)]
    renounced = [row for row in answer(corpus, layout, "renunciations", date="1953-06-01") if row["island"] == ITURUP and row["kind"] == "Renunciation"]
    assert {row["according_to"] for row in renounced} >= {"nishimura", USSR}
    assert all(row["according_to"] for row in renounced)


def test_the_renunciation_takes_effect_with_the_entry_into_force(corpus, layout):
    def claimed(date):
        return {(row["island"]) for row in answer(corpus, layout, "islands-claimed", date=date) if row["state"] == JAPAN and row["kind"] == "SovereigntyClaim"}

    assert URUP in claimed("1951-09-08")
    assert URUP in claimed("1952-04-27")
    assert URUP not in claimed("1952-04-28")
    ends = [
        row
        for row in answer(corpus, layout, "changes-between", **{"from": "1952-04-28", "until": "1952-04-29"})
        if row["what"] == "japan-claims-urup-and-north-1875"
    ]
    assert [(row["change"], row["act"]) for row in ends] == [("ends", "san-francisco-1951-entry-into-force")]
    assert "enters into force" in ends[0]["why"]


def test_the_promise_stands_and_nothing_was_handed_over(corpus, layout):
    for date in ("1957-01-01", "1990-01-01"):
        rows = answer(corpus, layout, "promises", date=date)
        assert {row["place"] if "place" in row else row["island"] for row in rows} >= {SHIKOTAN, HABOMAI}
        assert all("Not" in row["condition_status"] for row in rows if row["condition_status"])
    changes = answer(corpus, layout, "transfers-carried-out")
    assert changes
    assert all(row["date_latest"] < "1946" for row in changes if "date_latest" in row)


def test_conflicts_name_each_pair_once(corpus, layout):
    rows = answer(corpus, layout, "conflicts", date="1990-01-01")
    assert {(row["state"], row["other_state"]) for row in rows} == {(JAPAN, USSR)}
    assert {row["island"] for row in rows} >= set(FOUR)
    assert URUP not in {row["island"] for row in rows}


def test_what_was_known_by_a_day_rests_on_older_sources(corpus, layout):
    rows = answer(corpus, layout, "as-known-by", date="1956-12-12", known_by="1956-12-31")
    assert rows
    assert all(row["issued"] <= "1956-12-31" for row in rows)
    assert len(rows) < len(answer(corpus, layout, "as-known-by", date="1956-12-12", known_by="2026-01-01"))


def test_what_has_no_source_is_unresolved(corpus, layout):
    rows = answer(corpus, layout, "unresolved")
    assert len(rows) > 20
    weak = answer(corpus, layout, "weak-evidence")
    assert weak
    assert not {row["assertion"] for row in weak} & {"joint-declaration-1956-signature"}
