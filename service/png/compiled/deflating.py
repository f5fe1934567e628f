"""Deflate by runs and Huffman codes alone, compiled: what `service.png.deflating.runs_by_zlib` does.

Not to the bit: the blocks are longer, the shortest runs are left, and the distance may be a pixel. It comes to about as
many bytes, or fewer.
"""

from typing import NamedTuple

import numpy as np

from core import compiling
from service.png.compiled import block_head
from service.png.compiled.bit_stream import START, Cursor, Words, put_nothing, whole_bytes
from service.png.compiled.block_head import put_head
from service.png.compiled.huffman import Counts, find_code_lengths, find_codes
from service.png.compiled.runs import Places, RunRoom, find_runs, most_runs, room_for_runs
from service.png.compiled.symbols import (
    ENTRIES,
    LONGEST_CODE,
    SYMBOLS,
    Columns,
    Entries,
    count_symbols,
    distance_symbol,
    list_entries,
    put_symbols,
)
from service.png.filtering import Bytes

_BLOCK = 1 << 18
"""Bytes that share their codes. With fewer the codes are made more often; more, with all that is noted of them, would
not stay close to a processor."""

_HEAD_WORDS = 64
"""More than the head of a block takes: 286 lengths and one of at most 7 bits, and 74 bits before them."""

_FREQUENCIES, _LENGTHS, _CODES = range(3)
_OWN_ROWS = 3
_ROWS = _OWN_ROWS + block_head.ROWS


class Room(NamedTuple):
    """Room for deflating a block.

    Attributes:
        begins: of the runs, and the end.
        lengths: likewise.
        turns: see `RunRoom`.
        flags: likewise.
        changes: likewise.
        columns: for counting bytes.
        entries: what to send.
        numbers: (_ROWS, twice as many as there are symbols).
    """

    begins: Places
    lengths: Places
    turns: Places
    flags: Bytes
    changes: Bytes
    columns: Columns
    entries: Entries
    numbers: Counts


def deflate_runs(filtered: Bytes, *, distance: int, last: bool) -> memoryview:
    """Deflate rows.

    Args:
        filtered: (n, 1 + row bytes).
        distance: of the runs, in bytes: 1, 2, 4 or 8.
        last: whether the stream ends with them; else there is an empty block behind, so that it ends on a byte.
    """
    blocks = -(-filtered.size // _BLOCK)
    # Codes of 9 bits would do for all symbols, and the best ones take no more.
    words = np.empty(filtered.size * 9 // 64 + _HEAD_WORDS * (blocks + 1), np.uint64)
    room = _room(min(filtered.size, _BLOCK))
    size = deflate_into(words, filtered.ravel(), distance.bit_length() - 1, last, *room)
    return words.view(np.uint8)[:size].data


def _room(size: int) -> Room:
    """Make room for blocks of so many bytes."""
    begins, lengths = np.empty((2, most_runs(size) + 1), np.int32)
    return Room(
        begins,
        lengths,
        *room_for_runs(size),
        columns=np.empty((256, 8), np.uint32),
        entries=np.empty(ENTRIES, np.uint64),
        numbers=np.empty((_ROWS, 2 * SYMBOLS), np.int64),
    )


@compiling.part
def _put_block(words: Words, cursor: Cursor, data: Bytes, doublings: int, ends: bool, room: Room) -> Cursor:
    runs = find_runs(data, 1 << doublings, room.begins, room.lengths, RunRoom(room.turns, room.flags, room.changes))
    begins, lengths = room.begins[: runs + 1], room.lengths[: runs + 1]
    begins[runs], lengths[runs] = len(data), 0  # the end
    frequencies, code = room.numbers[_FREQUENCIES][:SYMBOLS], room.numbers[_LENGTHS][:SYMBOLS]
    codes, further = room.numbers[_CODES][:SYMBOLS], room.numbers[_OWN_ROWS:]
    count_symbols(data, doublings, begins[:runs], lengths[:runs], frequencies, room.columns)
    find_code_lengths(frequencies, LONGEST_CODE, code, further)
    cursor = put_head(words, cursor, code, distance_symbol(doublings), ends, further)
    find_codes(code, codes, further)
    list_entries(code, codes, doublings, room.entries)
    return put_symbols(words, cursor, data, begins, lengths, room.entries)


@compiling.kernel(
    "int64(uint64[::1], uint8[::1], int64, boolean, int32[::1], int32[::1], int32[::1], uint8[::1], uint8[::1],"
    " uint32[:, ::1], uint64[::1], int64[:, ::1])"
)
def deflate_into(
    words: Words, data: Bytes, doublings: int, last: bool,
    begins: Places, lengths: Places, turns: Places, flags: Bytes, changes: Bytes,
    columns: Columns, entries: Entries, numbers: Counts,
) -> np.int64:  # fmt: skip
    """Deflate into words, and tell how many of their bytes it took.

    Args:
        words: enough of them.
        data: (n,).
        doublings: of 1, that make the distance of the runs.
        last: whether the stream ends with it.
        begins, lengths, turns, flags, changes, columns, entries, numbers: a `Room`.
    """
    room = Room(begins, lengths, turns, flags, changes, columns, entries, numbers)
    cursor = START
    for top in range(0, len(data), _BLOCK):
        ends = last and top + _BLOCK >= len(data)
        cursor = _put_block(words, cursor, data[top : top + _BLOCK], doublings, ends, room)
    if not last:
        cursor = put_nothing(words, cursor)
    return whole_bytes(words, cursor)
