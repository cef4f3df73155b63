"""What a corpus covers, so that a missing row is never taken for a negative answer."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Set

from treatygraph.corpus import Corpus
from treatygraph.errors import UsageError
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.positions import covered_days
from treatygraph.questions import Question
from treatygraph.store import Rows, iri_term
from treatygraph.things import Things

__all__ = ["coverage_notes", "silent_states", "titles_of", "uncovered_day", "uncovered_place"]

SENTENCES = {
    "en": {
        "day": "Not covered: {day}. The corpus covers the years {spans}; this is no statement about that day.",
        "span": "from {first} to the day before {after}",
        "and": " and ",
        "place": "Not covered: {place} is outside the places that the corpus covers; what stands here is by the way.",
        "silent": "Not stated: the documents say nothing here of {states}. That is not a “no”.",
        "comma": ", ",
    },
    "ru": {
        "day": "Не охвачено: {day}. Корпус охватывает время {spans}; об этом дне здесь ничего не утверждается.",
        "span": "с {first} по день, предшествующий {after}",
        "and": " и ",
        "place": "Не охвачено: {place}. Это место корпус не охватывает; сказанное здесь сказано попутно.",
        "silent": "Не сказано: документы ничего не говорят здесь о следующих государствах: {states}. Это не значит «нет».",
        "comma": ", ",
    },
    "ja": {
        "day": "対象外：{day}。このコーパスの対象期間は{spans}であり、その日については何も述べない。",
        "span": "{first}から{after}の前日まで",
        "and": "および",
        "place": "対象外：{place}はこのコーパスが対象とする場所ではない。ここにあるのは付随的な記述である。",
        "silent": "記載なし：{states}について、資料はここでは何も述べていない。これは否定を意味しない。",
        "comma": "、",
    },
}


def coverage_notes(corpus: Corpus, question: Question, values: Mapping[str, str], rows: Rows, language: str) -> list[str]:
    """Sentences that tell what the corpus does not cover in the answer to a question.

    Args:
        values: the values of the parameters as asked, defaults included.
        rows: the answer.
    """
    things = Things(corpus.store)
    notes = []
    for parameter in question.parameters:
        value = values.get(parameter.name, "")
        if parameter.type == "xsd:date" and value:
            notes += uncovered_day(corpus, value, language)
        if parameter.type == "tg:Place" and value and not parameter.is_open:
            with contextlib.suppress(UsageError):  # the default of a query may be a place of another corpus
                notes += uncovered_place(corpus, things.find(value, TG + "Place"), language)
    narrowed = any(parameter.is_open and parameter.name in values for parameter in question.parameters)
    if "state" in rows.columns and not notes and not narrowed:
        notes += silent_states(corpus, {value for row in rows.texts() for value in row if value}, language)
    return notes


def titles_of(corpus: Corpus, language: str) -> tuple[str, ...]:
    """The titles of a corpus, the one that covers the most years first; English for one without a title in the language."""
    rows = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT ?corpus ?title (LANG(?title) AS ?tag) ?from ?until {{ ?corpus a tg:Corpus ; dcterms:title ?title
          OPTIONAL {{ ?corpus tg:coversFrom ?from }} OPTIONAL {{ ?corpus tg:coversUntil ?until }} }} ORDER BY ?from DESC(?until) ?corpus ?title"""
    ).texts()
    best: dict[str, tuple[bool, bool, str]] = {}
    for iri, title, tag, *_ in rows:
        rank = (tag != language, tag != "en", title or "")
        best[iri or ""] = min(rank, best.get(iri or "", rank))
    return tuple(title for _, _, title in best.values())


def uncovered_day(corpus: Corpus, day: str, language: str) -> list[str]:
    """A sentence where a day is outside the years that the corpus covers."""
    spans = [(first, after) for first, after in covered_days(corpus.store) if first and after]
    if not spans or any(first <= day < after for first, after in spans):
        return []
    shown = _say("and", language).join(_say("span", language, first=first, after=after) for first, after in spans)
    return [_say("day", language, day=day, spans=shown)]


def uncovered_place(corpus: Corpus, place: str, language: str) -> list[str]:
    """A sentence where a place is outside those that the corpus covers."""
    if corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ ?corpus tg:coversPlace ?covered . {iri_term(place)} tg:isPartOf* ?covered }}"):
        return []
    return [_say("place", language, place=Things(corpus.store).label(place, language))]


def silent_states(corpus: Corpus, stated: Set[str], language: str) -> list[str]:
    """A sentence that names the states that the corpus covers and that an answer does not have."""
    rows = corpus.store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?state {{ ?corpus tg:coversState ?state }} ORDER BY ?state")
    silent = [state for (state,) in rows.texts() if state and state not in stated]
    if not silent:
        return []
    return [_say("silent", language, states=_say("comma", language).join(Things(corpus.store).labels(silent, language).values()))]


def _say(key: str, language: str, **values: str) -> str:
    return SENTENCES.get(language, SENTENCES["en"])[key].format(**values)
