"""Release notes: changes under headings, a line a thing, like things together, as text or as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from treatygraph.changes.change import Change
from treatygraph.changes.comparison import Comparison
from treatygraph.changes.kinds import BOUNDS, HEADINGS
from treatygraph.changes.sides import Side
from treatygraph.changes.style import MARKDOWN, PLAIN
from treatygraph.changes.telling import Telling
from treatygraph.columns import wrap

__all__ = ["heading_of", "release_notes", "side_name"]

WHOLE = ("added", "removed", "renamed")  # changes of a thing as a whole
MANY = 30  # new things under one heading; with more of them their names are told and not their contents
ONE_LINE = 160  # characters that several clauses may take in the sentence itself
TOGETHER = 8  # like things that are told a line each; more of them are told together


def heading_of(comparison: Comparison, change: Change) -> str:
    """The heading that a change stands under: a key of `HEADINGS`."""
    if change.thing.startswith("queries/"):
        return "queries"
    return comparison.kinds.heading(comparison.after.get(change.thing) or comparison.before.get(change.thing, {}))


def side_name(side: Side, here: str) -> str:
    """A side as the title names it."""
    name = side.name or here
    commit, _, day = side.told.partition(", ")
    told = day if commit and name.startswith(commit) else side.told
    return f"{name} ({told})" if told else name


def release_notes(comparison: Comparison, language: str, markdown: bool, full: bool, width: int) -> str:
    """The changes for people.

    Args:
        comparison: the changes.
        language: of the sentences.
        markdown: Markdown instead of text.
        full: a line a thing, however many are alike.
        width: columns of a line of text.
    """
    notes = _Notes(comparison, Telling(comparison, language, MARKDOWN if markdown else PLAIN), full)
    return notes.markdown() if markdown else notes.text(width)


Line = tuple[str, list[str]]  # a sentence, and clauses under it


class _Notes:
    def __init__(self, comparison: Comparison, telling: Telling, full: bool) -> None:
        self._comparison = comparison
        self._telling = telling
        self._say = telling.say
        self._full = full
        self._headings: dict[str, dict[str, list[Change]]] = {}
        for change in comparison.changes:
            self._headings.setdefault(heading_of(comparison, change), {}).setdefault(change.thing, []).append(change)

    def text(self, width: int) -> str:
        lines = [*wrap(self._title(), width), ""]
        lines += [line for note in self._remarks() for line in wrap(note, width)]
        for heading, found in self._sections():
            lines += ["", self._say[heading], ""]
            for sentence, clauses in found:
                lines += _hanging(sentence, "- ", width)
                lines += [line for clause in clauses for line in _hanging(clause, "  - ", width)]
        return "\n".join(lines)

    def markdown(self) -> str:
        parts = [f"# {self._title()}", *self._remarks()]
        for heading, found in self._sections():
            bullets = [line for sentence, clauses in found for line in (f"- {sentence}", *(f"  - {clause}" for clause in clauses))]
            parts += [f"## {self._say[heading]}", "\n".join(bullets)]
        return "\n\n".join(parts)

    def _title(self) -> str:
        old, new = (side_name(side, self._say["here"]) for side in (self._comparison.old, self._comparison.new))
        style = self._telling.names.style
        return self._say["title"].format(old=style.words(old), new=style.words(new))

    def _remarks(self) -> list[str]:
        things = [changes for found in self._headings.values() for changes in found.values()]
        counts = {kind: sum(any(change.kind == kind for change in changes) for changes in things) for kind in WHOLE}
        changed = sum(any(change.kind not in counts for change in changes) for changes in things)
        totals = {"added": counts["added"], "changed": changed, "renamed": counts["renamed"], "removed": counts["removed"]}
        told = " ".join(self._say[f"total {kind}"].format(count=count) for kind, count in totals.items() if count) or self._say["none"]
        return [told, *(self._say[f"not compared: {what}"] for what in self._comparison.not_compared)]

    def _sections(self) -> Iterator[tuple[str, list[Line]]]:
        for heading in HEADINGS:
            if heading in self._headings:
                yield heading, list(self._lines(self._headings[heading]))

    def _lines(self, things: dict[str, list[Change]]) -> Iterator[Line]:
        """New things, changed ones, renamed ones, removed ones; like ones together where they are many."""
        many = not self._full and sum(changes[0].kind == "added" for changes in things.values()) > MANY
        for way in ("added", "changed", "renamed", "removed"):
            alike: dict[tuple[str, tuple[str, ...]], list[list[Change]]] = {}
            for changes in things.values():
                mine = [change for change in changes if (change.kind if change.kind in WHOLE else "changed") == way]
                if mine:
                    alike.setdefault(self._likeness(mine, many and way == "added"), []).append(mine)
            lines: list[tuple[tuple[str, ...], Line]] = []
            for (kind, clauses), found in alike.items():
                briefly = many and way == "added"
                few = 1 if briefly or way == "changed" else TOGETHER
                if self._full or len(found) <= few or (way == "added" and found[0][0].thing.startswith("queries/")):
                    lines += [(self._place(changes), self._line(changes, briefly)) for changes in found]
                else:
                    lines.append((self._place(found[0]), self._together(way, kind, list(clauses), found)))
            yield from (line for _, line in sorted(lines))

    def _place(self, changes: list[Change]) -> tuple[str, ...]:
        """Where a line stands under its heading: by the identifiers of the class and the thing, in every language alike."""
        thing = changes[0].thing
        return *self._comparison.kinds.specific(self._telling.names.about(thing)), thing

    def _likeness(self, changes: list[Change], many: bool) -> tuple[str, tuple[str, ...]]:
        """What several things have in common that are told together: their kind, and their document or what changed in them."""
        names = self._telling.names
        kind = names.kind(changes[0].thing)
        if changes[0].kind not in WHOLE:
            return kind, (*self._clauses(changes), *self._telling.reasons(changes))
        by_document = changes[0].kind != "renamed" and names.is_evidence(changes[0].thing) and not many
        return kind, (names.document_of(changes[0].thing),) if by_document else ()

    def _together(self, way: str, kind: str, clauses: list[str], found: list[list[Change]]) -> Line:
        names = self._telling.names
        if way == "changed" and len(found) <= TOGETHER:
            things = "; ".join(names.thing(changes[0].thing) for changes in found)
            return _joined(things, clauses, len(self._telling.reasons(found[0])))
        labels = [names.label(changes[0].thing) for changes in found]
        if way != "changed" and names.is_evidence(found[0][0].thing):
            documents = Counter(names.document_of(changes[0].thing) for changes in found)
            labels = [f"{document} ({count})" for document, count in sorted(documents.items(), key=lambda item: (-item[1], item[0]))]
        things = names.listed(labels, TOGETHER, "; ")
        if way == "changed":
            return self._say["many changed"].format(kind=kind, count=len(found), clause="; ".join(clauses), things=things), []
        return self._say[f"many {way}"].format(kind=kind, count=len(found), things="".join(clauses) or things), []

    def _line(self, changes: list[Change], briefly: bool) -> Line:
        if changes[0].kind in WHOLE:
            return self._telling.whole(changes[0], briefly), []
        reasons = self._telling.reasons(changes)
        return _joined(self._telling.names.thing(changes[0].thing), [*self._clauses(changes), *reasons], len(reasons))

    def _clauses(self, changes: list[Change]) -> Iterator[str]:
        """The clauses about one thing: both bounds of a time as one, and no note twice."""
        quoted = any(change.kind in ("quotation", "moved") for change in changes)
        noted = any(change.reasons for change in changes)
        told: set[str] = set()
        for change in changes:
            time = BOUNDS.get(change.property, "")
            both = [other for other in changes if time and BOUNDS.get(other.property) == time]
            if (change.kind == "context" and quoted) or (change.kind == "note" and change.new and noted) or time in told - {""}:
                continue
            told.add(time if len(both) > 1 else "")
            yield self._telling.times(both) if len(both) > 1 else self._telling.clause(change)


def _joined(things: str, clauses: list[str], reasons: int) -> Line:
    """The clauses in the sentence itself, or under it where there are several and they are long; so many of them are reasons."""
    in_line = len(clauses) - reasons == 1 or len("; ".join(clauses)) <= ONE_LINE
    return (f"{things}: {'; '.join(clauses)}", []) if in_line else (f"{things}:", clauses)


def _hanging(text: str, bullet: str, width: int) -> list[str]:
    lines = wrap(text, width - len(bullet))
    return [f"{bullet if number == 0 else ' ' * len(bullet)}{line}" for number, line in enumerate(lines)]
