"""What the commands share: the corpus that was asked for, and options that several take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import treatygraph
from treatygraph.layout import Layout, find_layout
from treatygraph.things import LANGUAGES

__all__ = ["language_option", "layout_of", "texts_option"]

language_option: Callable[[Any], Any] = click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), default="en", help="Language of the labels; English where there is none in it.  [default: en]"
)
texts_option: Callable[[Any], Any] = click.option(
    "--texts", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR", help="Look for the texts of documents in DIR first."
)


def layout_of(ctx: click.Context) -> Layout:
    """The corpus that the command line names, else the one stood in, else the installed one."""
    builtin = Path(treatygraph.__path__[0]) / "corpus"
    return find_layout(ctx.find_root().obj, Path.cwd(), builtin)
