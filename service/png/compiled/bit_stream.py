"""Bits into 64-bit words, the first bit lowest: the order of deflate (RFC 1951, 3.1.1) on a little-endian machine."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core import compiling

Words: TypeAlias = NDArray[np.uint64]

Cursor: TypeAlias = tuple[np.uint64, np.uint64, np.uint64]
"""Where the next bit goes: the index of the word, that word's bits so far, and how many they are, 0 to 63.

The index is unsigned, as everywhere in these loops: for a signed one Numba asks each time whether it counts from the
end.
"""

START: Cursor = (np.uint64(0), np.uint64(0), np.uint64(0))

_1, _6, _63 = np.uint64(1), np.uint64(6), np.uint64(63)


@compiling.part
def put(words: Words, cursor: Cursor, bits: np.uint64, count: np.uint64) -> Cursor:
    """Append the lowest `count` bits, 0 to 63; those above them must be 0.

    The word is stored whether it is full or not: a store costs less than a branch that cannot be foreseen.
    """
    at, pending, held = cursor
    word = pending | bits << held
    words[at] = word
    spilled = bits >> _1 >> (_63 - held)  # in two steps, for with none held it is a shift by 64
    held += count
    full = held >> _6
    return at + full, spilled if full else word, held & _63


@compiling.part
def put_number(words: Words, cursor: Cursor, number: int | np.int64, count: int | np.int64) -> Cursor:
    """Append a number of `count` bits."""
    return put(words, cursor, np.uint64(number), np.uint64(count))


@compiling.part
def put_nothing(words: Words, cursor: Cursor) -> Cursor:
    """Append an empty stored block, which ends on a byte (3.2.4): what follows may be deflated apart."""
    cursor = put_number(words, cursor, 0, 3)
    cursor = put_number(words, cursor, 0, -np.int64(cursor[2]) % 8)
    return put_number(words, cursor, 0xFFFF0000, 32)


@compiling.part
def whole_bytes(words: Words, cursor: Cursor) -> np.int64:
    """Store what is held, filled up with zeros to whole bytes, and tell how many bytes there are."""
    at, pending, held = cursor
    words[at] = pending
    return np.int64(at) * 8 + (np.int64(held) + 7) // 8
