"""What comes in: bounded in size and in time, decoded strictly."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from treatygraph.errors import UsageError, nearest
from treatygraph.things import LANGUAGES
from treatygraph.web.refusals import Refused, busy
from treatygraph.web.settings import MIB, Settings
from treatygraph.web.site import site_of

__all__ = ["QUERY_BYTES", "base_of", "discard", "language_of", "media_type_of", "only", "parameters_of", "read_body", "require_token", "utf8"]

QUERY_BYTES = MIB  # of a query or an update
BODY_SECONDS = 20.0  # in which a query has to have arrived
PART_SECONDS = 10.0  # between two parts of a longer body
READING = 64 * MIB  # bytes of bodies that may be under way at once, from clients that have shown no token
DISCARDED = 8 * MIB  # bytes of a body that is too large which are still taken in
DISCARD_SECONDS = 2.0
FIELDS = 1000  # parameters of one request


def base_of(request: Request) -> str:
    """The address of this server as the client knows it, without a slash at the end."""
    return str(request.base_url).rstrip("/")


def utf8(data: bytes) -> str:
    """Text of a request.

    Raises:
        Refused: it is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, f"The request is not UTF-8 (byte {error.start}).", "Send it as UTF-8.") from None


def parameters_of(data: bytes) -> dict[str, list[str]]:
    """The parameters of a form or of the part of an address after ``?``.

    Raises:
        Refused: they are not UTF-8, or too many.
    """
    try:
        pairs = parse_qsl(utf8(data), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except UnicodeDecodeError:
        raise Refused(400, "A parameter is not UTF-8.", "Encode it as UTF-8 before percent-encoding it.") from None
    except ValueError:
        raise Refused(400, f"The request has more than {FIELDS} parameters.") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def only(parameters: dict[str, list[str]], name: str) -> str | None:
    """The one value of a parameter, or None where it is not given.

    Raises:
        Refused: it is given more than once.
    """
    values = parameters.get(name, [])
    if len(values) > 1:
        raise Refused(400, f"The parameter '{name}' is given {len(values)} times.", "Give it once.")
    return values[0] if values else None


def media_type_of(request: Request) -> str:
    """The media type of the body, empty where none is named.

    Raises:
        Refused: its character set is not UTF-8 (SPARQL 1.1 Protocol, section 2.1.3).
    """
    media_type, *parameters = request.headers.get("content-type", "").split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8", "us-ascii"):
            raise Refused(415, f"The character set {value.strip()} is not supported.", "Send UTF-8.")
    return media_type.strip().lower()


async def read_body(request: Request, limit: int) -> bytes:
    """The body of a request.

    Raises:
        Refused: it is larger than the limit, comes too slowly, or is one too many.
    """
    site = site_of(request)
    length = request.headers.get("content-length", "0")
    too_large = Refused(413, f"The body of the request is larger than {limit // MIB} MiB.", "Send less at once.", {"Connection": "close"})
    patient = limit > QUERY_BYTES
    if length.isdecimal() and int(length) > limit:
        raise too_large
    body = bytearray()
    try:
        async with contextlib.aclosing(request.stream()) as stream, asyncio.timeout(None if patient else BODY_SECONDS):
            while True:
                async with asyncio.timeout(PART_SECONDS):
                    part = await anext(stream, b"")
                if not part:
                    return bytes(body)
                body += part
                site.reading += len(part)
                if len(body) > limit:
                    raise too_large
                if site.reading > READING and not patient:
                    raise busy("The server is receiving too much at once.")
    except TimeoutError:
        raise Refused(408, "The request did not arrive in time.", "Send it again.", {"Connection": "close"}) from None
    except ClientDisconnect:
        raise Refused(400, "The request was broken off.") from None
    finally:
        site.reading -= len(body)


async def discard(request: Request) -> None:
    """Let a client that is being refused go on sending for a moment, or it would see no answer but a reset."""
    if "expect" in request.headers:  # it has asked whether it may, and waits
        return
    room = DISCARDED
    with contextlib.suppress(TimeoutError, ClientDisconnect, RuntimeError):  # the last where all of it has been read
        async with asyncio.timeout(DISCARD_SECONDS):
            async for part in request.stream():
                room -= len(part)
                if room < 0:
                    return


def require_token(request: Request, settings: Settings) -> None:
    """See to it that only who has the token changes anything; asked before anything else of the request is read.

    Raises:
        Refused: the server is read-only, or the token is missing or wrong.
    """
    if not settings.writable:
        raise Refused(403, "This server is read-only.", "Whoever runs it can start it with --writable.", {"Connection": "close"})
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(401, "Changing the graph needs the token.", "Send it as 'Authorization: Bearer TOKEN'.", _challenge())
    if not hmac.compare_digest(token.strip().encode(), settings.token.encode()):
        raise Refused(401, "The token is wrong.", "", _challenge(', error="invalid_token"'))


def _challenge(error: str = "") -> dict[str, str]:
    """What a client without the token is told (RFC 6750, section 3)."""
    return {"WWW-Authenticate": f'Bearer realm="treatygraph"{error}', "Connection": "close"}


def language_of(request: Request, parameters: dict[str, list[str]]) -> str:
    """The language of the labels: the one asked for with ``lang``, else the first of ours that the browser names, else English.

    Raises:
        UsageError: ``lang`` is none of ours.
    """
    asked = only(parameters, "lang")
    if asked:
        if asked not in LANGUAGES:
            raise UsageError(f"There is no language '{asked}'.", nearest(asked, LANGUAGES) or f"Languages: {', '.join(LANGUAGES)}.")
        return asked
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.partition(";")[0].strip().lower().partition("-")[0]
        if tag in LANGUAGES:
            return tag
    return "en"
