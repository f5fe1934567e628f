"""Huffman codes (Huffman 1952, doi:10.1109/JRPROC.1952.273898) in the form that deflate sends (RFC 1951, 3.2.2).

Plain loops where NumPy has a word for it: each such word takes Numba a second to compile.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core import compiling

Counts: TypeAlias = NDArray[np.int64]

_SYMBOL_BITS = 9
"""No alphabet of deflate has more than 288 symbols."""

_ASCENDING, _TREES, _PARENTS, _DEPTHS, _OF_LENGTH, _FOLLOWING = range(6)
ROWS = 6
"""Of the room that the making of codes takes."""


@compiling.part
def find_code_lengths(frequencies: Counts, longest: int, lengths: Counts, room: Counts) -> None:
    """Find the bits of each symbol's code: 0 for one that does not occur, else 1 to `longest`.

    Args:
        frequencies: (n,), how often each symbol occurs; at least two do, and at most 2**longest.
        longest: where the best code has longer ones, a code of nearly its cost is taken.
        lengths: (n,), is filled.
        room: (ROWS, 2 n or more, and more than `longest`).
    """
    ascending = room[_ASCENDING]  # by frequency; equals in the order of the symbols
    used = 0
    for symbol in range(len(frequencies)):
        if frequencies[symbol]:
            ascending[used] = frequencies[symbol] << _SYMBOL_BITS | symbol
            used += 1
    ascending = ascending[:used]
    _sort(ascending)
    depths = room[_DEPTHS]
    _find_depths(ascending, depths, room[_TREES], room[_PARENTS])
    _limit(depths[:used], longest, room[_OF_LENGTH])
    lengths[:] = 0
    for leaf in range(used):
        lengths[ascending[leaf] & ((1 << _SYMBOL_BITS) - 1)] = depths[leaf]


@compiling.part
def find_codes(lengths: Counts, codes: Counts, room: Counts) -> None:
    """Find the canonical codes of these lengths (RFC 1951, 3.2.2), turned to be sent with the lowest bit first.

    Args:
        lengths: (n,).
        codes: (n,), is filled.
        room: (ROWS, 16 or more).
    """
    of_length, following = room[_OF_LENGTH], room[_FOLLOWING]
    of_length[:16] = 0
    for length in lengths:
        of_length[length] += 1
    of_length[0] = following[0] = 0
    for length in range(1, 16):
        following[length] = (following[length - 1] + of_length[length - 1]) << 1
    for symbol in range(len(lengths)):
        length = lengths[symbol]
        code = following[length]
        following[length] += 1
        codes[symbol] = 0
        for bit in range(length):
            codes[symbol] |= (code >> bit & 1) << (length - 1 - bit)


@compiling.part
def _sort(numbers: Counts) -> None:
    """Sort in place: heapsort (Williams 1964, doi:10.1145/512274.512284). NumPy's sort would need room of its own."""
    size = len(numbers)
    for top in range(size // 2 - 1, -1, -1):
        _sink(numbers, top, size)
    for end in range(size - 1, 0, -1):
        numbers[0], numbers[end] = numbers[end], numbers[0]
        _sink(numbers, 0, end)


@compiling.part
def _sink(heap: Counts, at: int, size: int) -> None:
    """Let the number at a place sink below the larger ones, among the first `size`."""
    number = heap[at]
    below = 2 * at + 1
    while below < size:
        if below + 1 < size and heap[below + 1] > heap[below]:
            below += 1
        if heap[below] <= number:
            break
        heap[at] = heap[below]
        at, below = below, 2 * below + 1
    heap[at] = number


@compiling.part
def _find_depths(ascending: Counts, depths: Counts, trees: Counts, parents: Counts) -> None:
    """Find each leaf's depth in the Huffman tree.

    The two lightest trees are joined until one is left. Leaves come in order of weight, and so do the joined trees:
    the lightest is the next of the one row or of the other.

    Args:
        ascending: (n,), the weights above the symbols; n >= 2.
        depths: (2 n,), is filled: first those of the leaves.
        trees: (2 n,): leaves, then the trees joined of them.
        parents: (2 n,).
    """
    leaves = len(ascending)
    for leaf in range(leaves):
        trees[leaf] = ascending[leaf] >> _SYMBOL_BITS
    leaf, joined = 0, leaves
    for new in range(leaves, 2 * leaves - 1):
        trees[new] = 0
        for _ in range(2):
            if joined == new or (leaf < leaves and trees[leaf] <= trees[joined]):
                lightest, leaf = leaf, leaf + 1
            else:
                lightest, joined = joined, joined + 1
            parents[lightest] = new
            trees[new] += trees[lightest]
    root = 2 * leaves - 2
    depths[root] = 0
    for tree in range(root - 1, -1, -1):
        depths[tree] = depths[parents[tree]] + 1


@compiling.part
def _limit(depths: Counts, longest: int, at_depth: Counts) -> None:
    """Cut the depths off at `longest`, and deepen others until all fit in one tree again.

    Cut leaves claim more than there is: the sum of 2**-depth must be 1 (Kraft's equality). Each step puts a leaf of
    the bottom beside one that is higher up, which moves down for it, and so takes 2**-longest off the sum.

    Args:
        depths: (n,), descending, changed in place; stays descending.
        longest: n <= 2**longest.
        at_depth: room for a number of each depth.
    """
    at_depth[: longest + 1] = 0
    excess = -(1 << longest)
    for depth in depths:
        at_depth[min(depth, longest)] += 1
        excess += 1 << (longest - min(depth, longest))
    for _ in range(excess):
        higher = longest - 1
        while at_depth[higher] == 0:
            higher -= 1
        at_depth[higher] -= 1
        at_depth[higher + 1] += 2
        at_depth[longest] -= 1
    leaf = 0
    for depth in range(longest, 0, -1):
        for _ in range(at_depth[depth]):
            depths[leaf] = depth
            leaf += 1
