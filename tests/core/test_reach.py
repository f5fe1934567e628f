"""Bounds on where a canvas reads: they hold every source, and what they prove is true of the pixels."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import BLACK, Bulge, Chain, Depolar, Lens, Polar, Projective, Size, Swirl, Wave, fill_shows, homography
from core.reach import EVERYWHERE, Box, source_box
from tests.core.maps import turn
from tests.core.rendering import render_chain

CANVAS = Size(40, 30)
BULGE = Bulge(strength=0.5, radius=10.0, centre_x=20.0, centre_y=15.0)
FOLDING = Lens(k1=-0.9, k2=0.0, k3=0.0, p1=0.0, p2=0.0, focal=40.0, centre_x=20.0, centre_y=15.0)
HORIZON = np.array([[1, 0, 0], [0, 1, 0], [0.1, 0, -1.0]])


def chain_of(*links):
    return Chain(tuple(Projective(link) if isinstance(link, np.ndarray) else link for link in links))


bulges = st.builds(Bulge, st.floats(-1, 0.95), st.floats(1, 60), st.floats(-20, 60), st.floats(-20, 60))
affine = st.builds(lambda degrees, scale, x, y: turn(degrees, scale, (x, y)), *[st.floats(0.1, 9)] * 4)


@settings(max_examples=60)
@given(st.lists(bulges | affine, min_size=1, max_size=4))
def test_all_sources_of_a_canvas_lie_in_the_box(links):
    chain = chain_of(*links)
    x, y = chain.src_from_dst(*np.meshgrid(np.linspace(0, 40, 41), np.linspace(0, 30, 31)))
    box = source_box(chain, CANVAS)
    slack = 1e-9 * (1 + np.abs([x, y]).max())
    assert box.left - slack <= x.min() <= x.max() <= box.right + slack
    assert box.top - slack <= y.min() <= y.max() <= box.bottom + slack


@pytest.mark.parametrize(
    ("chain", "box"),
    [
        (Chain(), (0, 0, 40, 30)),
        (chain_of(np.array([[0, 2, 5], [-1, 0, 50], [0, 0, 1.0]])), (5, 10, 65, 50)),
        (chain_of(np.array([[1, 0, 0], [0, 1, 0], [0.025, 0, 1]])), (0, 0, 20, 30)),
        (chain_of(BULGE), (0, 0, 40, 30)),
        (chain_of(homography.translate(3, 0), Bulge(0.5, 10.0, 35.0, 2.0)), (3, -8, 48, 30)),
        (chain_of(Bulge(0.5, 10.0, 35.0, 2.0), homography.scale(0.5, 0.5)), (0, -8, 45, 15)),
    ],
)
def test_boxes_are_as_worked_by_hand(chain, box):
    np.testing.assert_allclose(source_box(chain, CANVAS), box, rtol=1e-15)


@pytest.mark.parametrize(
    "chain",
    [
        chain_of(Swirl(1.0, 10.0, 20.0, 15.0)),
        chain_of(Wave(1.0, 9.0, 0.0, "x")),
        chain_of(Depolar(20.0, 15.0, 40, 30, log=False)),
        chain_of(Polar(20.0, 15.0, 40, 30, log=False)),
        chain_of(Polar(20.0, 15.0, 40, 30, log=True), np.diag([2.0, 3, 1])),
        chain_of(np.diag([2.0, 3, 1]), Swirl(1.0, 10.0, 20.0, 15.0)),
    ],
)
def test_of_maps_without_a_bound_it_is_only_known_that_all_points_have_a_source(chain):
    assert source_box(chain, CANVAS) == EVERYWHERE


@pytest.mark.parametrize(
    "chain",
    [
        chain_of(HORIZON),
        chain_of(BULGE, HORIZON),
        chain_of(HORIZON, Swirl(1.0, 10.0, 20.0, 15.0)),
        chain_of(FOLDING),
        chain_of(Swirl(1.0, 10.0, 20.0, 15.0), FOLDING),
        chain_of(Polar(20.0, 15.0, 40, 30, log=False), homography.translate(-1, 0)),  # left of the strip
        chain_of(np.diag([1e308, 1, 1]), BULGE),  # beyond all numbers
    ],
)
def test_where_a_point_may_have_no_source_there_is_no_box(chain):
    assert source_box(chain, CANVAS) is None
    for border in ("edge", "clip"):
        assert fill_shows(chain, CANVAS, Size(1000, 1000), filter="bilinear", border=border)


@pytest.mark.parametrize(
    ("box", "is_inside"),
    [
        (Box(0, 0, 40, 30), True),
        (Box(1, 2, 39, 28), True),
        (Box(-1e-9, 0, 40, 30), True),
        (Box(0, -1, 40, 30), False),
        (Box(0, 0, 40.5, 30), False),
        (Box(0, 0, 40, math.inf), False),
        (EVERYWHERE, False),
    ],
)
def test_a_box_is_inside_a_picture_or_not(box, is_inside):
    assert box.is_inside(CANVAS) == is_inside


@pytest.mark.parametrize("filter", ["nearest", "bilinear", "lanczos3"])
@pytest.mark.parametrize("scale", [0.5, 1, 2, 4, 8])
@pytest.mark.parametrize("strength", [-1, 0.95])
@pytest.mark.parametrize("border", ["clip", "constant"])
def test_a_bulge_inside_the_picture_shows_no_fill(border, strength, scale, filter):
    """Wherever the plan says so, even where the map bends right beside the edge and a pixel is many of its pixels."""
    white = np.full((80, 80, 3), 255, np.uint8)
    chain = chain_of(Bulge(strength, 40.0, 40.0, 40.0), np.diag([scale, scale, 1]))
    canvas = Size(*[int(80 / scale)] * 2)
    shows = fill_shows(chain, canvas, Size(80, 80), filter=filter, border=border)
    assert shows == (border == "constant" and filter != "nearest")
    warped = render_chain(white, chain, canvas, filter=filter, border=border)
    if shows:
        assert warped.shape[2] == 4
        np.testing.assert_array_equal(warped[warped[..., 3] > 0][:, :3], 255)
    else:
        np.testing.assert_array_equal(warped, np.full((canvas.height, canvas.width, 3), 255))


@pytest.mark.parametrize(("centre", "shows"), [(40.0, False), (41.0, False), (39.0, False), (41.1, True), (38.9, True)])
def test_a_bulge_that_reaches_beyond_the_edge_may_show_the_fill(centre, shows):
    chain = chain_of(Bulge(0.5, 39.0, centre, 40.0))
    assert fill_shows(chain, Size(80, 80), Size(80, 80), filter="bilinear", border="clip") == shows
    assert not fill_shows(chain, Size(80, 80), Size(80, 80), filter="bilinear", border="wrap")
    assert render_chain(np.zeros((80, 80, 3), np.uint8), chain, fill=BLACK).shape[2] == 3
