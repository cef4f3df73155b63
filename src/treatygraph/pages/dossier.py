"""The positions that reach a place: those of one day, or all of them with their bounds for a script to choose from."""

from __future__ import annotations

import json
from collections.abc import Sequence

from treatygraph.corpus import Corpus
from treatygraph.drawing import began, draw_swatch, ended
from treatygraph.evidence import Evidence
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.pages.citations import behind, cited, figures
from treatygraph.pages.view import View
from treatygraph.positions import CERTAIN, POSSIBLE, Held, holders_in_order, positions_reaching, promises_reaching
from treatygraph.store import iri_term
from treatygraph.things import Things
from treatygraph.web.markup import Content, Markup, element

__all__ = ["SECTIONS", "Dossier", "Texts", "swatch", "texts_of"]

# What is told of a place, in this order. Claiming, holding, promising and recognising are different facts.
SECTIONS = {
    "claims": ("SovereigntyClaim", "Demand"),
    "holds": ("Administration", "Occupation", "FormalAuthority"),
    "said": ("Recognition", "Renunciation", "AcknowledgedDispute", "TransferPromise", "Stance"),
}
PROMISE = "TransferPromise"

Texts = dict[str, tuple[str, str]]


class Dossier:
    """What the documents say of a place.

    Args:
        place: its IRI.
        date: only what held or may have held on this day; empty for everything, which a script narrows to a day.
    """

    def __init__(self, corpus: Corpus, evidence: Evidence | None, view: View, place: str, date: str = "") -> None:
        self.view = view
        self.date = date
        things = Things(corpus.store)
        kinds = tuple(kind for section in SECTIONS.values() for kind in section if kind != PROMISE)
        found = _once(positions_reaching(corpus.store, kinds, place) + promises_reaching(corpus.store, place))
        self.held = [each for each in found if not date or each.certainty_on(date)]
        order = holders_in_order(corpus.store)
        order += sorted({each.holder for each in self.held} - set(order))
        self.numbers = {holder: number for number, holder in enumerate(order)}
        self.labels = things.labels(
            [*order, *(each.kind for each in self.held), *(each.according_to for each in self.held if each.according_to)], view.language
        )
        positions = list(dict.fromkeys(each.position for each in self.held))
        witnesses = behind(corpus, positions)
        sources = cited(corpus, evidence, (iri for iris in witnesses.values() for iri in iris), view.language)
        self.texts = texts_of(corpus, positions, view.language)
        self.evidence = {position: figures(view, sources, iris) for position, iris in witnesses.items()}
        self._quoted = {position for position, iris in witnesses.items() if any(sources[iri].words for iri in iris if iri in sources)}

    def markup(self) -> Markup:
        """All of it, section by section."""
        return element("div", [self._section(name) for name in SECTIONS], class_="dossier")

    def in_short(self) -> Markup:
        """Who claimed and who held the place, without the evidence."""
        rows = []
        for name, kinds in SECTIONS.items():
            order = [TG + kind for kind in kinds]
            who: dict[tuple[str, str], tuple[bool, str]] = {}
            for each in self._of(name):
                who.setdefault((each.holder, each.kind), (each.certainty_on(self.date) == CERTAIN, each.position))  # the certain come first
            told = [
                element(
                    "li",
                    swatch(self.numbers[holder], sure),
                    element("a", element("strong", self.labels[holder]), f" {self.labels[kind]}", href=f"#{_anchor(position, holder)}"),
                    ", ",
                    element("span", self.view.say(CERTAIN if sure else POSSIBLE), class_=CERTAIN if sure else POSSIBLE),
                )
                for (holder, kind), (sure, position) in sorted(who.items(), key=lambda item: (self.numbers[item[0][0]], order.index(item[0][1])))
            ]
            nothing = element("li", self.view.say("nothing-on-day"), class_="nothing")
            rows += [
                element("dt", element("a", self.view.say(f"short-{name}"), href=f"#{name}")),
                element("dd", element("ul", told or nothing), data_section=name),
            ]
        return element("dl", rows, class_="short")

    def _of(self, name: str) -> list[Held]:
        """The positions of a section: by holder, what is certain first."""
        ranks = {TG + kind: rank for rank, kind in enumerate(SECTIONS[name])}

        def place(each: Held) -> tuple[int, bool, int, str, str]:
            unsure = bool(self.date) and each.certainty_on(self.date) != CERTAIN
            return self.numbers[each.holder], unsure, ranks[each.kind], each.start_latest or each.start_earliest or "9999", each.position

        return sorted((each for each in self.held if each.kind in ranks), key=place)

    def _section(self, name: str) -> Markup:
        here = self._of(name)
        first = next((each for each in here if each.position in self._quoted), None)
        entries = [self._entry(each, is_open=name != "said" or each is first) for each in here]
        nothing = element("p", self.view.say("nothing-on-day"), class_="nothing", hidden=bool(here))
        return element("section", element("h3", self.view.say(f"section-{name}")), entries, nothing, class_="section", id=name)

    def _both(self, holder: str) -> Content:
        """The colours for certain and for possible, of which a style sheet shows one."""
        return [element("span", swatch(self.numbers[holder], sure), class_="sure" if sure else "unsure") for sure in (True, False)]

    def _entry(self, each: Held, is_open: bool) -> Markup:
        view = self.view
        certainty = each.certainty_on(self.date) if self.date else ""
        words, tag = self.texts.get(each.position, ("", ""))
        when = [
            began(each.start_earliest, each.start_latest, view.language),
            ended(each.end_earliest, each.end_latest, each.end_status == TG + "Ongoing", view.language),
        ]
        bounds = None if self.date else json.dumps([each.start_earliest, each.start_latest, each.end_earliest, each.end_latest, each.seen])
        return element(
            "article",
            element(
                "h4",
                swatch(self.numbers[each.holder], certainty != POSSIBLE) if self.date else self._both(each.holder),
                element("a", self.labels[each.holder], href=view.thing(each.holder), class_="holder"),
                " ",
                element("a", self.labels[each.kind], href=view.thing(each.position), class_="kind"),
                " ",
                element("span", view.say(certainty) if certainty else "", class_=f"certainty {certainty}".rstrip()),
            ),
            element("p", words, class_="says", lang=tag or None) if words else None,
            element(
                "p",
                element("span", "; ".join(when)),
                [" · ", view.say("according", who=self.labels[each.according_to])] if each.according_to else None,
                class_="when",
            ),
            element("details", element("summary", view.say("evidence")), self.evidence.get(each.position), open=is_open),
            class_="position",
            id=_anchor(each.position, each.holder),
            data_bounds=bounds,
            data_certain=view.say(CERTAIN) if bounds else None,
            data_possible=view.say(POSSIBLE) if bounds else None,
        )


def _once(held: Sequence[Held]) -> list[Held]:
    """Each position of each holder once; of several ways to a place, the first."""
    found: dict[tuple[str, str, str], Held] = {}
    for each in held:
        found.setdefault((each.position, each.holder, each.kind), each)
    return list(found.values())


def _anchor(position: str, holder: str) -> str:
    """Where a position of a holder stands on a page; several may hold the same."""
    return f"p-{position.rpartition('/')[2]}-{holder.rpartition('/')[2]}"


def swatch(holder: int, is_certain: bool = True) -> Markup:
    """The colour and hatching of a holder, as the pictures have them."""
    return Markup(draw_swatch(holder, is_certain))


def texts_of(corpus: Corpus, things: Sequence[str], language: str) -> Texts:
    """What each thing says in words, with their language: that asked for, else English, else any."""
    terms = " ".join(map(iri_term, things))
    rows = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT ?thing ?text (LANG(?text) AS ?tag) {{ VALUES ?thing {{ {terms} }}
          ?thing tg:positionText|tg:provisionText|tg:readingText|tg:conditionText|tg:statementText|tg:disagreementText|tg:uncertaintyText ?text }}"""
    ).texts()
    best: dict[str, tuple[bool, bool, str, str]] = {}
    for thing, text, tag in rows:
        rank = (tag != language, tag != "en", text or "", tag or "")
        best[thing or ""] = min(rank, best.get(thing or "", rank))
    return {thing: (text, tag) for thing, (_, _, text, tag) in best.items()}
