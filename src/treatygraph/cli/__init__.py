"""The command line: read arguments, call one function, print, set the exit code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from treatygraph.cli.terminal import no_more_output, refuses_colour
from treatygraph.errors import TreatyGraphError, nearest

__all__ = ["COMMANDS", "cli", "main"]

COMPLETE = "_TREATYGRAPH_COMPLETE"  # by which shells ask, see completing.py
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it
CLOSED_PIPE = 141  # 128 and the number of SIGPIPE
# Command to the module that has it, so that a command imports nothing of the others.
COMMANDS = {
    "build": "build",
    "check": "curate",
    "cite": "read",
    "compare": "ask",
    "completion": "completing",
    "coverage": "curate",
    "describe": "ask",
    "explain": "explain",
    "export": "exchange",
    "diff": "changes",
    "format": "curate",
    "infer": "curate",
    "passages": "read",
    "push": "push",
    "queries": "ask",
    "query": "ask",
    "quote": "curate",
    "search": "read",
    "serve": "serve",
    "site": "site",
    "sparql": "ask",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"treatygraph.cli.{COMMANDS[cmd_name]}"), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and name not in COMMANDS:
            raise click.UsageError(f"There is no command '{name}'. {nearest(name, COMMANDS)}".rstrip())
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="treatygraph")
@click.option("--corpus", "root", type=click.Path(path_type=Path), envvar="TREATYGRAPH_CORPUS", metavar="DIR", help="Use the corpus in DIR.")
@click.option("--no-pager", is_flag=True, help="Never put long answers into a pager.")
@click.pass_context
def cli(ctx: click.Context, root: Path | None, no_pager: bool) -> None:
    """Ask a graph of treaties and territorial positions, and keep it.

    Every answer leads to the sentence that says it.

    \b
    For example: treatygraph query islands-claimed --date 1956-12-12

    Works on the corpus given with --corpus, else on the one whose folder you stand in, else on the one that is
    installed with the program. Results go to standard output, everything else to standard error.

    On a terminal, an answer longer than the screen goes into the pager that TREATYGRAPH_PAGER or PAGER names, else
    into less; TREATYGRAPH_PAGER=cat means none. NO_COLOR=1 means no colour.

    \b
    Exit codes:
      0    done
      1    something is wrong with the corpus, or a check found something
      2    something is wrong with the call
      130  interrupted
      141  whoever read the answer went away before its end
    """
    ctx.obj = root
    if refuses_colour():
        ctx.color = False


def main() -> None:
    """Run the command line; an error is one or two plain lines, never a traceback."""
    try:
        if COMPLETE in os.environ:
            from treatygraph.cli.completing import complete

            code = complete(cli)
        else:
            code = _run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        code = CLOSED_PIPE
    except OSError as error:
        code = _report(error)
    except RuntimeError as error:
        if not str(error).startswith("Corruption"):  # as pyoxigraph calls it
            raise
        click.echo(f"Error: The built store is damaged: {error}\nBuild it anew with: treatygraph build --whole", err=True)
        code = 1
    if code == CLOSED_PIPE or not _flushed():
        no_more_output()
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    """Call the command that the arguments name, and give the exit code; an unwritable output is left to the caller."""
    try:
        with cli.make_context("treatygraph", arguments) as ctx:
            cli.invoke(ctx)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except TreatyGraphError as error:
        click.echo(f"Error: {error.message}", err=True)
        if error.next_step:
            click.echo(error.next_step, err=True)
        return error.exit_code
    return 0


def _report(error: OSError) -> int:
    click.echo(f"Error: {error.filename or 'writing the answer'}: {error.strerror or error}.", err=True)
    return 2 if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError) else 1


def _flushed() -> bool:
    try:
        sys.stdout.flush()
    except OSError:
        return False
    return True
