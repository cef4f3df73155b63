"""The one room that knows requests: sessions, credentials, retries, and plain words for what a store answers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from urllib3.util.retry import Retry

from treatygraph import __version__
from treatygraph.errors import TreatyGraphError

__all__ = ["BUSY", "Answer", "Credentials", "Http", "StoreError", "credentials_from_environment"]

TIMEOUT = (10.0, 600.0)  # seconds to connect, and between two bytes of an answer: a load of millions of triples is silent for long
TRIES = 5
PAUSE = 0.5  # seconds before the second try; twice as long before each further one
BUSY = (429, 502, 503)  # what a store or a proxy says of itself, not of the request (RFC 9110, RFC 6585)
LONGEST_PAUSE = 60.0
_SHOWN = 300  # characters of a store's own words in an error


class StoreError(TreatyGraphError):
    """A store did not do what was asked.

    Attributes:
        status: the HTTP status, or 0 where there was no answer.
    """

    def __init__(self, message: str, next_step: str = "", status: int = 0) -> None:
        super().__init__(message, next_step)
        self.status = status


@dataclass(frozen=True)
class Credentials:
    """A user with a password, or a token; never shown."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)

    def hidden_in(self, text: str) -> str:
        """A text without the secrets, should a store have repeated one."""
        for secret in (self.password, self.token):
            if secret:
                text = text.replace(secret, "***")
        return text


def credentials_from_environment(user: str | None = None) -> Credentials:
    """TREATYGRAPH_USER, TREATYGRAPH_PASSWORD and TREATYGRAPH_TOKEN; a user who is named wins over the first."""
    return Credentials(user or os.environ.get("TREATYGRAPH_USER", ""), os.environ.get("TREATYGRAPH_PASSWORD", ""), os.environ.get("TREATYGRAPH_TOKEN", ""))


@dataclass(frozen=True)
class Answer:
    """What a store answered: the status, the media type, the body, and the headers in lower case."""

    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str]


class _Bearer(AuthBase):
    """A token; and for a request without credentials, nothing at all, so that a .netrc is not read by the way."""

    def __init__(self, token: str = "") -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Http:
    """A session with one store.

    Args:
        credentials: of the user.
        scheme: ``basic`` or ``digest``, for a user and a password.
        pause: seconds before the second try.
    """

    def __init__(self, credentials: Credentials, scheme: str, pause: float = PAUSE) -> None:
        self._credentials = credentials
        self._nobody = _Bearer()
        self._auth: AuthBase = self._nobody
        if credentials.token:
            self._auth = _Bearer(credentials.token)
        elif credentials.user:
            user, password = credentials.user.encode(), credentials.password.encode()  # RFC 7617: UTF-8, not Latin-1
            self._auth = HTTPDigestAuth(credentials.user, credentials.password) if scheme == "digest" else HTTPBasicAuth(user, password)
        self._safe, self._once = requests.Session(), requests.Session()
        for session, read in ((self._safe, TRIES), (self._once, 0)):
            session.headers["User-Agent"] = f"treatygraph/{__version__}"
            retry = Retry(
                total=TRIES,
                read=read,
                other=read,
                status_forcelist=BUSY if read else (429, 503),
                allowed_methods=None,
                backoff_factor=pause,
                backoff_max=LONGEST_PAUSE,
                retry_after_max=int(LONGEST_PAUSE),
                raise_on_status=False,
            )
            session.mount("http://", HTTPAdapter(max_retries=retry))
            session.mount("https://", HTTPAdapter(max_retries=retry))

    def request(
        self,
        method: str,
        url: str,
        doing: str,
        *,
        parameters: Iterable[tuple[str, str]] = (),
        form: Iterable[tuple[str, str]] | None = None,
        body: BinaryIO | None = None,
        media_type: str = "",
        accept: str = "*/*",
        anonymous: bool = False,
        once: bool = False,
        allowed: Iterable[int] = (),
    ) -> Answer:
        """Send a request and read the whole answer.

        Args:
            method: GET, PUT, POST or DELETE.
            url: the address.
            doing: what is being done, in words that go on after "Could not".
            parameters: for the address.
            form: fields of a form, in place of a body.
            body: a file, which is read again from its beginning for Digest and for another try.
            media_type: of the body.
            accept: the media types that are understood.
            anonymous: without credentials.
            once: a request that would do something else a second time; a dropped connection and a 502 are then errors, for
                nobody knows whether it was carried out.
            allowed: statuses besides 2xx that are no errors.

        Raises:
            StoreError: there was no answer, or it was an error, in plain words.
        """
        headers = {"Accept": accept} | ({"Content-Type": media_type} if media_type else {})
        try:
            answer = (self._once if once else self._safe).request(
                method,
                url,
                params=list(parameters),
                data=list(form) if form is not None else body,
                headers=headers,
                auth=self._nobody if anonymous else self._auth,
                timeout=TIMEOUT,
                allow_redirects=False,  # a PUT or POST would become a GET on the way
            )
        except requests.exceptions.RequestException as error:
            raise self._unreachable(url, doing, error) from None
        if 200 <= answer.status_code < 300 or answer.status_code in allowed:
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return Answer(answer.status_code, kind, answer.content, {name.lower(): value for name, value in answer.headers.items()})
        raise self._refused(answer, doing)

    def _unreachable(self, url: str, doing: str, error: requests.exceptions.RequestException) -> StoreError:
        host = urlsplit(url).netloc
        text = str(error)
        if isinstance(error, requests.exceptions.SSLError):
            return StoreError(
                f"Could not {doing}: {host} does not prove who it is ({_reason(text)}).",
                "If its certificate is signed by an authority of your own, name that in REQUESTS_CA_BUNDLE.",
            )
        if isinstance(error, requests.exceptions.ReadTimeout):
            return StoreError(f"Could not {doing}: {host} was silent for {TIMEOUT[1]:.0f} seconds.", "Look whether it is still at work; then try again.")
        if "No space left" in text:
            return StoreError(f"Could not {doing}: the disk of this machine is full.", "Make room for temporary files, or set TMPDIR.")
        if any(word in text for word in ("Connection refused", "Name or service", "getaddrinfo", "timed out", "No route", "unreachable", "Failed to resolve")):
            return StoreError(f"Could not {doing}: nothing answers at {host} ({_reason(text)}).", "Is the store running, and the address right?")
        return StoreError(
            f"Could not {doing}: the connection to {host} broke ({_reason(text)}).", "Run it again; what was there before still answers.", status=0
        )

    def _refused(self, answer: requests.Response, doing: str) -> StoreError:
        status, words = answer.status_code, self._credentials.hidden_in(self._words(answer))
        said = f" It says: {words}" if words else ""
        what, then = _MEANING.get(status, ("the store answered with an error", ""))
        if status == 401 and not self._credentials:
            what, then = (
                "the store wants to know who you are",
                "Give --user NAME and the password when asked, or set TREATYGRAPH_USER and TREATYGRAPH_PASSWORD.",
            )
        elif 300 <= status < 400:
            what, then = "the store is at another address", f"Give that one: {urlsplit(answer.headers.get('Location', ''))._replace(query='').geturl()}"
        elif re.search(r"no space left|disk (is )?full|disk quota|not enough (disk )?space", words, re.IGNORECASE):
            what, then = "the disk of the store is full", "Make room there. What was there before still answers."
        return StoreError(f"Could not {doing}: {what} ({status}).{said}", then, status)

    def _words(self, answer: requests.Response) -> str:
        """The first words of a store about an error, without markup and stack."""
        text = answer.content[:20_000].decode("utf-8", "replace")
        if "html" in answer.headers.get("Content-Type", ""):
            text = re.sub(r"(?s)<(style|script|title).*?</\\1>|<[^>]*>", " ", text)
        text = re.split(r"\n\s*at [\w.$]+\(|SPARQL query:", text)[0]
        return " ".join(text.split())[:_SHOWN]


_MEANING = {
    400: ("the store does not understand the request", ""),
    401: ("the user, the password or the token is wrong", "Check TREATYGRAPH_USER and TREATYGRAPH_PASSWORD, or TREATYGRAPH_TOKEN."),
    403: ("this user may not do that", "Let an administrator of the store give the right to read and write these graphs."),
    404: ("there is nothing at this address", "Create the database, dataset or repository first, and check its name in the address."),
    405: ("the store does not allow that here", "It may be read-only, or speak no Graph Store Protocol; say the kind with --store."),
    406: ("the store has none of the formats that are understood", ""),
    408: ("the store gave up waiting", "Try again."),
    413: ("what was sent is larger than the store or a proxy before it takes", "Raise its limit (nginx: client_max_body_size; Jetty: maxFormContentSize)."),
    415: ("the store does not take N-Triples here", "Check that this is the address for graphs of that kind of store."),
    429: ("the store is busy, and was still after several tries", "Try again later."),
    500: ("the store failed", ""),
    501: ("the store cannot do that", "It may speak no Graph Store Protocol; say the kind with --store."),
    502: ("the proxy before the store reaches no store", "Look whether it is running; then run it again."),
    503: ("the store is not ready, and was not after several tries", "Try again later."),
    504: ("the proxy before the store lost patience", "Raise its time limit (nginx: proxy_read_timeout); then run it again."),
    507: ("the disk of the store is full", "Make room there. What was there before still answers."),
}


def _reason(text: str) -> str:
    """The innermost reason in the long text of an exception."""
    for pattern in (r"\[SSL: [^\]]*\] ([^(]*)", r"hostname '[^']*' doesn't match[^\"')]*", r"\[Errno -?\d+\] ([A-Za-z ]+)", r"'([A-Z][A-Za-z ,]+)'"):
        if match := re.search(pattern, text):
            return (match[1] if match.groups() else match[0]).strip().rstrip("'\").")
    return "no answer"
