"""Pieces of HTML for a notebook: everything escaped, styles at the element, readable on a light and on a dark ground."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

__all__ = ["division", "link", "note", "table", "unbroken"]

TABLE_STYLE = "border-collapse:collapse;margin:.5em 0"
CELL_STYLE = "text-align:left;vertical-align:top;padding:.25em .6em;border:1px solid rgba(128,128,128,.4)"
NOTE_STYLE = "margin:.25em 0;font-size:90%"


def link(iri: str, text: str, hover: str = "") -> str:
    """A link to a thing, but only to what is an address of the Web: a graph may hold any IRI."""
    if not iri.startswith(("http://", "https://")):
        return escape(text)
    title = f' title="{escape(hover)}"' if hover else ""
    return f'<a href="{escape(iri)}"{title}>{escape(text)}</a>'


def table(names: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; names are text, and cells are markup already."""
    head = "".join(f'<th style="{CELL_STYLE}">{escape(name)}</th>' for name in names)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return f'<table style="{TABLE_STYLE}">{f"<thead><tr>{head}</tr></thead>" if head else ""}<tbody>{body}</tbody></table>'


def _cells(row: Iterable[str]) -> str:
    return "".join(f'<td style="{CELL_STYLE}">{cell}</td>' for cell in row)


def note(markup: str) -> str:
    """A paragraph in somewhat smaller type, of markup."""
    return f'<p style="{NOTE_STYLE}">{markup}</p>'


def unbroken(text: str) -> str:
    """Text that stays on one line."""
    return f'<span style="white-space:nowrap">{escape(text)}</span>'


def division(language: str, *parts: str) -> str:
    """Markup in a language."""
    return f'<div lang="{escape(language)}">{"".join(parts)}</div>'
