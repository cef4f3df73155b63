"""Quotations against the texts they quote, by exact comparison."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path, PurePosixPath

from treatygraph.corpus import Corpus
from treatygraph.errors import TreatyGraphError
from treatygraph.findings import Finding
from treatygraph.namespaces import QUERY_PREFIXES, TG, short_name
from treatygraph.store import iri_term, offset_of

__all__ = ["Evidence", "Passage", "TextVersion", "digest_finding", "nearest_text", "passage_finding", "shortened", "text_name"]


LONGEST = 255  # bytes of a file name, as most file systems have it


class TextVersion:
    """The text of a document as the graph describes it, and as it lies on this machine if it does.

    Attributes:
        iri, document: of the text version and of its document.
        text: the file read as UTF-8 without any change, or None where the file is not here or is another one.
        problem: what is wrong with the file, or an empty string.
    """

    def __init__(self, iri: str, document: str, file_name: str, sha256: str, language: str, folders: Iterable[Path]) -> None:
        self.iri = iri
        self.document = document
        self.file_name = file_name
        self.language = language
        self.text: str | None = None
        self.problem = ""
        name = text_name(file_name)
        if not name:
            self.problem = f"{file_name} is no name of a text: it is very long, leads out of the folder of texts, or has a part that begins with a dot"
            return
        path = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if path is None:
            return
        data = path.read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if found != sha256:
            self.problem = f"the file {file_name} has the SHA-256 {found}, the graph says {sha256}"
        try:
            self.text = data.decode("utf-8")
        except UnicodeDecodeError:
            self.problem = f"the file {file_name} is not UTF-8"


def text_name(file_name: str) -> str:
    """A file name of the graph as a path in the folder of texts; empty where it leads elsewhere, or where no build looks."""
    path = PurePosixPath(file_name)
    wrong = path.is_absolute() or any(part.startswith(".") for part in path.parts) or len(file_name.encode(errors="replace")) > LONGEST
    return "" if wrong else str(path)


class Passage:
    """One quotation with its selectors, as the graph gives them."""

    def __init__(self, iri: str, source: str, exact: str, prefix: str, suffix: str, start: str, end: str, language: str) -> None:
        self.iri = iri
        self.source = source
        self.exact = exact
        self.prefix = prefix
        self.suffix = suffix
        self.language = language
        self.start = offset_of(start)
        self.end = offset_of(end)

    def problem(self, text: str) -> str:
        """What differs from the text, or an empty string: exact comparison, never a search for look-alikes."""
        here = text[self.start : self.end] if 0 <= self.start <= self.end <= len(text) else ""
        if here != self.exact:
            others = [match.start() for match in re.finditer(re.escape(self.exact), text)] if self.exact else []
            if others:
                fitting = [at for at in others if text[:at].endswith(self.prefix) and text[at + len(self.exact) :].startswith(self.suffix)]
                places = ", ".join(f"{at} to {at + len(self.exact)}" for at in fitting or others)
                return f"the quotation does not stand at {self.start} to {self.end}; the same words stand at {places}"
            return f"the quotation does not stand in the text: “{shortened(self.exact)}”; nearest text: “{shortened(nearest_text(self.exact, text))}”"
        if not text[: self.start].endswith(self.prefix):
            return f"the prefix does not stand before the quotation: “{self.prefix}”; there stands “{text[max(0, self.start - len(self.prefix)) : self.start]}”"
        if not text[self.end :].startswith(self.suffix):
            return f"the suffix does not stand after the quotation: “{self.suffix}”; there stands “{text[self.end : self.end + len(self.suffix)]}”"
        return ""


class Evidence:
    """The text versions and passages of a corpus, with the texts that are at hand.

    Args:
        corpus: the corpus.
        texts: a further folder to look for texts in, tried before the corpus's own.
        only: the passages to know of, with their texts; all where it is None.
        document: the one document to know of, with all its texts; all where it is None.
    """

    def __init__(self, corpus: Corpus, texts: Path | None = None, only: Iterable[str] | None = None, document: str | None = None) -> None:
        self._store = corpus.store
        self._only = "" if only is None else f"VALUES ?passage {{ {' '.join(map(iri_term, only))} }}"
        self._document = "" if document is None else f"VALUES ?document {{ {iri_term(document)} }} ?text tg:isVersionOf ?document ."
        self._folders = [*([texts] if texts else []), corpus.layout.texts]

    @cached_property
    def texts(self) -> dict[str, TextVersion]:
        some = f"{{ SELECT DISTINCT ?text {{ {self._only} ?passage oa:hasSource ?text }} }}" if self._only else self._document
        rows = self._store.select(
            f"{QUERY_PREFIXES} SELECT ?text ?document ?file ?sha ?language {{ {some} ?text tg:fileName ?file ; tg:isVersionOf ?document ."
            " OPTIONAL { ?text tg:sha256 ?sha } OPTIONAL { ?text dcterms:language ?language } } ORDER BY ?text"
        )
        return {
            text: TextVersion(text, document, file, sha or "", language or "", self._folders)
            for text, document, file, sha, language in rows.texts()
            if text and document and file
        }

    @cached_property
    def passages(self) -> list[Passage]:
        """All passages that have both selectors whole; SHACL reports the others.

        Ordered by numbers alone, whatever was written: Oxigraph 0.5 has no total order of numbers and other literals, and aborts.
        """
        some = f"VALUES ?source {{ {' '.join(map(iri_term, self.texts))} }}" if self._document else self._only
        rows = self._store.select(
            f"""{QUERY_PREFIXES} SELECT ?passage ?source ?exact ?prefix ?suffix ?start ?end (LANG(?exact) AS ?language) {{
              {some} ?passage oa:hasSource ?source ; oa:hasSelector ?quote , ?position .
              ?quote oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix .
              ?position oa:start ?start ; oa:end ?end .
            }} ORDER BY ?source (xsd:integer(?start)) (xsd:integer(?end)) ?passage"""
        )
        return [Passage(*(value or "" for value in row)) for row in rows.texts()]

    def findings(self) -> list[Finding]:
        """Every text with a wrong digest and every passage that its text does not bear out."""
        found = []
        for version in self.texts.values():
            if version.problem:
                found.append(digest_finding(version))
        users = self._users()
        for passage in self.passages:
            source = self.texts.get(passage.source)
            if finding := passage_finding(passage, source, users.get(passage.iri, ())):
                found.append(finding)
        return found

    def unverifiable(self) -> dict[str, int]:
        """The documents whose text is not here, with how many quotations of each cannot be checked."""
        missing = {iri for iri, version in self.texts.items() if version.text is None and not version.problem}
        counts: dict[str, int] = {}
        for passage in self.passages:
            if passage.source in missing:
                document = self.texts[passage.source].document
                counts[document] = counts.get(document, 0) + 1
        return counts

    def _users(self) -> dict[str, list[str]]:
        users: dict[str, list[str]] = {}
        for thing, passage in self._store.select(
            f"{QUERY_PREFIXES} SELECT ?thing ?passage {{ {self._only} ?thing tg:isEvidencedBy ?passage }} ORDER BY ?thing"
        ).texts():
            if thing and passage:
                users.setdefault(passage, []).append(thing)
        return users

    def text_of(self, document: str) -> TextVersion:
        """The text version of a document that is at hand.

        Raises:
            TreatyGraphError: its text is not here.
        """
        versions = [version for version in self.texts.values() if document in (version.document, version.iri)]
        for version in versions:
            if version.text is not None:
                return version
        names = ", ".join(version.file_name for version in versions) or "a text version"
        raise TreatyGraphError(f"The text of {short_name(document)} is not here.", f"Give a folder that has {names} with --texts DIR.")


def digest_finding(version: TextVersion) -> Finding:
    """The finding for a text version whose file is not what the graph says."""
    mend = "Put the original file back, or describe the new one as a text version of its own."
    return Finding("error", "digest", version.iri, version.problem, mend, TG + "sha256")


def passage_finding(passage: Passage, source: TextVersion | None, users: Iterable[str]) -> Finding | None:
    """The finding for a passage that its text does not bear out, or None.

    Args:
        source: its text version, None where the graph describes none.
        users: what the passage proves.
    """
    if source is None:
        message, mend = "quotes a text version that the graph does not describe", "Declare the text version with its file name and digest."
        return Finding("error", "quotation", passage.iri, message, mend, passage.source)
    if source.text is None or not (problem := passage.problem(source.text)):
        return None
    claims = ", ".join(short_name(user) for user in users) or "nothing"
    message = f"in {short_name(source.document)}, {problem}; it proves {claims}"
    return Finding(
        "error", "quotation", passage.iri, message, 'Quote the text as it stands; treatygraph quote DOCUMENT "words" prints the passage.', passage.exact
    )


def shortened(words: str, limit: int = 160) -> str:
    """Words on one line, cut where they are longer than the limit."""
    words = " ".join(words.split())
    return words if len(words) <= limit else f"{words[: limit - 1]}…"


def nearest_text(words: str, text: str) -> str:
    """The stretch of the text that shares the longest run with the words, cut to their length."""
    from difflib import SequenceMatcher

    match = SequenceMatcher(None, words, text, autojunk=False).find_longest_match()
    start = max(0, match.b - match.a)
    return text[start : start + len(words)]
