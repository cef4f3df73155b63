"""The tokens of a SPARQL text: strings, IRIs, variables and words told apart, so that a query is never changed inside a string."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

__all__ = ["Token", "form_of", "has_dataset", "joined", "select_columns", "split_prologue", "tokens_of", "with_dataset"]
__all__ += ["without_open_values"]

_PIECE = r"""(?P<comment>\#[^\n\r]*)
    |(?P<string>\"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*\"\"\"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<variable>[?$][A-Za-z0-9_\u00b7-\uffff]+)
    |(?P<word>[A-Za-z_][\w.-]*(?::[\w.:%/#-]*)?|:[\w.:%-]*)
    |(?P<space>\s+)
    |(?P<other>.)"""
_FORMS = {"SELECT": "select", "ASK": "ask", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
_AFTER_HEAD = {"{", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}


@dataclass(frozen=True)
class Token:
    """A piece of a query; ``gap`` is a space where it stands off from the one before."""

    kind: str
    text: str
    gap: str = " "

    @property
    def word(self) -> str:
        """An operator or brace as it is, a keyword in capitals, nothing for what is neither."""
        return self.text.upper() if self.kind == "word" else self.text if self.kind == "other" else ""

    @property
    def variable(self) -> str:
        return self.text[1:] if self.kind == "variable" else ""


def tokens_of(text: str) -> list[Token]:
    """The tokens of a query, without comments; each knows whether it stands off from the one before."""
    found, gap = [], ""
    for match in _token().finditer(text):
        kind = match.lastgroup or ""
        if kind in {"comment", "space"}:
            gap = " "
        else:
            found.append(Token(kind, match.group(), gap))
            gap = ""
    return found


@cache
def _token() -> re.Pattern[str]:
    """The pattern, compiled when first needed: few saved queries are cut into tokens."""
    return re.compile(_PIECE, re.VERBOSE | re.DOTALL)


def joined(tokens: Iterable[Token]) -> str:
    """The text of tokens, on one line."""
    return "".join(token.gap + token.text for token in tokens)


def split_prologue(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """BASE and PREFIX declarations, and the query or update after them (SPARQL 1.1, rule 4)."""
    at = 0
    while at < len(tokens) and tokens[at].word in {"BASE", "PREFIX"}:
        at += 1
        while at < len(tokens) and tokens[at].kind != "iri":
            at += 1
        at += 1
    return tokens[:at], tokens[at:]


def form_of(text: str) -> str:
    """What a query gives: ``select``, ``ask`` or ``graph``; an empty string for what is no query."""
    _, body = split_prologue(tokens_of(text))
    return _FORMS.get(body[0].word, "") if body else ""


def has_dataset(text: str) -> bool:
    """Whether a query names its graphs itself, by FROM."""
    _, body = split_prologue(tokens_of(text))
    return any(token.word == "FROM" for token in body[: _head_end(body)])


def with_dataset(text: str, default: Iterable[str], named: Iterable[str]) -> str:
    """A query with FROM and FROM NAMED clauses for graphs, where a store does not take them from the protocol."""
    prologue, body = split_prologue(tokens_of(text))
    clauses = [f" FROM <{graph}>" for graph in default] + [f" FROM NAMED <{graph}>" for graph in named]
    at = _head_end(body)
    return f"{joined(prologue)}{joined(body[:at])}{''.join(clauses)}{joined(body[at:])}".strip()


def _head_end(body: list[Token]) -> int:
    """Where the dataset clauses of a query end: before its WHERE or group, outside of brackets and of the template of a
    CONSTRUCT (SPARQL 1.1, rules 7 to 14)."""
    round_, curly = 0, 0
    template = body[0].word == "CONSTRUCT" and len(body) > 1 and body[1].word == "{" if body else False
    for at, token in enumerate(body):
        if not template and round_ == 0 and token.word in _AFTER_HEAD:
            return at
        round_ += (token.word == "(") - (token.word == ")")
        if template:
            curly += (token.word == "{") - (token.word == "}")
            template = curly > 0 or token.word != "}"
    return len(body)


def without_open_values(text: str) -> str:
    """A query without blocks such as ``VALUES ?x { UNDEF }``, which join with everything and change nothing (SPARQL 1.1, 18.2.4.3).

    Saved queries have them for parameters that are left open; Virtuoso loses rows by them.
    """
    tokens = tokens_of(text)
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        block = tokens[at : at + 5]
        if [block[0].word, *(token.word for token in block[2:])] == ["VALUES", "{", "UNDEF", "}"] and block[1].variable:
            at += 5
        else:
            kept.append(tokens[at])
            at += 1
    return joined(kept).strip() if len(kept) < len(tokens) else text


def select_columns(tokens: list[Token]) -> set[str]:
    """The variables of a SELECT clause, and ``*``; the tokens begin after SELECT."""
    found, depth = set(), 0
    for i, token in enumerate(tokens):
        if token.word in {"{", "WHERE"}:
            break
        depth += (token.word == "(") - (token.word == ")")
        if (token.variable and depth == 0) or (token.variable and depth == 1 and tokens[i - 1].word == "AS"):
            found.add(token.variable)
        if token.word == "*" and depth == 0:
            found.add("*")
    return found
