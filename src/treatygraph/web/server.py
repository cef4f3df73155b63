"""The one boundary to uvicorn: a server that no client can hold up."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import socket
import struct
from pathlib import Path
from typing import Any, TextIO

import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from treatygraph.errors import UsageError
from treatygraph.web.limits import most_files, take_in_orphans
from treatygraph.web.responses import ABORT
from treatygraph.web.site import Site
from treatygraph.web.workers import Pool

__all__ = ["bind", "hold", "run"]

CONNECTIONS = 1000  # at once; more are told to come back
SPARE_FILES = 100  # file descriptors for everything that is not a connection
REQUEST_SECONDS = 10.0  # in which the head of a request has to have arrived
STALL_SECONDS = 10.0  # in which a client has to take something of what waits for it
DELIVERY_SECONDS = 120.0  # in which a whole answer has to be taken, once it is ready
PATROL = 10  # every how many ticks of uvicorn (0.1 s) the connections are looked at
HEAD_BYTES = 1 << 16  # of a request, address and headers
GRACE = 2  # seconds for running requests at the end
TICK = 0.02
BACKLOG = 1024
LINGER_SECONDS = 2.0  # in which a client that has been refused may finish speaking
FULL_TEXT = "The server has too many visitors. Try again in a moment.\n"
FULL = (
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Type: text/plain; charset=utf-8\r\n"
    f"Content-Length: {len(FULL_TEXT)}\r\nConnection: close\r\n\r\n{FULL_TEXT}"
).encode()
NO_REQUEST_TEXT = f"This is not a request of HTTP/1.1, or its address and headers are longer than {HEAD_BYTES >> 10} KiB.\nSend a long query with POST.\n"
NO_REQUEST = (
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
    f"Content-Length: {len(NO_REQUEST_TEXT)}\r\nConnection: close\r\n\r\n{NO_REQUEST_TEXT}"
).encode()
LOG = logging.getLogger("treatygraph")


class Connection(H11Protocol):
    """A connection that is closed when the client sends or takes too slowly, and can be broken off in the middle of an answer."""

    most = CONNECTIONS  # as many as wanted, within what the system lets this process open

    def __init__(self, config: uvicorn.Config, server_state: ServerState, app_state: dict[str, Any], _loop: asyncio.AbstractEventLoop | None = None) -> None:
        super().__init__(config, server_state, app_state, _loop)
        app = self.app

        async def with_abort(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[ABORT] = self.abort
            await app(scope, receive, send)

        self.app = with_abort
        self.since = 0.0  # when this connection began to wait for a request
        self.complete = 0.0  # when the last answer was ready
        self.waiting_bytes = 0  # that the client has not taken, when last looked at
        self.progress = 0.0  # when it last took some
        self.deaf = False  # whether what still comes in is of no interest

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = self.progress = self.loop.time()
        if len(self.connections) > self.most:
            transport.write(FULL)
            transport.close()

    def data_received(self, data: bytes) -> None:
        if not self.deaf:
            super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request. What is still on its way is let come, or the client would see no answer but a reset."""
        self.deaf = True
        self.transport.write(NO_REQUEST)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def on_response_complete(self) -> None:
        self.since = self.complete = self.loop.time()
        super().on_response_complete()

    def abort(self, reason: str) -> None:
        """Break the connection so that the client sees it: with a reset, for a plain end may look like the end of the answer."""
        LOG.info("broken off: %s", reason)
        raw = self.transport.get_extra_info("socket")
        if raw is not None:
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def look(self, now: float) -> None:
        """Close the connection if it has been waiting too long for its client."""
        idle = self.cycle is None or self.cycle.response_complete
        waiting = self.transport.get_write_buffer_size()
        if waiting != self.waiting_bytes or not waiting:
            self.waiting_bytes, self.progress = waiting, now
        if waiting and (now - self.progress > STALL_SECONDS or (idle and now - self.complete > DELIVERY_SECONDS)):
            self.abort("the client does not take its answer")
        elif not waiting and idle and now - self.since > REQUEST_SECONDS:
            self.transport.close()


class Server(uvicorn.Server):
    """uvicorn, which looks at its connections every second, and at the end does not wait for queries that nobody can hurry."""

    def __init__(self, config: uvicorn.Config, pool: Pool) -> None:
        super().__init__(config)
        self.pool = pool

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        deadline = asyncio.get_running_loop().time() + GRACE
        while self.pool.running and asyncio.get_running_loop().time() < deadline and not self.force_exit:
            await asyncio.sleep(TICK)
        await self.pool.close()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        if counter % PATROL == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.look(now)
        return await super().on_tick(counter)


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        UsageError: the address is not of this machine, or is taken.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"'{host}' is not an address of this machine ({error.strerror or error}).", "Try --host 127.0.0.1.") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)  # who comes before the server is ready waits
    except OSError as error:
        listening.close()
        raise UsageError(
            f"Port {port} of {host} cannot be used ({error.strerror or error}).", "Choose another with --port, or 0 for any that is free."
        ) from None
    return listening


def hold(folder: Path) -> TextIO:
    """Take a folder for one server alone, until the file that is returned is closed or the process is gone.

    Raises:
        UsageError: another server has it.
    """
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise UsageError(f"{folder} is in use by another server.", "Give each server a folder of its own.") from None
    return file


def run(app: Starlette, listening: socket.socket, announce: str) -> None:
    """Serve until told to stop.

    Args:
        app: the application.
        listening: see `bind`.
        announce: is printed once the server answers.

    Raises:
        CorpusError: the corpus cannot be read.
    """
    asyncio.run(_run(app, listening, announce))


async def _run(app: Starlette, listening: socket.socket, announce: str) -> None:
    site: Site = app.state.site
    Connection.most = max(1, min(CONNECTIONS, most_files() - SPARE_FILES))
    take_in_orphans()
    await site.pool.start()  # before the server, so that a broken corpus is told as by any other command
    config = uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=site.settings.log,
        backlog=BACKLOG,
        h11_max_incomplete_event_size=HEAD_BYTES,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    LOG.warning("%s", announce)
    try:
        await Server(config, site.pool).serve(sockets=[listening])
    finally:
        await site.pool.close()
