"""Commands that ask: query, queries, sparql, describe, compare."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TextIO

import click

from treatygraph.cli.session import corpus_of, endpoint_options, language_option, layout_of
from treatygraph.corpus import Corpus, load_corpus
from treatygraph.errors import UsageError, nearest
from treatygraph.questions import Question, load_question, load_questions
from treatygraph.results import Answer
from treatygraph.scope import coverage_notes
from treatygraph.store import FORMATS, Rows
from treatygraph.things import Things, fold

__all__ = ["compare_command", "describe_command", "queries_command", "query_command", "sparql_command"]

PIPED_WIDTH = 120  # characters of a table that does not go to a terminal
READABLE = ("table", "markdown")
format_option = click.option(
    "--format",
    "form",
    type=click.Choice([*READABLE, *FORMATS]),
    default="table",
    help="table and markdown show labels; csv, tsv, json and xml are the standard SPARQL result formats.  [default: table]",
)
cite_option = click.option("--cite", is_flag=True, help="Number the evidence and print each quotation under the table.")


class QueryGroup(click.Group):
    """A group with a command for each saved query of the corpus."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [path.stem for path in layout_of(ctx).query_files]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        layout = layout_of(ctx)
        return _command_of(load_question(layout, cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Saved queries"):
            formatter.write_dl([(question.name, question.summary) for question in load_questions(layout_of(ctx))])


@click.group(name="query", cls=QueryGroup, subcommand_metavar="NAME [OPTIONS]")
def query_command() -> None:
    """Ask a saved query.

    For example: treatygraph query islands-claimed --date 1956-12-12

    Each saved query has parameters of its own; NAME --help tells them. Things may be given by any of their names,
    in any language: --island Etorofu, --island 択捉島.
    """


def _command_of(question: Question) -> click.Command:
    options: list[click.Parameter] = [
        click.Option(
            [f"--{parameter.name.replace('_', '-')}", parameter.name],
            metavar=parameter.type.partition(":")[2].upper(),
            help=f"{parameter.description}  [default: {parameter.default_shown}]".strip(),
        )
        for parameter in question.parameters
    ]
    command = click.Command(question.name, params=options, callback=partial(_ask, question), help=f"{question.summary}\n\n{question.description}".strip())
    taken = {name for parameter in options for name in parameter.opts}
    for decorate in (cite_option, format_option, language_option, endpoint_options):
        decorate(command)
    command.params += [option for option in getattr(command, "__click_params__", []) if taken.isdisjoint(option.opts)]
    return command


@click.pass_context
def _ask(ctx: click.Context, /, question: Question, language: str, form: str, cite: bool, **given: str | None) -> None:
    corpus = corpus_of(ctx)
    values = {name: value for name, value in given.items() if value is not None}
    things = Things(corpus.store)
    text = question.bind(values, things)
    if form in READABLE:
        rows = corpus.store.select(text)
        asked = {parameter.name: parameter.default_shown for parameter in question.parameters if not parameter.is_open} | values
        _show(corpus, rows, language, form, cite, question.merge)
        for note in coverage_notes(corpus, question, asked, rows, language):
            click.echo(note)
    else:
        _write(corpus, text, form)


def _show(corpus: Corpus, rows: Rows, language: str, form: str, cite: bool, merge: str = "") -> None:
    answer = Answer(corpus, rows, language, merge)
    if not rows:
        click.echo("No rows: the documents of this corpus state nothing that answers this.")
        return
    width = shutil.get_terminal_size((PIPED_WIDTH, 24)).columns if sys.stdout and sys.stdout.isatty() else PIPED_WIDTH
    click.echo(answer.markdown(cite) if form == "markdown" else answer.table(width, cite))
    if cite and answer.numbers:
        click.echo(answer.citations())


def _write(corpus: Corpus, text: str, form: str) -> None:
    sys.stdout.flush()
    data = corpus.store.serialize(text, form)
    sys.stdout.buffer.write(data)
    if not data.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


@click.command(name="queries")
@click.argument("words", nargs=-1)
@click.pass_context
def queries_command(ctx: click.Context, words: tuple[str, ...]) -> None:
    """List the saved queries.

    Or only those that WORDS describe: treatygraph queries islands

    WORDS are looked for in the names, the questions and the tags; all of them have to be there.
    """
    questions = load_questions(layout_of(ctx))
    wanted = [fold(word) for word in words]
    found = [
        question
        for question in questions
        if all(word in fold(f"{question.name} {question.summary} {question.description} {' '.join(question.tags)}") for word in wanted)
    ]
    if not found:
        raise UsageError(
            f"No saved query has {' '.join(words)}.", nearest(words[0], (tag for question in questions for tag in [*question.tags, question.name]))
        )
    width = max(len(question.name) for question in found)
    for question in found:
        parameters = ", ".join(f"--{parameter.name}" for parameter in question.parameters)
        click.echo(f"{question.name:{width}}  {question.summary}{f'  ({parameters})' if parameters else ''}")


@click.command(name="sparql")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option(
    "--format",
    "form",
    type=click.Choice([*READABLE, *FORMATS, "turtle", "ntriples"]),
    default=None,
    help="For SELECT: table, markdown, csv, tsv, json, xml. For ASK: json, xml. For CONSTRUCT and DESCRIBE: turtle, ntriples.",
)
@cite_option
@language_option
@endpoint_options
@click.pass_context
def sparql_command(ctx: click.Context, file: TextIO, form: str | None, cite: bool, language: str) -> None:
    """Run a SPARQL query.

    SPARQL 1.1, from FILE, or from standard input if FILE is -.

    The query sees the ontology and the data of the corpus in its default graph, and each file as a named graph.
    """
    text = file.read()
    corpus = corpus_of(ctx)
    kind = corpus.store.kind(text)
    allowed = {"select": (*READABLE, *FORMATS), "ask": ("table", "json", "xml"), "graph": ("turtle", "ntriples")}[kind]
    form = form or allowed[0]
    if form not in allowed:
        raise UsageError(f"The answer to this query cannot be written as {form}.", f"Possible: {', '.join(allowed)}.")
    if kind == "select" and form in READABLE:
        _show(corpus, corpus.store.select(text), language, form, cite)
    elif kind == "ask" and form == "table":
        click.echo("yes" if corpus.store.ask(text) else "no")
    else:
        _write(corpus, text, form)


@click.command(name="describe")
@click.argument("thing")
@language_option
@click.pass_context
def describe_command(ctx: click.Context, thing: str, language: str) -> None:
    """Print all about one thing.

    For example: treatygraph describe Etorofu

    THING is an IRI, a short name (island:shikotan, tg:Island), a slug, or any name of it in any language.
    """
    from treatygraph.describe import describe

    corpus = load_corpus(layout_of(ctx))
    click.echo(describe(corpus, Things(corpus.store).find(thing), language))


@click.command(name="compare")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@language_option
@click.pass_context
def compare_command(ctx: click.Context, table: Path, language: str) -> None:
    """Compare an outside table of claims.

    TABLE is a CSV file with the columns claimant, place, start and end.

    Dates are YYYY, YYYY-MM or YYYY-MM-DD; end is the first day on which the claim no longer held, empty if it goes on.
    Each row is equal, differs (and how), or is not covered. A difference is a finding about two tables, not an error.
    """
    from treatygraph.compare import compare_table

    corpus = load_corpus(layout_of(ctx))
    results = compare_table(corpus, table)
    labels = Things(corpus.store).labels([result.position for result in results if result.position], language)
    for result in results:
        claimant, place, start, end = result.row
        ours = f" [{labels[result.position]}]" if result.position else ""
        detail = f": {result.detail}" if result.detail else ""
        click.echo(f"line {result.line}: {claimant}, {place}, {start or '?'} to {end or 'now'}: {result.verdict}{detail}{ours}")
    counts = {verdict: sum(result.verdict == verdict for result in results) for verdict in ("equal", "differs", "not covered")}
    click.echo(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
