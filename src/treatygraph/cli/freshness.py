"""Whether the files of a corpus are still those that its store was built from, found out while the answer is worked on."""

from __future__ import annotations

import os
import signal

from treatygraph.built import STAMP_BYTES, Built, stamp_of
from treatygraph.layout import Layout

__all__ = ["Look"]

PROCESSES = 2  # that look; more would only wait for one another on the two cores of a small machine


class Look:
    """A look at the files, begun at once, in processes of its own where the system can fork.

    80,000 files take longer than most answers, and a thread would wait for the interpreter after each file. To be begun before
    the store is opened: the engine has threads, which a fork does not take along.
    """

    def __init__(self, built: Built, layout: Layout) -> None:
        self._built, self._layout = built, layout
        self._parts = [self._part(share) for share in range(PROCESSES)] if hasattr(os, "fork") else []

    def _part(self, share: int) -> tuple[int, int]:
        """Begin to look at a part of the files: the process, and where what it finds is to be read."""
        here, there = os.pipe()
        process = os.fork()
        if process == 0:
            try:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                os.write(there, stamp_of(self._layout, share, PROCESSES).to_bytes(STAMP_BYTES, "little"))
            finally:
                os._exit(0)  # nothing of the parent is written twice
        os.close(there)
        return process, here

    def older(self) -> str:
        """What `Built.is_older_than` says, as a line; waits until the look is done."""
        found = []
        for process, here in self._parts:
            with os.fdopen(here, "rb") as file:
                found.append(file.read())
            os.waitpid(process, 0)
        stamp = sum(int.from_bytes(part, "little") for part in found) % (1 << 8 * STAMP_BYTES)
        if found and all(found) and stamp == self._built.manifest["stamp"]:
            return ""
        older = self._built.is_older_than(self._layout)
        return f"{older}\n" if older else ""
