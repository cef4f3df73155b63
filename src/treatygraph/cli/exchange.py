"""Commands that give the graph to other systems: export."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import click

from treatygraph.cli.session import layout_of, warn_if_older
from treatygraph.cli.terminal import Bar
from treatygraph.errors import UsageError
from treatygraph.export import BINARY, FORMATS, RDF_FORMATS, REIFYING, TABLES, TABULAR, Exports, Request, write_release
from treatygraph.whole import whole_file, whole_folder

__all__ = ["export_command"]


@click.command(name="export")
@click.argument("form", metavar="[FORMAT]", required=False, type=click.Choice(FORMATS))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE, or for several files into the folder FILE.")
@click.option("--graph", "graphs", multiple=True, metavar="NAME", help="Only this named graph, such as data/places; may be given several times.")
@click.option("--inferred", is_flag=True, help="Also what follows from the graph by OWL 2 RL, as a named graph of its own.")
@click.option("--reifiers", is_flag=True, help="Also each assertion with evidence as a reifier of RDF 1.2 (turtle, trig, ntriples, nquads).")
@click.option("--by-kind", is_flag=True, help="For jsonld: a document for each kind of thing, into the folder given with -o.")
@click.option("--table", metavar="TABLE", help=f"For csv and parquet: one of {', '.join(table.name for table in TABLES)}.")
@click.option("--all", "release", type=click.Path(path_type=Path), metavar="DIR", help="Write a complete release into DIR: every format, sources, checksums.")
@click.pass_context
def export_command(
    ctx: click.Context,
    form: str | None,
    output: Path | None,
    graphs: tuple[str, ...],
    inferred: bool,
    reifiers: bool,
    by_kind: bool,
    table: str | None,
    release: Path | None,
) -> None:
    """Write the graph for other systems.

    \b
    For example: treatygraph export turtle --graph data/places
                 treatygraph export csv --table agreements

    FORMAT is one of turtle, trig, ntriples, nquads, jsonld, rdfxml for RDF; csv, parquet for tables; geojson, lpf
    (Linked Places Format) for maps and gazetteers. trig and nquads keep a named graph a file, the other RDF formats put
    all into one graph. Literals stay as the files write them, and every run gives the same bytes. A file or folder is
    written beside and renamed, so that what was there stays until all is written.

    turtle, trig, ntriples and nquads are written in bounded memory, whatever the size of the corpus. jsonld, rdfxml,
    --reifiers and --all hold the whole graph, which takes some 1.1 to 1.9 GB for each million triples. What follows, tables and
    maps come from the built store (treatygraph build) where that is of the same files, or of a large corpus.
    """
    _check_options(form, release, reifiers=reifiers, by_kind=by_kind, table=table, others=bool(output or graphs))
    layout = layout_of(ctx)
    if release is not None:
        write_release(layout, release, inferred=inferred, told=partial(click.echo, err=True))
        click.echo(f"written: {release}", err=True)
        return
    assert form is not None
    if inferred or form not in RDF_FORMATS:
        warn_if_older(ctx, layout)
    exports = Exports(layout, Request(graphs, inferred, reifiers), Bar().say)
    if by_kind or (form in TABULAR and table is None):
        if output is None:
            hint = "Name a folder with -o DIR." if by_kind else "Name one table with --table, or a folder for all with -o DIR."
            raise UsageError(f"{form} makes several files here.", hint)
        _write_folder(output, exports.kinds() if by_kind else exports.tables(form))
        return
    if output is None and form in BINARY and sys.stdout.isatty():
        raise UsageError(f"{form} is binary and would spoil the terminal.", "Name a file with -o FILE.")
    _write_file(output, exports.one(form, table))


def _check_options(form: str | None, release: Path | None, *, reifiers: bool, by_kind: bool, table: str | None, others: bool) -> None:
    if (form is None) == (release is None):
        raise UsageError("Give a format, or --all DIR for a complete release.", f"Formats: {', '.join(FORMATS)}.")
    if release is not None and (reifiers or by_kind or table or others):
        raise UsageError("--all writes everything; only --inferred goes with it.", "Leave the other options out.")
    if reifiers and form not in REIFYING:
        raise UsageError(f"{form} has no reifiers.", f"Possible: {', '.join(REIFYING)}.")
    if by_kind and form != "jsonld":
        raise UsageError(f"--by-kind is for jsonld, not for {form}.", "Leave it out.")
    if table is not None and form not in TABULAR:
        raise UsageError(f"--table is for {' and '.join(TABULAR)}, not for {form}.", "Leave it out.")


def _write_file(output: Path | None, chunks: Iterable[bytes]) -> None:
    if output is None:
        sys.stdout.flush()
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    with whole_file(output) as file:
        file.writelines(chunks)
    click.echo(f"written: {output}", err=True)


def _write_folder(output: Path, files: dict[str, Iterator[bytes]]) -> None:
    with whole_folder(output, lambda folder: {path.name for path in folder.iterdir()} <= set(files)) as beside:
        for name, chunks in files.items():
            with (beside / name).open("wb") as file:
                file.writelines(chunks)
            click.echo(name, err=True)
    click.echo(f"written: {output}", err=True)
