"""SPARQL as a text: what it calls outside, which dataset it names, and where it is wrong.

The engine parses, but tells nobody what it found; so this module reads tokens. Where it differs from the engine it errs
to the careful side: a word that only contains a keyword counts as the keyword, for the engine takes ``trueSERVICE`` as
two words. Behind it stands a second fence: a worker that may call nobody cannot open a connection either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urljoin

from treatygraph.web.refusals import Refused

__all__ = ["explain", "forbid_calls", "names_dataset", "with_dataset"]

# Tokens of SPARQL 1.1, section 19.8; names and variables a little wider than there, which the engine refuses anyway.
TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n\r]* )
  | (?P<string> \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3} | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
  | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*> )
  | (?P<variable> [?$]\w+ )
  | (?P<tag> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<name> (?: [^\W\d_](?:[\w.\-·]*[\w\-·])? | _ )? : (?: (?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
      (?:[\w:.\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])* )? )
  | (?P<number> \d*\.?\d+(?:[eE][+-]?\d+)? )
  | (?P<word> [A-Za-z]\w* )
  | (?P<mark> \S )
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# One spelling of a host and its port that every reader of addresses reads alike: no user, no escapes, no other scripts.
ADDRESS = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(?:[/?#]|\Z)", re.IGNORECASE)
PORTS = {"http": "80", "https": "443"}
PLACE = re.compile(r"^error at (\d+):(\d+): (.*)$", re.DOTALL)
EXPECTED = re.compile(r"expected (?:one of )?(.*)$", re.DOTALL)
SHOWN_LINE = 100  # characters of a line of a query that a message shows


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def _tokens(text: str) -> list[Token]:
    return [Token(match.lastgroup or "", match[0], match.start(), match.end()) for match in TOKEN.finditer(text) if match.lastgroup != "comment"]


def _has(token: Token, keyword: str) -> bool:
    return token.kind == "word" and keyword in token.text.upper()


def _is(token: Token, keyword: str) -> bool:
    return token.kind == "word" and token.text.upper() == keyword


def _readings(text: str) -> Iterator[list[Token]]:
    """The text as the engine reads it, and as the standard does, which resolves escapes before everything else (section 19.2)."""
    yield _tokens(text)
    if "\\u" in text or "\\U" in text:
        yield _tokens(_unescaped(text))


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        point = int(match[1] or match[2], 16)
        return chr(point) if point <= 0x10FFFF else match[0]

    return ESCAPE.sub(character, text)


def names_dataset(text: str) -> bool:
    """Whether a query says itself which graphs it asks (FROM, FROM NAMED)."""
    return any(_has(token, "FROM") for tokens in _readings(text) for token in tokens)


def forbid_calls(text: str, services: Sequence[str], loads: Sequence[str]) -> bool:
    """See to it that a query or update asks no other server than those allowed by name.

    Args:
        text: the query or update.
        services: the hosts that SERVICE may ask.
        loads: the hosts that LOAD may read from.

    Returns:
        Whether it asks another server at all.

    Raises:
        Refused: it asks a server that is not allowed, or one that is not written out.
    """
    asks = False
    for tokens in _readings(text):
        for keyword, allowed, option in (("SERVICE", services, "--allow-service"), ("LOAD", loads, "--allow-load")):
            for index, token in enumerate(tokens):
                if _has(token, keyword):
                    asks = True
                    _check_call(tokens, index, keyword, allowed, option)
    return asks


def _check_call(tokens: list[Token], index: int, keyword: str, allowed: Sequence[str], option: str) -> None:
    if not allowed:
        raise Refused(403, f"{keyword} is not allowed on this server.", f"Whoever runs it can allow a host by name with {option} HOST.")
    following = tokens[index + 1 :]
    if not _is(tokens[index], keyword):
        following = []
    elif following and _is(following[0], "SILENT"):
        following = following[1:]
    address = _address(tokens[:index], following[0]) if following else None
    if address is None:
        raise Refused(403, f"{keyword} has to name its server as an IRI on this server.", f"Allowed: {', '.join(allowed)}.")
    match = ADDRESS.match(address)
    if not match:
        raise Refused(403, f"{keyword} cannot ask <{address}>.", "Give a plain address that begins with http:// or https://.")
    host, port = match[2].lower(), match[3] or PORTS[match[1].lower()]
    names = {f"{host}:{port}"} | ({host} if port == PORTS[match[1].lower()] else set())
    if not names & {name.lower() for name in allowed}:
        raise Refused(403, f"{keyword} may not ask {host}:{port} on this server.", f"Allowed: {', '.join(allowed)}.")


def _address(before: list[Token], token: Token) -> str | None:
    """The IRI that a token stands for, by the prefixes declared before it; None for anything that is no IRI."""
    base, prefixes = "", {}
    for index, word in enumerate(before):
        if _is(word, "BASE") and index + 1 < len(before) and before[index + 1].kind == "iri":
            base = _iri(before[index + 1], base)
        elif _is(word, "PREFIX") and index + 2 < len(before) and before[index + 2].kind == "iri":
            prefixes[before[index + 1].text] = _iri(before[index + 2], base)
    if token.kind == "iri":
        return _iri(token, base)
    prefix, colon, local = token.text.partition(":")
    if token.kind == "name" and prefix + colon in prefixes and "\\" not in local:
        return prefixes[prefix + colon] + local
    return None


def _iri(token: Token, base: str) -> str:
    return urljoin(base, _unescaped(token.text[1:-1]))


def with_dataset(update: str, graphs: Sequence[str], named: Sequence[str]) -> str:
    """An update that asks the graphs that the protocol names (SPARQL 1.1 Protocol, section 2.2.3), written as USING.

    Args:
        update: the update.
        graphs: IRIs for the default graph, each already a SPARQL term.
        named: IRIs of the named graphs, likewise.

    Raises:
        Refused: the update says itself which graphs it asks; or it is written so that this cannot be told.
    """
    tokens = _tokens(update)
    clauses = " ".join([*(f"USING {graph}" for graph in graphs), *(f"USING NAMED {graph}" for graph in named)])
    parts, done, depth = [], 0, 0
    for index, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0
        if depth or token.kind != "word":
            continue
        if _has(token, "USING") or _is(token, "WITH"):
            raise Refused(
                400, "The update names its graphs itself (USING, WITH), and so do the parameters of the request.", "Leave one of them away (section 2.2.3)."
            )
        if _is(token, "WHERE"):
            parts.append(update[done : token.start])
            if index and _is(tokens[index - 1], "DELETE"):  # DELETE WHERE { pattern }, which takes no USING
                parts.append(f"{_block(update, tokens[index + 1 :])} ")
            parts.append(f"{clauses} ")
            done = token.start
        elif "WHERE" in token.text.upper():
            raise Refused(400, "The update runs two keywords together.", "Put a space between them.")
    return "".join([*parts, update[done:]])


def _block(text: str, tokens: list[Token]) -> str:
    """The text of the braces that these tokens begin with."""
    depth = 0
    for token in tokens:
        depth += (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0
        if depth <= 0:
            return text[tokens[0].start : token.end]
    return ""


def explain(text: str, said: str) -> str:
    """What the engine says of a text that is not SPARQL, for people: how far it came, the line with a mark under it, and why.

    Args:
        text: the query or update.
        said: the message of the engine.
    """
    match = PLACE.match(said)
    if not match:
        return f"This is not SPARQL 1.1: {said}"
    line, column = int(match[1]), int(match[2])
    lines = text.split("\n")
    shown = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
    first = max(0, column - SHOWN_LINE // 2)
    mark = " " * (column - 1 - first) + "^"
    return f"This is not SPARQL 1.1. It can be read as far as line {line}, column {column}{_reason(match[3])}\n\n{shown[first : first + SHOWN_LINE]}\n{mark}\n"


def _reason(rest: str) -> str:
    """Why the engine reads no further, where it says more than which characters it would have taken."""
    match = EXPECTED.match(rest)
    choices = re.split(r", (?![^\[]*\])", match[1]) if match else [rest]
    reasons = [choice.strip() for choice in choices if re.fullmatch(r"\s*[A-Za-z][\w()]*(?: [\w()]+)+\s*", choice)]
    return f": {'; '.join(reasons)}." if reasons else "."
