"""Maps of the plane, one a file: projective ones as matrices, and every other by its formula, in both directions."""
