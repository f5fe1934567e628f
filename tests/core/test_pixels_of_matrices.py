"""The pixels of every operation that keeps straight lines straight, against other libraries; see pixel_oracles."""

from functools import partial

import cv2
import numpy as np
import pytest
import scipy.ndimage
import skimage.transform

from core import (
    Size,
    affine_from_points,
    homography,
    perspective_from_quads,
)
from tests import pictures
from tests.core.pixel_oracles import (
    CENTRE,
    FLOAT32,
    FRAME,
    HEIGHT,
    WIDTH,
    Example,
    assert_pixels_are_the_oracles,
    centres,
    forward,
    pillow_resized,
    plane32,
    skimage_warp,
)
from tests.core.rendering import render_chain

CORNERS = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
QUAD = np.array([[7, 3.5], [112, 12], [101.25, 85], [-3, 71]], np.float32)
TRIANGLE = np.array([[10, 12], [100, 20.5], [40, 80]], np.float32)
MOVED = np.array([[4, 20], [95, 9], [52.5, 84]], np.float32)

PILLOW_FILTERS = {"bicubic": "BICUBIC", "lanczos3": "LANCZOS"}
TAPS = 100 * 2**-24 * 255 * 2
"""Levels: 36 float32 weights, their products and sums; their magnitudes add up to less than 2."""


def rotated():
    """OpenCV's angle is counter-clockwise as seen, and its centre is of the lattice of pixel centres."""
    matrix = cv2.getRotationMatrix2D((CENTRE[0] - 0.5, CENTRE[1] - 0.5), -30, 1.2)
    ours = homography.compose(homography.rotate(np.radians(30)), homography.scale(1.2, 1.2))
    return Example(
        forward(homography.about(*CENTRE, ours)),
        lambda plane: cv2.warpAffine(plane32(plane), matrix, FRAME, borderMode=cv2.BORDER_REPLICATE),
        error=FLOAT32,
    )


def by_three_points():
    matrix = cv2.getAffineTransform(TRIANGLE - 0.5, MOVED - 0.5)
    ours = affine_from_points(TRIANGLE.astype(float), MOVED.astype(float))
    return Example(
        forward(ours),
        lambda plane: cv2.warpAffine(plane32(plane), matrix, FRAME, borderMode=cv2.BORDER_REPLICATE),
        error=FLOAT32,
    )


def by_two_points():
    similarity = skimage.transform.SimilarityTransform.from_estimate(TRIANGLE[:2] - 0.5, MOVED[:2] - 0.5)
    ours = affine_from_points(TRIANGLE[:2].astype(float), MOVED[:2].astype(float))
    return Example(forward(ours), partial(skimage_warp, similarity.inverse))


def perspective():
    matrix = cv2.getPerspectiveTransform(CORNERS - 0.5, QUAD - 0.5)
    ours = perspective_from_quads(CORNERS.astype(float), QUAD.astype(float))
    return Example(
        forward(ours),
        lambda plane: cv2.warpPerspective(plane32(plane), matrix, FRAME, borderMode=cv2.BORDER_REPLICATE),
        error=FLOAT32,
    )


def rectified():
    projective = skimage.transform.ProjectiveTransform.from_estimate(CORNERS - 0.5, QUAD - 0.5)  # output -> source
    ours = perspective_from_quads(QUAD.astype(float), CORNERS.astype(float))
    return Example(forward(ours), partial(skimage_warp, projective))


def sheared():
    """x' = x + 0.3 y and y' = y - 0.2 x at once, about the centre, undone by SciPy's affine_transform."""
    inverse = np.linalg.inv([[1, -0.2], [0.3, 1]])  # (row, column)
    middle = np.array([CENTRE[1] - 0.5, CENTRE[0] - 0.5])
    ours = homography.about(*CENTRE, homography.shear(0.3, -0.2))
    return Example(
        forward(ours),
        lambda plane: scipy.ndimage.affine_transform(
            plane, inverse, middle - inverse @ middle, order=1, mode="nearest"
        ),
    )


def enlarged():
    canvas = Size(200, 170)
    ours = homography.scale(200 / WIDTH, 170 / HEIGHT)
    return Example(forward(ours), lambda plane: pillow_resized(plane, canvas, "BILINEAR"), canvas, FLOAT32)


EXAMPLES = {
    "rotate: cv2.warpAffine": rotated,
    "affine_points, 3: cv2.warpAffine": by_three_points,
    "affine_points, 2: skimage.transform.warp": by_two_points,
    "perspective: cv2.warpPerspective": perspective,
    "perspective backwards: skimage.transform.warp": rectified,
    "shear: scipy.ndimage.affine_transform": sheared,
    "resize: PIL.Image.resize": enlarged,
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_pixels_are_the_oracles(name):
    assert_pixels_are_the_oracles(EXAMPLES[name]())


@pytest.mark.parametrize("name", PILLOW_FILTERS)
@pytest.mark.parametrize("canvas", [Size(200, 170), Size(121, 395)])
def test_smoother_filters_enlarge_as_pillow(name, canvas):
    """Where no tap lies outside, as Pillow leaves such taps out; overshoots are cut off."""
    pixels = pictures.random(WIDTH, HEIGHT, 3)
    expected = [pillow_resized(plane, canvas, PILLOW_FILTERS[name]) for plane in np.moveaxis(pixels, -1, 0)]
    x, y = centres(canvas)
    x, y = x * WIDTH / canvas.width, y * HEIGHT / canvas.height
    interior = (x > 3) & (x < WIDTH - 3) & (y > 3) & (y < HEIGHT - 3)
    chain = forward(homography.scale(canvas.width / WIDTH, canvas.height / HEIGHT))
    warped = render_chain(pixels, chain, canvas, filter=name)
    differences = np.abs(warped - np.clip(np.stack(expected, axis=-1), 0, 255))
    np.testing.assert_array_less(differences[interior], 0.5 + TAPS)
