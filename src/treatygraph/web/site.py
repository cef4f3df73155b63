"""What the routes of one server share."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Hashable

from starlette.requests import Request

from treatygraph.errors import CorpusError
from treatygraph.layout import Layout
from treatygraph.questions import Question, load_questions
from treatygraph.web.keep import Keep, Kept
from treatygraph.web.settings import Settings
from treatygraph.web.workers import Pool

__all__ = ["Site", "site_of"]


class Site:
    """One server: how it was asked to behave, its workers, its saved queries, and the answers that it keeps for a while."""

    def __init__(self, layout: Layout, settings: Settings, questions: list[Question]) -> None:
        self.settings = settings
        self.layout = layout
        self.pool = Pool(layout, settings, self._renew)
        self.questions = {question.name: question for question in questions}
        self.keep = Keep()
        self.asked: dict[Hashable, asyncio.Future[Kept | None]] = {}  # what a worker is doing that others want too
        self.reading = 0  # bytes of bodies that are being received

    def _renew(self) -> None:
        """Read the saved queries again; a broken one leaves them as they were."""
        with contextlib.suppress(CorpusError):
            self.questions = {question.name: question for question in load_questions(self.layout)}


def site_of(request: Request) -> Site:
    """The server that a request came to."""
    site: Site = request.app.state.site
    return site
