"""How much of each document the graph says: the letters that a passage behind an assertion quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from treatygraph.corpus import Corpus
from treatygraph.evidence import Evidence, Passage, TextVersion
from treatygraph.namespaces import QUERY_PREFIXES
from treatygraph.store import iri_term

__all__ = ["Coverage", "coverage_by_document", "coverage_of", "coverage_of_text"]

LONGEST_COUNTED = 600  # code points; a longer passage quotes more than a sentence and counts for nothing
PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n")


def _counts(passage: Passage) -> bool:
    """Whether a passage is short enough to count: within one paragraph, and about a sentence."""
    return passage.end - passage.start <= LONGEST_COUNTED and not PARAGRAPH_BREAK.search(passage.exact)


class Coverage:
    """How much of one text is quoted by passages behind assertions, in letters and digits.

    Attributes:
        letters: of the text without its furniture.
        covered: of these, how many a passage behind an assertion quotes.
        furniture: letters that a furniture passage marks.
        gaps: the stretches (start, end, words) that neither quotes.
        longest: code points of the longest passage that counts.
        uncounted: passages too long to count.
    """

    def __init__(self, document: str, text: str, content: list[Passage], furniture: list[Passage]) -> None:
        self.document = document
        quoted = bytearray(len(text))
        for mark, passages in ((2, furniture), (1, [passage for passage in content if _counts(passage)])):
            for passage in passages:
                quoted[passage.start : passage.end] = bytes([mark]) * (min(passage.end, len(text)) - passage.start)
        letters = [quoted[at] for at, char in enumerate(text) if char.isalnum()]
        self.covered = letters.count(1)
        self.furniture = letters.count(2)
        self.letters = len(letters) - self.furniture
        self.longest = max((passage.end - passage.start for passage in content if _counts(passage)), default=0)
        self.uncounted = sum(1 for passage in content if not _counts(passage))
        self.gaps = [
            (match.start(), match.end(), text[match.start() : match.end()].strip())
            for match in re.finditer(rb"\x00+", bytes(quoted))
            if any(char.isalnum() for char in text[match.start() : match.end()])
        ]

    @property
    def share(self) -> float:
        """Covered letters over letters without furniture, 0 to 1."""
        return self.covered / self.letters if self.letters else 1.0


def coverage_of(corpus: Corpus, evidence: Evidence) -> list[Coverage]:
    """Coverage of every text at hand of which some evidence knows, see `coverage_of_text`."""
    passages: dict[str, list[Passage]] = {}
    for passage in evidence.passages:
        passages.setdefault(passage.source, []).append(passage)
    return [coverage_of_text(corpus, version, passages.get(version.iri, ())) for version in evidence.texts.values() if version.text is not None]


def coverage_of_text(corpus: Corpus, version: TextVersion, passages: Sequence[Passage]) -> Coverage:
    """Coverage of one text that is at hand. Only passages behind instances of tg:Assertion count: a clause or a text witness
    repeats the text, it does not say what the text says.

    Args:
        passages: those of the text.
    """
    text = version.text or ""
    terms = " ".join(iri_term(passage.iri) for passage in passages)
    some = f"VALUES ?passage {{ {terms} }}"
    behind, furniture = set[str | None](), set[str | None]()
    if passages:  # else the queries would look through everything
        rows = corpus.store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?passage ?kind {{ {some} ?thing tg:isEvidencedBy ?passage . ?thing a ?kind }}")
        asserting = {kind for (kind,) in corpus.store.select(f"{QUERY_PREFIXES} SELECT ?kind {{ ?kind rdfs:subClassOf* tg:Assertion }}").texts()}
        behind = {iri for iri, kind in rows.texts() if kind in asserting}
        furniture = {iri for (iri,) in corpus.store.select(f"{QUERY_PREFIXES} SELECT ?passage {{ {some} ?passage a tg:Furniture }}").texts()}
    sound = [passage for passage in passages if not passage.problem(text)]
    content = [passage for passage in sound if passage.iri in behind and passage.iri not in furniture]
    return Coverage(version.document, text, content, [passage for passage in sound if passage.iri in furniture])


def coverage_by_document(corpus: Corpus, texts: Path | None = None, document: str | None = None) -> Iterator[tuple[str, list[Coverage], int]]:
    """Coverage document by document, so that the texts and passages of one are in memory at a time.

    Args:
        corpus: the corpus.
        texts: a further folder to look for texts in.
        document: only this one.

    Yields:
        In the order of the text versions: a document, the coverage of its texts at hand, and how many quotations cannot be
        checked, for their text is not here.
    """
    rows = corpus.store.select(f"{QUERY_PREFIXES} SELECT ?text ?document {{ ?text tg:fileName ?file ; tg:isVersionOf ?document }} ORDER BY ?text").texts()
    for each in dict.fromkeys(of or "" for _, of in rows) if document is None else [document]:
        evidence = Evidence(corpus, texts, document=each)
        yield each, coverage_of(corpus, evidence), sum(evidence.unverifiable().values())
