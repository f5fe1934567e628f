"""How far bilinear samples may be from the formula in float64: the bounds that the project promises.

The formula knows no antialiasing, and some of these maps shrink a little: without it, all of them are the formula.
"""

import numpy as np
import pytest

from core import BLACK, BORDERS, Colour, Size, homography
from tests import oracles, pictures
from tests.core import maps
from tests.core.rendering import render

BOUND_8_BIT = 0.502  # levels before rounding: half a level, and the float32 weights
BOUND_16_BIT = 0.51
TIE_8_BIT = 0.002  # levels around a half where it may round either way
TIE_16_BIT = 1e-6  # a true half, which maps by round numbers meet in every hundredth sample


def check_8_bit(warped, exact):
    warped, exact = without_ties_of_alpha(warped, exact, TIE_8_BIT)
    np.testing.assert_array_less(np.abs(warped - exact), BOUND_8_BIT)
    levels_off = np.abs(warped - oracles.half_up(exact))
    np.testing.assert_array_less(levels_off, 1.5)
    decided = np.abs(exact - np.floor(exact) - 0.5) > TIE_8_BIT
    np.testing.assert_array_less(np.count_nonzero(levels_off[decided]), 1e-4 * max(decided.sum(), 1))


def check_16_bit(warped, exact):
    warped, exact = without_ties_of_alpha(warped, exact, BOUND_16_BIT - 0.5)
    bound = np.full_like(exact, BOUND_16_BIT)
    if exact.shape[-1] in {2, 4}:  # a colour is as exact as its premultiplied value, so less so where alpha is small
        bound[..., :-1] = 0.5 + (BOUND_16_BIT - 0.5) * 65535 / np.maximum(exact[..., -1:], 0.5)
    np.testing.assert_array_less(np.abs(warped - exact), bound)
    decided = np.abs(exact - np.floor(exact) - 0.5) > TIE_16_BIT
    unequal = (warped != oracles.half_up(exact)) & decided
    np.testing.assert_array_less(np.count_nonzero(unequal), 0.005 * decided.sum())


def without_ties_of_alpha(warped, exact, tie):
    """Drop the pixels whose alpha may round to 0 or to 1: the colour of the one is gone, of the other not."""
    if exact.shape[-1] not in {2, 4}:
        return warped, exact
    decided = np.abs(exact[..., -1] - 0.5) > tie
    return warped[decided], exact[decided]


def deepen(photo):
    """Fill 16 bits: the photograph above, noise below."""
    return photo.astype(np.uint16) * 256 + pictures.random(photo.shape[1], photo.shape[0], 3)


PICTURES_8_BIT = {
    "astronaut": lambda: pictures.astronaut()[:256, 100:356],
    "coffee": lambda: pictures.coffee()[:256, 200:456],
    "chelsea": lambda: pictures.chelsea()[:200, 100:356],
    "checker": lambda: pictures.checker(256, 200),
    "gray noise": lambda: pictures.random(256, 200, 1),
    "gray and alpha": lambda: pictures.random(256, 200, 2),
    "RGBA": lambda: pictures.random(256, 200, 4),
}

PICTURES_16_BIT = {
    "astronaut": lambda: deepen(pictures.astronaut()[:256, 100:356]),
    "gray noise": lambda: pictures.random(256, 200, 1, np.uint16),
    "gray and alpha": lambda: pictures.random(256, 200, 2, np.uint16),
    "RGBA": lambda: pictures.random(256, 200, 4, np.uint16),
}


@pytest.mark.parametrize("name", maps.MAPS)
@pytest.mark.parametrize("picture", PICTURES_8_BIT)
def test_8_bit_bilinear_is_the_formula(picture, name):
    pixels, src_from_dst = PICTURES_8_BIT[picture](), maps.MAPS[name]
    height, width = pixels.shape[:2]
    warped = render(pixels, src_from_dst, border="edge", antialias=False)
    check_8_bit(warped, oracles.bilinear(pixels, src_from_dst, width, height, "edge"))


@pytest.mark.parametrize("name", maps.MAPS)
@pytest.mark.parametrize("picture", PICTURES_16_BIT)
def test_16_bit_bilinear_is_the_formula(picture, name):
    pixels, src_from_dst = PICTURES_16_BIT[picture](), maps.MAPS[name]
    height, width = pixels.shape[:2]
    warped = render(pixels, src_from_dst, border="edge", antialias=False)
    check_16_bit(warped, oracles.bilinear(pixels, src_from_dst, width, height, "edge"))


@pytest.mark.parametrize("border", ["edge", "reflect", "mirror", "wrap"])
@pytest.mark.parametrize("channels", pictures.CHANNELS)
def test_every_border_is_the_formula_far_outside(border, channels):
    pixels, src_from_dst = pictures.random(7, 5, channels), maps.turn(20, 0.9, about=(3, 2))
    src_from_dst[:2, 2] -= 31, 47
    exact = oracles.bilinear(pixels, src_from_dst, 90, 110, border)
    check_8_bit(render(pixels, src_from_dst, Size(90, 110), border=border), exact)


@pytest.mark.parametrize("channels", pictures.CHANNELS)
def test_constant_blends_the_fill_tap_by_tap(channels):
    pixels, src_from_dst = pictures.random(9, 7, channels), maps.turn(20, 0.7, about=(3, 2))
    fill = Colour(90, 90, 90, 255)
    taps = [90, 255] if channels == 2 else [90, 90, 90, 255][:channels]
    exact = oracles.bilinear(pixels, src_from_dst, 16, 16, "constant", taps)
    check_8_bit(render(pixels, src_from_dst, Size(16, 16), border="constant", fill=fill), exact)


@pytest.mark.parametrize("name", maps.AFFINE)
def test_clip_is_coverage_times_the_edge_border_over_the_fill(name):
    pixels, src_from_dst = pictures.random(40, 30, 3), maps.AFFINE[name] @ np.diag([6.0, 6, 1])
    src_from_dst = np.diag([1 / 6, 1 / 6, 1]) @ src_from_dst
    size = Size(60, 50)
    x, y, _ = oracles.source_points(src_from_dst, *size)
    covered = np.ones_like(x)
    for position, side, gradient in ((x, 40, src_from_dst[0]), (y, 30, src_from_dst[1])):
        first, second = (np.clip(d / np.hypot(*gradient[:2]) + 0.5, 0, 1) for d in (position, side - position))
        covered *= np.maximum(0, first + second - 1)
    covered = covered[..., np.newaxis]
    exact = covered * oracles.bilinear(pixels, src_from_dst, *size, "edge") + (1 - covered) * np.array([10, 200, 90])
    check_8_bit(render(pixels, src_from_dst, size, fill=Colour(10, 200, 90, 255), antialias=False), exact)


@pytest.mark.parametrize("shift", [0.3, 0.6000001, 7990.123456])
@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_coordinates_stay_exact_in_a_picture_8000_pixels_wide(shift, depth):
    pixels = pictures.random(8000, 6, 1, depth)
    src_from_dst = np.array([[0.999, 1e-3, shift], [1e-5, 0.9, 0.2], [0, 0, 1]])
    exact = oracles.bilinear(pixels, src_from_dst, 8000, 6, "wrap")
    check = check_8_bit if depth == np.uint8 else check_16_bit
    check(render(pixels, src_from_dst, border="wrap"), exact)


def test_a_projective_map_stays_exact_near_x_8000():
    pixels = pictures.random(8000, 6, 1)
    src_from_dst = np.array([[0.9, 0.1, 900], [0, 0.95, 0.1], [1e-6, 0, 1]])
    exact = oracles.bilinear(pixels, src_from_dst, 7700, 6, "edge")
    check_8_bit(render(pixels, src_from_dst, Size(7700, 6), border="edge"), exact)


@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_a_tie_at_short_weights_rounds_up(depth):
    pixels = np.array([[[1], [2], [5], [6]]], depth)
    np.testing.assert_array_equal(
        render(pixels, [[1, 0, 0.5], [0, 1, 0], [0, 0, 1]], border="edge").ravel(), [2, 4, 6, 6]
    )


def test_the_classic_constant_border_on_black_is_within_the_same_bound():
    pixels = pictures.astronaut()[:200, :256]
    src_from_dst = maps.AFFINE["turned by 30"]
    exact = oracles.bilinear(pixels, src_from_dst, 256, 200, "constant", [0, 0, 0])
    check_8_bit(render(pixels, src_from_dst, border="constant", fill=BLACK), exact)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", oracles.KERNELS)
@pytest.mark.parametrize("channels", pictures.CHANNELS)
def test_every_filter_under_every_border_is_its_formula(channels, filter, border):
    """Where a colour is what little remains of much alpha, it is as exact as its premultiplied value only."""
    pixels, src_from_dst = pictures.random(9, 7, channels), maps.turn(20, 0.7, about=(3, 2))
    fill = [90, 255] if channels == 2 else [90, 90, 90, 255][:channels]
    if border == "clip":  # on a canvas inside the picture no fill takes part: its outermost taps read the edge
        src_from_dst, border_of_taps = homography.translate(1, 1) @ np.diag([0.4, 0.3, 1]) @ maps.turn(0, 1), "edge"
    else:
        border_of_taps = border
    exact = oracles.filtered(pixels, src_from_dst, 16, 16, border_of_taps, fill, filter)
    warped = render(
        pixels, src_from_dst, Size(16, 16), filter=filter, border=border, fill=Colour(90, 90, 90, 255), antialias=False
    )
    bound = np.full_like(exact, BOUND_8_BIT)
    if channels in {2, 4}:
        summed = 36 * 2**-24 * 1.55**2 * 255
        bound[..., :-1] = 0.5 + 2 * summed * 255 / np.maximum(exact[..., -1:], 0.5)
        decided = np.abs(exact[..., -1] - 0.5) > TIE_8_BIT
        exact, warped, bound = exact[decided], warped[decided], bound[decided]
    np.testing.assert_array_less(np.abs(warped - exact), bound)


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize("filter", oracles.KERNELS)
@pytest.mark.parametrize("border", ["constant", "edge", "reflect", "mirror", "wrap"])
@pytest.mark.parametrize(
    "src_from_dst",
    [
        maps.turn(25, 3.3, about=(11, 8)),
        np.diag([2.6, 3.4, 1]),
        np.array([[3, 0.2, -9], [0.1, 3, -12], [0.02, 0.01, 1]]),
    ],
)
def test_a_border_is_a_picture_that_goes_on(src_from_dst, border, filter, antialias):
    """Told by np.pad, far enough out that nothing reaches beyond it; also where averages read the border."""
    pixels, beyond = pictures.random(23, 17, 3, np.uint16), 100
    src_from_dst = homography.translate(-20.3, -14.6) @ src_from_dst
    around = ((beyond, beyond), (beyond, beyond), (0, 0))
    if border == "constant":
        padded = np.pad(pixels, around, constant_values=90 * 257)
    else:
        padded = np.pad(pixels, around, mode=oracles.NUMPY_PAD[border])
    options = {"filter": filter, "antialias": antialias, "fill": Colour(90, 90, 90, 255)}
    warped = render(pixels, src_from_dst, Size(20, 16), border=border, **options)
    shifted = homography.translate(beyond, beyond) @ src_from_dst
    exact = render(padded, shifted, Size(20, 16), border="edge", **options)
    # The same sums, but for coordinates rounded elsewhere and, under constant, the fill's share summed apart.
    summed = (9 * 9 + 36) * 2**-24 * 1.55**2 * 65535
    np.testing.assert_array_less(np.abs(warped.astype(int) - exact), 1 + 2 * summed)
