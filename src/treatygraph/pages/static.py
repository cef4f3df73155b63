"""The whole site as files: what the server would answer, written beforehand, for any host of files."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from treatygraph.atlas import LAYERS, layers_of
from treatygraph.built import answering
from treatygraph.errors import UsageError
from treatygraph.evidence import Evidence
from treatygraph.layout import Layout
from treatygraph.namespaces import TG
from treatygraph.pages.agreement import agreements_page
from treatygraph.pages.asking import sparql_page
from treatygraph.pages.assets import FRONT, ICON, STYLE, front_files
from treatygraph.pages.dataset import dataset_page, describe
from treatygraph.pages.desk import Desk
from treatygraph.pages.document import documents_page
from treatygraph.pages.dossier import Dossier
from treatygraph.pages.every import page_of
from treatygraph.pages.geography import default_day, default_place, geography, marks_of, places_of
from treatygraph.pages.home import home, panel
from treatygraph.pages.licences import licences_page
from treatygraph.pages.questions import question_page, questions_page
from treatygraph.pages.relative import Files
from treatygraph.pages.sitemap import sitemap
from treatygraph.pages.things import classes_of_things, every_thing
from treatygraph.pages.view import View
from treatygraph.things import LANGUAGES
from treatygraph.web.addresses import address_of
from treatygraph.web.negotiation import GRAPH, HTML, ROWS, Choice
from treatygraph.web.served import Served, load_served
from treatygraph.web.settings import Settings
from treatygraph.web.work.graphs import DUMPS, write_everything
from treatygraph.web.work.questions import answer
from treatygraph.web.work.things import tell

__all__ = ["MARKER", "MOST_FILES", "write_site"]

MOST_FILES = 100_000
TOLD = 5000  # files between two words on how far it is
MARKER = ".treatygraph-site"  # tells a folder that this program wrote, and may write again
FORMS = {form.name: form for form in GRAPH if form != HTML}


class Memory:
    """Takes what a job of a worker writes."""

    def __init__(self) -> None:
        self.body = bytearray()

    def head(self, status: int, headers: dict[str, str]) -> None:
        """The head of an answer, which a file has not."""

    def write(self, data: bytes) -> int:
        self.body += data
        return len(data)

    def flush(self) -> None:
        """Nothing."""


def write_site(layout: Layout, folder: Path, base: str, progress: Callable[[str], None], most: int = MOST_FILES) -> int:
    """Write the site, beside the folder first, and rename it into place when it is whole.

    Args:
        layout: the corpus.
        folder: where the site is wanted: a new folder, an empty one, or a site written before.
        base: the address that the site will have, for the addresses that cannot be relative; empty where it is not known.
        progress: is told what is being written.
        most: files that nobody needs to be asked about; 0 for any number.

    Returns:
        the number of files.

    Raises:
        UsageError: the folder has other things in it, or the site would be too many files.
        CorpusError: the corpus cannot be read.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARKER).exists())):
        raise UsageError(f"{folder} has other things in it, and a site replaces all that is there.", "Name a new folder.")
    served = load_served(layout, Settings(built=answering(layout) is not None))
    things, expected = _expected(served)
    if most and expected > most:
        raise UsageError(
            f"The site would be some {expected} files: {things} things, each a page in {len(LANGUAGES)} languages and in {len(FORMS)} forms of RDF.",
            "Hosts of files seldom take so many: treatygraph serve shows the same from one store. To write them all the same, add --yes.",
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        count = 0
        for file, data in _Site(served, base, progress).files():
            count += 1
            if count % TOLD == 0:
                progress(f"file {count} of some {expected}")
            target = beside / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        (beside / MARKER).write_text("Written by treatygraph site.\n", encoding="utf-8")
        beside.chmod(0o755)
        _swap(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return count


def _expected(served: Served) -> tuple[int, int]:
    """How many things have a page, and how many files the site will be, about."""
    things = sum(count for _, count in classes_of_things(served.corpus))
    days = len(marks_of(served.corpus, "en")) * len(LAYERS)
    return things, (len(LANGUAGES) + len(FORMS)) * things + len(LANGUAGES) * (days + 2 * len(served.questions))


def _swap(beside: Path, folder: Path) -> None:
    if not folder.exists():
        beside.replace(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    os.replace(folder, old)  # noqa: PTH105 - onto an empty folder, which only this does in one step
    beside.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


class _Site:
    def __init__(self, served: Served, base: str, progress: Callable[[str], None]) -> None:
        self.served = served
        self.base = base.rstrip("/")
        self.progress = progress
        self.evidence = Evidence(served.corpus)
        self.places = places_of(served.corpus, "en", layers_of(served.corpus))
        self.days = [mark.date for mark in marks_of(served.corpus, "en")]
        self.first = default_place(served.questions, served.corpus)
        slugs = {place.slug: place.iri for place in self.places}
        chosen = next((place.slug for place in self.places if place.iri == self.first), "")
        self.layout = Files(slugs, chosen, {(day, layer) for day in self.days for layer in LAYERS})

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The path and the bytes of each file."""
        self.progress("scripts, styles and data")
        yield from self._assets()
        for language in LANGUAGES:
            self.progress(f"pages in {language}: lists and questions")
            yield from self._lists(language)
            self.progress(f"pages in {language}: {len(self.days) * len(LAYERS)} maps")
            yield from self._maps(language)
            things = list(every_thing(self.served.corpus))
            self.progress(f"pages in {language}: {len(things)} things")
            for iri in things:
                text = page_of(self._desk(language, address_of(iri)), iri)
                if text is not None:
                    yield self._page(View(language).to(address_of(iri)), text)
        self.progress("things as RDF")
        yield from self._rdf()

    def _desk(self, language: str, here: str) -> Desk:
        return Desk(self.served.corpus, View(language, here, (), True), self.evidence)

    def _page(self, address: str, text: str) -> tuple[str, bytes]:
        file, _ = self.layout.file_of(address)
        return file, self.layout.led(text, file).encode()

    def _assets(self) -> Iterator[tuple[str, bytes]]:
        yield "style.css", STYLE.read_bytes()
        yield "icon.svg", ICON.read_bytes()
        for name in sorted(front_files()):
            yield f"front/{name}", (FRONT / name).read_bytes()
        for form in DUMPS:
            yield f"everything.{form}", self._job(write_everything, form=form)
        yield "dataset.jsonld", json.dumps(describe(self._desk("en", "/dataset"), self.base), ensure_ascii=False, indent=1).encode()
        if self.base:
            yield "sitemap.xml", sitemap(self.served.corpus, self.served.questions, lambda path: f"{self.base}/{self.layout.file_of(path)[0]}").encode()
        more = f"Sitemap: {self.base}/sitemap.xml\n" if self.base else ""
        yield "robots.txt", f"User-agent: *\nAllow: /\n{more}".encode()
        for name in self.served.questions:
            for shape in ROWS:
                if shape != HTML:
                    yield f"queries/{name}.{shape.name}", self._job(answer, name=name, values={}, choice=Choice(shape, shape.media_type), language="en")
            yield f"queries/{name}.rq", self._job(answer, name=name, values={}, choice=None, language="en")

    def _lists(self, language: str) -> Iterator[tuple[str, bytes]]:
        questions = self.served.questions
        view = View(language, "/", (), True)
        lists: dict[str, Callable[[Desk], str]] = {
            "/documents": documents_page,
            "/agreements": agreements_page,
            "/dataset": lambda desk: dataset_page(desk, self.base),
            "/queries": lambda desk: questions_page(desk, questions),
            "/licences": lambda desk: licences_page(desk.view),
            "/sparql": lambda desk: sparql_page(desk.view, questions, 0),
            "/ontology/": lambda desk: page_of(desk, TG) or "",
        }
        for path, make in lists.items():
            yield self._page(view.to(path), make(self._desk(language, path)))
        for name, question in questions.items():
            yield self._page(view.to(f"/queries/{name}"), question_page(self._desk(language, f"/queries/{name}"), question, {}))

    def _maps(self, language: str) -> Iterator[tuple[str, bytes]]:
        corpus, questions = self.served.corpus, self.served.questions
        view = View(language, "/", (), True)
        yield self._page(view.to("/"), home(corpus, questions, language, {}, True))
        for day in self.days:
            for layer in LAYERS:
                yield self._page(view.to("/", date=day, layer=layer), home(corpus, questions, language, {"date": day, "layer": layer}, True))
        data = geography(corpus, view, default_day(questions, corpus))
        yield self.layout.file_of(view.to("/map.json"))[0], data.encode()
        for place in self.places:
            address = view.to("/dossier", iri=place.iri)
            text = panel(corpus, view, place.iri, "", Dossier(corpus, self.evidence, view, place.iri))
            file, _ = self.layout.file_of(address)
            yield file, self.layout.led(text, file).encode()

    def _rdf(self) -> Iterator[tuple[str, bytes]]:
        for iri in [TG, *every_thing(self.served.corpus)]:
            for form in FORMS.values():
                yield f"{address_of(iri).strip('/')}.{form.name}", self._job(tell, readings=[(iri, Choice(form, form.media_type))], language="en")

    def _job(self, job: Callable[..., None], **arguments: object) -> bytes:
        memory = Memory()
        job(self.served, memory, **arguments)
        return bytes(memory.body)
