"""The workers as the server sees them: jobs in, answers out, deadlines kept, nobody left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import treatygraph
from treatygraph.errors import CorpusError
from treatygraph.layout import Layout
from treatygraph.web.refusals import Refused, busy
from treatygraph.web.settings import Settings
from treatygraph.web.wire import END, FAILED, HEADER, JOB, Frame, receive
from treatygraph.web.worker import TOO_MUCH_MEMORY
from treatygraph.web.zygote import order

__all__ = ["HOUSE", "OPEN", "Pool", "Running"]

OPEN, HOUSE = "open", "house"  # queries of others; saved queries and pages, which no query of others may hold up
HOUSE_WORKERS = 2
QUEUE = 256  # requests that may wait for a worker
QUEUE_SECONDS = 10.0  # and how long
FULL_SECONDS = 0.2  # how long the one too many waits for a place
WRITES = 16  # changes that may wait for one another
READ_AHEAD = 1 << 17  # bytes of an answer that wait in the server for a slow client
BURIAL = 5.0  # seconds in which a killed process is gone
START = 60.0  # seconds in which the corpus is read
START_CODE = "from treatygraph.web.zygote import main; main()"
LOST = " Changes that no --store has kept are lost."
LOG = logging.getLogger("treatygraph")
# What the jobs need, so that a worker that may open no file finds it in memory.
MODULES = ["difflib", "treatygraph.web.work.description", "treatygraph.web.work.graphs", "treatygraph.web.work.query"]
MODULES += ["treatygraph.web.work.questions", "treatygraph.web.work.things", "treatygraph.web.work.update"]

Job = Callable[..., None]


class Zygote:
    """The server's end of one zygote: the state of the graph that it holds, and the workers forked from it."""

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self.control = control
        self.process = process
        self.pid = process.pid if process else 0
        self.workers: set[Worker] = set()
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
        """Let the zygote end once nobody works for it any more."""
        if not self.workers:
            self.lose()

    def reap(self) -> bool:
        """Take the process off the list of the system if it has ended; True where nothing is left of it."""
        if self.process is not None:
            return self.process.poll() is not None
        try:
            return os.waitpid(self.pid, os.WNOHANG)[0] != 0
        except ChildProcessError:  # its own parent still runs, and leaves it to us when it ends; or somebody else has taken it in
            return not self.pid or not _exists(self.pid)


class Worker:
    """One worker process and the line to it."""

    def __init__(self, number: int, lane: Lane, zygote: Zygote, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.lane = lane
        self.zygote = zygote
        self.reader = reader
        self.writer = writer
        zygote.workers.add(self)

    @property
    def usable(self) -> bool:
        return not self.zygote.lost and not self.zygote.gone(self.number).done() and not self.reader.at_eof()

    def dismiss(self, kill: bool) -> None:
        """End the worker, and free its place when it has gone."""
        if kill:
            self.zygote.order({"do": "kill", "number": self.number})
        self.writer.close()
        task = asyncio.create_task(self._bury())
        self.lane.burials.add(task)
        task.add_done_callback(self.lane.burials.discard)

    async def _bury(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BURIAL):
                await asyncio.shield(self.zygote.gone(self.number))
        self.zygote.forget(self.number)
        self.zygote.workers.discard(self)
        if self.zygote is not self.lane.pool.zygote:
            self.zygote.retire()
        self.lane.free()


class Lane:
    """Some workers of one kind, and the requests that wait for them, first come, first served."""

    def __init__(self, pool: Pool, size: int, closed: bool) -> None:
        self.pool = pool
        self.size = size
        self.closed = closed
        self.count = 0
        self.idle: list[Worker] = []
        self.waiting: deque[asyncio.Future[Worker | None]] = deque()
        self.burials: set[asyncio.Task[None]] = set()

    def _offer(self, worker: Worker | None) -> bool:
        """Hand a worker, or the place for a new one (None), to whoever waits longest; False where nobody waits."""
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return True
        return False

    def free(self) -> None:
        """A place is free."""
        if not self._offer(None):
            self.count -= 1

    def give_back(self, worker: Worker) -> None:
        """A worker has done its job."""
        if worker.zygote is not self.pool.zygote:
            worker.dismiss(kill=False)
        elif not self._offer(worker):
            self.idle.append(worker)

    async def take(self) -> Worker:
        """A worker, as soon as there is one.

        Raises:
            Refused: too many wait already, or none became free in time.
        """
        while True:
            worker = self.idle.pop() if self.idle else None
            if worker is None:
                if self.count < self.size:
                    self.count += 1
                elif len(self.waiting) < QUEUE:
                    worker = await self._wait()
                else:
                    await self._give_a_chance()
                    continue
            if worker is None:
                return await self._new()
            if worker.usable and worker.zygote is self.pool.zygote:
                return worker
            worker.dismiss(kill=False)

    async def _give_a_chance(self) -> None:
        """Wait a moment for a place among those who wait: perhaps many of them have just left."""
        await asyncio.sleep(FULL_SECONDS)
        if len(self.waiting) >= QUEUE:
            raise busy("The server is busy: too many requests wait already.")

    async def _wait(self) -> Worker | None:
        turn: asyncio.Future[Worker | None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            async with asyncio.timeout(QUEUE_SECONDS):  # wait_for would swallow a cancellation that comes together with the turn
                return await turn
        except TimeoutError:
            if turn.done() and not turn.cancelled():
                return turn.result()  # just in time
            raise busy("The server is busy: no worker became free in time.") from None
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # what we were given goes to the next
                worker = turn.result()
                if worker is None:
                    self.free()
                else:
                    self.give_back(worker)
            raise
        finally:
            if turn in self.waiting:
                self.waiting.remove(turn)

    async def _new(self) -> Worker:
        try:
            return await self.pool.fork(self)
        except BaseException:
            self.free()
            raise


class Running:
    """A job that a worker does. It has to be closed, whatever happens."""

    def __init__(self, worker: Worker, settings: Settings) -> None:
        self._worker = worker
        self._settings = settings
        worker.lane.pool.running += 1
        self._finished = False
        self._closed = False
        self._late = False
        self._watch = asyncio.get_running_loop().call_later(settings.timeout, self._expire)

    def _expire(self) -> None:
        self._late = True
        self.close()  # at once, even if nobody reads the answer

    async def frame(self) -> Frame:
        """The next frame of the answer.

        Raises:
            Refused: the worker cannot go on: it ran out of time, of memory or of stack, or it says itself what is wrong.
        """
        frame = await receive(self._worker.reader)
        if frame is None:
            raise await self._why_it_ended()
        kind, payload = frame
        if kind == FAILED:
            self._finished = True
            said = json.loads(payload)
            raise Refused(said["status"], said["message"], said["next_step"], said["headers"])
        self._finished = kind == END
        return frame

    async def _why_it_ended(self) -> Refused:
        if self._worker.lane.pool.closed:
            return busy("The server is stopping.")
        if self._late:
            return busy(
                f"The query took longer than {self._settings.timeout:g} seconds and was stopped.", "Ask for less, or ask the parts one after the other."
            )
        number = signal.SIGKILL
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BURIAL):
                number = signal.Signals(await asyncio.shield(self._worker.zygote.gone(self._worker.number)))
        if number == signal.SIGABRT:
            return busy(TOO_MUCH_MEMORY, "Ask for less: fewer variables, a LIMIT, no cross product.")
        if number in (signal.SIGSEGV, signal.SIGBUS):
            return Refused(400, "The query is nested too deeply, or is too long a chain, for the engine.", "Write it in smaller parts.")
        if number == signal.SIGXCPU:
            return busy("The query took too much processor time and was stopped.", "Ask for less, or ask the parts one after the other.")
        return busy("The process that ran the query was ended from outside.")

    def hand_over(self) -> None:
        """The process has become something else than a worker; it is left alone."""
        self._closed = True
        self._worker.lane.pool.running -= 1
        self._watch.cancel()
        self._worker.writer.close()
        self._worker.zygote.workers.discard(self._worker)

    def close(self) -> None:
        """Free the worker: for the next job if this one is finished, else by killing it, for a query cannot be cancelled."""
        if self._closed:
            return
        self._closed = True
        self._worker.lane.pool.running -= 1
        self._watch.cancel()
        if self._finished and not self._late and self._worker.usable:
            self._worker.lane.give_back(self._worker)
        else:
            self._worker.dismiss(kill=True)


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


async def _connect(ours: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Our end of a pair of sockets; closed, so that the process at the other end goes, if we are told to stop meanwhile."""
    try:
        return await asyncio.open_unix_connection(sock=ours, limit=READ_AHEAD)
    except BaseException:
        ours.close()
        raise


def _environment() -> dict[str, str]:
    """The environment of a zygote: it finds this package wherever we found it, and the engine dies without a long farewell."""
    paths = [str(Path(treatygraph.__path__[0]).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "RUST_BACKTRACE": "0"}


class Pool:
    """All workers of one server.

    Args:
        layout: the corpus.
        settings: how the server was asked to behave.
    """

    def __init__(self, layout: Layout, settings: Settings) -> None:
        self.layout = layout
        self.settings = settings
        self.state = 0  # counts the changes, so that what was kept of an older state is not given out
        self._zygotes: list[Zygote] = []
        self._lanes = {OPEN: Lane(self, settings.workers, closed=True), HOUSE: Lane(self, HOUSE_WORKERS, closed=False)}
        self._number = 0
        self._writing = asyncio.Lock()
        self._writers = 0
        self._starting = asyncio.Lock()
        self._closed = False
        self.running = 0  # jobs that workers do now

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def zygote(self) -> Zygote | None:
        """The zygote that holds the present state of the graph."""
        return self._zygotes[-1] if self._zygotes else None

    async def start(self) -> None:
        """Read the corpus.

        Raises:
            CorpusError: it cannot be read.
        """
        async with self._starting:
            if self._closed:
                raise busy("The server is stopping.")
            if self.zygote and not self.zygote.lost:
                return
            if self.zygote:
                LOG.warning("The process that held the graph has ended; the graph is read anew.%s", LOST if self.settings.writable else "")
            self._tidy()
            ours, theirs = socket.socketpair()
            with theirs:
                process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-P", "-c", START_CODE, str(theirs.fileno())],  # -P: never a module of the folder stood in
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env=_environment(),
                )
            options = asdict(self.settings) | {"token": "", "store": str(self.settings.store) if self.settings.store else None}
            zygote = Zygote(ours, process)
            zygote.order({"root": str(self.layout.root), "settings": options, "modules": MODULES})
            self._zygotes.append(zygote)
            self.state += 1
            async with asyncio.timeout(START):
                await asyncio.shield(zygote.ready)

    def _tidy(self) -> None:
        """Forget the zygotes of which nothing is left."""
        self._zygotes = [zygote for zygote in self._zygotes if not (zygote.lost and zygote.reap())]

    async def close(self) -> None:
        """End all processes, and wait until they are gone. Whoever still waits for an answer is told so."""
        self._closed = True
        for lane in self._lanes.values():
            for worker in lane.idle:
                worker.writer.close()
            lane.idle.clear()
        for zygote in self._zygotes:
            for worker in zygote.workers:
                worker.writer.close()
            zygote.lose()
        deadline = asyncio.get_running_loop().time() + BURIAL
        while asyncio.get_running_loop().time() < deadline:
            self._tidy()
            if not self._zygotes:
                break
            await asyncio.sleep(0.01)
        for zygote in self._zygotes:
            if zygote.process is not None:
                zygote.process.kill()
                zygote.process.wait()
        await asyncio.gather(*(burial for lane in self._lanes.values() for burial in lane.burials), return_exceptions=True)

    async def _ready(self) -> Zygote:
        await self.start()
        assert self.zygote is not None
        return self.zygote

    async def fork(self, lane: Lane) -> Worker:
        """A new worker for a lane."""
        zygote = await self._ready()
        self._number += 1
        number = self._number  # the count may go on while we wait
        ours, theirs = socket.socketpair()
        with theirs:
            zygote.order({"do": "fork", "number": number, "closed": lane.closed}, theirs.fileno())
        reader, writer = await _connect(ours)
        return Worker(number, lane, zygote, reader, writer)

    async def run(self, lane: str, job: Job, **arguments: object) -> Running:
        """Have a worker do a job.

        Args:
            lane: `OPEN` for queries of others, `HOUSE` for our own.
            job: a function of `treatygraph.web.work`.
            arguments: for it, besides the served data and the reply.

        Raises:
            Refused: the server is busy.
        """
        worker = await self._lanes[lane].take()
        running = Running(worker, self.settings)
        payload = pickle.dumps((job, arguments))
        worker.writer.write(HEADER.pack(JOB, len(payload)) + payload)
        return running

    async def change(self, job: Job, **arguments: object) -> int:
        """Have the graph changed; when this returns, everybody who asks sees the change.

        Returns:
            The status that the job gives.

        Raises:
            Refused: it was not changed.
        """
        if self._writers >= WRITES:
            raise busy("The server is busy: too many changes wait already.")
        self._writers += 1
        try:
            async with self._writing:
                return await self._change(job, arguments)
        finally:
            self._writers -= 1

    async def _change(self, job: Job, arguments: dict[str, object]) -> int:
        before = await self._ready()
        self._number += 1
        number = self._number
        control, their_control = socket.socketpair()
        channel, their_channel = socket.socketpair()
        with their_control, their_channel:
            before.order({"do": "change", "number": number}, their_control.fileno(), their_channel.fileno())
        reader, writer = await _connect(channel)
        after = Zygote(control)
        running = Running(Worker(number, Lane(self, 0, closed=False), before, reader, writer), self.settings)
        try:
            payload = pickle.dumps((job, arguments))
            writer.write(HEADER.pack(JOB, len(payload)) + payload)
            _, head = await running.frame()
            await running.frame()  # the end: a change says no more than its status
            async with asyncio.timeout(BURIAL):
                await asyncio.shield(after.ready)
        except BaseException:
            running.close()
            after.ready.cancel()
            after.lose()
            raise
        self._promote(before, after, number, running)
        status: int = json.loads(head)["status"]
        return status

    def _promote(self, before: Zygote, after: Zygote, number: int, running: Running) -> None:
        before.order({"do": "release", "number": number})
        running.hand_over()
        self._zygotes.append(after)
        self.state += 1
        for lane in self._lanes.values():
            for worker in lane.idle:
                worker.dismiss(kill=False)
            lane.idle.clear()
        before.retire()
        asyncio.get_running_loop().call_later(BURIAL, self._tidy)
