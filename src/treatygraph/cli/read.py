"""Commands for a reader: passages, search, cite."""

from __future__ import annotations

from pathlib import Path

import click

from treatygraph.cli.offers import completes_documents, completes_kinds, completes_things, completes_words
from treatygraph.cli.session import language_option, layout_of, open_corpus, texts_option, warn_if_older
from treatygraph.cli.terminal import columns, paged, progress, say, shows_colour
from treatygraph.errors import UsageError
from treatygraph.fulltext import FIELDS, index_of
from treatygraph.namespaces import TG
from treatygraph.things import Things

__all__ = ["cite_command", "passages_command", "search_command"]


@click.command(name="passages")
@click.argument("document", shell_complete=completes_documents())
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
                 treatygraph passages wikipedia --around "peace treaty"

    Each stretch has a number and stands between [1‹ and ›1]; below each paragraph is what the stretch proves. Of a
    document whose text is not here, the quotations that the corpus has are shown in their order; of one that is only
    cited, the places.
    """
    from treatygraph.evidence import Evidence
    from treatygraph.margins import as_data, as_markdown, as_text
    from treatygraph.marking import Run
    from treatygraph.passages import annotate
    from treatygraph.quoting import find_document

    opened = open_corpus(ctx)
    corpus = opened.corpus
    which = find_document(corpus, document)
    found = annotate(corpus, Evidence(corpus, texts, document=which), which, language)

    def style(run: Run) -> str:
        return click.style(run.words, fg="cyan") if run.is_mark else click.style(run.words, underline=True) if run.quoted else run.words

    if form == "json":
        from json import dumps

        click.echo(dumps(as_data(found, around), ensure_ascii=False, indent=2))
    else:
        click.echo(as_markdown(found, around) if form == "markdown" else as_text(found, columns(), style, around))


@click.command(name="search")
@click.argument("words", nargs=-1, required=True, shell_complete=completes_words)
@click.option("--kind", default="", shell_complete=completes_kinds, help="Only things of this kind, by any name of the class: island, passage, 条約.")
@click.option(
    "--in", "field", type=click.Choice(list(FIELDS)), help="Only in names, in passages, in what the curator says of them, in notes, or in definitions."
)
@click.option("--limit", type=click.IntRange(min=0), default=20, help="How many to show; 0 for all.  [default: 20]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="[default: text]")
@language_option
@click.pass_context
@paged
def search_command(ctx: click.Context, words: tuple[str, ...], kind: str, field: str | None, limit: int, form: str, language: str) -> None:
    """Search names, passages and notes.

    \b
    For example: treatygraph search "peace treaty" --kind passage
                 treatygraph search 島 --in name --limit 5

    In every language of the corpus at once, whatever the case and the accents. All of WORDS have to stand in one text;
    what stands in quotation marks has to stand so; treat* is treaty and treaties too. Japanese is found by any part of
    a word. What is found stands in ‹›, or in bold. The index is made once, and again when the corpus changes.
    """
    from treatygraph.marking import Run, for_terminal
    from treatygraph.search import search

    layout = layout_of(ctx)
    warn_if_older(ctx, layout)
    found = search(index_of(layout, progress), list(words), language, kind, field or "", limit)
    if form == "json":
        from json import dumps

        click.echo(dumps({"count": found.count, "note": found.note, "hits": [hit.data() for hit in found.hits]}, ensure_ascii=False, indent=2))
        return
    coloured = shows_colour()

    def style(run: Run) -> str:
        return click.style(run.words, bold=True) if coloured and run.quoted else run.words

    for hit in found.hits:
        runs = hit.snippet() if coloured else [Run(f"‹{run.words}›" if run.quoted else run.words, False) for run in hit.snippet()]
        click.echo("\n".join(for_terminal([Run(hit.headline(), False)], columns(), style)))
        lines = for_terminal([Run(f"{hit.entry.field}: ", False), *runs], columns() - 4, style)
        click.echo("".join(f"    {line}\n" for line in lines))
    if not found.hits:
        click.echo("Nothing found.")
    elif found.count > len(found.hits):
        click.echo(f"{len(found.hits)} of {found.count}; --limit 0 shows all.")
    if found.note:
        say(found.note)


@click.command(name="cite")
@click.argument("things", metavar="[THING]...", nargs=-1, shell_complete=completes_things())
@click.option("--style", type=click.Choice(["plain", "bibtex", "csl-json", "cff"]), default="plain", help="[default: plain]")
@language_option
@click.pass_context
@paged
def cite_command(ctx: click.Context, things: tuple[str, ...], style: str, language: str) -> None:
    """Print how to cite this data, or a thing in it.

    \b
    For example: treatygraph cite --style bibtex
                 treatygraph cite panov-2020 unts-3768 --style csl-json

    Without a THING, the corpus itself, after the CITATION.cff beside its folders. A THING is a document, a passage or a
    citation, an agreement, or anything the corpus asserts: then what it rests on. The style cff gives the CITATION.cff
    as it is, or entries for the references of another one. What the corpus does not know is left out, not guessed.
    """
    from treatygraph.bibliography import citation_file, data_set, works_of
    from treatygraph.citing import Work, bibliography

    layout = layout_of(ctx)
    tell = say if style == "plain" else click.echo  # the others are for programs
    if not things:
        tell(citation_file(layout).rstrip("\n") if style == "cff" else bibliography([data_set(layout)], style))
        return
    opened = open_corpus(ctx)
    corpus = opened.corpus
    works: dict[str, Work] = {}
    for name in things:
        for work in works_of(corpus, _citable(Things(corpus.store), name), language):
            known = works.setdefault(work.iri, work)
            known.notes = list(dict.fromkeys([*known.notes, *work.notes]))
    tell(bibliography(works.values(), style))


def _citable(things: Things, name: str) -> str:
    """The thing that a person means: a document or an instrument before anything else of that name."""
    for asked, kind in ((name, TG + "Document"), (name, TG + "Instrument"), (f"passage:{name}", None), (f"citation:{name}", None)):
        try:
            return things.find(asked, kind)
        except UsageError:
            continue
    return things.find(name)
