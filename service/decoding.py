"""The pixels of a request's items, in order: each decoded while the one before is warped, or all before the first."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import NamedTuple, TypeAlias

from core import Pixels
from service.errors import ServiceError
from service.items import Item
from service.pipeline import Job
from service.workers import Desk

logger = logging.getLogger("gridwarp.decoding")


class Decoded(NamedTuple):
    """A job and its source's pixels."""

    job: Job
    pixels: Pixels


Outcomes: TypeAlias = AsyncGenerator[tuple[Item, Decoded | ServiceError], None]
"""Each item, in the order of the answer, with its pixels or with why it has none."""


async def one_ahead(items: Sequence[Item], desk: Desk, all_decoded: Callable[[], None]) -> Outcomes:
    """Decode the next picture while the caller works on this one, and no other; a fault comes in the place of pixels.

    Args:
        items: in the order of the answer.
        desk: where pictures are decoded.
        all_decoded: called as soon as no encoded picture is needed any more.
    """
    async with aclosing(_in_turn(_first_uses(items), desk, all_decoded)) as pictures:
        number = 0
        held: dict[int, Pixels | ServiceError] = {}  # of one picture, at each size that it is needed in
        for item in items:
            if isinstance(item.work, ServiceError):
                yield item, item.work
                continue
            if item.pair.picture != number:  # all items of a picture follow one another
                number = item.pair.picture
                held.clear()
            reduction = item.work.plan.reduction
            if reduction not in held:
                held[reduction] = await anext(pictures)
            outcome = held[reduction]
            yield item, outcome if isinstance(outcome, ServiceError) else Decoded(item.work, outcome)


async def all_first(items: Sequence[Item], desk: Desk, all_decoded: Callable[[], None]) -> Outcomes:
    """Decode and hold every picture before the caller begins, so that any fault is known before a byte is sent.

    Args:
        items: in the order of the answer.
        desk: where pictures are decoded.
        all_decoded: called as soon as no encoded picture is needed any more.

    Raises:
        ServiceError: that of the first bad item.
    """
    held: dict[tuple[int, int], Pixels] = {}
    ready: deque[tuple[Item, Decoded]] = deque()
    for item in items:
        if isinstance(item.work, ServiceError):
            raise item.work.of_item(item.index)
        if (use := _use(item, item.work)) not in held:
            outcome = await _decode(item.work, item.index, desk)
            if isinstance(outcome, ServiceError):
                raise outcome.of_item(item.index)
            held[use] = outcome
        ready.append((item, Decoded(item.work, held[use])))
    held.clear()  # so that each goes with its last item
    all_decoded()
    while ready:
        yield ready.popleft()


class OnError(NamedTuple):
    """What a fault of one item means for the others.

    Attributes:
        decode: gives the items with their pixels.
        holds_sources: whether it holds all of them at once.
    """

    decode: Callable[[Sequence[Item], Desk, Callable[[], None]], Outcomes]
    holds_sources: bool


ON_ERROR = {"report": OnError(one_ahead, holds_sources=False), "fail": OnError(all_first, holds_sources=True)}


def _first_uses(items: Sequence[Item]) -> list[tuple[int, Job]]:
    """List what is to be decoded, each picture once at each size, with the item that first needs it."""
    first: dict[tuple[int, int], tuple[int, Job]] = {}
    for item in items:
        if isinstance(item.work, Job):
            first.setdefault(_use(item, item.work), (item.index, item.work))
    return list(first.values())


def _use(item: Item, job: Job) -> tuple[int, int]:
    """Name what an item needs: a picture, and by what it is made smaller while it is decoded."""
    return item.pair.picture, job.plan.reduction


async def _in_turn(
    pictures: list[tuple[int, Job]], desk: Desk, all_decoded: Callable[[], None]
) -> AsyncGenerator[Pixels | ServiceError, None]:
    """Give one picture after the other, and decode the next one meanwhile."""

    async def decode(place: int) -> Pixels | ServiceError:
        index, job = pictures[place]
        outcome = await _decode(job, index, desk)
        if place == len(pictures) - 1:
            all_decoded()
        return outcome

    decoding = asyncio.create_task(decode(0))
    try:
        for place in range(len(pictures)):
            outcome = await decoding
            if place + 1 < len(pictures):
                decoding = asyncio.create_task(decode(place + 1))
            yield outcome
    finally:
        if not decoding.done():  # else asyncio would no longer tell of a bug in it
            decoding.cancel()


async def _decode(job: Job, index: int, desk: Desk) -> Pixels | ServiceError:
    def decode() -> Pixels:
        logger.debug("decode for item %d", index)
        with desk.clock.timed("decode"):
            return job.decode()

    try:
        return await desk.run(decode)
    except ServiceError as fault:
        return fault.bare()
