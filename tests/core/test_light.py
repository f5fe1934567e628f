"""Sums of light: against the curve of IEC 61966-2-1 in float64."""

import numpy as np
import pytest

from core import LIGHTS, Colour, Size, homography
from core.image import premultiply
from tests import oracles, pictures
from tests.core.maps import turn
from tests.core.rendering import render

LINEAR, SRGB = LIGHTS["linear"], LIGHTS["srgb"]
STEEPEST = 12.92
"""Of the encoding: in the darks it is this straight line, and nowhere steeper."""

TABLE_ERROR = STEEPEST * 0.5 / (2**12 - 1) * 255
"""Levels: half a step of the table of 2^12 entries, where the curve is steepest; 0.402."""


def decoded(srgb):
    srgb = np.asarray(srgb, float)
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def encoded(linear):
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("name", LIGHTS)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_every_level_survives_the_round_trip(name, depth):
    levels = np.arange(pictures.full(depth) + 1).astype(depth)
    back = LIGHTS[name].encode(LIGHTS[name].decode(levels), np.dtype(depth))
    np.testing.assert_array_equal(np.floor(back + 0.5), levels)


@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_decoding_is_the_curve_in_units_of_a_full_sample(depth):
    full = pictures.full(depth)
    levels = np.arange(full + 1).astype(depth)
    np.testing.assert_allclose(LINEAR.decode(levels), decoded(levels / full) * full, rtol=2**-24 * 1.01)
    np.testing.assert_array_equal(SRGB.decode(levels), levels)


def test_encoding_to_8_bits_is_the_curve_to_the_tables_step():
    values = np.linspace(0, 255, 100_001, dtype=np.float32)
    exact = encoded(values.astype(float) / 255) * 255
    error = np.abs(LINEAR.encode(values.copy(), np.dtype(np.uint8)) - exact)
    np.testing.assert_array_less(error, TABLE_ERROR + 1e-4)  # and float32: 2^-24 of 255, times the slope
    assert error.max() > 0.9 * TABLE_ERROR


def test_encoding_to_16_bits_is_the_curve_to_the_lines_between_the_tables_steps():
    """By lines over 2^16 steps h: off by h^2/8 of the curve's bend, and where two pieces meet, by h/4 of the corner."""
    dark = 0.0031308  # where the curve begins, with its strongest bend
    slope, bend = 1.055 / 2.4 * dark ** (1 / 2.4 - 1), 1.055 / 2.4 * (1 - 1 / 2.4) * dark ** (1 / 2.4 - 2)
    step = 2.0**-16
    of_lines = 65535 * ((12.92 - slope) * step / 4 + bend * step**2 / 8)
    values = np.linspace(0, 65535, 200_001, dtype=np.float32)
    exact = encoded(values.astype(float) / 65535) * 65535
    error = np.abs(LINEAR.encode(values.copy(), np.dtype(np.uint16)) - exact)
    # The share and its place in the table are rounded to float32, times a slope of up to 12.92; the line's own sums.
    np.testing.assert_array_less(error, of_lines + (12.92 * 2 + 3) * 2**-24 * 65535)


@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_what_overshoots_is_black_and_white(depth):
    values = np.array([-1e6, -1, 0, pictures.full(depth), 1e9], np.float32)
    encoded_values = LINEAR.encode(values, np.dtype(depth))
    np.testing.assert_array_equal(encoded_values, np.array([0, 0, 0, 1, 1]) * pictures.full(depth))


def test_alpha_is_a_share_and_never_decoded():
    pixel = np.array([[188, 51]], np.uint8)
    np.testing.assert_allclose(premultiply(pixel, LINEAR), [[decoded(188 / 255) * 51, 51]], rtol=2**-22)
    picture = pictures.random(9, 8, 4)
    for src_from_dst in (turn(33, 0.7, about=(4, 4)), turn(33, 1.9, about=(4, 4)), np.diag([2.0, 1.5, 1])):
        alphas = [render(picture, src_from_dst, light=light)[..., 3] for light in LIGHTS]
        np.testing.assert_array_equal(*alphas)


@pytest.mark.parametrize(("light", "level"), [("srgb", 128), ("linear", 188)])
@pytest.mark.parametrize("depth", pictures.DEPTHS)
@pytest.mark.parametrize("filter", oracles.KERNELS)
def test_a_checker_shrunk_to_half_is_half_the_light(light, level, depth, filter):
    """Every point in the middle of four pixels sees as much black as white, whatever is averaged: 127.5 or 187.5."""
    shrunk = render(
        pictures.checker(16, 12, depth), np.diag([2.0, 2, 1]), Size(8, 6), filter=filter, light=light, border="wrap"
    )
    exact = {"srgb": 0.5, "linear": float(encoded(0.5))}[light] * pictures.full(depth)
    # Unsigned, the float32 weights of a pixel sum to 1.55^2; each of the few dozen sums and products rounds by 2^-24.
    error = 100 * 2**-24 * 1.55**2 * pictures.full(depth) + (TABLE_ERROR if depth == np.uint8 else 0)
    np.testing.assert_array_less(np.abs(shrunk - exact), 0.5 + error)
    if depth == np.uint8 and filter == "bilinear":
        np.testing.assert_array_equal(shrunk, level)


@pytest.mark.parametrize("channels", pictures.CHANNELS)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_a_picture_is_interpolated_as_light(channels, depth):
    full = pictures.full(depth)
    picture, src_from_dst = pictures.random(12, 10, channels, depth), turn(30, 0.8, about=(5, 4))
    colours = channels - (channels in {2, 4})
    values = np.array(picture, float)
    values[..., :colours] = decoded(values[..., :colours] / full) * full
    if channels in {2, 4}:
        values[..., :-1] *= values[..., -1:] / full
    x, y, _ = oracles.source_points(src_from_dst, 12, 10)
    exact = oracles.straight(oracles.interpolate(values, x, y, "edge"), picture)
    exact[..., :colours] = encoded(exact[..., :colours] / full) * full
    warped = render(picture, src_from_dst, light="linear", border="edge")
    if channels in {2, 4}:  # a faint colour is only as exact as its premultiplied value
        clear = exact[..., -1] > full / 8
        warped, exact = warped[clear], exact[clear]
    # The sums are exact to 8 x 2^-24 of the full level, 8 times that under an alpha of an eighth; then the curve.
    summed = STEEPEST * 8 * 8 * 2**-24 * full
    np.testing.assert_array_less(np.abs(warped - exact), 0.5 + summed + (TABLE_ERROR if depth == np.uint8 else 0.05))


def test_the_fill_is_light_too():
    black, white = np.zeros((4, 4, 3), np.uint8), Colour(255, 255, 255, 255)
    half_covered = homography.translate(0.5, 0)
    assert render(black, half_covered, fill=white, light="srgb")[1, 3].tolist() == [128] * 3
    assert render(black, half_covered, fill=white, light="linear")[1, 3].tolist() == [188] * 3


def test_a_copy_is_a_copy_in_any_light():
    picture = pictures.random(7, 5, 4)
    np.testing.assert_array_equal(render(picture, np.eye(3), light="linear"), picture, strict=True)
