"""Which position reaches which place, with the four bounds of its time: what a map and a timeline are made of.

The rules are those of the saved queries that ask about a day, so that a picture and a table never differ; a test
compares them day by day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from treatygraph.errors import CorpusError
from treatygraph.namespaces import QUERY_PREFIXES, TG, short_name
from treatygraph.store import Graph, iri_term, is_iri

__all__ = ["CERTAIN", "POSSIBLE", "Held", "covered_days", "holders_in_order", "kinds_on_places", "positions_reaching", "promises_reaching"]

CERTAIN, POSSIBLE = "certain", "possible"
HOLDING = ("SovereigntyClaim", "Administration", "Occupation", "FormalAuthority")  # the kinds that have a place, or claim to
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
        seen: outside these spans of days the position is no answer: the years that the corpus covers, and, for an
            undated position, only those of the documents it is taken from. Without any there is no limit.
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
    seen: tuple[tuple[str, str], ...]

    def certainty_on(self, on: str) -> str:
        """`CERTAIN` or `POSSIBLE` where the position held or may have held on a day, else an empty string.

        Certain is from start latest to the day before end earliest, possible from start earliest to the day before
        end latest. Days are compared as text, which is right for years of four digits.
        """
        inside = not self.seen or any(first <= on and (not after or on < after) for first, after in self.seen)
        if not inside or (self.start_earliest and on < self.start_earliest) or (self.end_latest and on >= self.end_latest):
            return ""
        sure = self.start_latest and self.end_earliest and self.start_latest <= on < self.end_earliest
        return CERTAIN if sure else POSSIBLE


def covered_days(store: Graph) -> list[tuple[str, str]]:
    """The spans of days that the corpora of a graph cover, from the first day to the day after the last, the earliest
    first; a bound that a corpus does not set is empty."""
    rows = store.select(
        f"""{QUERY_PREFIXES} SELECT ?corpus ?from ?until {{ ?corpus a tg:Corpus
          OPTIONAL {{ ?corpus tg:coversFrom ?from }} OPTIONAL {{ ?corpus tg:coversUntil ?until }} }} ORDER BY ?from ?until ?corpus"""
    )
    return [(first or "", after or "") for _, first, after in rows.texts()]


def holders_in_order(store: Graph) -> list[str]:
    """All that hold a position on a place, those who ever had or claimed one first, each part in the order of identifiers.

    A picture gives them their colours by it, so that each keeps its own.
    """
    terms = _about_places(store)
    rows = store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?holder ?type {{ VALUES ?position {{ {terms} }} ?position tg:isHeldBy ?holder ; a ?type }}").texts()
    below = {kind: _below(store, kind) for kind in ("Position", *HOLDING)}
    first = {holder for holder, kind in rows if any(kind in below[wanted] for wanted in HOLDING)}
    return sorted({holder or "" for holder, kind in rows if kind in below["Position"]}, key=lambda holder: (holder not in first, holder))


def kinds_on_places(store: Graph) -> set[str]:
    """The classes of all that concerns a place or a group of places."""
    return {kind or "" for (kind,) in store.select(f"SELECT DISTINCT ?kind {{ VALUES ?thing {{ {_about_places(store)} }} ?thing a ?kind }}").texts()}


def _about_places(store: Graph) -> str:
    """All that concerns a place or a group, as terms: few beside all that somebody holds, with which the engine would begin."""
    about = store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?thing {{ {{ ?thing tg:concernsPlace ?x }} UNION {{ ?thing tg:concernsGroup ?x }} }}")
    return " ".join(str(thing) for (thing,) in about if thing is not None and is_iri(thing))


def _about_place(store: Graph, place: str) -> str:
    """All that concerns a place, or a group or a place that it is in, as terms."""
    about = store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?thing {{ {iri_term(place)} tg:isPartOf* ?named .
          {{ ?thing tg:concernsPlace ?named }} UNION {{ ?group tg:includesPlace ?named . ?thing tg:concernsGroup ?group }} }}"""
    )
    return " ".join(str(thing) for (thing,) in about if thing is not None and is_iri(thing))


def _below(store: Graph, kind: str) -> set[str | None]:
    """A class of the ontology and all below it."""
    return {iri for (iri,) in store.select(f"{QUERY_PREFIXES} SELECT ?kind {{ ?kind rdfs:subClassOf* tg:{kind} }}").texts()}


def positions_reaching(store: Graph, kinds: tuple[str, ...], place: str | None = None) -> list[Held]:
    """The positions of some kinds with every place that they reach, by holder, place and kind.

    A position reaches the places that it names, those of the group definition it goes by, and their parts.

    Args:
        store: the graph.
        kinds: local names of classes of the ontology, such as ``SovereigntyClaim``; a subclass counts as its superclass.
        place: the IRI of the only place of interest, or None for all.

    Raises:
        CorpusError: a bound is no day of the calendar.
    """
    wanted = " ".join(f"tg:{kind}" for kind in kinds)
    only, first = "", ""
    if place:
        only, first = f"VALUES ?place {{ {iri_term(place)} }}", f"VALUES ?position {{ {_about_place(store, place)} }}"
    rows = store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?position ?holder ?kind ?place ?se ?sl ?ee ?el ?status ?reader ?through {{
          VALUES ?kind {{ {wanted} }} {first}
          ?position a ?type . ?type rdfs:subClassOf* ?kind .
          ?position tg:isHeldBy ?holder .
          {{
            SELECT ?position ?place (MIN(?way) AS ?through) {{
              {only} {first}
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
    told = rows.texts()
    whole, limits = covered_days(store), _limits_of_undated(store, (row[0] or "" for row in told))
    found = []
    for row in told:
        position, holder, kind, reached, start_earliest, start_latest, end_earliest, end_latest, status, reader, through = (value or "" for value in row)
        seen = tuple(_meet(span, limits[position]) for span in whole) if position in limits else tuple(whole)
        bounds = (start_earliest, start_latest, end_earliest, end_latest)
        _check_days(position, bounds)
        found.append(Held(position, holder, kind, reached, *bounds, status, reader or through, seen))
    return found


def promises_reaching(store: Graph, place: str) -> list[Held]:
    """The promises of transfer that reach a place; each lasts as long as its agreement is in force."""
    reaching = f"""{iri_term(place)} tg:isPartOf* ?named .
      {{ ?promise tg:concernsPlace ?named }}
      UNION {{ ?promise tg:concernsGroup ?group . ?group tg:includesPlace ?named OPTIONAL {{ ?group tg:isHeldBy ?through }} }}"""
    # First whether there is any: the other patterns alone match every provision of every clause.
    named = store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?promise {{ {{ SELECT DISTINCT ?promise ?type {{ {reaching} ?promise a ?type }} }}
          ?type rdfs:subClassOf* tg:TransferPromise }} ORDER BY ?promise"""
    ).texts()
    if not named:
        return []
    terms = " ".join(iri_term(promise or "") for (promise,) in named)
    rows = store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?promise ?maker ?se ?sl ?ee ?el ?status ?through {{
          VALUES ?promise {{ {terms} }} ?promise tg:isMadeBy ?maker ; tg:isMadeIn/tg:isPartOfClause* ?top .
          ?top tg:isClauseOf ?instrument . ?period tg:isInForcePeriodOf ?instrument .
          {{ SELECT ?promise ?through {{ {reaching} }} }}
          OPTIONAL {{ ?period tg:startEarliest ?se }} OPTIONAL {{ ?period tg:startLatest ?sl }}
          OPTIONAL {{ ?period tg:endEarliest ?ee }} OPTIONAL {{ ?period tg:endLatest ?el }}
          OPTIONAL {{ ?period tg:hasEndStatus ?status }}
        }} ORDER BY ?maker ?se ?sl ?promise ?through"""
    )
    seen = tuple(covered_days(store))
    found: dict[tuple[str, str], Held] = {}
    for row in rows.texts():
        promise, maker, *bounds, status, through = (value or "" for value in row)
        start_earliest, start_latest, end_earliest, end_latest = bounds
        _check_days(promise, bounds)
        held = Held(promise, maker, TG + "TransferPromise", place, start_earliest, start_latest, end_earliest, end_latest, status, through, seen)
        found.setdefault((promise, maker), held)
    return list(found.values())


def _check_days(thing: str, days: Iterable[str]) -> None:
    """Days are compared as text and drawn on an axis, so they have to be days of the calendar."""
    for day in days:
        try:
            date.fromisoformat(day or date.min.isoformat())
        except ValueError:
            raise CorpusError(f"{short_name(thing)} has the bound '{day}', which is no day.", "treatygraph check names the file and the line.") from None


def _meet(one: tuple[str, str], other: tuple[str, str]) -> tuple[str, str]:
    """The days that lie in two spans; the last is before the first where there is none."""
    ends = [after for after in (one[1], other[1]) if after]
    return max(one[0], other[0]), min(ends) if ends else ""


def _limits_of_undated(store: Graph, positions: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Of each undated position among some, the days that all corpora cover whose documents it is taken from."""
    terms = " ".join(map(iri_term, dict.fromkeys(positions)))
    if not store.ask(f"{QUERY_PREFIXES} ASK {{ ?corpus tg:includesDocument ?work ; tg:coversFrom ?from ; tg:coversUntil ?until }}"):
        return {}
    statuses = store.select(f"SELECT DISTINCT ?position ?status {{ VALUES ?position {{ {terms} }} ?position <{TG}hasDateStatus> ?status }}").texts()
    undated = [(position,) for position, status in statuses if status == TG + "Undated"]
    if not undated:
        return {}
    terms = " ".join(iri_term(position or "") for (position,) in undated)
    rows = store.select(
        f"""{QUERY_PREFIXES} SELECT ?position (MAX(?from) AS ?first) (MIN(?until) AS ?after) {{ VALUES ?position {{ {terms} }}
          ?position tg:isEvidencedBy/oa:hasSource/tg:isVersionOf ?work .
          ?corpus tg:includesDocument ?work ; tg:coversFrom ?from ; tg:coversUntil ?until
        }} GROUP BY ?position HAVING (COUNT(?corpus) > 0)"""
    )
    return {position or "": (first or "", after or "") for position, first, after in rows.texts()}
