"""What the commands share: the corpus that was asked for, from its built store where there is one, and options that several take."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import treatygraph
from treatygraph.built import Built, answering
from treatygraph.cli.freshness import Look
from treatygraph.corpus import Corpus, LoadedCorpus, load_corpus
from treatygraph.errors import UsageError, nearest
from treatygraph.layout import Layout, find_layout
from treatygraph.opening import BuiltCorpus
from treatygraph.things import LANGUAGES

if TYPE_CHECKING:
    from treatygraph.stores import Connection

__all__ = [
    "CITE_STYLES",
    "CitingCommand",
    "Opened",
    "cite_option",
    "connection_of",
    "corpus_of",
    "endpoint_of",
    "endpoint_options",
    "language_option",
    "layout_of",
    "open_corpus",
    "store_options",
    "texts_option",
    "warn_if_older",
]  # fmt: skip

CITE_STYLES = ("plain", "bibtex", "csl-json")
LOCAL = re.compile(r"http://(localhost|127\.|\[::1\])")
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


def _kept(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Put an option by for `connection_of` and `corpus_of`, so that no command has to hand it on."""
    ctx.meta[f"treatygraph.{option.name}"] = value
    return value


def store_options(command: Any) -> Any:  # noqa: ANN401 - as click has it
    """The options that say which kind of store an address is, and who asks."""
    user = "The user of the store; the password is asked for, or in TREATYGRAPH_PASSWORD."
    kinds = "fuseki, rdf4j, graphdb, virtuoso, oxigraph, stardog, neptune, qlever or blazegraph.  [default: as the store says of itself]"
    command = click.option("--user", metavar="NAME", help=user, expose_value=False, callback=_kept)(command)
    return click.option("--store", metavar="KIND", help=kinds, expose_value=False, callback=_kept)(command)


def endpoint_options(command: Any) -> Any:  # noqa: ANN401
    """`store_options`, and the address."""
    command = store_options(command)
    address = "Ask the store there, into which treatygraph push has put the corpus."
    return click.option("--endpoint", metavar="URL", help=address, expose_value=False, callback=_kept)(command)


def connection_of(ctx: click.Context, url: str) -> Connection:
    """The store at an address; the password is asked for where a user is named and none is in the environment.

    Raises:
        UsageError: there is nobody to ask for the password.
    """
    from treatygraph.stores import Credentials, connect, credentials_from_environment

    credentials = credentials_from_environment(ctx.meta.get("treatygraph.user"))
    if credentials.user and not credentials.password and not credentials.token:
        if sys.stdin is None or not sys.stdin.isatty():
            raise UsageError(f"There is no password for {credentials.user}.", "Set TREATYGRAPH_PASSWORD.")
        credentials = Credentials(credentials.user, click.prompt(f"Password of {credentials.user}", hide_input=True, err=True))
    if credentials and url.startswith("http:") and not LOCAL.match(url):
        click.echo("Warning: the password goes over the network unencrypted; use https.", err=True)
    return connect(url, ctx.meta.get("treatygraph.store"), credentials)


def endpoint_of(ctx: click.Context) -> str | None:
    """The address that --endpoint gives, or None.

    Raises:
        UsageError: something is said about it, but it is not given.
    """
    endpoint: str | None = ctx.meta.get("treatygraph.endpoint")
    if endpoint is None and (ctx.meta.get("treatygraph.store") or ctx.meta.get("treatygraph.user")):
        raise UsageError("--store and --user say something about --endpoint, which is not given.", "Give --endpoint URL.")
    return endpoint


def corpus_of(ctx: click.Context, connection: Connection) -> Corpus:
    """What a store has of the corpus that the command line names."""
    from treatygraph.stores import corpus_in

    return corpus_in(connection, layout_of(ctx), lambda text: click.echo(f"Warning: {text}", err=True))


class Opened:
    """The corpus that was asked for.

    Attributes:
        corpus: from the built store, or from the files; or with --endpoint what a store has of it.
        built: the store, or None where it is from the files.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.built: Built | None = corpus.built if isinstance(corpus, BuiltCorpus) else None

    @property
    def loaded(self) -> LoadedCorpus:
        """The same corpus for commands that have no --endpoint."""
        assert isinstance(self.corpus, LoadedCorpus)
        return self.corpus


def open_corpus(ctx: click.Context) -> Opened:
    """The corpus that the command line names: with --endpoint in that store, else from its built store where that is of the same files.

    Where the files have changed since, a small corpus is read from them; of a large one the store answers, and after the answer
    standard error says so: the files are looked at while it is worked on.
    """
    if (endpoint := endpoint_of(ctx)) is not None:
        return Opened(corpus_of(ctx, connection_of(ctx, endpoint)))
    layout = layout_of(ctx)
    if (built := answering(layout)) is None:
        return Opened(load_corpus(layout))
    _look(ctx, layout, built)
    return Opened(BuiltCorpus(layout, built))


def warn_if_older(ctx: click.Context, layout: Layout) -> None:
    """Say on standard error, after the answer, that a built store answers for files that have changed since; for commands that do not open the corpus."""
    if (built := answering(layout)) is not None:
        _look(ctx, layout, built)


def _look(ctx: click.Context, layout: Layout, built: Built) -> None:
    if built.is_large:  # of fewer, `answering` has looked
        look = Look(built, layout)

        def tell() -> None:
            sys.stdout.flush()  # nobody waits for the answer because of this
            click.echo(look.older(), err=True, nl=False)

        ctx.call_on_close(tell)
