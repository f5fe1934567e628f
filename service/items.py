"""The results that a request asks for: which picture by which spec, each ready to be made or with what is wrong.

One bad picture does not keep the others from being warped, so its fault is kept beside it until the answer is written.
"""

from dataclasses import dataclass
from typing import NamedTuple

from service.decode import OpenPicture, open_picture
from service.errors import BatchTooLarge, ServiceError, WrongCounts
from service.pipeline import Job
from service.resolve import resolve
from service.settings import Settings
from service.spec.sources import PlacedSpec
from service.upload import Picture
from service.upright import upright_size
from service.workers import Workers


class Pair(NamedTuple):
    """Which picture goes with which spec, both counted from 1."""

    picture: int
    spec: int


@dataclass(frozen=True)
class Item:
    """One result of a request.

    Attributes:
        index: its place in the answer, from 1.
        pair: the picture and the spec that it comes of.
        name: the picture's, as the client sent it.
        work: what is to be done, or why it cannot be.
    """

    index: int
    pair: Pair
    name: str | None
    work: Job | ServiceError


async def prepare(pictures: list[Picture], specs: list[PlacedSpec], limits: Settings, workers: Workers) -> list[Item]:
    """Open every picture and resolve every spec, before any pixel is decoded.

    Raises:
        WrongCounts: pictures and specs do not go together.
        BatchTooLarge: there are too many results, or too many pixels of them all.
    """
    pairs = pair_up(len(pictures), len(specs), limits.max_items)
    opened = [await _open(picture, workers) for picture in pictures]
    items = [
        Item(index, pair, pictures[pair.picture - 1].name, _job(opened[pair.picture - 1], specs[pair.spec - 1], limits))
        for index, pair in enumerate(pairs, start=1)
    ]
    _check_pixels(items, limits.max_batch_pixels)
    return items


def pair_up(pictures: int, specs: int, max_items: int) -> list[Pair]:
    """Pair pictures and specs: each with the one of the other, or the first with the first, and so on.

    Raises:
        WrongCounts: neither is one, and they are not equally many.
        BatchTooLarge: there are more pairs than allowed.
    """
    if max(pictures, specs) > max_items:
        raise BatchTooLarge(
            f"a request has at most {max_items} pictures and as many specs (GRIDWARP_MAX_ITEMS); "
            f"this one has {pictures} and {specs}"
        )
    if pictures == specs:
        return [Pair(index, index) for index in range(1, pictures + 1)]
    if specs == 1:
        return [Pair(index, 1) for index in range(1, pictures + 1)]
    if pictures == 1 and specs:
        return [Pair(1, index) for index in range(1, specs + 1)]
    raise WrongCounts(
        f"{pictures} pictures and {specs} specs do not pair up; send one spec for all pictures, one picture for all "
        "specs, or as many specs as pictures"
    )


def check_held_pixels(items: list[Item], on_error: str, http_version: str, max_pixels: int) -> None:
    """Refuse a batch whose pictures would take too much memory at once.

    With on_error=fail every source is decoded before the first byte is sent; over HTTP/1.0, which cannot be streamed,
    every output is made before.

    Raises:
        BatchTooLarge: the message says what would be held, and both numbers.
    """
    held = {
        "all sources, for on_error=fail": _source_pixels(items) if on_error == "fail" else 0,
        "all outputs, for HTTP/1.0 (ask by HTTP/1.1 to have them streamed)": (
            _output_pixels(items) if http_version == "1.0" else 0
        ),
    }
    pixels = sum(held.values())
    if pixels > max_pixels:
        what = " and ".join(what for what, size in held.items() if size)
        raise BatchTooLarge(
            f"this request has to hold {what}: {pixels} pixels; at most {max_pixels} are allowed "
            "(GRIDWARP_MAX_HELD_PIXELS)"
        )


def _source_pixels(items: list[Item]) -> int:
    """Count the pixels of the source pictures, each once."""
    return sum(job.plan.source.pixels for job in {id(job.picture): job for job in _jobs(items)}.values())


def _output_pixels(items: list[Item]) -> int:
    return sum(job.plan.canvas.pixels for job in _jobs(items))


async def _open(picture: Picture, workers: Workers) -> OpenPicture | ServiceError:
    try:
        return await workers.run(open_picture, picture.data)
    except ServiceError as fault:
        return fault


def _job(picture: OpenPicture | ServiceError, placed: PlacedSpec, limits: Settings) -> Job | ServiceError:
    if isinstance(picture, ServiceError):
        return picture
    try:
        return Job(picture, resolve(placed.spec, upright_size(picture.header), limits))
    except ServiceError as fault:
        return fault.under(placed.pointer)


def _jobs(items: list[Item]) -> list[Job]:
    return [item.work for item in items if isinstance(item.work, Job)]


def _check_pixels(items: list[Item], max_pixels: int) -> None:
    pixels = _source_pixels(items) + _output_pixels(items)
    if pixels > max_pixels:
        raise BatchTooLarge(
            f"the sources and outputs of this request have {pixels} pixels; "
            f"at most {max_pixels} are allowed (GRIDWARP_MAX_BATCH_PIXELS)"
        )
