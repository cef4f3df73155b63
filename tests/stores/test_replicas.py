"""The plain recipe for more readers: one loaded store, two read-only Oxigraph servers on it, nginx before them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from treatygraph.corpus import load_corpus
from treatygraph.stores import Credentials, StoreError, connect, corpus_in, plan_push

from . import servers
from .steps import LAYOUT, pushed, quiet

pytestmark = pytest.mark.skipif(
    not shutil.which("nginx") or bool(servers.missing("oxigraph")), reason="nginx or oxigraph is not here; tests/stores/fetch brings them"
)


class Replica(servers.Server):
    """A read-only server on a store that is already there."""

    kind = "oxigraph"

    def __init__(self, folder: Path, data: Path) -> None:
        self._data = data
        super().__init__(folder)

    def start(self):
        return self.run(Path(sys.executable).with_name("oxigraph"), "serve-read-only", "--location", self._data, "--bind", f"127.0.0.1:{self.port}")

    def probe(self):
        return f"{self.base}/query?query=ASK%7B%7D"


class Nginx(servers.Server):
    kind = "nginx"

    def __init__(self, folder: Path, one: int, two: int) -> None:
        self._ports = {"one": one, "two": two}
        super().__init__(folder)

    def start(self):
        text = (Path(__file__).parent / "nginx.conf").read_text()
        for name, value in {**self._ports, "port": self.port, "folder": self.folder}.items():
            text = text.replace(f"@{name}@", str(value))
        (self.folder / "nginx.conf").write_text(text)
        return self.run("nginx", "-e", self.folder / "error.log", "-p", self.folder, "-c", self.folder / "nginx.conf")


def test_two_replicas_answer_as_one_and_survive_the_loss_of_one(tmp_path):
    with servers.start("oxigraph", tmp_path / "loading") as loading:
        pushed(loading)
    data = tmp_path / "loading" / "data"
    question = (LAYOUT.root / "queries" / "islands-claimed.rq").read_text()
    here = load_corpus(LAYOUT).store.serialize(question, "csv")
    with Replica(tmp_path / "one", data) as one, Replica(tmp_path / "two", data) as two, Nginx(tmp_path / "nginx", one.port, two.port) as nginx:
        connection = connect(nginx.base, "oxigraph", Credentials())
        there = corpus_in(connection, LAYOUT, quiet).store
        for _ in range(4):
            assert there.serialize(question, "csv") == here
        one.stop()
        for _ in range(4):
            assert there.serialize(question, "csv") == here
        with pytest.raises(StoreError):  # nobody writes through it
            connection.update(["DROP GRAPH <urn:x>"], "write")
        plan = plan_push(connection, LAYOUT, inferred=False, progress=quiet)
        assert plan.send == []
        for path in ("/", "/store?default", "/update"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(nginx.base + path, timeout=5)


def test_a_new_release_goes_beside_and_is_switched(tmp_path):
    """A release is a folder that never changes: the next is loaded beside it, and the replicas are started on that one by one."""
    with servers.start("oxigraph", tmp_path / "first") as first:
        pushed(first)
    shutil.copytree(tmp_path / "first" / "data", tmp_path / "second")
    binary = Path(sys.executable).with_name("oxigraph")
    subprocess.run([binary, "optimize", "--location", tmp_path / "second"], check=True, capture_output=True)
    with Replica(tmp_path / "one", tmp_path / "first" / "data") as old, Replica(tmp_path / "two", tmp_path / "second") as new:
        for replica in (old, new):
            graph = corpus_in(connect(replica.base, "oxigraph", Credentials()), LAYOUT, quiet).store
            assert graph.ask("ASK { ?s ?p ?o }")
