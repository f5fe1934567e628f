"""Pixels through warp and encoder to the bytes of a picture, a few strips at a time."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from core import Pixels, RowsOf, SamplingGrid, warped_rows
from service.decode import OpenPicture, convey
from service.encode import PictureFormat, PictureHead, format_of
from service.engine import engine_in_use
from service.png import PngFormat, strip_rows
from service.resolve import Plan
from service.stopwatch import Stopwatch
from service.upright import upright
from service.workers import Desk


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


class Begun(NamedTuple):
    """A picture of which everything is there but its pixels.

    Attributes:
        head: what the file will be.
        rows_of: gives its rows.
    """

    head: PictureHead
    rows_of: RowsOf


def begin(job: Job, grid: SamplingGrid, pixels: Pixels, clock: Stopwatch) -> Begun:
    """Prepare to warp; brief, but for gray that becomes colour.

    Args:
        job: what is to be made.
        grid: of the job's plan.
        pixels: the source as decoded, not yet upright.
        clock: takes the time that the rows take.
    """
    plan, header = job.plan, job.picture.header
    conveyed = convey(job.picture.colour, pixels, job.output.written_channels(job.rows.channels, plan.fill))
    head = PictureHead(
        size=plan.canvas,
        channels=plan.channels(conveyed.pixels.shape[2]),
        depth=header.depth,
        fill=plan.fill,
        icc=conveyed.icc,
        png_chunks=conveyed.png_chunks,
    )
    source = _cut(upright(conveyed.pixels, header.orientation), plan)
    warped = warped_rows(grid, source, fill=plan.fill, light=plan.light, render=engine_in_use().render)

    def rows_of(rows: range) -> Pixels:
        with clock.timed("warp"):
            return warped(rows)

    return Begun(head, rows_of)


def picture_chunks(job: Job, begun: Begun, desk: Desk) -> AsyncGenerator[bytes, None]:
    """Warp and encode, giving each piece of the file as soon as it is made; none is empty.

    Rows are warped only when the encoder asks for them, and that only when the caller asks for more.
    """
    return job.output.chunks(job.plan.output, begun.head, begun.rows_of, desk)


def _cut(seen: Pixels, plan: Plan) -> Pixels:
    """View the part of the upright picture that is warped; all of one that was decoded at reduced size."""
    left, top = plan.place.x, plan.place.y
    return seen[top : top + plan.source.height, left : left + plan.source.width]
