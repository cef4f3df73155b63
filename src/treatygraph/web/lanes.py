"""Who works and who waits: lanes of workers, first come, first served."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Awaitable, Callable

from treatygraph.web.processes import BURIAL, Zygote, connect
from treatygraph.web.refusals import busy

__all__ = ["Lane", "Worker", "fork"]

QUEUE = 256  # requests that may wait for a worker
QUEUE_SECONDS = 10.0  # and how long
FULL_SECONDS = 0.2  # how long the one too many waits for a place


class Worker:
    """One worker process and the line to it."""

    def __init__(self, number: int, lane: Lane, zygote: Zygote, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.lane = lane
        self.zygote = zygote
        self.reader = reader
        self.writer = writer
        zygote.users += 1

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
        self.let_go()
        self.lane.free()

    def let_go(self) -> None:
        """The process is no worker any more."""
        self.writer.close()
        self.zygote.users -= 1
        if self.zygote is not self.lane.present():
            self.zygote.retire()


class Lane:
    """Some workers of one kind, and the requests that wait for them.

    Args:
        size: how many workers there may be.
        make: makes one.
        present: tells the zygote that holds the present state of the graph; a worker of an older one does no more jobs.
    """

    def __init__(self, size: int, make: Callable[[Lane], Awaitable[Worker]], present: Callable[[], Zygote | None]) -> None:
        self.size = size
        self.make = make
        self.present = present
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
        if worker.zygote is not self.present():
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
            if worker.usable and worker.zygote is self.present():
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
            return await self.make(self)
        except BaseException:
            self.free()
            raise


async def fork(lane: Lane, zygote: Zygote, number: int, closed: bool) -> Worker:
    """A new worker.

    Args:
        lane: that it will work in.
        zygote: that it is forked from.
        number: by which it will be known.
        closed: whether it works for others, see worker.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        zygote.order({"do": "fork", "number": number, "closed": closed}, theirs.fileno())
    reader, writer = await connect(ours)
    return Worker(number, lane, zygote, reader, writer)
