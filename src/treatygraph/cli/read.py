"""Commands for a reader: passages, search, cite."""

from __future__ import annotations

from pathlib import Path

import click

from treatygraph.cli.session import language_option, layout_of, texts_option
from treatygraph.cli.terminal import columns, paged
from treatygraph.corpus import load_corpus
from treatygraph.things import Things

__all__ = ["passages_command"]


@click.command(name="passages")
@click.argument("document")
@click.option("--around", metavar="WORDS", default="", help="Only the stretch with this number or this name, or what stands around these words.")
@texts_option
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", help="[default: text]")
@language_option
@click.pass_context
@paged
def passages_command(ctx: click.Context, document: str, around: str, texts: Path | None, form: str, language: str) -> None:
    """Show a document with its quoted stretches.

    \b
    For example: treatygraph passages unts-3768 --around 9
    For example: treatygraph passages wikipedia --around "peace treaty"

    Each stretch has a number and stands between [1‹ and ›1]; below each paragraph is what the stretch proves. Of a
    document whose text is not here, the quotations that the corpus has are shown in their order; of one that is only
    cited, the places.
    """
    from treatygraph.evidence import Evidence, find_document
    from treatygraph.margins import as_data, as_markdown, as_text
    from treatygraph.marking import Run
    from treatygraph.passages import annotate

    corpus = load_corpus(layout_of(ctx))
    evidence = Evidence(corpus, texts)
    found = annotate(corpus, evidence, find_document(evidence, Things(corpus.store), document), language)

    def style(run: Run) -> str:
        return click.style(run.words, fg="cyan") if run.is_mark else click.style(run.words, underline=True) if run.quoted else run.words

    if form == "json":
        from json import dumps

        click.echo(dumps(as_data(found, around), ensure_ascii=False, indent=2))
    else:
        click.echo(as_markdown(found, around) if form == "markdown" else as_text(found, columns(), style, around))
