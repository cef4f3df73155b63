"""The application by itself, as another program holds it, with pages of its own before ours."""

from __future__ import annotations

import asyncio
import os

import httpx
import pytest
from conftest import alive, descendants, wait_until
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from treatygraph.web.app import create_app
from treatygraph.web.negotiation import ROWS, choose
from treatygraph.web.responses import Relay
from treatygraph.web.settings import MIB, Settings
from treatygraph.web.work.questions import answer

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?i)) }"


async def home(_):
    return PlainTextResponse("a page of our own")


async def claims(request):
    """A page that has a worker do its work."""
    arguments = {"name": "islands-claimed", "values": {}, "choice": choose("text/csv", ROWS), "language": "en"}
    return Relay.house(request, answer, arguments)


@pytest.fixture
def within(layout):
    """Run a test inside the life of an application, and see that nothing of it is left."""

    def run(test):
        async def live() -> set[int]:
            app = create_app(layout, Settings(workers=1, memory=200 * MIB, timeout=2), [Route("/", home), Route("/claims", claims)])
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost", timeout=20) as client,
            ):
                await test(client)
                return descendants(os.getpid()) - before

        before = descendants(os.getpid())
        started = asyncio.run(live())
        assert len(started) >= 1
        assert wait_until(lambda: not alive(started))

    return run


def test_pages_of_others_go_first(within):
    async def test(client):
        assert (await client.get("/")).text == "a page of our own"
        assert (await client.get("/")).headers["content-security-policy"]
        assert (await client.get("/claims")).text == (await client.get("/queries/islands-claimed.csv")).text

    within(test)


def test_it_answers_without_a_server_around_it(within):
    async def test(client):
        assert (await client.post("/sparql", data={"query": "ASK { ?s ?p ?o }"})).json()["boolean"] is True
        assert (await client.post("/sparql", data={"query": HEAVY})).status_code == 503
        assert (await client.get("/id/island/shikotan")).status_code == 200

    within(test)


def test_an_answer_that_breaks_is_an_error_there_too(within):
    """Without a connection that could be broken, the application raises; nobody takes the beginning for the whole."""

    async def test(client):
        with pytest.raises(ConnectionAbortedError):
            await client.get("/sparql", params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})

    within(test)


def test_the_same_question_at_once_is_answered_once(within):
    async def test(client):
        answers = await asyncio.gather(*(client.get("/queries/timeline.csv") for _ in range(40)))
        assert {response.status_code for response in answers} == {200}
        assert len({response.content for response in answers}) == 1
        site = client._transport.app.state.site
        assert site.asked == {}
        assert site.pool.running == 0

    within(test)


def test_who_asks_the_same_as_somebody_who_leaves_is_answered(within):
    async def test(client):
        first = asyncio.create_task(client.get("/queries/islands-claimed.csv?date=1946-01-01"))
        second = asyncio.create_task(client.get("/queries/islands-claimed.csv?date=1946-01-01"))
        await asyncio.sleep(0.01)
        first.cancel()
        assert (await second).status_code == 200
        assert client._transport.app.state.site.asked == {}

    within(test)
