"""Completion in bash, fish and zsh: their scripts, and the answers to them, quoted as each wants them; never a word of complaint."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import Any, ClassVar

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, ShellComplete, add_completion_class, shell_complete, split_arg_string

__all__ = ["complete", "completion_command"]

COMPLETE = "_TREATYGRAPH_COMPLETE"
SHELLS = ("bash", "fish", "zsh")
ENDED = re.compile(r"(?<!\\)(?:\\\\)*\s$")  # white space that no backslash makes a part of the word


class Bash(BashComplete):
    """Bash, with what click leaves out: names with spaces and quotation marks, and short names with a colon in them.

    Bash cuts the line at every colon and replaces only what stands behind the last one.
    """

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = r"""%(complete_func)s() {
    local IFS=$'\n' response completion type value
    response=$(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    COMPREPLY=()
    for completion in $response; do
        type=${completion%%%%,*}
        value=${completion#*,}
        if [[ $type == dir ]]; then
            compopt -o dirnames
        elif [[ $type == file ]]; then
            compopt -o default
        else
            COMPREPLY+=("$value")
        fi
    done
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
    _quote = ""
    _cut = 0

    @staticmethod
    def _check_version() -> None:
        """Printing the script needs no bash."""

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ.get("COMP_LINE")
        if line is None:
            return super().get_completion_args()
        self._quote = _is_open(line)
        words = split_arg_string(line)[1:]
        begun = words and (self._quote or not ENDED.search(line))
        args, incomplete = (words[:-1], words[-1]) if begun else (words, "")
        if ":" in os.environ.get("COMP_WORDBREAKS", "") and not self._quote:
            self._cut = incomplete.rpartition("=")[2].rfind(":") + 1
        return args, incomplete

    def format_completion(self, item: CompletionItem[Any]) -> str:
        if item.type != "plain":
            return f"{item.type},{item.value}"
        return f"plain,{_bash_quoted(str(item.value)[self._cut :], self._quote)}"


class Fish(FishComplete):
    """Fish, with names that have a comma in them."""

    name: ClassVar[str] = "fish"
    source_template: ClassVar[str] = FishComplete.source_template.replace('string split ","', 'string split -m 1 ","')


def _is_open(line: str) -> str:
    """The quotation mark that is open at the end of a command line, or an empty string."""
    quote = ""
    escaped = False
    for char in line:
        if escaped:
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
    return quote


def _bash_quoted(value: str, quote: str) -> str:
    """A value as bash reads it back, outside or inside quotation marks (Bash Reference Manual, section 3.1.2)."""
    if quote == "'":
        return value.replace("'", "'\\''")
    return re.sub(r'(["$`\\!])' if quote else r"([^\w@%+=:,./-])", r"\\\1", value)


def complete(cli: click.Command) -> int:
    """Answer the shell that asks through the environment; on any trouble with silence, for the person is typing."""
    add_completion_class(Bash)
    add_completion_class(Fish)
    with suppress(Exception):
        return shell_complete(cli, {}, "treatygraph", COMPLETE, os.environ.get(COMPLETE, ""))
    return 1


@click.command(name="completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print the script for completion in a shell.

    \b
    For example: treatygraph completion bash

    It completes commands, saved queries and their parameters, names of things in every script, the days on which
    something begins or ends, documents and formats.

    \b
    bash  add this line to ~/.bashrc:
            eval "$(treatygraph completion bash)"
    fish  once:
            treatygraph completion fish > ~/.config/fish/completions/treatygraph.fish
    zsh   add this line to ~/.zshrc, below compinit:
            eval "$(treatygraph completion zsh)"
    """
    shells: dict[str, type[ShellComplete]] = {"bash": Bash, "fish": Fish}
    known = shells.get(shell) or click.shell_completion.get_completion_class(shell)
    assert known is not None
    click.echo(known(ctx.find_root().command, {}, "treatygraph", COMPLETE).source(), nl=False)
