"""The command build: a store on disk for a large corpus."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from treatygraph.build import build_store
from treatygraph.cli.session import layout_of
from treatygraph.cli.terminal import Bar

__all__ = ["build_command"]


def counted(number: int, word: str) -> str:
    """A number with its word, in the plural where it has to be."""
    return f"{number} {word}{'' if number == 1 else 's'}"


@click.command(name="build")
@click.option("--store", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Build in DIR; set TREATYGRAPH_STORE to DIR to use it.")
@click.option("--jobs", type=click.IntRange(1), default=None, help="How many processes.  [default: one a processor]")
@click.option("--whole", is_flag=True, help="Build all anew, whatever was built before.")
@click.pass_context
def build_command(ctx: click.Context, store: Path | None, jobs: int | None, whole: bool) -> None:
    """Build a store for a large corpus.

    For example: treatygraph build --store build/store

    Reads, closes and checks everything once and writes it to .store in the corpus (or DIR), from where query, check,
    explain, infer, export, search and the other commands answer as long as the files are the same. Run it again after a change: only what
    depends on the changed files is done again. Until it has finished, the old store answers; stopped, it goes on where
    it was. A corpus of some hundred files needs none. The exit code is 1 if the check found an error.
    """
    layout = layout_of(ctx)
    begun = time.monotonic()
    outcome = build_store(layout, store, jobs or os.cpu_count() or 1, Bar(lines=True, clock=True).say, whole)
    for note in outcome.notes:
        click.echo(note, err=True)
    counts, findings = outcome.built.manifest["counts"], outcome.built.findings()
    errors = sum(finding["level"] == "error" for finding in findings)
    done = "built anew" if outcome.whole else f"{counted(len(outcome.redone), 'file')} read again" if outcome.redone else "nothing had changed"
    click.echo(f"{outcome.built.path.parent}: {done} in {time.monotonic() - begun:.1f} s")
    click.echo(f"{counts['asserted']} triples asserted, {counts['derived']} derived; {counted(counts['passages'], 'quotation')}")
    click.echo(f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}{'; treatygraph check lists them' if findings else ''}")
    sys.exit(1 if errors else 0)
