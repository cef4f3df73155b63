"""Searching a corpus: what says the words, where in the text they stand, and what was perhaps meant where nothing does."""

from __future__ import annotations

from typing import Any

from treatygraph.errors import nearest
from treatygraph.fulltext import Entry, Index
from treatygraph.marking import Run
from treatygraph.namespaces import short_name
from treatygraph.words import Wanted, Word, wanted, words_of

__all__ = ["Found", "Hit", "search"]

ROOM = 180  # characters of a text that are shown around what was found in it
NEAREST = 3
ELLIPSIS = "…"


class Hit:
    """A thing about which a text says the words.

    Attributes:
        label, kind: of the thing, in the language asked for.
        entry: the text, and in which field of the thing it stands.
        document, start, end, pinpoint: where a passage or a citation stands.
        matched: start and end of each stretch of the text that was found.
    """

    def __init__(self, index: Index, entry: Entry, asked: list[Wanted], language: str) -> None:
        self.entry = entry
        self.label = index.labels([entry.thing], language)[entry.thing]
        self.kind = index.kinds([entry.thing], language)[entry.thing]
        self.document, self.start, self.end, self.pinpoint = index.place(entry.thing)
        self.document_label = index.labels([self.document], language)[self.document] if self.document else ""
        self.matched = _stretches(words_of(entry.text), asked)

    def headline(self) -> str:
        """What was found, in one line: label, kind, short name; of a passage the document and the place in it."""
        name = short_name(self.entry.thing)
        where = f"{self.document_label}, {self.place()}" if self.document else ""
        via = f"after {short_name(self.entry.via)}" if self.entry.via else ""
        return " · ".join(part for part in (where or (self.label if self.label != name else ""), self.kind, name, via) if part)

    def place(self) -> str:
        """Where in its document a passage stands."""
        return self.pinpoint if self.start is None else f"characters {self.start} to {self.end}"

    def snippet(self) -> list[Run]:
        """The part of the text that has most of what was asked, the found stretches as quoted runs."""
        text = self.entry.text
        start, end = _window(text, self.matched)
        runs = [Run(f"{ELLIPSIS} ", False)] if start else []
        at = start
        for begin, until in self.matched:
            if begin >= start and until <= end:
                runs += [Run(text[at:begin], False), Run(text[begin:until], True)]
                at = until
        runs.append(Run(text[at:end], False))
        if end < len(text):
            runs.append(Run(f" {ELLIPSIS}", False))
        return [Run(" ".join(run.words.split("\n")), run.quoted) for run in runs if run.words]

    def data(self) -> dict[str, Any]:
        """The hit as plain data for JSON."""
        entry = self.entry
        return {
            "thing": entry.thing,
            "label": self.label,
            "kind": self.kind,
            "field": entry.field,
            "language": entry.language,
            "text": entry.text,
            "matched": [list(stretch) for stretch in self.matched],
            "attestedBy": entry.via or None,
            "document": self.document or None,
            "start": self.start,
            "end": self.end,
            "pinpoint": self.pinpoint or None,
            "score": round(entry.score, 3),
        }


class Found:
    """The answer to a search.

    Attributes:
        hits: best first, no more than asked for.
        count: how many there are.
        note: what a person should know of how it was found, or what was perhaps meant.
    """

    def __init__(self, hits: list[Hit], count: int, note: str) -> None:
        self.hits = hits
        self.count = count
        self.note = note


def search(index: Index, arguments: list[str], language: str, kind: str = "", field: str = "", limit: int = 0) -> Found:
    """Find the things about which a corpus says all of some words, in any of its languages.

    Args:
        index: of the corpus.
        arguments: words as typed, see `words.wanted`.
        language: of the labels.
        kind: a class that the things have to be instances of, by any of its names.
        field: the only field to look in.
        limit: how many hits to give at most, 0 for all.

    Raises:
        UsageError: no words, or no such class.
    """
    asked = wanted(arguments)
    cls = index.class_of(kind) if kind else None
    entries = index.matches(asked, cls, field or None)
    note = ""
    apart = wanted([word for argument in arguments for word in argument.split()])
    if not entries and len(apart) > len(asked) and not any(mark in argument for argument in arguments for mark in '"“„«「'):
        entries = index.matches(apart, cls, field or None)
        if entries:
            note = f"Nothing says “{' '.join(arguments)}” just so; this has all of the words."
            asked = apart
    hits = [Hit(index, entry, asked, language) for entry in (entries[:limit] if limit else entries)]
    return Found(hits, len(entries), note if entries else _perhaps(index, asked, bool(kind or field)))


def _perhaps(index: Index, asked: list[Wanted], narrowed: bool) -> str:
    """What a person may have meant, where nothing was found."""
    known = index.vocabulary()
    among = set(known)
    counts = [index.count(one) for one in asked]
    notes = []
    for one, count in zip(asked, counts, strict=True):
        if count:
            continue
        strange = next((word for word in one.words if word not in among), "")
        hint = nearest(strange, known) if len(strange) > 1 else _nearest_name(index, one)
        notes.append(f"“{one.text}” stands nowhere. {hint}".strip())
    if not notes and len(asked) > 1:
        each = ", ".join(f"“{one.text}” in {count}" for one, count in zip(asked, counts, strict=True))
        notes.append(f"No text has all of it together: {each}.")
    if not notes and narrowed:
        notes.append("Without --kind and --in something is found.")
    return " ".join(notes)


def _nearest_name(index: Index, one: Wanted) -> str:
    """The names that share most characters with a word of a script without spaces, where at least half are shared."""
    asked = set(one.words)
    names = {name: len(asked & {word.folded for word in words_of(name)}) for name, _ in index.names()}
    near = sorted((name for name, shared in names.items() if 2 * shared >= len(asked)), key=lambda name: (-names[name], len(name), name))
    return f"Nearest: {', '.join(near[:NEAREST])}." if near else ""


def _stretches(words: list[Word], asked: list[Wanted]) -> list[tuple[int, int]]:
    """Where in a text the words stand, those of a phrase as one stretch, none overlapping."""
    found: list[tuple[int, int]] = []
    for at in range(len(words)):
        longest = max((len(one.words) for one in asked if _stands(words, at, one)), default=0)
        if longest:
            start, end = words[at].start, words[at + longest - 1].end
            if found and start < found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], end))
            else:
                found.append((start, end))
    return found


def _stands(words: list[Word], at: int, one: Wanted) -> bool:
    here = [word.folded for word in words[at : at + len(one.words)]]
    if len(here) < len(one.words) or here[:-1] != one.words[:-1]:
        return False
    return here[-1].startswith(one.words[-1]) if one.is_prefix else here[-1] == one.words[-1]


def _window(text: str, matched: list[tuple[int, int]]) -> tuple[int, int]:
    """The part of a text to show: the one with most of the found stretches, cut between words."""
    if len(text) <= ROOM or not matched:
        return 0, len(text) if len(text) <= ROOM else text.rfind(" ", 0, ROOM)
    first, last = max(
        ((begin, max(until for _, until in matched if until <= max(end, begin + ROOM))) for begin, end in matched),
        key=lambda span: (sum(span[0] <= begin and end <= span[1] for begin, end in matched), -span[0]),
    )
    margin = max(0, (ROOM - (last - first)) // 2)
    start, end = max(0, first - margin), min(len(text), last + margin)
    start = text.find(" ", start, first) + 1 or start if start else 0
    cut = text.rfind(" ", last, end) if end < len(text) else end
    return start, cut if cut > 0 else end
