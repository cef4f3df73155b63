"""The explorer as people use it: the map, the sentence, a question, the editor; with a server, and as files without one."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "src" / "treatygraph" / "pages" / "front" / "node_modules" / "axe-core" / "axe.min.js"
KINDS = {
    "home": "/?date=1946-01-01&island=shikotan&lang=en",
    "place": "/id/island/shikotan?lang=ru",
    "document": "/id/document/unts-3768?lang=en",
    "document without its text": "/id/document/panov-2020?lang=en",
    "agreement": "/id/agreement/joint-declaration-1956?lang=ja",
    "thing": "/id/state/japan?lang=en",
    "term": "/ontology/SovereigntyClaim?lang=ru",
    "ontology": "/ontology/?lang=en",
    "documents": "/documents?lang=ja",
    "agreements": "/agreements?lang=en",
    "questions": "/queries?lang=en",
    "question": "/queries/who-claims?lang=en",
    "explanation": "/queries/who-claims?lang=en&explain=1",
    "dataset": "/dataset?lang=en",
    "licences": "/licences?lang=en",
}
READY = ".explorer[data-ready]"


def until(page, condition: str, seconds: float = 15) -> None:
    """Wait for a condition; asked from outside, for the policy of the pages allows no evaluation inside."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


def fills(page) -> dict[str, str]:
    """What each island of the map is painted for."""
    return page.evaluate("Object.fromEntries([...document.querySelectorAll('.live path[data-island]')].map(path => [path.dataset.island, path.dataset.fill]))")


def slide(page, date: str) -> None:
    page.evaluate(
        """(date) => { const range = document.getElementById("year"); range.value = Math.round(Date.parse(date + "T00:00:00Z") / 86400000);
        range.dispatchEvent(new Event("input", { bubbles: true })); }""",
        date,
    )


def test_the_slider_changes_the_colours(visit, served):
    page = visit(served).go("/?lang=en&layer=administration")
    page.wait_for_selector(READY)
    slide(page, "1860-01-01")
    before = fills(page)
    slide(page, "1960-01-01")
    after = fills(page)
    assert before["iturup-etorofu"]
    assert after["iturup-etorofu"]
    assert before["iturup-etorofu"] != after["iturup-etorofu"]
    assert "date=1960-01-01" in page.url
    assert "1 January 1960" in page.inner_text(".slider .shown")
    assert page.get_attribute(".live path[data-island=iturup-etorofu]", "fill").startswith("url(#fill-")


def test_the_slider_can_be_moved_with_the_mouse(visit, served):
    page = visit(served).go("/?lang=en&date=1860-01-01")
    page.wait_for_selector(READY)
    box = page.locator("#year").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.05, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    assert re.search(r"date=19[56]\d-", page.url)


def test_from_the_map_to_the_sentence_in_its_document(visit, served):
    page = visit(served).go("/?lang=en&date=1960-06-01&island=shikotan")
    page.wait_for_selector(READY)
    path = page.locator(".live path[data-island=iturup-etorofu]")
    path.scroll_into_view_if_needed()
    point = path.evaluate(
        """(path) => { const box = path.getBBox(); const svg = path.ownerSVGElement;
        for (let i = 1; i < 40; i++) for (let j = 1; j < 40; j++) {
          const point = svg.createSVGPoint(); point.x = box.x + box.width * i / 40; point.y = box.y + box.height * j / 40;
          if (path.isPointInFill(point)) { const at = point.matrixTransform(path.getScreenCTM());
            if (document.elementFromPoint(at.x, at.y) === path) return [at.x, at.y]; } } }"""
    )
    page.mouse.click(*point)
    until(page, "document.querySelector('#panel h2').textContent.includes('Iturup')")
    assert "island=iturup-etorofu" in page.url
    assert page.locator("#panel article.position:not([hidden])").count() > 2
    quote = page.locator("#panel article.position:not([hidden]) figure.quote:visible").filter(has=page.locator("a.on")).first
    words = quote.locator("mark").inner_text()
    assert len(words) > 20
    assert quote.locator(".grade").inner_text()
    quote.locator("a.on").click()
    page.wait_for_selector(".fulltext .at")
    marked = "".join(page.locator(".fulltext .at").all_text_contents())
    assert " ".join(words.split())[:60] in " ".join(marked.split())
    assert page.locator(".fulltext .at").first.is_visible()


def test_the_keyboard_alone_leads_to_a_quotation(visit, served):
    page = visit(served).go("/?lang=en&date=1956-12-12&island=kabu")
    page.wait_for_selector(READY)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "island":
            break
    assert page.evaluate("document.activeElement.id") == "island"
    page.keyboard.type("Shikotan")
    until(page, "document.querySelector('#panel h2').textContent === 'Shikotan'")
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#panel figure.quote a.on')"):
            break
    assert page.evaluate("document.activeElement.matches('#panel figure.quote a.on')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".fulltext .at")


def test_an_island_is_chosen_on_the_map_with_the_keyboard(visit, served):
    page = visit(served).go("/?lang=en&date=1956-12-12&island=shikotan")
    page.wait_for_selector(READY)
    page.focus(".live path[data-island=kunashir-kunashiri]")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#panel h2').textContent.includes('Kunashir')")
    label = page.get_attribute(".live path[data-island=kunashir-kunashiri]", "aria-label")
    assert "certain" in label


def test_what_the_script_shows_is_what_the_server_shows(visit, served):
    """For several days, the answer in short and the positions in the panel, with the script and without."""

    def shown(page):
        short = [text.strip() for text in page.locator(".short dd").all_inner_texts()]
        return short, sorted(text.strip() for text in page.locator("#panel article.position:not([hidden]) h4").all_inner_texts())

    alive, plain = visit(served), visit(served, script=False)
    page = alive.go("/?lang=en&date=1900-01-01&island=shikotan")
    page.wait_for_selector(READY)
    for date in ("1860-01-01", "1946-01-01", "1956-12-12", "1992-06-01", "2022-12-31"):
        slide(page, date)
        page.wait_for_timeout(100)
        expected = shown(plain.go(f"/?lang=en&date={date}&island=shikotan"))
        assert shown(page) == expected, date


def test_play_goes_from_change_to_change(visit, served):
    page = visit(served).go("/?lang=en&date=1860-01-01")
    page.wait_for_selector(READY)
    page.click(".play")
    until(page, "!location.search.includes('1860-01-01')")
    page.click(".play")
    assert page.inner_text(".play") == "Play"


def test_everything_is_there_without_a_script(visit, served):
    page = visit(served, script=False).go("/?lang=en&date=1946-01-01&island=shikotan")
    assert page.locator(".drawn svg").is_visible()
    assert "occupation" in page.inner_text(".short")
    page.fill("#date", "1956-12-12")
    page.click(".ask button")
    assert "administration, certain" in page.inner_text(".short")
    page.locator("#panel figure.quote a.on").first.click()
    assert page.locator(".fulltext .q:target, .fulltext :target + .q").first.is_visible()


def test_a_saved_query_is_run_and_downloaded(visit, served, tmp_path):
    page = visit(served).go("/queries/who-claims?lang=en")
    page.fill("#f-date", "1946-01-01")
    page.click("form.asking button")
    page.wait_for_url("**date=1946-01-01**")
    rows = page.locator(".result tbody tr").count()
    assert rows > 1
    with page.expect_download() as started:
        page.click(".downloads a:has-text('CSV')")
    started.value.save_as(tmp_path / "answer.csv")
    with (tmp_path / "answer.csv").open(newline="") as file:
        assert len(list(csv.reader(file))) == rows + 1
    page.locator(".result td:last-child a").first.click()
    page.wait_for_selector(".explanation")
    assert "1946-01-01" in page.inner_text(".explanation")


def test_the_editor_returns_rows(visit, served):
    page = visit(served).go("/sparql?lang=en")
    page.wait_for_selector("#yasgui[data-ready]")
    page.click(".saved a:has-text('who-claims')")
    until(page, "document.querySelector('.CodeMirror').CodeMirror.getValue().includes('tg:SovereigntyClaim')")
    page.click(".yasqe_queryButton")
    page.wait_for_selector(".yasr_results table tbody tr td")
    assert page.locator(".yasr_results table tbody tr").count() > 1


def test_the_plain_form_asks_as_well(visit, served):
    page = visit(served, script=False).go("/sparql?lang=ru")
    page.fill("#query", "SELECT (1 + 1 AS ?two) {}")
    page.click(".plain-editor button")
    assert "2" in page.inner_text("table")


# ---------------------------------------------------------------- the site as files


def test_files_show_any_day(visit, files):
    page = visit(files).go("/index.html?date=1946-01-01&island=shikotan")
    page.wait_for_selector(READY)
    until(page, "document.querySelector('.short').textContent.includes('occupation')")
    slide(page, "1956-12-12")
    until(page, "document.querySelector('.short').textContent.includes('administration, certain')")
    page.locator("#panel figure.quote:visible a.on").first.click()
    page.wait_for_selector(".fulltext .at")
    assert page.url.startswith(files)


def test_files_answer_a_query_without_a_server(visit, files, tmp_path):
    page = visit(files).go("/ru/queries/who-claims.html")
    page.wait_for_selector("form[data-ready]")
    page.fill("#f-island", "択捉島")
    page.fill("#f-date", "1900-01-01")
    page.click("form.asking button")
    page.wait_for_selector(".result[data-answered]")
    rows = page.locator(".result tbody tr")
    assert rows.count() > 0
    assert "Япония" in page.inner_text(".result")
    with page.expect_download() as started:
        page.click(".downloads a:has-text('CSV')")
    started.value.save_as(tmp_path / "answer.csv")
    assert "state/japan" in (tmp_path / "answer.csv").read_text()


def test_the_editor_asks_the_files(visit, files):
    page = visit(files).go("/sparql.html")
    page.wait_for_selector("#yasgui[data-ready]")
    page.click(".yasqe_queryButton")
    page.wait_for_selector(".yasr_results table tbody tr td", timeout=30000)
    assert page.locator(".yasr_results table tbody tr").count() > 10


def test_files_lead_to_files(visit, files):
    page = visit(files).go("/index.html")
    for path in ("/index.html", "/documents.html", "/id/island/shikotan.html", "/ja/ontology/index.html", "/queries/clauses.html"):
        page.goto(files + path)
        links = page.evaluate(
            """[...new Set([...document.querySelectorAll('a[href], link[href], script[src]')]
              .map(e => new URL(e.getAttribute('href') ?? e.getAttribute('src'), document.baseURI).href))]"""
        )
        inside = sorted({link.partition("#")[0].partition("?")[0] for link in links if link.startswith(files)})
        assert len(inside) > 10
        dead = [link for link in inside[:150] if page.request.head(link).status != 200]
        assert not dead, path
        assert not [link for link in links if link.startswith("http://127.0.0.1") and not link.startswith(files)]


# ---------------------------------------------------------------- for everybody


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_serious(visit, served, kind):
    if not AXE.exists():
        pytest.skip("axe-core is not here (make front)")
    for dark in (False, True):
        each = visit(served, dark=dark)
        page = each.go(KINDS[kind])
        page.wait_for_timeout(300)
        page.evaluate(AXE.read_text() + ";undefined")
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        serious = [
            (rule["id"], rule["nodes"][0]["html"][:200], rule["nodes"][0]["failureSummary"][:300])
            for rule in found
            if rule["impact"] in ("serious", "critical")
        ]
        assert serious == [], "dark" if dark else "light"


@pytest.mark.parametrize("kind", [*KINDS, "sparql"])
def test_nothing_is_wider_than_a_phone(visit, served, kind):
    page = visit(served, width=390, height=844).go(KINDS.get(kind, "/sparql?lang=en"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
