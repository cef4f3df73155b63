"""What a timeline of a place shows, asked of the graph."""

from __future__ import annotations

from collections.abc import Iterable

from treatygraph.corpus import Corpus
from treatygraph.drawing import Act, Span, TimelineData, began, ended, say
from treatygraph.errors import UsageError
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.positions import Held, covered_days, holders_in_order, positions_reaching, promises_reaching
from treatygraph.questions import check_date
from treatygraph.scope import titles_of, uncovered_place
from treatygraph.store import iri_term
from treatygraph.things import Things

__all__ = ["KINDS", "timeline_of"]

# The lanes of a holder, in this order; each kind is a fact of its own.
KINDS = (
    "SovereigntyClaim",
    "Demand",
    "Administration",
    "Occupation",
    "FormalAuthority",
    "Recognition",
    "Renunciation",
    "AcknowledgedDispute",
    "Stance",
)
PROMISE = "TransferPromise"
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"


def timeline_of(corpus: Corpus, place: str, language: str = "en", since: str = "", until: str = "") -> TimelineData:
    """The positions that reach a place, each with the days on which it was certain and possible, and the acts behind them.

    A promise of transfer has a lane as well: it lasts as long as its agreement is in force.

    Args:
        place: the place by its IRI.
        language: of labels and sentences; English where a label has none in it.
        since, until: the first and the last day of the axis; without them, the years that the corpus covers.

    Raises:
        UsageError: no such days, or the last before the first.
    """
    things = Things(corpus.store)
    held = positions_reaching(corpus.store, KINDS, place) + promises_reaching(corpus.store, place)
    start, end = _axis(corpus, held, since, until)
    order = holders_in_order(corpus.store)
    order += sorted({each.holder for each in held} - set(order))
    numbers = {holder: number for number, holder in enumerate(order)}
    ranks = {TG + kind: rank for rank, kind in enumerate((*KINDS, PROMISE))}
    texts = _texts(corpus, [each.position for each in held], language)
    beside = _labels_beside(corpus, held, language)
    labels = things.labels([*order, *(each.kind for each in held), *(each.according_to for each in held if each.according_to)], language)
    spans = []
    for each in sorted(held, key=lambda each: (numbers[each.holder], ranks[each.kind], each.start_earliest or each.start_latest or LAST_DAY, each.position)):
        words = [
            f"{labels[each.kind]}: {texts.get(each.position, each.position)}",
            began(each.start_earliest, each.start_latest, language),
            ended(each.end_earliest, each.end_latest, _goes_on(each), language),
            *([say("according", language, who=labels[each.according_to])] if each.according_to else []),
        ]
        spans.append(
            Span(
                each.position,
                numbers[each.holder],
                labels[each.kind],
                beside[each.position],
                "; ".join(words),
                _possible(each, start, end),
                (each.start_latest, each.end_earliest) if each.start_latest and each.end_earliest and each.start_latest < each.end_earliest else ("", ""),
                not each.start_earliest,
                not each.end_latest,
                _goes_on(each),
            )
        )
    return TimelineData(
        things.label(place, language),
        language,
        tuple(labels[holder] for holder in order),
        start,
        end,
        tuple(spans),
        tuple(_acts(corpus, held, place, language)),
        titles_of(corpus, language),
        tuple(uncovered_place(corpus, place, language)),
    )


def _goes_on(each: Held) -> bool:
    return each.end_status == TG + "Ongoing"


def _axis(corpus: Corpus, held: list[Held], since: str, until: str) -> tuple[str, str]:
    """The first and the last day of the axis."""
    first, last = check_date(since) if since else "", check_date(until) if until else ""
    if first and last and last <= first:
        raise UsageError(f"{last} is not after {first}.", "Give the earlier day first.")
    spans = covered_days(corpus.store)
    bounds = sorted({bound for each in held for bound in (each.start_earliest, each.start_latest, each.end_earliest, each.end_latest) if bound})
    starts, ends = [begin for begin, _ in spans if begin] or bounds[:1], [after for _, after in spans if after] or bounds[-1:]
    return first or min(starts, default=FIRST_DAY), last or max(ends, default=LAST_DAY)


def _possible(each: Held, start: str, end: str) -> tuple[str, str]:
    """The days on which a position may have held, as far as the corpus covers it and, where it does not say, the axis."""
    seen = [(first, after) for first, after in each.seen if not after or first < after]
    first, after = min((first for first, _ in seen), default=""), max((after or LAST_DAY for _, after in seen), default="")
    return max(each.start_earliest or start, first or start), min(each.end_latest or after or end, after or LAST_DAY)


def _labels_beside(corpus: Corpus, held: list[Held], language: str) -> dict[str, str]:
    """What stands beside the bar of each position: its label; where it has none in the language, what it concerns.

    That and the lane, which names holder and kind, say it all, but of a stance, which keeps its label in another language.
    """
    things = Things(corpus.store)
    found = things.labels([each.position for each in held], language) if held else {}
    terms = " ".join(iri_term(each.position) for each in held if each.kind != TG + "Stance")
    rows = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?position ?about {{ VALUES ?position {{ {terms} }} ?position tg:concernsPlace|tg:concernsGroup ?about
          FILTER NOT EXISTS {{ ?position skos:prefLabel ?label FILTER(LANGMATCHES(LANG(?label), "{language}")) }} }} ORDER BY ?position ?about"""
    ).texts()
    names = things.labels((about or "" for _, about in rows), language)
    for position in dict.fromkeys(position or "" for position, _ in rows):
        found[position] = ", ".join(names[about or ""] for other, about in rows if other == position)
    return found


def _texts(corpus: Corpus, positions: Iterable[str], language: str) -> dict[str, str]:
    """What each position says, in the language where it has words in it, else in English, else in any."""
    terms = " ".join(iri_term(position) for position in positions)
    rows = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT ?position ?text (LANG(?text) AS ?tag) {{ VALUES ?position {{ {terms} }}
          ?position tg:positionText|tg:provisionText ?text }}"""
    )
    best: dict[str, tuple[bool, bool, str]] = {}
    for position, text, tag in rows.texts():
        rank = (tag != language, tag != "en", text or "")
        best[position or ""] = min(rank, best.get(position or "", rank))
    return {position: text for position, (_, _, text) in best.items()}


def _acts(corpus: Corpus, held: list[Held], place: str, language: str) -> list[Act]:
    """What began or ended the positions, and the changes of hands, each on the day that it has itself or gave them."""
    terms = " ".join(iri_term(each.position) for each in held)
    rows = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?act ?earliest ?latest ?given ?givenLatest {{
          {{ VALUES ?position {{ {terms} }} ?position tg:isStartedBy ?act
            OPTIONAL {{ ?position tg:startEarliest ?given }} OPTIONAL {{ ?position tg:startLatest ?givenLatest }} }}
          UNION {{ VALUES ?position {{ {terms} }} ?position tg:isEndedBy ?act
            OPTIONAL {{ ?position tg:endEarliest ?given }} OPTIONAL {{ ?position tg:endLatest ?givenLatest }} }}
          UNION {{ {iri_term(place)} tg:isPartOf* ?named . ?type rdfs:subClassOf* tg:TerritorialChange .
            ?act a ?type ; tg:concernsPlace|(tg:concernsGroup/tg:includesPlace) ?named }}
          OPTIONAL {{ ?act tg:startEarliest ?earliest }} OPTIONAL {{ ?act tg:startLatest ?latest }}
        }}"""
    )
    days: dict[str, list[str]] = {}
    for act, earliest, latest, given, given_latest in rows.texts():
        known = [bound for bound in ((earliest, latest) if earliest or latest else (given, given_latest)) if bound]
        if act and known:
            days.setdefault(act, []).extend(known)
    labels = Things(corpus.store).labels(days, language) if days else {}
    return sorted((Act(act, labels[act], min(known), max(known)) for act, known in days.items()), key=lambda act: (act.earliest, act.latest, act.iri))
