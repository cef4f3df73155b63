"""A job that a worker does: its deadline, its frames, and why it may have no end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import pickle
import signal
from collections.abc import Callable

from treatygraph.web.lanes import Worker
from treatygraph.web.processes import BURIAL
from treatygraph.web.refusals import Refused, busy
from treatygraph.web.wire import END, FAILED, HEADER, JOB, LAST, Frame, receive
from treatygraph.web.worker import TOO_MUCH_MEMORY

__all__ = ["Job", "Jobs", "Running"]

Job = Callable[..., None]
LESS = "Ask for less: fewer variables, a LIMIT, no cross product."
PARTS = "Ask for less, or ask the parts one after the other."


class Jobs:
    """The jobs of one server, as far as they have to know of one another."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self.running = 0
        self.stopping = False


class Running:
    """A job that a worker does. It has to be closed, whatever happens."""

    def __init__(self, worker: Worker, jobs: Jobs, job: Job, arguments: dict[str, object]) -> None:
        self._worker = worker
        self._jobs = jobs
        jobs.running += 1
        self._finished = False
        self._last = False
        self._closed = False
        self._late = False
        self._watch = asyncio.get_running_loop().call_later(jobs.timeout, self._expire)
        payload = pickle.dumps((job, arguments))
        worker.writer.write(HEADER.pack(JOB, len(payload)) + payload)

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
            self._last = said["last"]
            raise Refused(said["status"], said["message"], said["next_step"], said["headers"])
        self._finished = kind == END
        self._last = self._finished and payload == LAST
        return frame

    async def _why_it_ended(self) -> Refused:
        if self._jobs.stopping:
            return busy("The server is stopping.")
        if self._late:
            return busy(f"The query took longer than {self._jobs.timeout:g} seconds and was stopped.", PARTS)
        number: int = signal.SIGKILL
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BURIAL):
                number = await asyncio.shield(self._worker.zygote.gone(self._worker.number))
        if number == signal.SIGABRT:
            return busy(TOO_MUCH_MEMORY, LESS)
        if number in (signal.SIGSEGV, signal.SIGBUS):
            return Refused(400, "The query is nested too deeply, or is too long a chain, for the engine.", "Write it in smaller parts.")
        if number == signal.SIGXCPU:
            return busy("The query took too much processor time and was stopped.", PARTS)
        return busy("The process that ran the query was ended from outside.")

    def hand_over(self) -> None:
        """The process has become something else than a worker; it is left alone."""
        self._closed = True
        self._jobs.running -= 1
        self._watch.cancel()
        self._worker.let_go()

    def close(self, again: bool = True) -> None:
        """Free the worker: for the next job if this one is finished, else by killing it, for a query cannot be cancelled.

        Args:
            again: whether the worker may do another job.
        """
        if self._closed:
            return
        self._closed = True
        self._jobs.running -= 1
        self._watch.cancel()
        if again and self._finished and not self._late and self._last:
            self._worker.dismiss(kill=False)
        elif again and self._finished and not self._late and self._worker.usable:
            self._worker.lane.give_back(self._worker)
        else:
            self._worker.dismiss(kill=True)
