"""The blank nodes of a file that was read again: the same ones as before, by what is said of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

__all__ = ["with_names_of"]

DEPTH = 8  # of blank nodes that lead to blank nodes, which are told from one another; of what is deeper any may be any
_BLANK = re.compile(r"_:\w+")


def with_names_of(before: set[str], after: set[str]) -> set[str]:
    """The triples of a file with the names that its blank nodes had before, as far as what is said of them is the same.

    A blank node stands in one file only, so that any names will do as long as no two nodes share one.
    """
    old, new = _signs(before), _signs(after)
    names: dict[str, str] = {}
    for sign, nodes in new.items():
        names |= dict(zip(nodes, old.get(sign, ()), strict=False))
    return {_BLANK.sub(lambda match: names.get(match.group(), match.group()), line) if "_:" in line else line for line in after}


def _signs(lines: set[str]) -> dict[str, list[str]]:
    """The blank nodes by what is said of them, and of the blank nodes that they lead to, and so on."""
    said: dict[str, list[str]] = {}
    led: dict[str, list[str]] = {}
    for line in sorted(line for line in lines if "_:" in line):
        subject, predicate, value = line.split(" ", 2)
        if subject[0] == "_":
            said.setdefault(subject, []).append(f"{predicate} {value}")
        if value[0] == "_":
            led.setdefault(value, []).append(f"{'' if subject[0] == '_' else subject} {predicate}")
            said.setdefault(value, [])

    signs = dict.fromkeys(said, "")
    for _ in range(DEPTH):  # each time one step further
        signs = {node: _sign(led.get(node, ()), parts, signs) for node, parts in said.items()}
    found: dict[str, list[str]] = {}
    for node, sign in signs.items():
        found.setdefault(sign, []).append(node)
    return found


def _sign(led: Iterable[str], said: Iterable[str], signs: dict[str, str]) -> str:
    about = []
    for part in said:
        predicate, value = part.split(" ", 1)
        about.append(f"{predicate} ({signs[value]})" if value[0] == "_" else part)
    return blake2b("\n".join([*sorted(led), "", *sorted(about)]).encode(), digest_size=16).hexdigest()
