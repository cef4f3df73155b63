"""Installed from a wheel, outside the checkout, everything works from the corpus that the wheel carries."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the built package and nothing else of ours."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], check=True, capture_output=True, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def call(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"}
    environment.pop("TREATYGRAPH_CORPUS", None)
    return subprocess.run(
        [sys.executable, "-m", "treatygraph", *arguments], capture_output=True, text=True, encoding="utf-8", env=environment, cwd=installed, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("query", "islands-claimed", "--date", "1956-12-12"), "Shikotan"),
        (("queries", "islands"), "islands-claimed"),
        (("describe", "択捉島"), "island:iturup-etorofu"),
        (("coverage", "unts-3768"), "100.0 %"),
        (("quote", "unts-3768", "Signed at Moscow, on 19 October 1956"), "oa:exact"),
        (("check",), "0 errors"),
        (("--version",), "0.1.0"),
    ],
)
def test_every_command_works_from_the_packaged_corpus(installed, arguments, expected):
    done = call(installed, *arguments)
    assert done.returncode == 0, done.stderr
    assert expected in done.stdout


def test_the_server_works_from_the_packaged_corpus(installed):
    environment = os.environ | {"PYTHONPATH": str(installed)}
    environment.pop("TREATYGRAPH_CORPUS", None)
    with subprocess.Popen(
        [sys.executable, "-m", "treatygraph", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=environment, cwd=installed.parent
    ) as server:
        assert server.stderr is not None
        address = re.search(r"http://\S+/", server.stderr.readline())
        assert address
        for path, expected in (("queries/islands-claimed.csv", "island/shikotan"), ("id/island/shikotan.ttl", "tg:Island"), ("style.css", "table")):
            with urllib.request.urlopen(address[0] + path) as response:
                assert expected in response.read().decode()
        server.terminate()


def test_the_wheel_carries_no_text_without_a_licence(installed):
    names = {path.name for path in (installed / "treatygraph" / "corpus").rglob("*")}
    assert "002_7f6240f2a38eb6a5.txt" in names
    assert "000_2372d8613aebbb1b.txt" not in names
