"""Which resolutions of a picture an average reads, and what each counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.antialias import Side, coarseness, level_share


def lengths_of(*lengths):
    """Two sides of given lengths, the second turned from the first."""
    return [
        Side(length * np.cos(angle), length * np.sin(angle), np.array([length])) for angle, length in enumerate(lengths)
    ]


@pytest.mark.parametrize(("longer", "expected"), [(0, 0), (8, 1 / 2), (16, 1), (20, 5 / 4), (16 * 64, 64)])
@pytest.mark.parametrize("shorter", [0, 1 / 2, 1])
def test_the_source_does_up_to_17_knots_a_pixel_apart(shorter, longer, expected):
    first, second = lengths_of(longer, shorter * longer)
    np.testing.assert_array_equal(coarseness(first, second), [expected])
    np.testing.assert_array_equal(coarseness(second, first), [expected])


coarse_averages = st.floats(0, 2**14) | st.integers(-2, 28).map(lambda half: 2 ** (half / 2))
"""Beyond what the smallest of pyramids has, and the powers of two where one level takes over from another."""


@given(coarse_averages, st.integers(0, 12))
def test_the_shares_of_all_levels_sum_to_1_and_two_neighbours_have_them(coarse, top):
    """Differences and powers of two are exact; 1 - share rounds once, and so does the sum."""
    shares = np.array([level_share(np.array([coarse]), level, top).item() for level in range(top + 1)])
    assert np.all((shares >= 0) & (shares <= 1))
    np.testing.assert_allclose(shares.sum(), 1, rtol=0, atol=2 * 2**-53)
    counted = np.flatnonzero(shares)
    assert np.ptp(counted) <= 1
    finest_that_does = np.log2(np.clip(coarse, 1, 2.0**top))
    assert finest_that_does - 1e-12 <= counted[-1] < finest_that_does + 1 + 1e-12


@pytest.mark.parametrize("level", range(6))
def test_the_share_of_a_level_is_a_trapezoid(level):
    """It comes within a quarter of the way to its own power of two, and goes within a quarter of the way beyond it."""
    top, ends = 5, 2.0 ** np.array([level - 1, level])
    coarse = np.concatenate([np.linspace(0, 40, 5000), 2.0 ** np.arange(7), 1.25 * 2.0 ** np.arange(6)])
    rising = np.interp(coarse, [ends[0], 1.25 * ends[0]], [0, 1]) if level else 1
    falling = np.interp(coarse, [ends[1], 1.25 * ends[1]], [1, 0]) if level < top else 1
    # The oracle rounds places of up to 40, which a slope of 4 over the level's power of two makes shares of.
    np.testing.assert_allclose(
        level_share(coarse, level, top), np.minimum(rising, falling), rtol=0, atol=8 * 4 / ends[0] * np.spacing(40.0)
    )


@given(coarse_averages, st.floats(-1e-3, 1e-3), st.integers(0, 12))
def test_the_share_of_a_level_is_continuous(coarse, by, top):
    """Coming is its steepest way: it takes a quarter of half its power of two."""
    coarse, other = np.array([coarse]), np.array([max(0.0, coarse + by)])
    for level in range(top + 1):
        change = level_share(other, level, top) - level_share(coarse, level, top)
        np.testing.assert_array_less(np.abs(change), 4 / 2 ** (level - 1) * np.abs(other - coarse) + 4 * 2**-53)
