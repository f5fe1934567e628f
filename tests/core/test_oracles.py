"""Each library's own function and ours: the same numbers, within what its arithmetic allows."""

from pathlib import Path

import numpy as np
import pytest

from core import BLACK, BORDERS, Size
from tests import oracles, pictures
from tests.core import maps
from tests.core.rendering import render, render_matrix

GOLDEN = Path(__file__).parents[1] / "golden" / "torch_affine_grid.npz"
TORCH_BORDERS = {"zeros": "constant", "border": "edge", "reflection": "reflect"}
CLASSIC = {"border": "constant", "fill": BLACK, "antialias": False}  # as the libraries: none of them averages
OURS = 0.502  # levels from the formula before rounding, see test_exactness

PICTURES = {
    "astronaut": lambda: pictures.astronaut()[100:300, 100:356],
    "coffee": lambda: pictures.coffee()[:200, 200:456],
    "noise": lambda: pictures.random(256, 200, 3),
    "gray checker": lambda: pictures.checker(256, 200),
}


def assert_equal_away_from_ties(warped, rounded, exact, error):
    """Two that are within `error` of one exact value can differ by rounding only where it is as near to a half."""
    np.testing.assert_array_less(np.abs(warped.astype(int) - rounded), 2)
    decided = np.abs(exact - np.floor(exact) - 0.5) > error - 0.5
    np.testing.assert_array_equal(warped[decided], rounded[decided])


@pytest.mark.parametrize("name", maps.MAPS)
@pytest.mark.parametrize("picture", PICTURES)
def test_opencv_convention_is_opencv(picture, name):
    pixels, src_from_dst = PICTURES[picture](), maps.MAPS[name]
    error = oracles.opencv_error(256, 200)
    rounded = oracles.opencv(pixels, src_from_dst, 256, 200)
    exact = oracles.bilinear(pixels, src_from_dst, 256, 200, "constant", [0] * pixels.shape[2])
    np.testing.assert_array_less(np.abs(rounded - exact), error)
    forward = np.linalg.inv(oracles.lattice(src_from_dst))
    warped = render_matrix(pixels, forward / forward[2, 2], "opencv", **CLASSIC)
    assert_equal_away_from_ties(warped, rounded, exact, error)


def test_opencv_agrees_before_the_horizon():
    src_from_dst = np.array([[0.8, 0, -52], [0, 0.3, -15], [0.01, 0, -0.6]])  # the horizon is the column x = 60
    pixels = pictures.astronaut()[:100, :100]
    x, y, denominator = oracles.source_points(src_from_dst, 100, 100)
    before = denominator > 0.05
    error = oracles.opencv_error(np.abs(x[before]).max(), np.abs(y[before]).max())
    exact = oracles.bilinear(pixels, src_from_dst, 100, 100, "constant", [0, 0, 0])
    rounded = oracles.opencv(pixels, src_from_dst, 100, 100)
    warped = render(pixels, src_from_dst, **CLASSIC)
    np.testing.assert_array_less(500, np.count_nonzero(exact[before].any(axis=-1)))
    assert_equal_away_from_ties(warped[before], rounded[before], exact[before], error)
    np.testing.assert_array_equal(warped[denominator <= 0], 0)
    mirror_image = rounded[denominator <= 0]
    np.testing.assert_array_less(0, np.count_nonzero(mirror_image))


@pytest.mark.parametrize("name", maps.MAPS)
@pytest.mark.parametrize("picture", PICTURES)
def test_skimage_convention_is_scikit_image(picture, name):
    pixels, src_from_dst = PICTURES[picture](), maps.MAPS[name]
    exact = oracles.scikit_image(pixels, src_from_dst, 256, 200)
    formula = oracles.bilinear(pixels, src_from_dst, 256, 200, "constant", [0] * pixels.shape[2])
    np.testing.assert_allclose(exact, formula, rtol=0, atol=oracles.FLOAT64_ERROR)
    rows = oracles.lattice(src_from_dst)
    warped = render_matrix(pixels, rows, "skimage", **CLASSIC)
    np.testing.assert_array_less(np.abs(warped - exact), OURS)


@pytest.mark.parametrize("name", maps.MAPS)
@pytest.mark.parametrize("picture", PICTURES)
def test_pixel_convention_is_pillow_before_it_rounds_down(picture, name):
    pixels, src_from_dst = PICTURES[picture](), maps.MAPS[name]
    floored = oracles.pillow(pixels, src_from_dst, 256, 200)
    warped = render_matrix(pixels, src_from_dst, "pixel", **CLASSIC)
    exact = oracles.bilinear(pixels, src_from_dst, 256, 200, "constant", [0] * pixels.shape[2])
    x, y, _ = oracles.source_points(src_from_dst, 256, 200)
    interior = (np.abs(x - 128) <= 127) & (np.abs(y - 100) <= 99)
    whole = np.abs(exact - np.rint(exact)) < oracles.FLOAT64_ERROR  # where a rounding decides the floor
    compared = interior[..., np.newaxis] & ~whole
    np.testing.assert_array_equal(floored[compared], np.floor(exact)[compared])
    np.testing.assert_array_less(np.abs(warped - (floored + 0.5))[compared], 0.5 + OURS)


@pytest.mark.parametrize("border", oracles.SCIPY_MODES)
@pytest.mark.parametrize("name", maps.MAPS)
def test_bilinear_is_scipy_order_1(name, border):
    pixels, src_from_dst = pictures.random(60, 50, 3), maps.MAPS[name]
    exact = oracles.scipy_ndimage(pixels, src_from_dst, 256, 200, border)
    warped = render(pixels, src_from_dst, Size(256, 200), border=border, fill=BLACK, antialias=False)
    np.testing.assert_array_less(np.abs(warped - exact), OURS)


@pytest.mark.parametrize("border", oracles.SCIPY_MODES)
@pytest.mark.parametrize("name", maps.MAPS)
def test_nearest_is_scipy_order_0_away_from_ties(name, border):
    pixels, src_from_dst = pictures.random(60, 50, 3), maps.MAPS[name]
    x, y, _ = oracles.source_points(src_from_dst, 256, 200)
    decided = (np.abs(x - np.rint(x)) > 1e-5) & (np.abs(y - np.rint(y)) > 1e-5)
    read = oracles.scipy_ndimage(pixels, src_from_dst, 256, 200, border, order=0)
    warped = render(pixels, src_from_dst, Size(256, 200), filter="nearest", border=border, fill=BLACK)
    np.testing.assert_array_equal(warped[decided], read[decided])


def torch_cases():
    with np.load(GOLDEN) as golden:
        return [
            dict(zip(("theta", "mode", "padding", "warped"), case, strict=True))
            for case in zip(golden["theta"], golden["mode"], golden["padding"], golden["warped"], strict=True)
        ]


@pytest.mark.parametrize("case", torch_cases(), ids=lambda case: f"{case['mode']}-{case['padding']}")
def test_normalized_convention_is_torch_affine_grid(case):
    with np.load(GOLDEN) as golden:
        pixels = golden["pixels"]
    warped = render_matrix(
        pixels,
        case["theta"],
        "normalized",
        canvas=Size(case["warped"].shape[1], case["warped"].shape[0]),
        filter=str(case["mode"]),
        border=TORCH_BORDERS[str(case["padding"])],
        fill=BLACK,
        antialias=False,
    )
    np.testing.assert_array_less(np.abs(warped - case["warped"]), OURS)


@pytest.mark.parametrize(
    ("rows", "lit"),
    [
        ([[1, 0, 2], [0, 1, -1]], (4, 2)),  # matrix(1, 0, 0, 1, 2, -1) moves right by 2 and up by 1
        ([[0, -1, 8], [1, 0, 0]], (4, 2)),  # rotate(90deg) turns clockwise: (2.5, 3.5) -> (8 - 3.5, 2.5)
        ([[1, 1, 0], [0, 1, 0]], None),  # skewX(45deg) slides lower rows to the right: (2.5, 3.5) -> (6, 3.5)
        ([[-1, 0, 8], [0, 1, 0]], (5, 3)),
        ([[1, 0, 0], [0, 1, 0]], (2, 3)),
    ],
)
def test_css_convention_moves_points_as_worked_by_hand(rows, lit):
    picture = pictures.lit_pixel(8, 8, column=2, row=3)
    expected = np.zeros_like(picture)
    if lit:
        expected[lit[1], lit[0]] = 255
    else:  # the lit centre falls on the line between two pixels, which share it
        expected[3, 5:7] = 128
    np.testing.assert_array_equal(render_matrix(picture, rows, "css", fill=BLACK, antialias=False), expected)


def test_every_border_has_its_oracle():
    assert set(BORDERS) == {*oracles.SCIPY_MODES, "clip"} == {*oracles.NUMPY_PAD, "constant", "clip"}
