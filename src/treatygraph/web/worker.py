"""A worker: does one job after the other, and may be killed at any time."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import traceback
from collections.abc import Callable

from treatygraph.errors import TreatyGraphError
from treatygraph.web.limits import forbid_connections, forbid_files, limit_cpu, limit_memory, peak_memory
from treatygraph.web.refusals import Refused, status_of
from treatygraph.web.served import Served
from treatygraph.web.settings import MIB
from treatygraph.web.wire import Reply, read_frame

__all__ = ["TOO_MUCH_MEMORY", "do_job", "work"]

GROWN = 64 * MIB  # a worker that has grown by this ends after its job, so that its memory goes back to the system
NICE = 5  # queries of others let the server and the pages go first
TOO_MUCH_MEMORY = "The query needed more memory than it may take."


def work(channel: socket.socket, served: Served, closed: bool) -> None:
    """Do jobs until the server closes the channel; never returns.

    Args:
        channel: to the server.
        served: the data.
        closed: whether the jobs come from others: then the process can open no connection and, where the graph is in memory,
            no file, and steps back before the rest of the server.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    errors = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)  # the engine prints a backtrace when it gets no memory; the server says that in one sentence
    os.close(null)
    limit_memory(served.settings.memory)
    if closed:
        os.nice(NICE)
        if not served.settings.services and served.built:
            forbid_connections()  # the store on the disk opens its files as it needs them
        elif not served.settings.services:
            forbid_files()
    small = peak_memory()
    while (frame := read_frame(channel)) is not None:
        limit_cpu(served.settings.timeout)
        reply = Reply(channel, lambda: peak_memory() - small > GROWN)
        try:
            do_job(reply, served, frame[1], errors)
        except OSError:  # the server is gone, or has no use for the answer
            break
        if reply.is_last:
            break
    os._exit(0)


def do_job(reply: Reply, served: Served, job: bytes, errors: int) -> bool:
    """Do one job and tell the server how it went.

    Args:
        job: a function and its arguments, from our own server.
        errors: a file that takes the traceback of a fault of ours.

    Returns:
        Whether it was done.

    Raises:
        OSError: the server is gone.
    """
    function: Callable[..., None]
    function, arguments = pickle.loads(job)  # noqa: S301 - it comes from the process that started this one
    try:
        function(served, reply, **arguments)
        reply.end()
    except TreatyGraphError as error:
        reply.fail(status_of(error), error.message, error.next_step, error.headers if isinstance(error, Refused) else {})
    except (BrokenPipeError, ConnectionResetError):
        raise
    except MemoryError:
        reply.fail(503, TOO_MUCH_MEMORY, "Ask for less: fewer variables, a LIMIT, no cross product.", {})
    except Exception:  # whatever it is, the client gets an answer and the log the reason
        os.write(errors, traceback.format_exc().encode())
        reply.fail(500, "The server made a mistake.", "Please report the request.", {})
    else:
        return True
    return False
