"""The command that serves: serve."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import sys
from pathlib import Path

import click

from treatygraph.built import MANY, Built, answering
from treatygraph.cli.session import layout_of
from treatygraph.errors import UsageError
from treatygraph.layout import Layout

__all__ = ["serve_command"]

TOKEN = "TREATYGRAPH_TOKEN"  # noqa: S105 - the name of a variable
SHORTEST = 16  # characters of a token
MOST_IN_MEMORY = 5_000_000  # triples; so many take half a minute and 1.5 GB, and every change kept with --store writes them all


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", help="Address to listen at.  [default: 127.0.0.1, this machine alone]")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="Port to listen at; 0 for any that is free.  [default: 8000]")
@click.option("--writable", is_flag=True, help="Let whoever has the token change the graph: SPARQL Update, and the Graph Store Protocol.")
@click.option(
    "--token-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help=f"Read the token from FILE.  [default: from {TOKEN}]"
)
@click.option("--store", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Keep the changes in DIR, and begin with what was kept there.")
@click.option("--timeout", type=click.FloatRange(0.1), default=30.0, help="Seconds that a query may take, its answer delivered.  [default: 30]")
@click.option("--memory", type=click.IntRange(16), default=512, help="MiB that a query may take.  [default: 512]")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes for queries of others.  [default: one for each processor, at least 2]")
@click.option("--union/--no-union", default=True, help="Let a query that names no graph see all of them at once.  [default: union]")
@click.option("--allow-service", "services", multiple=True, metavar="HOST", help="Let SERVICE ask HOST, or HOST:PORT; may be repeated.")
@click.option("--allow-load", "loads", multiple=True, metavar="HOST", help="Let LOAD read from HOST, or HOST:PORT; may be repeated.")
@click.option("--log", is_flag=True, help="Report each request.")
@click.pass_context
def serve_command(
    ctx: click.Context,
    host: str,
    port: int,
    writable: bool,
    token_file: Path | None,
    store: Path | None,
    timeout: float,
    memory: int,
    workers: int | None,
    union: bool,
    services: tuple[str, ...],
    loads: tuple[str, ...],
    log: bool,
) -> None:
    """Serve the corpus over HTTP.

    \b
    For example: treatygraph serve --port 8000

    At /sparql is an endpoint by the SPARQL 1.1 Protocol, at /queries are the saved queries as an API and as pages, and
    every IRI of the graph is at its path: /id/KIND/NAME, /ontology/TERM, /graph/FILE.

    Read-only and for this machine alone unless told otherwise. Changes need --writable and a token of at least 16
    characters; they never touch the files of the corpus, and are lost at the end without --store DIR.

    A store made by treatygraph build is served as it lies on the disk, at once and in little memory, and when it is
    built anew the server goes over to it by itself. With --writable the files are read into memory all the same.
    """
    if sys.platform == "win32":
        raise UsageError("serve needs a system with fork, which Windows is not.", "Run it in the Windows Subsystem for Linux.")
    from treatygraph.pages.routes import page_routes
    from treatygraph.pages.troubles import trouble
    from treatygraph.web.app import create_app
    from treatygraph.web.server import bind, hold, run
    from treatygraph.web.settings import MIB, Settings

    layout = layout_of(ctx)
    built = answering(layout)
    token = _token(token_file) if writable else ""
    if store and not writable:
        raise UsageError("--store keeps changes, and without --writable there are none.", "Add --writable, or leave --store away.")
    if writable and built:
        _check_size(built)
    if store:
        store.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        timeout=timeout,
        memory=memory * MIB,
        workers=workers or Settings().workers,
        union=union,
        token=token,
        services=services,
        loads=loads,
        store=store.resolve() if store else None,
        built=built is not None and not writable,
        log=log,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.INFO if log else logging.WARNING, format="%(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # what a client does wrong it is told itself
    with contextlib.ExitStack() as held:
        if settings.store:
            held.enter_context(hold(settings.store))
        listening = held.enter_context(bind(host, port))
        if built is None and (files := len(layout.data_files)) > MANY:
            click.echo(f"Reading {files} files into memory. After treatygraph build, serve begins at once and takes little.", err=True)
        port = listening.getsockname()[1]
        app = create_app(Layout(layout.root.resolve()), settings, page_routes(), trouble)
        run(app, listening, f"{_announcement(host, port, settings.writable, settings.store)}\n{_source(layout, built, writable)}".rstrip())


def _check_size(built: Built) -> None:
    """Refuse to read a corpus into memory that is too large to be changed there."""
    triples = built.manifest["counts"]["asserted"]
    if triples > MOST_IN_MEMORY:
        raise UsageError(
            f"The corpus has {triples} triples, and --writable would hold them all in memory (no more than {MOST_IN_MEMORY}).",
            "Serve it without --writable, change its files and run treatygraph build: the server goes over to the new store by itself.",
        )


def _source(layout: Layout, built: Built | None, writable: bool) -> str:
    """A sentence on where the answers come from, where a person could expect otherwise; or an empty string."""
    if built and writable:
        return "The built store is for reading: with --writable, the files have been read into memory."
    return built.is_older_than(layout) if built else ""


def _token(file: Path | None) -> str:
    try:
        token = (file.read_text(encoding="utf-8") if file else os.environ.get(TOKEN, "")).strip()
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not a text.", "Put the token alone into the file.") from None
    if len(token) < SHORTEST or not token.isascii() or any(char.isspace() for char in token):
        where = str(file) if file else f"the variable {TOKEN}"
        raise UsageError(
            f"--writable needs a token of at least {SHORTEST} characters in {where}.",
            "For example: python3 -c 'import secrets; print(secrets.token_urlsafe())'",
        )
    return token


def _announcement(host: str, port: int, writable: bool, store: Path | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    lines = [f"TreatyGraph answers at http://{shown}:{port}/ (SPARQL at /sparql). Ctrl-C stops it."]
    if not _is_loopback(host):
        lines.append("It listens beyond this machine: whoever reaches this address can ask it.")
        if writable:
            lines.append("The token travels unencrypted unless a proxy with TLS stands in front.")
    if writable:
        lines.append(f"Changes are kept in {store}." if store else "Changes are lost when it stops; keep them with --store DIR.")
    return "\n".join(lines)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
