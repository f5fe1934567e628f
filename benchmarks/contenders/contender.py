"""What a library is given to do, and what it has to tell of itself to be measured."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import numpy as np

from benchmarks.kernels import Kernel
from core import Pixels, Size
from core.homography import Matrix


class Job(NamedTuple):
    """One warp: bilinear or by another filter, outside opaque black, nothing averaged.

    Attributes:
        pixels: (H, W, C) uint8 or uint16; alpha, where there is some, is full.
        src_from_dst: 3x3, pixels, corner origin.
        canvas: the output's size.
        filter: our name of it.
        threads: that may work on it.
    """

    pixels: Pixels
    src_from_dst: Matrix
    canvas: Size
    filter: str = "bilinear"
    threads: int = 1

    @property
    def source(self) -> Size:
        """The picture's size."""
        return Size(self.pixels.shape[1], self.pixels.shape[0])

    @property
    def is_affine(self) -> bool:
        """Whether the map has no perspective."""
        return bool(np.array_equal(self.src_from_dst[2], [0, 0, 1]))

    @property
    def is_8_bit(self) -> bool:
        """Whether a sample is a byte."""
        return self.pixels.dtype == np.uint8

    @property
    def black(self) -> tuple[int, ...]:
        """Opaque black, a number a channel; there is no gray with alpha here."""
        full = int(np.iinfo(self.pixels.dtype).max)
        return (0, 0, 0, full)[: self.pixels.shape[2]]


class Filter(NamedTuple):
    """A filter as a library has it.

    Attributes:
        theirs: the library's constant or name.
        kernel: what it computes, if that is a plain formula of the neighbours.
        note: in what it differs from ours.
    """

    theirs: Any
    kernel: Kernel | None
    note: str = ""


def one_thread_only(_threads: int) -> AbstractContextManager[None]:
    """Be for a library that has no threads of its own."""
    return nullcontext()


class Contender(NamedTuple):
    """A library in the race.

    Attributes:
        name: for the tables.
        filters: those it has, by our names.
        does: whether it can do a job whose filter it has.
        prepare: brings the job into the library's own form, and gives what is timed.
        pixels_of: brings what that returns into our form, (H, W, C).
        on_threads: has the library work on so many threads within a block.
    """

    name: str
    filters: Mapping[str, Filter]
    does: Callable[[Job], bool]
    prepare: Callable[[Job], Callable[[], Any]]
    pixels_of: Callable[[Any], Pixels] = np.asarray
    on_threads: Callable[[int], AbstractContextManager[None]] = one_thread_only

    def can(self, job: Job) -> bool:
        """Tell whether the library can do this on so many threads."""
        has_threads = job.threads == 1 or self.on_threads is not one_thread_only
        return job.filter in self.filters and has_threads and self.does(job)
