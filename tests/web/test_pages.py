"""The pages as HTTP gives them: whole without a script, in three languages, every link alive, nothing hostile let through."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest
from conftest import Server

from treatygraph.atlas import map_at
from treatygraph.corpus import load_corpus
from treatygraph.layout import Layout
from treatygraph.pages.assets import built
from treatygraph.pages.desk import Desk
from treatygraph.pages.every import page_of
from treatygraph.pages.home import home
from treatygraph.pages.names import NAMES
from treatygraph.pages.questions import question_page
from treatygraph.pages.view import View
from treatygraph.pages.words import ORDER, WORDS
from treatygraph.positions import positions_reaching
from treatygraph.questions import load_questions

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
LANGUAGES = ("en", "ru", "ja")
# A page of each kind.
PAGES = [
    "/",
    "/?date=1946-01-01&island=shikotan&layer=administration",
    "/?year=1860",
    "/?layer=renunciation&date=1960-01-01",
    "/search",
    "/search?q=peace+treaty&kind=Passage",
    "/documents",
    "/agreements",
    "/queries",
    "/queries/islands-claimed",
    "/queries/position-of-island?island=Etorofu",
    "/queries/who-claims?explain=1",
    "/sparql",
    "/sparql?saved=clauses",
    "/dataset",
    "/licences",
    "/ontology/",
    "/ontology/SovereigntyClaim",
    "/ontology/isHeldBy",
    "/id/island/shikotan",
    "/id/island/kabu",
    "/id/agreement/joint-declaration-1956",
    "/id/agreement/san-francisco-1951",
    "/id/document/unts-3768",
    "/id/document/panov-2020",
    "/id/state/japan",
    "/id/passage/unts-3768-transfer",
    "/id/citation/decree-1946-02-02-text-oblast",
]


class Page(HTMLParser):
    """Reads a page strictly: every element closed in order, every identifier once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        assert text.startswith("<!doctype html>")
        self.feed(text)
        self.close()
        assert self.open == []
        assert len(self.ids) == len(set(self.ids)), [name for name in self.ids if self.ids.count(name) > 1]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        assert len(given) == len(attrs), attrs
        self.tags.append(tag)
        self.attributes.append((tag, given))
        if given.get("id"):
            self.ids.append(given["id"])
        for name in ("href", "src", "action", "data-dossier", "data-geography"):
            if given.get(name):
                self.links.append(given[name])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def with_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with the limits that a person gets who gives none: pages are made on a busy machine too."""
    running = Server()
    yield running
    assert "Traceback" not in running.stop()


@pytest.fixture(scope="module")
def pages(server) -> dict[tuple[str, str], httpx.Response]:
    found = {}
    for path in PAGES:
        for language in LANGUAGES:
            found[path, language] = server.client.get(with_language(path, language), headers={"Accept": "text/html"})
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_well_formed_in_every_language(pages, path):
    for language in LANGUAGES:
        answer = pages[path, language]
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/html")
        page = Page(answer.text)
        assert dict(page.attributes)["html"]["lang"] == language
        assert page.tags.count("h1") == 1
        assert page.tags.count("main") == 1
        assert not [given for _, given in page.attributes if "style" in given or any(name.startswith("on") for name in given)]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_lets_nothing_in_from_elsewhere(pages, path):
    answer = pages[path, "en"]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert ("unsafe-inline" in policy) == path.startswith("/sparql")
    page = Page(answer.text)
    loaded = [given for tag, given in page.attributes if tag in ("script", "link", "img", "iframe") and given.get("rel") != "alternate"]
    assert all((given.get("src") or given.get("href") or "/").startswith("/") for given in loaded)


def test_every_sentence_is_said_in_every_language():
    for key, sentences in WORDS.items():
        assert len(sentences) == len(ORDER), key
        fields = [{field for _, field, _, _ in string.Formatter().parse(sentence) if field} for sentence in sentences]
        assert fields[0] == fields[1] == fields[2], key
        _, japanese, russian = sentences
        if key != "nav-sparql":
            assert re.search("[\u3040-\u30ff\u4e00-\u9fff]", japanese), key
            assert re.search("[\u0400-\u04ff]", russian), key


def test_every_column_and_field_has_a_name_in_every_language():
    questions = load_questions(Layout(Path()))
    names = {parameter.name for question in questions for parameter in question.parameters} | {question.tags[0] for question in questions if question.tags}
    for path in Path("tests/expected").glob("*.csv"):
        names |= set(path.read_text().partition("\n")[0].strip().split(","))
    assert len(names) > 90
    assert names <= set(NAMES)


def test_every_sentence_is_used_and_none_is_missing():
    source = "\n".join(path.read_text() for path in Path("src/treatygraph/pages").glob("*.py") if path.name != "words.py")
    said = set(re.findall(r"say\([\"']([a-z-]+)[\"']", source))
    assert said <= set(WORDS)
    dynamic = re.findall(r"say\(f\"([a-z-]+-)\{", source)
    named = set(re.findall(r"\"([a-z]+(?:-[a-zA-Z]+)*)\"", source))
    unused = [key for key in WORDS if key not in said | named and not key.startswith(tuple(dynamic))]
    assert unused == []


def test_every_internal_link_is_alive(server, pages):
    addresses = {}
    for (path, language), answer in pages.items():
        if language != "ja":  # the same pages under other labels
            for link in Page(answer.text).links:
                address, _ = urldefrag(urljoin(str(answer.url), link))
                if address.startswith(server.address):
                    addresses.setdefault(re.sub(r"[?&](?:date|layer|explain|island)=[^&]*", "", address), (path, address))
    assert len(addresses) > 400
    chosen = [value for number, value in enumerate(addresses.values()) if number % 8 == 0 or "/id/" not in value[1]]
    dead = []
    for path, address in chosen:
        status = server.client.get(address, headers={"Accept": "text/html,*/*;q=0.1"}).status_code
        if status != 200:
            dead.append((path, address, status))
    assert not dead


def test_fragments_lead_somewhere(server, pages):
    answer = pages["/?date=1946-01-01&island=shikotan&layer=administration", "en"]
    targets = {urljoin(str(answer.url), link) for link in Page(answer.text).links if "#" in link and "/document/" in link}
    assert targets
    for target in targets:
        address, fragment = urldefrag(target)
        assert fragment in Page(server.client.get(address, headers={"Accept": "text/html"}).text).ids


def text_of(answer: httpx.Response) -> str:
    return " ".join("".join(Page(answer.text).words).split())


def test_who_claimed_and_who_held_an_island_is_told_at_once(server):
    answer = server.client.get("/?date=1946-01-01&island=shikotan&lang=en", headers={"Accept": "text/html"})
    short = re.search(r'<dl class="short">.*?</dl>', answer.text, re.DOTALL)
    assert short
    told = re.sub("<[^>]+>", "", short[0])
    claimed, _, held = told.partition("Held by")
    assert "Japan claim, certain" in claimed
    assert "Soviet Union claim, possible" in claimed
    assert "Soviet Union occupation, certain" in held
    assert claimed.index("Japan") < claimed.index("Soviet Union")  # by identifier
    assert "cited with pinpoint" in text_of(answer)


def test_the_sentence_stands_beside_its_document(server):
    answer = server.client.get("/?date=1956-12-12&island=shikotan&lang=en", headers={"Accept": "text/html"})
    assert "agrees to transfer to Japan the Habomai Islands and the island of Shikoton" in text_of(answer)
    link = re.search(r'href="(/id/document/unts-3768\?at=[a-z0-9-]+&amp;lang=en#[^"]+)"[^>]*class="on"', answer.text)
    assert link
    assert server.client.get(unescape(link[1]), headers={"Accept": "text/html"}).status_code == 200


def test_the_language_is_in_the_address(server):
    for language, name in (("en", "Etorofu / Iturup"), ("ru", "Итуруп"), ("ja", "択捉島")):
        answer = server.client.get(f"/?island=iturup-etorofu&lang={language}", headers={"Accept": "text/html", "Accept-Language": "en"})
        page = Page(answer.text)
        assert name in "".join(page.words)
        own = [link for link in page.links if link.startswith(("/id/", "/queries", "/?"))]
        assert own
        others = {f"lang={other}" for other in LANGUAGES}
        assert all(any(other in link for other in others) for link in own if "." not in urlsplit(link).path.rpartition("/")[2])


@pytest.mark.parametrize(
    ("path", "status"),
    [("/?date=1956-13-40", 400), ("/?island=Atlantis", 400), ("/?layer=rain", 400), ("/?colour=red", 400), ("/?year=x", 400), ("/queries/who-claims?x=1", 400),
     ("/queries/who-claims?explain=999", 400), ("/queries/who-claims?explain=x", 400), ("/queries/nothing", 404), ("/id/island/atlantis", 404),
     ("/front/nothing.js", 404), ("/dossier", 400)],
)  # fmt: skip
def test_a_wrong_address_is_answered_in_plain_words(server, path, status):
    answer = server.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert len(text_of(answer)) > 40


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "key"), [("/id/island/atlantis", "missing"), ("/?year=x", "wrong"), ("/nowhere", "missing"), ("/queries/nothing", "missing")])
def test_an_error_is_told_in_the_language_of_the_page(server, path, key, language):
    title = WORDS[f"trouble-{key}"][ORDER.index(language)]
    asked = server.client.get(with_language(path, language), headers={"Accept": "text/html"})
    preferred = server.client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    for answer in (asked, preferred):
        assert f'lang="{language}"' in answer.text
        assert f"<h1>{title}</h1>" in answer.text
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "<" not in server.client.get(path, headers={"Accept": "text/plain"}).text.replace("<http", "")


def test_there_is_a_layer_for_each_kind_of_position_that_reaches_a_place(server):
    links = re.findall(r'<a [^>]*data-layer="([a-z-]+)"', server.client.get("/").text)
    assert links[:2] == ["claims", "administration"]
    assert {"demand", "occupation", "formal-authority", "recognition", "renunciation"} <= set(links)
    corpus = load_corpus(Layout(Path()))
    renouncing = {each.place for each in positions_reaching(corpus.store, ("Renunciation",)) if each.certainty_on("1960-01-01")}
    shown = map_at(corpus, "1960-01-01", layer="renunciation")
    assert renouncing
    assert {place.iri for place in shown.places if place.holdings["renunciation"]} == renouncing
    assert {place.iri for place in shown.places if place.holdings["renunciation"]} != {
        place.iri for place in map_at(corpus, "1960-01-01").places if place.holdings["claims"]
    }


def test_a_search_leads_to_the_passage_in_its_text(server):
    text = server.client.get("/search", params={"q": "peace treaty", "kind": "Passage", "lang": "en"}, headers={"Accept": "text/html"}).text
    address = unescape(re.search(r'<li><a href="(/id/document/[^"]+)"', text)[1])
    assert "<mark>" in text
    there, fragment = urldefrag(address)
    assert f'id="{fragment}"' in server.client.get(there, headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(
    ("accept", "suffix", "media_type"),
    [("text/turtle", ".ttl", "text/turtle"), ("application/ld+json", ".jsonld", "application/ld+json"),
     ("application/n-triples", ".nt", "application/n-triples"),
     ("application/rdf+xml", ".rdf", "application/rdf+xml"), ("text/html", ".html", "text/html")],
)  # fmt: skip
def test_every_iri_is_a_page_and_rdf(server, accept, suffix, media_type):
    for path in ("/id/island/shikotan", "/id/document/unts-3768", "/ontology/SovereigntyClaim"):
        asked = server.client.get(path, headers={"Accept": accept})
        named = server.client.get(path + suffix)
        assert asked.status_code == named.status_code == 200
        assert asked.headers["content-type"].startswith(media_type)
        assert named.headers["content-type"].startswith(media_type)


def test_the_data_set_is_described_for_collectors(server):
    page = server.client.get("/dataset", headers={"Accept": "text/html"}).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block
    described = json.loads(block[1])
    assert described == server.client.get("/dataset.jsonld").json()
    assert "dcat:Dataset" in described["@type"]
    for distribution in described["dcat:distribution"]:
        assert server.client.head(distribution["dcat:downloadURL"]).status_code == 200


def test_robots_and_the_site_map(server):
    assert f"Sitemap: {server.address}/sitemap.xml" in server.client.get("/robots.txt").text
    listed = re.findall("<loc>([^<]*)</loc>", server.client.get("/sitemap.xml").text)
    assert len(listed) > 2000
    assert f"{server.address}/id/island/shikotan" in listed


def test_the_map_paints_what_the_queries_say(server):
    """The data that a script paints from gives, by the rule of four bounds, the rows of the saved queries."""
    data = server.client.get("/map.json", params={"lang": "en"}).json()
    slugs = {}
    for date in ("1860-01-01", "1946-01-01", "1956-12-12", "1999-12-31"):
        for layer, query in (("claims", "islands-claimed"),):
            rows = server.client.get(f"/queries/{query}.json", params={"date": date}).json()["results"]["bindings"]
            wanted = {
                (row["island"]["value"].rpartition("/")[2], row["certainty"]["value"]) for row in rows if row["kind"]["value"].endswith("SovereigntyClaim")
            }
            found = set()
            for place, _, _, its, _, *bounds, span in data["holdings"]:
                if its == layer:
                    seen = data["spans"][span]
                    start_earliest, start_latest, end_earliest, end_latest = bounds
                    inside = not seen or any(first <= date and (not after or date < after) for first, after in seen)
                    if inside and not (start_earliest and date < start_earliest) and not (end_latest and date >= end_latest):
                        sure = start_latest and end_earliest and start_latest <= date < end_earliest
                        found.add((data["places"][place]["slug"], "certain" if sure else "possible"))
            assert {place for place, _ in found} == {place for place, _ in wanted}, (date, layer)
            assert found == wanted
            slugs[date] = found
    assert slugs["1860-01-01"] != slugs["1956-12-12"]


HOSTILE = """
@prefix document: <https://w3id.org/treatygraph/id/document/> .
@prefix island: <https://w3id.org/treatygraph/id/island/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix passage: <https://w3id.org/treatygraph/id/passage/> .
@prefix position: <https://w3id.org/treatygraph/id/position/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix state: <https://w3id.org/treatygraph/id/state/> .
@prefix text: <https://w3id.org/treatygraph/id/text/> .
@prefix tg: <https://w3id.org/treatygraph/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

island:x a tg:Island ; skos:prefLabel "<script>alert(1)</script>\\"onmouseover=\\"alert(2)"@en .
state:y a tg:State ; skos:prefLabel "</title></script><img src=x onerror=alert(3)>"@en .
document:d a tg:Document ; skos:prefLabel "D & <b>D</b>"@en ; tg:address "javascript:alert(4)" .
text:d a tg:TextVersion ; tg:isVersionOf document:d ; tg:fileName "d.txt" ; tg:sha256 "SHA" .
passage:p a tg:Passage ; oa:hasSource text:d ;
    oa:hasSelector [ a oa:TextPositionSelector ; oa:start 0 ; oa:end 8 ] ,
    [ a oa:TextQuoteSelector ; oa:exact "<script>"@en ; oa:prefix ""@en ; oa:suffix "alert(5)"@en ] .
position:c a tg:SovereigntyClaim ; skos:prefLabel "<i>c</i>"@en ; tg:isHeldBy state:y ; tg:concernsPlace island:x ;
    tg:positionText "<svg onload=alert(6)>"@en ; tg:startLatest "1950-01-01"^^xsd:date ; tg:endEarliest "1960-01-01"^^xsd:date ; tg:isEvidencedBy passage:p .
"""


@pytest.fixture
def hostile(copy) -> Layout:
    from hashlib import sha256

    for path in (copy / "data").glob("*.ttl"):
        path.unlink()
    text = "<script>alert(5)</script> and the rest"
    (copy / "data" / "texts" / "d.txt").write_text(text)
    (copy / "data" / "hostile.ttl").write_text(HOSTILE.replace("SHA", sha256(text.encode()).hexdigest()))
    for path in (copy / "queries").glob("*.rq"):
        if path.stem not in ("islands-claimed", "evidence-grades"):
            path.unlink()
    return Layout(copy)


def test_nothing_hostile_gets_through(hostile):
    corpus = load_corpus(hostile)
    questions = {question.name: question for question in load_questions(hostile)}
    texts = [home(corpus, questions, language, {"date": "1955-01-01", "island": "x"}) for language in LANGUAGES]
    for slug in ("island/x", "state/y", "document/d", "position/c", "passage/p"):
        texts.append(page_of(Desk(corpus, View("en", f"/id/{slug}")), f"https://w3id.org/treatygraph/id/{slug}") or "")
    texts += [question_page(Desk(corpus, View("en", f"/queries/{name}")), question, {}) for name, question in questions.items()]
    for text in texts:
        page = Page(text)
        assert "onerror" not in dict(page.attributes).get("img", {})
        assert "img" not in page.tags
        assert "b" not in page.tags
        assert not [given for _, given in page.attributes if any(name.startswith("on") for name in given)]
        assert not [link for link in page.links if link.startswith("javascript")]
        assert "<script>" not in text
    assert "&lt;script&gt;" in texts[0]


@pytest.mark.skipif(not built("map.js"), reason="the front end has not been built (make front)")
def test_the_bundle_for_map_and_pages_is_small():
    import gzip

    folder = Path("src/treatygraph/pages")
    files = [folder / "built" / name for name in ("map.js", "map.css", "site.js")] + [folder / "style.css"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 200_000
    notices = (folder / "built" / "licences.txt").read_text()
    for name in ("leaflet", "@zazuko/yasgui", "oxigraph", "codemirror"):
        assert f"{name} " in notices
