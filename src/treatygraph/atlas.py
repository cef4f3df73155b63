"""What a map of a day shows, asked of the graph."""

from __future__ import annotations

import re
from collections.abc import Mapping

from treatygraph.corpus import Corpus
from treatygraph.drawing import HEAVY, PLAIN, RING, MapData, MapHolding, MapLayer, MapPlace, Shape, began, ended, read_wkt, say
from treatygraph.errors import CorpusError, UsageError, nearest
from treatygraph.namespaces import QUERY_PREFIXES, TG, short_name
from treatygraph.positions import CERTAIN, Held, holders_in_order, kinds_on_places, positions_reaching
from treatygraph.questions import check_date
from treatygraph.scope import silent_states, titles_of, uncovered_day
from treatygraph.store import iri_term
from treatygraph.things import Things

__all__ = ["ALL", "LAYERS", "layers_of", "map_at"]

# Of each layer, the kinds of positions that it shows and how. Authority in form is not holding in fact, so it fills nothing.
LAYERS = {
    "claims": {"SovereigntyClaim": PLAIN},
    "administration": {"Administration": PLAIN, "Occupation": HEAVY, "FormalAuthority": RING},
}
BOTH, ALL = "both", "all"
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def layers_of(corpus: Corpus) -> dict[str, Mapping[str, str]]:
    """The layers of a corpus: `LAYERS`, then one for each other kind of position that reaches a place, named as the ontology has it.

    Returns:
        by the name of each layer, the kinds that it shows and how. The kinds are those right below ``tg:Position``.
    """
    rows = corpus.store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?kind ?wide {{ ?kind rdfs:subClassOf+ ?wide . ?wide rdfs:subClassOf* tg:Position }}")
    above: dict[str, set[str]] = {}
    for kind, wide in rows.texts():
        if kind != wide:
            above.setdefault(kind or "", set()).add(wide or "")
    highest = [kind for kind, wider in above.items() if wider == {TG + "Position"} and kind.startswith(TG)]
    used = kinds_on_places(corpus.store)
    found: dict[str, Mapping[str, str]] = dict(LAYERS)
    for kind in sorted(highest):
        local = kind.removeprefix(TG)
        name = HUMP.sub("-", local).lower()
        alone = any(list(kinds) == [local] for kinds in LAYERS.values())
        if not alone and name not in found and any(kind in (each, *above.get(each, ())) for each in used):
            found[name] = {local: PLAIN}
    return found


def map_at(corpus: Corpus, date: str, language: str = "en", layer: str = "claims") -> MapData:
    """The places of a corpus and who claims or administers them on a day.

    Places that a position reaches at any time are there, and those with an outline; a place without a geometry has no
    shape. Of several geometries an outline is taken before a point.

    Args:
        date: the day, ``YYYY-MM-DD``.
        language: of labels and sentences; English where a label has none in it.
        layer: one of `layers_of`, or ``both`` for claims and administration, or ``all``.

    Raises:
        UsageError: no such day or layer.
        CorpusError: a geometry of the corpus cannot be drawn.
    """
    date = check_date(date)
    known: Mapping[str, Mapping[str, str]] = LAYERS if layer in (*LAYERS, BOTH) else layers_of(corpus)
    several = {BOTH: list(LAYERS), ALL: list(known)}
    if layer not in (*known, *several):
        raise UsageError(f"There is no layer '{layer}'.", nearest(layer, [*known, *several]) or f"There are: {', '.join([*known, *several])}.")
    names = several.get(layer, [layer])
    things = Things(corpus.store)
    shown = {kind: None for kinds in (*LAYERS.values(), *(known[name] for name in names)) for kind in kinds}
    held = positions_reaching(corpus.store, tuple(shown))
    holders = holders_in_order(corpus.store)
    shapes, geometries = _shapes(corpus)
    places = sorted({each.place for each in held} | {iri for iri, shape in shapes.items() if shape.rings})
    labels = things.labels([*places, *holders, *(each.kind for each in held), *(each.according_to for each in held if each.according_to)], language)
    groups, parts = _groups(corpus), _parts(corpus)
    numbers = {holder: number for number, holder in enumerate(holders)}
    on_day = [each for each in held if each.certainty_on(date)]

    def holding(each: Held, manner: str) -> MapHolding:
        certainty = each.certainty_on(date)
        told = f"{labels[each.holder]}: {labels[each.kind]}, {say(certainty, language)}; {_told(each, labels, language)}"
        return MapHolding(numbers[each.holder], labels[each.kind], manner, certainty == CERTAIN, told)

    by_place = {place: {name: [] for name in names} for place in places}  # type: dict[str, dict[str, list[MapHolding]]]
    for each in on_day:
        for name in names:
            manner = known[name].get(each.kind.removeprefix(TG))
            if manner:
                by_place[each.place][name].append(holding(each, manner))
    outside = uncovered_day(corpus, date, language)
    notes = {
        name: tuple(outside or silent_states(corpus, {each.holder for each in on_day if each.kind.removeprefix(TG) in known[name]}, language)) for name in names
    }
    return MapData(
        date,
        not outside,
        language,
        tuple(_layer(name, known[name], things, language) for name in names),
        tuple(labels[holder] for holder in holders),
        tuple(
            MapPlace(
                place,
                labels[place],
                shapes.get(place, Shape()),
                place in groups,
                frozenset(parts.get(place, ())),
                {name: tuple(found) for name, found in by_place[place].items()},
            )
            for place in places
        ),
        _sources(corpus, [geometries[place] for place in places if place in geometries], language),
        titles_of(corpus, language),
        notes,
    )


def _layer(name: str, kinds: Mapping[str, str], things: Things, language: str) -> MapLayer:
    manners = {manner: things.label(TG + kind, language) for kind, manner in kinds.items() if manner != PLAIN}
    return MapLayer(name, manners, "" if name in LAYERS else things.label(TG + next(iter(kinds)), language))


def _told(each: Held, labels: dict[str, str], language: str) -> str:
    sentences = [
        began(each.start_earliest, each.start_latest, language),
        ended(each.end_earliest, each.end_latest, each.end_status == TG + "Ongoing", language),
    ]
    if each.according_to:
        sentences.append(say("according", language, who=labels[each.according_to]))
    return "; ".join(sentences)


def _shapes(corpus: Corpus) -> tuple[dict[str, Shape], dict[str, str]]:
    """The shape of each place that has a geometry, and the geometry that it is taken from."""
    rows = corpus.store.select(
        f"{QUERY_PREFIXES} SELECT ?place ?geometry ?text {{ ?place geo:hasGeometry ?geometry . ?geometry geo:asWKT ?text }} ORDER BY ?place ?geometry"
    )
    shapes: dict[str, Shape] = {}
    taken: dict[str, str] = {}
    for place, geometry, text in rows.texts():
        try:
            shape = read_wkt(text or "")
        except CorpusError as error:
            raise CorpusError(f"{short_name(geometry or '')} cannot be drawn: {error.message}", error.next_step) from None
        if place and (place not in shapes or (shape.rings and not shapes[place].rings)):
            shapes[place], taken[place] = shape, geometry or ""
    return shapes, taken


def _sources(corpus: Corpus, geometries: list[str], language: str) -> tuple[str, ...]:
    """The labels of the documents that some geometries rest on."""
    if not geometries:
        return ()
    terms = " ".join(iri_term(geometry) for geometry in geometries)
    rows = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?document {{ VALUES ?geometry {{ {terms} }} ?geometry tg:isEvidencedBy ?evidence .
          ?evidence tg:isCitationOf|(oa:hasSource/tg:isVersionOf) ?document }}"""
    )
    return tuple(sorted(Things(corpus.store).labels((document or "" for (document,) in rows.texts()), language).values()))


def _groups(corpus: Corpus) -> set[str]:
    rows = corpus.store.select(f"{QUERY_PREFIXES} SELECT ?place {{ ?place a/rdfs:subClassOf* tg:IslandGroup }}")
    return {place or "" for (place,) in rows.texts()}


def _parts(corpus: Corpus) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for part, whole in corpus.store.select(f"{QUERY_PREFIXES} SELECT ?part ?whole {{ ?part tg:isPartOf+ ?whole }}").texts():
        found.setdefault(whole or "", set()).add(part or "")
    return found
