"""The full-text index of a corpus, made once for the bytes of its files; the one boundary to SQLite."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import groupby
from pathlib import Path

from treatygraph.built import Built, answering
from treatygraph.cache import cache_folder, digest_of, drop_oldest, keep, kept
from treatygraph.corpus import LoadedCorpus, load_corpus
from treatygraph.errors import TreatyGraphError, UsageError, nearest
from treatygraph.layout import Layout
from treatygraph.namespaces import DCTERMS, QUERY_PREFIXES, RDFS, SKOS, SKOSXL, short_name
from treatygraph.opening import BuiltCorpus
from treatygraph.store import offset_of
from treatygraph.things import fold
from treatygraph.words import Wanted, words_of

__all__ = ["FIELDS", "Entry", "Index", "Progress", "index_of", "is_indexed"]

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
CAN_BE_KEPT = hasattr(sqlite3.Connection, "serialize")  # a SQLite may be built without it
FORM = 1  # of the tables; another one asks for another file
# What is weighed how much where several things match: what a thing is called says most about it.
FIELDS = {"name": 2.0, "passage": 1.0, "text": 1.0, "note": 0.8, "definition": 0.8}
TITLE = DCTERMS + "title"
NAMES = {SKOS + "prefLabel", SKOS + "altLabel", SKOSXL + "literalForm", RDFS + "label", TITLE}
NOTES = {SKOS + "editorialNote", SKOS + "scopeNote", SKOS + "note", RDFS + "comment"}
DEFINITIONS = {SKOS + "definition", SKOS + "example"}
TABLES = """
CREATE TABLE entry (id INTEGER PRIMARY KEY, thing TEXT, field TEXT, language TEXT, text TEXT, via TEXT);
CREATE VIRTUAL TABLE word USING fts5(folded, content='', tokenize="unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(word, row);
CREATE TABLE label (thing TEXT, language TEXT, text TEXT);
CREATE TABLE name (thing TEXT, text TEXT);
CREATE TABLE kind (thing TEXT, class TEXT, is_nearest INTEGER);
CREATE TABLE place (thing TEXT, document TEXT, start INTEGER, end INTEGER, pinpoint TEXT);
CREATE TABLE day (day TEXT, thing TEXT);
"""
KEYS = """
CREATE INDEX label_thing ON label (thing);
CREATE INDEX kind_thing ON kind (thing, class);
CREATE INDEX kind_class ON kind (class, thing);
CREATE INDEX name_thing ON name (thing);
CREATE INDEX place_thing ON place (thing);
"""


class Entry:
    """Something that a corpus says in words about a thing, and how well it answers a search.

    Attributes:
        thing: its IRI.
        field: one of `FIELDS`.
        via: the name as attested that gives the words, or an empty string.
        score: smaller is better.
    """

    def __init__(self, thing: str, field: str, language: str, text: str, via: str, score: float) -> None:
        self.thing = thing
        self.field = field
        self.language = language
        self.text = text
        self.via = via
        self.score = score


class Index:
    """What can be asked of an index without reading the corpus."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def matches(self, asked: list[Wanted], kind: str | None = None, field: str | None = None) -> list[Entry]:
        """For each thing about which the corpus says all that is asked in one text, the best of these texts, best first.

        Args:
            asked: what has to be there.
            kind: the IRI of a class that the thing has to be an instance of.
            field: one of `FIELDS`, to look in no other.
        """
        weights = " ".join(f"WHEN '{name}' THEN {weight}" for name, weight in FIELDS.items())
        rows = self._connection.execute(
            f"""WITH hit AS MATERIALIZED (SELECT rowid AS id, bm25(word) AS score FROM word WHERE word MATCH :asked)
                SELECT thing, field, language, text, via, score * CASE field {weights} END AS weighed FROM hit JOIN entry USING (id)
                WHERE (:field IS NULL OR field = :field) AND (:kind IS NULL OR thing IN (SELECT thing FROM kind WHERE class = :kind))
                ORDER BY weighed, thing, text""",  # noqa: S608 - the weights are ours, what is asked is bound
            {"asked": _match(asked), "field": field, "kind": kind},
        )
        best: dict[str, Entry] = {}
        for row in rows:
            best.setdefault(row[0], Entry(*row))
        whole = [word for one in asked for word in one.words]
        # A thing that is called just so comes first, whatever the statistics say.
        return sorted(best.values(), key=lambda entry: entry.field != "name" or [word.folded for word in words_of(entry.text)] != whole)

    def count(self, one: Wanted) -> int:
        """In how many texts something stands."""
        ((number,),) = self._connection.execute("SELECT COUNT(*) FROM word WHERE word MATCH ?", (_match([one]),))
        return int(number)

    def vocabulary(self) -> list[str]:
        """Every word of the corpus, folded."""
        return [term for (term,) in self._connection.execute("SELECT term FROM vocabulary")]

    def labels(self, things: Iterable[str], language: str) -> dict[str, str]:
        """The labels of things by the rule of `Things.labels`."""
        found = {}
        for thing in dict.fromkeys(things):
            row = self._connection.execute(
                "SELECT text FROM label WHERE thing = ? ORDER BY language <> ?, language <> 'en', text LIMIT 1", (thing, language)
            ).fetchone()
            found[thing] = str(row[0]) if row else short_name(thing)
        return found

    def kinds(self, things: Iterable[str], language: str) -> dict[str, str]:
        """The labels of the most specific classes of things."""
        found = {}
        for thing in dict.fromkeys(things):
            classes = [cls for (cls,) in self._connection.execute("SELECT class FROM kind WHERE thing = ? AND is_nearest ORDER BY class", (thing,))]
            found[thing] = ", ".join(self.labels(classes, language).values())
        return found

    def place(self, thing: str) -> tuple[str, int | None, int | None, str]:
        """Of a passage or a citation: its document, start and end in the text, and its pinpoint."""
        row = self._connection.execute("SELECT document, start, end, pinpoint FROM place WHERE thing = ?", (thing,)).fetchone()
        return row or ("", None, None, "")

    def class_of(self, name: str) -> str:
        """The class that a person names, by any label, its short name or its IRI.

        Raises:
            UsageError: no thing of the corpus is of that class.
        """
        rows = self._connection.execute(
            "SELECT DISTINCT class, text FROM kind LEFT JOIN label ON label.thing = kind.class ORDER BY class, text",
        ).fetchall()
        asked = fold(name)
        for cls, text in rows:
            if asked in (fold(text or ""), fold(short_name(cls)), fold(cls), fold(short_name(cls).partition(":")[2])):
                return str(cls)
        raise UsageError(f"Nothing here is of the kind '{name}'.", nearest(name, {text for _, text in rows if text}))

    def names(self, kind: str | None = None) -> list[tuple[str, str]]:
        """Every name by which `Things.find` finds a thing, or one of a class, with its IRI, in the order of the things."""
        return [
            (text, thing)
            for text, thing in self._connection.execute(
                "SELECT DISTINCT text, thing FROM name WHERE :kind IS NULL OR thing IN (SELECT thing FROM kind WHERE class = :kind) ORDER BY thing, text",
                {"kind": kind},
            )
        ]

    def quoted_documents(self) -> list[str]:
        """The documents of which a text is quoted."""
        return [document for (document,) in self._connection.execute("SELECT DISTINCT document FROM place WHERE start IS NOT NULL ORDER BY document")]

    def things(self, kind: str) -> list[str]:
        """The things of a class."""
        return [thing for (thing,) in self._connection.execute("SELECT DISTINCT thing FROM kind WHERE class = ? ORDER BY thing", (kind,))]

    def classes(self) -> list[str]:
        """The classes that something is of."""
        return [cls for (cls,) in self._connection.execute("SELECT DISTINCT class FROM kind ORDER BY class")]

    def days(self) -> list[tuple[str, list[str]]]:
        """The days on which something begins or ends, with the things."""
        found: dict[str, list[str]] = {}
        for day, thing in self._connection.execute("SELECT DISTINCT day, thing FROM day ORDER BY day, thing"):
            found.setdefault(day, []).append(thing)
        return list(found.items())


def index_of(layout: Layout, progress: Progress = lambda _, __: nullcontext(lambda _: None)) -> Index:
    """The index of a corpus: read from the cache if it was made from the same bytes, else made, and kept if possible.

    Args:
        layout: the files.
        progress: shows how far the making is, see `cli.terminal.progress`.

    Raises:
        CorpusError: a file of the corpus is not Turtle.
        TreatyGraphError: this SQLite has no full-text search.
    """
    built = answering(layout)
    if built is not None:
        return index_of_built(layout, built, progress)
    name = f"{digest_of(layout)}-{FORM}.sqlite"
    connection = sqlite3.connect(":memory:")
    body = kept(name) if CAN_BE_KEPT else None
    if body is not None:
        connection.deserialize(body)
        return Index(connection)
    _fill(connection, load_corpus(layout), progress)
    if CAN_BE_KEPT:
        keep(name, connection.serialize())
    return Index(connection)


def is_indexed(layout: Layout) -> bool:
    """Whether an index can be had at once, or a large corpus would have to be read for it first."""
    built = answering(layout)
    return built is None or is_at_hand(built)


def is_at_hand(built: Built) -> bool:
    """The same of a built store."""
    return not built.is_large or _path_of(built).is_file()


def _path_of(built: Built) -> Path:
    return cache_folder() / f"{built.path.name}-{FORM}.built.sqlite"


def index_of_built(layout: Layout, built: Built, progress: Progress = lambda _, __: nullcontext(lambda _: None)) -> Index:
    """The index of a built store, which stays on the disk: made once for its generation, which never changes."""
    path = _path_of(built)
    connection = _opened(path)
    if connection is None:
        with suppress(OSError, sqlite3.OperationalError), _beside(path) as beside:
            connection = sqlite3.connect(beside)
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            _fill(connection, BuiltCorpus(layout, built), progress)
            connection.close()
        connection = _opened(path)
    if connection is None:  # nowhere to keep it
        connection = sqlite3.connect(":memory:")
        _fill(connection, BuiltCorpus(layout, built), progress)
    return Index(connection)


def _opened(path: Path) -> sqlite3.Connection | None:
    """A kept index, for reading; None where there is none, or not all of its pages."""
    if not path.is_file():
        return None
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
        ((size,),) = connection.execute("PRAGMA page_size").fetchall()
    except sqlite3.DatabaseError:
        pages = size = 0
    if pages and pages * size == path.stat().st_size:
        return connection
    connection.close()
    return None


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A new file to fill, which gets its name when it is whole; the oldest of its kind goes then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    drop_oldest(path)


def _fill(connection: sqlite3.Connection, corpus: LoadedCorpus, progress: Progress) -> None:
    def rows(query: str) -> Iterator[tuple[str | None, ...]]:
        return corpus.store.each(f"{QUERY_PREFIXES} SELECT DISTINCT {query}")

    try:
        connection.executescript(TABLES)
    except sqlite3.OperationalError as error:
        raise TreatyGraphError(f"This SQLite ({sqlite3.sqlite_version}) has no full-text search: {error}.", "Use a Python whose SQLite has FTS5.") from None

    # Put together in tables of SQLite, which go to the disk where they are large, and never in lists.
    connection.executescript(
        """CREATE TEMP TABLE found (thing TEXT, field TEXT, language TEXT, text TEXT, via TEXT);
        CREATE TEMP TABLE said (thing TEXT, property TEXT, text TEXT, language TEXT);
        CREATE TEMP TABLE attested (thing TEXT, text TEXT, language TEXT, name TEXT);
        CREATE TEMP TABLE record (thing TEXT PRIMARY KEY);"""
    )
    for thing, document, start, end, text, language in rows(
        """?thing ?document ?start ?end ?text (LANG(?text) AS ?language) {
          ?thing oa:hasSource ?version ; oa:hasSelector ?quote , ?position . ?version tg:isVersionOf ?document .
          ?quote oa:exact ?text . ?position oa:start ?start ; oa:end ?end }"""
    ):
        connection.execute("INSERT INTO found VALUES (?, 'passage', ?, ?, '')", (thing, language, text))
        connection.execute("INSERT INTO place VALUES (?, ?, ?, ?, '')", (thing, document, offset_of(start or ""), offset_of(end or "")))
    for thing, document, text in rows(
        "?thing ?document ?text { ?thing tg:isCitationOf ?document OPTIONAL { ?thing tg:pinpoint ?text } FILTER(isIRI(?thing)) }"
    ):
        connection.execute("INSERT INTO place VALUES (?, ?, NULL, NULL, ?)", (thing, document, text or ""))
        if text:
            connection.execute("INSERT INTO found VALUES (?, 'passage', '', ?, '')", (thing, text))
    connection.executemany(
        "INSERT INTO attested VALUES (?, ?, ?, ?)",
        rows("?thing ?text (LANG(?text) AS ?language) ?name { ?name tg:isNameOf ?thing ; skosxl:literalForm ?text }"),
    )
    connection.executemany(
        "INSERT INTO said VALUES (?, ?, ?, ?)",
        rows("?thing ?property ?text (LANG(?text) AS ?language) { ?thing ?property ?text FILTER(isIRI(?thing) && LANG(?text) != '') }"),
    )
    connection.executemany("INSERT OR IGNORE INTO record VALUES (?)", rows("?name { ?name a tg:Name }"))
    connection.execute("CREATE INDEX attested_name ON attested (name, text)")
    connection.create_function("field_of", 1, _field, deterministic=True)
    connection.execute(  # the forms of names stand with the thing that they name
        """INSERT INTO found SELECT thing, field_of(property), language, text, '' FROM said
        WHERE NOT EXISTS (SELECT 1 FROM attested WHERE name = said.thing AND attested.text = said.text)"""
    )
    connection.execute("INSERT INTO found SELECT thing, 'name', language, text, coalesce(name, '') FROM attested")
    ((length,),) = connection.execute("SELECT COUNT(*) FROM found")
    with progress("Indexing the words", length) as done:
        ordered = connection.execute("SELECT thing, field, language, text, via FROM found ORDER BY thing, field, language, text, via")
        for number, entry in enumerate(ordered, 1):
            connection.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", (number, *entry))
            connection.execute("INSERT INTO word (rowid, folded) VALUES (?, ?)", (number, " ".join(word.folded for word in words_of(entry[3] or ""))))
            done(1)
    names = ", ".join(f"'{iri}'" for iri in sorted(NAMES - {TITLE}))
    connection.execute(
        f"""INSERT INTO name SELECT thing, text FROM said WHERE property IN ({names}) AND thing NOT IN (SELECT thing FROM record)
        UNION SELECT thing, text FROM attested"""  # noqa: S608 - the names are ours
    )
    connection.executemany(
        "INSERT INTO label VALUES (?, ?, ?)",
        rows("?thing (LANG(?text) AS ?language) ?text { ?thing skos:prefLabel|rdfs:label ?text FILTER(isIRI(?thing)) } ORDER BY ?thing ?language ?text"),
    )
    above: dict[str, set[str]] = {}
    for cls, wider in rows("?class ?wider { ?class rdfs:subClassOf+ ?wider FILTER(isIRI(?class) && isIRI(?wider)) }"):
        above.setdefault(cls or "", set()).add(wider or "")
    typed = rows("?thing ?class { ?thing a ?class FILTER(isIRI(?thing) && isIRI(?class)) } ORDER BY ?thing ?class")
    for thing, group in groupby(typed, key=lambda row: row[0]):
        own = {cls or "" for _, cls in group}
        classes = own.union(*(above.get(cls, set()) for cls in own))
        wider_ones = {wider for cls in classes for wider in above.get(cls, ()) if wider != cls}
        connection.executemany("INSERT INTO kind VALUES (?, ?, ?)", [(thing, cls, cls not in wider_ones) for cls in sorted(classes)])
    connection.executemany(
        "INSERT INTO day VALUES (?, ?)",
        rows("?day ?thing { ?thing tg:startEarliest|tg:startLatest|tg:endEarliest|tg:endLatest ?day FILTER(isIRI(?thing)) } ORDER BY (STR(?day)) ?thing"),
    )
    connection.executescript(KEYS)
    connection.execute("INSERT INTO word (word) VALUES ('optimize')")
    connection.commit()


def _field(property_: str) -> str:
    if property_ in NAMES:
        return "name"
    if property_ in NOTES:
        return "note"
    return "definition" if property_ in DEFINITIONS else "text"


def _match(asked: list[Wanted]) -> str:
    """The query in the language of FTS5 (sqlite.org/fts5.html, section 3): quoted words only, so that nothing is an operator."""
    return " AND ".join(f'"{" ".join(one.words)}"{" *" if one.is_prefix else ""}' for one in asked)
