"""Commands for a curator: check, infer, coverage, quote, format."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from treatygraph.built import MANY, Built, find_built
from treatygraph.cli.offers import completes_documents
from treatygraph.cli.session import (
    connection_of,
    corpus_of,
    endpoint_of,
    endpoint_options,
    language_option,
    layout_of,
    open_corpus,
    texts_option,
    warn_if_older,
)
from treatygraph.cli.terminal import Bar, is_terminal, paged, progress, say
from treatygraph.corpus import Corpus, load_corpus
from treatygraph.coverage import coverage_by_document
from treatygraph.errors import UsageError
from treatygraph.evidence import Evidence
from treatygraph.findings import Finding
from treatygraph.layout import Layout
from treatygraph.namespaces import SH, short_name
from treatygraph.quoting import find_document, quote
from treatygraph.things import Things

if TYPE_CHECKING:
    from treatygraph.findings import Finding
    from treatygraph.layout import Layout
    from treatygraph.shacl import Report as ValidationReport

__all__ = ["check_command", "coverage_command", "format_command", "infer_command", "quote_command"]

VIOLATION = f"{SH}Violation"


@click.command(name="check")
@texts_option
@click.option(
    "--engine",
    type=click.Choice(["compiled", "pyshacl"]),
    default="compiled",
    help="pyshacl: let pySHACL and owlrl, the slow references, do the work.  [default: compiled]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "turtle", "json"]),
    default="text",
    help="turtle: the sh:ValidationReport of the shapes; json: all findings.  [default: text]",
)
@click.option("--show-queries", is_flag=True, help="Print the SPARQL queries that the shapes are compiled to, and check nothing.")
@language_option
@endpoint_options
@click.pass_context
@paged
def check_command(ctx: click.Context, texts: Path | None, engine: str, form: str, show_queries: bool, language: str) -> None:
    """Check the whole corpus.

    \b
    For example: treatygraph check
                 treatygraph check --format json

    Quotations, digests, saved queries, canonical form, shapes, the ontology's own terms, contradictions.

    Each finding names the file and line, the thing, what is wrong and how to mend it. Exit code 1 if there is an
    error; warnings alone leave it at 0. Quotations of documents whose text is not here are counted, not failed.

    With --endpoint, quotations, shapes and contradictions are those of the graph in that store, and are looked for there;
    for contradictions the user has to be allowed to write, for the store reasons in a graph of its own for a while.
    """
    from treatygraph.shacl import compile as compile_shapes
    from treatygraph.validation import Report, load_shapes

    layout = layout_of(ctx)
    if show_queries:
        click.echo(compile_shapes(load_shapes(layout)).text(), nl=False)
        return
    plain = engine == "compiled" and form != "turtle" and texts is None and not endpoint_of(ctx)
    if plain and (built := find_built(layout)) is not None and built.is_fresh(layout):
        _show_built(layout, built, form, language)
    if form == "turtle":
        validation = _validation(ctx, layout)
        click.echo(validation.turtle(), nl=False)
        sys.exit(1 if any(result.severity == VIOLATION for result in validation.results) else 0)
    corpus, evidence, steps = _steps(ctx, texts, engine)
    report = Report(corpus, language)
    if form == "json":
        found = [finding for _, findings in _with_bar(steps) for finding in findings]
        click.echo(report.json(found))
        sys.exit(1 if any(finding.level == "error" for finding in found) else 0)
    counts = {"error": 0, "warning": 0}
    told, lines = [], []
    for step, findings in _with_bar(steps):
        told.append(f"checked {step}: {len(findings) or 'no'} finding{'' if len(findings) == 1 else 's'}")
        if not is_terminal(sys.stderr):  # there the bar tells how far it is
            click.echo(told.pop(), err=True)
        lines += report.lines(findings)
        for finding in findings:
            counts[finding.level] += 1
    for line in told:
        click.echo(line, err=True)
    for line in lines:
        say(line)
    for document, count in evidence.unverifiable().items():
        say(f"not verifiable here: {count} quotations of {short_name(document)}, whose text is not shipped; give it with --texts DIR")
    click.echo(", ".join(f"{count} {level}{'' if count == 1 else 's'}" for level, count in counts.items()))
    sys.exit(1 if counts["error"] else 0)


def _show_built(layout: Layout, built: Built, form: str, language: str) -> NoReturn:
    """Print what the check of a build found, and exit. Canonical form, which is no part of a build, is looked at in a small corpus."""
    from treatygraph.validation import Report, format_findings

    corpus = Corpus(layout, built.asserted())
    kept = [(found.pop("step"), Finding(**found)) for found in built.findings()]
    if built.manifest["counts"]["files"] <= MANY:
        kept += [("canonical form", finding) for finding in format_findings(layout)]
    found, report = [finding for _, finding in kept], Report(corpus, language)
    errors = sum(finding.level == "error" for finding in found)
    if form == "json":
        click.echo(report.json(found))
        sys.exit(1 if errors else 0)
    counts = built.manifest["counts"]
    click.echo(f"as found by treatygraph build: {counts['passages']} quotations, {counts['asserted']} triples, of the same files", err=True)
    if counts["files"] > MANY:
        click.echo("not looked at: canonical form; treatygraph format --check does", err=True)
    for line in report.lines(found):
        click.echo(line)
    for document, count in counts["unverifiable"].items():
        click.echo(f"not verifiable here: {count} quotations of {short_name(document)}, whose text is not shipped; give it with --texts DIR")
    warnings = len(found) - errors
    click.echo(f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}")
    sys.exit(1 if errors else 0)


def _with_bar(steps: Iterator[tuple[str, list[Finding]]]) -> Iterator[tuple[str, list[Finding]]]:
    """The steps of a check, with a bar."""
    from treatygraph.validation import STEPS

    with progress("Checking", STEPS) as done:
        for step in steps:
            done(1)
            yield step


def _steps(ctx: click.Context, texts: Path | None, engine: str) -> tuple[Corpus, Evidence, Iterator[tuple[str, list[Finding]]]]:
    """The corpus, its evidence, and the steps of its check: here, by the references, or in a store."""
    from treatygraph.validation import check_corpus, contradiction_findings, shape_findings

    layout = layout_of(ctx)
    if endpoint := endpoint_of(ctx):
        from treatygraph.stores import contradiction_findings_in, shape_findings_in

        if engine != "compiled":
            raise UsageError(f"{engine} does its work here, not in a store.", "Leave out --engine or --endpoint.")
        connection = connection_of(ctx, endpoint)
        corpus = corpus_of(ctx, connection)
        evidence = Evidence(corpus, texts)
        shapes, contradictory = partial(shape_findings_in, connection), partial(contradiction_findings_in, connection, progress=Bar(lines=True).say)
        return corpus, evidence, check_corpus(corpus, evidence, shapes, contradictory)
    loaded = load_corpus(layout)
    evidence = Evidence(loaded, texts)
    if engine == "pyshacl":
        from treatygraph.references import owlrl_contradictions, pyshacl_findings

        return loaded, evidence, check_corpus(loaded, evidence, pyshacl_findings, owlrl_contradictions)
    return loaded, evidence, check_corpus(loaded, evidence, shape_findings, contradiction_findings)


def _validation(ctx: click.Context, layout: Layout) -> ValidationReport:
    """The validation report of the shapes, here or in a store."""
    from treatygraph.shacl import compile as compile_shapes
    from treatygraph.validation import load_shapes

    shapes = compile_shapes(load_shapes(layout))
    if endpoint := endpoint_of(ctx):
        from treatygraph.stores import asserted_in

        connection = connection_of(ctx, endpoint)
        return shapes.validate_in(
            asserted_in(connection, corpus_of(ctx, connection)), names_blanks=connection.kind.names_blanks, lateral=connection.kind.lateral
        )
    return shapes.validate(load_corpus(layout).store)


@click.command(name="infer")
@click.option("--engine", type=click.Choice(["compiled", "owlrl"]), default="compiled", help="owlrl: the slow reference.  [default: compiled]")
@click.option("--show-rules", is_flag=True, help="Print the rules that the ontology is compiled to, as SPARQL, and derive nothing.")
@click.option("--keep", is_flag=True, help="With --endpoint: put it into the store too, in a graph of its own.")
@endpoint_options
@click.pass_context
def infer_command(ctx: click.Context, engine: str, show_rules: bool, keep: bool) -> None:
    """Print what follows from the graph.

    \b
    For example: treatygraph infer

    By OWL 2 RL, as N-Triples in a fixed order, without what is asserted. The rules are those of the W3C profile,
    section 4.3, compiled to SPARQL for the ontology of the corpus. Where there is a built store (treatygraph build) of the
    same files, or of a large corpus, they come from there, in bounded memory.

    With --endpoint they run as SPARQL Update in that store, in a graph of their own that is gone afterwards; the user
    has to be allowed to write.
    """
    from treatygraph.prepared import derived_sorted
    from treatygraph.reasoning import compile as compile_rules

    layout = layout_of(ctx)
    endpoint = endpoint_of(ctx)
    if keep and not endpoint:
        raise UsageError("--keep says something about --endpoint, which is not given.", "Give --endpoint URL.")
    if show_rules:
        click.echo(compile_rules(load_corpus(layout).store).text(), nl=False)
        return
    if endpoint:
        found = _inferred_in(ctx, endpoint, keep)
    elif engine == "owlrl":
        from treatygraph.references import as_rdflib, owlrl_closure

        store = load_corpus(layout).store
        with progress("Deriving with owlrl, triples looked at", None) as done:
            closed = owlrl_closure(store, done)
        derived = closed - as_rdflib(store)
        found = sorted(line for line in derived.serialize(format="nt").split("\n") if line)
    else:
        warn_if_older(ctx, layout)
        click.echo(f"{_write_lines(derived_sorted(layout))} triples derived", err=True)
        return
    lines = (f"{line}\n".encode() for line in found)
    click.echo(f"{_write_lines(lines)} triples derived", err=True)


def _write_lines(lines: Iterable[bytes]) -> int:
    """Write lines to standard output as they come; how many they were."""
    sys.stdout.flush()
    count = 0
    for line in lines:
        sys.stdout.buffer.write(line)
        count += 1
    sys.stdout.buffer.flush()
    return count


def _inferred_in(ctx: click.Context, endpoint: str, keep: bool) -> list[str]:
    """What a store derives, as lines of N-Triples."""
    from treatygraph.stores import asserted_in, closed_in, plan_derived, push

    connection = connection_of(ctx, endpoint)
    graph = asserted_in(connection, corpus_of(ctx, connection))
    with closed_in(connection, graph.graphs, Bar(lines=True).say) as closed:
        lines = closed.lines()
    if keep:
        push(connection, plan_derived(connection, lines), adopt=False, progress=Bar(lines=True).say)
    return lines


@click.command(name="coverage")
@click.argument("document", required=False, shell_complete=completes_documents(quoted=True))
@texts_option
@click.option("--gaps/--no-gaps", default=True, help="Show the stretches that no passage quotes.  [default: gaps]")
@language_option
@click.pass_context
@paged
def coverage_command(ctx: click.Context, document: str | None, texts: Path | None, gaps: bool, language: str) -> None:
    """Print how much of each document is encoded.

    \b
    For example: treatygraph coverage wikipedia --no-gaps

    That is, how much a passage behind an assertion quotes, and the stretches that none quotes.

    Counted are letters and digits. Page furniture is counted apart. A passage over more than one paragraph, or much
    longer than a sentence, counts for nothing; so does one that only a clause or a text witness quotes.
    """
    opened = open_corpus(ctx)
    corpus = opened.corpus
    only = find_document(corpus, document) if document else None
    things = Things(corpus.store)
    missing = []
    for of, covered, unverifiable in coverage_by_document(corpus, texts, only):
        if unverifiable:
            missing.append(of)
        told = f"{things.label(of, language)} ({short_name(of)})"
        for each in covered:
            # rounded down, so that 100.0 % means every letter
            say(
                f"{told}: {int(each.share * 1000) / 10:.1f} % of {each.letters} letters; furniture {each.furniture} letters;"
                f" longest passage {each.longest} characters; {each.uncounted} too long to count"
            )
            for start, end, words in each.gaps if gaps else ():
                say(f"    {start}-{end}: {' '.join(words.split())}")
    for of in missing:
        say(f"{things.label(of, language)} ({short_name(of)}): its text is not here; give it with --texts DIR")


@click.command(name="quote")
@click.argument("document", shell_complete=completes_documents(quoted=True))
@click.argument("words")
@click.option("--slug", help="For the IRI of the passage.  [default: from the words]")
@click.option("--occurrence", type=int, help="Which one, where the words stand more than once.")
@texts_option
@click.pass_context
def quote_command(ctx: click.Context, document: str, words: str, slug: str | None, occurrence: int | None, texts: Path | None) -> None:
    """Print a passage in Turtle, to paste.

    \b
    For example: treatygraph quote unts-3768 "19 October 1956" --occurrence 1

    WORDS are looked for in DOCUMENT. White space in WORDS may differ from the text; the passage gives the text's own.
    """
    opened = open_corpus(ctx)
    found = find_document(opened.corpus, document)
    version = Evidence(opened.corpus, texts, document=found).text_of(found)
    click.echo(quote(version, words, slug, occurrence), nl=False)


@click.command(name="format")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if a file is not in canonical form.")
@click.pass_context
def format_command(ctx: click.Context, files: tuple[Path, ...], check: bool) -> None:
    """Bring Turtle files into canonical form.

    \b
    For example: treatygraph format --check

    FILES, or all of the corpus.

    The graph stays the same; a comment below the first statement stops it, for it would be lost.
    """
    from treatygraph.turtle import format_file

    layout = layout_of(ctx)
    changed = [path for path in files or layout.ontology_files + layout.shape_files + layout.data_files if format_file(path, check)]
    for path in changed:
        click.echo(f"{'not canonical' if check else 'formatted'}: {layout.shown(path)}")
    if check and changed:
        sys.exit(1)
    if not changed:
        click.echo("Every file is in canonical form.")
