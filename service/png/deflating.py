"""Filtered rows to a piece of a raw deflate stream (RFC 1951), by whichever way of looking for repetitions suits them.

In a photograph only runs of equal bytes are worth it: the noise that is left by the filters repeats here and there, but
to say where takes more bits than the bytes themselves. Screenshots and tilings repeat in earnest.
"""

import zlib
from typing import Protocol, TypeAlias

import numpy as np
from isal import isal_zlib

from service.png.filtering import Bytes

_SAMPLING_STEP = 64
"""Of so many rows one is used to try the other ways on; a trial takes 5 % of a photograph's time."""

_WORTH_IT = 1 / 8
"""The share of the bytes that a way must save over the one before it, which is the faster."""


Deflated: TypeAlias = bytes | memoryview


class RunDeflater(Protocol):
    """Deflates by runs alone."""

    def __call__(self, filtered: Bytes, *, distance: int, last: bool) -> Deflated:
        """Deflate (n, 1 + row bytes); end on a byte, and with `last` the stream.

        A run repeats what is `distance` bytes before: 1, 2, 4 or 8.
        """
        ...


def deflate(filtered: Bytes, *, distance: int, last: bool, deflate_runs: RunDeflater) -> Deflated:
    """Deflate a strip.

    Args:
        filtered: (n, 1 + row bytes).
        distance: of its runs, in bytes.
        last: whether the stream ends with it.
        deflate_runs: takes what is a photograph.
    """
    runs = deflate_runs(filtered, distance=distance, last=last)
    sample = np.ascontiguousarray(filtered[min(len(filtered), _SAMPLING_STEP) // 2 :: _SAMPLING_STEP])
    tried = len(_matches(sample, last=True))
    if not _saves(tried * filtered.size, len(runs) * sample.size):
        return runs
    if not _saves(tried, len(deflate_runs(sample, distance=distance, last=True))):
        return runs  # these rows are just simpler than the others
    matches = _best_matches if _saves(len(_best_matches(sample, last=True)), tried) else _matches
    return matches(filtered, last=last)


def runs_by_zlib(filtered: Bytes, *, distance: int, last: bool) -> bytes:  # noqa: ARG001 -- see the text
    """Match with the byte before only: zlib has no other runs."""
    return _zlib(filtered, zlib.Z_RLE, last)


def _matches(filtered: Bytes, *, last: bool) -> bytes:
    """Take every match within 32 KiB (ISA-L), up to three quarters of a screenshot or a tiling."""
    deflater = isal_zlib.compressobj(1, wbits=-15)
    return deflater.compress(filtered.data) + deflater.flush(isal_zlib.Z_FINISH if last else isal_zlib.Z_FULL_FLUSH)


def _best_matches(filtered: Bytes, *, last: bool) -> bytes:
    """Weigh the matches (zlib, lazy), at a fifth of the speed: diagrams and gradients lose another quarter, or half."""
    return _zlib(filtered, zlib.Z_FILTERED, last)


def _zlib(filtered: Bytes, strategy: int, last: bool) -> bytes:
    deflater = zlib.compressobj(4, zlib.DEFLATED, -15, 9, strategy)
    return deflater.compress(filtered.data) + deflater.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def _saves(smaller: int, larger: int) -> bool:
    return smaller < (1 - _WORTH_IT) * larger
