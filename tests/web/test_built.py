"""Serving a built store: opened once and shared by the workers, renewed when it is built anew, its long lists page by page."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Server, wait_until

sys.path.insert(0, str(Path(__file__).parent.parent))
from synthetic import generate

from treatygraph.build import build_store
from treatygraph.built import find_built
from treatygraph.corpus import load_corpus
from treatygraph.layout import Layout
from treatygraph.pages import document as document_page
from treatygraph.pages import sitemap as site_map
from treatygraph.pages.desk import Desk
from treatygraph.pages.things import every_thing
from treatygraph.pages.view import View
from treatygraph.sizes import kinds_of, sizes_of, triples_of
from treatygraph.web.served import load_served
from treatygraph.web.settings import Settings

TREATIES = 230  # more than one page of a list
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
NAME = f'SELECT ?name {{ <https://w3id.org/treatygraph/id/agreement/t7> {LABEL} ?name FILTER(LANG(?name) = "en") }}'


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Layout:
    """A corpus with a built store."""
    folder = tmp_path_factory.mktemp("large") / "corpus"
    generate(folder, TREATIES)
    layout = Layout(folder)
    build_store(layout)
    return layout


@pytest.fixture(scope="module")
def server(large) -> Iterator[Server]:
    running = Server("--timeout", "5", corpus=large.root)
    yield running
    assert "Traceback" not in running.stop()


def page(server: Server, address: str, status: int = 200) -> str:
    answer = server.client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.text
    return answer.text


def open_files(server: Server) -> dict[int, set[str]]:
    """Of each process of a server, the files of stores that it has open."""
    found = {}
    for process in server.workers():
        files = (str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir())
        found[process] = {file for file in files if ".store" in file}
    return found


def test_the_store_is_opened_once_and_shared(server, large):
    assert server.ask(NAME).json()["results"]["bindings"][0]["name"]["value"] == "Agreement 7"
    page(server, "/agreements")
    held = open_files(server)
    built = find_built(large)
    assert built is not None
    assert len(held) >= 3  # the one that opened it, one for queries of others, one for the pages
    assert all(any(str(built.path) in file for file in files) for files in held.values())
    assert len({frozenset(files) for files in held.values()}) == 1


def test_many_ask_the_shared_store_at_once_and_get_the_same(server):
    query = "SELECT ?kind (COUNT(*) AS ?n) { ?thing a ?kind } GROUP BY ?kind ORDER BY ?kind"
    answers = {server.ask(query, accept="text/csv").text for _ in range(12)}
    assert len(answers) == 1
    assert f"ontology/InForcePeriod,{TREATIES}\r" in answers.pop()


def test_a_worker_opens_the_files_of_the_store_and_no_connection():
    """A large store has more files than are open at first, so that a worker for others has to be able to open some."""
    code = """import socket, sys
from treatygraph.web.limits import forbid_connections
if not forbid_connections():
    sys.exit(77)
open("/proc/self/stat").close()
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
    try:
        socket.socket(family)
    except PermissionError:
        continue
    sys.exit(1)
print("fenced")"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("this system has no filter of system calls")
    assert done.stdout == "fenced\n", done.stderr


def test_the_workers_of_others_are_fenced_in(server):
    server.ask(NAME)
    filters = [re.search(r"Seccomp:\s+(\d)", Path(f"/proc/{process}/status").read_text())[1] for process in server.workers()]
    assert "2" in filters  # those for queries of others
    assert "0" in filters  # the one that opened the store


def test_it_goes_over_to_a_newer_build_and_outlives_the_folder_of_the_old(large, tmp_path):
    file = next(path for path in large.data_files if path.stem == "t7" or "agreement:t7\n" in path.read_text())
    before = file.read_text()
    running = Server(corpus=large.root)
    try:
        for number in (1, 2, 3):  # the folder of the first build is gone after the second
            file.write_text(before.replace('"Agreement 7"@en', f'"Agreement 7, edition {number}"@en'))
            build_store(large)
            wanted = f"Agreement 7, edition {number}"
            assert wait_until(lambda wanted=wanted: running.ask(NAME).json()["results"]["bindings"][0]["name"]["value"] == wanted, 10)
        assert "Agreement 7, edition 3" in page(running, "/id/agreement/t7")
    finally:
        file.write_text(before)
        build_store(large)
        assert "Traceback" not in running.stop()


def test_if_the_process_that_opened_it_is_killed_it_is_opened_anew(large):
    running = Server(corpus=large.root)
    for process in running.workers():
        os.kill(process, signal.SIGKILL)
    assert wait_until(lambda: running.ask(NAME).status_code == 200)
    running.stop()


def test_changes_need_memory_and_it_says_so(large):
    running = Server("--writable", corpus=large.root)
    assert not any(open_files(running).values())
    assert "with --writable, the files have been read into memory" in running.stop()


def test_a_corpus_too_large_for_memory_is_not_made_writable(large, run, monkeypatch):
    manifest = large.root / ".store" / "manifest.json"
    whole = manifest.read_text()
    known = json.loads(whole)
    known["counts"]["asserted"] = 14_000_000
    manifest.write_text(json.dumps(known))
    monkeypatch.setenv("TREATYGRAPH_TOKEN", "a-token-for-the-tests")
    try:
        done = run("--corpus", str(large.root), "serve", "--writable")
    finally:
        manifest.write_text(whole)
    assert done.code == 2
    assert "14000000 triples" in done.err
    assert "run treatygraph build" in done.err


def test_instruments_are_listed_year_by_year(server):
    whole: set[str] = set()
    years = re.findall(r'href="(/agreements\?year=[^"]+)"', page(server, "/agreements"))
    assert len(years) > 20
    for year in years:
        text = page(server, year.replace("&amp;", "&"))
        assert len(text) < 100_000
        whole |= set(re.findall(r"/id/agreement/(t\d+)", text))
    assert whole == {f"t{number}" for number in range(TREATIES)}
    assert "no instrument of the year" in page(server, "/agreements?year=1066", 400)


def test_a_long_list_has_pages_and_none_is_left_out(large, monkeypatch):
    monkeypatch.setattr("treatygraph.pages.paging.PAGE", 4)
    monkeypatch.setattr(document_page, "PAGE", 4)
    corpus = load_corpus(large)
    found: list[str] = []
    for number in (1, 2, 3):
        asked = (("page", str(number)),)
        text = document_page.documents_page(Desk(corpus, View("en", "/documents", asked)))
        found += re.findall(r'<li><a href="/id/document/([^?"]+)', text)
        assert ('rel="next"' in text) == (number < 3)
        assert ('rel="prev"' in text) == (number > 1)
    assert len(found) == len(set(found)) == 10  # the volumes and the gazetteer
    assert found[1:] == sorted(found[1:])


def test_a_long_text_is_shown_in_parts_and_a_passage_in_its_part(large, monkeypatch):
    monkeypatch.setattr(document_page, "LONGEST", 2000)
    monkeypatch.setattr(document_page, "PART", 1000)
    corpus = load_corpus(large)
    iri = "https://w3id.org/treatygraph/id/document/volume-0002"
    first = document_page.document_page(Desk(corpus, View("en", "/id/document/volume-0002")), iri)
    name = re.findall(r'passage/(t\d+-3)"', " ".join(f'"{thing}"' for thing in every_thing(corpus) if "passage/t80-" in thing))[0]
    text = document_page.document_page(Desk(corpus, View("en", "/id/document/volume-0002", (("at", name),))), iri)
    assert f'id="{name}"' in text
    assert f'id="{name}"' not in first
    whole = "".join(
        re.sub(r"<sup>.*?</sup>|<[^>]*>", "", re.search(r'class="fulltext"[^>]*>(.*?)</div>', each, re.DOTALL)[1])
        for each in (
            document_page.document_page(Desk(corpus, View("en", "/id/document/volume-0002", (("page", str(number)),))), iri)
            for number in range(1, first.count('aria-label="Parts') and len(set(re.findall(r"page=(\d+)", first))) + 1)
        )
    )
    assert whole == next(large.texts.glob("volume-0002*")).read_text()


def test_the_site_map_of_a_large_corpus_has_parts(large, monkeypatch):
    monkeypatch.setattr(site_map, "MOST", 500)
    served = load_served(large, Settings(built=True))
    index = ET.fromstring(site_map.sitemap(served.corpus, served.questions, lambda path: f"http://x{path}"))
    files = [each.text for each in index.iter() if each.tag.endswith("loc")]
    assert index.tag.endswith("sitemapindex")
    found: list[str] = []
    for number, file in enumerate(files):
        assert file == f"http://x/sitemap-{number}.xml"
        part = ET.fromstring(site_map.sitemap_part(served.corpus, served.questions, number, lambda path: f"http://x{path}"))
        addresses = [each.text or "" for each in part.iter() if each.tag.endswith("loc")]
        assert len(addresses) <= 500
        found += addresses
    things = {f"http://x/{iri.removeprefix('https://w3id.org/treatygraph/')}" for iri in every_thing(served.corpus)}
    assert things <= set(found)


def test_what_is_counted_once_is_what_is_there(large):
    served = load_served(large, Settings(built=True))
    fresh = load_corpus(large)
    assert kinds_of(served.corpus) == kinds_of(served.corpus) == kinds_of(fresh)
    assert triples_of(served.corpus) == triples_of(fresh)
    once, again, anew = sizes_of(served.corpus), sizes_of(served.corpus), sizes_of(fresh)
    assert vars(once) == vars(again) == vars(anew)
    assert int(once.triples) == triples_of(fresh)


def test_names_are_searched_where_there_is_no_index(server):
    assert "/id/agreement/t123?" in page(server, "/search?q=agreement+123&kind=Instrument")
    assert "/id/island/i77?" in page(server, "/search?q=ISLAND+77")
    assert "Nothing has all of these words" in page(server, "/search?q=walrus")
