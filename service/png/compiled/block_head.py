"""The head of a deflate block with codes of its own: how long each symbol's code is (RFC 1951, 3.2.7)."""

import numpy as np

from core import compiling
from service.png.compiled.bit_stream import Cursor, Words, put_number
from service.png.compiled.huffman import Counts, code_lengths, codes

_ORDER = np.array([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15])
"""In which the lengths of the codes for lengths are sent."""

_LONGEST_CODE = 7
_OWN_CODES = 2
_FEWEST_SYMBOLS = 257

_ZEROS = 18
"""So many zeros that 7 bits can say how many more than 11. The other ways to repeat would save a few bytes."""

_FEWEST_ZEROS, _MOST_ZEROS = 11, 138


@compiling.allocating_part
def put_head(words: Words, cursor: Cursor, lengths: Counts, distance: int | np.int64, ends: bool) -> Cursor:
    """Put the head of a block.

    Args:
        words: where to.
        cursor: and where in them.
        lengths: of the codes of bytes, end and runs.
        distance: the one symbol of a distance that is used.
        ends: whether the stream ends with this block.
    """
    used = len(lengths)
    while lengths[used - 1] == 0:
        used -= 1
    symbols, extras = _described(lengths[:used], distance)
    frequencies = np.zeros(len(_ORDER), np.int64)
    for symbol in symbols:
        frequencies[symbol] += 1
    code = code_lengths(frequencies, _LONGEST_CODE)
    bits = codes(code)

    cursor = put_number(words, cursor, int(ends), 1)
    cursor = put_number(words, cursor, _OWN_CODES, 2)
    cursor = put_number(words, cursor, used - _FEWEST_SYMBOLS, 5)
    cursor = put_number(words, cursor, distance, 5)  # the symbols of distances, less 1
    cursor = put_number(words, cursor, len(_ORDER) - 4, 4)
    for symbol in _ORDER:
        cursor = put_number(words, cursor, code[symbol], 3)
    for i in range(len(symbols)):
        cursor = put_number(words, cursor, bits[symbols[i]], code[symbols[i]])
        if symbols[i] == _ZEROS:
            cursor = put_number(words, cursor, extras[i], 7)
    return cursor


@compiling.allocating_part
def _described(lengths: Counts, distance: int | np.int64) -> tuple[Counts, Counts]:
    """Give the symbols that say these lengths, then those of the distances, 0 but for the used one; and extra bits."""
    symbols = np.zeros(len(lengths) + distance + 1, np.int64)
    extras = np.zeros_like(symbols)
    said = at = 0
    while at < len(lengths):
        zeros = 0
        while zeros < _MOST_ZEROS and at + zeros < len(lengths) and lengths[at + zeros] == 0:
            zeros += 1
        if zeros >= _FEWEST_ZEROS:
            symbols[said], extras[said] = _ZEROS, zeros - _FEWEST_ZEROS
            at += zeros
        else:
            symbols[said] = lengths[at]
            at += 1
        said += 1
    end = said + distance + 1
    symbols[end - 1] = 1
    return symbols[:end], extras[:end]
