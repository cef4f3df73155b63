"""What the system can be told about a process: how much it may take, and with whom it ends."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
from pathlib import Path

__all__ = [
    "end_with_parent",
    "forbid_files",
    "limit_cpu",
    "limit_memory",
    "most_files",
    "peak_memory",
    "take_in_orphans",
    "unlimit",
]

# Linux, prctl(2)
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
FILES = 1 << 16  # where the system sets no limit
GRACE = 2  # seconds of processor time beyond the deadline, which the server itself should have kept


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def end_with_parent(parent: int, ends: bool = True) -> None:
    """Have the system kill this process when its parent is gone, however that came about; or no longer."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL if ends else 0)
    if ends and os.getppid() != parent:  # it went before we asked
        os._exit(0)


def take_in_orphans() -> None:
    """Become the parent of grandchildren whose own parent has ended, so that they can be waited for."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _size() -> int | None:
    """The size of the address space of this process in bytes, where the system tells it (Linux, proc(5))."""
    if sys.platform != "linux":
        return None
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def limit_memory(room: int) -> None:
    """Let this process take no more memory than so many bytes beyond what it has."""
    size = _size()
    if size is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size + room, hard))


def unlimit() -> None:
    """Take `limit_memory` and `limit_cpu` back."""
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (hard, hard))


def peak_memory() -> int:
    """The most memory that this process has had so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def limit_cpu(seconds: float) -> None:
    """Have the system end this process after so many more seconds of processor time, should nobody else do it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = math.ceil(used.ru_utime + used.ru_stime + seconds) + GRACE
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def forbid_files() -> None:
    """Let this process open nothing more: no file and, above all, no connection."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def most_files() -> int:
    """How many files and connections this process may have open at once, after it has been given all it can get."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else hard
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft
