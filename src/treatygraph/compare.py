"""The claims of a graph beside a table of claims by others: equal, different, or not covered, row by row."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from treatygraph.corpus import Corpus
from treatygraph.errors import CorpusError, UsageError
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.questions import check_date
from treatygraph.store import iri_term
from treatygraph.things import Things

__all__ = ["Comparison", "compare_table"]

COLUMNS = ("claimant", "place", "start", "end")
PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"


class Comparison:
    """What became of one row of the other table.

    Attributes:
        line: in the file.
        row: the values of the four columns.
        verdict: ``equal``, ``differs`` or ``not covered``.
        detail: in what it differs, or why it is not covered.
        position: the IRI of the nearest claim of the graph, or an empty string.
    """

    def __init__(self, line: int, row: tuple[str, ...], verdict: str, detail: str = "", position: str = "") -> None:
        self.line = line
        self.row = row
        self.verdict = verdict
        self.detail = detail
        self.position = position


def compare_table(corpus: Corpus, path: Path) -> list[Comparison]:
    """Compare a CSV table with the sovereignty claims of the graph.

    Args:
        corpus: the corpus.
        path: a CSV file in UTF-8 with the columns claimant, place, start and end (others are ignored). Claimant and
            place are names of things of the graph; dates are YYYY, YYYY-MM or YYYY-MM-DD; end is the first day on which
            the claim no longer held, and empty where it goes on.

    Raises:
        UsageError: there is no such table, or a date in it is none.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(f"{path}: the column {', '.join(missing)} is missing.", f"The first line has to name {', '.join(COLUMNS)}.")
            rows = [(reader.line_num, tuple((row[column] or "").strip() for column in COLUMNS)) for row in reader]
    except UnicodeDecodeError:
        raise CorpusError(f"{path}: the file is not UTF-8.", "Save it as UTF-8.") from None
    return [_compare(corpus, path, line, row) for line, row in rows]


def _compare(corpus: Corpus, path: Path, line: int, row: tuple[str, ...]) -> Comparison:
    claimant, place, start, end = row
    try:
        starts, ends = _days(start, FIRST_DAY), _days(end, LAST_DAY)
    except UsageError as error:
        raise UsageError(f"{path}:{line}: {error.message}", error.next_step) from None
    things = Things(corpus.store)
    try:
        holder, where = things.find(claimant, TG + "State"), things.find(place, TG + "Place")
    except UsageError as error:
        return Comparison(line, row, "not covered", str(error))
    ours = _claims(corpus, holder, where)
    if not ours:
        return Comparison(line, row, "not covered", f"The graph has no claim of {things.label(holder)} to {things.label(where)}; that is not a “no”.")
    best = min((_differences(claim, starts, ends), claim[0]) for claim in ours)
    return Comparison(line, row, "differs" if best[0] else "equal", "; ".join(best[0]), best[1])


def _claims(corpus: Corpus, holder: str, where: str) -> list[tuple[str, str, str, str, str]]:
    """The claims of a state that reach a place: the position and its four bounds, open ones as far as dates go."""
    rows = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?position ?startEarliest ?startLatest ?endEarliest ?endLatest {{
          ?position a tg:SovereigntyClaim ; tg:isHeldBy {iri_term(holder)} .
          {iri_term(where)} tg:isPartOf* ?named .
          {{ ?position tg:concernsPlace ?named }} UNION {{ ?position tg:concernsGroup/tg:includesPlace ?named }}
          OPTIONAL {{ ?position tg:startEarliest ?startEarliest }} OPTIONAL {{ ?position tg:startLatest ?startLatest }}
          OPTIONAL {{ ?position tg:endEarliest ?endEarliest }} OPTIONAL {{ ?position tg:endLatest ?endLatest }}
        }} ORDER BY ?position"""
    )
    return [
        (position or "", first or FIRST_DAY, latest or LAST_DAY, sure or FIRST_DAY, last or LAST_DAY) for position, first, latest, sure, last in rows.texts()
    ]


def _differences(claim: tuple[str, str, str, str, str], starts: tuple[str, str], ends: tuple[str, str]) -> list[str]:
    _, start_earliest, start_latest, end_earliest, end_latest = claim
    found = []
    if starts[1] < start_earliest or start_latest < starts[0]:
        found.append(f"start: theirs {_shown(*starts)}, ours {_shown(start_earliest, start_latest)}")
    if ends[1] < end_earliest or end_latest < ends[0]:
        found.append(f"end: theirs {_shown(*ends)}, ours {_shown(end_earliest, end_latest)}")
    return found


def _days(text: str, otherwise: str) -> tuple[str, str]:
    """The first and the last day that a date to the year, month or day may mean."""
    if not text:
        return otherwise, otherwise
    match = PARTIAL_DATE.fullmatch(text)
    if not match:
        raise UsageError(f"'{text}' is not a date.", "Write YYYY, YYYY-MM or YYYY-MM-DD.")
    year, month, day = match.groups()
    first = check_date(f"{year}-{month or '01'}-{day or '01'}")
    if day:
        return first, first
    return first, f"{year}-{month or '12'}-31"  # compared as text, so that the 31st stands for the end of any month


def _shown(first: str, last: str) -> str:
    known = [("not stated" if day in (FIRST_DAY, LAST_DAY) else day) for day in (first, last)]
    return known[0] if known[0] == known[1] else f"between {known[0]} and {known[1]}"
