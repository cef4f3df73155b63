"""What clients can do to a server, on this machine alone: many at once, heavy, vanishing, half-sent, oversized.

python tests/load.py [--short]

Starts a server, abuses it in bounded ways, and after each of them asks an ordinary question, which has to be answered at
once. Prints figures; exit code 1 if anything was not as it should be.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent / "web"))
from conftest import alive, descendants

ROOT = Path(__file__).parent.parent
TIMEOUT = 2  # seconds that the server lets a query take
AT_ONCE = 1.0  # seconds in which the next ordinary request has to be answered
PATIENCE = 40.0  # seconds after which a client counts as hanging
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?i)) }"
GREEDY = (  # a text of a gigabyte
    "SELECT (STRLEN(?v9) AS ?n) { BIND('12345678' AS ?v0) "
    + " ".join(f"BIND(CONCAT({', '.join([f'?v{number}'] * 8)}) AS ?v{number + 1})" for number in range(9))
    + " }"
)
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
CHEAP = "ASK { ?s ?p ?o }"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Failed(Exception):  # noqa: N818 - it is what happened
    """Something was not as it should be."""


class Client:
    """Raw requests to one server."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def send(self, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        return reader, writer

    async def request(self, head: str, body: bytes = b"") -> tuple[int, float, bytes]:
        """The status of the answer, or 0 for a broken one, with the seconds that it took, and its body."""
        start = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await self.send(f"{head}\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode() + body)
                data = await reader.read()
                writer.close()
        except TimeoutError:
            return -1, PATIENCE, b""
        except OSError:
            return 0, time.perf_counter() - start, b""
        status = int(data.split(b" ", 2)[1]) if data.startswith(b"HTTP/") else 0
        whole = b"\r\n\r\n" in data and (b"chunked" not in data.split(b"\r\n\r\n")[0] or data.endswith(b"0\r\n\r\n"))
        return status if whole else 0, time.perf_counter() - start, data.partition(b"\r\n\r\n")[2]

    async def ask(self, query: str) -> tuple[int, float, bytes]:
        return await self.request(f"GET /sparql?query={quote(query)} HTTP/1.1")

    async def page(self, path: str) -> tuple[int, float, bytes]:
        return await self.request(f"GET {path} HTTP/1.1")


def told(name: str, results: list[tuple[int, float, bytes]]) -> None:
    """A line of figures."""
    seconds = sorted(result[1] for result in results)
    statuses = Counter(
        {200: "200", 503: "503", 413: "413", 408: "408", 400: "400", 0: "broken", -1: "HANGING"}.get(result[0], str(result[0])) for result in results
    )
    shown = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    say(f"{name:58} {shown:32} median {statistics.median(seconds):6.3f} s, longest {seconds[-1]:6.3f} s")
    if statuses["HANGING"]:
        raise Failed(f"{name}: a client got no answer")


async def expect(name: str, clients: list[Awaitable[tuple[int, float, bytes]]], allowed: set[int]) -> list[tuple[int, float, bytes]]:
    results = list(await asyncio.gather(*clients))
    told(name, results)
    if not {result[0] for result in results} <= allowed:
        raise Failed(f"{name}: {Counter(result[0] for result in results)} where only {allowed} may be")
    return results


async def ordinary(client: Client, after: str) -> None:
    """The next ordinary requests are answered at once."""
    for ask in (client.ask(CHEAP), client.page("/queries/islands-claimed.csv?date=1956-12-12"), client.page("/id/island/shikotan.ttl"), client.page("/")):
        status, seconds, _ = await ask
        if status != 200 or seconds > AT_ONCE:
            raise Failed(f"after {after}: an ordinary request got {status} after {seconds:.2f} s")
    say(f"{'':4}then an ordinary request: 200 after {seconds:.3f} s")


async def crowd(client: Client, size: int) -> None:
    await expect(f"{size} clients at once, a small query", [client.ask(CHEAP) for _ in range(size)], {200, 503})
    days = [f"/queries/islands-claimed.csv?date=19{45 + n % 50}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(size)]
    await expect(f"{size} clients at once, a saved query, each another day", [client.page(day) for day in days], {200, 503})
    await expect(f"{size} clients at once, the same saved query", [client.page("/queries/timeline.csv") for _ in range(size)], {200, 503})


async def heavy(client: Client, size: int) -> None:
    asking = asyncio.gather(*(client.ask(HEAVY) for _ in range(size)))
    pages = []
    await asyncio.sleep(0.2)
    while not asking.done() and len(pages) < 200:
        pages.append(await client.page("/queries/who-claims.json?island=Shikotan"))
        pages.append(await client.page("/id/island/shikotan"))
        await asyncio.sleep(0.05)
    results = list(await asking)
    told(f"{size} clients at once, a query that takes minutes", results)
    told("    meanwhile the saved queries and the pages", pages)
    if {result[0] for result in results} != {503} or any(result[0] != 200 or result[1] > AT_ONCE for result in pages):
        raise Failed("heavy queries hold up others")


async def greedy(client: Client, size: int) -> None:
    results = await expect(f"{size} clients, a query that takes gigabytes", [client.ask(GREEDY) for _ in range(size)], {503})
    if not any(b"memory" in result[2] for result in results):
        raise Failed("no query reached its limit of memory")


async def vanishing(client: Client, size: int) -> None:
    async def once(query: str, read: int) -> tuple[int, float, bytes]:
        start = time.perf_counter()
        reader, writer = await client.send(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        if read:
            await asyncio.wait_for(reader.read(read), PATIENCE)
        else:
            await asyncio.sleep(0.05)
        writer.transport.abort()
        return 0, time.perf_counter() - start, b""

    await expect(f"{size} clients that vanish before the answer", [once(HEAVY, 0) for _ in range(size)], {0})
    await expect(f"{size // 4} clients that vanish in the middle of it", [once(ENDLESS, 1000) for _ in range(size // 4)], {0})


async def slow(client: Client, size: int) -> None:
    writers = [await client.send(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()) for _ in range(size)]
    await asyncio.sleep(TIMEOUT + 1)
    told(f"{size} clients that read nothing of an endless answer", [(0, 0.0, b"")] * size)
    for _, writer in writers:
        writer.transport.abort()
    await expect("4 clients that read an endless answer to its end", [client.ask(ENDLESS) for _ in range(4)], {0})


async def half_sent(client: Client, size: int) -> None:
    heads = [
        b"GET /sparql?query=ASK HTTP/1.1\r\nHost: loc",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK",
        b"",
    ]
    opened = [await client.send(heads[number % 3]) for number in range(size)]
    await ordinary(client, f"{size} half-sent requests, still open")
    start = time.perf_counter()

    async def end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[int, float, bytes]:
        try:
            data = await asyncio.wait_for(reader.read(), PATIENCE)
        except TimeoutError:
            return -1, PATIENCE, b""
        except OSError:
            data = b""
        writer.close()
        return int(data.split(b" ", 2)[1]) if data.startswith(b"HTTP/") else 0, time.perf_counter() - start, b""

    await expect(f"{size} half-sent requests, until they are closed", [end(*pair) for pair in opened], {0, 408})


async def oversized(client: Client, size: int) -> None:
    promised = "POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\nContent-Length: 1000000000"
    await expect(f"{size} bodies that say they are a gigabyte", [client.request(promised, b"A" * 1000) for _ in range(size)], {413})
    chunk = b"10000\r\n" + b"A" * 65536 + b"\r\n"

    async def endless() -> tuple[int, float, bytes]:
        start = time.perf_counter()
        reader, writer = await client.send(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        try:
            async with asyncio.timeout(PATIENCE):
                for _ in range(200):
                    writer.write(chunk)
                    await writer.drain()
                data = await reader.read()
        except TimeoutError:
            return -1, PATIENCE, b""
        except OSError:
            data = b""
        writer.close()
        return int(data.split(b" ", 2)[1]) if data.startswith(b"HTTP/") else 0, time.perf_counter() - start, b""

    await expect(f"{size} bodies that do not end", [endless() for _ in range(size)], {0, 413, 503})
    await expect(f"{size} addresses of 200 kB", [client.page("/sparql?query=" + "A" * 200_000) for _ in range(size)], {0, 400, 414})
    deep = "ASK " + "{" * 10000 + "}" * 10000
    await expect(f"{size} queries nested 10,000 deep", [client.ask(deep) for _ in range(size)], {400, 503})
    await expect(f"{size} times no HTTP at all", [client.request("\x16\x03\x01 \x00\xff garbage") for _ in range(size)], {0, 400})


def figures(process: int) -> tuple[int, int, int]:
    """Memory of the server itself in MB, its open files, the number of processes below it."""
    memory = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(memory[1]) // 1024 if memory else 0, len(list(Path(f"/proc/{process}/fd").iterdir())), len(descendants(process))


async def abuse(process: int, port: int, size: int) -> None:
    client = Client(port)
    await ordinary(client, "the start")
    before = figures(process)
    parts: list[Callable[[Client, int], Awaitable[None]]] = [crowd, heavy, greedy, vanishing, slow, half_sent, oversized]
    sizes = [size, size // 5, size // 25 or 4, size, size // 5, size, size // 10]
    for part, count in zip(parts, sizes, strict=True):
        await part(client, count)
        await ordinary(client, part.__name__)
    await asyncio.sleep(1)
    after = figures(process)
    say(f"the server: {before[0]} MB before and {after[0]} MB after, {after[1]} open files, {after[2]} processes below it")
    if after[2] > 1 + 2 + 2 or after[1] > before[1] + 20:
        raise Failed(f"something was left behind: {before} before, {after} after")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer clients, for a quick look")
    size = 60 if parser.parse_args().short else 300
    start = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "treatygraph", "--corpus", str(ROOT), "serve", "--port", "0", "--timeout", str(TIMEOUT), "--memory", "256", "--workers", "2"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    match = re.search(r":(\d+)/", server.stderr.readline())
    assert match
    say(f"cold start {time.perf_counter() - start:.2f} s")
    failed = ""
    try:
        asyncio.run(abuse(server.pid, int(match[1]), size))
    except Failed as error:
        failed = str(error)
    except BaseException:
        server.kill()
        raise
    below = descendants(server.pid)
    server.send_signal(signal.SIGTERM)
    stopping = time.perf_counter()
    said = server.stderr.read()
    server.wait(20)
    say(f"stopped after {time.perf_counter() - stopping:.2f} s, {len(alive(below))} processes left, {time.perf_counter() - start:.0f} s in all")
    if alive(below):
        failed = failed or "processes were left behind"
    if "Traceback" in said:
        failed = failed or said
    say(f"FAILED: {failed}" if failed else "everything as it should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
