"""Pixels through warp and encoder to the bytes of a picture, a few strips at a time."""

import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from math import ceil

from core import Pixels, SamplingGrid, warp_through
from service.decode import OpenPicture, convey
from service.encode import PictureFormat, PictureHead, format_of
from service.engine import engine_in_use
from service.png import PngFormat, strip_rows
from service.resolve import Plan
from service.upright import upright
from service.workers import Workers

logger = logging.getLogger("gridwarp.pipeline")


@dataclass(frozen=True)
class Job:
    """One picture to warp: opened, and its geometry resolved."""

    picture: OpenPicture
    plan: Plan

    @property
    def output(self) -> PictureFormat:
        """The format of the file that comes of it."""
        return format_of(self.plan.output)

    @property
    def rows(self) -> PngFormat:
        """The rows that the warp gives, whatever they are written as."""
        plan, header = self.plan, self.picture.header
        return PngFormat(plan.canvas.width, plan.canvas.height, plan.channels(header.channels), header.depth)

    @property
    def strips(self) -> int:
        """How many strips the output is made in."""
        return ceil(self.plan.canvas.height / strip_rows(self.rows))

    @property
    def is_made_whole(self) -> bool:
        """Whether nothing can be sent before all of it is made."""
        return self.strips == 1 or not self.output.streams

    def decode(self) -> Pixels:
        """Decode the source, at the size that the plan is made for; works once for a picture."""
        return self.picture.decode(self.plan.reduction)


async def picture_chunks(job: Job, grid: SamplingGrid, pixels: Pixels, workers: Workers) -> AsyncGenerator[bytes, None]:
    """Warp and encode, giving each piece of the file as soon as it is made; none is empty.

    A strip is warped only when the encoder asks for it, and that only when the caller asks for more.

    Args:
        job: what is to be made.
        grid: of the job's plan.
        pixels: the source as decoded, not yet upright.
        workers: who works on the pixels.
    """
    plan, header = job.plan, job.picture.header
    written = job.output.written_channels(job.rows.channels, plan.fill)
    conveyed = await workers.run(convey, job.picture.colour, pixels, written)
    head = PictureHead(
        size=plan.canvas,
        channels=plan.channels(conveyed.pixels.shape[2]),
        depth=header.depth,
        fill=plan.fill,
        icc=conveyed.icc,
        png_chunks=conveyed.png_chunks,
    )
    source = _cut(upright(conveyed.pixels, header.orientation), plan)
    warped = warp_through(
        grid,
        source,
        fill=plan.fill,
        light=plan.light,
        strip_rows=strip_rows(job.rows),
        render=engine_in_use().render,
    )
    async with (
        aclosing(_strips(job, warped, workers)) as strips,
        aclosing(job.output.chunks(plan.output, head, strips, workers)) as chunks,
    ):
        async for chunk in chunks:
            yield chunk


def _cut(seen: Pixels, plan: Plan) -> Pixels:
    """View the part of the upright picture that is warped; all of one that was decoded at reduced size."""
    left, top = plan.place.x, plan.place.y
    return seen[top : top + plan.source.height, left : left + plan.source.width]


async def _strips(job: Job, warped: Iterator[Pixels], workers: Workers) -> AsyncGenerator[Pixels, None]:
    for index in range(job.strips):
        logger.debug("strip %d of %d", index + 1, job.strips)
        yield await workers.run(next, warped)
