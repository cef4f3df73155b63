"""SVG as text: elements, words measured and wrapped, and a picture as one well-formed document.

Everything is said with plain shapes and presentation attributes: no style sheet, no identifier, no script, no pattern,
so that a picture looks the same inside a page with a strict content security policy, in an office program and in the
viewer of a code forge, and two of them on one page do not disturb each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from treatygraph.drawing.geometry import Point, Ring
from treatygraph.namespaces import SVG

__all__ = [
    "INK",
    "MUTED",
    "NAME",
    "NOTE",
    "PAPER",
    "TITLE",
    "Attribute",
    "element",
    "escape",
    "label",
    "number",
    "path_of",
    "picture",
    "rectangle",
    "segments",
    "text_width",
    "words",
    "wrap",
]

INK, MUTED, PAPER = "#222222", "#5a5a5a", "#ffffff"
TITLE, NAME, NOTE = 20.0, 12.0, 10.5  # type sizes
FONT = "Arial, Liberation Sans, Noto Sans, Noto Sans CJK JP, sans-serif"
UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 (2.2) does not allow
NO_LINE_START = "、。，．・：；！？）」』】〉》ー々,.:;!?)"  # the core of the Japanese rules for line breaks (JIS X 4051)
NARROW, WIDE = "iljtfrI.,:;'|!()[]·-/ ", "mwMWЖШЩЮФМшщжюфм@—"
WIDTHS = {"narrow": 0.31, "wide": 0.88, "capital": 0.7, "other": 0.56, "cyrillic": 0.61, "full": 1.0}  # of the type size; Arial and Noto Sans measured
Attribute = str | float | None


def escape(text: str) -> str:
    """Text for XML, in an element or in a quoted attribute."""
    plain = UNPRINTABLE.sub("\ufffd", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def number(value: float) -> str:
    """A coordinate to a tenth of a pixel."""
    shown = f"{value:.1f}"
    return shown.removesuffix(".0").replace("-0", "0") if shown in ("-0.0", "0.0") else shown.removesuffix(".0")


def element(name: str, *children: str, **attributes: Attribute) -> str:
    """An element; children are markup, attributes without a value are left out, and ``_`` in a name stands for ``-``."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, float | int) else escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{name}{shown}>{inner}</{name}>" if inner else f"<{name}{shown}/>"


def words(text: str, x: float, y: float, size: float, **attributes: Attribute) -> str:
    """A line of text with its baseline at a point."""
    return element("text", escape(text), x=x, y=y, font_size=size, **({"fill": INK} | attributes))


def label(text: str, x: float, y: float, size: float, **attributes: Attribute) -> str:
    """A line of text that stays readable over lines and areas."""
    ground = words(text, x, y, size, **(attributes | {"fill": PAPER, "stroke": PAPER, "stroke_width": 3, "stroke_linejoin": "round", "aria_hidden": "true"}))
    return ground + words(text, x, y, size, **attributes)


def rectangle(x: float, y: float, width: float, height: float, **attributes: Attribute) -> str:
    """A rectangle."""
    return element("rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), **attributes)


def path_of(rings: Iterable[Ring]) -> str:
    """The data of a path along closed rings."""
    return "".join(f"{steps}z" for ring in rings if (steps := _steps(ring)))


def segments(lines: Iterable[tuple[Point, Point]]) -> str:
    """The data of a path along separate lines."""
    return "".join(map(_steps, lines))


def _steps(points: Sequence[Point]) -> str:
    """A line from its first point in steps, which are shorter to write than places; rounded so that they add up.

    Nothing where all steps round to none.
    """
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    moves = [f"{_tenth(x - from_x)} {_tenth(y - from_y)}" for (from_x, from_y), (x, y) in pairwise(tenths) if (x, y) != (from_x, from_y)]
    return f"M{_tenth(tenths[0][0])} {_tenth(tenths[0][1])}l{' '.join(moves)}".replace(" -", "-") if moves else ""


def _tenth(tenths: int) -> str:
    """Tenths of a pixel as pixels: -.3, 12, 4.5."""
    whole, rest = divmod(abs(tenths), 10)
    shown = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{shown}" if tenths < 0 else shown


def _kind(char: str) -> str:
    if unicodedata.east_asian_width(char) in "WF":
        return "full"
    if char in NARROW:
        return "narrow"
    return "wide" if char in WIDE else "capital" if char.isupper() else "cyrillic" if "\u0400" <= char <= "\u04ff" else "other"


def text_width(text: str, size: float) -> float:
    """About how wide a line of text comes out; fonts differ, so a little is added."""
    return sum(WIDTHS[_kind(char)] for char in text) * size


def wrap(text: str, size: float, width: float) -> list[str]:
    """Text in lines of at most a width: between words, and between Japanese characters where the rules allow it."""
    pieces: list[str] = []
    for char in text:
        breaks = not pieces or pieces[-1].endswith(" ") or (_kind(char) == "full" and char not in NO_LINE_START) or _kind(pieces[-1][-1]) == "full"
        if breaks and char not in NO_LINE_START and char != " ":
            pieces.append(char)
        elif pieces:
            pieces[-1] += char
    lines: list[str] = []
    for piece in pieces:
        if lines and text_width((lines[-1] + piece).rstrip(), size) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.rstrip() for line in lines]


def picture(width: float, height: float, title: str, description: str, language: str, body: Iterable[str]) -> str:
    """A whole picture on a ground of its own, with a title and a description for those who do not see it."""
    parts = [
        element("title", escape(title)),
        element("desc", escape(description)),
        rectangle(0, 0, width, height, fill=PAPER),
        element("g", "\n".join(body), font_family=FONT),
    ]
    size: dict[str, Attribute] = {"width": width, "height": height, "viewBox": f"0 0 {number(width)} {number(height)}"}
    return element("svg", "\n".join(parts), xmlns=SVG, role="img", lang=language, aria_label=title, **size) + "\n"
