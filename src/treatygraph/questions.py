"""Saved queries: their headers, their typed parameters, and the text that runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from treatygraph.errors import CorpusError, UsageError, nearest
from treatygraph.layout import Layout
from treatygraph.namespaces import PREFIXES, XSD
from treatygraph.store import iri_term, literal_term
from treatygraph.things import Things

__all__ = ["Parameter", "Question", "check_date", "load_question", "load_questions"]

HEADER = re.compile(r"^#\+\s?(.*)$")
PARAMETER = re.compile(r"^\s*-\s*(?P<name>\w+):\s*(?P<type>[\w-]+:[\w-]+)\s*(?:,\s*(?P<text>.*))?$")
VALUES = r"^(?P<head>[ \t]*VALUES[ \t]+\?{name}[ \t]*\{{)(?P<term>[^{{}}]*)(?P<tail>\}}[ \t]*)$"
DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_date(text: str) -> str:
    """A day as ``YYYY-MM-DD`` in the Gregorian calendar, years 0001 to 9999, unchanged.

    Raises:
        UsageError: the text is no such day.
    """
    match = DATE.match(text) if text.isascii() else None
    if not match:
        raise UsageError(f"'{text}' is not a date.", "Write it as YYYY-MM-DD, for example 1956-12-12.")
    year, month, day = (int(part) for part in match.groups())
    if year == 0:
        raise UsageError(f"'{text}': there is no year 0.", "Years are 0001 to 9999.")
    if not 1 <= month <= 12:
        raise UsageError(f"'{text}': there is no month {month}.", "Months are 01 to 12.")
    leap = month == 2 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    last = DAYS[month - 1] + leap
    if not 1 <= day <= last:
        raise UsageError(f"'{text}' is not a day of the calendar.", f"The last day of that month is {year:04}-{month:02}-{last}.")
    return text


class Parameter:
    """A typed parameter of a saved query.

    Attributes:
        name: as in ``?name`` and ``--name``.
        type: a datatype (``xsd:date``) or a class (``tg:Place``), prefixed.
        description: what it means, in plain words.
        default: the term in the query file, as written there; ``UNDEF`` where the parameter may be left open.
    """

    def __init__(self, name: str, type: str, description: str, default: str) -> None:  # noqa: A002 - the word users read
        self.name = name
        self.type = type
        self.description = description
        self.default = default

    @property
    def is_open(self) -> bool:
        return self.default == "UNDEF"

    @property
    def is_thing(self) -> bool:
        """Whether the value is an individual of the graph, to be found by its name."""
        return not self.type.startswith("xsd:")

    @property
    def default_shown(self) -> str:
        """The default as a person would type it."""
        if self.is_open:
            return "any"
        literal = re.match(r'^"(.*)"', self.default)
        return literal.group(1) if literal else self.default.strip("<>")

    def term(self, value: str, things: Things) -> str:
        """A value as typed by a person, as the SPARQL term that the query asks with.

        Raises:
            UsageError: the value is not of the type of the parameter.
        """
        if self.type == "xsd:date":
            return literal_term(check_date(value), XSD + "date")
        if self.type == "xsd:integer":
            if not re.fullmatch(r"[+-]?\d+", value, re.ASCII):
                raise UsageError(f"--{self.name}: '{value}' is not a whole number.")
            return literal_term(value, XSD + "integer")
        if self.type == "xsd:string":
            return literal_term(value, XSD + "string")
        prefix, _, local = self.type.partition(":")
        return iri_term(things.find(value, PREFIXES[prefix] + local))


class Question:
    """One saved query: a question in plain words, its parameters, and SPARQL that runs unchanged anywhere.

    The header may also say how people see the answer, which changes nothing in the rows: ``merge`` names a column whose
    values a table lists together; ``layout: apparatus`` sets texts side by side, the columns of ``group`` as the heading
    and those of ``side`` as what stands beside one another. With one line ``side`` every row is a side, with several
    every row has all of them.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.name = path.stem
        self.text = text
        self.summary = ""
        self.description = ""
        self.tags: list[str] = []
        self.merge = ""
        self.about: list[str] = []
        self.layout = ""
        self.group: list[str] = []
        self.sides: list[list[str]] = []
        self.parameters: list[Parameter] = []
        self._read_header()

    def _read_header(self) -> None:
        section = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            header = HEADER.match(line)
            if not header:
                continue
            content = header.group(1)
            key, _, value = content.partition(":")
            if section == "params" and content.lstrip().startswith("-"):
                self.parameters.append(self._parameter(content, number))
            elif content.startswith((" ", "\t")):
                if section == "description":
                    self.description = f"{self.description} {content.strip()}".strip()
            else:
                section = key.strip()
                value = value.strip().strip("|").strip()
                self._take(section, value)
        if not self.summary:
            raise CorpusError(f"{self.path}: no '#+ summary:' line.", "Add one that asks the question in plain words.")
        self._check_layout()

    def _take(self, key: str, value: str) -> None:
        """Take in one key of the header; keys of other tools are passed over."""
        if key in ("summary", "description", "merge", "layout"):
            setattr(self, key, value)
        elif key in ("tags", "group"):
            setattr(self, key, _listed(value))
        elif key == "about":
            self.about = value.split()
        elif key == "side":
            self.sides.append(_listed(value))

    def _check_layout(self) -> None:
        if self.layout not in ("", "apparatus"):
            raise CorpusError(f"{self.path}: there is no layout '{self.layout}'.", "Write '#+ layout: apparatus', or leave it out for a table.")
        if self.layout and not (self.group and self.sides):
            raise CorpusError(f"{self.path}: an apparatus needs '#+ group:' and '#+ side:'.", "Name the columns of its heading, and those of a side.")
        for column in [*self.group, *(column for side in self.sides for column in side)]:
            if not re.search(rf"[?$]{re.escape(column)}\b", self.text):
                raise CorpusError(f"{self.path}: the layout names a column '{column}' that the query does not have.")

    def _parameter(self, line: str, number: int) -> Parameter:
        match = PARAMETER.match(line)
        if not match or match["type"].partition(":")[0] not in PREFIXES:
            raise CorpusError(f"{self.path}:{number}: not a parameter.", "Write '#+   - name: xsd:date, what it means'.")
        values = re.findall(VALUES.format(name=match["name"]), self.text, re.MULTILINE)
        if len(values) != 1:
            raise CorpusError(
                f"{self.path}:{number}: ?{match['name']} needs exactly one line 'VALUES ?{match['name']} {{ default }}', found {len(values)}.",
            )
        return Parameter(match["name"], match["type"], match["text"] or "", values[0][1].strip())

    def bind(self, values: Mapping[str, str], things: Things) -> str:
        """The text of the query with the given values in place of its defaults.

        Args:
            values: name of a parameter to value as typed; those not named keep their default.
            things: finds individuals by name.

        Raises:
            UsageError: no such parameter, or a value that is not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        text = self.text
        for name, value in values.items():
            if name not in known:
                raise UsageError(f"{self.name} has no parameter '{name}'.", nearest(name, known) or f"It has: {', '.join(known) or 'none'}.")
            term = known[name].term(value, things)
            text = re.sub(
                VALUES.format(name=name),
                lambda line, term=term: f"{line['head']} {term} {line['tail']}",  # type: ignore[misc]
                text,
                flags=re.MULTILINE,
            )
        return text


def _listed(value: str) -> list[str]:
    return [word.strip(" []") for word in value.split(",") if word.strip(" []")]


def load_question(layout: Layout, name: str) -> Question:
    """The saved query of a name.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    by_name = {path.stem: path for path in layout.query_files}
    if name not in by_name:
        raise UsageError(f"There is no saved query '{name}'.", nearest(name, by_name) or "List them with: treatygraph queries")
    return _read(by_name[name])


def load_questions(layout: Layout) -> list[Question]:
    """All saved queries of a corpus, by name."""
    return [_read(path) for path in layout.query_files]


def _read(path: Path) -> Question:
    try:
        return Question(path, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise CorpusError(f"{path}: the file is not UTF-8.", "Save it as UTF-8.") from None
