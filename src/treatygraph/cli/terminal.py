"""The terminal of the person: a pager for what is longer than it, a bar while work lasts, colour unless it is refused."""

from __future__ import annotations

import functools
import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import ParamSpec, TextIO, TypeVar, cast

import click

from treatygraph.columns import ANSI, display_width, lines_of

__all__ = ["PIPED_WIDTH", "Bar", "columns", "is_terminal", "no_more_output", "paged", "progress", "refuses_colour", "say", "shows_colour"]

P = ParamSpec("P")
R = TypeVar("R")
PIPED_WIDTH = 120  # columns of what does not go to a terminal
WIDTH = 30  # characters of a bar
OFTEN = 500  # steps between two looks of a bar that counts
SELDOM = 0.1  # seconds between two looks of a bar that has not grown
LESS = "FRX"  # quit if it fits, keep colour, leave the text on the screen: what git gives less, where the person says nothing


def columns() -> int:
    """Columns of the terminal that results go to, or of a page where they go elsewhere."""
    if not is_terminal(sys.stdout):
        return PIPED_WIDTH
    return _size().columns


def say(text: str, hang: int = 4) -> None:
    """Print lines for a person: on a terminal, broken between words; elsewhere as they are.

    Args:
        text: the lines.
        hang: how many columns the rest of a broken line is set in, beyond what the line itself is.
    """
    if not is_terminal(sys.stdout):
        click.echo(text)
        return
    for line in text.split("\n"):
        own = len(line) - len(line.lstrip())
        room = columns() - own
        (start, end), *more = lines_of(line[own:], room)
        click.echo(" " * own + line[own:][start:end])
        if more:
            rest = line[own:][more[0][0] :]
            indent = " " * (own + min(hang, room // 2))
            for begin, until in lines_of(rest, columns() - len(indent)):
                click.echo(indent + rest[begin:until])


def refuses_colour() -> bool:
    """Whether the person asked for plain text: NO_COLOR with any value (no-color.org), or a terminal that has none."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def shows_colour() -> bool:
    """Whether results may be marked by colour alone: they go to a terminal, and nobody refuses it."""
    return is_terminal(sys.stdout) and not refuses_colour()


def _size() -> os.terminal_size:
    import shutil  # brings all compressors along, which no piped answer needs

    return shutil.get_terminal_size((PIPED_WIDTH, 24))


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sees what is written to a stream."""
    return stream is not None and stream.isatty()


class Bar:
    """How far the work is, on standard error: a bar that grows on a terminal; elsewhere nothing, or a line at the end of a step.

    Args:
        lines: write a line at the end of each step where there is no terminal.
        clock: begin those lines with the seconds since the bar was made.
    """

    def __init__(self, *, lines: bool = False, clock: bool = False) -> None:
        self._lines = lines
        self._clock = clock
        self._begun = time.monotonic()
        self._shown = -1.0
        self._drawn, self._full = 0, -1
        self._terminal = is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"

    def say(self, doing: str, done: int, of: int | None) -> None:
        """Show a step, how much of it is done, and how much there is; None where nobody knows."""
        ended = done == of
        if not self._terminal:
            if self._lines and ended and sys.stderr is not None:
                click.echo(f"{time.monotonic() - self._begun:6.1f} s  {doing}: {of}" if self._clock else f"{doing}: {done} of {of}", err=True)
            return
        now = time.monotonic()
        full = done // OFTEN if of is None else WIDTH * done // of if of else WIDTH
        if ended or full != self._full or now - self._shown > SELDOM:
            self._shown, self._full = now, full
            line = f"{doing:20} {done}" if of is None else f"{doing:20} {'█' * full}{'░' * (WIDTH - full)} {done}/{of}"
            self._draw(line)
        if ended:
            self.end()

    def end(self) -> None:
        """Leave what is shown, and go to the next line."""
        if self._drawn:
            click.echo(err=True)
        self._drawn, self._full = 0, -1

    def _draw(self, line: str) -> None:
        click.echo(f"\r{line:{self._drawn}}", nl=False, err=True)
        self._drawn = display_width(line)


@contextmanager
def progress(label: str, length: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while work lasts, if that is a terminal; else nothing at all.

    Args:
        label: what is being done.
        length: how many steps it takes, or None where nobody knows: the bar then counts.

    Yields:
        What to call with the number of steps done since the last call.
    """
    bar, total = Bar(), 0

    def done(steps: int) -> None:
        nonlocal total
        total += steps
        bar.say(label, total, length)

    done(0)
    try:
        yield done
    finally:
        bar.end()


class _Held(io.TextIOWrapper):
    """What a command prints, kept until it is known whether it fits on the screen."""

    def __init__(self, screen: TextIO) -> None:
        super().__init__(io.BytesIO(), encoding=screen.encoding or "utf-8", errors=screen.errors or "replace", newline="", write_through=True)

    def isatty(self) -> bool:
        return True

    def written(self) -> bytes:
        self.flush()
        return cast("io.BytesIO", self.buffer).getvalue()


def paged(command: Callable[P, R]) -> Callable[P, R]:
    """Let a command print into a pager, if it prints to a terminal and more than fits there.

    The pager is TREATYGRAPH_PAGER, else PAGER, else less; ``--no-pager`` and the value ``cat`` mean none. Commands that
    go on talking while they run must not be paged: nothing is shown before they end.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        screen = sys.stdout
        pager = _pager() if is_terminal(screen) else []
        if not pager:
            return command(*args, **kwargs)
        held = _Held(screen)
        sys.stdout = held
        whole = False
        try:
            result = command(*args, **kwargs)
            whole = True
            return result
        except SystemExit:  # a finding is an answer too
            whole = True
            raise
        finally:
            sys.stdout = screen
            data = held.written()
            if whole and _is_longer_than(data.decode(held.encoding, "replace"), _size()):
                _page(pager, data, screen)
            else:
                _print(data, screen)

    return run


def _pager() -> list[str]:
    """The command of the pager, or nothing where none is wanted or there is none."""
    if click.get_current_context().find_root().params.get("no_pager") or os.environ.get("TERM") == "dumb":
        return []
    import shlex
    import shutil

    asked = os.environ.get("TREATYGRAPH_PAGER", os.environ.get("PAGER", "less"))
    try:
        command = shlex.split(asked)
    except ValueError:
        return []
    return command if command and command != ["cat"] and shutil.which(command[0]) else []


def _is_longer_than(text: str, size: os.terminal_size) -> bool:
    lines = 0
    for line in ANSI.sub("", text).splitlines():
        lines += max(1, -(-display_width(line) // size.columns))
        if lines > size.lines - 1:  # the last line is for the prompt
            return True
    return False


def _print(data: bytes, screen: TextIO) -> None:
    screen.flush()
    screen.buffer.write(data)
    screen.buffer.flush()


def _page(pager: list[str], data: bytes, screen: TextIO) -> None:
    import subprocess

    environment = os.environ | ({} if "LESS" in os.environ else {"LESS": LESS})
    if pager[0].rpartition("/")[2] == "less" and "r" not in environment["LESS"].casefold() + "".join(pager[1:]).casefold():
        data = ANSI.sub("", data.decode(screen.encoding, "replace")).encode(screen.encoding, "replace")  # it would show the codes
    screen.flush()
    try:
        process = subprocess.Popen(pager, stdin=subprocess.PIPE, env=environment)  # noqa: S603 - the person's own choice of a program
    except OSError:
        _print(data, screen)
        return
    assert process.stdin is not None
    with suppress(BrokenPipeError, KeyboardInterrupt):  # the person has seen enough
        process.stdin.write(data)
    with suppress(BrokenPipeError):
        process.stdin.close()
    while True:
        try:
            process.wait()
            return
        except KeyboardInterrupt:  # less has its own use for it
            continue


def no_more_output() -> None:
    """Send what is still unwritten nowhere, so that Python does not complain at its end about a reader who went away."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
