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


@compiling.allocating_part
def code_lengths(frequencies: Counts, longest: int) -> Counts:
    """Give the bits of each symbol's code: 0 for one that does not occur, else 1 to `longest`.

    Args:
        frequencies: (n,), how often each symbol occurs; at least two do, and at most 2**longest.
        longest: where the best code has longer ones, a code of nearly its cost is taken.
    """
    ascending = np.empty_like(frequencies)  # by frequency; equals in the order of the symbols
    used = 0
    for symbol, frequency in enumerate(frequencies):
        if frequency:
            ascending[used] = frequency << _SYMBOL_BITS | symbol
            used += 1
    ascending = ascending[:used]
    ascending.sort()
    found = _depths(ascending >> _SYMBOL_BITS)
    _limit(found, longest)
    lengths = np.zeros_like(frequencies)
    for leaf in range(used):
        lengths[ascending[leaf] & ((1 << _SYMBOL_BITS) - 1)] = found[leaf]
    return lengths


@compiling.allocating_part
def codes(lengths: Counts) -> Counts:
    """Give the canonical codes of these lengths (RFC 1951, 3.2.2), turned to be sent with the lowest bit first."""
    of_length = np.zeros(16, np.int64)
    for length in lengths:
        of_length[length] += 1
    of_length[0] = 0
    following = np.zeros(16, np.int64)
    for length in range(1, 16):
        following[length] = (following[length - 1] + of_length[length - 1]) << 1
    result = np.zeros_like(lengths)
    for symbol, length in enumerate(lengths):
        code = following[length]
        following[length] += 1
        for bit in range(length):
            result[symbol] |= (code >> bit & 1) << (length - 1 - bit)
    return result


@compiling.allocating_part
def _depths(weights: Counts) -> Counts:
    """Give each leaf's depth in the Huffman tree.

    The two lightest trees are joined until one is left. Leaves come in order of weight, and so do the joined trees:
    the lightest is the next of the one row or of the other.

    Args:
        weights: (n,), ascending; n >= 2.
    """
    leaves = len(weights)
    trees = np.zeros(2 * leaves - 1, np.int64)  # leaves, then the trees joined of them
    for leaf in range(leaves):
        trees[leaf] = weights[leaf]
    parents = np.zeros_like(trees)
    leaf, joined = 0, leaves
    for new in range(leaves, len(trees)):
        for _ in range(2):
            if joined == new or (leaf < leaves and trees[leaf] <= trees[joined]):
                lightest, leaf = leaf, leaf + 1
            else:
                lightest, joined = joined, joined + 1
            parents[lightest] = new
            trees[new] += trees[lightest]
    result = np.zeros_like(trees)
    for tree in range(len(trees) - 2, -1, -1):
        result[tree] = result[parents[tree]] + 1
    return result[:leaves]


@compiling.allocating_part
def _limit(depths: Counts, longest: int) -> None:
    """Cut the depths off at `longest`, and deepen others until all fit in one tree again.

    Cut leaves claim more than there is: the sum of 2**-depth must be 1 (Kraft's equality). Each step puts a leaf of
    the bottom beside one that is higher up, which moves down for it, and so takes 2**-longest off the sum.

    Args:
        depths: (n,), descending, changed in place; stays descending.
        longest: n <= 2**longest.
    """
    at_depth = np.zeros(longest + 1, np.int64)
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
