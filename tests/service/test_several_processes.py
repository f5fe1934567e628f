"""What becomes of a child that the stop comes across while it is being started; the rest is tested from outside."""

import asyncio
import socket

from service import several_processes as subject
from service.settings import Settings


class Child:
    """Stands in for a child, which ends when it is told to."""

    cores = ""
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
