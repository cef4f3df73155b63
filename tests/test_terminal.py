"""What only a terminal has: a pager, a bar, colour; and how a process ends, whoever stops it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from treatygraph.columns import ANSI, display_width
from treatygraph.validation import STEPS

ROOT = Path(__file__).parent.parent
PROGRAM = [sys.executable, "-c", "from treatygraph.__main__ import main; main()", "--corpus", str(ROOT)]
PAGER = f"{sys.executable} -c \"import sys; print('PAGED', len(sys.stdin.read()))\""
LONG = ("query", "islands-claimed")
SHORT = ("queries", "succession")


class Screen:
    """What a terminal showed of a command, and how the command ended."""

    def __init__(self, text: str, code: int) -> None:
        self.text = text.replace("\r\n", "\n")
        self.code = code


def on_terminal(*arguments: str | Path, columns: int = 100, lines: int = 24, keys: bytes = b"", **variables: str) -> Screen:
    """Run ``treatygraph`` on a terminal of its own, and press some keys once it has shown something."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TREATYGRAPH_", "LESS", "PAGER", "NO_COLOR"))}
    environment |= {"TERM": "xterm", "COLUMNS": str(columns), "LINES": str(lines), "LC_ALL": "C.UTF-8"} | variables
    child, screen = pty.fork()
    if child == 0:  # pragma: no cover - the other process
        os.execvpe(PROGRAM[0], [*PROGRAM, *map(str, arguments)], environment)
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    shown = b""
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        ready, _, _ = select.select([screen], [], [], 0.5)
        if not ready:
            if shown and keys:
                os.write(screen, keys)
                keys = b""
            continue
        try:
            data = os.read(screen, 65536)
        except OSError:  # Linux: the other end was closed
            break
        if not data:
            break
        shown += data
    else:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(screen)
    return Screen(shown.decode(), os.waitstatus_to_exitcode(status))


def test_only_what_is_longer_than_the_screen_goes_into_the_pager():
    assert re.search(r"^PAGED \d+$", on_terminal(*LONG, PAGER=PAGER).text, re.MULTILINE)
    assert "PAGED" not in on_terminal(*SHORT, PAGER=PAGER).text
    assert "PAGED" not in on_terminal(*LONG, lines=2000, PAGER=PAGER).text


def test_long_lines_count_as_the_lines_they_take():
    raw = ("query", "signatories", "--format", "csv")
    assert "PAGED" not in on_terminal(*raw, columns=400, lines=20, PAGER=PAGER).text
    assert "PAGED" in on_terminal(*raw, columns=40, lines=20, PAGER=PAGER).text


@pytest.mark.parametrize(
    ("before", "variables"),
    [
        (("--no-pager",), {"PAGER": PAGER}),
        ((), {"PAGER": PAGER, "TREATYGRAPH_PAGER": "cat"}),
        ((), {"PAGER": PAGER, "TREATYGRAPH_PAGER": ""}),
        ((), {"PAGER": PAGER, "TERM": "dumb"}),
        ((), {"PAGER": "no-such-pager-anywhere"}),
        ((), {"PAGER": "'"}),
    ],
    ids=["option", "cat", "empty", "dumb terminal", "no such program", "not a command"],
)
def test_no_pager_where_none_is_wanted_or_there_is_none(before, variables):
    screen = on_terminal(*before, *LONG, **variables)
    assert screen.code == 0
    assert "PAGED" not in screen.text
    assert "Shikotan" in screen.text


def test_our_own_variable_wins():
    assert "MINE" in on_terminal(*LONG, PAGER=PAGER, TREATYGRAPH_PAGER=PAGER.replace("PAGED", "MINE")).text


def test_the_pager_is_less_and_leaves_with_the_code_of_the_command():
    shown = on_terminal(*LONG, columns=120, keys=b"q")
    assert shown.code == 0
    assert "┌──" in shown.text
    assert "└──" not in shown.text  # the end was never reached
    told = on_terminal(*LONG, PAGER=f"{sys.executable} -c \"import os; print('LESS is', os.environ['LESS'])\"")
    assert "LESS is FRX" in told.text
    told = on_terminal(*LONG, PAGER=f"{sys.executable} -c \"import os; print('LESS is', os.environ['LESS'])\"", LESS="-iM")
    assert "LESS is -iM" in told.text


def test_a_finding_is_paged_and_keeps_its_exit_code(copy):
    for path in (copy / "data").glob("*.ttl"):
        path.write_text(path.read_text().replace('"1956-', '"1957-'))
    screen = on_terminal("--corpus", copy, "check", lines=6, PAGER=PAGER)
    assert "PAGED" in screen.text
    assert screen.code == 1


def test_an_error_is_not_paged():
    screen = on_terminal("query", "islands-claimed", "--date", "never", PAGER=PAGER)
    assert screen.code == 2
    assert "PAGED" not in screen.text
    assert "not a date" in screen.text


def test_a_pipe_gets_neither_pager_nor_bar_nor_colour():
    environment = os.environ | {"PAGER": PAGER}
    done = subprocess.run([*PROGRAM, "check"], capture_output=True, text=True, env=environment, check=True)
    assert "PAGED" not in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert "░" not in done.stderr
    assert "█" not in done.stderr
    assert "checked shapes" in done.stderr


def test_long_work_shows_a_bar_on_a_terminal():
    screen = on_terminal("check")
    assert len(set(re.findall(r"Checking +█*░* (\d+)/", screen.text))) == STEPS + 1
    assert screen.text.count("checked ") == STEPS
    assert "0 errors" in screen.text


def test_work_of_unknown_length_counts(tmp_path):
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "ontology" / "o.ttl").write_text("".join(f"<urn:c{n}> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:c{n + 1}> .\n" for n in range(25)))
    screen = on_terminal("--corpus", tmp_path, "infer", "--engine", "owlrl", TREATYGRAPH_PAGER="cat")
    counted = [int(count) for count in re.findall(r"looked at +(\d+)", screen.text)]
    assert len(counted) > 3
    assert counted == sorted(counted)


READ = [
    ("query", "islands-claimed", "--cite"),
    ("query", "position-of-island", "--lang", "ja"),
    ("query", "disagreements"),
    ("query", "signatories", "--cite"),
    ("queries",),
    ("query", "conflicts", "--cite"),
    ("describe", "Etorofu"),
    ("explain", "Etorofu", "--date", "1956-12-12"),
    ("passages", "unts-3768"),
    ("passages", "russian-page", "--lang", "ru"),
    ("search", "島", "--lang", "ja"),
    ("search", "peace treaty"),
    ("cite", "panov-2020"),
    ("coverage",),
    ("compare", "tests/compare/claims.csv"),
    ("check",),
]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("arguments", READ, ids=" ".join)
def test_no_line_is_broken_by_the_terminal(arguments, width):
    screen = on_terminal(*arguments, columns=width, TREATYGRAPH_PAGER="cat")
    assert screen.code == 0
    lines = [line.rpartition("\r")[2] for line in ANSI.sub("", screen.text).splitlines()]
    assert len(lines) > 1
    assert [line for line in lines if display_width(line) > width and " " in line.strip()] == []


def test_a_table_that_does_not_fit_is_told_row_by_row(run):
    narrow = on_terminal("query", "islands-claimed", columns=80, TREATYGRAPH_PAGER="cat").text
    assert "│" not in narrow
    assert re.search(r"^state         Japan\nisland        Habomai Islands with its parts; ", narrow, re.MULTILINE)
    assert not re.search(r"^since +$", narrow, re.MULTILINE)  # what is empty has no line
    wide = on_terminal("query", "islands-claimed", columns=120, TREATYGRAPH_PAGER="cat").text
    assert wide == run("query", "islands-claimed").out
    assert len(re.findall(r"^state  ", narrow, re.MULTILINE)) == len(re.findall(r"^├", wide, re.MULTILINE))


@pytest.mark.parametrize("arguments", [("passages", "wikipedia", "--around", "21"), ("search", "peace treaty")], ids=" ".join)
@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_colour_is_refused_and_the_marks_are_still_there(arguments, variables):
    coloured = on_terminal(*arguments, TREATYGRAPH_PAGER="cat").text
    assert "\x1b[" in coloured
    plain = on_terminal(*arguments, TREATYGRAPH_PAGER="cat", **variables).text
    assert "\x1b[" not in plain.partition("\x1b[?25h")[2].replace("\x1b[?25l", "") if "\x1b[?25h" in plain else "\x1b[" not in plain
    assert "‹" in plain


def test_an_empty_no_color_refuses_nothing():
    assert "\x1b[" in on_terminal("search", "Shikotan", "--limit", "1", TREATYGRAPH_PAGER="cat", NO_COLOR="").text


def test_the_pager_gets_colour_only_if_it_shows_it():
    show = f"{sys.executable} -c \"import sys; print('SHOWN' if '\\x1b[' in sys.stdin.read() else 'PLAIN')\""
    assert "SHOWN" in on_terminal("passages", "wikipedia", PAGER=show).text
    assert "PLAIN" in on_terminal("passages", "wikipedia", PAGER=show, NO_COLOR="1").text


# 128 and the number of the signal, as shells have it, see the help of `treatygraph`.
def test_an_interrupt_ends_with_130():
    process = subprocess.Popen([*PROGRAM, "check", "--engine", "pyshacl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("checked ")  # it is at work, and will be for long
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.endswith("Stopped.\n")
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [("infer",), ("query", "islands-claimed"), ("query", "names", "--format", "json"), ("--help",)], ids=" ".join)
def test_a_closed_pipe_ends_with_141_without_a_word(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run([*PROGRAM, *arguments], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (process.returncode, process.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_ends_with_1_and_says_so():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*PROGRAM, "query", "islands-claimed"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "Error: writing the answer: No space left on device.\n"


def test_the_help_tells_every_exit_code(run):
    told = dict(re.findall(r"^    (\d+) +(\S.*)$", run("--help").out, re.MULTILINE))
    assert set(told) == {"0", "1", "2", "130", "141"}
    readme = (ROOT / "README.md").read_text()
    assert all(f"{code} " in readme for code in told)


def test_0_1_and_2(run, copy):
    assert run("describe", "Shikotan").code == 0
    assert run("describe", "Shikotin").code == 2
    (copy / "data" / "places.ttl").write_text("nonsense")
    assert run("describe", "Shikotan", corpus=copy).code == 1
