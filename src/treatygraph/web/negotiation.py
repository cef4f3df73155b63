"""Which representation a client gets: by the Accept header, by the suffix of an address, or by a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from treatygraph.errors import UsageError, nearest

__all__ = ["BOOLEAN", "GRAPH", "HTML", "ROWS", "Choice", "Form", "by_name", "by_suffix", "choose", "prefers_html"]

Q_VALUE = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")  # RFC 9110, section 12.4.2
RANGE = re.compile(r"\s*([!#$%&'*+.^_`|~\w-]+)/([!#$%&'*+.^_`|~\w-]+)\s*\Z", re.ASCII)  # RFC 9110, section 12.5.1


@dataclass(frozen=True)
class Form:
    """A representation: its short name, which is also its suffix, its title, its media type, other media types and names for it."""

    name: str
    title: str
    media_type: str
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def suffixes(self) -> tuple[str, ...]:
        return (self.name, *self.names)


@dataclass(frozen=True)
class Choice:
    """A form together with the media type under which the client asked for it."""

    form: Form
    media_type: str

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


JSON = Form("json", "JSON", "application/sparql-results+json", ("application/json",), ("srj",))
XML = Form("xml", "XML", "application/sparql-results+xml", ("application/xml", "text/xml"), ("srx",))
CSV = Form("csv", "CSV", "text/csv")
TSV = Form("tsv", "TSV", "text/tab-separated-values")
HTML = Form("html", "HTML", "text/html", ("application/xhtml+xml",))
TURTLE = Form("ttl", "Turtle", "text/turtle", ("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"), ("turtle", "n3"))
N_TRIPLES = Form("nt", "N-Triples", "application/n-triples", ("text/plain",), ("ntriples", "n-triples"))
RDF_XML = Form("rdf", "RDF/XML", "application/rdf+xml", ("application/xml", "text/xml"), ("owl", "xml", "rdf+xml", "rdfxml"))
JSON_LD = Form("jsonld", "JSON-LD", "application/ld+json", ("application/json", "application/x-json+ld"), ("json-ld", "json"))

# In the order of the server: the first is what a client gets that accepts anything.
ROWS = (JSON, XML, CSV, TSV, HTML)
BOOLEAN = (JSON, XML, HTML, CSV, TSV)
GRAPH = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, HTML)


def _split(text: str, mark: str) -> list[str]:
    """The parts of a header between marks, of which those inside quotes part nothing (RFC 9110, section 5.6.4).

    Character by character: a regular expression takes minutes for some headers of 60 kB.
    """
    if '"' not in text:
        return text.split(mark)
    parts, start, quoted, escaped = [], 0, False, False
    for place, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == mark and not quoted:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _ranges(accept: str) -> list[tuple[str, str, float]]:
    """The media ranges of an Accept header with their q values; what is malformed is left out."""
    found = []
    for part in _split(accept, ","):
        media, *parameters = _split(part, ";")
        match = RANGE.match(media)
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                quality = float(value) if Q_VALUE.match(value := value.strip()) else -1.0
                break
        if match and quality >= 0 and (match[1] != "*" or match[2] == "*"):
            found.append((match[1].lower(), match[2].lower(), quality))
    return found


def _quality(media_type: str, ranges: list[tuple[str, str, float]]) -> tuple[float, int]:
    """The q value that the most specific range gives to a media type, and how specific that range is (RFC 9110, section 12.5.1)."""
    kind, _, subtype = media_type.partition("/")
    best = (-1, 0.0)
    for range_kind, range_subtype, quality in ranges:
        specificity = 2 if (range_kind, range_subtype) == (kind, subtype) else 1 if (range_kind, range_subtype) == (kind, "*") else 0
        if specificity or range_kind == "*":
            best = max(best, (specificity, quality))
    return best[1], best[0]


def choose(accept: str | None, offered: Sequence[Form]) -> Choice | None:
    """The form that a client likes best among those offered, or None where it accepts none of them.

    Among forms of the same q value one that is named goes before one that only a wildcard lets in, so that a client that
    asks for ``application/rdf+xml, */*`` gets RDF/XML; then the order of the server decides. Parameters of a media type
    (charset, header) are no reason to refuse it.

    Args:
        accept: the value of the Accept header; None or empty accepts anything.
        offered: the forms, in the order of the server.
    """
    ranges = _ranges(accept) if accept and accept.strip() else [("*", "*", 1.0)]
    candidates = []
    for order, form in enumerate(offered):
        for second, media_type in enumerate((form.media_type, *form.aliases)):
            quality, specificity = _quality(media_type, ranges)
            if quality > 0 and not (second and specificity < 2):  # an alias has to be asked for by its name
                candidates.append(((-quality, -specificity, order, second), Choice(form, media_type)))
    return min(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def prefers_html(accept: str | None) -> bool:
    """Whether a client would rather read HTML than plain text: a browser."""
    choice = choose(accept, (Form("txt", "text", "text/plain"), HTML))
    return choice is not None and choice.form == HTML


def by_suffix(path: str, offered: Iterable[Form]) -> tuple[str, Choice | None]:
    """A path without its suffix, and the form that the suffix asks for; the path as it is where it has none that is known."""
    stem, dot, suffix = path.rpartition(".")
    if dot and stem and not stem.endswith("/"):
        for form in offered:
            if suffix.lower() in form.suffixes:
                return stem, Choice(form, form.media_type)
    return path, None


def by_name(name: str, offered: Sequence[Form]) -> Choice | None:
    """The form that a person names (``csv``, ``turtle``, or media types), or None where it is a form of another kind of answer.

    Raises:
        UsageError: no kind of answer has a form of that name.
    """
    wanted = name.strip().lower()
    if "/" in wanted:
        return choose(wanted, offered)
    for form in offered:
        if wanted in form.suffixes:
            return Choice(form, form.media_type)
    everything = {known for form in {*ROWS, *GRAPH} for known in form.suffixes}
    if wanted in everything:
        return None
    raise UsageError(f"There is no format '{name}'.", nearest(name, everything) or f"Formats: {', '.join(form.name for form in offered)}.")
