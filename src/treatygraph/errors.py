"""Errors that say what is wrong, where, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["CorpusError", "TreatyGraphError", "UsageError", "nearest"]


class TreatyGraphError(Exception):
    """What went wrong in one sentence, and the next step in another.

    ``exit_code`` is what the command line exits with: 1 for findings in a corpus, 2 for wrong usage.
    """

    exit_code = 1

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".rstrip()


class CorpusError(TreatyGraphError):
    """A file of the corpus cannot be read as what it should be."""


class UsageError(TreatyGraphError):
    """The person asked for something that does not exist or is not well formed."""

    exit_code = 2


def nearest(word: str, known: Iterable[str], count: int = 3) -> str:
    """The known words nearest to a mistyped one, as a sentence, or an empty string where none is near."""
    from difflib import get_close_matches

    by_folded: dict[str, str] = {}
    for name in sorted(known):  # of names that differ in case only, the same one every time
        by_folded.setdefault(name.casefold(), name)
    near = get_close_matches(word.casefold(), by_folded, n=count, cutoff=0.55)
    if not near:
        near = [folded for folded in by_folded if word.casefold() in folded][:count]
    return f"Nearest: {', '.join(by_folded[folded] for folded in near)}." if near else ""
