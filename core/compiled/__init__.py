"""The core as machine code: the same pixels as `core.reference`, to the last bit, many times faster.

No formula is written twice. Those of the reference are written for NumPy's arrays:

    def wrap(index, size):
        return index % size

Called with arrays, this computes. Called with `Lanes`, which stand for vector registers, it writes
the instructions that compute, by the means that NumPy offers to arrays of other makers (NEP 13). So the very functions
are compiled, with the same operations in the same order; fast and slow cannot drift apart.

    formulas  what is computed: the reference's own functions, run on `Lanes`
    steps     a group of pixels: read from memory, through formulas, written to memory
    loops     a strip, block by block, through the steps; plain Python that Numba compiles
    binding   a loop bound to the steps of one kind of picture and one filter
    kernels   the table of all that are bound so

Only what the reference does to a whole strip at once is arranged anew here: in which order pixels, knots and taps are
visited. The order of the terms of a sum stays the reference's. Most pixels take the shortest way: where all taps of
a group of pixels lie in the picture, nothing is folded, and nothing kept in memory.

Numba compiles the loops ahead of any request (see `core.compiling`), or they come compiled (`core.kernel_library`).
Only llvm, steps and loops need Numba and LLVM.

Reading order: agreed, kind; llvm, steps, loops, kernels; then arguments, summing_arguments and workspace, what the
loops are given; described and lattices, who tells it; render.
"""
