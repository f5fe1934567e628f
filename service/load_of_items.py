"""What a request takes, before any of its pixels is there: the work, and the memory of its pictures."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, starmap
from operator import add

from service.decoding import ON_ERROR
from service.items import Item
from service.pipeline import Job

_PYRAMID_FROM = 100
"""Source pixels for each of the output from which on pictures of lower resolution may be read; see core.antialias."""


def work_of(items: Iterable[Item]) -> int:
    """Count the pixels of the sources, and the source pixels that those of the outputs read."""
    return sum(job.plan.cost.total for _, job in _with_jobs(items))


def is_work_known(items: Iterable[Item]) -> bool:
    """Tell whether `work_of` takes no time, since it has been counted for requests before."""
    return all(job.plan.is_cost_known for _, job in _with_jobs(items))


def memory_of(items: Sequence[Item], on_error: str, *, is_held: bool) -> int:
    """Predict the bytes of the pictures that a request holds at once, beside the strips that are worked on.

    Args:
        items: what is asked for.
        on_error: a name in ON_ERROR.
        is_held: whether the whole answer is held before it is sent.
    """
    jobs = [job for _, job in _with_jobs(items)]
    if not jobs:
        return 0
    sources = {(item.pair.picture, job.plan.reduction): _source_bytes(job) for item, job in _with_jobs(items)}
    if ON_ERROR[on_error].holds_sources:
        decoded = sum(sources.values())
    else:  # one, and the next that is decoded meanwhile
        decoded = max(starmap(add, pairwise((0, *sources.values()))))
    answer = sum(job.rows.filtered_bytes for job in jobs) if is_held else 0
    return decoded + max(_making_bytes(job) for job in jobs) + answer


def _with_jobs(items: Iterable[Item]) -> Iterator[tuple[Item, Job]]:
    return ((item, item.work) for item in items if isinstance(item.work, Job))


def _source_bytes(job: Job) -> int:
    """Give what the decoded picture takes: Pillow keeps colour in four bytes a pixel."""
    header, reduction = job.picture.header, job.plan.reduction
    a_pixel = header.depth // 8 if header.channels == 1 else 4
    return -(-header.width // reduction) * -(-header.height // reduction) * a_pixel


def _making_bytes(job: Job) -> int:
    """Give what is kept beside the source: its reduced copies, and the output if it is written in one go."""
    plan = job.plan
    reduced = 0
    if plan.source.pixels > _PYRAMID_FROM * plan.reduction**2 * plan.canvas.pixels:
        # float32 at a quarter of the pixels, a sixteenth, and so on
        reduced = plan.source.pixels // plan.reduction**2 * job.picture.header.channels * 4 // 3
    fmt = job.output
    whole = fmt.whole_bytes(plan.output, fmt.written_channels(job.rows.channels, plan.fill)) * plan.canvas.pixels
    return reduced + whole
