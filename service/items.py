"""The results that a request asks for: which picture by which spec, each ready to be made or with what is wrong.

One bad picture does not keep the others from being warped, so its fault is kept beside it until the answer is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core import Pixels, Size
from service.decode import OpenPicture, open_picture
from service.errors import BatchTooLarge, ServiceError, WrongCounts
from service.known_plans import KnownPlans
from service.media_types import PROBLEM_TYPE
from service.pipeline import Job
from service.reduction import reductions_of
from service.resolve import Plan, resolve
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

    @property
    def media_type(self) -> str:
        """That of the result, be it a picture or a problem."""
        return PROBLEM_TYPE if isinstance(self.work, ServiceError) else self.work.output.media_type


async def prepare(
    pictures: list[Picture],
    specs: list[PlacedSpec],
    limits: Settings,
    workers: Workers,
    known: KnownPlans,
    rasters: Sequence[Pixels | None] = (),
) -> list[Item]:
    """Open every picture and resolve every spec, before any pixel of them is decoded.

    Args:
        pictures: encoded.
        specs: what is to be done with them.
        limits: of pixels, of results and of formats.
        workers: where it is worked out.
        known: plans of earlier requests.
        rasters: the displacement maps; see `operations.apply`.

    Raises:
        WrongCounts: pictures and specs do not go together.
        BatchTooLarge: there are too many results, or too many pixels of them all.
    """
    pairs = pair_up(len(pictures), len(specs), limits.max_items)
    opened = [await _open(picture, limits.formats, workers) for picture in pictures]
    plans = _Plans(specs, rasters, limits, workers, known)
    items = []
    sources = _Sources(pictures, limits.formats, workers)
    for index, pair in enumerate(pairs, start=1):
        picture = opened[pair.picture - 1]
        work = picture if isinstance(picture, ServiceError) else await plans.job(pair, picture, sources)
        items.append(Item(index, pair, pictures[pair.picture - 1].name, work))
    check_batch_pixels(source_pixels(items) + output_pixels(items), limits.max_batch_pixels)
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
        f"pictures: {pictures}, specs: {specs}; these do not pair up: send one spec for all pictures, one picture for "
        "all specs, or as many specs as pictures"
    )


def plan_of(
    placed: PlacedSpec,
    source: Size,
    limits: Settings,
    rasters: Sequence[Pixels | None] | None = None,
    reductions: Sequence[int] = (1,),
) -> Plan | ServiceError:
    """Resolve a spec for an upright size; a fault points to its place in what the client sent. See `resolve`."""
    try:
        return resolve(placed.spec, source, limits, rasters=rasters, reductions=reductions)
    except ServiceError as fault:
        return fault.under(placed.pointer)


def source_pixels(items: Sequence[Item]) -> int:
    """Count the pixels of the source pictures, each once."""
    pixels = {item.pair.picture: item.work.plan.picture.pixels for item in items if isinstance(item.work, Job)}
    return sum(pixels.values())


def output_pixels(items: Sequence[Item]) -> int:
    """Count the pixels of the results."""
    return sum(job.plan.canvas.pixels for job in _jobs(items))


async def _open(picture: Picture, formats: Sequence[str], workers: Workers) -> OpenPicture | ServiceError:
    try:
        return await workers.run_briefly(open_picture, picture.data, formats)
    except ServiceError as fault:
        return fault.bare()


class _Plans:
    """The plans of one request, each worked out once; off the loop, since a spec may have hundreds of operations."""

    def __init__(
        self,
        specs: list[PlacedSpec],
        rasters: Sequence[Pixels | None],
        limits: Settings,
        workers: Workers,
        known: KnownPlans,
    ) -> None:
        self._specs = specs
        self._rasters = rasters
        self._limits = limits
        self._workers = workers
        self._earlier = known
        self._plans: dict[tuple[int, Size, tuple[int, ...]], Plan | ServiceError] = {}

    async def job(self, pair: Pair, picture: OpenPicture, sources: "_Sources") -> Job | ServiceError:
        key = pair.spec, upright_size(picture.header), reductions_of(picture)
        if key not in self._plans:
            self._plans[key] = await self._plan(self._specs[pair.spec - 1], *key[1:])
        plan = self._plans[key]
        if isinstance(plan, ServiceError):
            return plan
        return Job(await sources.to_decode(pair.picture, picture, plan.reduction), plan)

    async def _plan(self, placed: PlacedSpec, size: Size, reductions: tuple[int, ...]) -> Plan | ServiceError:
        if not self._rasters and (plan := self._earlier.find(placed.spec, size, reductions)):
            return plan
        made = await self._workers.run_briefly(plan_of, placed, size, self._limits, self._rasters, reductions)
        if not (self._rasters or isinstance(made, ServiceError)):
            self._earlier.keep(placed.spec, size, reductions, made)
        return made


class _Sources:
    """The pictures of one request, opened once for each size that they are to be decoded at."""

    def __init__(self, pictures: list[Picture], formats: Sequence[str], workers: Workers) -> None:
        self._pictures = pictures
        self._formats = formats
        self._workers = workers
        self._opened: dict[int, dict[int, OpenPicture]] = {}

    async def to_decode(self, number: int, picture: OpenPicture, reduction: int) -> OpenPicture:
        """Give the picture that is decoded at a size; `picture` itself for the first one that is asked for."""
        opened = self._opened.setdefault(number, {reduction: picture})
        if reduction not in opened:
            data = self._pictures[number - 1].data
            opened[reduction] = await self._workers.run_briefly(open_picture, data, self._formats)
        return opened[reduction]


def _jobs(items: Sequence[Item]) -> list[Job]:
    return [item.work for item in items if isinstance(item.work, Job)]


def check_batch_pixels(pixels: int, max_pixels: int) -> None:
    """Refuse a request with too many pixels in all its sources and outputs together.

    Raises:
        BatchTooLarge: the message names the setting and both numbers.
    """
    if pixels > max_pixels:
        raise BatchTooLarge(
            f"the sources and outputs of this request have {pixels} pixels; "
            f"at most {max_pixels} are allowed (GRIDWARP_MAX_BATCH_PIXELS)"
        )
