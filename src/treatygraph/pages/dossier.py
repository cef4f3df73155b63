"""The positions that reach a place: those of one day, or all of them with their bounds for a script to choose from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from treatygraph.corpus import Corpus
from treatygraph.drawing import svg as drawing
from treatygraph.drawing.paint import OUTLINE, Tint, filled
from treatygraph.drawing.svg import path_of
from treatygraph.drawing.words import began, ended
from treatygraph.evidence import Evidence
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.pages.citations import behind, cited, figures
from treatygraph.pages.view import View
from treatygraph.positions import CERTAIN, POSSIBLE, Held, holders_in_order, positions_reaching, promises_reaching
from treatygraph.store import iri_term
from treatygraph.things import Things
from treatygraph.web.markup import Content, Markup, element

__all__ = ["SECTIONS", "Texts", "dossier", "swatch", "texts_of"]

# What is told of a place, in this order. Claiming, holding, promising and recognising are different facts.
SECTIONS = {
    "claims": ("SovereigntyClaim", "Demand"),
    "holds": ("Administration", "Occupation", "FormalAuthority"),
    "said": ("Recognition", "Renunciation", "AcknowledgedDispute", "TransferPromise", "Stance"),
}
PROMISE = "TransferPromise"
WIDE, HIGH = 26.0, 15.0  # of a swatch, in pixels

Texts = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Known:
    """What all entries of a dossier share."""

    view: View
    labels: dict[str, str]
    texts: Texts
    evidence: dict[str, Content]
    numbers: dict[str, int]


def dossier(corpus: Corpus, evidence: Evidence, view: View, place: str, date: str = "") -> Markup:
    """What the documents say of a place.

    Args:
        place: its IRI.
        date: only what held or may have held on this day; empty for everything, which a script narrows to a day.
    """
    things = Things(corpus.store)
    kinds = tuple(kind for section in SECTIONS.values() for kind in section if kind != PROMISE)
    held = [each for each in _once(positions_reaching(corpus.store, kinds, place) + promises_reaching(corpus.store, place)) if not date or each.certainty_on(date)]
    order = holders_in_order(corpus.store)
    order += sorted({each.holder for each in held} - set(order))
    labels = things.labels([*order, place, *(each.kind for each in held), *(each.according_to for each in held if each.according_to)], view.language)
    positions = list(dict.fromkeys(each.position for each in held))
    witnesses = behind(corpus, positions)
    sources = cited(corpus, evidence, (iri for iris in witnesses.values() for iri in iris), view.language)
    known = Known(
        view,
        labels,
        texts_of(corpus, positions, view.language),
        {position: figures(view, sources, iris) for position, iris in witnesses.items()},
        {holder: number for number, holder in enumerate(order)},
    )
    quoted = {position: any(sources[iri].words for iri in iris if iri in sources) for position, iris in witnesses.items()}
    return element("div", [_section(known, held, name, date, quoted) for name in SECTIONS], class_="dossier")


def _once(held: Sequence[Held]) -> list[Held]:
    """Each position of each holder once; of several ways to a place, the first."""
    found: dict[tuple[str, str, str], Held] = {}
    for each in held:
        found.setdefault((each.position, each.holder, each.kind), each)
    return list(found.values())


def _section(known: Known, held: Sequence[Held], name: str, date: str, quoted: dict[str, bool]) -> Markup:
    ranks = {TG + kind: rank for rank, kind in enumerate(SECTIONS[name])}
    here = sorted((each for each in held if each.kind in ranks), key=lambda each: (known.numbers[each.holder], ranks[each.kind], each.start_latest or "9999", each.position))
    first = next((each for each in here if quoted.get(each.position)), None)
    entries = [_entry(known, each, date, is_open=name != "said" or each is first) for each in here]
    nothing = element("p", known.view.say("nothing-on-day"), class_="nothing", hidden=bool(here))
    return element("section", element("h3", known.view.say(f"section-{name}")), entries, nothing, class_=f"section {name}")


def _entry(known: Known, each: Held, date: str, is_open: bool) -> Markup:
    view = known.view
    certainty = each.certainty_on(date) if date else ""
    words, tag = known.texts.get(each.position, ("", ""))
    when = [began(each.start_earliest, each.start_latest, view.language), ended(each.end_earliest, each.end_latest, each.end_status == TG + "Ongoing", view.language)]
    bounds = None if date else json.dumps([each.start_earliest, each.start_latest, each.end_earliest, each.end_latest, each.seen])
    return element(
        "article",
        element(
            "h4",
            swatch(known.numbers[each.holder], certainty != POSSIBLE),
            element("a", known.labels[each.holder], href=view.thing(each.holder)),
            " ",
            element("a", known.labels[each.kind], href=view.thing(each.position), class_="kind"),
            " ",
            element("span", view.say(certainty) if certainty else "", class_=f"certainty {certainty}".rstrip()),
        ),
        element("p", words, class_="says", lang=tag or None) if words else None,
        element(
            "p",
            element("span", "; ".join(when)),
            [" · ", view.say("according", who=known.labels[each.according_to])] if each.according_to else None,
            class_="when",
        ),
        element("details", element("summary", view.say("evidence")), known.evidence.get(each.position), open=is_open),
        class_="position",
        data_bounds=bounds,
        data_certain=view.say(CERTAIN) if bounds else None,
        data_possible=view.say(POSSIBLE) if bounds else None,
    )


def swatch(holder: int, is_certain: bool = True) -> Markup:
    """The colour and hatching of a holder, as the pictures have them."""
    box = ((1.0, 1.0), (WIDE - 1, 1.0), (WIDE - 1, HIGH - 1), (1.0, HIGH - 1))
    outline = drawing.element("path", d=path_of([box]), fill="none", stroke=OUTLINE, stroke_dasharray=None if is_certain else "3 2")
    size: dict[str, drawing.Attribute] = {"width": WIDE, "height": HIGH, "viewBox": f"0 0 {WIDE:g} {HIGH:g}"}
    return Markup(drawing.element("svg", filled([box], [Tint(holder, is_certain)]), outline, class_="swatch", aria_hidden="true", **size))


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
