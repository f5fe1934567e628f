"""A strip that is rolled up has no edge where its ends meet, and none in the disc's middle."""

import numpy as np
import pytest

from core import BORDERS, Chain, Depolar, Polar, Projective, Size, State, Swirl, homography
from core.coverage import coverage
from core.grid import pixel_centres
from core.seam import closed_edges, wraps_down
from tests import pictures
from tests.core.rendering import render_chain

STRIP = Size(20, 60)
ROLL = Depolar(21.3, 20.6, 20, 60, log=False)
DISC = Size(44, 42)
ALL_BUT_THE_RIM = {"left", "top", "bottom"}


def rolled(*before):
    """A strip that is moved by matrices, forwards, and rolled up."""
    chain = Chain()
    for dst_from_src in before:
        chain = chain.then(Projective.forward(np.asarray(dst_from_src, float)))
    return chain.then(ROLL)


def radius_of(canvas):
    x, y = pixel_centres(range(canvas.height), canvas.width)
    return np.hypot(x - ROLL.centre_x, y - ROLL.centre_y)


@pytest.mark.parametrize("border", ["clip", "edge", "reflect"])
@pytest.mark.parametrize("filter", ["nearest", "bilinear", "bicubic", "lanczos3"])
def test_rows_run_on_across_the_seam_under_any_border(filter, border):
    """A strip that is the same all along its angles but for a smooth wave, whose ends meet: so does the disc."""
    angle = 2 * np.pi * (np.arange(60) + 0.5) / 60
    strip = np.rint(100 + 90 * np.sin(angle))[:, np.newaxis, np.newaxis].repeat(20, axis=1).astype(np.uint8)
    warped = render_chain(strip, rolled(), DISC, filter=filter, border=border)
    inside = (radius_of(DISC) > 8) & (radius_of(DISC) < 17)
    x, y = np.broadcast_arrays(*pixel_centres(range(DISC.height), DISC.width))
    exact = 100 + 90 * np.sin(np.arctan2(y - ROLL.centre_y, x - ROLL.centre_x))
    # A row is a 60th of a turn: the nearest one is half of that away, an interpolated value the wave's bend off, and
    # where the disc is shrunk by less than 60 / (2 pi 8) an average over one row more.
    bound = {"nearest": 90 * np.pi / 60}.get(filter, 90 * (2 * np.pi / 60) ** 2 / 2) + 1
    np.testing.assert_array_less(np.abs(warped[..., 0] - exact)[inside], bound)
    if warped.shape[2] == 2:
        np.testing.assert_array_equal(warped[..., 1][inside], 255)


def test_the_disc_is_covered_but_for_its_rim():
    chain = rolled()
    dst = pixel_centres(range(DISC.height), DISC.width)
    share = coverage(chain, dst, chain.src_from_dst(*dst), STRIP)
    radius = radius_of(DISC)
    np.testing.assert_array_equal(share[radius < 19.4], 1)
    np.testing.assert_array_equal(share[radius > 20.6], 0)
    np.testing.assert_allclose(share, np.clip(20 - radius + 0.5, 0, 1), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("before", "closed"),
    [
        ((), ALL_BUT_THE_RIM),
        ((np.diag([1, -1, 1]), homography.translate(0, 60)), ALL_BUT_THE_RIM),  # upside down
        ((np.diag([-1, 1, 1]), homography.translate(20, 0)), {"right", "top", "bottom"}),  # inside out
        ((np.diag([0.5, 1, 1]),), ALL_BUT_THE_RIM),
        ((homography.translate(3, 0),), {"top", "bottom"}),  # a ring
        ((homography.translate(0, 1e-3),), set()),
        ((np.diag([1, 0.5, 1]),), set()),  # half a turn
        ((np.diag([1, 2, 1]),), set()),
        ((homography.shear(0.1, 0),), set()),
        ((homography.shear(0, 0.1),), set()),
        ((homography.rotate(np.pi / 2), homography.translate(60, 0)), set()),
        (([[1, 0, 0], [0, 1, 0], [1e-3, 0, 1]],), set()),
    ],
)
def test_what_comes_before_the_roll_decides_what_is_closed(before, closed):
    chain = rolled(*before)
    assert closed_edges(chain, STRIP) == closed
    assert wraps_down(chain, STRIP) == ("top" in closed)


def test_a_strip_of_any_resolution_that_is_stretched_to_a_turn_is_closed():
    assert closed_edges(rolled(np.diag([1, 0.5, 1])), Size(20, 120)) == ALL_BUT_THE_RIM
    assert closed_edges(rolled(np.diag([1, 60 / 7, 1])), Size(20, 7)) == ALL_BUT_THE_RIM


def test_a_cropped_strip_is_not_wrapped():
    """A crop is only a view; but rows 10 to 50 stretched to a turn leave out a third of the strip."""
    cropped = State.start(STRIP).crop(0, 10, Size(20, 40)).resize(STRIP, "stretch").through(ROLL, DISC)
    assert closed_edges(cropped.map, STRIP) == frozenset()


@pytest.mark.parametrize(
    "chain",
    [
        Chain(),
        Chain.inverse(np.eye(3)),
        Chain.inverse(np.zeros((3, 3))),
        Chain((Polar(21.0, 20.0, 20, 60, log=False),)),
        Chain((Swirl(1.0, 9.0, 9.0, 9.0), ROLL)),
        Chain((Projective(np.eye(3)), Swirl(1.0, 9.0, 9.0, 9.0), ROLL)),
    ],
)
def test_other_maps_close_nothing(chain):
    assert closed_edges(chain, STRIP) == frozenset()


@pytest.mark.parametrize("after", [(), (Projective.forward(homography.scale(1.5, 0.7)),)])
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", ["nearest", "bilinear", "lanczos3"])
def test_inside_the_disc_every_border_reads_as_wrap_does(filter, border, after):
    picture = pictures.random(*STRIP, 3)
    chain = Chain((*rolled().links, *after))
    away = 5  # from the rim and the middle, farther than any tap and average reaches
    ours, wrapped = (render_chain(picture, chain, DISC, filter=filter, border=name) for name in (border, "wrap"))
    x, y = pixel_centres(range(DISC.height), DISC.width)
    rho, _ = chain.src_from_dst(x, y)
    inside = (rho > away) & (rho < 20 - away)
    np.testing.assert_array_equal(ours[..., :3][inside], wrapped[..., :3][inside])
    assert np.all(ours[inside][:, 3:] == 255)


def test_without_the_seam_an_edge_would_be_seen():
    """The same strip cut short by a row has an edge there."""
    white = np.full((60, 20, 1), 255, np.uint8)
    open_strip = Chain((Depolar(21.3, 20.6, 20, 61, log=False),))
    whole, cut = (render_chain(white, chain, DISC) for chain in (rolled(), open_strip))
    inside = radius_of(DISC) < 19.4
    assert whole[..., 1][inside].min() == 255
    assert cut[..., 1][inside].min() < 255
