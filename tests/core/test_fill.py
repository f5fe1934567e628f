import numpy as np
import pytest

from core import BLACK, TRANSPARENT, Colour, fill
from tests import pictures

RED, GRAY = Colour(255, 0, 0, 255), Colour(128, 128, 128, 255)
FAINT_RED, FAINT_GRAY = Colour(255, 0, 0, 128), Colour(128, 128, 128, 128)
INVISIBLE_RED = Colour(255, 0, 0, 0)


@pytest.mark.parametrize(
    ("colour", "outputs"),  # for sources of 1, 2, 3 and 4 channels
    [
        (TRANSPARENT, (2, 2, 4, 4)),
        (INVISIBLE_RED, (2, 2, 4, 4)),
        (BLACK, (1, 2, 3, 4)),
        (GRAY, (1, 2, 3, 4)),
        (RED, (3, 4, 3, 4)),
        (FAINT_GRAY, (2, 2, 4, 4)),
        (FAINT_RED, (4, 4, 4, 4)),
    ],
)
def test_the_output_gains_what_the_fill_needs_and_only_if_it_shows(colour, outputs):
    assert tuple(fill.output_channels(channels, colour, fill_shows=True) for channels in pictures.CHANNELS) == outputs
    assert tuple(fill.output_channels(channels, colour, fill_shows=False) for channels in pictures.CHANNELS) == (
        1,
        2,
        3,
        4,
    )


@pytest.mark.parametrize(("channels", "samples"), [(1, [10]), (2, [10, 40]), (3, [10, 20, 30]), (4, [10, 20, 30, 40])])
def test_a_fill_is_written_in_the_outputs_channels_times_257_at_16_bits(channels, samples):
    colour = Colour(10, 20, 30, 40)
    eight = fill.fill_samples(colour, channels, np.dtype(np.uint8))
    sixteen = fill.fill_samples(colour, channels, np.dtype(np.uint16))
    np.testing.assert_array_equal(eight, np.array(samples, np.uint8), strict=True)
    np.testing.assert_array_equal(sixteen, np.array(samples, np.uint16) * 257, strict=True)


def test_white_stays_white_at_16_bits():
    white = fill.fill_samples(Colour(255, 255, 255, 255), 4, np.dtype(np.uint16))
    np.testing.assert_array_equal(white, np.full(4, 65535, np.uint16), strict=True)


def test_an_invisible_fill_has_no_colour():
    np.testing.assert_array_equal(fill.fill_samples(INVISIBLE_RED, 4, np.dtype(np.uint8)), [0, 0, 0, 0])


@pytest.mark.parametrize(
    ("source", "channels", "widened"),
    [
        ([7], 2, [7, 255]),
        ([7], 3, [7, 7, 7]),
        ([7], 4, [7, 7, 7, 255]),
        ([7, 9], 4, [7, 7, 7, 9]),
        ([7, 8, 9], 4, [7, 8, 9, 255]),
    ],
)
def test_widening_repeats_gray_and_makes_opaque(source, channels, widened):
    np.testing.assert_array_equal(fill.widen(np.array([[source]], np.uint8), channels), [[widened]])


def test_the_fill_takes_the_share_that_the_picture_leaves():
    values, covered = np.array([[50, 25, 0]], np.float32), np.array([0.25], np.float32)
    over = fill.over_fill(values, covered, np.array([100, 100, 200, 255], np.uint8))
    np.testing.assert_array_equal(over, np.array([[125, 100, 150, 255]], np.float32), strict=True)


def test_the_fill_is_no_matte_under_the_sources_own_alpha():
    values, covered = np.array([[0, 0, 0, 0]], np.float32), np.array([1], np.float32)
    np.testing.assert_array_equal(fill.over_fill(values, covered, np.array([9, 9, 9, 255], np.uint8)), [[0, 0, 0, 0]])
