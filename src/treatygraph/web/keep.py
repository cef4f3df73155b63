"""Answers kept for whoever asks the same again, as long as the graph does not change."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

__all__ = ["Keep", "Kept"]

ROOM = 32 << 20  # bytes of all answers kept
OVERHEAD = 2048  # bytes that an answer takes besides its body, about


@dataclass(frozen=True)
class Kept:
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    etag: str

    @classmethod
    def of(cls, status: int, headers: dict[str, str], body: bytes) -> Kept:
        """An answer with the tag that tells it from others (RFC 9110, section 8.8.3)."""
        digest = hashlib.blake2b(body, digest_size=12, person=headers.get("Content-Type", "")[:16].encode())
        return cls(status, headers, body, f'"{digest.hexdigest()}"')


class Keep:
    """The answers given last, within a fixed room; the one asked for longest ago goes first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._taken = 0
        self._answers: OrderedDict[Hashable, Kept] = OrderedDict()

    def get(self, key: Hashable) -> Kept | None:
        """The answer kept under a key."""
        kept = self._answers.get(key)
        if kept is not None:
            self._answers.move_to_end(key)
        return kept

    def put(self, key: Hashable, answer: Kept) -> None:
        """Keep an answer."""
        if key in self._answers:
            self._taken -= _size(self._answers.pop(key))
        self._answers[key] = answer
        self._taken += _size(answer)
        while self._taken > self._room:
            _, oldest = self._answers.popitem(last=False)
            self._taken -= _size(oldest)


def _size(answer: Kept) -> int:
    return len(answer.body) + OVERHEAD
