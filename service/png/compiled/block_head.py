"""The head of a deflate block with codes of its own: how long each symbol's code is (RFC 1951, 3.2.7)."""

import numpy as np

from core import compiling
from service.png.compiled import huffman
from service.png.compiled.bit_stream import Cursor, Words, put_number
from service.png.compiled.huffman import Counts, find_code_lengths, find_codes

_ORDER = np.array([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15])
"""In which the lengths of the codes for lengths are sent."""

_LONGEST_CODE = 7
_OWN_CODES = 2
_FEWEST_SYMBOLS = 257

_ZEROS = 18
"""So many zeros that 7 bits can say how many more than 11. The other ways to repeat would save a few bytes."""

_SYMBOLS, _EXTRAS, _FREQUENCIES, _LENGTHS, _CODES = range(5)
_OWN_ROWS = 5
ROWS = _OWN_ROWS + huffman.ROWS
"""Of the room that a head takes."""

_FEWEST_ZEROS, _MOST_ZEROS = 11, 138


@compiling.part
def put_head(
    words: Words, cursor: Cursor, lengths: Counts, distance: int | np.int64, ends: bool, room: Counts
) -> Cursor:
    """Put the head of a block.

    Args:
        words: where to.
        cursor: and where in them.
        lengths: of the codes of bytes, end and runs.
        distance: the one symbol of a distance that is used.
        ends: whether the stream ends with this block.
        room: (ROWS, twice as many as lengths).
    """
    used = len(lengths)
    while lengths[used - 1] == 0:
        used -= 1
    symbols, extras = room[_SYMBOLS], room[_EXTRAS]
    said = _describe(lengths[:used], distance, symbols, extras)
    of_lengths = len(_ORDER)
    frequencies, code, bits = room[_FREQUENCIES][:of_lengths], room[_LENGTHS][:of_lengths], room[_CODES][:of_lengths]
    frequencies[:] = 0
    for i in range(said):
        frequencies[symbols[i]] += 1
    find_code_lengths(frequencies, _LONGEST_CODE, code, room[_OWN_ROWS:])
    find_codes(code, bits, room[_OWN_ROWS:])

    cursor = put_number(words, cursor, int(ends), 1)
    cursor = put_number(words, cursor, _OWN_CODES, 2)
    cursor = put_number(words, cursor, used - _FEWEST_SYMBOLS, 5)
    cursor = put_number(words, cursor, distance, 5)  # the symbols of distances, less 1
    cursor = put_number(words, cursor, len(_ORDER) - 4, 4)
    for symbol in _ORDER:
        cursor = put_number(words, cursor, code[symbol], 3)
    for i in range(said):
        cursor = put_number(words, cursor, bits[symbols[i]], code[symbols[i]])
        if symbols[i] == _ZEROS:
            cursor = put_number(words, cursor, extras[i], 7)
    return cursor


@compiling.part
def _describe(lengths: Counts, distance: int | np.int64, symbols: Counts, extras: Counts) -> int | np.int64:
    """Find the symbols that say these lengths, then those of the distances, 0 but for the used one; and extra bits.

    Returns:
        how many symbols there are.
    """
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
    symbols[said : said + distance] = 0
    symbols[said + distance] = 1
    return said + distance + 1
