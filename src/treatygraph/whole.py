"""Files and folders that are written whole or not at all: beside, and then renamed into place."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from treatygraph.errors import UsageError

__all__ = ["to_disk", "whole_file", "whole_folder"]


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of the old one only when all is written and on the disk.

    An interrupt, an error or a full disk leaves what was there before. A device or a pipe is written as it is.

    Args:
        path: the file; a link is followed.

    Raises:
        UsageError: it is a folder.
    """
    target = path.resolve()
    if target.is_dir():
        raise UsageError(f"{path} is a folder.", "Name a file.")
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            yield device
        return
    beside = _beside(target)
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A new folder to fill, which gets its name only when all is in it.

    Args:
        path: the name it gets. A folder that is there already is replaced if it is empty or one of ours.
        is_ours: tells whether a folder was written by this program and may be replaced.

    Raises:
        UsageError: there is something else under that name.
    """
    target = path.resolve()
    if target.exists() and not (target.is_dir() and (is_ours(target) or not any(target.iterdir()))):
        raise UsageError(f"{path} is there already and is nothing that this command wrote.", "Give the name of a new folder.")
    beside = _beside(target)
    beside.mkdir()
    try:
        yield beside
        _replace(target, beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _replace(target: Path, beside: Path) -> None:
    """Give a folder the name of another, which is put aside first and comes back where that fails."""
    if not target.exists():
        beside.rename(target)
        return
    old = target.with_name(f".{target.name}.{secrets.token_hex(4)}.old")
    target.rename(old)
    try:
        beside.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
