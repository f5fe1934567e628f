"""The true area of a pixel under a quadrilateral, by clipping: exact to rounding, and slow."""

import numpy as np


def area_under(corners, column, row):
    """The share of the pixel's unit square inside a convex polygon whose corners run clockwise as seen."""
    square = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        square = clipped(square, start, end)
    x, y = np.array(square or [(0, 0)]).T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def clipped(polygon, start, end):
    """The part of a polygon to the right of a line as one walks along it (Sutherland and Hodgman 1974)."""
    kept = []
    for before, point in zip([polygon[-1], *polygon[:-1]] if polygon else [], polygon, strict=True):
        side_before, side = beside(before, start, end), beside(point, start, end)
        if side_before * side < 0:
            share = side_before / (side_before - side)
            kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
        if side >= 0:
            kept.append(point)
    return kept


def beside(point, start, end):
    """The distance to the right of a line, in pixels."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    return (along_x * (point[1] - start[1]) - along_y * (point[0] - start[0])) / np.hypot(along_x, along_y)


def square_to(corners, width, height):
    """The homography that takes the corners of a width x height picture to four points."""
    rows, targets = [], []
    for (x, y), (u, v) in zip([(0, 0), (width, 0), (width, height), (0, height)], corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        targets += [u, v]
    return np.append(np.linalg.solve(np.array(rows, float), targets), 1).reshape(3, 3)
