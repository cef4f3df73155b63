"""All things of a corpus that have a page."""

from __future__ import annotations

from treatygraph.corpus import Corpus
from treatygraph.namespaces import ID, TG

__all__ = ["every_thing"]


def every_thing(corpus: Corpus) -> list[str]:
    """The individuals of a corpus and the terms of its ontology, by their IRIs."""
    rows = corpus.store.select(
        f"""SELECT DISTINCT ?thing {{ ?thing ?p ?o .
          FILTER(isIRI(?thing) && (STRSTARTS(STR(?thing), '{ID}') || STRSTARTS(STR(?thing), '{TG}'))) }} ORDER BY ?thing"""
    )
    return [thing for (thing,) in rows.texts() if thing and thing != TG]
