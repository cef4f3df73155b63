"""Sorting more lines than fit into memory: sorted runs on the disk, merged."""

from __future__ import annotations

import heapq
import weakref
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from tempfile import TemporaryFile
from typing import BinaryIO

__all__ = ["Sorter"]

TOGETHER = 48_000_000  # bytes of lines that are sorted in memory at a time; as objects of Python they take some twice that
BLOCK = 1 << 18


class Sorter:
    """Lines (bytes that end with a line feed) put in, in any order; each once out, in the order of their bytes.

    The order of UTF-8 is that of the code points. What does not fit into memory lies in files without a name, which go when the
    process ends however it ends.
    """

    def __init__(self, together: int | None = None) -> None:
        self._together = together or TOGETHER
        self._lines: list[bytes] = []
        self._size = 0
        self._runs: list[BinaryIO] = []
        self._open = ExitStack()
        weakref.finalize(self, self._open.close)

    def add(self, lines: Iterable[bytes]) -> None:
        """Put lines in."""
        for line in lines:
            self._lines.append(line)
            self._size += len(line)
            if self._size > self._together:
                self._write()

    def add_from(self, file: BinaryIO) -> None:
        """Put all lines of a file in, from where it stands."""
        while lines := file.readlines(self._together):
            self._lines += lines
            self._size += self._together
            self._write()

    def _write(self) -> None:
        self._lines.sort()
        run = self._open.enter_context(TemporaryFile())  # noqa: SIM115 - it lives as long as the sorter
        run.writelines(self._lines)
        run.seek(0)
        self._runs.append(run)
        self._lines, self._size = [], 0

    def __iter__(self) -> Iterator[bytes]:
        """The lines in order; once, for the runs are read to their end."""
        self._lines.sort()
        merged = heapq.merge(*self._runs, self._lines) if self._runs else self._lines
        for line, _ in groupby(merged):
            yield line

    def blocks(self) -> Iterator[bytes]:
        """The lines in order, many in one piece."""
        held: list[bytes] = []
        size = 0
        for line in self:
            held.append(line)
            size += len(line)
            if size > BLOCK:
                yield b"".join(held)
                held, size = [], 0
        if held:
            yield b"".join(held)
