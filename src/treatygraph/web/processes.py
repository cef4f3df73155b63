"""The server's end of the process that holds the graph, see zygote: how it is started, told what to do, and buried."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import treatygraph
from treatygraph.errors import CorpusError
from treatygraph.layout import Layout
from treatygraph.web.settings import Settings
from treatygraph.web.zygote import order

__all__ = ["BURIAL", "Zygote", "connect", "start_zygote"]

READ_AHEAD = 1 << 17  # bytes of an answer that wait in the server for a slow client
BURIAL = 5.0  # seconds in which a killed process is gone
START = 60.0  # seconds in which the corpus is read
START_CODE = "from treatygraph.web.zygote import main; main()"
# What the queries of others need, so that a worker that may open no file finds it in memory.
MODULES = ["difflib", "treatygraph.web.work.graphs", "treatygraph.web.work.query"]


class Zygote:
    """The server's end of one zygote: the state of the graph that it holds, and what is forked from it."""

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self.control = control
        self.process = process
        self.pid = process.pid if process else 0
        self.users = 0  # processes forked from it that still run
        self.lost = False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._gone: dict[int, asyncio.Future[int]] = {}
        self._unread = b""
        control.setblocking(False)
        asyncio.get_running_loop().add_reader(control, self._report)

    def _report(self) -> None:
        try:
            data = self.control.recv(1 << 16)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            report = json.loads(line)
            if "gone" in report:
                future = self.gone(report["gone"])
                if not future.done():
                    future.set_result(report["signal"])
            elif "ready" in report and not self.ready.done():
                self.pid = report["ready"]
                self.ready.set_result(None)
            elif "failed" in report and not self.ready.done():
                self.ready.set_exception(CorpusError(report["failed"], report["next_step"]))
        if not data:
            self.lose()

    def lose(self) -> None:
        """The zygote is gone, and with it whatever it forked."""
        if self.lost:
            return
        self.lost = True
        asyncio.get_running_loop().remove_reader(self.control)
        self.control.close()
        if not self.ready.done():
            self.ready.set_exception(CorpusError("The process that reads the corpus ended before it was ready."))
        for future in self._gone.values():
            if not future.done():
                future.set_result(signal.SIGKILL)

    def gone(self, number: int) -> asyncio.Future[int]:
        """Done when a child has ended, with the signal that ended it."""
        if number not in self._gone:
            future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            if self.lost:
                future.set_result(signal.SIGKILL)
            self._gone[number] = future
        return self._gone[number]

    def forget(self, number: int) -> None:
        self._gone.pop(number, None)

    def order(self, command: dict[str, Any], *handles: int) -> None:
        """Tell the zygote to do something; nothing happens where it is gone."""
        with contextlib.suppress(OSError):
            order(self.control, command, handles)

    def retire(self) -> None:
        """Let the zygote end once nobody forked from it runs any more."""
        if not self.users:
            self.lose()

    def reap(self) -> bool:
        """Take the process off the list of the system if it has ended; True where nothing is left of it."""
        if self.process is not None:
            return self.process.poll() is not None
        try:
            return os.waitpid(self.pid, os.WNOHANG)[0] != 0
        except ChildProcessError:  # its own parent still runs, and leaves it to us when it ends; or somebody else has taken it in
            return not self.pid or not _exists(self.pid)


async def start_zygote(layout: Layout, settings: Settings) -> Zygote:
    """Start a process that reads the corpus, and wait until it has.

    Raises:
        CorpusError: it cannot be read.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-c", START_CODE, str(theirs.fileno())],  # -P: never a module of the folder stood in
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=_environment(),
        )
    zygote = Zygote(ours, process)
    options = asdict(settings) | {"token": "", "store": str(settings.store) if settings.store else None}
    zygote.order({"root": str(layout.root), "settings": options, "modules": MODULES})
    try:
        async with asyncio.timeout(START):
            await asyncio.shield(zygote.ready)
    except BaseException:
        zygote.ready.cancel()
        zygote.lose()
        process.kill()
        process.wait()
        raise
    return zygote


def _environment() -> dict[str, str]:
    """The environment of a zygote: it finds this package wherever we found it, and the engine dies without a long farewell."""
    paths = [str(Path(treatygraph.__path__[0]).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "RUST_BACKTRACE": "0"}


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


async def connect(ours: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Our end of a pair of sockets; closed, so that the process at the other end goes, if we are told to stop meanwhile."""
    try:
        return await asyncio.open_unix_connection(sock=ours, limit=READ_AHEAD)
    except BaseException:
        ours.close()
        raise
