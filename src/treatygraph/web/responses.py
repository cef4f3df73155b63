"""What goes out: errors in plain words, and the answers of the workers as they come."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Hashable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from treatygraph.errors import TreatyGraphError
from treatygraph.web.keep import Kept
from treatygraph.web.markup import element
from treatygraph.web.negotiation import HTML, Form, choose
from treatygraph.web.pages import page
from treatygraph.web.refusals import Refused, status_of
from treatygraph.web.running import Job, Running
from treatygraph.web.site import Site, site_of
from treatygraph.web.wire import DATA, END, HEAD
from treatygraph.web.workers import HOUSE, OPEN

__all__ = ["ABORT", "Relay", "failure", "whole"]

HELD = 1 << 19  # bytes of an answer that are gathered before the first goes out: an answer that fails so far fails cleanly
ABORT = "treatygraph.abort"  # the extension of the scope by which the server breaks a connection
PLAIN = Form("txt", "text", "text/plain")
PROBLEM = Form("json", "JSON", "application/problem+json", ("application/json",))
REASONS = {
    400: "The request is not right", 401: "A token is needed", 403: "Not allowed", 404: "Not found", 405: "Not possible here", 406: "No such format",
    408: "Too slow", 413: "Too large", 415: "Not a known format", 500: "A mistake of the server", 502: "Another server failed", 503: "Too much",
}  # fmt: skip


def failure(request: Request, error: TreatyGraphError) -> Response:
    """An error as a response: plain text, or a page for a browser, or JSON for a client that asks for it (RFC 9457)."""
    status = status_of(error)
    headers = {"Cache-Control": "no-store"} | (error.headers if isinstance(error, Refused) else {})
    choice = choose(request.headers.get("accept"), (PLAIN, HTML, PROBLEM))
    form = choice.form if choice else PLAIN
    if form == HTML:
        body = page(REASONS.get(status, "Error"), element("pre", error.message), element("p", error.next_step))
    elif form == PROBLEM:
        body = json.dumps({"status": status, "title": REASONS.get(status, "Error"), "detail": error.message, "next_step": error.next_step}).encode()
    else:
        body = f"{error.message}\n{error.next_step}\n".rstrip().encode() + b"\n"
    return Response(body, status, headers, "application/problem+json" if form == PROBLEM else form.media_type)


def whole(request: Request, answer: Kept) -> Response:
    """A whole answer, or only the news that the client has it already (RFC 9110, section 13.1.2)."""
    headers = answer.headers | {"ETag": answer.etag}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if answer.status == 200 and (answer.etag in known or known == ["*"]):
        return Response(status_code=304, headers={name: value for name, value in headers.items() if name != "Content-Type"})
    return Response(answer.body, answer.status, headers)


class Relay:
    """The answer of a worker, on its way to a client.

    Up to `HELD` bytes wait for the end of the answer: most answers are smaller and go out whole, and the worker is free
    however slow the client is. A longer one is streamed: then the worker goes no faster than the client, until its time
    is over. If a streamed answer cannot be finished the connection is broken, so that nobody takes it for whole.

    Args:
        request: the request.
        lane: `OPEN` or `HOUSE`.
        job: what the worker does, with its arguments.
        headers: of the response, besides those of the worker.
        kept: whether the answer is the same whenever this is asked of the same graph, and may be kept.
    """

    def __init__(self, request: Request, lane: str, job: Job, arguments: dict[str, Any], headers: dict[str, str] | None = None, kept: bool = False) -> None:
        self.request = request
        self.lane = lane
        self.job = job
        self.arguments = arguments
        self.headers = headers or {}
        self.kept = kept

    @classmethod
    def open(cls, request: Request, job: Job, arguments: dict[str, Any], headers: dict[str, str] | None = None) -> Relay:
        """A query of somebody else's."""
        return cls(request, OPEN, job, arguments, headers)

    @classmethod
    def house(cls, request: Request, job: Job, arguments: dict[str, Any], headers: dict[str, str] | None = None) -> Relay:
        """A job of our own, which always gives the same on the same graph."""
        return cls(request, HOUSE, job, arguments, headers, kept=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as an ASGI application."""
        leaving = asyncio.create_task(_leaves(receive))
        answering = asyncio.create_task(self._answer(scope, receive, send))
        try:
            await asyncio.wait({leaving, answering}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                answering.cancel()
            try:
                await answering
            except asyncio.CancelledError:
                if not leaving.done():
                    raise
        finally:
            leaving.cancel()
            answering.cancel()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        site = site_of(self.request)
        if not self.kept:
            await self._ask(site, scope, receive, send)
            return
        asked_for = repr((self.job.__module__, self.job.__qualname__, sorted(self.arguments.items()), self.headers)).encode()
        key: Hashable = (site.pool.state, hashlib.blake2b(asked_for, digest_size=20).digest())  # however long the address is
        answer = site.keep.get(key)
        while answer is None and key in site.asked:  # somebody asks the same right now
            answer = await asyncio.shield(site.asked[key])
        if answer is None:
            asked: asyncio.Future[Kept | None] = asyncio.get_running_loop().create_future()
            site.asked[key] = asked
            try:
                answer = await self._ask(site, scope, receive, send)
                asked.set_result(answer)
            except Refused as refused:
                asked.set_exception(refused)
                asked.exception()  # it is told to whoever waits, and to nobody if nobody does
                raise
            finally:
                del site.asked[key]
                if not asked.done():  # our client has left; the next one asks itself
                    asked.set_result(None)
            if answer is None:
                return
            site.keep.put(key, answer)
        await whole(self.request, answer)(scope, receive, send)

    async def _ask(self, site: Site, scope: Scope, receive: Receive, send: Send) -> Kept | None:
        """Have a worker answer. What is to be kept is returned; everything else is sent."""
        running = await site.pool.run(self.lane, self.job, **self.arguments)
        try:
            status, headers, body, ended = await self._begin(running)
            if not ended:
                await self._stream(running, status, headers, body, scope, send)
                return None
        finally:
            running.close()  # the worker is free before the client has read anything
        if self.kept:
            return Kept.of(status, headers, body)
        await Response(body, status, headers)(scope, receive, send)
        return None

    async def _begin(self, running: Running) -> tuple[int, dict[str, str], bytes, bool]:
        status, headers = 200, dict(self.headers)
        body = bytearray()
        while len(body) <= HELD:
            kind, payload = await running.frame()
            if kind == HEAD:
                said = json.loads(payload)
                status, headers = said["status"], headers | said["headers"]
            elif kind == DATA:
                body += payload
            elif kind == END:
                return status, headers, bytes(body), True
        return status, headers, bytes(body), False

    async def _stream(self, running: Running, status: int, headers: dict[str, str], body: bytes, scope: Scope, send: Send) -> None:
        written = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": written})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        try:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            while True:
                kind, payload = await running.frame()
                if kind == END:
                    break
                await send({"type": "http.response.body", "body": payload, "more_body": True})
        except Refused as refused:
            abort: Callable[[str], None] | None = scope.get("extensions", {}).get(ABORT)
            if abort is None:
                raise ConnectionAbortedError(refused.message) from None
            abort(refused.message)
            await asyncio.sleep(0)
            return
        await send({"type": "http.response.body", "body": b""})


async def _leaves(receive: Receive) -> None:
    """Wait until the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
