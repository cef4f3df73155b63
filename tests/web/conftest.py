"""Servers as a person starts them: a process of their own, on a free port of this machine."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
TOKEN = "a-token-for-the-tests"
CONFORMANCE = ROOT.parent / "shared" / "conformance"


def descendants(process: int) -> set[int]:
    """The processes below one, whatever group or session they are in."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = entry.joinpath("stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found: set[int] = set()
    ahead = {process}
    while ahead:
        ahead = {child for child, parent in parents.items() if parent in ahead}
        found |= ahead
    return found


def alive(processes: set[int]) -> set[int]:
    """Those of some processes that still run."""
    running = set()
    for process in processes:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            running.add(process)
    return running


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


class Server:
    """A running server, with a client for it."""

    started: ClassVar[list[Server]] = []

    def __init__(self, *options: str, corpus: Path = ROOT, token: str = TOKEN) -> None:
        environment = {key: value for key, value in os.environ.items() if key != "TREATYGRAPH_CORPUS"} | {"TREATYGRAPH_TOKEN": token}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "treatygraph", "--corpus", str(corpus), "serve", "--port", "0", *options],
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self.process.stderr is not None
        self.started.append(self)
        self.announcement = self.process.stderr.readline()
        match = re.search(r"http://\S+?:(\d+)/", self.announcement)
        if not match:
            with self.process.stderr as rest:
                said = self.announcement + rest.read()
            self.process.wait(10)
            raise AssertionError(said)
        self.port = int(match[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.address, timeout=20)
        self.authority = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, accept: str | None = None, **parameters: str) -> httpx.Response:
        return self.client.get(path, params=parameters or None, headers={"Accept": accept} if accept else None)

    def ask(self, query: str, accept: str = "application/sparql-results+json", **parameters: str) -> httpx.Response:
        return self.client.post("/sparql", data={"query": query, **parameters}, headers={"Accept": accept})

    def update(self, update: str, **parameters: str) -> httpx.Response:
        address = f"/sparql?{urlencode(parameters)}" if parameters else "/sparql"
        return self.client.post(address, content=update, headers=self.authority | {"Content-Type": "application/sparql-update"})

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def workers(self) -> set[int]:
        return descendants(self.process.pid)

    def stop(self, how: int = signal.SIGTERM) -> str:
        """End the server; what it printed meanwhile."""
        self.client.close()
        self.process.send_signal(how)
        assert self.process.stderr is not None
        with self.process.stderr:
            said = self.process.stderr.read() if how != signal.SIGKILL else ""
        self.process.wait(10)
        return said


@pytest.fixture(autouse=True)
def _no_server_outlives_its_test() -> Iterator[None]:
    """However a test ends, the servers that it started end with it."""
    before = len(Server.started)
    yield
    for server in Server.started[before:]:
        if server.process.poll() is None:
            server.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A read-only server with the options that a person gets who gives none, but for a shorter time limit."""
    running = Server("--timeout", "3", "--memory", "200", "--workers", "2")
    yield running
    workers = running.workers()
    said = running.stop()
    assert "Traceback" not in said, said
    assert wait_until(lambda: not alive(workers))


@pytest.fixture(scope="session")
def writable() -> Iterator[Server]:
    """A server that may be changed; a test that uses it begins with an empty graph."""
    running = Server("--writable", "--timeout", "5")
    yield running
    workers = running.workers()
    said = running.stop()
    assert "Traceback" not in said, said
    assert wait_until(lambda: not alive(workers))


@pytest.fixture
def empty(writable) -> Server:
    assert writable.update("DROP ALL").status_code == 204
    return writable


@pytest.fixture(scope="session")
def conformance() -> Path:
    if not CONFORMANCE.is_dir():
        pytest.skip("the W3C test data (../shared/conformance) is not beside the project")
    return CONFORMANCE
