"""Addresses of a site as files in a folder: which file an address is, and how one file leads to another."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from treatygraph.namespaces import ID

__all__ = ["Files"]

LINK = re.compile(r'(?P<name>\s(?:href|src|action|data-geography|data-dossier|data-query|data-endpoint|data-local))="(?P<address>/[^"]*)"')
FOLDERS = {"/", "/queries", "/ontology/"}  # addresses that have others below them
KEPT = ("date", "island", "layer", "saved")  # parameters that a script reads from the address of a file


class Files:
    """The files of one site.

    Args:
        places: of each place that the map can show, by how an address names it, its IRI.
        chosen: the place that the first page shows.
        drawn: the days and layers whose maps are drawn beforehand.
    """

    def __init__(self, places: Mapping[str, str], chosen: str, drawn: set[tuple[str, str]]) -> None:
        self._places = places
        self._chosen = chosen
        self._drawn = drawn

    def file_of(self, address: str) -> tuple[str, str]:
        """The path of the file of an address, and what stands after it: parameters for a script, and a fragment."""
        parts = urlsplit(address)
        given = dict(parse_qsl(parts.query))
        language = given.pop("lang", "en")
        folder = "" if language == "en" else f"{language}/"
        path = unquote(parts.path)
        rest = {name: value for name, value in given.items() if name in KEPT}
        if path == "/":
            date, layer, island = (given.get(name, "") for name in ("date", "layer", "island"))
            if island and island != self._chosen and island in self._places:  # without a script, what is said of a place is on its own page
                return f"{folder}{self._places[island].removeprefix(ID).join(('id/', '.html'))}", ""
            file = f"on/{date}-{layer}.html" if (date, layer) in self._drawn else "index.html"
        elif path == "/dossier":
            return f"dossier/{given['iri'].removeprefix(ID)}.{language}.html", ""
        elif path == "/map.json":
            return f"map.{language}.json", ""
        elif path in FOLDERS:
            file = f"{path.strip('/')}/index.html"
        elif _has_suffix(path):
            return path.lstrip("/"), ""
        else:
            file = f"{path.strip('/')}.html"
        query = f"?{urlencode(rest)}" if rest else ""
        return folder + file, query + (f"#{parts.fragment}" if parts.fragment else "")

    def led(self, text: str, file: str) -> str:
        """A page with its links to other pages of the site as links to files."""
        here = posixpath.dirname(file)

        def relative(match: re.Match[str]) -> str:
            address = html.unescape(match["address"])
            if match["name"].strip() == "data-local":
                return f'{match["name"]}="{posixpath.relpath(".", here or ".")}/"'
            target, rest = self.file_of(address)
            return f'{match["name"]}="{html.escape(posixpath.relpath(target, here or ".") + rest)}"'

        return LINK.sub(relative, text)


def _has_suffix(path: str) -> bool:
    return re.search(r"\.(?:css|csv|js|json|jsonld|nq|nt|rdf|rq|svg|trig|tsv|ttl|txt|wasm|xml)$", path) is not None
