"""The pixels of a request's items, in order: each decoded while the one before is warped, or all before the first."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from typing import NamedTuple, TypeAlias

from starlette.datastructures import QueryParams

from core import Pixels
from service.decode import OpenPicture
from service.errors import InvalidSpec, ServiceError, Violation
from service.items import Item
from service.pipeline import Job
from service.spec.violations import choose_from
from service.workers import Workers

logger = logging.getLogger("gridwarp.decoding")


class Decoded(NamedTuple):
    """A job and its source's pixels."""

    job: Job
    pixels: Pixels


Outcomes: TypeAlias = AsyncGenerator[tuple[Item, Decoded | ServiceError], None]
"""Each item, in the order of the answer, with its pixels or with why it has none."""


async def one_ahead(items: list[Item], workers: Workers, all_decoded: Callable[[], None]) -> Outcomes:
    """Decode the next picture while the caller works on this one, and no other; a fault comes in the place of pixels.

    Args:
        items: in the order of the answer.
        workers: where pictures are decoded.
        all_decoded: called as soon as no encoded picture is needed any more.
    """
    last_use = _last_use(items)
    to_come = set(last_use)
    decoding: dict[int, asyncio.Task[Pixels | ServiceError]] = {}

    def begin(item: Item) -> None:
        if isinstance(item.work, Job) and item.pair.picture not in decoding:
            decoding[item.pair.picture] = asyncio.create_task(_decode(item.work.picture, item.index, workers))

    try:
        for item, following in zip(items, [*items[1:], None], strict=True):
            if isinstance(item.work, ServiceError):
                yield item, item.work
                continue
            begin(item)
            outcome = await decoding[item.pair.picture]
            if last_use[item.pair.picture] == item.index:
                del decoding[item.pair.picture]
            if following:
                begin(following)
            to_come.discard(item.pair.picture)
            if not to_come:
                all_decoded()
            yield item, outcome if isinstance(outcome, ServiceError) else Decoded(item.work, outcome)
    finally:
        for task in decoding.values():
            task.cancel()


async def all_first(items: list[Item], workers: Workers, all_decoded: Callable[[], None]) -> Outcomes:
    """Decode and hold every picture before the caller begins, so that any fault is known before a byte is sent.

    Args:
        items: in the order of the answer.
        workers: where pictures are decoded.
        all_decoded: called as soon as no encoded picture is needed any more.

    Raises:
        ServiceError: that of the first bad item.
    """
    held: dict[int, Pixels] = {}
    jobs: list[tuple[Item, Job]] = []
    for item in items:
        if isinstance(item.work, ServiceError):
            raise item.work.of_item(item.index)
        if item.pair.picture not in held:
            outcome = await _decode(item.work.picture, item.index, workers)
            if isinstance(outcome, ServiceError):
                raise outcome.of_item(item.index)
            held[item.pair.picture] = outcome
        jobs.append((item, item.work))
    all_decoded()
    last_use = _last_use(items)
    for item, job in jobs:
        number = item.pair.picture
        yield item, Decoded(job, held.pop(number) if last_use[number] == item.index else held[number])


ON_ERROR: dict[str, Callable[[list[Item], Workers, Callable[[], None]], Outcomes]] = {
    "report": one_ahead,
    "fail": all_first,
}
"""What a fault of one item means for the others: nothing, or that none of them is answered."""


def choose_on_error(query: QueryParams) -> str:
    """Read the query's on_error, by default `report`.

    Raises:
        InvalidSpec: there is no such choice.
    """
    chosen = query.get("on_error") or "report"
    if chosen not in ON_ERROR:
        detail = f"unknown value of the query parameter 'on_error'; {choose_from(chosen, ON_ERROR)}"
        raise InvalidSpec(detail, (Violation("", detail),))
    return chosen


def _last_use(items: list[Item]) -> dict[int, int]:
    """Give, for each picture that is to be decoded, the last item that needs it."""
    return {item.pair.picture: item.index for item in items if isinstance(item.work, Job)}


async def _decode(picture: OpenPicture, index: int, workers: Workers) -> Pixels | ServiceError:
    def decode() -> Pixels:
        logger.debug("decode for item %d", index)
        return picture.decode()

    try:
        return await workers.run(decode)
    except ServiceError as fault:
        return fault
