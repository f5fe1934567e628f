"""Shrinking: nearer to what each pixel covers than the warps of OpenCV, Pillow and ImageMagick, by 4 dB in every row.

Rows, maps, truth and calls are those of `benchmarks.shrinking`, on smaller gray pictures. ImageMagick's results are
recorded; see `tests.golden.record_imagemagick_shrinking`.
"""

from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from benchmarks import shrinking
from core import Size
from tests import pictures

SIDE = 256
GREEN = slice(1, 2)
PICTURES = {
    "zone plate": lambda: shrinking.zone_plate(SIDE),
    "astronaut": lambda: pictures.astronaut()[20:276, 100:356],
    "coffee": lambda: pictures.coffee()[80:336, 200:456],
    "chelsea": lambda: pictures.chelsea()[22:278, 100:356],
}
FACTORS = (2, 3, 6, 16)
ROWS = tuple(product(PICTURES, shrinking.MAPS, FACTORS))
GOLDEN = Path(__file__).parents[1] / "golden" / "imagemagick_shrinking.npz"

LEAD = 4.0
"""dB by which ours must be ahead of each of the others: its mean squared error is at most 1/2.5 of theirs."""

ROUNDED = 0.05
"""dB: the figures are stated to a tenth."""


@cache
def picture_of(title):
    return np.ascontiguousarray(PICTURES[title]()[..., GREEN])


def case_of(name, factor):
    return shrinking.MAPS[name](Size(SIDE, SIDE), factor)


def recorded(title, name, factor):
    with np.load(GOLDEN) as golden:
        return golden[f"{title}, {name}, {factor}"][..., np.newaxis]


@pytest.mark.parametrize(("title", "name", "factor"), ROWS)
def test_ours_is_nearest_to_what_each_pixel_covers(title, name, factor):
    pixels, case = picture_of(title), case_of(name, factor)
    exact, inside = shrinking.truth(pixels, case)
    assert np.count_nonzero(inside) >= 64
    peers = {f"OpenCV {way}": shrinking.opencv(pixels, case, way) for way in shrinking.OPENCV}
    peers |= {f"Pillow {way}": shrinking.pillow(pixels, case, way) for way in shrinking.PILLOW}
    peers["ImageMagick"] = recorded(title, name, factor)
    own = shrinking.psnr(shrinking.ours(pixels, case), exact, inside)
    for peer, warped in peers.items():
        figure = shrinking.psnr(warped, exact, inside)
        assert own > figure + LEAD, f"{peer} has {figure:.1f} dB, ours {own:.1f} dB"


@pytest.mark.parametrize(("factor", "stated"), [(2, 56.6), (4, 44.5), (8, 50.6)])
def test_straight_shrinking_has_the_stated_figures(factor, stated):
    pixels = shrinking.zone_plate(512)[..., GREEN]
    case = shrinking.straight(Size(512, 512), factor)
    own = shrinking.psnr(shrinking.ours(pixels, case), *shrinking.truth(pixels, case))
    assert own == pytest.approx(stated, abs=ROUNDED)


def test_the_truth_is_the_mean_over_each_pixel():
    """On a ramp it is the ramp at the pixel's centre, but for the edge, where the picture's outermost samples hold."""
    pixels = pictures.ramp(30, 20, depth=np.uint16)
    case = shrinking.MAPS["turned by 30°"](Size(30, 20), 2)
    exact, inside = shrinking.truth(pixels, case)
    column, row = np.meshgrid(np.arange(15) + 0.5, np.arange(10) + 0.5)
    x, y, _ = np.tensordot(case.src_from_dst, [column, row, np.ones_like(row)], axes=1)
    interior = (x > 2) & (x < 28) & (y > 2) & (y < 18)  # half the diagonal of a pixel is 1.42, and half a sample more
    assert np.all(inside[interior])
    assert not np.all(inside)
    np.testing.assert_allclose(exact[interior, 0], (3 * (x - 0.5) + 7 * (y - 0.5))[interior], rtol=0, atol=1e-9)


def test_imagemagicks_results_tell_how_they_were_made():
    with np.load(GOLDEN) as golden:
        assert str(golden["version"]).startswith("ImageMagick 6.9.11-60 Q16")
        for title, name, factor in ROWS:
            *words, numbers = parsed(shrinking.imagemagick_command(picture_of(title), case_of(name, factor)))
            *recorded_words, recorded_numbers = parsed(str(golden[f"command: {title}, {name}, {factor}"]).split(" "))
            assert recorded_words == words
            assert recorded_numbers == pytest.approx(numbers, rel=1e-12)  # an inverse may differ by its last digits


def parsed(command):
    """The words, then the numbers that -distort was given."""
    place = command.index("-distort") + 2
    return [*command[:place], *command[place + 1 :], [float(number) for number in command[place].split(",")]]
