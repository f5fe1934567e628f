"""Whom the first connection goes to, and what becomes of a child that the stop comes across while it starts.

The rest is tested from outside.
"""

import asyncio
import os
import signal
import socket

import pytest

from service import several_processes as subject
from service.settings import Settings


class Child:
    """Stands in for a child, which ends when it is told to."""

    cores = ""
    compiles = False
    is_there = True
    is_drained = False

    def __init__(self):
        self.told = []
        self.ends = asyncio.Event()

    async def hear(self):
        await self.ends.wait()
        return False

    async def end(self):
        return "status 0"

    def tell_to_drain(self):
        self.told.append("drain")

    def tell_to_stop(self):
        self.told.append("stop")
        self.ends.set()

    def kill(self):
        self.told.append("kill")
        self.ends.set()


class SlowChild(Child):
    """Says what it is told to say."""

    def __init__(self):
        super().__init__()
        self.says = asyncio.Queue()

    async def hear(self):
        if word := await self.says.get():
            setattr(self, *word)
        return bool(word)

    async def tell_that_all_are_ready(self):
        self.told.append("all are ready")

    def tell_to_stop(self):
        super().tell_to_stop()
        self.says.put_nowait(None)

    def take(self, _):
        self.told.append("connection")
        return True

    def busyness(self, _):
        return len(self.told)


@pytest.fixture
def children(monkeypatch):
    """All slow children that a parent has started."""
    children = []

    class Started:
        @staticmethod
        async def start(*_):
            children.append(SlowChild())
            return children[-1]

    monkeypatch.setattr(subject, "Offspring", Started)
    return children


READY = ("cores", "some core")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([(0, READY)], [[], []]),
        ([(0, READY), (1, READY)], [["all are ready", "connection"], ["all are ready"]]),
        ([(0, READY), (1, ("compiles", True))], [["connection"], []]),
    ],
)
def test_who_connects_early_waits_until_all_are_ready_or_one_compiles(children, said, told):
    async def run():
        running = asyncio.create_task(parent.run())
        with socket.create_connection(listener.getsockname()):
            await asyncio.sleep(0.1)
            for which, word in said:
                children[which].says.put_nowait(word)
                await asyncio.sleep(0.1)
            seen = [list(child.told) for child in children]
            parent._stopping.set()
            await running
        return seen

    with socket.create_server(("127.0.0.1", 0)) as listener:
        parent = subject.Parent(Settings(processes=2, workers=2, shutdown_grace=0), listener)
        assert asyncio.run(run()) == told


def test_who_has_waited_is_handed_to_a_child_when_the_service_stops_before_it_is_ready(children):
    async def run():
        running = asyncio.create_task(parent.run())
        with socket.create_connection(listener.getsockname()):
            await asyncio.sleep(0.1)
            parent._stopping.set()
            await running

    with socket.create_server(("127.0.0.1", 0)) as listener:
        parent = subject.Parent(Settings(processes=2, workers=2, shutdown_grace=0.2), listener)
        asyncio.run(run())
    assert sorted(child.told for child in children) == [["drain", "connection", "stop"], ["drain", "stop"]]


class LateChild(Child):
    """Says that it is ready when it is told to stop, and ends a moment later."""

    async def hear(self):
        await self.ends.wait()
        if self.cores:
            await asyncio.sleep(0.01)
            return False
        self.cores = "some core"
        return True

    async def tell_that_all_are_ready(self):
        self.told.append("all are ready")


def test_those_that_are_ready_only_when_they_are_told_to_stop_are_no_service(monkeypatch, capsys):
    children = []

    class Started:
        @staticmethod
        async def start(*_):
            children.append(LateChild())
            asyncio.get_running_loop().call_soon(parent._stopping.set)
            return children[-1]

    monkeypatch.setattr(subject, "Offspring", Started)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        parent = subject.Parent(Settings(processes=2, workers=2, shutdown_grace=0), listener)
        assert asyncio.run(parent.run()) == 0
    assert [child.told for child in children] == [["drain", "stop"]] * 2
    assert capsys.readouterr().out == ""


def test_a_child_that_comes_after_the_others_were_told_to_stop_is_told_too(monkeypatch):
    children = []

    class Starting:
        @staticmethod
        async def start(*_):
            asyncio.get_running_loop().call_soon(parent._stopping.set)
            while listener.fileno() >= 0:  # noqa: ASYNC110 (nothing tells that those that are there have been told)
                await asyncio.sleep(0.01)
            children.append(Child())
            return children[-1]

    monkeypatch.setattr(subject, "Offspring", Starting)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        parent = subject.Parent(Settings(processes=2, workers=2, shutdown_grace=0), listener)
        assert asyncio.run(parent.run()) == 0
    assert len(children) == 2
    assert [child.told for child in children] == [["stop"]] * 2


@pytest.mark.usefixtures("children", "signals_end_the_process")
def test_a_signal_before_the_loop_runs_is_heard_too(monkeypatch):
    run = subject.Parent.run

    def run_late(parent):
        os.kill(os.getpid(), signal.SIGTERM)
        return run(parent)

    monkeypatch.setattr(subject.Parent, "run", run_late)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert subject.serve(Settings(processes=2, workers=2, shutdown_grace=0), listener) == 0
