"""Errors with a status of HTTP (RFC 9110, section 15)."""

from __future__ import annotations

from treatygraph.errors import TreatyGraphError

__all__ = ["Refused", "busy", "status_of"]

RETRY_SECONDS = 5  # what a client is told to wait when the server is busy


class Refused(TreatyGraphError):  # noqa: N818 - it says what happened to the request
    """A request that is answered with an error: its status, what is wrong, and the next step.

    ``headers`` go with the answer; a status that needs one (401, 405, 503) gets it here.
    """

    def __init__(self, status: int, message: str, next_step: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(message, next_step)
        self.status = status
        self.headers = headers or {}


def busy(message: str, next_step: str = "Try again in a moment.") -> Refused:
    """The refusal of a server that has too much to do."""
    return Refused(503, message, next_step, {"Retry-After": str(RETRY_SECONDS)})


def status_of(error: TreatyGraphError) -> int:
    """The status that an error is answered with: its own, else 400 for wrong usage, else 500."""
    return error.status if isinstance(error, Refused) else 400 if error.exit_code == 2 else 500
