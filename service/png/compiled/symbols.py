"""What deflate sends for bytes and runs (RFC 1951, 3.2.5).

All runs of a stream have one distance: 1, 2, 4 or 8, which are here told by how often 1 is doubled.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core import compiling
from service.png.compiled.bit_stream import Cursor, Words, put
from service.png.compiled.huffman import Counts
from service.png.compiled.runs import LONGEST, SHORTEST, Places
from service.png.filtering import Bytes

Entries: TypeAlias = NDArray[np.uint64]
"""For each byte, and at 256 + n for a run of n: the bits to send, and in the lowest byte how many. 256 is the end."""

Columns: TypeAlias = NDArray[np.uint32]

LONGEST_CODE = 14
"""Bits; deflate allows 15. With this four bytes, or three and a run with all its extra bits, fit in 63."""

END = 256
SYMBOLS = 286
ENTRIES = END + LONGEST + 1

_BASES = np.array((*range(3, 11), *range(11, 19, 2), *range(19, 35, 4), *range(35, 67, 8), *range(67, 131, 16),
                   *range(131, 258, 32), 258))  # fmt: skip
_EXTRA_BITS = np.array([0] * 8 + [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4 + [5] * 4 + [0])
"""Of the symbols above the end: the shortest run that each stands for, and the bits that tell its runs apart."""

_KINDS = np.maximum(np.searchsorted(_BASES, np.arange(LONGEST + 1), side="right") - 1, 0)
"""Index into the two, by the length of a run."""

_DISTANCE_SYMBOLS = np.array([0, 1, 3, 5])
_DISTANCE_BITS = np.array([0b0, 0b0, 0b0, 0b10])
_DISTANCE_COUNTS = np.array([1, 1, 1, 2])
"""By the doublings: the symbol; its code, which is a 0, and the bit that tells 8 from 7; how many bits these are."""

_0, _1, _2, _3, _4, _8, _63 = (np.uint64(n) for n in (0, 1, 2, 3, 4, 8, 63))


@compiling.part
def distance_symbol(doublings: int) -> np.int64:
    """Give the one symbol that the alphabet of distances has a code for."""
    return np.int64(_DISTANCE_SYMBOLS[doublings])


@compiling.part
def count_symbols(
    data: Bytes, doublings: int, begins: Places, lengths: Places, frequencies: Counts, columns: Columns
) -> None:
    """Count how often each symbol is sent, the end once.

    Args:
        data: (n,).
        doublings: of the runs' distance.
        begins: of the runs.
        lengths: likewise.
        frequencies: (SYMBOLS,), is filled.
        columns: (256, 8), room.
    """
    frequencies[:] = 0
    _count_bytes(data, frequencies, columns)
    for run in range(len(begins)):
        for i in range(min(1 << doublings, lengths[run])):  # a byte of the first pixel stands for those of the others
            frequencies[data[begins[run] + i]] -= (lengths[run] - i + (1 << doublings) - 1) >> doublings
        frequencies[END + 1 + _KINDS[lengths[run]]] += 1
    frequencies[END] = 1


@compiling.part
def _count_bytes(data: Bytes, frequencies: Counts, counts: Columns) -> None:
    """Count in eight columns: equal bytes in a row would wait for one another's sum."""
    counts[:] = 0
    one = np.uint32(1)
    rows = len(data) // 8
    for row in range(rows):
        for column in range(8):
            counts[data[8 * row + column], column] += one
    for i in range(8 * rows, len(data)):
        counts[data[i], 0] += one
    for byte in range(256):
        for column in range(8):
            frequencies[byte] += counts[byte, column]


@compiling.part
def list_entries(lengths: Counts, codes: Counts, doublings: int, entries: Entries) -> None:
    """List what to send.

    Args:
        lengths: (SYMBOLS,), of the symbols' codes.
        codes: (SYMBOLS,).
        doublings: of the runs' distance.
        entries: (ENTRIES,), is filled, but for runs that are too short.
    """
    for symbol in range(END + 1):
        entries[symbol] = codes[symbol] << 8 | lengths[symbol]
    for run in range(SHORTEST, LONGEST + 1):
        symbol = END + 1 + _KINDS[run]
        extra = run - _BASES[_KINDS[run]] | _DISTANCE_BITS[doublings] << _EXTRA_BITS[_KINDS[run]]
        count = lengths[symbol] + _EXTRA_BITS[_KINDS[run]] + _DISTANCE_COUNTS[doublings]
        entries[END + run] = (extra << lengths[symbol] | codes[symbol]) << 8 | count


@compiling.part
def put_symbols(words: Words, cursor: Cursor, data: Bytes, begins: Places, lengths: Places, entries: Entries) -> Cursor:
    """Put four bytes at a time; those that are left before a run, none to three, go with it without a branch.

    Args:
        words: where to.
        cursor: and where in them.
        data: (n,).
        begins: (runs + 1,); the last is n, which stands for the end.
        lengths: (runs + 1,); the last is 0.
        entries: of `list_entries`.
    """
    final = np.uint64(len(data)) - _1
    at = _0
    for run in range(len(begins)):
        begin = np.uint64(begins[run])
        while at + _4 <= begin:
            first, second = entries[data[at]], entries[data[at + _1]]
            third, fourth = entries[data[at + _2]], entries[data[at + _3]]
            cursor = _put_four(words, cursor, first, second, third, fourth)
            at += _4
        first = entries[data[min(at, final)]] if at < begin else _0
        second = entries[data[min(at + _1, final)]] if at + _1 < begin else _0
        third = entries[data[min(at + _2, final)]] if at + _2 < begin else _0
        cursor = _put_four(words, cursor, first, second, third, entries[END + lengths[run]])
        at = begin + np.uint64(lengths[run])
    return cursor


@compiling.part
def _put_four(words: Words, cursor: Cursor, a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64) -> Cursor:
    left = a >> _8 | (b >> _8) << (a & _63)
    right = c >> _8 | (d >> _8) << (c & _63)
    return put(words, cursor, left | right << ((a + b) & _63), (a + b + c + d) & _63)
