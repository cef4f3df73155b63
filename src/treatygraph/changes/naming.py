"""What the things of a comparison are called: by their labels in the new side, else in the old one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from treatygraph.changes.comparison import Comparison
from treatygraph.changes.description import About, Nested, Value, iri_of, is_iri, language_of, text_of_value, words_of
from treatygraph.changes.sentences import KNOWN, SENTENCES
from treatygraph.changes.style import Style
from treatygraph.namespaces import ID, OWL, RDF, SH, TG, short_name
from treatygraph.results import Source, sources_of
from treatygraph.things import Things
from treatygraph.typography import quoted

__all__ = ["Names"]

EVIDENCE = {f"{TG}Passage", f"{TG}Citation"}
SHOWN_NODE = 160  # characters of a blank node that is shown whole
BARE = 24  # characters of a text without a language, such as a number of a clause, that needs no quotation marks


class Names:
    """Names in one language and one style.

    Args:
        comparison: whose things are named.
        language: of the labels; English where a thing has none in it.
        style: how they are written.
    """

    def __init__(self, comparison: Comparison, language: str, style: Style) -> None:
        self.style = style
        self._language = language
        self._say = SENTENCES[language]
        self._before, self._after, self._kinds = comparison.before, comparison.after, comparison.kinds
        named = [thing for thing in (*self._after, *(self._before.keys() - self._after.keys())) if not thing.startswith("_:")]
        new, old = (Things(side.corpus.store) for side in (comparison.new, comparison.old))
        self._labels = new.labels(named, language)
        missing = [thing for thing in named if self._labels[thing] == short_name(thing)]
        self._labels |= old.labels(missing, language) if missing else {}
        evidence = [thing for thing in named if self.is_evidence(thing)]
        found = sources_of(comparison.new.corpus, evidence, language) if evidence else {}
        gone = [thing for thing in evidence if thing not in found]
        self._sources: dict[str, Source] = (sources_of(comparison.old.corpus, gone, language) if gone else {}) | found

    def about(self, thing: str) -> About:
        """What is said of a thing, now, else before."""
        return self._after.get(thing) or self._before.get(thing, {})

    def is_evidence(self, thing: str) -> bool:
        classes = self._kinds.specific(self.about(thing))
        return bool({above for cls in classes for above in (cls, *self._kinds.above(cls))} & EVIDENCE)

    def kind(self, thing: str) -> str:
        """The classes of a thing in words."""
        if thing.startswith("queries/"):
            return self._say["saved query"]
        classes = self._kinds.specific(self.about(thing))
        if f"{TG}Document" in classes:
            return self._say["source"]
        telling = [cls for cls in classes if cls != f"{OWL}NamedIndividual"] or classes
        return self.style.words(", ".join(self._label(cls) or self._known(cls) for cls in telling)) or self._say["thing"]

    def label(self, thing: str) -> str:
        """The label of a thing alone, else its short name."""
        if thing.startswith("_:"):
            return self._say["unnamed"].format(kind=self.kind(thing))
        if thing.startswith("queries/"):
            return self.thing(thing)
        source = self._sources.get(thing)
        if source:
            return self._source(source, short=True)
        label = self._label(thing) or KNOWN[self._language].get(thing, "")
        return self.style.words(label) if label else self.style.name(short_name(thing))

    def thing(self, thing: str) -> str:
        """A thing as a sentence speaks of it: its label, and its short name to find it by."""
        if thing.startswith("_:"):
            return self.label(thing)
        if thing.startswith("queries/"):
            return self.style.name(thing.removeprefix("queries/").removesuffix(".rq"))
        name = self.style.name(short_name(thing))
        source = self._sources.get(thing)
        if source:
            document = self.style.words(source.document)
            return f"{self._say['passage'].format(document=document) if source.words else f'{document}, {self.style.words(source.place)}'} ({name})"
        label = self._label(thing)
        return f"{self.style.words(label)} ({name})" if label else name

    def address(self, value: Value) -> str:
        """An IRI that no longer names anything, or the name of a file, as a machine knows it."""
        return self.style.name(short_name(iri_of(value)) if is_iri(value) else words_of(value))

    def words_of(self, thing: str) -> str:
        """The quotation of a passage, whole, or an empty string."""
        source = self._sources.get(thing)
        return quoted(self.style.words(source.words), self._language) if source and source.words else ""

    def document_of(self, thing: str) -> str:
        """The document that a piece of evidence is of, or an empty string."""
        source = self._sources.get(thing)
        return self.style.words(source.document) if source else ""

    def property(self, name: str) -> str:
        """A property in words; of a known vocabulary without labels here, its name taken apart."""
        return self.style.words(self._label(name) or self._known(name))

    def evidence(self, values: Iterable[Value], named: bool = False) -> str:
        """Pieces of evidence, each in brackets of its own.

        Args:
            values: the pieces.
            named: with their short names, where their words do not tell them apart.
        """
        texts = []
        for value in values:
            source = self._sources.get(iri_of(value)) if is_iri(value) else None
            name = f", {self.style.name(short_name(iri_of(value)))}" if named and is_iri(value) else ""
            texts.append(f"[{self._source(source, short=False)}{name}]" if source else self.value(value))
        return ", ".join(texts)

    def values(self, values: Iterable[Value]) -> str:
        """Values one after the other; things of the same label with their short names."""
        shown = [(value, self.value(value)) for value in values]
        texts = [text for _, text in shown]
        return ", ".join(self.thing(iri_of(value)) if texts.count(text) > 1 and is_iri(value) else text for value, text in shown)

    def value(self, value: Value) -> str:
        """A value: a thing by its label, a text in quotation marks, a number or a day as it is."""
        if isinstance(value, Nested):
            return self._node(value)
        if is_iri(value):
            iri = iri_of(value)
            if iri in self._before or iri in self._after:
                return self.label(iri)
            known = KNOWN[self._language].get(iri)
            return self.style.words(known) if known else self.style.name(short_name(iri))
        if not value.startswith('"'):
            return self.style.name(value)
        words = words_of(value)
        bare = not language_of(value) and (not value.endswith('"') or len(words) <= BARE)
        return self.style.words(words) if bare and words else quoted(self.style.words(words), self._language)

    def listed(self, texts: Sequence[str], shown: int, between: str = ", ") -> str:
        """The first of some texts, and how many more there are."""
        more = [self._say["more"].format(count=len(texts) - shown)] if len(texts) > shown + 1 else []
        return between.join([*(texts[:shown] if more else texts), *more])

    def _known(self, term: str) -> str:
        """A term of a common vocabulary in the language, else its name taken apart."""
        return KNOWN[self._language].get(term) or _in_words(term)

    def _label(self, thing: str) -> str:
        label = self._labels.get(thing, "")
        if label and label != short_name(thing):
            return label
        for value in self.about(thing).get(f"{SH}name", ()):
            return words_of(value)
        return ""

    def _source(self, source: Source, short: bool) -> str:
        if short and not source.words:
            return self.style.words(f"{source.document}, {source.place}")
        return self.style.words(source.in_cell())

    def _node(self, node: Nested) -> str:
        """A blank node, as Turtle would write it but for people."""
        if node.members is not None:
            text = self.values(node.members)
        else:
            parts = []
            for name, values in sorted(node.about.items(), key=lambda item: (item[0] != f"{RDF}type", item[0])):
                told = self.values(sorted(values, key=text_of_value))
                parts.append(told if name == f"{RDF}type" else f"{self.property(name)} {told}")
            text = "; ".join(parts)
        return f"({text})" if len(text) <= SHOWN_NODE else f"({text[:SHOWN_NODE]}…)"


def _in_words(iri: str) -> str:
    """The last part of an IRI as words: hasGeometry is has geometry."""
    if iri.startswith(ID):
        return short_name(iri)
    local = re.split(r"[/#:]", iri.rstrip("/#"))[-1]
    return local if local.isupper() else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local).lower()
