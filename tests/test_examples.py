"""Every help has an example, and every example runs."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
from inspect import cleandoc
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from stores.fake import FakeStore

from treatygraph.cli import COMMANDS, cli

ROOT = Path(__file__).parent.parent
EXAMPLE = re.compile(r"^(?:For example:|             )\s*(treatygraph .+)$", re.MULTILINE)  # the second is the place below the first
STORES = {"7878": "oxigraph", "3030": "fuseki"}  # the ports that these stores take by themselves


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


@pytest.mark.parametrize("line", [line for name, line in EXAMPLES if name not in ("push", "serve", "site")])
def test_every_example_runs(line, monkeypatch, tmp_path):
    if line.startswith("treatygraph diff") and not (ROOT / ".git").exists():
        pytest.skip("the project is not in a git repository here")
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("TREATYGRAPH_CORPUS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    done = CliRunner().invoke(cli, shlex.split(line)[1:])
    assert done.exit_code == 0, (done.output, done.exception)
    assert done.stdout.strip()


@pytest.mark.parametrize("line", [line for name, line in EXAMPLES if name == "site"])
def test_what_takes_minutes_runs_on_a_small_corpus(line, monkeypatch, tmp_path):
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "ontology" / "agents.ttl", tmp_path / "ontology")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    done = CliRunner().invoke(cli, ["--corpus", str(tmp_path), *shlex.split(line.replace("build/", f"{tmp_path}/"))[1:]])
    assert done.exit_code == 0, (done.output, done.exception)
    assert re.search(r"^\d+ files in ", done.stdout)


@pytest.mark.parametrize("line", [line for name, line in EXAMPLES if name == "push"])
def test_what_needs_a_store_gets_one(line, monkeypatch):
    monkeypatch.chdir(ROOT)
    address = re.search(r"http://localhost:(\d+)\S*", line)
    assert address is not None
    with FakeStore(STORES[address[1]]) as store:
        done = CliRunner().invoke(cli, [*shlex.split(line.replace(address[0], store.base))[1:], "--store", store.kind])
    assert done.exit_code == 0, (done.output, done.exception)
    assert re.search(r"graphs sent|to send", done.stdout)


@pytest.mark.parametrize("line", [line for name, line in EXAMPLES if name == "serve"])
def test_what_runs_until_it_is_stopped_is_stopped(line):
    arguments = shlex.split(re.sub(r"--port \d+", "--port 0", line))[1:]
    process = subprocess.Popen(
        [sys.executable, "-c", "from treatygraph.__main__ import main; main()", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = re.search(r"http://\S+/", process.stdout.readline())
        assert address is not None
        assert urllib.request.urlopen(address[0], timeout=60).status == 200
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode in (0, 130)


def test_there_are_examples_of_everything():
    assert {name.partition(" ")[0] for name, _ in EXAMPLES} == {"", *COMMANDS}
    assert len(EXAMPLES) > 55


def test_the_help_of_a_saved_query_shows_its_own_parameters(run):
    done = run("query", "as-known-by", "--help")
    example = EXAMPLE.search(HELPS["query as-known-by"])
    assert example is not None
    assert example[1] in done.out
    assert "--known-by 1960-12-31" in example[1]
