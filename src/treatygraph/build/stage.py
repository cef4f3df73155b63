"""The first step of a build: some files read, what follows from each triple concluded, quotations compared with their texts.

It runs in several processes, a batch of files each, and leaves N-Quads beside the store to be, and a record of what else it
found. A batch that is done is not done again, so that a build which was stopped goes on where it was.
"""

from __future__ import annotations

import json
import os
import re
import time
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from treatygraph.build.settings import Settings
from treatygraph.corpus import graph_of
from treatygraph.errors import CorpusError
from treatygraph.evidence import Passage, TextVersion
from treatygraph.findings import Finding
from treatygraph.namespaces import DCTERMS, OA, TG, XSD
from treatygraph.reasoning import DERIVED, SCHEMA_KEYS, TYPE, contradictions
from treatygraph.validation import contradiction_finding

__all__ = ["Batch", "Reader", "Staged", "class_findings", "digest_of_file", "hash_of", "literal_findings", "read_file", "stage"]

RACY = 20_000_000  # nanoseconds: a file changed so shortly before it is read may change again without a new time
_SOURCE, _SELECTOR = f"<{OA}hasSource>", f"<{OA}hasSelector>"
_WORDS = {f"<{OA}{name}>": name for name in ("exact", "prefix", "suffix", "start", "end")}
_WORDS |= {f"<{TG}fileName>": "file", f"<{TG}isVersionOf>": "document", f"<{TG}sha256>": "sha256", f"<{DCTERMS}language>": "language"}
QUOTING = {_SOURCE, _SELECTOR, *_WORDS}
_ESCAPE = re.compile(r"\\(?:([tbnrf\"'\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_CANONICAL = re.compile(rf'"(?:-?[1-9]\d{{0,17}}|0)"\^\^<{XSD}integer>|"\d{{4}}-\d\d-\d\d"\^\^<{XSD}date>|"\d{{4}}"\^\^<{XSD}gYear>', re.ASCII)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_DERIVED_LINE = f" <{DERIVED}> .\n"


class Batch(NamedTuple):
    """Files to read together: paths in the corpus, and the name under which they are staged."""

    name: str
    paths: tuple[str, ...]


@dataclass
class Staged:
    """What a batch holds besides its triples.

    Attributes:
        files: path, size, time and digest of each.
        asserted, derived, passages: how many.
        schema: the data (not the ontology) say something of the schema, so that rules of the ontology alone are not enough.
        foreign: what something follows about here, but is described elsewhere.
        contradictory: findings: literals that are no value of their datatype, things of two classes that exclude each other.
        problems: findings about texts.
        loose: there are passages that have no name.
        nameless: there are, or a rule of two premises reads what follows about something without a name.
        failing: passages that their text does not bear out; they are looked at once more, and counted then.
        open: passages that this batch does not have whole.
        unverifiable: documents whose text is not here, with the number of their passages.
    """

    files: list[tuple[str, int, int, str]] = field(default_factory=list)
    asserted: int = 0
    derived: int = 0
    passages: int = 0
    schema: bool = False
    foreign: list[str] = field(default_factory=list)
    contradictory: list[dict[str, str]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    loose: bool = False
    nameless: bool = False
    failing: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    unverifiable: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Staged | None:
        """The record of a batch that is done, or None."""
        try:
            known: dict[str, Any] = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        known["files"] = [tuple(row) for row in known["files"]]
        return cls(**known)


def hash_of(text: str) -> int:
    """A number of 64 bits for a text, the same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def digest_of_file(data: bytes) -> str:
    """The digest by which a file is known."""
    return blake2b(data, digest_size=16).hexdigest()


def read_file(root: Path, path: str) -> tuple[bytes, tuple[str, int, int, str]]:
    """The bytes of a file with its path, size, time and digest; a time of -1 where it was written only just now."""
    with (root / path).open("rb") as file:
        stat, data = os.fstat(file.fileno()), file.read()
    when = stat.st_mtime_ns if time.time_ns() - stat.st_mtime_ns > RACY else -1
    return data, (path, len(data), when, digest_of_file(data))


class Reader:
    """Files read one after the other, with what their quotations need."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.sources: dict[str, list[str]] = {}
        self.selectors: dict[str, list[str]] = {}
        self.words: dict[str, dict[str, list[tuple[str, str]]]] = {}

    def lines(self, path: str, data: bytes) -> list[str]:
        """The triples of a file, as lines of N-Triples without their full stop.

        Raises:
            CorpusError: the file is not Turtle, with the line.
        """
        try:
            text = ox.serialize(ox.parse(data, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True), format=ox.RdfFormat.N_TRIPLES)
        except SyntaxError as error:
            raise CorpusError(f"{path}:{error.lineno}: {error.msg}.", "Mend the Turtle there; the store that was there is unchanged.") from None
        except UnicodeDecodeError:
            raise CorpusError(f"{path}: the file is not UTF-8.", "Save it as UTF-8.") from None
        lines = (line[:-2] for line in (text or b"").decode().split("\n") if line)
        return list(dict.fromkeys(_as_stored(line) if '"^^<' in line else line for line in lines))

    def note(self, subject: str, predicate: str, value: str) -> None:
        """Take down a triple of one of the properties in `QUOTING`."""
        if predicate == _SOURCE:
            self.sources.setdefault(subject, []).append(value)
        elif predicate == _SELECTOR:
            self.selectors.setdefault(subject, []).append(value)
        elif value[0] == '"':
            end = value.rindex('"')
            known = (value[1:end] if "\\" not in value else _ESCAPE.sub(_unescaped, value[1:end]), value[end + 2 :] if value[end + 1 : end + 2] == "@" else "")
            self.words.setdefault(subject, {}).setdefault(_WORDS[predicate], []).append(known)
        elif predicate in _WORDS:
            self.words.setdefault(subject, {}).setdefault(_WORDS[predicate], []).append((value[1:-1], ""))

    def check(self, folders: list[Path], staged: Staged) -> None:
        """Compare the passages read with the texts read about, and put into a record what is wrong and what has to wait."""
        texts: dict[str, TextVersion] = {}
        for text, said in self.words.items():
            known = {name: values[0][0] for name, values in said.items()}
            if "file" in known and "document" in known:
                version = TextVersion(text[1:-1], known["document"], known["file"], known.get("sha256", ""), known.get("language", ""), folders)
                texts[text] = version
                if version.problem:
                    staged.problems.append((version.iri, version.problem))
        for subject, sources in self.sources.items():
            if subject[0] == "_":
                staged.loose = staged.nameless = True
                continue
            whole = self.passages_of(subject, sources)
            source = texts.get(sources[0])
            if not whole or source is None or len(sources) > 1:
                staged.open.append(subject[1:-1])
                continue
            if source.text is not None and any(passage.problem(source.text) for passage in whole):
                staged.failing.append(subject[1:-1])
                continue
            staged.passages += len(whole)
            if source.text is None and not source.problem:
                staged.unverifiable[source.document] = staged.unverifiable.get(source.document, 0) + len(whole)

    def passages_of(self, subject: str, sources: list[str]) -> list[Passage]:
        """The passages of one subject, a combination of whole selectors each, as `Evidence.passages` finds them."""
        selectors = [self.words.get(node, {}) for node in self.selectors.get(subject, ())]
        quotes = [part for part in selectors if {"exact", "prefix", "suffix"} <= part.keys()]
        positions = [part for part in selectors if {"start", "end"} <= part.keys()]
        found = []
        for source, quote, position in product(sources, quotes, positions):
            for exact, prefix, suffix, start, end in product(quote["exact"], quote["prefix"], quote["suffix"], position["start"], position["end"]):
                words = (exact[0], prefix[0], suffix[0], start[0], end[0], exact[1])
                found.append(Passage(subject[1:-1], source[1:-1], *words))
        return found


def stage(settings: Settings, folders: list[Path], to: Path, batch: Batch) -> Staged:
    """Read a batch of files.

    Args:
        settings: the rules.
        folders: where to look for texts.
        to: the folder to leave the triples in: ``NAME.asserted.nq``, ``NAME.derived.nq``, ``NAME.joined.nt``, ``NAME.typed``,
            ``NAME.quoted``.
        batch: the files.

    Returns:
        The record, which also stands in ``NAME.json``, written last.

    Raises:
        CorpusError: a file is not Turtle.
    """
    record = to / f"{batch.name}.json"
    if done := Staged.read(record):
        return done
    pile = _Pile(settings)
    with (to / f"{batch.name}.asserted.nq").open("w", encoding="utf-8") as file:
        for path in batch.paths:
            graph = f" <{graph_of(path)}> .\n"
            file.writelines([text + graph for text in pile.take(path)])
    pile.finish()
    (to / f"{batch.name}.derived.nq").write_text("".join([line + _DERIVED_LINE for line in pile.derived]), encoding="utf-8")
    (to / f"{batch.name}.joined.nt").write_text("".join([f"{line} .\n" for line in pile.joined]), encoding="utf-8")
    reader = pile.reader
    for name, things in (("typed", pile.typed), ("quoted", reader.sources.keys() | reader.selectors.keys() | reader.words.keys())):
        with (to / f"{batch.name}.{name}").open("wb") as binary:
            array("Q", (hash_of(thing) for thing in things if thing[0] == "<")).tofile(binary)
    pile.reader.check(folders, pile.staged)
    beside = record.with_suffix(".new")
    beside.write_text(json.dumps(pile.staged.__dict__), encoding="utf-8")
    beside.replace(record)
    return pile.staged


class _Pile:
    """The triples of a batch and what follows from each of them.

    Attributes:
        derived: what follows and is not asserted in the batch, without what is about blank nodes: they have no name that another
            store would know.
        joined: the triples that rules of two premises may read.
        typed: what is said to be of a class.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.staged, self.reader = Staged(), Reader(settings.root)
        self.derived: set[str] = set()
        self.joined: list[str] = []
        self.typed: set[str] = set()
        self._said: set[str] = set()  # what is asserted and might also be derived
        self._kinds: dict[str, set[str]] = {}
        self._literals: list[str] = []

    def take(self, path: str) -> list[str]:
        """Read a file; its triples."""
        linear, keeps, judges = self._settings.linear, self._settings.keeps, self._settings.judges
        derive, classes, properties, derived = linear.derive, linear.classes, linear.properties, self.derived
        data, state = read_file(self._settings.root, path)
        self.staged.files.append(state)
        lines = self.reader.lines(path, data)
        schema = False
        for text in lines:
            subject, predicate, value = text.split(" ", 2)
            if predicate in QUOTING:
                self.reader.note(subject, predicate, value)
            if subject[0] == "_" or value[0] == "_":
                self._about_blank(derive(subject, predicate, value))
            else:
                derived.update(derive(subject, predicate, value))
            if predicate == TYPE:
                self._kinds.setdefault(subject, set()).add(value)
                schema = schema or f"a {value}" in SCHEMA_KEYS
            if value in classes if predicate == TYPE else predicate in properties:
                self._said.add(text)
            schema = schema or predicate in SCHEMA_KEYS
            if keeps(predicate, value):
                self.joined.append(text)
            if value[0] == '"' and judges(predicate, value):
                self._literals.append(text)
        self.staged.schema = self.staged.schema or (schema and path.startswith("data/"))
        self.staged.asserted += len(lines)
        return lines

    def _about_blank(self, lines: Iterable[str]) -> None:
        for line in lines:
            who, predicate, what = line.split(" ", 2)
            if "_" not in (who[0], what[0]):
                self.derived.add(line)
                continue
            # Left out of what follows, but for what it leads to and for contradictions.
            if self._settings.keeps(predicate, what):
                self.joined.append(line)
                self.staged.nameless = True
            if who[0] == "_" and predicate == TYPE:
                self._kinds.setdefault(who, set()).add(what)
            elif self._settings.judges(predicate, what):
                self._literals.append(line)

    def finish(self) -> None:
        """Sort out what the batch knows and what has to be asked of others."""
        self.derived -= self._said
        self.typed = {subject for subject in self._kinds if subject[0] == "<"}
        speaks = {line.partition(" ")[0] for line in self._said}
        for line in self.derived:
            subject, predicate, value = line.split(" ", 2)
            speaks.add(subject)  # it may be asserted where more is said of it
            if predicate == TYPE:
                self._kinds.setdefault(subject, set()).add(value)
            if self._settings.is_new_schema(line, predicate, value):
                self.staged.schema = True
            if self._settings.keeps(predicate, value):
                self.joined.append(line)
            if self._settings.judges(predicate, value):
                self._literals.append(line)
        self.staged.derived = len(self.derived)
        self.staged.foreign = sorted(name for name in (self._kinds.keys() | speaks) - self.typed if name[0] == "<")
        clashing = {subject: of for subject, of in self._kinds.items() if self._settings.clash(of)}
        found = [*literal_findings(self._settings, self._literals), *class_findings(self._settings, clashing)]
        self.staged.contradictory = [finding.__dict__ for finding in found]


def literal_findings(settings: Settings, triples: Iterable[str]) -> list[Finding]:
    """The contradictions that lie in a literal alone."""
    store = ox.Store()
    store.bulk_load(input="".join([f"{text} .\n" for text in triples]).encode(), format=ox.RdfFormat.N_TRIPLES)
    return [contradiction_finding(found) for found in contradictions(store, settings.literal)]


def class_findings(settings: Settings, kinds: dict[str, set[str]]) -> list[Finding]:
    """The contradictions between the classes of things.

    Args:
        kinds: things and their classes, asserted and derived.
    """
    if not kinds:
        return []
    store = ox.Store()
    lines = "".join([f"{thing} {TYPE} {kind} .\n" for thing, of in kinds.items() for kind in of])
    store.bulk_load(input=lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    return [contradiction_finding(found) for found in contradictions(store, settings.classes)]


def _as_stored(line: str) -> str:
    """A triple with a typed literal as a store gives it back: of numbers, days and truth values it keeps what they mean (05 is 5)."""
    subject, predicate, value = line.split(" ", 2)
    return f"{subject} {predicate} {_literal_as_stored(value)}" if value[0] == '"' and value[-1] == ">" and not _CANONICAL.fullmatch(value) else line


@lru_cache(10_000)
def _literal_as_stored(value: str) -> str:
    store = ox.Store()
    store.load(f"<a:a> <a:a> {value} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    (quad,) = store
    return str(quad.object)


def _unescaped(match: re.Match[str]) -> str:
    plain, short, long = match.groups()
    return _ESCAPED.get(plain, plain) if plain else chr(int(short or long, 16))
