"""The things of a graph by their names: from what a person types to an IRI, and from an IRI to a label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import partial

from treatygraph.errors import UsageError, nearest
from treatygraph.namespaces import ID, LABELS, PREFIXES, QUERY_PREFIXES, TG, XSD, short_name
from treatygraph.store import Graph, iri_term, literal_term

__all__ = ["LANGUAGES", "Things", "fold"]

LANGUAGES = ("en", "ru", "ja")
MOST_COMPARED = 5000  # names that a mistyped one is compared with
SLIPS = 3  # letters by which it may be longer or shorter, where there are more names than that
KANA_MARKS = "\u3099\u309a"  # the voicing marks of Japanese make other letters, not accents
SLUG = re.compile(r"[a-z0-9-]+")
WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
NAMES = f"{LABELS}|skos:altLabel|(^tg:isNameOf/skosxl:literalForm)"


def fold(name: str) -> str:
    """A name with case, accents and dashes ignored, so that Kōno is Kono, and Хрущёв is Хрущев."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char) or char in KANA_MARKS)
    return " ".join(unicodedata.normalize("NFKC", plain).replace("–", "-").replace("‑", "-").split())


class Things:
    """Names and labels of one graph."""

    def __init__(self, store: Graph) -> None:
        self._store = store

    def find(self, name: str, kind: str | None = None) -> str:
        """The IRI that a person means.

        Args:
            name: an IRI, a short name (``island:shikotan``), a slug (``shikotan``), a term (``tg:Island``), or any
                name of the thing in any language. What is written just so comes before what differs in case or accents.
            kind: the IRI of a class that the thing has to be an instance of, or None for any.

        Raises:
            UsageError: nothing, or more than one thing, has that name; the message names the nearest.
        """
        asked = name.strip().removeprefix("<").removesuffix(">")
        candidates: list[str] = []
        fitting: list[str] = []
        for look in (self._by_iri, self._by_exact_name, partial(self._by_name, kind=kind)):  # the last looks at many names, and is asked last
            candidates = look(asked) or candidates
            fitting = [iri for iri in candidates if kind is None or self._is_a(iri, kind)]
            if fitting or (candidates and look == self._by_iri):
                break
        if len(fitting) == 1:
            return fitting[0]
        if len(fitting) > 1:
            raise UsageError(f"'{name}' may mean {' or '.join(short_name(iri) for iri in fitting)}.", "Say which.")
        wanted = f" of the kind {self.label(kind)}" if kind else ""
        if candidates:
            found = ", ".join(short_name(iri) for iri in candidates)
            raise UsageError(f"'{name}' ({found}) is not a thing{wanted}.", self._suggestion(asked, kind))
        raise UsageError(f"Nothing{wanted} is named '{name}'.", self._suggestion(asked, kind))

    def _by_iri(self, asked: str) -> list[str]:
        iris = [asked] if asked.startswith(("http://", "https://", "urn:")) else []
        prefix, colon, local = asked.partition(":")
        if colon and not iris:
            iris = [PREFIXES[prefix] + local] if prefix in PREFIXES else [f"{ID}{prefix}/{local}"]
        return [iri for iri in iris if self._is_known(iri)]

    def _is_known(self, iri: str) -> bool:
        try:
            return self._store.ask(f"ASK {{ {iri_term(iri)} ?p ?o }}")
        except UsageError:
            return False

    def _by_exact_name(self, asked: str) -> list[str]:
        """The things with just this name in a language of the house, or with this slug under a kind that the ontology names."""
        written = literal_term(asked, f"{XSD}string")
        names = " ".join([written, *(f"{written}@{language}" for language in LANGUAGES)])
        named = f"VALUES ?name {{ {names} }} ?thing {NAMES} ?name FILTER(isIRI(?thing)) MINUS {{ ?thing a tg:Name }}"
        rows = self._store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?thing {{ {named} }}").texts()
        if SLUG.fullmatch(asked):
            kinds = self._store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?kind {{ ?kind a owl:Class FILTER(STRSTARTS(STR(?kind), '{TG}')) }}").texts()
            words = [WORD.sub("-", (kind or "").removeprefix(TG)).lower().split("-") for (kind,) in kinds]  # a TreatyEvent may be event:, too
            spans = {"-".join(of[start:end]) for of in words for start in range(len(of)) for end in range(start + 1, len(of) + 1)}
            terms = " ".join(iri_term(f"{ID}{span}/{asked}") for span in sorted(spans))
            rows += self._store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?thing {{ VALUES ?thing {{ {terms} }} ?thing {NAMES} ?name }}").texts()
        return sorted({thing for (thing,) in rows if thing})

    def _by_name(self, asked: str, kind: str | None = None) -> list[str]:
        wanted = fold(asked)
        slug = wanted.replace(" ", "-")
        found = {iri for iri, name in self._names(kind) if fold(name) == wanted or iri.rpartition("/")[2] == slug}
        return sorted(found)

    def _names(self, kind: str | None = None) -> list[tuple[str, str]]:
        instance = f"?thing a/rdfs:subClassOf* {iri_term(kind)} ." if kind else ""
        rows = self._store.select(
            f"{QUERY_PREFIXES} SELECT DISTINCT ?thing ?name {{ {instance} ?thing {NAMES} ?name FILTER(isIRI(?thing)) MINUS {{ ?thing a tg:Name }} }}"
        )
        return [(thing, name) for thing, name in rows.texts() if thing and name]

    def _is_a(self, iri: str, kind: str) -> bool:
        return self._store.ask(f"{QUERY_PREFIXES} ASK {{ {iri_term(iri)} a/rdfs:subClassOf* {iri_term(kind)} }}")

    def _suggestion(self, asked: str, kind: str | None) -> str:
        names = self._names(kind)
        if len(names) > MOST_COMPARED:  # comparing takes a tenth of a millisecond each
            first, length = fold(asked)[:1], len(asked)
            names = [(iri, name) for iri, name in names if fold(name)[:1] == first and abs(len(name) - length) <= SLIPS][:MOST_COMPARED]
        return nearest(asked, {name for _, name in names}) or nearest(asked, {iri.rpartition("/")[2] for iri, _ in names})

    def label(self, iri: str, language: str = "en") -> str:
        """The label of one thing, see `labels`."""
        return self.labels([iri], language)[iri]

    def labels(self, iris: Iterable[str], language: str = "en") -> dict[str, str]:
        """The labels of things: in the language, else in English, else in any; of a name as attested its form; else the short name."""
        wanted = list(dict.fromkeys(iris))
        if not wanted:  # a query for nothing would look through everything
            return {}
        best = self._best(wanted, LABELS, language)
        unlabelled = [iri for iri in wanted if iri not in best]
        forms = self._best(unlabelled, "skosxl:literalForm", language) if unlabelled else {}
        return {iri: best.get(iri) or forms.get(iri) or short_name(iri) for iri in wanted}

    def _best(self, iris: list[str], path: str, language: str) -> dict[str, str]:
        """Of each thing that has any, its text on a property path: in the language, else in English, else in any."""
        terms = " ".join(iri_term(iri) for iri in iris)
        order = {language: 0, "en": 1}
        rows = self._store.select(f"{QUERY_PREFIXES} SELECT ?thing ?label (LANG(?label) AS ?lang) {{ VALUES ?thing {{ {terms} }} ?thing {path} ?label }}")
        best: dict[str, tuple[int, str]] = {}
        for thing, label, tag in rows.texts():
            rank = (order.get(tag or "", 2), label or "")
            if thing and (thing not in best or rank < best[thing]):
                best[thing] = rank
        return {iri: label for iri, (_, label) in best.items()}

    def kind_label(self, iri: str, language: str = "en") -> str:
        """The label of the most specific class of a thing, or an empty string."""
        return self.kind_labels([iri], language).get(iri, "")

    def kind_labels(self, iris: Iterable[str], language: str = "en") -> dict[str, str]:
        """The labels of the most specific classes of things; the same from the asserted graph and from a closed one."""
        terms = " ".join(iri_term(iri) for iri in dict.fromkeys(iris))
        rows = self._store.select(
            f"""{QUERY_PREFIXES} SELECT DISTINCT ?thing ?class {{ VALUES ?thing {{ {terms} }} ?thing a ?class FILTER(STRSTARTS(STR(?class), '{TG}'))
              MINUS {{ VALUES ?thing {{ {terms} }} ?thing a ?narrower . ?narrower rdfs:subClassOf+ ?class FILTER(?narrower != ?class) }}
            }} ORDER BY ?thing ?class"""
        )
        classes: dict[str, list[str]] = {}
        for thing, cls in rows.texts():
            classes.setdefault(thing or "", []).append(cls or "")
        labels = self.labels([cls for found in classes.values() for cls in found], language)
        return {thing: ", ".join(labels[cls] for cls in found) for thing, found in classes.items()}
