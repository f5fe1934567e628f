"""The filters of `filtering` as loops that a compiler turns into vectors: a byte is a byte throughout.

Numba widens integers to 64 bits, so each result is narrowed at once. The neighbours of a byte are slices of their own:
an index like `i - pixel`, which might be negative, keeps a loop from being vectorised.
"""

import numpy as np

from core import compiling
from service.png.filtering import Bytes, Samples, average, samples_as_bytes

_VECTOR = 64
"""Bytes of the widest vector register. Rows are filled up to whole ones, so that no loop ends byte by byte."""

_u8 = np.uint8
_average = compiling.part(average)


def filter_rows(rows: Samples, above: Samples | None) -> Bytes:
    """Filter each row by the type with the smallest sum of absolute differences, as `filtering.filter_rows` does."""
    lines = samples_as_bytes(rows)
    n, row_bytes = lines.shape
    over = np.zeros(row_bytes, np.uint8) if above is None else samples_as_bytes(above)
    filtered = np.empty((n, 1 + row_bytes), np.uint8)
    whole = -(-row_bytes // _VECTOR) * _VECTOR
    above_and_row = np.zeros((2, _VECTOR + whole), np.uint8)  # with zeros on the left
    candidates = np.empty((4, whole), np.uint8)
    _filter_rows(lines, over, rows.shape[2] * rows.itemsize, above_and_row, candidates, filtered)
    return filtered


@compiling.part
def _copy(x: Bytes, out: Bytes) -> None:
    for i in range(len(x)):
        out[i] = x[i]


@compiling.part
def _subtract(x: Bytes, predicted: Bytes, out: Bytes) -> None:
    for i in range(len(x)):
        out[i] = x[i] - predicted[i]


@compiling.part
def _subtract_average(x: Bytes, a: Bytes, b: Bytes, out: Bytes) -> None:
    for i in range(len(x)):
        out[i] = x[i] - _average(a[i], b[i])


@compiling.part
def _subtract_paeth(x: Bytes, a: Bytes, b: Bytes, c: Bytes, out: Bytes) -> None:
    """By the formula of `filtering.paeth`."""
    for i in range(len(x)):
        low, high = min(a[i], b[i]), max(a[i], b[i])
        m = min(max(c[i], low), high)
        from_low, to_high = _u8(m - low), _u8(high - m)
        down = from_low if to_high <= _u8(from_low >> 1) else _u8(0)
        up = to_high if from_low <= _u8(to_high >> 1) else _u8(0)
        out[i] = x[i] - (m - down + up)


@compiling.part
def _cost(differences: Bytes) -> np.uint32:
    cost = np.uint32(0)
    for difference in differences:
        cost = np.uint32(cost + np.uint32(abs(np.int32(np.int8(difference)))))
    return cost


# True: also of arrays that are read-only
@compiling.kernel(
    "void(Array(uint8, 2, 'C', True), Array(uint8, 1, 'C', True), int64, uint8[:, ::1], uint8[:, ::1], uint8[:, ::1])"
)
def _filter_rows(
    rows: Bytes, above: Bytes, pixel: int, above_and_row: Bytes, candidates: Bytes, filtered: Bytes
) -> None:
    """Fill `filtered`.

    Args:
        rows: (n, row bytes).
        above: (row bytes,), the row over them.
        pixel: bytes of a pixel, at most 8.
        above_and_row: (2, _VECTOR + row bytes up to whole vectors), room, zeros.
        candidates: (4, row bytes up to whole vectors), room.
        filtered: (n, 1 + row bytes).
    """
    row_bytes, whole = rows.shape[1], candidates.shape[1]
    over, row = above_and_row[0], above_and_row[1]
    _copy(above, over[_VECTOR:])
    for i in range(len(rows)):
        _copy(rows[i], row[_VECTOR:])
        x, a = row[_VECTOR:], row[_VECTOR - pixel :]
        b, c = over[_VECTOR:], over[_VECTOR - pixel :]
        _subtract(x, a, candidates[0])
        _subtract(x, b, candidates[1])
        _subtract_average(x, a, b, candidates[2])
        _subtract_paeth(x, a, b, c, candidates[3])
        best, least, chosen = 0, _cost(x), x
        for kind in range(1, 5):
            candidate = candidates[kind - 1]
            for beyond in range(row_bytes, whole):
                candidate[beyond] = 0
            cost = _cost(candidate)
            if cost < least:
                best, least, chosen = kind, cost, candidate
        filtered[i, 0] = best
        _copy(chosen[:row_bytes], filtered[i, 1:])
        over, row = row, over
