"""The command as a person gives it: what it says when it starts, and its options."""

from __future__ import annotations

import re
import shlex
import socket

import pytest
from conftest import Server, wait_until


def rest(server: Server, lines: int) -> str:
    """So many more lines of what a server says when it starts."""
    assert server.process.stderr is not None
    return "".join(server.process.stderr.readline() for _ in range(lines))


def test_the_example_of_the_help_runs(run):
    said = run("serve", "--help").out
    example = re.search(r"For example: treatygraph serve (.*)", said)
    assert example
    arguments = shlex.split(example[1])
    assert arguments[:1] == ["--port"]
    server = Server(*arguments[2:])
    assert server.get("/").status_code == 200
    assert server.announcement.startswith("TreatyGraph answers at http://127.0.0.1:")
    server.stop()


def test_it_listens_to_this_machine_alone(server):
    name = socket.gethostbyname(socket.gethostname())
    if name.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError, match=r".+"):
        socket.create_connection((name, server.port), timeout=2)


def test_it_says_when_others_can_reach_it():
    server = Server("--host", "0.0.0.0", "--writable")
    said = rest(server, 3)
    assert "beyond this machine" in said
    assert "unencrypted" in said
    assert "--store" in said
    server.stop()


def test_it_says_where_changes_are_kept(tmp_path):
    server = Server("--writable", "--store", str(tmp_path))
    assert str(tmp_path) in rest(server, 1)
    server.stop()


def test_a_query_can_be_made_to_see_no_union():
    server = Server("--no-union")
    assert server.ask("ASK { ?s ?p ?o }").json()["boolean"] is False
    assert server.ask("ASK { GRAPH ?g { ?s ?p ?o } }").json()["boolean"] is True
    assert server.get("/queries/scope.csv").text.count("\n") > 2  # the saved queries see everything all the same
    assert "UnionDefaultGraph" not in server.get("/sparql").text
    server.stop()


def test_requests_are_reported_where_asked_for():
    server = Server("--log", "--timeout", "1")
    server.get("/id/island/shikotan.ttl")
    with pytest.raises(Exception, match=r".+"):
        server.ask("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    said = server.stop()
    assert '"GET /id/island/shikotan.ttl HTTP/1.1" 200' in said
    assert "broken off: The query took longer than 1 seconds" in said
    assert "a-token" not in said


def test_ipv6():
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("no IPv6 here")
    server = Server("--host", "::1")
    assert "http://[::1]:" in server.announcement
    with socket.create_connection(("::1", server.port)) as connection:
        connection.sendall(f"GET /sparql HTTP/1.1\r\nHost: [::1]:{server.port}\r\nAccept: text/turtle\r\nConnection: close\r\n\r\n".encode())
        assert wait_until(lambda: b"200 OK" in connection.recv(1000, socket.MSG_PEEK))
    server.stop()


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--host", "nowhere.invalid"], "not an address of this machine"),
        (["--host", "203.0.113.1"], "cannot be used"),
        (["--port", "99999"], "65535"),
        (["--timeout", "0"], "timeout"),
        (["--memory", "1"], "memory"),
        (["--token-file", "nowhere"], "nowhere"),
    ],
)
def test_wrong_options_are_told(run, arguments, hint):
    done = run("serve", *(["--port", "0"] if "--port" not in arguments else []), *arguments)
    assert done.code == 2
    assert hint in done.err
