"""Whether the files of a corpus are still those that its store was built from, found out while the answer is worked on."""

from __future__ import annotations

import os
import signal

from treatygraph.built import Built, stamp_of
from treatygraph.layout import Layout

__all__ = ["Look"]

_BYTES = 8  # of a stamp


class Look:
    """A look at the files, begun at once, in a process of its own where the system can fork.

    80,000 files take longer than most answers, and a thread would wait for the interpreter after each file. To be begun before
    the store is opened: the engine has threads, which a fork does not take along.
    """

    def __init__(self, built: Built, layout: Layout) -> None:
        self._built, self._layout = built, layout
        self._end = -1
        if hasattr(os, "fork"):
            self._end, there = os.pipe()
            self._process = os.fork()
            if self._process == 0:
                try:
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
                    os.write(there, stamp_of(layout).to_bytes(_BYTES, "little"))
                finally:
                    os._exit(0)  # nothing of the parent is written twice
            os.close(there)

    def older(self) -> str:
        """What `Built.is_older_than` says, as a line; waits until the look is done."""
        if self._end >= 0:
            with os.fdopen(self._end, "rb") as file:
                stamp = file.read()
            os.waitpid(self._process, 0)
            if stamp == self._built.manifest["stamp"].to_bytes(_BYTES, "little"):
                return ""
        older = self._built.is_older_than(self._layout)
        return f"{older}\n" if older else ""
