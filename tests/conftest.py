"""The real corpus, the real documents, and the command line as a person runs it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from treatygraph.corpus import Corpus, load_corpus
from treatygraph.layout import Layout

ROOT = Path(__file__).parent.parent
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as a shell has it for what runs in the background; processes would inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)
SOURCES = ROOT.parent / "shared" / "sources"


@pytest.fixture(scope="session")
def layout() -> Layout:
    return Layout(ROOT)


@pytest.fixture(scope="session")
def corpus(layout) -> Corpus:
    return load_corpus(layout)


@pytest.fixture(scope="session")
def sources() -> Path:
    if not SOURCES.is_dir():
        pytest.skip("the five source documents (../shared/sources) are not beside the project")
    return SOURCES


@pytest.fixture
def figure(record_property) -> Callable[[str], None]:
    """Note a score that the run prints at its end, whichever process it was found in."""
    return lambda text: record_property("figure", text)


def pytest_terminal_summary(terminalreporter) -> None:
    reports = (report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ()))
    for report in reports:
        for name, text in report.user_properties:
            if name == "figure":
                terminalreporter.write_line(text)


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the corpus that a test may spoil."""
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


class Run:
    """What a command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err


@pytest.fixture
def run():
    """Run ``treatygraph`` in a process of its own."""

    def call(*arguments: str | Path, corpus: Path | None = ROOT, stdin: str | None = None, cwd: Path = ROOT) -> Run:
        where = ["--corpus", str(corpus)] if corpus else []
        environment = {key: value for key, value in os.environ.items() if key != "TREATYGRAPH_CORPUS"} | {"PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            [sys.executable, "-c", "from treatygraph.cli import main; main()", *where, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment,
            cwd=cwd,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Run(done.returncode, done.stdout, done.stderr)

    return call
