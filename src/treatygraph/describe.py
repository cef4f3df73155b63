"""Everything the graph says about one thing, for a reader."""

from __future__ import annotations

from treatygraph.corpus import Corpus
from treatygraph.namespaces import ID, OA, QUERY_PREFIXES, RDF, SKOS, TG, short_name
from treatygraph.results import Source, sources_of
from treatygraph.store import iri_term
from treatygraph.things import Things

__all__ = ["Description", "describe"]

HIDDEN = {RDF + "type", OA + "hasSelector", SKOS + "prefLabel"}


class Description:
    """A thing with its names, its properties, what refers to it, and the sentences behind it.

    Args:
        corpus: the corpus.
        thing: its IRI.
        language: of the labels.

    Attributes:
        iri: of the thing.
        label, kind: of the thing and its class, in the language.
        names: its labels with their language tags.
        facts: of each property by its label, the values as (text, IRI); the IRI is empty for what is no thing.
        sources: the passages and citations that it rests on.
        mentions: of each property by its label, the things that refer to it by it.
    """

    def __init__(self, corpus: Corpus, thing: str, language: str) -> None:
        things = Things(corpus.store)
        node = iri_term(thing)
        labels = corpus.store.select(
            f"{QUERY_PREFIXES} SELECT ?label (LANG(?label) AS ?tag) {{ {node} skos:prefLabel|rdfs:label ?label }} ORDER BY ?tag"
        ).texts()
        outgoing = corpus.store.select(
            f"{QUERY_PREFIXES} SELECT ?property ?value (LANG(?value) AS ?tag) {{ {node} ?property ?value FILTER(!isBlank(?value)) }}"
            " ORDER BY ?property (STR(?value))"
        ).texts()
        incoming = corpus.store.select(
            f"{QUERY_PREFIXES} SELECT ?property ?other {{ ?other ?property {node} FILTER(isIRI(?other)) }} ORDER BY ?property ?other"
        ).texts()
        iris = [value or "" for row in outgoing + incoming for value in row[:2] if (value or "").startswith(("http://", "https://"))]
        shown = things.labels(iris, language)
        evidence = {value or "" for property_, value, _ in outgoing if property_ == TG + "isEvidencedBy"} | (
            {thing} if thing.startswith(ID + "passage/") else set()
        )
        self.iri = thing
        self.language = language
        self.label = things.label(thing, language)
        self.kind = things.kind_label(thing, language)
        self.names = [(text or "", tag or "") for text, tag in labels]
        self.sources: dict[str, Source] = sources_of(corpus, sorted(evidence), language) if evidence else {}
        self.facts: dict[str, list[tuple[str, str]]] = {}
        for property_, value, tag in outgoing:
            if property_ in HIDDEN or value is None or value in self.sources:
                continue
            name = short_name(value)
            text = f"{shown[value]} · {name}" if value.startswith(ID) and shown.get(value, name) != name else shown.get(value, value)
            self.facts.setdefault(shown[property_ or ""], []).append((f"{text} ({tag})" if tag else text, value if value in shown else ""))
        self.mentions: dict[str, list[tuple[str, str]]] = {}
        for property_, other in incoming:
            if other:
                text = f"{shown[other]} · {short_name(other)}" if shown[other] != short_name(other) else shown[other]
                self.mentions.setdefault(shown[property_ or ""], []).append((text, other))

    def text(self) -> str:
        """The description as plain text."""
        lines = [self.label, f"{short_name(self.iri)} · {self.kind}"]
        lines += [f"  {text} ({tag})" for text, tag in self.names]
        lines += _section("What it is", self.facts)
        if self.sources:
            lines += ["", "The sentences behind it", *(f"  {source.in_full()}" for source in self.sources.values())]
        lines += _section("What refers to it", {f"← {name}": values for name, values in self.mentions.items()})
        return "\n".join(lines)


def describe(corpus: Corpus, thing: str, language: str) -> str:
    """A thing as plain text, see `Description`."""
    return Description(corpus, thing, language).text()


def _section(title: str, groups: dict[str, list[tuple[str, str]]]) -> list[str]:
    if not groups:
        return []
    lines = ["", title]
    for name, values in groups.items():
        lines += [f"  {name}: {values[0][0]}"] if len(values) == 1 else [f"  {name}:", *(f"    {value}" for value, _ in values)]
    return lines
