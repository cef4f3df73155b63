"""Everything the graph says about one thing, for a reader."""

from __future__ import annotations

from treatygraph.corpus import Corpus
from treatygraph.namespaces import ID, OA, QUERY_PREFIXES, RDF, SKOS, TG, short_name
from treatygraph.results import sources_of
from treatygraph.store import iri_term
from treatygraph.things import Things

__all__ = ["describe"]

HIDDEN = {RDF + "type", OA + "hasSelector", SKOS + "prefLabel"}


def describe(corpus: Corpus, thing: str, language: str) -> str:
    """A thing with its names, its properties, what refers to it, and the sentences behind it, as plain text.

    Args:
        corpus: the corpus.
        thing: its IRI.
        language: of the labels.
    """
    things = Things(corpus.store)
    node = iri_term(thing)
    labels = [
        (label or "", tag or "")
        for label, tag in corpus.store.select(
            f"{QUERY_PREFIXES} SELECT ?label (LANG(?label) AS ?tag) {{ {node} skos:prefLabel|rdfs:label ?label }} ORDER BY ?tag"
        ).texts()
    ]
    outgoing = corpus.store.select(
        f"{QUERY_PREFIXES} SELECT ?property ?value (LANG(?value) AS ?tag) {{ {node} ?property ?value FILTER(!isBlank(?value)) }} ORDER BY ?property ?value"
    ).texts()
    incoming = corpus.store.select(
        f"{QUERY_PREFIXES} SELECT ?property ?other {{ ?other ?property {node} FILTER(isIRI(?other)) }} ORDER BY ?property ?other"
    ).texts()
    iris = [value or "" for row in outgoing + incoming for value in row[:2] if (value or "").startswith(("http://", "https://"))]
    shown = things.labels(iris, language)
    evidence = {value or "" for property_, value, _ in outgoing if property_ == TG + "isEvidencedBy"} | (
        {thing} if thing.startswith(ID + "passage/") else set()
    )
    sources = sources_of(corpus, sorted(evidence), language) if evidence else {}

    lines = [things.label(thing, language), f"{short_name(thing)} · {things.kind_label(thing, language)}"]
    lines += [f"  {text} ({tag})" for text, tag in labels]
    groups: dict[str, list[str]] = {}
    for property_, value, tag in outgoing:
        if property_ in HIDDEN or value is None or value in sources:
            continue
        name = short_name(value)
        text = f"{shown[value]} · {name}" if value.startswith(ID) and shown.get(value, name) != name else shown.get(value, value)
        groups.setdefault(shown[property_ or ""], []).append(f"{text} ({tag})" if tag else text)
    lines += _section("What it is", groups)
    if sources:
        lines += ["", "The sentences behind it", *(f"  {source.in_full()}" for source in sources.values())]
    back: dict[str, list[str]] = {}
    for property_, other in incoming:
        if other:
            back.setdefault(f"← {shown[property_ or '']}", []).append(
                f"{shown[other]} · {short_name(other)}" if shown[other] != short_name(other) else shown[other]
            )
    lines += _section("What refers to it", back)
    return "\n".join(lines)


def _section(title: str, groups: dict[str, list[str]]) -> list[str]:
    if not groups:
        return []
    lines = ["", title]
    for name, values in groups.items():
        lines += [f"  {name}: {values[0]}"] if len(values) == 1 else [f"  {name}:", *(f"    {value}" for value in values)]
    return lines
