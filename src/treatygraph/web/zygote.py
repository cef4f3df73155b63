"""The process that has read the corpus and forks workers from itself: a new worker takes a millisecond and shares its memory.

It runs nothing itself, so it can always answer, kill and bury. A change is made in a fork as well: if it succeeds within
its limits, the fork becomes the next zygote; if it fails, dies or takes too long, nothing has happened. Whoever began a
query before the change goes on with the state that he began with.

A store on the disk is opened here too. RocksDB is not made to be used after a fork while its threads are at work (rocksdb#2006);
opened for reading it has three, for flushing and compaction, which never have any to do: they sleep from their first moment to
their last and hold no lock, and nothing else runs here when a fork is made. A worker has none of them and needs none.

The random numbers of the engine belong to a thread. Whatever makes some runs in a thread of its own, so that no two forks
inherit the same ones and give out the same UUID.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from treatygraph.errors import TreatyGraphError
from treatygraph.layout import Layout
from treatygraph.web.limits import end_with_parent, limit_cpu, limit_memory, unlimit
from treatygraph.web.served import Served, load_served
from treatygraph.web.settings import Settings
from treatygraph.web.wire import Reply, read_frame
from treatygraph.web.worker import do_job, work

__all__ = ["main", "order"]

Result = TypeVar("Result")


class Promoted(BaseException):
    """Raised in a fork whose change has succeeded: it is the zygote now. It unwinds what belongs to its parent."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control


def order(control: socket.socket, command: dict[str, Any], handles: tuple[int, ...] = ()) -> None:
    """Send a command or a report over a control socket, as a line of JSON, with file descriptors."""
    line = json.dumps(command).encode() + b"\n"
    if handles:
        socket.send_fds(control, [line], list(handles))
    else:
        control.sendall(line)


def _apart(task: Callable[[], Result]) -> Result:
    """Run a task in a thread of its own, and wait for it."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(task())
        except BaseException as error:  # raised again in the caller
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


class Zygote:
    """The loop of the process.

    Args:
        control: to the server.
        served: what the workers will hold.
    """

    def __init__(self, control: socket.socket, served: Served) -> None:
        self.control = control
        self.served = served
        self.children: dict[int, int] = {}  # process to the number by which the server knows it
        self.handles: list[int] = []
        self.unread = b""

    def serve(self) -> None:
        """Obey until the server closes the control socket; then kill every child and end.

        Raises:
            Promoted: in the fork that has become the next zygote.
        """
        woken, waker = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(waker, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        self.pipe = (woken, waker)
        while True:
            ready, _, _ = select.select([self.control.fileno(), woken], [], [])
            if woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(woken, 1024)
                self.bury()
            if self.control.fileno() in ready and not self.obey():
                break
        for child in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        for child in self.children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)
        os._exit(0)

    def obey(self) -> bool:
        """Read commands and do them; False where the server is gone."""
        try:
            data, handles, _, _ = socket.recv_fds(self.control, 1 << 16, 16)
        except ConnectionError:
            return False
        if not data:
            return False
        self.handles += handles
        *lines, self.unread = (self.unread + data).split(b"\n")
        for line in lines:
            command = json.loads(line)
            match command["do"]:
                case "fork":
                    self.fork(command["number"], command["closed"])
                case "change":
                    self.change(command["number"])
                case "kill":
                    self.kill(command["number"])
                case "release":
                    self.children = {child: number for child, number in self.children.items() if number != command["number"]}
        return True

    def bury(self) -> None:
        """Report the children that have ended."""
        for child in list(self.children):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                number = self.children.pop(child)
                with contextlib.suppress(OSError):
                    order(self.control, {"gone": number, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0})

    def kill(self, number: int) -> None:
        """Kill a child; only this process may, for only here its process number cannot have gone to somebody else."""
        for child, known in self.children.items():
            if known == number:
                os.kill(child, signal.SIGKILL)

    def _fork(self, number: int) -> bool:
        """Fork; True in the child, which lets go of all that is the parent's."""
        parent = os.getpid()
        child = os.fork()
        if child:
            self.children[child] = number
            return False
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        end_with_parent(parent)
        self.control.close()
        for handle in (*self.pipe, *self.handles):
            os.close(handle)
        return True

    def fork(self, number: int, closed: bool) -> None:
        """Make a worker."""
        (handle,), self.handles = self.handles[:1], self.handles[1:]
        if self._fork(number):
            work(socket.socket(fileno=handle), self.served, closed)
        os.close(handle)

    def change(self, number: int) -> None:
        """Make a fork that does one job on the graph, and is the next zygote if that succeeds."""
        mine, self.handles = self.handles[:2], self.handles[2:]
        if self._fork(number):
            control, channel = (socket.socket(fileno=handle) for handle in mine)
            if not self._try_change(channel):
                os._exit(0)
            channel.close()
            end_with_parent(0, ends=False)
            raise Promoted(control)
        for handle in mine:
            os.close(handle)

    def _try_change(self, channel: socket.socket) -> bool:
        frame = read_frame(channel)
        if frame is None:
            return False
        job = frame[1]
        limit_memory(self.served.settings.memory)
        limit_cpu(self.served.settings.timeout)
        try:
            done = _apart(lambda: do_job(Reply(channel), self.served, job, 2))
        except OSError:  # the server is gone
            return False
        unlimit()
        return done


def main() -> None:
    """The entry of the process: a control socket by number, then what to serve in its first line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal; the server ends us
    control = socket.socket(fileno=int(sys.argv[1]))
    line = b""
    while not line.endswith(b"\n"):
        part = control.recv(1 << 16)
        if not part:
            return
        line += part
    options = json.loads(line)
    settings = Settings(**options["settings"])
    settings = replace(settings, store=Path(settings.store) if settings.store else None, services=tuple(settings.services), loads=tuple(settings.loads))
    try:
        served = _apart(lambda: load_served(Layout(Path(options["root"])), settings))
    except TreatyGraphError as error:
        order(control, {"failed": error.message, "next_step": error.next_step})
        return
    for module in options["modules"]:
        __import__(module)
    gc.collect()
    gc.freeze()  # what is here now is shared with every worker, and collecting would copy it
    while True:
        try:
            order(control, {"ready": os.getpid()})
            Zygote(control, served).serve()
        except Promoted as promoted:
            control = promoted.control
