"""How NumPy's formulas become machine code: `Lanes` and `Memory` write LLVM's instructions when they are computed with.

Reading order: vectors, instructions, lanes, number, memory, branches, step.
"""
