"""Numbers that the loops and those who call them agree on."""

from core.antialias import MOST

VECTOR = 16
"""Numbers of 32 bits in the widest registers, those of AVX-512. On processors with narrower ones LLVM cuts them up."""

LANES = 2 * VECTOR
"""Pixels that are worked on at once, a group: while one half waits for its numbers, the other one is computed with."""

HALF_A_VECTOR = VECTOR // 2
"""Columns of a window whose rows share vectors of weights in pairs."""

KNOTS = MOST + 1
"""Of a side, at most: see `steps.knots`."""

SIDE = 3 * KNOTS * LANES
"""Numbers that the list of a side's knots takes."""

AFFINE, PROJECTIVE, GIVEN = range(3)
"""How a kernel is told where its points come from: by a matrix, or by lists of them."""

EDGE, REFLECT, MIRROR, WRAP, CONSTANT = range(5)
"""How a kernel is told an axis's border."""

CODES = {"clip": EDGE, "edge": EDGE, "reflect": REFLECT, "mirror": MIRROR, "wrap": WRAP, "constant": CONSTANT}
