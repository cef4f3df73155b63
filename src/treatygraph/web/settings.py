"""How a server was asked to behave."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["MIB", "Settings"]

MIB = 1 << 20


@dataclass(frozen=True)
class Settings:
    """The options of one server; the defaults are those of the command.

    Attributes:
        timeout: seconds that a query may take, its answer delivered.
        memory: bytes that a query may take beyond what the graph itself takes.
        workers: processes that run queries of others; the saved queries and the pages have two of their own.
        union: whether a query without a dataset of its own sees all graphs at once.
        token: what a client has to present to change the graph; empty where nobody may.
        services: hosts that SERVICE may ask, ``HOST`` or ``HOST:PORT``.
        loads: hosts that LOAD may read from.
        store: a folder that keeps the changes, or None to lose them at the end.
        built: whether the graph is that of the built store of the corpus, for reading, and not read from the files.
        log: whether each request is reported.
    """

    timeout: float = 30.0
    memory: int = 512 * MIB
    workers: int = field(default_factory=lambda: max(2, os.cpu_count() or 2))
    union: bool = True
    token: str = field(default="", repr=False)
    services: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    store: Path | None = None
    built: bool = False
    log: bool = False

    @property
    def writable(self) -> bool:
        return bool(self.token)
