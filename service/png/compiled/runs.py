"""Runs of equal bytes, or pixels: the one repetition that is worth finding in the filtered rows of a photograph."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core import compiling
from service.png.filtering import Bytes

Places: TypeAlias = NDArray[np.int32]

SHORTEST = 5
"""Bytes that repeat those before them. Deflate knows runs from 3 on, but these save nothing over their bytes."""

LONGEST = 258
"""What deflate can say at once (RFC 1951, 3.2.5)."""


class RunRoom(NamedTuple):
    """Room for finding the runs of some bytes.

    Attributes:
        turns: where stretches of flags begin and end.
        flags: of the bytes.
        changes: likewise.
    """

    turns: Places
    flags: Bytes
    changes: Bytes


_1, _8, _56 = np.uint64(1), np.uint64(8), np.uint64(56)


def most_runs(size: int) -> int:
    """Give how many runs there may be in so many bytes, and one more."""
    return size // SHORTEST + 1


def room_for_runs(size: int) -> RunRoom:
    """Make room for so many bytes."""
    turns = size // 3 + 8  # a stretch of flags and what parts it from the next are 6 or more
    return RunRoom(np.empty(turns, np.int32), np.empty(_whole_words(size), np.uint8), np.empty(size, np.uint8))


@compiling.part
def _whole_words(size: int) -> int:
    return (size + 8) // 8 * 8


@compiling.part
def find_runs(data: Bytes, distance: int, begins: Places, lengths: Places, room: RunRoom) -> int:
    """Find the stretches in which each byte equals the one at a distance before it, cut at the longest.

    Args:
        data: (n,).
        distance: 1 or more.
        begins: (most_runs(n),), is filled.
        lengths: (most_runs(n),), is filled.
        room: for as many bytes.

    Returns:
        how many there are.
    """
    flags, turns = room.flags[: _whole_words(len(data))], room.turns
    _flag_repeated(data, distance, flags, room.changes)
    found = 0
    for turn in range(0, _list_turns(flags, turns), 2):
        begin, end = turns[turn], turns[turn + 1] + SHORTEST - 1
        while end - begin >= SHORTEST:
            begins[found] = begin
            lengths[found] = min(end - begin, LONGEST)
            begin += lengths[found]
            found += 1
    return found


@compiling.part
def _flag_repeated(data: Bytes, distance: int, flags: Bytes, changes: Bytes) -> None:
    """Tell by 1 or 0 where the next `SHORTEST` bytes equal those before them; filled up with 0 to whole words."""
    end = max(distance, len(data) - SHORTEST + 1)
    flags[:distance] = 0
    flags[end:] = 0
    if end > distance:
        compared = changes[: len(data) - distance]
        _compare(data[distance:], data, compared)
        _find_none(compared[SHORTEST - 1 :], compared, compared[1:], compared[2:], compared[3:], flags[distance:])


@compiling.part
def _compare(x: Bytes, before: Bytes, changes: Bytes) -> None:
    for i in range(len(x)):
        changes[i] = x[i] ^ before[i]


@compiling.part
def _find_none(last: Bytes, a: Bytes, b: Bytes, c: Bytes, d: Bytes, flags: Bytes) -> None:
    """Flag where all five are 0. Slices, since an index like i + 1 keeps a loop from being vectorised."""
    for i in range(len(last)):
        flags[i] = (a[i] | b[i] | c[i] | d[i] | last[i]) == 0


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
