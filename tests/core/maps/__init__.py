"""The maps that the tests of exactness and the oracles share: src_from_dst, pixels, corner origin."""

import numpy as np


def turn(degrees, scale=1.0, about=(0, 0)):
    """Turn clockwise as seen from output to source, and scale, about a point."""
    angle = np.radians(degrees)
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    x, y = about
    return np.array(
        [[cosine, -sine, x - cosine * x + sine * y], [sine, cosine, y - sine * x - cosine * y], [0.0, 0.0, 1.0]]
    )


AFFINE = {
    "turned by 30": turn(30, about=(128, 100)),
    "turned by -77.7, enlarged": turn(-77.7, 0.45, about=(90, 140)),
    "sheared": np.array([[1, 0.2, -20], [-0.1, 1, 10], [0, 0, 1]]),
    "shifted by a fraction": np.array([[1, 0, 0.3], [0, 1, -0.7], [0, 0, 1]]),
    "mirrored, enlarged by 1.25": np.array([[-0.8, 0, 230], [0, 0.8, 5], [0, 0, 1]]),
}

PROJECTIVE = {
    "seen from the right": np.array([[0.9, 0.1, 5], [-0.05, 0.8, 20], [4e-4, -6e-4, 1]]),
    "seen from below": np.array([[0.7, 0.1, 30], [-0.2, 0.8, 50], [-8e-4, 6e-4, 1]]),
}

MAPS = AFFINE | PROJECTIVE
"""None of them shrinks by much, so that no rule of shrinking can matter."""
