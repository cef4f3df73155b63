"""The command that explains: explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from treatygraph.cli.offers import completes_days, completes_things
from treatygraph.cli.session import language_option, open_corpus
from treatygraph.cli.terminal import columns, paged
from treatygraph.corpus import LoadedCorpus
from treatygraph.errors import UsageError

if TYPE_CHECKING:
    from treatygraph.explain import Explanation

__all__ = ["EXPLAINED", "explain_command", "show_explanation"]

EXPLAINED = ("text", "json", "prov")
WIDEST = 110  # columns of a line that is still pleasant to read


@click.command(name="explain")
@click.argument("words", nargs=-1, required=True, metavar="THING | SUBJECT PROPERTY VALUE", shell_complete=completes_things())
@click.option(
    "--date", metavar="DATE", shell_complete=completes_days, help="Explain it for this day: did it hold then, certainly or possibly, and by which bounds."
)
@click.option("--format", "form", type=click.Choice(EXPLAINED), default="text", help="prov: the derivation in PROV-O, as Turtle.  [default: text]")
@language_option
@click.pass_context
@paged
def explain_command(ctx: click.Context, words: tuple[str, ...], date: str | None, form: str, language: str) -> None:
    """Explain why the graph says so.

    \b
    For example: treatygraph explain Etorofu --date 1956-12-12
                 treatygraph explain Etorofu a tg:Place --lang ja

    THING is any name of a thing, as for describe: a position, an event, a clause, a reading, a document, a passage. Given
    a place and --date, every position on the place is weighed for that day. Three names are a statement, asserted or
    derived.

    A row of a saved query is explained by treatygraph query NAME --explain LINE, and why a place is not in its answer by
    treatygraph query NAME --why-not PLACE.
    """
    from treatygraph.explain import explain_thing, explain_triple

    if len(words) not in (1, 3):
        raise UsageError(f"{len(words)} words are neither a thing nor a statement.", "Give one name, or three; quote a name that has spaces.")
    if len(words) == 3 and date:
        raise UsageError("A statement is explained without --date.", "Explain its subject for a day instead.")
    opened = open_corpus(ctx)
    corpus = opened.loaded
    explanation = explain_triple(corpus, *words, language=language) if len(words) == 3 else explain_thing(corpus, words[0], language, date)
    show_explanation(corpus, explanation, form)


def show_explanation(corpus: LoadedCorpus, explanation: Explanation, form: str) -> None:
    """Print an explanation as text, JSON or PROV-O."""
    if form == "json":
        click.echo(explanation.json())
    elif form == "prov":
        from treatygraph.explain import lineage

        click.echo(lineage(explanation, corpus.store), nl=False)
    else:
        click.echo(explanation.text(min(max(40, columns()), WIDEST)))
