"""The README tells the truth: its commands run, and the answer it shows is the answer."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line.partition("  #")[0].strip() for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]


def test_there_are_commands():
    assert len(COMMANDS) > 12


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_readme_runs(run, command, monkeypatch, tmp_path):
    monkeypatch.setenv("TREATYGRAPH_STORE", str(tmp_path / "store"))  # build leaves none to the tests after it
    if command.startswith("treatygraph diff") and not (ROOT / ".git").exists():
        pytest.skip("the project is not in a git repository here")
    before, _, call = command.rpartition("| ")
    stdin = shlex.split(before)[1] if before else None
    _, *arguments = shlex.split(call)
    done = run(*arguments, stdin=stdin)
    assert done.code == 0, done.err
    assert done.out


def test_the_answer_shown_is_the_answer(run):
    shown = re.findall(r"<!-- answer: (.*?) -->\n```text\n(.*?)```", README, re.DOTALL)
    assert shown
    for command, answer in shown:
        assert run(*shlex.split(command)).out == answer
