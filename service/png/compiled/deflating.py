"""Deflate by runs and Huffman codes alone, compiled: what `service.png.deflating.runs_by_zlib` does.

Not to the bit: the blocks are longer, the shortest runs are left, and the distance may be a pixel. It comes to about as
many bytes, or fewer.
"""

import numpy as np

from core import compiling
from service.png.compiled.bit_stream import START, Cursor, Words, put_nothing, whole_bytes
from service.png.compiled.block_head import put_head
from service.png.compiled.huffman import code_lengths
from service.png.compiled.runs import Places, find_runs, most_runs
from service.png.compiled.symbols import LONGEST_CODE, count_symbols, distance_symbol, entries_of, put_symbols
from service.png.filtering import Bytes

_BLOCK = 1 << 18
"""Bytes that share their codes. With fewer the codes are made more often; more, with all that is noted of them, would
not stay close to a processor."""

_HEAD_WORDS = 64
"""More than the head of a block takes: 286 lengths and one of at most 7 bits, and 74 bits before them."""


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
    room = np.empty((2, most_runs(_BLOCK) + 1), np.int32)
    size = deflate_into(words, filtered.ravel(), distance.bit_length() - 1, last, room[0], room[1])
    return words.view(np.uint8)[:size].data


@compiling.allocating_part
def _put_block(
    words: Words, cursor: Cursor, data: Bytes, doublings: int, ends: bool, begins: Places, lengths: Places
) -> Cursor:
    runs = find_runs(data, 1 << doublings, begins, lengths)
    begins[runs], lengths[runs] = len(data), 0  # the end
    code = code_lengths(count_symbols(data, doublings, begins[:runs], lengths[:runs]), LONGEST_CODE)
    cursor = put_head(words, cursor, code, distance_symbol(doublings), ends)
    return put_symbols(words, cursor, data, begins[: runs + 1], lengths[: runs + 1], entries_of(code, doublings))


@compiling.allocating_kernel("int64(uint64[::1], uint8[::1], int64, boolean, int32[::1], int32[::1])")
def deflate_into(words: Words, data: Bytes, doublings: int, last: bool, begins: Places, lengths: Places) -> np.int64:
    """Deflate into words, and tell how many of their bytes it took.

    Args:
        words: enough of them.
        data: (n,).
        doublings: of 1, that make the distance of the runs.
        last: whether the stream ends with it.
        begins: room for the runs of a block.
        lengths: the same.
    """
    cursor = START
    for top in range(0, len(data), _BLOCK):
        ends = last and top + _BLOCK >= len(data)
        cursor = _put_block(words, cursor, data[top : top + _BLOCK], doublings, ends, begins, lengths)
    if not last:
        cursor = put_nothing(words, cursor)
    return whole_bytes(words, cursor)
