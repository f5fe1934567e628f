"""Who works on pixels now, who waits for it, and who is told to come again.

There are three bounds. So many requests work at once, each in a slot. What they hold in memory together is bounded too,
and a request begins only when its pictures fit beside those of the others. And those that wait are bounded, by their
number and by the work that they bring, so that nobody waits behind more of it than a short while takes.

A request whose client does not read as fast as the picture is made gives its slot away while it waits for him. It keeps
its pictures, and of a batch what was sent; if that is in the way of somebody else, the client who has kept it waiting
longest loses his answer.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from service.errors import Overloaded

PATIENCE = 1.0
"""Seconds that a client may keep a request waiting while others need its memory."""


class Need(NamedTuple):
    """What a request takes, as far as it can be told before it begins.

    Attributes:
        work: pixels of its sources, and the source pixels that those of its outputs read.
        memory: bytes of the pictures that it holds at once.
    """

    work: int = 0
    memory: int = 0


NOTHING = Need()


class Bounds(NamedTuple):
    """How much there may be at once.

    Attributes:
        slots: requests that work.
        queue: requests that wait.
        queue_work: work of all that wait; one that waits alone may bring more.
        memory: bytes of all that work; one that is alone may take more.
    """

    slots: int
    queue: int
    queue_work: int
    memory: int


@dataclass(eq=False)
class _Request:
    """One that was let in.

    Attributes:
        need: what it takes.
        drop: makes it end without having its client waited for.
        holds_upload: tells whether it still holds what its client has sent.
        turn: is done as soon as it has a slot.
        has_slot: whether it works.
        has_memory: whether it has begun.
        waits_since: when it began to wait for its client, if it does.
    """

    need: Need
    drop: Callable[[], None]
    holds_upload: Callable[[], bool]
    turn: asyncio.Future[None]
    has_slot: bool = False
    has_memory: bool = False
    waits_since: float = 0.0


class Place:
    """A request's right to work, which it has within an `async with`; see `Admission.enter`."""

    def __init__(self, admission: Admission, request: _Request) -> None:
        self._admission = admission
        self._request = request

    async def __aenter__(self) -> Place:
        """Wait for it, if need be.

        Raises:
            Overloaded: it would have to wait, and there is no room to.
        """
        await self._admission.begin(self._request)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give it back."""
        self._admission.leave(self._request)

    def give_way(self) -> None:
        """Give the slot away, and keep what is held in memory: the client has to be waited for."""
        self._admission.put_aside(self._request)

    async def come_back(self) -> None:
        """Have a slot again, before those that have not begun."""
        await self._admission.resume(self._request)


class Admission:
    """The slots and the memory, and the line in front of them.

    Attributes:
        bounds: how much there may be at once.
        working: requests that have a slot.
        memory: bytes of the pictures of all that have begun.
        changed: is called after every change.
    """

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.changed: Callable[[], None] = lambda: None
        self.working = 0
        self.memory = 0
        self._waiting: deque[_Request] = deque()
        self._returning: deque[_Request] = deque()
        self._aside: dict[_Request, None] = {}  # the one that has waited longest comes first
        self._pressing: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many wait that have not begun."""
        return len(self._waiting)

    @property
    def waiting_work(self) -> int:
        """How much work they bring."""
        return sum(request.need.work for request in self._waiting)

    @property
    def aside(self) -> int:
        """How many have begun and wait for their clients."""
        return len(self._aside)

    def begins_at_once(self, need: Need) -> bool:
        """Tell whether a request would not have to wait."""
        return self.working < self.bounds.slots and not (self._waiting or self._returning) and self._fits(need)

    def check_room(self, need: Need = NOTHING) -> None:
        """Refuse who would have to wait where there is no room to, as soon as that is known.

        Raises:
            Overloaded: the queue is full.
        """
        if self.begins_at_once(need):
            return
        if self.waiting >= self.bounds.queue:
            raise Overloaded(
                f"all workers are busy and the queue is full: {self.waiting} requests wait; "
                f"at most {self.bounds.queue} may (GRIDWARP_QUEUE); try again"
            )
        if self.waiting and self.waiting_work + need.work > self.bounds.queue_work:
            raise Overloaded(
                f"all workers are busy and the queue is full: the work that waits is {self.waiting_work} and this "
                f"request's is {need.work}; at most {self.bounds.queue_work} may wait (GRIDWARP_QUEUE_WORK); try again"
            )

    def enter(self, need: Need, drop: Callable[[], None], holds_upload: Callable[[], bool] = lambda: False) -> Place:
        """Give the place of a request, with a slot and with its memory.

        Args:
            need: what the request takes.
            drop: is called if its client keeps it waiting while others need the memory.
            holds_upload: tells whether some of it is that of its upload.
        """
        return Place(self, _Request(need, drop, holds_upload, turn=_new_turn()))

    async def begin(self, request: _Request) -> None:
        """Wait for a slot and for the memory.

        Raises:
            Overloaded: there is no room to.
        """
        self.check_room(request.need)
        self._waiting.append(request)
        try:
            self._serve()
            await request.turn
        except BaseException:
            self.leave(request)
            raise

    def leave(self, request: _Request) -> None:
        """Take back whatever a request has."""
        for line in (self._waiting, self._returning):
            if request in line:  # where it is not, an error would describe it in words
                line.remove(request)
        self._aside.pop(request, None)
        self._free_slot(request)
        if request.has_memory:
            self.memory -= request.need.memory
        self._serve()

    def put_aside(self, request: _Request) -> None:
        """Take a request's slot for another."""
        request.waits_since = asyncio.get_running_loop().time()
        self._aside[request] = None
        self._free_slot(request)
        self._serve()

    async def resume(self, request: _Request) -> None:
        """Give a slot to a request that was put aside."""
        del self._aside[request]
        request.turn = _new_turn()
        self._returning.append(request)
        self._serve()
        await request.turn

    def press_for_uploads(self) -> None:
        """Drop the request that has waited longest for its client with its upload in memory: it is in others' way."""
        now = asyncio.get_running_loop().time()
        for request in self._aside:
            if request.waits_since + PATIENCE > now:
                return
            if request.holds_upload():
                request.drop()
                return

    def _fits(self, need: Need) -> bool:
        return not self.memory or self.memory + need.memory <= self.bounds.memory

    def _serve(self) -> None:
        """Give slots to those whose turn it is."""
        while self.working < self.bounds.slots and (line := self._returning or self._waiting):
            request = line[0]
            if request.turn.cancelled():  # it is about to leave
                line.popleft()
                continue
            if not request.has_memory:
                if not self._fits(request.need):
                    self._press()
                    break
                request.has_memory = True
                self.memory += request.need.memory
            request.has_slot = True
            self.working += 1
            line.popleft().turn.set_result(None)
        self.changed()

    def _free_slot(self, request: _Request) -> None:
        self.working -= request.has_slot
        request.has_slot = False

    def _press(self) -> None:
        """Drop the request whose client has kept it waiting longest, as soon as he has tried our patience."""
        if self._pressing or not self._aside:
            return
        longest = next(iter(self._aside))
        loop = asyncio.get_running_loop()
        left = longest.waits_since + PATIENCE - loop.time()
        if left > 0:
            self._pressing = loop.call_later(left, self._press_again)
        else:
            longest.drop()

    def _press_again(self) -> None:
        self._pressing = None
        self._serve()


def _new_turn() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()
