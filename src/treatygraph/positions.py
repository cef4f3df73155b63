"""Which position reaches which place, with the four bounds of its time: what a map and a timeline are made of.

The rules are those of the saved queries that ask about a day, so that a picture and a table never differ; a test
compares them day by day.
"""

from __future__ import annotations

from dataclasses import dataclass

from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.store import GraphStore, iri_term

__all__ = ["CERTAIN", "POSSIBLE", "Held", "covered_days", "positions_reaching"]

CERTAIN, POSSIBLE = "certain", "possible"
FORMS = "tg:Island tg:IslandGroup tg:Region"  # the kinds of places that a position is shown for


@dataclass(frozen=True)
class Held:
    """One position as it reaches one place.

    Attributes:
        position, holder, kind, place: IRIs.
        start_earliest, start_latest, end_earliest, end_latest: days, an end being the first day after; empty where no
            document sets the bound.
        end_status: the IRI of what is known of the end, or empty.
        according_to: the holder of the reading or of the group definition that the position depends on, or empty.
        seen_from, seen_until: outside these days the position is no answer: the years that the corpus covers, and, for
            an undated position, those of the documents it is taken from. Empty where there is no limit.
    """

    position: str
    holder: str
    kind: str
    place: str
    start_earliest: str
    start_latest: str
    end_earliest: str
    end_latest: str
    end_status: str
    according_to: str
    seen_from: str
    seen_until: str

    def certainty_on(self, date: str) -> str:
        """`CERTAIN` or `POSSIBLE` where the position held or may have held on a day, else an empty string.

        Certain is from start latest to the day before end earliest, possible from start earliest to the day before
        end latest. Days are compared as text, which is right for years of four digits.
        """
        inside = (not self.seen_from or self.seen_from <= date) and (not self.seen_until or date < self.seen_until)
        if not inside or (self.start_earliest and date < self.start_earliest) or (self.end_latest and date >= self.end_latest):
            return ""
        sure = self.start_latest and self.end_earliest and self.start_latest <= date < self.end_earliest
        return CERTAIN if sure else POSSIBLE


def covered_days(store: GraphStore) -> list[tuple[str, str]]:
    """The spans of days that a corpus covers, from the first day to the day after the last, the earliest first."""
    rows = store.select(f"{QUERY_PREFIXES} SELECT ?from ?until {{ ?corpus tg:coversFrom ?from ; tg:coversUntil ?until }} ORDER BY ?from ?until")
    return [(first or "", after or "") for first, after in rows.texts()]


def positions_reaching(store: GraphStore, kinds: tuple[str, ...], place: str | None = None) -> list[Held]:
    """The positions of some kinds with every place that they reach, by holder, place and kind.

    A position reaches the places that it names, those of the group definition it goes by, and their parts.

    Args:
        store: the graph.
        kinds: local names of classes of the ontology, such as ``SovereigntyClaim``; a subclass counts as its superclass.
        place: the IRI of the only place of interest, or None for all.
    """
    wanted = " ".join(f"tg:{kind}" for kind in kinds)
    only = f"VALUES ?place {{ {iri_term(place)} }}" if place else ""
    rows = store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?position ?holder ?kind ?place ?se ?sl ?ee ?el ?status ?reader ?through {{
          VALUES ?kind {{ {wanted} }}
          ?position a ?type . ?type rdfs:subClassOf* ?kind .
          ?position tg:isHeldBy ?holder .
          {{
            SELECT ?position ?place (MIN(?way) AS ?through) {{
              {only}
              {{ ?position tg:concernsPlace ?named . BIND ("" AS ?way) }}
              UNION
              {{ ?position tg:concernsGroup ?group . ?group tg:includesPlace ?named .
                OPTIONAL {{ ?group tg:isHeldBy ?definer
                  FILTER NOT EXISTS {{ ?group tg:isHeldBy ?own . ?position tg:isHeldBy ?own FILTER(?own != ?definer) }} }}
                BIND (COALESCE(STR(?definer), "") AS ?way) }}
              ?place tg:isPartOf* ?named ; a ?form . VALUES ?form {{ {FORMS} }}
            }} GROUP BY ?position ?place HAVING (COUNT(?place) > 0)
          }}
          OPTIONAL {{ ?position tg:dependsOnReading/tg:isHeldBy ?reader }}
          OPTIONAL {{ ?position tg:startEarliest ?se }} OPTIONAL {{ ?position tg:startLatest ?sl }}
          OPTIONAL {{ ?position tg:endEarliest ?ee }} OPTIONAL {{ ?position tg:endLatest ?el }}
          OPTIONAL {{ ?position tg:hasEndStatus ?status }}
        }} ORDER BY ?holder ?place ?kind ?se ?sl ?position ?reader"""
    )
    whole = covered_days(store)
    first, after = (min(day for day, _ in whole), max(day for _, day in whole)) if whole else ("", "")
    limits = _limits_of_undated(store)
    found = []
    for position, holder, kind, reached, *bounds, status, reader, through in rows.texts():
        narrow_from, narrow_until = limits.get(position or "", ("", ""))
        seen_from = max(first, narrow_from)
        seen_until = min(day for day in (after, narrow_until) if day) if after or narrow_until else ""
        days = [bound or "" for bound in bounds]
        according_to = reader or through or ""
        found.append(Held(position or "", holder or "", kind or "", reached or "", *days, status or "", according_to, seen_from, seen_until))
    return found


def _limits_of_undated(store: GraphStore) -> dict[str, tuple[str, str]]:
    """Of each undated position, the days that all corpora cover whose documents it is taken from."""
    rows = store.select(
        f"""{QUERY_PREFIXES} SELECT ?position (MAX(?from) AS ?first) (MIN(?until) AS ?after) {{
          ?position tg:hasDateStatus {iri_term(TG + "Undated")} ; tg:isEvidencedBy/oa:hasSource/tg:isVersionOf ?work .
          ?corpus tg:includesDocument ?work ; tg:coversFrom ?from ; tg:coversUntil ?until
        }} GROUP BY ?position HAVING (COUNT(?corpus) > 0)"""
    )
    return {position or "": (first or "", after or "") for position, first, after in rows.texts()}
