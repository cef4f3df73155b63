"""Maps and timelines: they say what the saved queries say, in shapes that any viewer draws and anybody can read."""

from __future__ import annotations

import functools
import math
import random
import re
import xml.etree.ElementTree as ET

import pytest

from treatygraph.atlas import LAYERS, map_at
from treatygraph.chronicle import KINDS, timeline_of
from treatygraph.corpus import Corpus, load_corpus
from treatygraph.drawing import MapData, MapHolding, MapLayer, MapPlace, Shape, Span, TimelineData, began, draw_map, draw_timeline, ended, read_wkt
from treatygraph.drawing.cutting import clip_segment, clip_to_box, cut, hatch, stripes
from treatygraph.drawing.frames import Frame, apart, crowded, round_length
from treatygraph.drawing.geometry import Box, signed_area, thin
from treatygraph.drawing.paint import COLOURS, NOBODY, Tint, colour_of, filled
from treatygraph.drawing.projection import RADIUS, Albers, distance
from treatygraph.drawing.svg import text_width, wrap
from treatygraph.drawing.words import WORDS
from treatygraph.errors import CorpusError, UsageError
from treatygraph.layout import Layout
from treatygraph.namespaces import CRS84, TG
from treatygraph.positions import holders_in_order, positions_reaching
from treatygraph.prepared import derived_lines
from treatygraph.questions import load_question
from treatygraph.store import GraphStore
from treatygraph.things import LANGUAGES, Things

SVG = "{http://www.w3.org/2000/svg}"
ID = "https://w3id.org/treatygraph/id/"
# Around each turn of the history, each bound of the years covered, and days on which much is only possible.
DAYS = [
    "1850-01-01", "1855-02-06", "1855-02-07", "1860-01-01", "1875-08-21", "1875-08-22", "1905-10-01", "1925-02-26", "1945-08-08", "1945-08-28",
    "1945-09-03", "1946-01-01", "1946-01-29", "1951-09-01", "1952-04-28", "1955-12-01", "1956-12-12", "1991-12-25", "1991-12-26", "2020-12-31",
    "2021-01-01", "2026-11-22", "2026-11-23",
]  # fmt: skip
SHOWN = [("1956-12-12", "claims"), ("1905-10-01", "both"), ("1946-01-01", "administration"), ("1860-01-01", "claims"), ("1991-12-25", "both")]


def rows_of(corpus, name, **values):
    rows = corpus.store.select(load_question(corpus.layout, name).bind(values, Things(corpus.store)))
    return [dict(zip(rows.columns, row, strict=True)) for row in rows.texts()]


def tree_of(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def texts_of(tree: ET.Element) -> list[str]:
    return [text.text or "" for text in tree.iter(f"{SVG}text") if text.get("aria-hidden") is None]


@pytest.fixture(scope="module")
def picture(corpus):
    """A map of the corpus, drawn once."""
    return functools.cache(lambda date, language, layer: draw_map(map_at(corpus, date, language, layer)))


# What is drawn is what the saved queries say


@pytest.mark.parametrize("date", DAYS)
def test_a_map_holds_what_the_saved_queries_answer(corpus, date):
    data = map_at(corpus, date, layer="both")
    labels = Things(corpus.store).labels([place.iri for place in data.places])
    for layer, name in (("claims", "islands-claimed"), ("administration", "administered-by")):
        kinds = {TG + kind: Things(corpus.store).label(TG + kind) for kind in LAYERS[layer]}
        answer = {
            (row["island"], Things(corpus.store).label(row["state"]), kinds[row["kind"]], row["certainty"])
            for row in rows_of(corpus, name, date=date)
            if row["kind"] in kinds
        }
        drawn = {
            (place.iri, data.holders[holding.holder], holding.kind, "certain" if holding.certain else "possible")
            for place in data.places
            for holding in place.holdings[layer]
        }
        assert drawn == answer
    assert all(place.label == labels[place.iri] for place in data.places)


@pytest.mark.parametrize("date", DAYS)
def test_positions_have_the_bounds_and_the_definers_of_the_saved_queries(corpus, date):
    held = positions_reaching(corpus.store, ("SovereigntyClaim", "Demand"))
    expected = {
        (row["state"], row["island"], row["kind"], row["certainty"], row["since"] or "", row["until"] or "", row["according_to"] or "")
        for row in rows_of(corpus, "islands-claimed", date=date)
    }
    found = {
        (each.holder, each.place, each.kind, each.certainty_on(date), each.start_earliest, each.end_latest, each.according_to)
        for each in held
        if each.certainty_on(date)
    }
    assert found == expected


@pytest.mark.parametrize("island", ["shikotan", "iturup-etorofu", "okinawa"])
def test_a_timeline_holds_on_each_day_what_the_saved_queries_answer(corpus, island):
    iri = f"{ID}island/{island}"
    data = timeline_of(corpus, iri)
    things = Things(corpus.store)
    for date in DAYS:
        if not data.start <= date < data.end:
            continue
        answer = {
            (things.label(row["state"]), things.label(row["kind"]), row["certainty"])
            for name, values in (("islands-claimed", {}), ("who-administers", {"island": iri}))
            for row in rows_of(corpus, name, date=date, **values)
            if row.get("island", iri) == iri
        }
        kinds = {things.label(TG + kind) for kind in ("SovereigntyClaim", "Demand", *LAYERS["administration"])}
        drawn = {
            (data.holders[span.holder], span.kind, "certain" if span.certain[0] and span.certain[0] <= date < span.certain[1] else "possible")
            for span in data.spans
            if span.kind in kinds and span.possible[0] <= date < span.possible[1]
        }
        assert drawn == answer, date


def test_a_timeline_has_all_positions_and_the_promise_and_all_their_acts(corpus):
    iri = f"{ID}island/shikotan"
    data = timeline_of(corpus, iri)
    roots = {TG + kind for kind in KINDS}
    rows = rows_of(corpus, "position-of-island", island=iri)
    things = Things(corpus.store)
    expected = sorted((things.label(row["holder"]), things.label(row["kind"])) for row in rows if row["kind"] in roots)
    drawn = sorted((data.holders[span.holder], span.kind) for span in data.spans)
    assert [each for each in drawn if each[1] != "promise of transfer"] == expected
    (promise,) = (span for span in data.spans if span.kind == "promise of transfer")
    assert promise.certain == ("1956-12-12", "2004-11-16")
    assert "after a peace treaty is concluded" in promise.told
    acts = {row["act"] for row in rows_of(corpus, "timeline", island=iri) if row["act"]}
    assert acts == {act.iri for act in data.acts}
    assert [act.earliest for act in data.acts] == sorted(act.earliest for act in data.acts)


def test_the_closed_graph_draws_the_same(corpus, layout):
    store = load_corpus(layout).store
    store.add_ntriples("\n".join(derived_lines(layout)))
    closed = Corpus(layout, store)
    assert len(store) > len(corpus.store)
    assert draw_map(map_at(closed, "1956-12-12", layer="both")) == draw_map(map_at(corpus, "1956-12-12", layer="both"))
    iri = f"{ID}island/shikotan"
    assert draw_timeline(timeline_of(closed, iri)) == draw_timeline(timeline_of(corpus, iri))


# Pictures


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("date", "layer"), SHOWN)
def test_a_map_is_one_document_that_any_viewer_draws(picture, date, layer, language):
    tree = tree_of(picture(date, language, layer))
    used = {element.tag.removeprefix(SVG) for element in tree.iter()}
    # What the cleaners of nbconvert and of code forges leave in: no pattern, style, script, clip or image.
    assert used <= {"svg", "title", "desc", "g", "path", "rect", "text"}
    names = {name for element in tree.iter() for name in element.attrib}
    assert not names & {"id", "style", "href", "clip-path"}
    assert not [value for element in tree.iter() for value in element.attrib.values() if "url(" in value or "nan" in value or "inf" in value]
    assert tree.get("lang") == language
    assert tree.find(f"{SVG}title").text
    assert tree.find(f"{SVG}desc").text


def test_the_same_data_gives_the_same_bytes(layout, picture):
    again = load_corpus(layout)
    assert draw_map(map_at(again, "1956-12-12", "en", "claims")) == picture("1956-12-12", "en", "claims")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_place_is_a_group_that_tells_who_holds_it(corpus, picture, language):
    data = map_at(corpus, "1956-12-12", language)
    tree = tree_of(picture("1956-12-12", language, "claims"))
    titles = {group.get("data-iri"): group.find(f"{SVG}title").text for group in tree.iter(f"{SVG}g") if group.get("class") == "place"}
    drawn = {place.iri for place in data.places if place.shape.vertices}
    assert drawn <= set(titles)
    labels = Things(corpus.store).labels([f"{ID}island/shikotan", f"{ID}state/japan", f"{ID}state/soviet-union", TG + "SovereigntyClaim"], language)
    title = titles[f"{ID}island/shikotan"]
    for label in labels.values():
        assert label in title
    assert WORDS[language]["certain"] in title
    assert WORDS[language]["claims-nobody"] in titles[f"{ID}island/hokkaido"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("date", "layer"), SHOWN)
def test_names_stand_inside_and_clear_of_each_other(corpus, picture, date, layer, language):
    data = map_at(corpus, date, language, layer)
    tree = tree_of(picture(date, language, layer))
    width = float(tree.get("width"))
    labels = {place.label for place in data.places if place.shape.vertices}
    for panel in [group for group in tree.iter(f"{SVG}g") if group.get("transform")]:
        boxes = []
        for text in panel.findall(f"{SVG}text"):
            if text.get("aria-hidden") or text.text not in labels or text.get("font-size") != "12":
                continue
            x, y, size = float(text.get("x")), float(text.get("y")), float(text.get("font-size"))
            box = Box(x, y - size * 0.75, x + text_width(text.text, size), y + size * 0.2)
            assert box.left >= 0
            assert box.right <= width
            assert not [other for other in boxes if other.meets(box)], text.text
            boxes.append(box)
    shown = texts_of(tree)
    assert labels <= set(shown)


def points_of(data: str) -> list[tuple[float, float]]:
    """The points of a path that goes on in steps."""
    points = []
    for start, steps in re.findall(r"M([^lz]+)l([^Mz]+)", data):
        x, y = map(float, re.findall(r"-?(?:\d+\.?\d*|\.\d+)", start))
        points.append((x, y))
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
    return points


def test_what_a_frame_cuts_off_is_not_drawn_beside_it(picture):
    tree = tree_of(picture("1956-12-12", "en", "claims"))
    (panels, *_) = (group for group in tree.iter(f"{SVG}g") if group.get("transform"))
    rects = [[float(rect.get(key)) for key in ("x", "y", "width", "height")] for rect in panels.findall(f"{SVG}rect")]
    frames = [Box(x, y, x + wide, y + high) for x, y, wide, high in rects if wide > 100]
    shores = [points_of(path.get("d")) for group in panels.iter(f"{SVG}g") if group.get("class") == "place" for path in group.iter(f"{SVG}path")]
    assert sum(map(len, shores)) > 1000
    for shore in shores:
        assert any(all(frame.grown(9).holds(point) for point in shore) for frame in frames)


def test_the_legend_names_holders_marks_and_what_is_missing(picture):
    shown = " ".join(texts_of(tree_of(picture("1946-01-01", "en", "administration"))))
    for words in ("Japan", "Soviet Union", "heavy outline: occupation", "coloured line around: formal authority", "nothing stated", "says nothing about title"):
        assert words in shown
    assert "Not stated: the documents say nothing here of Russian Empire, Russian Federation" in shown
    assert "Matsuwa / Matua" in shown  # it has no position in the data, so it is named
    assert "Japan (formal authority, certain), Soviet Union (occupation, certain): " in shown
    assert "Natural Earth, 1:10m land" in shown
    assert "The dispute over the Kuril Islands / Northern Territories from 1855" in shown


def test_a_day_outside_the_years_covered_fills_nothing_and_says_so(corpus):
    data = map_at(corpus, "1850-01-01")
    tree = tree_of(draw_map(data))
    assert not data.is_covered
    fills = {path.get("fill") for path in tree.iter(f"{SVG}path")}
    assert NOBODY not in fills
    assert not fills & set(COLOURS)
    shown = " ".join(texts_of(tree))
    assert "Not covered: 1850-01-01" in shown
    assert "no claim stated" not in shown


def test_each_holder_keeps_its_colour_by_the_order_of_identifiers(corpus):
    holders = holders_in_order(corpus.store)
    having = [holder for holder in holders if holder.startswith(f"{ID}state/")][:5]
    assert having == sorted(having)
    assert holders[:5] == having
    labels = Things(corpus.store).labels(holders)
    for date, layer in SHOWN:
        assert map_at(corpus, date, layer=layer).holders == tuple(labels[holder] for holder in holders)
    assert timeline_of(corpus, f"{ID}island/shikotan").holders == tuple(labels[holder] for holder in holders)


def test_many_holders_have_different_fills():
    square = (((0.0, 0.0), (40.0, 0.0), (40.0, 40.0), (0.0, 40.0)),)
    looks = {
        re.sub(r"M[^\"]*", lambda match: str(hash(match.group())), filled(square, [Tint(holder, certain)])) for holder in range(12) for certain in (True, False)
    }
    assert len(looks) == 24
    assert len({colour_of(holder) for holder in range(7)}) == 7


def test_several_holders_stripe_a_place_and_what_is_possible_is_dashed(picture):
    def painted(date, island):
        tree = tree_of(picture(date, "en", "claims"))
        (*_, group) = (group for group in tree.iter(f"{SVG}g") if group.get("data-iri") == f"{ID}island/{island}")
        return {path.get("fill") for path in group} & set(COLOURS), {path.get("stroke-dasharray") for path in group} - {None}

    assert painted("1956-12-12", "shikotan") == ({colour_of(0), colour_of(3)}, set())
    (*_, held) = (group for group in tree_of(picture("1946-01-01", "en", "administration")).iter(f"{SVG}g") if group.get("data-iri") == f"{ID}island/shikotan")
    assert {path.get("fill") for path in held} & set(COLOURS) == {colour_of(3)}  # authority in form fills nothing ...
    assert colour_of(0) in {path.get("stroke") for path in held}  # ... it is a line around
    assert painted("1956-12-12", "urup-uruppu") == ({colour_of(3)}, set())
    assert painted("1956-12-12", "okinawa") == (set(), {"3 2"})
    assert painted("1956-12-12", "hokkaido") == (set(), set())
    assert painted("1860-01-01", "shikotan") == ({colour_of(0)}, set())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("island", "since", "until"), [("shikotan", "", ""), ("iturup-etorofu", "1940-01-01", "1961-01-01"), ("sakhalin", "", ""), ("hokkaido", "", "")]
)
def test_a_timeline_is_one_document_that_any_viewer_draws(corpus, island, since, until, language):
    iri = f"{ID}island/{island}"
    data = timeline_of(corpus, iri, language, since, until)
    svg = draw_timeline(data)
    assert svg == draw_timeline(timeline_of(corpus, iri, language, since, until))
    tree = tree_of(svg)
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= {"svg", "title", "desc", "g", "path", "rect", "text"}
    assert Things(corpus.store).label(iri, language) in texts_of(tree)[0]
    visible = {span.iri for span in data.spans if span.possible[0] < data.end and span.possible[1] > data.start}
    bars = [group for group in tree.iter(f"{SVG}g") if group.get("class") == "position"]
    assert {group.get("data-iri") for group in bars} == visible
    assert all(group.find(f"{SVG}title").text for group in bars)
    acts = [group for group in tree.iter(f"{SVG}g") if group.get("class") == "act"]
    assert len(acts) == len([act for act in data.acts if act.earliest <= data.end and act.latest >= data.start])
    width = float(tree.get("width"))
    for text in tree.iter(f"{SVG}text"):
        assert float(text.get("x")) >= 0
        assert float(text.get("x")) + text_width(text.text or "", float(text.get("font-size"))) <= width + 1, text.text


def test_a_timeline_cut_to_some_years_says_what_it_leaves_out(corpus):
    iri = f"{ID}island/shikotan"
    shown = " ".join(texts_of(tree_of(draw_timeline(timeline_of(corpus, iri, "en", "1945-01-01", "1950-01-01")))))
    assert re.search(r"lies outside these years: \d+", shown)
    assert "1955" not in shown
    with pytest.raises(UsageError, match="not after"):
        timeline_of(corpus, iri, "en", "1950-01-01", "1945-01-01")


def span(**changes):
    given = {
        "iri": "urn:p", "holder": 0, "kind": "claim", "label": "A claim", "told": "told", "possible": ("1900-01-01", "1950-01-01"),
        "certain": ("1910-01-01", "1940-01-01"), "is_open_before": False, "is_open_after": False, "is_ongoing": False,
    }  # fmt: skip
    return Span(**(given | changes))


def bar_of(one):
    data = TimelineData("Place", "en", ("Somebody",), "1900-01-01", "2000-01-01", (one,), (), (), ())
    tree = tree_of(draw_timeline(data))
    (group,) = (group for group in tree.iter(f"{SVG}g") if group.get("class") == "position")
    return group


def test_certain_days_are_solid_margins_dashed_open_ends_fade_and_going_on_has_an_arrow():
    bounded = bar_of(span())
    assert [path.get("fill") for path in bounded.iter(f"{SVG}path")].count(COLOURS[0]) == 1
    assert sum(path.get("stroke-dasharray") is not None for path in bounded.iter(f"{SVG}path")) == 2
    assert not list(bounded.iter(f"{SVG}rect"))
    fading = bar_of(span(is_open_after=True))
    rects = list(fading.iter(f"{SVG}rect"))
    assert len({rect.get("fill") for rect in rects}) == len(rects) > 5
    assert [float(rect.get("x")) for rect in rects] == sorted(float(rect.get("x")) for rect in rects)
    backwards = list(bar_of(span(is_open_before=True)).iter(f"{SVG}rect"))
    assert len(backwards) == len(rects)
    assert [float(rect.get("x")) for rect in backwards] == sorted((float(rect.get("x")) for rect in backwards), reverse=True)
    unsure = bar_of(span(certain=("", "")))
    assert COLOURS[0] not in [path.get("fill") for path in unsure.iter(f"{SVG}path")]
    to_the_end = {"possible": ("1900-01-01", "2000-01-01"), "certain": ("1910-01-01", "2000-01-01")}
    ongoing = bar_of(span(**to_the_end, is_open_after=True, is_ongoing=True))
    assert len(list(ongoing.iter(f"{SVG}path"))) == len(list(bar_of(span(**to_the_end)).iter(f"{SVG}path"))) + 1


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        (("1956-12-12", "1956-12-12"), "from 12 December 1956"),
        (("1956-12-01", "1956-12-12"), "began between 1 December 1956 and 12 December 1956"),
        (("", "1956-12-12"), "began by 12 December 1956"),
        (("1956-12-12", ""), "began not before 12 December 1956"),
        (("", ""), "beginning not stated"),
    ],
)
def test_a_beginning_is_told_from_its_bounds(bounds, told):
    assert began(*bounds, "en") == told


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        (("1952-04-28", "1952-04-28", False), "until 27 April 1952"),
        (("1952-04-28", "1952-05-01", False), "ended between 27 April 1952 and 30 April 1952"),
        (("", "1952-04-28", False), "ended by 27 April 1952"),
        (("1952-04-28", "", False), "last attested on 27 April 1952"),
        (("1952-04-28", "", True), "went on when last reviewed, 27 April 1952"),
        (("", "", False), "end not stated"),
    ],
)
def test_an_end_is_told_with_its_last_day(bounds, told):
    assert ended(*bounds, "en") == told


def test_all_sentences_are_there_in_all_languages():
    fields = {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in WORDS["en"].items()}
    for language in LANGUAGES:
        assert {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in WORDS[language].items()} == fields


# Strange data


def place(iri="urn:a", label="A", wkt="POINT(10 50)", holdings=(), group=False, parts=()):
    return MapPlace(iri, label, read_wkt(wkt) if wkt else Shape(), group, frozenset(parts), {"claims": tuple(holdings)})


def drawn(*places, notes=()):
    data = MapData("1900-01-01", True, "en", (MapLayer("claims"),), ("Left", "Right"), places, (), (), {"claims": tuple(notes)})
    return tree_of(draw_map(data))


def test_labels_and_notes_are_escaped():
    wild = '<script>&"\x00'
    tree = drawn(place(iri='urn:"><g', label=wild, holdings=[MapHolding(0, "claim", "plain", True, wild)]), notes=[wild])
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= {"svg", "title", "desc", "g", "path", "rect", "text"}
    assert '<script>&"\ufffd' in texts_of(tree)


@pytest.mark.parametrize(
    "wkts",
    [
        [],
        [""],
        ["POINT(0 0)"],
        ["POINT(0 90)"],
        ["POINT(179.5 10)", "POINT(-179.5 10)"],
        ["POLYGON((0 0,1 0,1 1,0 1,0 0))"],
        ["POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"],
        ["POINT(10 50)"] * 30,
        ["POINT(10 50)", "POLYGON((0 0,0.00001 0,0 0.00001,0 0))"],
        ["MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2,1 1)),((6 6,7 6,7 7,6 6)))", "MULTIPOINT((1 1),(2 2))"],
    ],
)
def test_any_geography_is_drawn(wkts):
    tree = drawn(*(place(f"urn:{number}", f"Place {number}", wkt, [MapHolding(number % 2, "claim", "plain", True, "told")]) for number, wkt in enumerate(wkts)))
    for element in tree.iter():
        assert not any("nan" in value or "inf" in value for value in element.attrib.values())
    placed = sum(bool(wkt) for wkt in wkts)
    assert len([group for group in tree.iter(f"{SVG}g") if group.get("data-iri")]) >= placed


def test_a_corpus_without_positions_or_places_has_an_empty_map(tmp_path):
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    corpus = load_corpus(Layout(tmp_path))
    tree = tree_of(draw_map(map_at(corpus, "1900-01-01", layer="both")))
    assert "no claim stated" in texts_of(tree)


@pytest.mark.parametrize(
    "wkt",
    ["POINT(1)", "LINESTRING(0 0,1 1)", "POLYGON((0 0,1 0,1 1))", "POINT(1 2", "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(1 2)", "POLYGON EMPTY"],
)
def test_a_geometry_that_cannot_be_drawn_is_named(layout, tmp_path, wkt):
    path = tmp_path / "x.ttl"
    path.write_text(
        f"""@prefix geo: <http://www.opengis.net/ont/geosparql#> . @prefix geometry: <{ID}geometry/> .
        <urn:a> geo:hasGeometry geometry:bad . geometry:bad geo:asWKT "{wkt}" ."""
    )
    store = GraphStore()
    store.load(path, "urn:x")
    with pytest.raises(CorpusError, match="geometry:bad cannot be drawn"):
        map_at(Corpus(layout, store), "1900-01-01")


def test_a_bound_that_is_no_day_is_named(layout, tmp_path):
    path = tmp_path / "x.ttl"
    path.write_text(
        """@prefix tg: <https://w3id.org/treatygraph/ontology/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        @prefix island: <https://w3id.org/treatygraph/id/island/> . @prefix position: <https://w3id.org/treatygraph/id/position/> .
        island:i a tg:Island . position:p a tg:SovereigntyClaim ; tg:isHeldBy <urn:h> ; tg:concernsPlace island:i ; tg:startLatest "1956-02-30"^^xsd:date ."""
    )
    store = GraphStore()
    store.load(path, "urn:x")
    for draw in (lambda: map_at(Corpus(layout, store), "1956-01-01"), lambda: timeline_of(Corpus(layout, store), f"{ID}island/i")):
        with pytest.raises(CorpusError, match="position:p has the bound '1956-02-30'"):
            draw()


# Geometry


def test_well_known_text_is_a_shape():
    assert read_wkt("POINT(1.5 -2)") == Shape(points=((1.5, -2.0),))
    assert read_wkt(" multipoint ((1 2), (3 4)) ").points == ((1.0, 2.0), (3.0, 4.0))
    polygon = read_wkt(f"<{CRS84}> POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 1))")
    assert [len(ring) for ring in polygon.rings] == [4, 3]
    assert read_wkt("GEOMETRYCOLLECTION(POINT(1 2), POLYGON((0 0, 4 0, 4 4, 0 0)))").points == ((1.0, 2.0),)


def sphere_area(ring) -> float:
    """The area of a ring of small steps on the sphere (Chamberlain and Duquette 2007)."""
    total = sum(
        math.radians(next_x - x) * (2 + math.sin(math.radians(y)) + math.sin(math.radians(next_y)))
        for (x, y), (next_x, next_y) in zip(ring, ring[1:] + ring[:1], strict=True)
    )
    return abs(total) * RADIUS**2 / 2


def patch(west, south, size=2.0, steps=40):
    side = [index / steps * size for index in range(steps)]
    return tuple(
        [(west + at, south) for at in side]
        + [(west + size, south + at) for at in side]
        + [(west + size - at, south + size) for at in side]
        + [(west, south + size - at) for at in side]
    )


@pytest.mark.parametrize(("south", "north"), [(41, 55), (-10, 10), (-50, -30), (80, 89)])
def test_the_projection_keeps_areas(south, north):
    projection = Albers([(140, south), (160, north)])
    for west in (139.0, 148.0, 158.0):
        for low in (south, (south + north) / 2, north - 2):
            ring = patch(west, low)
            assert abs(signed_area(tuple(map(projection, ring)))) == pytest.approx(sphere_area(ring), rel=0.001)


def test_the_projection_keeps_distances_about_right_and_north_up():
    projection = Albers([(141, 42), (156, 54)])
    for one, other in (((142, 44), (142, 50)), ((145, 44), (147, 45)), ((150, 46), (155, 50))):
        assert math.dist(projection(one), projection(other)) == pytest.approx(distance(one, other), rel=0.03)
    assert projection((148, 50))[1] < projection((148, 45))[1]
    assert projection((150, 48))[0] > projection((147, 48))[0]
    across = Albers([(179, 50), (-179, 52)])
    assert abs(across((179.9, 51))[0] - across((-179.9, 51))[0]) < 20


def test_distance_is_that_of_the_sphere():
    assert distance((0, 0), (0, 90)) == pytest.approx(math.pi * RADIUS / 2)
    assert distance((0, 0), (180, 0)) == pytest.approx(math.pi * RADIUS)


def star(rng, count):
    """A ring without crossings, with many ins and outs."""
    corners = [(rng.uniform(5, 50), 2 * math.pi * index / count) for index in range(count)]
    return tuple((50 + reach * math.cos(turn), 50 + reach * math.sin(turn)) for reach, turn in corners)


@pytest.mark.parametrize("seed", range(60))
def test_cut_pieces_add_up_to_the_whole(seed):
    rng = random.Random(seed)
    ring = star(rng, rng.randint(3, 40))
    whole = abs(signed_area(ring))
    angle = rng.uniform(0, math.pi)
    a, b, level = math.cos(angle), math.sin(angle), rng.uniform(20, 80)
    sides = [cut(ring, a, b, level), cut(ring, -a, -b, -level)]
    assert sum(abs(signed_area(piece)) for side in sides for piece in side) == pytest.approx(whole)
    for piece in sides[0]:
        assert all(a * x + b * y >= level - 1e-6 for x, y in piece)
        assert signed_area(piece) * signed_area(ring) > 0
    count = rng.randint(2, 4)
    turns = stripes([ring], count, rng.uniform(1, 30), rng.uniform(0, 180))
    assert len(turns) == count
    assert all(turns)
    assert sum(abs(signed_area(piece)) for turn in turns for piece in turn) == pytest.approx(whole)


@pytest.mark.parametrize("seed", range(20))
def test_hatching_lies_inside_and_covers_evenly(seed):
    rng = random.Random(seed)
    ring = star(rng, rng.randint(3, 40))
    gap = rng.uniform(0.5, 2)
    lines = hatch([ring], gap, rng.uniform(0, 180))
    assert sum(math.dist(*line) for line in lines) * gap == pytest.approx(abs(signed_area(ring)), rel=0.15)
    for (x, y), (to_x, to_y) in lines:
        assert inside(((x + to_x) / 2, (y + to_y) / 2), ring)


def inside(point, ring):
    x, y = point
    sides = zip(ring, ring[1:] + ring[:1], strict=True)
    return sum((a_y > y) != (b_y > y) and x < a_x + (y - a_y) / (b_y - a_y) * (b_x - a_x) for (a_x, a_y), (b_x, b_y) in sides) % 2 == 1


def test_a_hole_stays_empty():
    outer, hole = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)), ((4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0))
    assert not [line for line in hatch([outer, hole], 1, 0) if inside(((line[0][0] + line[1][0]) / 2, line[0][1]), hole)]


def test_rings_and_lines_are_cut_to_a_box():
    box = Box(0, 0, 10, 10)
    assert clip_to_box([((-5.0, -5.0), (-1.0, -5.0), (-1.0, -1.0))], box) == ()
    (clipped,) = clip_to_box([((-5.0, -5.0), (15.0, -5.0), (15.0, 15.0), (-5.0, 15.0))], box)
    assert abs(signed_area(clipped)) == pytest.approx(100)
    assert clip_segment((-5, 5), (15, 5), box) == ((0, 5), (10, 5))
    assert clip_segment((-5, -5), (-1, 20), box) is None


def test_a_ring_is_thinned_until_it_is_nothing():
    assert thin(((0.0, 0.0), (0.1, 0.0), (5.0, 0.0), (5.0, 5.0)), 1) == ((0.0, 0.0), (5.0, 0.0), (5.0, 5.0))
    assert thin(((0.0, 0.0), (0.1, 0.0), (0.1, 0.1)), 1) == ()


def test_far_places_get_a_frame_of_their_own_and_crowded_ones_an_enlargement():
    near = [Shape(points=((140 + index, 45.0),)) for index in range(8)]
    assert apart([*near, Shape(points=((128.0, 26.0),))]) == [list(range(8)), [8]]
    assert apart(near) == [list(range(8))]
    assert apart(near[:1]) == [[0]]
    assert apart(near[:2]) == [[0, 1]]
    small = [Box(at, 0, at + 5, 5) for at in (0, 10, 20)]
    assert crowded([*small, Box(200, 200, 205, 205), Box(0, 0, 100, 100)]) == [[0, 1, 2]]


def test_a_frame_holds_what_it_is_made_for():
    shape = Shape(rings=(((140.0, 42.0), (156.0, 50.0), (150.0, 54.0)),))
    frame = Frame([shape], Box(100, 50, 400, 250))
    assert all(frame.box.holds(point) for point in frame.placed(shape).vertices)


@pytest.mark.parametrize(("most", "length"), [(1, 1), (3.4, 2), (49, 20), (999, 500), (0.7, 0.5)])
def test_a_scale_is_a_round_length(most, length):
    assert round_length(most) == pytest.approx(length)


def test_lines_break_between_words_and_where_japanese_allows():
    for line in wrap("one two three four five", 10, 60):
        assert text_width(line, 10) <= 60
    assert " ".join(wrap("one two three four five", 10, 60)) == "one two three four five"
    lines = wrap("要求、引渡しの約束、割譲は領有権の主張とは別のものである。", 10, 82)
    assert all(text_width(line, 10) <= 82 for line in lines)
    assert "".join(lines) == "要求、引渡しの約束、割譲は領有権の主張とは別のものである。"
    assert not [line for line in lines if line[0] in "、。"]
    assert wrap("", 10, 50) == []
