"""Canonical Turtle: one text for one graph, so that a change in meaning is a small difference between files."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

from treatygraph.canonical import canonical_lines
from treatygraph.errors import CorpusError
from treatygraph.whole import whole_file
from treatygraph.writer import turtle_text

__all__ = ["canonical_turtle", "format_file"]

# The tokens that can hold a '#' which is not a comment, after Turtle 1.1, section 6.5 (grammar).
TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^>\s]*>|(?<![\w:-])#[^\n]*', re.DOTALL
)


def canonical_turtle(data: bytes, name: str) -> bytes:
    """The canonical form of a Turtle document.

    Subjects, predicates and objects in a fixed order, one object a line, blank nodes nested where they can be,
    literals as they were written, only the prefixes that are used. Comments before the first statement stay.

    Args:
        data: the document, UTF-8.
        name: of the file, for messages.

    Raises:
        CorpusError: it is not Turtle; or a comment further down would be lost.
    """
    try:
        text = data.decode("utf-8")
        parser = ox.parse(input=data, format=ox.RdfFormat.TURTLE)
        triples = {quad.triple for quad in parser}
    except SyntaxError as error:
        raise CorpusError(f"{name}:{error.lineno}: {error.msg}.", "Mend the Turtle there.") from None
    except UnicodeDecodeError:
        raise CorpusError(f"{name}: the file is not UTF-8.", "Save it as UTF-8.") from None
    head = _leading_comments(text, name)
    result = (head + turtle_text(triples, dict(parser.prefixes))).encode("utf-8")
    if result == data:
        return result
    if canonical_lines(ox.parse(input=result, format=ox.RdfFormat.TURTLE)) != canonical_lines(triples):
        raise CorpusError(f"{name}: the canonical form would not be the same graph; the file is left as it is.", "Please report this file.")
    return result


def _leading_comments(text: str, name: str) -> str:
    head = re.match(r"(?:[ \t]*#[^\n]*\n|[ \t]*\n)*", text)
    body = head.end() if head else 0
    for token in TOKEN.finditer(text, body):
        if token[0].startswith("#"):
            line = text.count("\n", 0, token.start()) + 1
            raise CorpusError(f"{name}:{line}: the comment would be lost.", "Move it to the top of the file, or make it a skos:editorialNote.")
    comments = [line.strip() for line in text[:body].splitlines() if line.strip()]
    return "".join(f"{line}\n" for line in comments) + ("\n" if comments else "")


def format_file(path: Path, check: bool) -> bool:
    """Bring a file into canonical form.

    Args:
        path: the file.
        check: only look, write nothing.

    Returns:
        Whether the file was, or would be, changed. It is written beside and then renamed, so that an interrupt or
        a full disk leaves the old one.
    """
    old = path.read_bytes()
    new = canonical_turtle(old, str(path))
    if new == old:
        return False
    if not check:
        with whole_file(path) as file:
            file.write(new)
    return True
