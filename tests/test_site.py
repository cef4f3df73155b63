"""The site as files: whole or not at all, every link inside it, nothing of others overwritten."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from treatygraph.errors import UsageError
from treatygraph.layout import Layout
from treatygraph.pages import static
from treatygraph.pages.relative import Files


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A corpus of one document, two islands and a few questions, under the real ontology."""
    root = tmp_path_factory.mktemp("small")
    here = Path(__file__).parent.parent
    for folder in ("ontology", "data", "queries"):
        (root / folder).mkdir()
    for path in (here / "ontology").glob("*.ttl"):
        (root / "ontology" / path.name).write_bytes(path.read_bytes())
    for name in ("islands-claimed", "who-administers"):
        text = (here / "queries" / f"{name}.rq").read_text().replace("island:shikotan", "island:here")
        (root / "queries" / f"{name}.rq").write_text(text)
    prefixes = "".join(
        f"@prefix {name}: <https://w3id.org/treatygraph/id/{name}/> .\n" for name in ("island", "state", "position", "citation", "document", "event")
    )
    (root / "data" / "small.ttl").write_text(
        prefixes
        + """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix tg: <https://w3id.org/treatygraph/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
island:here a tg:Island ; skos:prefLabel "Here"@en .
island:there a tg:Island ; skos:prefLabel "There & elsewhere"@en .
state:a a tg:State ; skos:prefLabel "A"@en .
event:landing a tg:Event ; skos:prefLabel "Landing"@en ; tg:startLatest "1900-05-01"^^xsd:date .
document:d a tg:Document ; skos:prefLabel "D"@en .
citation:d a tg:Citation ; tg:isCitationOf document:d ; tg:pinpoint "page 1" ; tg:hasGrade tg:CitedWithPinpoint .
position:c a tg:SovereigntyClaim ; skos:prefLabel "A claims both"@en ; tg:isHeldBy state:a ; tg:concernsPlace island:here , island:there ;
    tg:startLatest "1900-05-01"^^xsd:date ; tg:endEarliest "1950-01-01"^^xsd:date ; tg:isStartedBy event:landing ; tg:isEvidencedBy citation:d .
"""
    )
    return root


@pytest.fixture(scope="module")
def site(small, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("host") / "site"
    told: list[str] = []
    count = static.write_site(Layout(small), folder, "https://example.org/x", told.append)
    assert count == sum(1 for path in folder.rglob("*") if path.is_file()) - 1  # the marker
    assert told
    assert [path.name for path in folder.parent.iterdir()] == ["site"]  # nothing is left beside it
    return folder


def test_every_link_leads_to_a_file(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 700
    dead = set()
    for page in pages:
        for link in re.findall(r' (?:href|src|action|data-geography|data-dossier|data-query)="([^"]*)"', page.read_text()):
            address = unescape(link).partition("#")[0].partition("?")[0]
            if not address or re.match(r"[a-z]+:", address):
                continue
            assert not address.startswith("/"), (page, link)
            if page.relative_to(site).parts[0] == "front":
                continue
            if not (page.parent / unquote(address)).resolve().is_file():
                dead.add((page.relative_to(site).as_posix(), link))
    assert not [each for each in dead if "front/" not in each[1]]


def test_the_same_views_in_three_languages(site):
    for prefix, language in (("", "en"), ("ru/", "ru"), ("ja/", "ja")):
        for name in ("index", "documents", "queries/islands-claimed", "id/island/here", "ontology/SovereigntyClaim", "on/1900-05-01-claims"):
            text = (site / f"{prefix}{name}.html").read_text()
            assert f'<html lang="{language}" data-local="' in text
            assert "Content-Security-Policy" in text
            assert ("wasm-unsafe-eval" in text) == name.startswith("queries/")


def test_things_are_there_as_rdf_and_the_whole_in_one_file(site):
    from rdflib import Graph

    assert len(Graph().parse(site / "id" / "island" / "here.ttl")) == len(Graph().parse(site / "id" / "island" / "here.nt"))
    assert len(Graph().parse(site / "ontology.ttl")) > 1000
    assert len((site / "everything.nq").read_text().splitlines()) > 1000
    assert "https://example.org/x/id/island/here.html" in (site / "sitemap.xml").read_text()


def test_a_folder_with_other_things_is_left_alone(run, small, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = run("site", tmp_path, corpus=small)
    assert done.code == 2
    assert "other things" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert run("site", tmp_path / "new", "--base", "example.org", corpus=small).code == 2


def test_a_failure_leaves_the_earlier_site_as_it_was(small, tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / static.MARKER).write_text("")
    (folder / "index.html").write_text("earlier")

    def fails(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(static, "sitemap", fails)
    with pytest.raises(OSError, match="No space"):
        static.write_site(Layout(small), folder, "https://example.org/x", lambda _: None)
    assert (folder / "index.html").read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/?lang=en", "index.html"),
        ("/?date=1900-01-01&lang=ru", "ru/index.html?date=1900-01-01"),
        ("/?date=1956-12-12&layer=claims&lang=ja", "ja/on/1956-12-12-claims.html?date=1956-12-12&layer=claims"),
        ("/?island=there&lang=ru", "ru/id/island/there.html"),
        ("/id/island/x?lang=en#p", "id/island/x.html#p"),
        ("/ontology/?lang=ja", "ja/ontology/index.html"),
        ("/queries?lang=en", "queries/index.html"),
        ("/queries/x.csv", "queries/x.csv"),
        ("/dossier?iri=https://w3id.org/treatygraph/id/island/x&lang=ru", "dossier/island/x.ru.html"),
        ("/style.css", "style.css"),
    ],
)
def test_addresses_become_files(address, file):
    files = Files({"there": "https://w3id.org/treatygraph/id/island/there"}, "here", {("1956-12-12", "claims")})
    assert "".join(files.file_of(address)) == file


def test_links_are_relative_to_the_page():
    files = Files({}, "", set())
    assert files.led('<a href="/id/x/y?lang=en">', "ja/queries/z.html") == '<a href="../../id/x/y.html">'
    assert files.led('<html data-local="/">', "ja/queries/z.html") == '<html data-local="../../">'
    assert files.led('<a href="https://example.org/">', "index.html") == '<a href="https://example.org/">'


def test_a_site_of_too_many_files_is_refused_before_it_begins(small, tmp_path):
    with pytest.raises(UsageError, match=r"would be some \d+ files") as refused:
        static.write_site(Layout(small), tmp_path / "site", "", lambda _: None, most=100)
    assert "--yes" in refused.value.next_step
    assert not list(tmp_path.iterdir())
