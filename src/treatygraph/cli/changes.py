"""The command that compares two corpora: diff."""

from __future__ import annotations

import sys

import click

from treatygraph.cli.session import language_option, layout_of
from treatygraph.cli.terminal import columns, paged

__all__ = ["diff_command"]


@click.command(name="diff")
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="text and markdown read like release notes; json has every change with its values and its sentence.  [default: text]",
)
@click.option("--full", is_flag=True, help="A line for each thing, however many are alike.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything changed, as git diff does; else with 0.")
@language_option
@click.pass_context
@paged
def diff_command(ctx: click.Context, old: str, new: str | None, form: str, full: bool, exit_code: bool, language: str) -> None:
    """Tell what changed in the meaning.

    \b
    For example: treatygraph diff HEAD~3
                 treatygraph diff HEAD~3 HEAD --format markdown

    OLD and NEW are each a corpus folder, an exported file (.ttl, .nt, .nq, .trig, .rdf, .jsonld) or a git revision of the corpus one
    works on, such as v0.1; without NEW, that corpus as it lies there. A folder goes before a revision of the same name;
    write NAME^0 for the revision.

    The order and the form of files, prefixes and labels of blank nodes count for nothing, nor does what an export has
    derived in a graph of its own. Reasons are the notes that came with a change; none is made up.

    The JSON is an object with version, old, new, language, not_compared and changes; each change has group, kind,
    thing, label, property, within, old, new, reasons and sentence.
    """
    from treatygraph.changes import compare, read_side, record, release_notes

    sides = []
    for name in (old, new):
        side = read_side(name, lambda: layout_of(ctx))
        click.echo(f"read {side.name or side.corpus.layout.root}", err=True)
        sides.append(side)
    comparison = compare(*sides)
    click.echo(record(comparison, language) if form == "json" else release_notes(comparison, language, form == "markdown", full, columns()))
    if exit_code and comparison.changes:
        sys.exit(1)
