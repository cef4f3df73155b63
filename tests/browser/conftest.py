"""A browser, a server, and the same site as files: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from treatygraph.pages.assets import built

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (make .venv/heavy)")
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    if not built("map.js"):
        pytest.skip("the front end has not been built (make front)")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address of a running server."""
    process = subprocess.Popen([sys.executable, "-m", "treatygraph", "--corpus", str(ROOT), "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    match = re.search(r"http://\S+?:(\d+)/", process.stderr.readline())
    assert match
    yield f"http://127.0.0.1:{match[1]}"
    process.terminate()
    with process.stderr:
        assert "Traceback" not in process.stderr.read()
    process.wait(10)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> Iterator[str]:
    """The address of the site as files, in a folder below that of a plain server of files.

    Writing it takes minutes; TREATYGRAPH_SITE may name one that has been written from this checkout.
    """
    root = tmp_path_factory.mktemp("host")
    site = root / "below" / "islands"
    if ready := os.environ.get("TREATYGRAPH_SITE"):
        site.parent.mkdir()
        site.symlink_to(Path(ready).resolve())
    else:
        done = subprocess.run([sys.executable, "-m", "treatygraph", "--corpus", str(ROOT), "site", str(site)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/below/islands"
        server.shutdown()


class Visit:
    """A page, and everything that went wrong or went elsewhere while it was open."""

    def __init__(self, page: object, home: str) -> None:
        self.page = page
        self.home = home
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith((home, "data:", "blob:")) else self.elsewhere.append(request.url))

    def go(self, path: str) -> object:
        self.page.goto(self.home + path, wait_until="networkidle")
        return self.page


@pytest.fixture
def visit(browser) -> Iterator[object]:
    """Open pages of a site; at the end nothing may have been complained of, and no request have left it."""
    contexts, visits = [], []

    def begin(home: str, *, width: int = 1280, height: int = 900, dark: bool = False, script: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", java_script_enabled=script, accept_downloads=True
        )
        contexts.append(context)
        visits.append(Visit(context.new_page(), home))
        return visits[-1]

    yield begin
    for context in contexts:
        context.close()
    for each in visits:
        assert each.complaints == []
        assert each.elsewhere == []
