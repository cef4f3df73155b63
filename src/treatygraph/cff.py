"""CITATION.cff read without a YAML library: the part of YAML 1.2 that such files are written in."""

from __future__ import annotations

import json
import re
from typing import Any

from treatygraph.errors import CorpusError

__all__ = ["read_cff"]

KEY = re.compile(r"""(?P<key>"[^"]*"|'[^']*'|[^\s\[\]{},"'&*!|>%@`#-][^#:]*?|-[^\s#:][^#:]*?)\s*:(?:\s+(?P<rest>.*))?""")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'')
BLOCK = re.compile(r"([|>])([+-]?)")
WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


class _Line:
    """A line with its indentation; ``text`` is without the comment, ``whole`` with what may only look like one."""

    def __init__(self, number: int, raw: str) -> None:
        self.number = number
        self.whole = raw.strip()
        self.indent = len(raw) - len(raw.lstrip(" "))
        self.text = self.whole[: _comment_at(self.whole)].rstrip()


class _Reader:
    """Reads block and flow collections, plain and quoted scalars over one or more lines, and literal and folded blocks."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._raw = text.splitlines()
        lines = [_Line(number, line) for number, line in enumerate(self._raw, 1)]
        self._lines = [line for line in lines if line.text and line.text not in ("---", "...")]
        self._at = 0

    def document(self) -> Any:  # noqa: ANN401 - a scalar, a list or a dict
        value = self._block(self._lines[0].indent) if self._lines else {}
        if self._at < len(self._lines):
            raise self._wrong(self._lines[self._at])
        return value

    def _wrong(self, line: _Line) -> CorpusError:
        return CorpusError(f"{self._name}:{line.number}: cannot be read: {line.whole}", "Write it in the plain YAML of the Citation File Format.")

    def _next(self, indent: int) -> _Line | None:
        """The next line of a block, or None at its end."""
        if self._at >= len(self._lines) or self._lines[self._at].indent < indent:
            return None
        if self._lines[self._at].indent > indent:
            raise self._wrong(self._lines[self._at])
        return self._lines[self._at]

    def _block(self, indent: int) -> Any:  # noqa: ANN401
        return self._sequence(indent) if _is_item(self._lines[self._at].text) else self._mapping(indent)

    def _below(self, indent: int) -> Any:  # noqa: ANN401
        """The block that is indented more, or nothing."""
        if self._at < len(self._lines) and self._lines[self._at].indent > indent:
            return self._block(self._lines[self._at].indent)
        return None

    def _sequence(self, indent: int) -> list[Any]:
        items = []
        while (line := self._next(indent)) and _is_item(line.text):
            rest = line.text[1:].lstrip()
            if not rest:
                self._at += 1
                items.append(self._below(indent))
            elif _is_item(rest) or KEY.fullmatch(rest):
                inside = line.indent + len(line.text) - len(rest)
                self._lines[self._at] = _Line(line.number, " " * inside + line.whole[1:].lstrip())
                items.append(self._block(inside))
            else:
                self._at += 1
                items.append(self._scalar(line, rest, indent))
        return items

    def _mapping(self, indent: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (line := self._next(indent)) and not _is_item(line.text):
            match = KEY.fullmatch(line.text)
            if not match:
                raise self._wrong(line)
            self._at += 1
            key = match["key"].strip("\"'")
            after = self._lines[self._at] if self._at < len(self._lines) else None
            if match["rest"]:
                found[key] = self._scalar(line, match["rest"], indent)
            elif after and after.indent == indent and _is_item(after.text):
                found[key] = self._sequence(indent)  # items may stand right below their key
            else:
                found[key] = self._below(indent)
        return found

    def _scalar(self, line: _Line, text: str, indent: int) -> Any:  # noqa: ANN401
        if block := BLOCK.fullmatch(text):
            return self._text_block(line.number, indent, is_folded=block[1] == ">", is_stripped=block[2] == "-")
        while self._at < len(self._lines) and self._lines[self._at].indent > indent and _goes_on(text):
            following = self._lines[self._at]
            if text[0] not in "\"'[{" and KEY.fullmatch(following.text):
                raise self._wrong(following)
            text += " " + (following.whole if text[0] in "\"'" else following.text)
            self._at += 1
        try:
            value, end = _flow(text, 0)
        except (ValueError, IndexError):
            raise self._wrong(line) from None
        if text[end:].strip() and not text[end:].lstrip().startswith("#"):
            raise self._wrong(line)
        return value

    def _text_block(self, number: int, indent: int, *, is_folded: bool, is_stripped: bool) -> str:
        lines = []
        for line in self._raw[number:]:
            if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
                break
            lines.append(line)
        while self._at < len(self._lines) and self._lines[self._at].number <= number + len(lines):
            self._at += 1
        edge = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        text = "\n".join(line[edge:] for line in lines).rstrip("\n ")
        if is_folded:
            text = re.sub(r"\n(\n*)", lambda breaks: breaks[1] or " ", text)
        return text if is_stripped else f"{text}\n"


def _is_item(text: str) -> bool:
    return text == "-" or text.startswith("- ")


def _comment_at(text: str) -> int:
    """Where the comment of a line begins: at a # after white space and outside quotation marks."""
    at = 0
    while at < len(text):
        if text[at] in "\"'" and (at == 0 or text[at - 1] in " [{,:"):
            quoted = QUOTED.match(text, at)
            at = quoted.end() if quoted else len(text)
        elif text[at] == "#" and (at == 0 or text[at - 1].isspace()):
            return at
        else:
            at += 1
    return len(text)


def _goes_on(text: str) -> bool:
    """Whether a scalar or a flow collection may go on in the next line: a plain one always does."""
    if text[0] in "\"'":
        return not QUOTED.match(text)
    return text[0] not in "[{" or text.count("[") + text.count("{") > text.count("]") + text.count("}")


def _flow(text: str, at: int, ends: str = "") -> tuple[Any, int]:
    """A value written in one line, and where it ends."""
    while text[at].isspace():
        at += 1
    if text[at] in "[{":
        return _flow_list(text, at + 1) if text[at] == "[" else _flow_map(text, at + 1)
    if text[at] in "&*!@`%":
        raise ValueError  # anchors, tags, and what YAML keeps for later
    if text[at] in "\"'":
        match = QUOTED.match(text, at)
        if not match:
            raise ValueError
        return json.loads(match[0]) if text[at] == '"' else match[0][1:-1].replace("''", "'"), match.end()
    end = min((found for mark in ends if (found := text.find(mark, at)) >= 0), default=len(text))
    plain = text[at:end].strip()
    return WORDS.get(plain, plain), end  # versions and dates stay text: they are no numbers


def _flow_list(text: str, at: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    while True:
        while text[at].isspace() or text[at] == ",":
            at += 1
        if text[at] == "]":
            return items, at + 1
        value, at = _flow(text, at, ",]")
        items.append(value)


def _flow_map(text: str, at: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while True:
        while text[at].isspace() or text[at] == ",":
            at += 1
        if text[at] == "}":
            return found, at + 1
        key, at = _flow(text, at, ":")
        found[str(key)], at = _flow(text, text.index(":", at) + 1, ",}")


def read_cff(text: str, name: str) -> dict[str, Any]:
    """The keys of a CITATION.cff with their values; numbers and dates as the text that they are.

    Args:
        text: of the file.
        name: of the file, for the message of an error.

    Raises:
        CorpusError: the file is no YAML, or uses a part of it that such files do without (anchors, tags).
    """
    found = _Reader(text, name).document()
    if not isinstance(found, dict):
        raise CorpusError(f"{name}: there are no keys in it.", "Write it in the plain YAML of the Citation File Format.")
    return found
