"""The filters of PNG, in NumPy: each row by the one that suits it.

`filtering_compiled` is the same as a loop.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Samples: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]


def filter_rows(rows: Samples, above: Samples | None) -> Bytes:
    """Filter each row by the type with the smallest sum of absolute differences (PNG 9 and 12.7).

    Args:
        rows: (n, width, channels) uint8 or uint16.
        above: (width, channels), the row over them; None for the first rows of a picture.

    Returns:
        (n, 1 + row bytes): the filter type, then the filtered bytes.
    """
    framed = _frame(rows, above)
    n, pixel = len(rows), rows.shape[2] * rows.itemsize
    x, a, b, c = framed[1:, pixel:], framed[1:, :-pixel], framed[:-1, pixel:], framed[:-1, :-pixel]

    candidates = np.empty((5, n, 1 + x.shape[1]), np.uint8)
    candidates[:, :, 0] = np.arange(5)[:, np.newaxis]
    differences = candidates[:, :, 1:]
    differences[0] = x
    np.subtract(x, a, out=differences[1])
    np.subtract(x, b, out=differences[2])
    np.subtract(x, average(a, b), out=differences[3])
    np.subtract(x, paeth(a, b, c), out=differences[4])

    best = np.argmin([_cost(difference) for difference in differences], axis=0)
    chosen: Bytes = candidates[best, np.arange(n)]
    return chosen


def samples_as_bytes(samples: Samples) -> Bytes:
    """(..., width, channels) samples as (..., row bytes): big-endian (PNG 7.1); a view where that is possible."""
    ordered = np.ascontiguousarray(samples, samples.dtype.newbyteorder(">"))
    return ordered.view(np.uint8).reshape(*samples.shape[:-2], -1)


def _frame(rows: Samples, above: Samples | None) -> Bytes:
    """The bytes of the rows, with the row above on top and a pixel of zeros on the left.

    What lies outside the picture counts as zero (PNG 9.2).
    """
    n, width, channels = rows.shape
    framed = np.zeros((1 + n, 1 + width, channels), rows.dtype.newbyteorder(">"))
    framed[1:, 1:] = rows
    if above is not None:
        framed[0, 1:] = above
    return samples_as_bytes(framed)


def _cost(differences: Bytes) -> NDArray[np.uint32]:
    """The sum of the magnitudes in each row; a difference is signed, modulo 256."""
    magnitudes = np.abs(differences.view(np.int8)).view(np.uint8)  # |-128| overflows int8, and is 128 again in uint8
    cost: NDArray[np.uint32] = magnitudes.sum(axis=1, dtype=np.uint32)
    return cost


def average(a: Bytes, b: Bytes) -> Bytes:
    """floor((a + b) / 2) without a ninth bit: what a and b share, plus half of where they differ."""
    average: Bytes = (a & b) + ((a ^ b) >> 1)
    return average


def paeth(a: Bytes, b: Bytes, c: Bytes) -> Bytes:
    """Of a (left), b (above) and c (upper left), the one nearest to p = a + b - c; of equals the first (PNG 9.4).

    Written without a branch and within uint8. Let low and high be the ends of the range of a and b, and m be c
    clipped to it. If c is outside, p is outside at the other end, so that end is nearest. If c is inside, p mirrors
    it in the middle of the range: its distances to low, high and c are high - m, m - low, and how much those differ,
    so an end is nearest when its distance is at most half of the other's. That test also holds for c outside.
    """
    low, high = np.minimum(a, b), np.maximum(a, b)
    m = np.minimum(np.maximum(c, low), high)
    from_low, to_high = m - low, high - m
    nearest: Bytes = m - (to_high <= from_low >> 1) * from_low + (from_low <= to_high >> 1) * to_high
    return nearest
