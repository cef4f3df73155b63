"""How the server and its workers speak: frames of a kind, a length and bytes over a pair of sockets."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable

__all__ = ["DATA", "END", "FAILED", "HEAD", "JOB", "LAST", "Frame", "Reply", "read_frame", "receive", "send_frame"]

JOB, HEAD, DATA, END, FAILED = b"J", b"H", b"D", b"E", b"X"
LAST = b"last"  # at the end of an answer: the worker does no other job
HEADER = struct.Struct(">cI")
CHUNK = 1 << 16  # bytes that a worker gathers before it sends

Frame = tuple[bytes, bytes]


def send_frame(channel: socket.socket, kind: bytes, payload: bytes = b"") -> None:
    """Send one frame, waiting as long as the other side takes."""
    channel.sendall(HEADER.pack(kind, len(payload)) + payload)


def _exactly(channel: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        part = channel.recv(min(count - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)


def read_frame(channel: socket.socket) -> Frame | None:
    """The next frame, or None where the other side is gone."""
    header = _exactly(channel, HEADER.size)
    if header is None:
        return None
    kind, length = HEADER.unpack(header)
    payload = _exactly(channel, length)
    return None if payload is None else (kind, payload)


async def receive(reader: asyncio.StreamReader) -> Frame | None:
    """The next frame, or None where the other side is gone; `read_frame` for the server."""
    try:
        kind, length = HEADER.unpack(await reader.readexactly(HEADER.size))
        return kind, await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


class Reply:
    """The answer of a worker: a head, then bytes. It is a file that an engine can write to.

    The socket takes no more than the server has read, and the server reads no more than the client has taken: so a slow
    client slows the worker down and fills nothing.
    """

    def __init__(self, channel: socket.socket, leaves: Callable[[], bool] = lambda: False) -> None:
        """Args:
        channel: to the server.
        leaves: whether the worker does no other job after this one, which the server has to know before it sends one.
        """
        self._channel = channel
        self._leaves = leaves
        self.is_last = False
        self._waiting = bytearray()
        self.started = False

    def head(self, status: int, headers: dict[str, str]) -> None:
        """Begin the answer."""
        self.started = True
        send_frame(self._channel, HEAD, json.dumps({"status": status, "headers": headers}).encode())

    def write(self, data: bytes) -> int:
        """Add bytes to the answer."""
        self._waiting += data
        if len(self._waiting) >= CHUNK:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Nothing: bytes go out when there are enough of them, or at the end."""

    def _send(self) -> None:
        if self._waiting:
            send_frame(self._channel, DATA, bytes(self._waiting))
            self._waiting.clear()

    def end(self) -> None:
        """Finish the answer."""
        self._send()
        self.is_last = self._leaves()
        send_frame(self._channel, END, LAST if self.is_last else b"")

    def fail(self, status: int, message: str, next_step: str, headers: dict[str, str]) -> None:
        """Say that there is no answer, or that the one that has begun will not be finished."""
        self.is_last = self._leaves()
        said = {"status": status, "message": message, "next_step": next_step, "headers": headers, "last": self.is_last}
        send_frame(self._channel, FAILED, json.dumps(said).encode())
