"""What the system can be told about a process: how much it may take, and with whom it ends."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import math
import os
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import ClassVar

__all__ = [
    "end_with_parent",
    "forbid_connections",
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
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
# By the name of a machine, its architecture (linux/audit.h) and the number of its call `socket`.
SOCKET_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
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


def forbid_connections() -> bool:
    """Let this process make no more sockets, while it may still open files; whether that is possible on this system.

    A filter of system calls (Linux, seccomp(2)): ``socket`` is refused, as is any call that comes in the numbering of another
    architecture.
    """
    if sys.platform != "linux" or os.uname().machine not in SOCKET_CALLS:
        return False
    architecture, call = SOCKET_CALLS[os.uname().machine]
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06  # instructions of BPF, bpf_common.h
    steps = [
        (load, 0, 0, 4),  # the architecture of the call
        (equal, 0, 4, architecture),
        (load, 0, 0, 0),  # its number
        (equal, 2, 0, call),
        (at_least, 1, 0, 0x40000000),  # the x32 numbering
        (answer, 0, 0, 0x7FFF0000),  # allow
        (answer, 0, 0, 0x00050000 | errno.EACCES),  # refuse
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(steps), ctypes.cast(kept, ctypes.c_void_p))
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    refused: int = system.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program))
    return refused == 0


class _Program(ctypes.Structure):
    """``struct sock_fprog`` of Linux: how many steps, and where they are."""

    _fields_: ClassVar = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def most_files() -> int:
    """How many files and connections this process may have open at once, after it has been given all it can get."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else hard
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft
