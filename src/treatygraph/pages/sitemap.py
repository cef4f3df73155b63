"""The addresses of all pages, for those who collect them: in one file, or in an index of several where there are many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape

from treatygraph.corpus import Corpus
from treatygraph.namespaces import SITEMAP
from treatygraph.pages.things import classes_of_things, every_thing, things_of
from treatygraph.questions import Question
from treatygraph.web.addresses import address_of
from treatygraph.web.refusals import Refused

__all__ = ["MOST", "SITEMAPS", "addresses", "maps_of", "sitemap", "sitemap_part"]

MOST = 50_000  # addresses of one file (sitemaps.org, protocol 0.9)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAPS = "/sitemap-{number}.xml"
LISTS = ("/", "/queries", "/documents", "/agreements", "/ontology/", "/dataset")

Place = Callable[[str], str]  # the whole address of a path of the site


def sitemap(corpus: Corpus, questions: Mapping[str, Question], place: Place) -> str:
    """The site map, or the index of its parts."""
    parts = maps_of(corpus)
    if sum(count for _, _, count in parts) <= MOST:
        return addresses([*_lists(questions), *map(address_of, every_thing(corpus))], place)
    files = [place(SITEMAPS.replace("{number}", str(number))) for number in range(len(parts) + 1)]
    entries = [f"<sitemap><loc>{escape(file)}</loc></sitemap>" for file in files]
    return "\n".join([f'{HEAD}<sitemapindex xmlns="{SITEMAP}">', *entries, "</sitemapindex>\n"])


def maps_of(corpus: Corpus) -> list[tuple[str, int, int]]:
    """The parts of a site map, each some things of one class: the class, the number of the first, and how many."""
    classes = classes_of_things(corpus)
    return [(cls, first, min(MOST, count - first)) for cls, count in classes for first in range(0, count, MOST)]


def sitemap_part(corpus: Corpus, questions: Mapping[str, Question], number: int, place: Place) -> str:
    """One part: the lists and questions (0), or some things of a class.

    Raises:
        Refused: there is no part of this number.
    """
    if number == 0:
        return addresses(_lists(questions), place)
    parts = maps_of(corpus)
    if number > len(parts):
        raise Refused(404, f"There is no part {number} of the site map.", "They are listed in /sitemap.xml.")
    cls, first, count = parts[number - 1]
    return addresses(map(address_of, things_of(corpus, cls, first, count)), place)


def addresses(paths: Iterable[str], place: Place) -> str:
    """A site map of some paths."""
    lines = [f"<url><loc>{escape(place(path))}</loc></url>" for path in paths]
    return "\n".join([f'{HEAD}<urlset xmlns="{SITEMAP}">', *lines, "</urlset>\n"])


def _lists(questions: Mapping[str, Question]) -> list[str]:
    return [*LISTS, *(f"/queries/{name}" for name in questions)]
