"""What every response carries, and which requests come through at all."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["POLICY", "Guard"]

# Nothing is loaded from anywhere but this server, no script runs, nobody puts a page into a frame.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",  # ask again each time; most answers have a tag, and the question is cheap
}
HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\Z")
ASKED = "/sparql"  # the one address where reading is also done with POST
WRITTEN = "/graph"
EXPOSED = "Content-Location, ETag, Link, Location, Retry-After, WWW-Authenticate"


class Guard:
    """Wrap the application: answer what a browser asks beforehand, refuse a forged Host, add the headers.

    Pages of other sites may read (``Access-Control-Allow-Origin: *``), never write: a preflight allows neither the
    methods nor the header that a change needs.
    """

    def __init__(self, app: ASGIApp, writable: bool) -> None:
        self.app = app
        self.writable = writable

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope.setdefault("state", {})["wrote"] = False
        asked = scope["path"].rstrip("/") == ASKED
        reading = scope["method"] in ("GET", "HEAD", "OPTIONS") or (asked and scope["method"] == "POST")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    added.setdefault(name, value)
                if reading and not scope["state"]["wrote"]:
                    added["Access-Control-Allow-Origin"] = "*"
                    added["Access-Control-Expose-Headers"] = EXPOSED
            await send(message)

        if not HOST.match(headers.get("host", "localhost")):
            await PlainTextResponse("The Host header is not a host.\n", 400)(scope, receive, sending)
        elif scope["method"] == "OPTIONS":
            await self._options(headers, scope["path"], asked)(scope, receive, sending)
        else:
            await self.app(scope, receive, sending)

    def _options(self, headers: Headers, path: str, asked: bool) -> Response:
        methods = ["GET", "HEAD", "OPTIONS", *(["POST"] if asked else [])]
        if "access-control-request-method" in headers:
            allowed = {
                "Access-Control-Allow-Methods": ", ".join(methods),
                "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type",
                "Access-Control-Max-Age": "86400",
            }
            return Response(status_code=204, headers=allowed)
        if self.writable and (path == WRITTEN or path.startswith(f"{WRITTEN}/")):
            methods += ["PUT", "POST", "DELETE"]
        return Response(status_code=204, headers={"Allow": ", ".join(methods)})
