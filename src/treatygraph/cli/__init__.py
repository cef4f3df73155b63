"""The command line: read arguments, call one function, print, set the exit code."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from treatygraph.errors import TreatyGraphError, nearest

__all__ = ["COMMANDS", "cli", "main"]

# Command to the module that has it, so that a command imports nothing of the others.
COMMANDS = {
    "check": "curate",
    "compare": "ask",
    "coverage": "curate",
    "describe": "ask",
    "explain": "explain",
    "format": "curate",
    "infer": "curate",
    "queries": "ask",
    "query": "ask",
    "quote": "curate",
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
@click.pass_context
def cli(ctx: click.Context, root: Path | None) -> None:
    """Ask a graph of treaties and territorial positions, and keep it.

    Every answer leads to the sentence that says it.

    Works on the corpus given with --corpus, else on the one whose folder you stand in, else on the one that is
    installed with the program. Results go to standard output, everything else to standard error. The exit code is
    1 if something is wrong with a corpus and 2 if something is wrong with the call.
    """
    ctx.obj = root


def main() -> None:
    """Run the command line; an error is one or two plain lines, never a traceback."""
    try:
        cli(prog_name="treatygraph", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except TreatyGraphError as error:
        click.echo(f"Error: {error.message}", err=True)
        if error.next_step:
            click.echo(error.next_step, err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        click.echo(f"Error: {error.filename or 'writing the answer'}: {error.strerror or error}.", err=True)
        sys.exit(2 if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError) else 1)
