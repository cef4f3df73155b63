"""Every help has an example, and every example runs."""

from __future__ import annotations

import re
import shlex
from inspect import cleandoc
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from treatygraph.cli import COMMANDS, cli

ROOT = Path(__file__).parent.parent
EXAMPLE = re.compile(r"^(?:For example:|             )\s*(treatygraph .+)$", re.MULTILINE)  # the second is the place below the first
# Run elsewhere: what ends only when stopped (tests/web), what needs a store (tests/stores), what writes for minutes (tests/test_site.py).
ELSEWHERE = {"push", "serve", "site"}


def helps() -> dict[str, str]:
    """The help of every command and of every saved query."""
    context = click.Context(cli, obj=ROOT)
    found = {"": cleandoc(cli.help or "")}
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        found[name] = cleandoc(command.help or "")
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                saved = command.get_command(context, inner)
                assert saved is not None
                found[f"{name} {inner}"] = cleandoc(saved.help or "")
    return found


HELPS = helps()
EXAMPLES = [(name, line) for name, text in HELPS.items() for line in EXAMPLE.findall(text)]


@pytest.mark.parametrize("name", HELPS)
def test_every_help_says_what_then_shows_an_example_of_itself(name):
    lines = [line.strip() for line in HELPS[name].splitlines()]
    assert lines[0]
    assert lines[1] == ""
    own = [line for owner, line in EXAMPLES if owner == name]
    assert own
    assert all(line.startswith(f"treatygraph {name}".strip()) for line in own)
    assert all(len(line) < 80 for line in own) or " " in name  # a copied line is one line


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for name, line in EXAMPLES if name not in ELSEWHERE], ids=lambda value: value if "treatygraph" in value else ""
)
def test_every_example_runs(name, line, monkeypatch, tmp_path):
    if name == "diff" and not (ROOT / ".git").exists():
        pytest.skip("the project is not in a git repository here")
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("TREATYGRAPH_CORPUS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    done = CliRunner().invoke(cli, shlex.split(line)[1:])
    assert done.exit_code == 0, (done.output, done.exception)
    assert done.stdout.strip()


def test_there_are_examples_of_everything():
    assert {name.partition(" ")[0] for name, _ in EXAMPLES} == {"", *COMMANDS}
    assert len(EXAMPLES) > 55


def test_the_help_of_a_saved_query_shows_its_own_parameters(run):
    done = run("query", "as-known-by", "--help")
    example = EXAMPLE.search(HELPS["query as-known-by"])
    assert example is not None
    assert example[1] in done.out
    assert "--known-by 1960-12-31" in example[1]
