"""Telling: one sentence a change, from its kind, its values and what the curator noted with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from treatygraph.changes.change import Change
from treatygraph.changes.comparison import Comparison
from treatygraph.changes.description import Value, iri_of, is_iri, language_of, text_of_value, words_of
from treatygraph.changes.kinds import BOUNDS
from treatygraph.changes.naming import Names
from treatygraph.changes.portrait import Portraits
from treatygraph.changes.sentences import SENTENCES
from treatygraph.changes.style import Style
from treatygraph.collation import collate, shortened
from treatygraph.namespaces import SKOS, SKOSXL, TG
from treatygraph.typography import number, quoted

__all__ = ["Telling"]

LONG = 400  # characters of a value, such as an outline, of which only the length is told


class Telling:
    """Sentences in one language and one style.

    Args:
        comparison: what is told.
        language: of the sentences and the labels.
        style: how names and words of the data are written.
    """

    def __init__(self, comparison: Comparison, language: str, style: Style) -> None:
        self.names = Names(comparison, language, style)
        self.say = SENTENCES[language]
        self._language = language
        self._before, self._after = comparison.before, comparison.after
        self._portraits = Portraits(comparison, self.names, language)

    def sentence(self, change: Change) -> str:
        """One change as a sentence of its own."""
        if change.kind in ("added", "removed", "renamed"):
            return self.whole(change)
        return f"{self.names.thing(change.thing)}: {'; '.join([self.clause(change), *self.reasons([change])])}"

    def whole(self, change: Change, briefly: bool = False) -> str:
        """A sentence about a thing that is new, gone or renamed.

        Args:
            change: the change.
            briefly: leave away what there is to tell of the thing.
        """
        if change.kind == "renamed":
            return self.say["renamed"].format(old=self.names.address(change.old[0]), new=self.names.thing(change.thing))
        told = self.say[change.kind].format(kind=self.names.kind(change.thing), thing=self.names.thing(change.thing))
        details = [] if briefly else self._portraits.of(change)
        return f"{told}: {'; '.join(details)}" if details else told

    def clause(self, change: Change) -> str:
        """What changed, without the thing."""
        special: dict[str, Callable[[Change], str]] = {
            "class": lambda change: self._plainly("class", change, self.names.values),
            "label": self._label,
            "evidence": self._evidence,
            "quotation": self._quotation,
            "moved": lambda change: self._plainly("moved", change, lambda values: words_of(values[0])),
            "value": self._value,
            "columns": self._columns,
            "pattern": lambda change: self.say["pattern both"],
        }
        return special.get(change.kind, self._text)(change)

    def times(self, changes: Sequence[Change]) -> str:
        """A time of which both bounds changed, as one clause."""
        time = BOUNDS[changes[0].property]
        old, new = (self._portraits.time(things.get(changes[0].thing, {}), time) for things in (self._before, self._after))
        way = "both" if old and new else "added" if new else "removed"
        return self.say[f"date {way}"].format(property=self.say[time], old=old, new=new)

    def reasons(self, changes: Iterable[Change]) -> list[str]:
        """What the curator noted together with some changes, each note once."""
        reasons = dict.fromkeys(reason for change in changes for reason in change.reasons)
        return [self.say["because" if name == f"{TG}endReason" else "note"].format(reason=self.names.value(value)) for name, value in reasons]

    def _plainly(self, name: str, change: Change, told: Callable[[list[Value]], str]) -> str:
        way = "both" if change.old and change.new else "added" if change.new else "removed"
        return self.say[f"{name} {way}"].format(
            property=self._property(change),
            language=(language_of([*change.new, *change.old][0]) if change.new or change.old else "") or self.say["no language"],
            old=told(change.old) if change.old else "",
            new=told(change.new) if change.new else "",
        )

    def _property(self, change: Change) -> str:
        if change.thing.startswith("queries/"):
            return self.names.style.name(change.property)
        if change.property in BOUNDS and not change.within:
            time = BOUNDS[change.property]
            return self.say[change.property.removeprefix(f"{TG}{time}")].format(time=self.say[time])
        return " › ".join(self.names.property(name) for name in (change.property, *change.within))

    def _label(self, change: Change) -> str:
        return self._plainly("name" if change.property in (f"{SKOS}altLabel", f"{SKOSXL}literalForm") else "label", change, self.names.values)

    def _evidence(self, change: Change) -> str:
        if not change.old and not self._before.get(change.thing, {}).get(change.property):
            return self.say["evidence first"].format(new=self.names.evidence(change.new))
        alike = {self.names.evidence([value]) for value in change.old} & {self.names.evidence([value]) for value in change.new}
        return self._plainly("evidence", change, lambda values: self.names.evidence(values, named=bool(alike)))

    def _quotation(self, change: Change) -> str:
        return "; ".join([self._text(change), *self._portraits.proofs(change.thing)])

    def _text(self, change: Change) -> str:
        """A text that changed: where one came in place of one, the words that differ, marked."""
        pair = [*change.old, *change.new]
        if len(change.old) != 1 or len(change.new) != 1 or not all(isinstance(value, str) and value.startswith('"') for value in pair):
            return self._plainly(change.kind, change, self.names.values)
        texts = [shortened(text) for text in collate([" ".join(words_of(value).split()) for value in pair], punctuation=True)]
        old, new = (quoted(self.names.style.words(text), self._language) for text in texts)
        if change.kind == "date":
            old, new = (self.names.value(value) for value in pair)
        return self.say[f"{change.kind} both"].format(property=self._property(change), old=old, new=new)

    def _value(self, change: Change) -> str:
        sizes = [sum(len(words_of(value)) for value in values if not is_iri(value)) for values in (change.old, change.new)]
        if change.old and change.new and max(sizes) > LONG:
            return self.say["long value"].format(
                property=self._property(change), old=number(sizes[0], self._language, ","), new=number(sizes[1], self._language, ",")
            )
        members = [sorted(map(text_of_value, self._members(values))) for values in (change.old, change.new)]
        if members[0] and members[0] == members[1]:
            return self.say["order"].format(property=self._property(change))
        kept = self._before.get(change.thing, {}).get(change.property, frozenset()) & self._after.get(change.thing, {}).get(change.property, frozenset())
        way = "both" if change.old and change.new else "removed" if change.old else "more" if kept else "added"
        old, new = self.names.values(change.old), self.names.values(change.new)
        if old == new:
            old, new = (", ".join(self.names.thing(iri_of(value)) for value in values if is_iri(value)) for values in (change.old, change.new))
        return self.say[f"value {way}"].format(property=self._property(change), old=old, new=new)

    @staticmethod
    def _members(values: list[Value]) -> list[Value]:
        return [member for value in values if not isinstance(value, str) and value.members is not None for member in value.members]

    def _columns(self, change: Change) -> str:
        if not change.old and not change.new:
            return self.say["columns order"]
        return self._plainly("columns", change, lambda values: ", ".join(self.names.style.name(words_of(value)) for value in values))
