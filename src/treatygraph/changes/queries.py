"""What changed in the saved queries: the question, its parameters, its columns, or what it looks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from treatygraph.changes.change import Change
from treatygraph.namespaces import RDF, XSD
from treatygraph.store import literal_term

__all__ = ["query_changes", "sparql_meaning"]

# The tokens of SPARQL 1.1, section 19.8, as far as it takes to see where one ends.
TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<string>\"{3}(?:[^\"\\]|\\.|\"(?!\"\"))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<iri><[^<>"{}|^`\\\s]*>)
    |(?P<variable>[?$]\w+)
    |(?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w.:%\\-]*[\w:%-])?)
    |(?P<tag>@[a-zA-Z-]+)
    |(?P<word>\w+)
    |(?P<sign>\^\^|&&|\|\||[<>!]=|\S)""",
    re.VERBOSE | re.DOTALL,
)
PREFIXES = re.compile(r"(?im)^[ \t]*PREFIX[ \t]+[^\s:]*:[ \t]*<[^>]*>[ \t]*\n")
HEADER = re.compile(r"^#\+\s?(?P<text>.*)$", re.MULTILINE)
DEFAULT = r"(?m)^[ \t]*VALUES[ \t]+\?{name}[ \t]*\{{(?P<term>[^{{}}]*)\}}"


def sparql_meaning(text: str) -> list[str]:
    """The tokens of a query, without comments, with prefixes written out and keywords in capitals: alike for what is only
    written differently. A prefix that the text does not declare stays as it is.
    """
    tokens: list[str] = []
    prefixes: dict[str, str] = {}
    found = [match for match in TOKEN.finditer(text) if match.lastgroup != "comment"]
    at = 0
    while at < len(found):
        match = found[at]
        if match[0].upper() == "PREFIX" and at + 2 < len(found) and found[at + 1].lastgroup == "name":
            prefixes[found[at + 1][0].removesuffix(":")] = found[at + 2][0][1:-1]
            at += 3
            continue
        tokens.append(_normal(match, prefixes))
        at += 1
    return tokens


def _normal(match: re.Match[str], prefixes: Mapping[str, str]) -> str:
    text = match[0]
    if match.lastgroup == "name":
        prefix, _, local = text.partition(":")
        return f"<{prefixes[prefix]}{local}>" if prefix in prefixes else text
    if match.lastgroup == "variable":
        return f"?{text[1:]}"
    if match.lastgroup == "tag":
        return text.lower()
    if match.lastgroup == "word":
        return f"<{RDF}type>" if text == "a" else text.upper()
    return text


class _Query:
    """A saved query as its parts; read by itself, for an older one may not be what today's program takes."""

    def __init__(self, text: str) -> None:
        self.header: dict[str, str] = {}
        self.parameters: dict[str, str] = {}
        self._defaults: dict[str, list[str]] = {}
        prefixes = "".join(match[0] for match in PREFIXES.finditer(text))
        key = ""
        for match in HEADER.finditer(text):
            line = match["text"]
            name, _, rest = line.strip().removeprefix("- ").partition(":")
            if key == "params" and line.lstrip().startswith("-"):
                default = re.search(DEFAULT.format(name=re.escape(name)), text)
                term = default["term"].strip() if default else ""
                self.parameters[name] = f"{rest.strip()} [{term}]"
                self._defaults[name] = [rest.strip(), *sparql_meaning(prefixes + term)]
            elif line.startswith((" ", "\t")):
                self.header[key] = f"{self.header.get(key, '')} {line.strip()}".strip()
            else:
                key = name.strip()
                self.header[key] = " ".join(filter(None, (self.header.get(key), rest.strip())))
        self.header.pop("params", None)
        bare = text
        for name in self.parameters:  # a default is told with its parameter
            bare = re.sub(DEFAULT.format(name=re.escape(name)), f"VALUES ?{name} {{ }}", bare)
        tokens = sparql_meaning(bare)
        begin = tokens.index("SELECT") + 1 if "SELECT" in tokens else 0
        end = next((at for at in range(begin, len(tokens)) if tokens[at] in ("WHERE", "{")), begin)
        self.columns = _columns(tokens[begin:end])
        self.pattern = " ".join(tokens[:begin] + [token for token in tokens[begin:end] if token not in self.columns] + tokens[end:])

    @property
    def whole(self) -> tuple[object, ...]:
        return self.header, self._defaults, self.columns, self.pattern

    def same_parameter(self, other: _Query, name: str) -> bool:
        """Whether a parameter is the same in both: its type, its words and its default, however that is abbreviated."""
        return self._defaults.get(name) == other._defaults.get(name)


def _columns(tokens: list[str]) -> list[str]:
    """The variables that a SELECT clause names: those outside brackets, and those that an expression is called."""
    depth = 0
    found = []
    for before, text in zip(["", *tokens], tokens, strict=False):
        depth += (text == "(") - (text == ")")
        if text.startswith("?") and (depth == 0 or before == "AS"):
            found.append(text)
    return found


def query_changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """What changed between the saved queries of two corpora.

    Args:
        old: the text of each query by its name.
        new: likewise.
    """
    before = {name: _Query(text) for name, text in old.items()}
    after = {name: _Query(text) for name, text in new.items()}
    gone = sorted(before.keys() - after.keys())
    come = sorted(after.keys() - before.keys())
    for name in list(gone):
        same = [other for other in come if after[other].whole == before[name].whole]
        if same:
            yield Change("renamed", _thing(same[0]), old=[_literal(name)], new=[_literal(same[0])])
            gone.remove(name)
            come.remove(same[0])
    yield from (Change("removed", _thing(name), "summary", old=[_literal(before[name].header.get("summary", ""))]) for name in gone)
    yield from (Change("added", _thing(name), "summary", new=[_literal(after[name].header.get("summary", ""))]) for name in come)
    for name in sorted(before.keys() & after.keys()):
        yield from _between(_thing(name), before[name], after[name])


def _between(thing: str, old: _Query, new: _Query) -> Iterator[Change]:
    for key in dict.fromkeys([*old.header, *new.header]):
        kind = "question" if key == "summary" else "header"
        yield from _one(kind, thing, key, old.header.get(key), new.header.get(key))
    for name in dict.fromkeys([*old.parameters, *new.parameters]):
        if not old.same_parameter(new, name):
            yield from _one("parameter", thing, name, old.parameters.get(name), new.parameters.get(name))
    if old.columns != new.columns:
        gone = [column for column in old.columns if column not in new.columns]
        come = [column for column in new.columns if column not in old.columns]
        yield Change("columns", thing, "columns", list(map(_literal, gone)), list(map(_literal, come)))
    if old.pattern != new.pattern:
        yield Change("pattern", thing, "pattern", [_literal(old.pattern)], [_literal(new.pattern)])


def _one(kind: str, thing: str, name: str, old: str | None, new: str | None) -> Iterator[Change]:
    if old != new:
        yield Change(kind, thing, name, [_literal(old)] if old is not None else [], [_literal(new)] if new is not None else [])


def _thing(name: str) -> str:
    return f"queries/{name}.rq"


def _literal(text: str) -> str:
    return literal_term(text, XSD + "string")
