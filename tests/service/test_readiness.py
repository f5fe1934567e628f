"""Until the engine is chosen the service lives, is not ready, and refuses pictures with 503."""

import asyncio
import threading

import httpx
import pytest

from service import readiness as subject
from service.app import create_app
from service.engine import ChoiceStopped, Engine
from service.settings import Settings
from tests import files, pictures

COMPILED = Engine("compiled", "some-processor", "loaded")
PICTURE = files.png(pictures.random(3, 4, 3), files.RGB)


class Choice:
    """Stands in for the choice of an engine: it takes until it is told the result."""

    def __init__(self) -> None:
        self.made = threading.Event()
        self.engine = COMPILED
        self.cache_folder = None
        self.stopped = False

    def __call__(self, cache_folder, tell):
        self.cache_folder = cache_folder
        try:
            tell("kernel")
            while not self.made.wait(0.01):
                tell("kernel")
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


def serve(choice, talk):
    """Run the application from start to stop around a conversation."""
    app = create_app(Settings(retry_after=7, cache_dir="/some/where"))

    async def run():
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://gridwarp") as client,
        ):
            await talk(client, app.state.house.readiness)

    asyncio.run(run())


async def made(choice, readiness):
    choice.made.set()
    await readiness.until_ready()


def test_not_ready_and_then_ready(choice, capsys):
    async def talk(client, readiness):
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/version")).status_code == 200
        for answer in (await client.get("/readyz"), await client.post("/v1/warp?op=flip:vertical", content=PICTURE)):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
            assert answer.json()["code"] == "overloaded"
            assert "starting" in answer.json()["detail"]
        waiting = asyncio.create_task(readiness.until_ready())
        await asyncio.sleep(0)
        assert not waiting.done()
        await made(choice, readiness)
        ready = {"status": "ready", "core": "compiled", "target": "some-processor", "kernels": "loaded"}
        assert (await client.get("/readyz")).json() == ready
        assert await waiting == COMPILED
        assert (await client.post("/v1/warp?op=flip:vertical", content=PICTURE)).status_code == 200

    serve(choice, talk)
    assert choice.cache_folder == "/some/where"
    assert set(capsys.readouterr().out.splitlines()) == {"kernel"}


def test_the_reference_is_ready_too(choice):
    choice.engine = Engine("reference")

    async def talk(client, readiness):
        await made(choice, readiness)
        assert (await client.get("/readyz")).json() == {"status": "ready", "core": "reference"}

    serve(choice, talk)


def test_a_plan_needs_no_engine(choice):
    async def talk(client, _):
        question = {"spec": {"ops": []}, "source": {"width": 3, "height": 4}}
        assert (await client.post("/v1/plan", json=question)).status_code == 200

    serve(choice, talk)


def test_a_service_that_stops_before_it_is_ready_waits_for_one_kernel_at_most(choice):
    async def run():
        app = create_app(Settings())
        async with app.router.lifespan_context(app):
            waiting = asyncio.create_task(app.state.house.readiness.until_ready())
            await asyncio.sleep(0)
        with pytest.raises(ChoiceStopped):
            await waiting

    asyncio.run(run())
    assert choice.stopped
