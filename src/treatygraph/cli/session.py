"""What the commands share: the corpus that was asked for, and options that several take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import treatygraph
from treatygraph.errors import nearest
from treatygraph.layout import Layout, find_layout
from treatygraph.things import LANGUAGES

__all__ = ["CITE_STYLES", "CitingCommand", "cite_option", "language_option", "layout_of", "texts_option"]

CITE_STYLES = ("plain", "bibtex", "csl-json")

language_option: Callable[[Any], Any] = click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), default="en", help="Language of the labels; English where there is none in it.  [default: en]"
)
cite_option: Callable[[Any], Any] = click.option(
    "--cite",
    type=click.Choice(CITE_STYLES),
    is_flag=False,
    flag_value="plain",
    metavar="[plain|bibtex|csl-json]",
    help="Number the evidence and print each quotation below; or print the documents as BibTeX or CSL-JSON, with their keys in the table."
    " csv, tsv, json and xml have no place for it: there it goes to standard error.",
)
texts_option: Callable[[Any], Any] = click.option(
    "--texts", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR", help="Look for the texts of documents in DIR first."
)


class CitingCommand(click.Command):
    """A command whose ``--cite`` may stand alone: what follows it is its style only if it is one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = args[: args.index("--")] if "--" in args else args
        plain = [at for at, argument in enumerate(options) if argument == "--cite" and (at + 1 == len(args) or args[at + 1] not in CITE_STYLES)]
        takes_no_arguments = all(isinstance(parameter, click.Option) for parameter in self.params)
        for at in plain:
            following = args[at + 1] if at + 1 < len(args) else "-"
            if takes_no_arguments and not following.startswith("-") and not ctx.resilient_parsing:
                raise click.UsageError(f"--cite: there is no style '{following}'. {nearest(following, CITE_STYLES)}".rstrip(), ctx)
        return super().parse_args(ctx, [f"--cite={CITE_STYLES[0]}" if at in plain else argument for at, argument in enumerate(args)])


def layout_of(ctx: click.Context) -> Layout:
    """The corpus that the command line names, else the one stood in, else the installed one."""
    builtin = Path(treatygraph.__path__[0]) / "corpus"
    root = ctx.find_root()
    return find_layout(root.obj or root.params.get("root"), Path.cwd(), builtin)  # while a shell completes, no command has run
