"""A finding: what is wrong with which thing of a corpus, where it stands, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from treatygraph.layout import Layout
from treatygraph.writer import quoted

__all__ = ["Finding", "Places"]

PREFIX_LINE = re.compile(r"^\s*(?:@prefix|PREFIX)\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
SUBJECT = re.compile(r"^(?:<(?P<iri>[^>]*)>|(?P<prefix>[\w-]*):(?P<local>[\w.-]+))(?=\s|$)")


class Finding:
    """One thing that is wrong.

    Attributes:
        level: ``error`` (makes `check` fail) or ``warning``.
        rule: the name of the rule: a shape, or ``quotation``, ``digest``, ``syntax``.
        thing: the IRI of the thing it is about, or an empty string.
        message: what is wrong, in plain words.
        mend: what to do.
        hint: the value or property to look for inside the lines of the thing, to name the line.
        place: ``file:line`` where already known.
    """

    def __init__(self, level: str, rule: str, thing: str, message: str, mend: str = "", hint: str = "", place: str = "") -> None:
        self.level = level
        self.rule = rule
        self.thing = thing
        self.message = message
        self.mend = mend
        self.hint = hint
        self.place = place


class Places:
    """Where in the files of a corpus each thing is described.

    A statement begins in the first column, as the canonical form of `treatygraph format` writes it.
    """

    def __init__(self, layout: Layout, paths: Iterable[Path] | None = None) -> None:
        """Read the files of a corpus, or some of them."""
        self._layout = layout
        self._blocks: dict[str, list[tuple[Path, int, list[str], dict[str, str]]]] = {}
        for path in layout.ontology_files + layout.shape_files + layout.data_files if paths is None else paths:
            self._index(path)

    def _index(self, path: Path) -> None:
        prefixes: dict[str, str] = {}
        block: list[str] = []
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
            if prefix := PREFIX_LINE.match(line):
                prefixes[prefix[1]] = prefix[2]
                continue
            if subject := SUBJECT.match(line):
                iri = subject["iri"] or prefixes.get(subject["prefix"] or "", "") + (subject["local"] or "")
                block = []
                self._blocks.setdefault(iri, []).append((path, number, block, prefixes))
            block.append(line)

    def find(self, thing: str, hint: str = "") -> str:
        """``file:line`` of a thing, or of the line in its description that has the hint; an empty string if nowhere."""
        blocks = self._blocks.get(thing, [])
        return self.find_exactly(thing, hint) or (f"{self._layout.shown(blocks[0][0])}:{blocks[0][1]}" if blocks else "")

    def find_exactly(self, thing: str, hint: str) -> str:
        """``file:line`` of the line in the description of a thing that has the hint; an empty string if none has."""
        escaped = quoted(hint)[1:-1]
        for path, first, lines, prefixes in self._blocks.get(thing, []):
            needles = [hint, escaped, *(f"{prefix}:{hint.removeprefix(iri)}" for prefix, iri in prefixes.items() if hint.startswith(iri))]
            for offset, line in enumerate(lines):
                if hint and any(needle and needle in line for needle in needles):
                    return f"{self._layout.shown(path)}:{first + offset}"
        return ""
