"""Runs of equal bytes: the one repetition that is worth finding in the filtered rows of a photograph."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core import compiling
from service.png.filtering import Bytes

Places: TypeAlias = NDArray[np.int32]

SHORTEST = 5
"""Bytes that repeat the one before them. Deflate knows runs from 3 on, but these save nothing over their bytes."""

LONGEST = 258
"""What deflate can say at once (RFC 1951, 3.2.5)."""

_1, _8, _56 = np.uint64(1), np.uint64(8), np.uint64(56)


def most_runs(size: int) -> int:
    """Give how many runs there may be in so many bytes, and one more."""
    return size // SHORTEST + 1


@compiling.part
def find_runs(data: Bytes, begins: Places, lengths: Places) -> int:
    """Find the stretches in which each byte repeats the one before them, cut at the longest.

    Args:
        data: (n,).
        begins: (most_runs(n),), is filled.
        lengths: (most_runs(n),), is filled.

    Returns:
        how many there are.
    """
    turns = np.empty(len(data) // 3 + 8, np.int32)  # a stretch of flags and what parts it from the next are 6 or more
    found = 0
    for turn in range(0, _list_turns(_flag_repeated(data), turns), 2):
        begin, end = turns[turn] + 1, turns[turn + 1] + SHORTEST
        while end - begin >= SHORTEST:
            begins[found] = begin
            lengths[found] = min(end - begin, LONGEST)
            begin += lengths[found]
            found += 1
    return found


@compiling.part
def _flag_repeated(data: Bytes) -> Bytes:
    """Tell of each byte whether the next `SHORTEST` are equal to it, by 1 or 0; filled up with 0 to whole words."""
    flags = np.zeros((len(data) + 8) // 8 * 8, np.uint8)
    known = max(0, len(data) - SHORTEST)
    _compare(data[:known], data[1:], data[2:], data[3:], data[4:], data[5:], flags)
    return flags


@compiling.part
def _compare(x: Bytes, a: Bytes, b: Bytes, c: Bytes, d: Bytes, e: Bytes, flags: Bytes) -> None:
    """Flag the bytes of x that equal all five; slices, for an index like i + 1 keeps a loop from being vectorised."""
    for i in range(len(x)):
        flags[i] = ((x[i] ^ a[i]) | (x[i] ^ b[i]) | (x[i] ^ c[i]) | (x[i] ^ d[i]) | (x[i] ^ e[i])) == 0


@compiling.part
def _list_turns(flags: Bytes, turns: Places) -> np.int64:
    """List the places where the flags change: begin and end of each stretch of ones, in turns.

    Eight flags at a time are seen to be unchanged. If they are not, all eight are gone through without a branch: where
    a stretch ends is what a processor cannot foresee.
    """
    words = flags.view(np.uint64)
    found = before = np.uint64(0)
    for at in range(len(words)):
        changed = words[at] ^ (words[at] << _8 | before)
        before = words[at] >> _56
        if changed:
            for place in range(8 * at, 8 * at + 8):
                turns[found] = place
                found += changed & _1
                changed >>= _8
    return np.int64(found)
