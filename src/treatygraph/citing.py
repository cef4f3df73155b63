"""Bibliography entries: what is known of a work in, a citation in some style out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

__all__ = ["STYLES", "Agent", "Work", "bibliography", "pandoc_key"]

LANGUAGES = {"en": "English", "fr": "French", "ja": "Japanese", "ru": "Russian"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LAST_DAYS = ("31", "28", "31", "30", "31", "30", "31", "31", "30", "31", "30", "31")
# Kinds of works as each format calls them: CSL 1.0.2 appendix III, and the entry types of BibTeX 0.99d.
CSL_TYPES = {"article": "article-journal", "part": "chapter", "treaty": "treaty", "dataset": "dataset", "software": "software", "page": "webpage"}
BIBTEX_TYPES = {"article": "article", "part": "incollection"}
CFF_TYPES = {"article": "article", "treaty": "legal-rule", "dataset": "data", "software": "software", "page": "website"}
# The ten characters that TeX reads as its own (The TeXbook, chapter 7); braces and backslash by the commands for them.
TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "&%$#_"},
}


class Agent:
    """An author or a publisher by the name that the corpus has.

    Attributes:
        is_person: whether the name may have a family name in it.
        family: the part of it that is known to be the family name, at its end.
    """

    def __init__(self, name: str, is_person: bool = False, family: str = "") -> None:
        self.name = name
        self.is_person = is_person
        self.family = family

    def parts(self) -> tuple[str, str] | None:
        """Given and family name where they are known, or the form leaves no doubt: initials, and one word after them."""
        if self.family:
            return self.name.removesuffix(self.family).strip(), self.family
        *given, family = self.name.split()
        if self.is_person and given and re.fullmatch(r"\w\.(-?\w\.)*", given[-1]) and len(family) > 2 and not family.endswith("."):
            return " ".join(given), family
        return None


class Work:
    """What is known of a work, nothing of it required but a key and a title.

    Attributes:
        key: for the entry.
        iri: in the corpus, or an empty string.
        kind: ``document``, ``page``, ``article``, ``part`` (of a larger work), ``treaty``, ``dataset`` or ``software``.
        issued: first and last day on which it may have been issued, or two empty strings.
        container, volume, issue, pages: where in a larger work it stands.
        licence: its name, or its address.
        notes: places in it that are cited, and whatever else a reader should know.
    """

    def __init__(
        self,
        key: str,
        title: str,
        kind: str = "document",
        *,
        iri: str = "",
        authors: Iterable[Agent] = (),
        publishers: Iterable[Agent] = (),
        issued: tuple[str, str] = ("", ""),
        container: str = "",
        volume: str = "",
        issue: str = "",
        pages: str = "",
        doi: str = "",
        issn: str = "",
        address: str = "",
        place: str = "",
        language: str = "",
        licence: str = "",
        version: str = "",
        keywords: Iterable[str] = (),
        notes: Iterable[str] = (),
    ) -> None:
        self.key = key
        self.title = title
        self.kind = kind
        self.iri = iri
        self.authors = list(authors)
        self.publishers = list(publishers)
        self.issued = issued
        self.container = container
        self.volume = volume
        self.issue = issue
        self.pages = pages
        self.doi = doi
        self.issn = issn
        self.address = address
        self.place = place
        self.language = language
        self.licence = licence
        self.version = version
        self.keywords = list(keywords)
        self.notes = list(notes)


def bibliography(works: Iterable[Work], style: str) -> str:
    """Works as entries in one of the `STYLES`, in the order of their keys, no key twice."""
    by_key: dict[str, Work] = {}
    for work in sorted(works, key=lambda work: (work.key, work.iri)):
        key = work.key
        while key in by_key:  # two kinds of things may share a slug
            key += "-x"
        work.key = key
        by_key[key] = work
    return STYLES[style](list(by_key.values()))


def pandoc_key(work: Work, place: str) -> str:
    """A citation of a place in a work as Pandoc's Markdown writes it."""
    plain = re.sub(r"[\[\];@|]", " ", place).strip()
    return f"[@{work.key}{', ' if plain else ''}{plain}]"


def _plain(works: list[Work]) -> str:
    return "\n".join(_plain_entry(work) for work in works)


def _plain_entry(work: Work) -> str:
    volume = "" if f"vol. {work.volume}".casefold() in work.container.casefold() else work.volume
    volume = volume if work.kind == "article" or not volume else f"vol. {volume}"
    where = f"{volume}{f' ({work.issue})' if work.issue else ''}{f': {work.pages}' if work.pages else ''}".strip()
    day = _day_shown(work.issued) or "n.d."
    published = ", ".join(part for part in (*(agent.name for agent in work.publishers), work.place, day) if part)
    language = f"In {LANGUAGES.get(work.language, work.language)}" if work.language else ""
    parts = [
        ", ".join(agent.name for agent in work.authors),
        work.title + (f", version {work.version}" if work.version else ""),
        " ".join(part for part in ("In:" if work.kind == "part" else "", work.container, where) if part),
        published,
        f"https://doi.org/{work.doi}" if work.doi else work.address,
        language,
        work.licence,
        *(f"{note[:1].upper()}{note[1:]}" for note in work.notes),
    ]
    return " ".join(part if part.endswith((".", "?", "!", "”")) else f"{part}." for part in parts if part)


def _day_shown(issued: tuple[str, str]) -> str:
    parts = _date_parts(issued)
    return " to ".join("-".join(f"{number:04}" if at == 0 else f"{number:02}" for at, number in enumerate(part)) for part in parts)


def _date_parts(issued: tuple[str, str]) -> list[list[int]]:
    """Year, year and month, or a day, where the two days say no more; else the two days. Empty where nothing is known."""
    first, last = issued
    if not first or not last:
        return [[int(part) for part in day.split("-")] for day in (first or last,) if day]
    begin, end = ([int(part) for part in day.split("-")] for day in (first, last))
    if first == last:
        return [begin]
    if first == f"{first[:4]}-01-01" and last == f"{first[:4]}-12-31":
        return [begin[:1]]
    if first[:7] == last[:7] and begin[2] == 1 and _is_last_day(end):
        return [begin[:2]]
    if first.endswith("-01-01") and last.endswith("-12-31"):
        return [begin[:1], end[:1]]
    return [begin, end]


def _is_last_day(day: list[int]) -> bool:
    year, month, last = day
    leap = month == 2 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return last == int(LAST_DAYS[month - 1]) + leap


def _bibtex(works: list[Work]) -> str:
    """BibTeX in UTF-8, which BibLaTeX and Pandoc read too."""
    return "\n\n".join(_bibtex_entry(work) for work in works)


def _bibtex_entry(work: Work) -> str:
    dates = _date_parts(work.issued)
    single = dates[0] if len(dates) == 1 else []
    fields = {
        "author": " and ".join(_bibtex_name(agent) for agent in work.authors),
        "title": f"{{{_tex(work.title)}}}",  # doubled, for no style may change the case of a title it cannot read
        "journal" if work.kind == "article" else "booktitle": f"{{{_tex(work.container)}}}" if work.container else "",
        "volume": _tex(work.volume),
        "number": _tex(work.issue),
        "pages": _tex(work.pages).replace("-", "--"),
        "year": "/".join(dict.fromkeys(f"{part[0]:04}" for part in dates)),
        "month": MONTHS[single[1] - 1] if len(single) > 1 else "",
        "day": str(single[2]) if len(single) > 2 else "",
        "publisher" if work.kind in BIBTEX_TYPES else "howpublished": " and ".join(f"{{{_tex(agent.name)}}}" for agent in work.publishers),
        "address": _tex(work.place),
        "version": _tex(work.version),
        "issn": _tex(work.issn),
        "doi": work.doi,
        "url": quote(work.address, safe=":/?#[]@!$&'()*+,;=%-._~"),  # raw there: TeX reads none of its own characters in it
        "language": LANGUAGES.get(work.language, work.language),
        "keywords": _tex(", ".join(work.keywords)),
        "note": _tex(". ".join((*((f"Licence {work.licence}",) if work.licence else ()), *work.notes))),
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items() if value]
    return "\n".join([f"@{BIBTEX_TYPES.get(work.kind, 'misc')}{{{work.key},", *lines, "}"])


def _bibtex_name(agent: Agent) -> str:
    parts = agent.parts()
    return f"{{{_tex(parts[1])}}}, {_tex(parts[0])}" if parts else f"{{{_tex(agent.name)}}}"


def _tex(text: str) -> str:
    return "".join(TEX.get(char, char) for char in " ".join(text.split()))


def _csl_json(works: list[Work]) -> str:
    """Items as the CSL-JSON schema of Citation Style Language 1.0.2 has them. Processors take a note that begins with a word
    and a colon for a variable of their own, so none of ours does."""
    return json.dumps([_csl_item(work) for work in works], ensure_ascii=False, indent=2)


def _csl_item(work: Work) -> dict[str, Any]:
    dates = _date_parts(work.issued)
    item = {
        "id": work.key,
        "type": CSL_TYPES.get(work.kind, "document"),
        "author": [_csl_name(agent) for agent in work.authors],
        "title": work.title,
        "container-title": work.container,
        "volume": work.volume,
        "issue": work.issue,
        "page": work.pages,
        "issued": {"date-parts": dates} if dates else {},
        "publisher": "; ".join(agent.name for agent in work.publishers),
        "event-place" if work.kind == "treaty" else "publisher-place": work.place,
        "version": work.version,
        "ISSN": work.issn,
        "DOI": work.doi,
        "URL": work.address,
        "language": work.language,
        "keyword": ", ".join(work.keywords),
        "note": ". ".join((*((f"Licence {work.licence}",) if work.licence else ()), *work.notes)),
    }
    return {name: value for name, value in item.items() if value}


def _csl_name(agent: Agent) -> dict[str, str]:
    parts = agent.parts()
    return {"family": parts[1], "given": parts[0]} if parts else {"literal": agent.name}


def _cff(works: list[Work]) -> str:
    """Entries for ``references`` of a CITATION.cff (Citation File Format 1.2.0). A scalar of JSON is one of YAML."""
    lines = ["references:"]
    for work in works:
        lines += [f"  - {line}" if not at else f"    {line}" for at, line in enumerate(_cff_lines(work))]
    return "\n".join(lines)


def _cff_lines(work: Work) -> list[str]:
    dates = _date_parts(work.issued)
    single = dates[0] if len(dates) == 1 else []
    authors = work.authors or work.publishers or [Agent("anonymous")]  # the format asks for one
    lines = [f"type: {CFF_TYPES.get(work.kind, 'generic')}", f"title: {_yaml(work.title)}", "authors:"]
    for agent in authors:
        parts = agent.parts()
        lines += [f"  - family-names: {_yaml(parts[1])}", f"    given-names: {_yaml(parts[0])}"] if parts else [f"  - name: {_yaml(agent.name)}"]
    fields = {
        "journal" if work.kind == "article" else "collection-title": work.container,
        "volume-title": "" if work.volume.isdecimal() else work.volume,
        "issue": work.issue,
        "version": work.version,
        "doi": work.doi,
        "issn": work.issn.partition(",")[0],
        "url": work.address,
        "notes": ". ".join(work.notes),
    }
    lines += [f"{name}: {_yaml(value)}" for name, value in fields.items() if value]
    first, _, last = work.pages.partition("-")
    lines += [f"{name}: {value}" for name, value in (("volume", work.volume), ("start", first), ("end", last)) if value.isdecimal()]
    if len(single) == 3:
        lines.append(f"date-published: {_yaml(work.issued[0])}")
    elif single:
        lines += [f"year: {single[0]}", *([f"month: {single[1]}"] if len(single) > 1 else [])]
    if work.publishers:
        lines += ["publisher:", f"  name: {_yaml('; '.join(agent.name for agent in work.publishers))}"]
    if work.language:
        lines.append(f"languages: [{work.language}]")
    return lines


def _yaml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


STYLES: dict[str, Callable[[list[Work]], str]] = {"plain": _plain, "bibtex": _bibtex, "csl-json": _csl_json, "cff": _cff}
