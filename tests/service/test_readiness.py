"""While code is compiled the service lives, is not ready, and refuses pictures with 503; otherwise it refuses none."""

import asyncio
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from service import readiness as subject
from service.app import create_app
from service.engine import ChoiceStopped, Engine
from service.readiness import Readiness
from service.settings import Settings
from tests import files, pictures

COMPILED = Engine("compiled", "some-processor", "loaded")
PICTURE = files.png(pictures.random(3, 4, 3), files.RGB)


class Choice:
    """Stands in for the choice of an engine, for which code is compiled until it is told the result."""

    def __init__(self) -> None:
        self.made = threading.Event()
        self.engine = COMPILED
        self.cache_folder = None
        self.stopped = False

    def __call__(self, cache_folder, tell, alone):
        self.cache_folder = cache_folder
        patience = time.monotonic() + 20  # seconds: a thread that does not end would hold up the tests
        try:
            with alone():
                tell("kernel")
                while not self.made.wait(0.01):
                    tell("kernel")
                    if time.monotonic() > patience:
                        raise TimeoutError("nobody has told that the choice is made")
        except ChoiceStopped:
            self.stopped = True
            raise
        return self.engine


@pytest.fixture
def choice(monkeypatch):
    choice = Choice()
    monkeypatch.setattr(subject, "choose_engine", choice)
    yield choice
    choice.made.set()


class Others:
    """Stand in for the processes that this one serves with: they are ready when they are told to be."""

    def __init__(self) -> None:
        self.heard = []
        self.ready = asyncio.Event()
        self.ready.set()

    async def announce(self, engine):
        self.heard.append(engine)
        await self.ready.wait()


def serve(talk, others=None):
    """Run the application from start to stop around a conversation."""
    others = others or Others()
    app = create_app(Settings(retry_after=7), Readiness("/some/where", others.announce))

    async def run():
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://gridwarp") as client,
        ):
            await talk(client, others)

    asyncio.run(run())


async def until(condition):
    for _ in range(1000):
        if await condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it is still not so")


async def until_ready(client):
    async def is_ready():
        return (await client.get("/readyz")).status_code == 200

    await until(is_ready)


def test_not_ready_and_then_ready(choice, capsys):
    async def talk(client, others):
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/version")).status_code == 200
        await expect_starting(client)
        assert others.heard == []
        choice.made.set()
        await until_ready(client)
        assert others.heard == [COMPILED]
        ready = {"status": "ready", "core": "compiled", "target": "some-processor", "kernels": "loaded"}
        assert (await client.get("/readyz")).json() == ready
        assert (await client.post("/v1/warp?op=flip:vertical", content=PICTURE)).status_code == 200

    serve(talk)
    assert choice.cache_folder == "/some/where"
    assert set(capsys.readouterr().out.splitlines()) == {"kernel"}


def test_if_there_is_nothing_to_compile_the_first_request_finds_it_ready(monkeypatch):
    def choose(_, tell, alone):
        time.sleep(0.1)
        return COMPILED

    async def talk(client, _):
        assert (await client.post("/v1/warp?op=flip:vertical", content=PICTURE)).status_code == 200

    monkeypatch.setattr(subject, "choose_engine", choose)
    serve(talk)


def test_whether_it_can_say_what_it_compiles_is_no_matter(choice, monkeypatch):
    async def talk(client, others):
        choice.made.set()
        await until_ready(client)

    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        serve(talk)


async def expect_starting(client):
    for answer in (await client.get("/readyz"), await client.post("/v1/warp?op=flip:vertical", content=PICTURE)):
        assert answer.status_code == 503
        assert 7 <= int(answer.headers["retry-after"]) <= 21
        assert answer.json()["code"] == "overloaded"
        assert "starting" in answer.json()["detail"]


def test_one_that_is_ready_waits_for_the_others(choice):
    choice.made.set()

    async def talk(client, others):
        async def is_announced():
            return others.heard == [COMPILED]

        await until(is_announced)
        await expect_starting(client)
        others.ready.set()
        await until_ready(client)

    others = Others()
    others.ready.clear()
    serve(talk, others)


def test_the_reference_is_ready_too(choice):
    choice.engine = Engine("reference")

    async def talk(client, _):
        choice.made.set()
        await until_ready(client)
        assert (await client.get("/readyz")).json() == {"status": "ready", "core": "reference"}

    serve(talk)


def test_a_plan_needs_no_engine(choice):
    async def talk(client, _):
        question = {"spec": {"ops": []}, "source": {"width": 3, "height": 4}}
        assert (await client.post("/v1/plan", json=question)).status_code == 200

    serve(talk)


def test_a_service_that_stops_before_it_is_ready_waits_for_one_kernel_at_most(choice):
    async def talk(client, _):
        assert (await client.get("/livez")).status_code == 200

    serve(talk)
    assert choice.stopped


def test_a_service_that_stops_before_it_is_ready_does_not_say_that_it_is(choice):
    """Its requests may keep it for a while, in which the choice comes to its end."""

    async def run():
        app = create_app(Settings(), readiness := Readiness("", others.announce))
        async with app.router.lifespan_context(app):
            readiness.drain()
            choice.made.set()
            await asyncio.wait([readiness._choice])

    others = Others()
    asyncio.run(run())
    assert not choice.stopped
    assert others.heard == []


def test_a_service_that_stops_while_another_compiles_compiles_nothing_more(choice, capsys):
    other_compiles = threading.Lock()

    async def run():
        app = create_app(Settings(), Readiness("", alone=lambda: other_compiles))
        async with app.router.lifespan_context(app):
            await asyncio.sleep(0)
            asyncio.get_running_loop().call_later(0.1, other_compiles.release)

    other_compiles.acquire()
    asyncio.run(run())
    assert choice.stopped
    assert capsys.readouterr().out == ""
