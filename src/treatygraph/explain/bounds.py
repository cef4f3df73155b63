"""The four bounds of a thing in time, and what they say of a day."""

from __future__ import annotations

from typing import NamedTuple

from treatygraph.explain.words import join, say
from treatygraph.namespaces import QUERY_PREFIXES
from treatygraph.store import Graph, iri_term

__all__ = ["Bounds", "bounds_of"]


class Bounds(NamedTuple):
    """Start earliest, start latest, end earliest, end latest, each ``YYYY-MM-DD`` or None where no document sets it.

    Intervals are half-open: an end is the first day on which the thing no longer holds. Days compare as text, which is
    right for years of four digits.
    """

    start_earliest: str | None
    start_latest: str | None
    end_earliest: str | None
    end_latest: str | None

    def verdict(self, date: str) -> str:
        """``certain``, ``possible``, ``before`` (not yet) or ``after`` (no longer) on a day."""
        if self.start_earliest and date < self.start_earliest:
            return "before"
        if self.end_latest and self.end_latest <= date:
            return "after"
        sure = self.start_latest and self.end_earliest and self.start_latest <= date < self.end_earliest
        return "certain" if sure else "possible"

    def arithmetic(self, date: str, language: str) -> str:
        """The verdict on a day as a sentence, with the comparison that gives it."""
        verdict = self.verdict(date)
        if verdict == "certain":
            return say("certain", language, date=date, sure_from=self.start_latest, sure_until=self.end_earliest)
        if verdict == "before":
            return say("before", language, date=date, first=self.start_earliest)
        if verdict == "after":
            return say("after", language, date=date, last=self.end_latest)
        reasons = []
        if self.start_latest is None:
            reasons.append(say("no-start", language))
        elif date < self.start_latest:
            reasons.append(say("late-start", language, day=self.start_latest))
        if self.end_earliest is None:
            reasons.append(say("no-end", language))
        elif self.end_earliest <= date:
            reasons.append(say("early-end", language, day=self.end_earliest))
        outer = f"{self.start_earliest or '…'} ≤ {date} < {self.end_latest or '…'}"
        return say("possible", language, date=date, outer=outer, reasons=join(reasons, language))

    def told(self, language: str) -> list[str]:
        """What is known of the beginning and of the end, without a day to ask about."""
        sentences = []
        for name, first, last in (("began", self.start_earliest, self.start_latest), ("ended", self.end_earliest, self.end_latest)):
            if first and first == last:
                sentences.append(say(f"{name}-on", language, day=first))
            elif first and last:
                sentences.append(say(f"{name}-between", language, first=first, last=last))
            elif first:
                sentences.append(say(f"{name}-after", language, first=first))
            elif last:
                sentences.append(say(f"{name}-by", language, last=last))
        return sentences or [say("undated", language)]

    def turns(self, date: str) -> list[tuple[str, str, str]]:
        """The nearest days before and after a day on which the verdict is another.

        Returns:
            ``before`` or ``on``, the day, and the verdict on the far side of it.
        """
        here = self.verdict(date)
        found = []
        earlier = [day for day in sorted({day for day in self if day and day <= date}, reverse=True) if self.verdict(_day_before(day)) != here]
        later = [day for day in sorted({day for day in self if day and day > date}) if self.verdict(day) != here]
        if earlier:
            found.append(("before", earlier[0], self.verdict(_day_before(earlier[0]))))
        if later:
            found.append(("on", later[0], self.verdict(later[0])))
        return found

    def __bool__(self) -> bool:
        return any(self)


def _day_before(day: str) -> str:
    from datetime import date, timedelta

    first = date.fromisoformat(day)
    return day if first == date.min else (first - timedelta(days=1)).isoformat()


def bounds_of(store: Graph, things: list[str]) -> dict[str, Bounds]:
    """The bounds of things; where a thing gives one twice, the outermost."""
    terms = " ".join(map(iri_term, things))
    rows = store.select(
        f"""{QUERY_PREFIXES} SELECT ?thing (MIN(?a) AS ?se) (MAX(?b) AS ?sl) (MIN(?c) AS ?ee) (MAX(?d) AS ?el) {{
          VALUES ?thing {{ {terms} }}
          OPTIONAL {{ ?thing tg:startEarliest ?a }} OPTIONAL {{ ?thing tg:startLatest ?b }}
          OPTIONAL {{ ?thing tg:endEarliest ?c }} OPTIONAL {{ ?thing tg:endLatest ?d }}
        }} GROUP BY ?thing"""
    )
    return {thing or "": Bounds(*bounds) for thing, *bounds in rows.texts()}
