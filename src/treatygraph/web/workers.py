"""The workers as the server sees them: jobs in, answers out, nobody left behind."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable

from treatygraph.built import swapped_in
from treatygraph.errors import TreatyGraphError
from treatygraph.layout import Layout
from treatygraph.web.lanes import Lane, Worker, fork
from treatygraph.web.processes import BURIAL, Zygote, connect, start_zygote
from treatygraph.web.refusals import busy
from treatygraph.web.running import Job, Jobs, Running
from treatygraph.web.settings import Settings

__all__ = ["HOUSE", "OPEN", "Pool"]

OPEN, HOUSE = "open", "house"  # queries of others; saved queries and pages, which no query of others may hold up
HOUSE_WORKERS = 2
WRITES = 16  # changes that may wait for one another
LOOK_SECONDS = 2.0  # between two looks whether the store has been built anew
LOST = " Changes that no --store has kept are lost."
LOG = logging.getLogger("treatygraph")


class Pool:
    """All workers of one server.

    Args:
        layout: the corpus.
        settings: how the server was asked to behave.
        renewed: is called when the graph is that of a newer build.
    """

    def __init__(self, layout: Layout, settings: Settings, renewed: Callable[[], None] = lambda: None) -> None:
        self.layout = layout
        self.settings = settings
        self.state = 0  # counts the changes, so that what was kept of an older state is not given out
        self._zygotes: list[Zygote] = []
        self._jobs = Jobs(settings.timeout)
        self._lanes = {OPEN: self._lane(settings.workers, closed=True), HOUSE: self._lane(HOUSE_WORKERS, closed=False)}
        self._number = 0
        self._writing = asyncio.Lock()
        self._writers = 0
        self._starting = asyncio.Lock()
        self._renewed = renewed
        self._swapped = 0  # the build that the present zygote holds, see swapped_in
        self._watch: asyncio.Task[None] | None = None

    def _lane(self, size: int, closed: bool) -> Lane:
        async def make(lane: Lane) -> Worker:
            zygote = await self._ready()
            return await fork(lane, zygote, self._next(), closed)

        return Lane(size, make, lambda: self.zygote)

    def _next(self) -> int:
        self._number += 1
        return self._number

    @property
    def running(self) -> int:
        """How many jobs are being done."""
        return self._jobs.running

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
            if self._jobs.stopping:
                raise busy("The server is stopping.")
            if self.zygote and not self.zygote.lost:
                return
            if self.zygote:
                LOG.warning("The process that held the graph has ended; the graph is read anew.%s", LOST if self.settings.writable else "")
            self._tidy()
            self._swapped = swapped_in(self.layout)
            self._zygotes.append(await start_zygote(self.layout, self.settings))
            self.state += 1
            if self.settings.built and self._watch is None:
                self._watch = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Go over to a store that was built meanwhile. Whoever began before goes on with the old one, which a build leaves in its place."""
        refused = 0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = swapped_in(self.layout)
            if now in (self._swapped, 0):
                continue
            async with self._starting:
                before = self.zygote
                try:
                    after = await start_zygote(self.layout, self.settings)
                except (TreatyGraphError, TimeoutError, OSError) as error:
                    if now != refused:
                        LOG.warning("The store was built anew and cannot be read; the old one goes on answering, and it is tried again. %s", error)
                    refused = now
                    continue
                self._swapped = now
                self._renewed()
                self._follow(before, after)
                LOG.warning("The store was built anew; it answers from now on.")

    def _tidy(self) -> None:
        """Forget the zygotes of which nothing is left."""
        self._zygotes = [zygote for zygote in self._zygotes if not (zygote.lost and zygote.reap())]

    async def close(self) -> None:
        """End all processes, and wait until they are gone. Whoever still waits for an answer is told so."""
        self._jobs.stopping = True
        if self._watch is not None:
            self._watch.cancel()
        for lane in self._lanes.values():
            for worker in lane.idle:
                worker.writer.close()
            lane.idle.clear()
        for zygote in self._zygotes:
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
        return Running(worker, self._jobs, job, arguments)

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
        number = self._next()
        control, their_control = socket.socketpair()
        channel, their_channel = socket.socketpair()
        with their_control, their_channel:
            before.order({"do": "change", "number": number}, their_control.fileno(), their_channel.fileno())
        reader, writer = await connect(channel)
        after = Zygote(control)
        running = Running(Worker(number, self._lane(0, closed=False), before, reader, writer), self._jobs, job, arguments)
        try:
            _, head = await running.frame()
            await running.frame()  # the end: a change says no more than its status
            async with asyncio.timeout(BURIAL):
                await asyncio.shield(after.ready)
        except BaseException:
            running.close(again=False)
            after.ready.cancel()
            after.lose()
            raise
        self._promote(before, after, number, running)
        status: int = json.loads(head)["status"]
        return status

    def _promote(self, before: Zygote, after: Zygote, number: int, running: Running) -> None:
        before.order({"do": "release", "number": number})
        running.hand_over()
        self._follow(before, after)

    def _follow(self, before: Zygote | None, after: Zygote) -> None:
        """From now on, workers are forked from another zygote; the one before ends with the last of its own."""
        self._zygotes.append(after)
        self.state += 1
        for lane in self._lanes.values():
            for worker in lane.idle:
                worker.dismiss(kill=False)
            lane.idle.clear()
        if before is not None:
            before.retire()
        asyncio.get_running_loop().call_later(BURIAL, self._tidy)
