"""Passages to paste: words of a document looked for in its text and written as Turtle."""

from __future__ import annotations

import re

from treatygraph.corpus import Corpus
from treatygraph.errors import UsageError, nearest
from treatygraph.evidence import TextVersion, nearest_text, shortened
from treatygraph.namespaces import ID, QUERY_PREFIXES, TG, short_name
from treatygraph.things import Things
from treatygraph.writer import quoted

__all__ = ["find_document", "quote"]

SHOWN_OCCURRENCES = 6
SHOWN_DOCUMENTS = 20
CONTEXT = 32  # code points of prefix and suffix


def quote(version: TextVersion, words: str, slug: str | None = None, occurrence: int | None = None) -> str:
    """The passage of some words in Turtle, ready to paste.

    Args:
        version: a text version whose text is at hand.
        words: copied from the text; white space may differ.
        slug: for the IRI of the passage; made from the first words where None.
        occurrence: which one, counted from 1, where the words stand more than once.

    Raises:
        UsageError: the words do not stand in the text, or more than once.
    """
    if not words.strip():
        raise UsageError("There are no words to quote.", "Copy some from the document.")
    text = version.text or ""
    pattern = r"\s+".join(re.escape(part) for part in words.split())
    found = list(re.finditer(pattern, text)) if pattern else []
    if not found:
        raise UsageError(f"These words do not stand in {version.file_name}.", f"Nearest text: “{shortened(nearest_text(words, text), 200)}”")
    if occurrence is None and len(found) > 1:
        places = "; ".join(
            f"{number}: …{shortened(text[max(0, match.start() - 30) : match.end() + 30], 120)}…" for number, match in enumerate(found[:SHOWN_OCCURRENCES], 1)
        )
        raise UsageError(f"These words stand {len(found)} times in {version.file_name}.", f"Say which with --occurrence. {places}")
    if occurrence is not None and not 1 <= occurrence <= len(found):
        raise UsageError(f"There is no occurrence {occurrence}; the words stand {len(found)} time(s).")
    start, end = found[(occurrence or 1) - 1].span()
    name = version.iri.rpartition("/")[2]
    slug = slug or f"{name}-{_slug(text[start:end]) or start}"
    tag = version.language or "und"

    def literal(value: str) -> str:
        return f"{quoted(value)}@{tag}"

    return (
        f"passage:{slug} a tg:Passage ;\n"
        f"    oa:hasSelector [\n            a oa:TextPositionSelector ;\n            oa:end {end} ;\n            oa:start {start}\n        ] ,\n"
        f"        [\n            a oa:TextQuoteSelector ;\n            oa:exact {literal(text[start:end])} ;\n"
        f"            oa:prefix {literal(text[max(0, start - CONTEXT) : start])} ;\n            oa:suffix {literal(text[end : end + CONTEXT])}\n        ] ;\n"
        f"    oa:hasSource {short_name(version.iri)} .\n"
    )


def find_document(corpus: Corpus, name: str) -> str:
    """The document that a person names by its title, slug, IRI or file name; no text is read for it.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    things = Things(corpus.store)
    if re.fullmatch(r"[\w-]+", name) and corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ <{ID}document/{name}> a/rdfs:subClassOf* tg:Document }}"):
        return f"{ID}document/{name}"
    rows = corpus.store.select(f"{QUERY_PREFIXES} SELECT ?text ?document ?file {{ ?text tg:fileName ?file ; tg:isVersionOf ?document }} ORDER BY ?text").texts()
    versions = [(text or "", document or "", file or "") for text, document, file in rows]
    for _, document, file in versions:
        if name in (file, file.rpartition(".")[0]):
            return document
    try:
        found = things.find(name, TG + "Document")
    except UsageError:
        texts = {text.rpartition("/")[2]: document for text, document, _ in versions}
        if name in texts:
            return texts[name]
        known = nearest(name, texts) or f"Documents with a text: {', '.join(list(texts)[:SHOWN_DOCUMENTS])}{', ...' if len(texts) > SHOWN_DOCUMENTS else ''}."
        raise UsageError(f"There is no document '{name}'.", known) from None
    return found


def _slug(words: str) -> str:
    ascii_words = re.findall(r"[a-z0-9]+", words.casefold())
    return "-".join(ascii_words[:5])
