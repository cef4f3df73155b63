"""What has to hold of every store: the columns of the matrix, each a function that raises where it does not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from treatygraph.corpus import load_corpus
from treatygraph.layout import Layout
from treatygraph.namespaces import GRAPH
from treatygraph.prepared import derived_lines
from treatygraph.stores import Credentials, StoreError, closed_in, connect, contradiction_findings_in, corpus_in, plan_push, push, shape_findings_in
from treatygraph.validation import contradiction_findings, shape_findings

from . import servers
from .fake import Proxy

ROOT = Path(__file__).parent.parent.parent
LAYOUT = Layout(ROOT)
STRANGER = "urn:g:stranger"
# Saved queries that a store does not answer as it should. What Virtuoso 7.2.5 makes of them changes with the statistics of
# its tables: rows are lost where a path of length zero or more is joined to a UNION or to another path in a sub-query, or its
# compiler gives up (SQ156).
CANNOT = {
    "virtuoso": {"as-known-by", "changes-between", "contested-islands", "life-of-instrument", "position-of-island", "timeline"},
}


def quiet(*_):
    pass


def credentials_of(server) -> Credentials:
    return Credentials(server.user, server.password) if server.user else Credentials()


def opened(server):
    return connect(server.base, None, credentials_of(server))


def pushed(server, layout=LAYOUT, **options):
    connection = opened(server)
    return push(connection, plan_push(connection, layout, inferred=options.get("inferred", False), progress=quiet), adopt=False, progress=quiet)


def copied(folder: Path) -> Layout:
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    return Layout(folder)


def step_push(server, folder: Path) -> None:
    """Push; again; with a file changed and one gone; a stranger's graph stays."""
    connection = opened(server)
    assert connection.kind.name == server.kind
    connection.update([f'INSERT DATA {{ GRAPH <{STRANGER}> {{ <urn:s> <urn:p> "mine" }} }}'], "put a stranger's graph there")
    layout = copied(folder / "corpus")
    (layout.root / "data" / "gone.ttl").write_text("<urn:gone> a <urn:Gone> .")
    first = pushed(server, layout)
    assert not first.removed
    assert GRAPH + "data/gone" in first.sent
    assert pushed(server, layout).sent == []
    changed = layout.root / "data" / "places-history.ttl"
    changed.write_text(changed.read_text() + '\n<urn:extra> <urn:p> 100.0 , "x"@ja-Latn .\n')
    (layout.root / "data" / "gone.ttl").unlink()
    second = pushed(server, layout)
    assert [name.removeprefix(GRAPH) for name in second.sent + second.removed] == ["data/places-history", "data/gone"]
    assert connection.sizes([GRAPH + "data/gone"]).get(GRAPH + "data/gone", 0) == 0
    third = pushed(server)
    assert third.sent == [GRAPH + "data/places-history"]
    assert third.triples == len(load_corpus(LAYOUT).store)
    assert connection.rows_in(f"SELECT ?o WHERE {{ GRAPH <{STRANGER}> {{ ?s ?p ?o }} }}", [STRANGER]) == [{"o": "mine"}]


def step_queries(server, folder: Path) -> None:
    """Every saved query: the rows of the embedded engine, in their order; and with its parameters bound."""
    pushed(server)
    here, there = load_corpus(LAYOUT), corpus_in(opened(server), LAYOUT, quiet)
    wrong = set(differing(here.store, there.store)) - CANNOT.get(server.kind, set())
    assert not wrong, wrong


def differing(here, there) -> list[str]:
    found = []
    for path in LAYOUT.query_files:
        text = path.read_text()
        began = time.monotonic()
        try:
            same = there.serialize(text, "csv") == here.serialize(text, "csv")
        except StoreError as error:
            print(f"    {path.stem}: {str(error)[:300]}", file=sys.stderr)  # noqa: T201 - the matrix is read by a person
            same = False
        seconds = time.monotonic() - began
        if not same or seconds > 10:
            print(f"    {path.stem}: {'the same' if same else 'DIFFERENT'}, {seconds:.1f} s", file=sys.stderr)  # noqa: T201 - the matrix is read by a person
        if not same:
            found.append(path.stem)
    return found


def step_closure(server, folder: Path) -> None:
    """OWL 2 RL there: the same triples as here, and no graph left behind."""
    pushed(server)
    connection = opened(server)
    graph = corpus_in(connection, LAYOUT, quiet).store
    with closed_in(connection, graph.graphs, quiet) as closed:
        assert closed.lines() == derived_lines(LAYOUT)
        assert closed.contradictions() == []
    assert leftovers(connection) == []


def leftovers(connection) -> list[str]:
    query = f'SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{GRAPH}staging/") || STR(?g) = "{GRAPH}journal") }}'
    return [row["g"] for row in connection.rows_in(query, None)]


SPOILED = [
    ("data/unts-3768.ttl", "tg:isMadeBy", "tg:isMadBy"),
    ("data/unts-3768.ttl", 'tg:clauseNumber "9(2)"', 'tg:clauseNumber "9(3)"'),
    ("data/unts-3768.ttl", 'tg:clauseNumber "4"', 'tg:clauseNumber "14"'),
    ("data/wikipedia.ttl", "state:soviet-union", "state:soviet-onion"),
    ("data/places.ttl", "tg:isPartOf", "a tg:State ; tg:isPartOf"),
]


def step_check(server, folder: Path) -> None:
    """Shapes and contradictions there: the findings of the embedded engine, on the corpus and on one that was spoiled."""
    layout = copied(folder / "spoiled")
    for file, old, new in SPOILED:
        path = layout.root / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
    circle = layout.root / "data" / "places.ttl"
    circle.write_text(circle.read_text() + f"\n<{GRAPH}x> tg:isPartOf <{GRAPH}y> . <{GRAPH}y> tg:isPartOf <{GRAPH}x> .\n")
    for which in (layout, LAYOUT):
        pushed(server, which)
        connection = opened(server)
        there, here = corpus_in(connection, which, quiet), load_corpus(which)
        assert told(shape_findings_in(connection, there)) == told(shape_findings(here))
        clashes = contradiction_findings(here)
        assert (len(clashes) > 0) == (which is layout)
        assert {(finding.rule, finding.thing) for finding in contradiction_findings_in(connection, there, quiet)} == {
            (finding.rule, finding.thing) for finding in clashes
        }
    assert leftovers(connection) == []


def told(findings) -> list[tuple[str, ...]]:
    found = [(finding.level, finding.rule, finding.thing if "://" in finding.thing else "", finding.message) for finding in findings]
    assert len(found) >= 2
    return sorted(found)


def step_kill(server, folder: Path) -> None:
    """A push killed at several points: the old answers, whole; the next push finishes and leaves nothing behind."""
    with servers.start(server.kind, folder / "killed") as own:
        root = folder / "small"
        for name in ("ontology", "data", "queries"):
            (root / name).mkdir(parents=True, exist_ok=True)
        layout = Layout(root)
        for state, point in enumerate(POINTS):
            write(root, state)
            pushed(own, layout)
            write(root, state + 1)
            killed_at(own, layout, point)
            seen = states(own, layout)
            done = point in {"swapped", "clearing"}
            assert seen == {str(state + 1 if done else state)}, (point, seen)
            pushed(own, layout)
            assert states(own, layout) == {str(state + 1)}, point
            assert leftovers(opened(own)) == [], point


def write(root: Path, state: int) -> None:
    for name in ("a", "b", "c"):
        (root / "data" / f"{name}.ttl").write_text(f'<urn:{name}> <urn:state> "{state}" ; <urn:part> [ <urn:state> "{state}" ] .')


def states(server, layout) -> set[str]:
    corpus = corpus_in(opened(server), layout, quiet)
    rows = corpus.store.select("SELECT DISTINCT ?state WHERE { ?s <urn:state> ?state }").texts()
    assert len(corpus.store.select("SELECT ?s ?state WHERE { ?s <urn:state> ?state }")) == 6
    return {row[0] or "" for row in rows}


POINTS = ("journal", "sending", "reading back", "before the swap", "swapped", "clearing")


def killed_at(server, layout, point: str) -> None:
    """Run a push behind a proxy that holds it at a point, and kill it there with SIGKILL."""
    held, go_on, counts = threading.Event(), threading.Event(), {"put": 0, "update": 0}
    host, _, path = server.base.partition("//")[2].partition("/")
    lost = point == "swapped"

    def is_swap(body: bytes) -> bool:
        return b"INSERT" in body and b"graph%2Fmanifest" in body and b"staging" in body

    def hold(number, method, path, body):
        if held.is_set():
            return "drop"
        if method in {"PUT"}:
            counts["put"] += 1
        update = method == "POST" and (b"update=" in body or b"sparql-auth" in path.encode())
        here = {
            "journal": update,
            "sending": method == "PUT" and counts["put"] == 2,
            "reading back": method == "GET" and "staging" in path,
            "before the swap": update and is_swap(body),
            "swapped": update and is_swap(body),
            "clearing": update and b"DROP" in body and not is_swap(body) and counts["put"] == 3,
        }[point]
        if not here:
            return None
        if lost:
            held.set()
            return "lose"
        held.set()
        go_on.wait(60)
        return "drop"

    environment = {name: value for name, value in os.environ.items() if not name.startswith("TREATYGRAPH_")}
    if server.user:
        environment |= {"TREATYGRAPH_USER": server.user, "TREATYGRAPH_PASSWORD": server.password}
    with Proxy(f"http://{host}", hold) as proxy:
        command = [sys.executable, "-m", "treatygraph", "--corpus", str(layout.root), "push", f"{proxy.url}/{path}", "--store", server.kind]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert held.wait(60), (point, process.poll(), process.stderr.read() if process.poll() is not None else "")
        time.sleep(0.5 if lost else 0.1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()
        go_on.set()


def step_wrong_password(server, folder: Path) -> None:
    """A wrong password and none are told apart, in words, and change nothing."""
    layout = copied(folder / "unwelcome")
    (layout.root / "data" / "places.ttl").write_text("<urn:unwelcome> a <urn:X> .")
    pushed(server)
    proxy = Proxy(server.base, user=("curator", "pass word")) if server.user is None else None  # a store without accounts, behind one that has them
    base, user = (proxy.url, "curator") if proxy else (server.base, server.user)
    try:
        for credentials, words in ((Credentials(user, "wrong password"), "is wrong"), (Credentials(), "who you are")):
            connection = connect(base, server.kind, credentials)
            with pytest.raises(StoreError, match=words) as error:
                push(connection, plan_push(connection, layout, inferred=False, progress=quiet), adopt=False, progress=quiet)
            assert error.value.status == 401
            assert "wrong password" not in str(error.value)
        if proxy:
            connection = connect(base, server.kind, Credentials("curator", "pass word"))
            assert plan_push(connection, LAYOUT, inferred=False, progress=quiet).send == []
    finally:
        if proxy:
            proxy.__exit__()
    assert plan_push(opened(server), LAYOUT, inferred=False, progress=quiet).send == []


STEPS = {
    "push": step_push,
    "queries": step_queries,
    "closure": step_closure,
    "check": step_check,
    "kill": step_kill,
    "wrong password": step_wrong_password,
}
