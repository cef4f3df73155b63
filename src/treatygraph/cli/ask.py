"""Commands that ask: query, queries, sparql, describe, compare."""

from __future__ import annotations

import sys
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TextIO

import click

from treatygraph.cli.offers import Completer, completes_days, completes_things
from treatygraph.cli.session import CitingCommand, Opened, cite_option, endpoint_of, endpoint_options, language_option, layout_of, open_corpus
from treatygraph.cli.terminal import columns, is_terminal, paged, say, shows_colour
from treatygraph.columns import display_width
from treatygraph.corpus import Corpus
from treatygraph.errors import TreatyGraphError, UsageError, nearest
from treatygraph.questions import Question, load_question, load_questions
from treatygraph.results import Answer
from treatygraph.scope import coverage_notes
from treatygraph.store import FORMATS, Rows
from treatygraph.things import Things, fold

__all__ = ["compare_command", "describe_command", "queries_command", "query_command", "sparql_command"]

READABLE = ("table", "markdown")
format_option = click.option(
    "--format",
    "form",
    type=click.Choice([*READABLE, *FORMATS]),
    default="table",
    help="table and markdown show labels; csv, tsv, json and xml are the standard SPARQL result formats.  [default: table]",
)
explain_option = click.option("--explain", "line", type=int, metavar="LINE", help="Explain this line of the table (1 is the first) instead of printing it.")
why_not_option = click.option(
    "--why-not", metavar="PLACE", shell_complete=completes_things("tg:Place"), help="Explain why PLACE is not in the answer, or by what it is."
)


class QueryGroup(click.Group):
    """A group with a command for each saved query of the corpus."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [path.stem for path in layout_of(ctx).query_files]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        with suppress(TreatyGraphError) if ctx.resilient_parsing else nullcontext():  # one broken file leaves the others to be completed
            return _command_of(load_question(layout_of(ctx), cmd_name))
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Saved queries"):
            formatter.write_dl([(question.name, question.summary) for question in load_questions(layout_of(ctx))])


@click.group(name="query", cls=QueryGroup, subcommand_metavar="NAME [OPTIONS]")
def query_command() -> None:
    """Ask a saved query.

    \b
    For example: treatygraph query islands-claimed --date 1956-12-12
                 treatygraph query timeline --island 色丹島 --cite

    Each saved query has parameters of its own; NAME --help tells them. Things may be given by any of their names,
    in any language: --island Etorofu, --island 択捉島.
    """


def _help_of(question: Question) -> str:
    """What a saved query asks, with an example that gives each parameter its default."""
    given = [(parameter.name.replace("_", "-"), parameter.default_shown) for parameter in question.parameters if not parameter.is_open]
    options = "".join(f' --{name} "{value}"' if " " in value else f" --{name} {value}" for name, value in given)
    return f"{question.summary}\n\n\b\nFor example: treatygraph query {question.name}{options}\n\n{question.description}".strip()


def _completer(type_: str) -> Completer | None:
    """What a shell offers for a parameter of a type."""
    if type_ == "xsd:date":
        return completes_days
    return None if type_.startswith("xsd:") else completes_things(type_)


def _command_of(question: Question) -> click.Command:
    options: list[click.Parameter] = [
        click.Option(
            [f"--{parameter.name.replace('_', '-')}", parameter.name],
            shell_complete=_completer(parameter.type),
            metavar=parameter.type.partition(":")[2].upper(),
            help=f"{parameter.description}  [default: {parameter.default_shown}]".strip(),
        )
        for parameter in question.parameters
    ]
    command = CitingCommand(question.name, params=options, callback=partial(_ask, question), help=_help_of(question))
    taken = {name for parameter in options for name in parameter.opts}
    for decorate in (why_not_option, explain_option, cite_option, format_option, language_option, endpoint_options):
        decorate(command)
    command.params += [option for option in getattr(command, "__click_params__", []) if taken.isdisjoint(option.opts)]
    return command


@click.pass_context
@paged
def _ask(
    ctx: click.Context, /, question: Question, language: str, form: str, cite: str | None, line: int | None, why_not: str | None, **given: str | None
) -> None:
    if (line is not None or why_not is not None) and endpoint_of(ctx):
        raise UsageError("An explanation is made from the files of the corpus, not in a store.", "Leave out --endpoint.")
    values = {name: value for name, value in given.items() if value is not None}
    if line is not None or why_not is not None:
        _explain(open_corpus(ctx), question, values, line, why_not, form, language)
        return
    opened = open_corpus(ctx)
    corpus = opened.corpus
    things = Things(corpus.store)
    text = question.bind(values, things)
    if form in READABLE:
        rows = corpus.store.select(text)
        asked = {parameter.name: parameter.default_shown for parameter in question.parameters if not parameter.is_open} | values
        _show(corpus, rows, language, form, cite, question)
        notes = coverage_notes(corpus, question, asked, rows, language)
        if notes and (question.layout or form == "markdown"):
            click.echo()
        for note in notes:
            say(note)
    else:
        _write(corpus, text, form, cite, language)


def _explain(opened: Opened, question: Question, values: dict[str, str], line: int | None, why_not: str | None, form: str, language: str) -> None:
    from treatygraph.cli.explain import show_explanation
    from treatygraph.explain import explain_absence, explain_line

    if line is not None and why_not is not None:
        raise UsageError("--explain and --why-not do not go together.", "Ask for one of them.")
    if form not in ("table", "json"):
        raise UsageError(f"An explanation is not written as {form}.", "Leave --format away, or use --format json.")
    corpus = opened.loaded
    if line is not None:
        explanation = explain_line(corpus, question, values, line, language)
    else:
        explanation = explain_absence(corpus, question, values, why_not or "", language)
    show_explanation(corpus, explanation, "json" if form == "json" else "text")


def _show(corpus: Corpus, rows: Rows, language: str, form: str, cite: str | None, question: Question | None = None) -> None:
    if not rows:
        click.echo("No rows: the documents of this corpus state nothing that answers this.")
        return
    if question and question.layout:
        from treatygraph.apparatus import Apparatus

        apparatus = Apparatus(corpus, question, rows, language, bool(cite))
        answer = apparatus.answer
        cited = _cited(corpus, answer, cite, language) if cite else ""
        click.echo(apparatus.markdown() if form == "markdown" else apparatus.text(columns(), shows_colour()))
    else:
        answer = Answer(corpus, rows, language, question.merge if question else None)
        cited = _cited(corpus, answer, cite, language) if cite else ""
        click.echo(answer.markdown(bool(cite)) if form == "markdown" else _laid_out(answer, bool(cite)))
    if cited and cite != "plain":
        fence = ("```bibtex\n", "\n```") if cite == "bibtex" else ("```json\n", "\n```")
        cited = f"\n{cited.join(fence if form == 'markdown' else ('', ''))}\n"
    elif cited and (form == "markdown" or (question and question.layout)):
        cited = f"\n{cited}"
    if cited:
        (say if cite == "plain" else click.echo)(cited)


def _laid_out(answer: Answer, cite: bool) -> str:
    """A table; on a terminal that is too narrow for it, one row below the other."""
    table = answer.table(columns(), cite)
    fits = not is_terminal(sys.stdout) or display_width(table.partition("\n")[0]) <= columns()
    return table if fits else answer.records(columns(), cite)


def _cited(corpus: Corpus, answer: Answer, cite: str, language: str) -> str:
    """What is printed of the evidence of an answer; with a style of bibliographies, its cells get the keys of the entries."""
    if cite == "plain" or not answer.numbers:
        return answer.citations()
    from treatygraph.bibliography import evidence_among, works_behind
    from treatygraph.citing import bibliography, pandoc_key

    evidence = evidence_among(corpus, answer.numbers, language)
    works = works_behind(corpus, evidence, language)
    text = bibliography(works.values(), cite)
    answer.marks = {piece.iri: pandoc_key(works[piece.document], piece.place) for piece in evidence}
    return text


def _write(corpus: Corpus, text: str, form: str, cite: str | None = None, language: str = "en") -> None:
    sys.stdout.flush()
    data = corpus.store.serialize(text, form)
    sys.stdout.buffer.write(data)
    if not data.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
    if cite:
        click.echo(_cited(corpus, Answer(corpus, corpus.store.select(text), language), cite, language), err=True)


@click.command(name="queries")
@click.argument("words", nargs=-1)
@click.pass_context
@paged
def queries_command(ctx: click.Context, words: tuple[str, ...]) -> None:
    """List the saved queries.

    \b
    For example: treatygraph queries
                 treatygraph queries islands

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
        parameters = ", ".join(f"--{parameter.name.replace('_', '-')}" for parameter in question.parameters)
        say(f"{question.name:{width}}  {question.summary}{f'  ({parameters})' if parameters else ''}", width + 2)


@click.command(name="sparql", cls=CitingCommand)
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
@paged
def sparql_command(ctx: click.Context, file: TextIO, form: str | None, cite: str | None, language: str) -> None:
    """Run a SPARQL query.

    \b
    For example: treatygraph sparql queries/succession.rq --format csv

    SPARQL 1.1, from FILE, or from standard input if FILE is -.

    The query sees the ontology and the data of the corpus in its default graph, and each file as a named graph.
    """
    text = file.read()
    opened = open_corpus(ctx)
    corpus = opened.corpus
    kind = corpus.store.kind(text)
    allowed = {"select": (*READABLE, *FORMATS), "ask": ("table", "json", "xml"), "graph": ("turtle", "ntriples")}[kind]
    form = form or allowed[0]
    if form not in allowed:
        raise UsageError(f"The answer to this query cannot be written as {form}.", f"Possible: {', '.join(allowed)}.")
    if cite and kind != "select":
        raise UsageError("There are no rows whose evidence could be cited.", "--cite goes with SELECT.")
    if kind == "select" and form in READABLE:
        _show(corpus, corpus.store.select(text), language, form, cite)
    elif kind == "ask" and form == "table":
        click.echo("yes" if corpus.store.ask(text) else "no")
    else:
        _write(corpus, text, form, cite, language)


@click.command(name="describe")
@click.argument("thing", shell_complete=completes_things())
@language_option
@click.pass_context
@paged
def describe_command(ctx: click.Context, thing: str, language: str) -> None:
    """Print all about one thing.

    \b
    For example: treatygraph describe Etorofu
                 treatygraph describe tg:Reading

    THING is an IRI, a short name (island:shikotan, tg:Island), a slug, or any name of it in any language.
    """
    from treatygraph.describe import describe

    opened = open_corpus(ctx)
    corpus = opened.corpus
    say(describe(corpus, Things(corpus.store).find(thing), language))


@click.command(name="compare")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@language_option
@click.pass_context
@paged
def compare_command(ctx: click.Context, table: Path, language: str) -> None:
    """Compare an outside table of claims.

    \b
    For example: treatygraph compare tests/compare/claims.csv

    TABLE is a CSV file with the columns claimant, place, start and end.

    Dates are YYYY, YYYY-MM or YYYY-MM-DD; end is the first day on which the claim no longer held, empty if it goes on.
    Each row is equal, differs (and how), or is not covered. A difference is a finding about two tables, not an error.
    """
    from treatygraph.compare import compare_table

    opened = open_corpus(ctx)
    corpus = opened.corpus
    results = compare_table(corpus, table)
    labels = Things(corpus.store).labels([result.position for result in results if result.position], language)
    for result in results:
        claimant, place, start, end = result.row
        ours = f" [{labels[result.position]}]" if result.position else ""
        detail = f": {result.detail}" if result.detail else ""
        say(f"line {result.line}: {claimant}, {place}, {start or '?'} to {end or 'now'}: {result.verdict}{detail}{ours}")
    counts = {verdict: sum(result.verdict == verdict for result in results) for verdict in ("equal", "differs", "not covered")}
    click.echo(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
