"""What the loops do with a group of pixels: the reference's formulas between reading from memory and writing to it.

Reading order: formulas, points, taps, folds, reading, sums, inside, samples, planes; then knots and averaging for maps
that shrink, and lattice for those that keep to the axes.
"""
