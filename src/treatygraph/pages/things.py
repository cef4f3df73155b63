"""All things of a corpus that have a page."""

from __future__ import annotations

from collections.abc import Iterator

from treatygraph.corpus import Corpus
from treatygraph.namespaces import ID, QUERY_PREFIXES, TG
from treatygraph.remembered import remembered
from treatygraph.store import iri_term

__all__ = ["classes_of_things", "every_thing", "things_of"]

OURS = f"isIRI(?thing) && (STRSTARTS(STR(?thing), '{ID}') || STRSTARTS(STR(?thing), '{TG}'))"


def every_thing(corpus: Corpus) -> Iterator[str]:
    """The individuals of a corpus and the terms of its ontology, by their IRIs, each once, class by class."""
    seen: set[str] = set()
    for cls, _ in classes_of_things(corpus):
        new = [thing for thing in things_of(corpus, cls) if thing not in seen]
        seen.update(new)
        yield from sorted(new)


def classes_of_things(corpus: Corpus) -> list[tuple[str, int]]:
    """The classes of what has a page, with how many things each has, in the order of their IRIs."""
    query = f"{QUERY_PREFIXES} SELECT ?class (COUNT(*) AS ?n) {{ ?thing a ?class FILTER(isIRI(?class)) }} GROUP BY ?class ORDER BY ?class"
    table = remembered(corpus, "classes", lambda: [[value or "" for value in row] for row in corpus.store.select(query).texts()])
    return [(cls, int(count)) for cls, count in table]


def things_of(corpus: Corpus, cls: str, first: int = 0, count: int = 0) -> list[str]:
    """The things of a class that have a page, or a stretch of what the store has of the class, in its own order.

    Args:
        cls: the class by its IRI.
        first, count: the stretch; all where ``count`` is 0.
    """
    part = f"LIMIT {count} OFFSET {first}" if count else ""
    rows = corpus.store.select(f"SELECT ?thing {{ {{ SELECT ?thing {{ ?thing a {iri_term(cls)} }} {part} }} FILTER({OURS}) }}")
    return [thing for (thing,) in rows.texts() if thing and thing != TG]
