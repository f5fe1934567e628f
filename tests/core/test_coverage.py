"""The share of each pixel that the picture covers, against the polygon's true area; and who gains alpha from it."""

import numpy as np
import pytest

from core import (
    BLACK,
    BORDERS,
    FILTERS,
    FITS,
    Bulge,
    Chain,
    Colour,
    Lens,
    Projective,
    Size,
    State,
    Swirl,
    Wave,
    homography,
)
from core.coverage import coverage, fill_shows
from core.grid import pixel_centres
from tests import pictures
from tests.core.maps import turn
from tests.core.polygons import area_under, beside, square_to
from tests.core.rendering import render, render_operations, render_state, state_after

SOURCE = Size(40, 30)
STRAIGHT_EDGE = 0.044  # (sqrt(2) - 1)^2 / 4 = 0.0429 at 45 degrees, where a pixel is least like a strip

QUADRILATERALS = {
    "upright": [(5.3, 4.2), (50.9, 4.2), (50.9, 41.6), (5.3, 41.6)],
    "turned": [(30.3, 2.1), (61.2, 32.5), (35.4, 58.7), (4.5, 28.3)],
    "sheared": [(12.2, 4.4), (60.1, 8.1), (50.3, 55.2), (2.4, 51.5)],
    "in mild perspective": [(5, 5), (55, 12), (50, 50), (8, 45)],
    "in strong perspective": [(3, 3), (60, 28), (60, 33), (3, 60)],
    "in perspective from below": [(28, 4), (35, 3), (61, 60), (2, 55)],
}


def covered(corners, size=64):
    return coverage_of(Chain.inverse(np.linalg.inv(square_to(corners, *SOURCE))), size)


def coverage_of(chain, size, source=SOURCE):
    """The covered share of each pixel of a square canvas."""
    dst = pixel_centres(range(size), size)
    return coverage(chain, dst, chain.src_from_dst(*dst), source)


def edges_in_reach(corners, column, row):
    """How many of the four edges pass within a pixel's circumcircle."""
    edges = zip(corners, [*corners[1:], corners[0]], strict=True)
    return sum(abs(beside((column + 0.5, row + 0.5), *edge)) < np.sqrt(0.5) for edge in edges)


@pytest.mark.parametrize("name", QUADRILATERALS)
def test_straight_edges_are_within_a_23rd_of_the_true_area(name):
    corners = QUADRILATERALS[name]
    for (row, column), share in np.ndenumerate(covered(corners)):
        if edges_in_reach(corners, column, row) <= 1:
            np.testing.assert_array_less(abs(share - area_under(corners, column, row)), STRAIGHT_EDGE)


def test_upright_edges_and_corners_are_exact():
    corners = QUADRILATERALS["upright"]
    true = [[area_under(corners, column, row) for column in range(64)] for row in range(64)]
    np.testing.assert_allclose(covered(corners), true, rtol=0, atol=2 * np.finfo(np.float32).eps)


def test_a_picture_thinner_than_a_pixel_covers_its_width():
    corners = [(3.4, 2), (3.65, 2), (3.65, 60), (3.4, 60)]
    np.testing.assert_allclose(covered(corners)[10, 2:5], [0, 0.25, 0], atol=1e-6)


def test_points_without_a_source_are_not_covered():
    src_from_dst = np.array([[1, 0, 0], [0, 1, 0], [0, 1, -1.5]])  # a pixel's centre on the horizon, one beyond it
    np.testing.assert_array_equal(coverage_of(Chain.inverse(src_from_dst), 3)[:2], 0)


@pytest.mark.parametrize("slope", [0.001, 0.01, 0.2, 5.0])
def test_a_canvas_inside_the_picture_is_covered_to_its_rim_in_any_perspective(slope):
    white = np.full((100, 100, 3), 255, np.uint8)
    for last_row in ([slope, 0, 1], [-slope / (1 + 100 * slope), 0, 1]):
        src_from_dst = np.array(
            [[1 + 100 * last_row[0], 0, 0], [0, 0.5 * (1 + 100 * min(0, last_row[0])), 0], last_row]
        )
        np.testing.assert_array_equal(render(white, src_from_dst), white, strict=True)


def test_clip_shows_the_edge_pixels_own_colour():
    picture = np.full((10, 10, 3), [200, 30, 90], np.uint8)
    warped = render(picture, turn(33, about=(5, 5)), Size(14, 14))
    seen = warped[..., 3] > 0
    assert np.any(seen & (warped[..., 3] < 255))
    np.testing.assert_array_equal(warped[seen][:, :3], np.broadcast_to([200, 30, 90], (np.count_nonzero(seen), 3)))


@pytest.mark.parametrize("size", [(23, 17), (80, 60), (41, 30), (39, 31)])
def test_resizing_keeps_opaque_edges_opaque(size):
    white = np.full((30, 40, 4), 255, np.uint8)
    state = state_after(white)
    np.testing.assert_array_equal(render_state(white, state, Size(*size)), np.full((size[1], size[0], 4), 255))


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_no_colour_leaks_from_under_alpha_0(filter, depth):
    picture, full = pictures.dirty_alpha(20, 20, depth), pictures.full(depth)
    warped = render_operations(
        picture, homography.about(10, 10, homography.rotate(0.5)), canvas="expand", filter=filter
    )
    seen = warped[..., 3] > 0
    assert seen.any()
    np.testing.assert_array_equal(warped[seen][:, :3], full)
    np.testing.assert_array_equal(warped[~seen], 0)


def test_nearest_covers_all_or_nothing():
    warped = render(np.full((10, 10, 1), 255, np.uint8), turn(33, about=(5, 5)), filter="nearest")
    np.testing.assert_array_equal(np.unique(warped[..., 1]), [0, 255])


SHOWS = {  # a map of an 8x6 picture: does it show the fill on its own canvas under clip, constant, the others?
    "identity": (np.eye(3), False, False, False),
    "enlarged": (np.diag([0.5, 0.5, 1]), False, True, False),
    "enlarged inside": (
        homography.compose(homography.translate(2, 2), homography.scale(0.5, 0.5)),
        False,
        False,
        False,
    ),
    "shifted": (homography.translate(0.25, 0), True, True, False),
    "shifted by a half": (homography.translate(0.5, 0), True, True, False),
    "shifted within the slack": (homography.translate(0.9e-6, 0), False, False, False),
    "shifted beyond the slack": (homography.translate(0, -1.1e-6), True, True, False),
    "turned": (turn(10, about=(4, 3)), True, True, False),
    "seen in perspective": (np.array([[1, 0, 0], [0, 1, 0], [0.01, 0, 1]]), False, True, False),
    "with the horizon in view": (np.array([[1, 0, 0], [0, 1, 0], [0.2, 0, -1]]), True, True, True),
}


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("name", SHOWS)
def test_alpha_comes_if_and_only_if_the_outside_can_show(name, border):
    src_from_dst, clip, constant, others = SHOWS[name]
    expected = {"clip": clip, "constant": constant}.get(border, others)
    chain = Chain.inverse(src_from_dst)
    assert fill_shows(chain, Size(8, 6), Size(8, 6), filter="bilinear", border=border) == expected
    picture = pictures.ramp(8, 6, 3)
    assert render(picture, src_from_dst, border=border).shape[2] == 3 + expected
    assert render(picture, src_from_dst, border=border, fill=BLACK).shape[2] == 3
    assert render(picture[..., :1], src_from_dst, border=border, fill=Colour(9, 0, 0, 255)).shape[2] == 1 + 2 * expected


@pytest.mark.parametrize("border", ["clip", "constant"])
@pytest.mark.parametrize("shift", [(0.5, 0), (0, 0.5), (0.6, -0.6)])
def test_nearest_gains_alpha_wherever_it_shows_the_fill(shift, border):
    picture = np.full((6, 8, 1), 255, np.uint8)
    warped = render(picture, homography.translate(*shift), filter="nearest", border=border)
    assert warped.shape[2] == 2
    np.testing.assert_array_equal(warped[warped[..., 1] > 0], 255)


def test_nearest_gains_no_alpha_where_every_centre_has_a_pixel():
    picture = pictures.ramp(8, 6, 1)
    for border in ("clip", "constant"):
        warped = render(picture, homography.translate(0.3, -0.3), filter="nearest", border=border)
        np.testing.assert_array_equal(warped, picture)


@pytest.mark.parametrize("scale", [1e4, 1e6])
@pytest.mark.parametrize("filter", FILTERS)
def test_strong_enlargement_hides_no_fill(scale, filter):
    """At 1e6 the slack of the source is a whole pixel of the output."""
    src_from_dst = homography.invert(homography.compose(homography.translate(0.9, 0), homography.scale(scale, scale)))
    warped = render(np.full((4, 4, 3), 200, np.uint8), src_from_dst, filter=filter)
    np.testing.assert_array_equal(warped[warped[..., -1] > 0][:, :3], 200)
    assert warped.shape[2] == 4 or (warped == 200).all()


def test_resizing_never_gains_alpha():
    for width in range(1, 300):
        state = State.start(Size(101, 67))
        canvas = FITS["stretch"](state, Size(width, 300 - width))
        assert not fill_shows(canvas.map_of(state), canvas.size, state.source, filter="lanczos3", border="clip")


BENT = {
    "wave": Wave(amplitude=6.0, wavelength=60.0, phase=0.4, axis="x"),
    "swirl": Swirl(strength=0.8, radius=60.0, centre_x=31.0, centre_y=27.0),
    "bulge": Bulge(strength=0.4, radius=50.0, centre_x=33.0, centre_y=25.0),
}


@pytest.mark.parametrize("link", [Swirl(0.0, 9.0, 20.0, 15.0), Bulge(0.0, 20.0, 20.0, 15.0), Wave(0.0, 9.0, 0.3, "y")])
@pytest.mark.parametrize("matrix", [homography.translate(0.3, 0.8), turn(30, 1.7, (20, 15)), turn(-80, 0.4, (9, 9))])
def test_a_map_that_bends_nothing_covers_as_if_it_were_not_there(link, matrix):
    straight = Projective.forward(matrix)
    for chain in (Chain((straight, link)), Chain((link, straight))):
        np.testing.assert_allclose(coverage_of(chain, 64), coverage_of(Chain((straight,)), 64), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", BENT)
def test_bent_edges_are_near_the_true_area(name):
    """Of 64 x 64 points a pixel, where no second edge is near.

    An edge whose map has the second derivative H bends by H / g over the slope g, so it is off its tangent by half of
    that times the square of half a diagonal, 1/4 of it; and so much the distance, by the slope's own change. The
    points cut an edge at up to 127 of their squares, each by half at most.
    """
    chain = Chain((Projective.forward(homography.translate(12, 11)), BENT[name]))
    fine = (np.arange(64 * 64) + 0.5) / 64
    inside = np.empty((64, 64))
    for row in range(64):
        x, y = chain.src_from_dst(fine[np.newaxis], fine[64 * row : 64 * (row + 1), np.newaxis])
        within = (x >= 0) & (x <= SOURCE.width) & (y >= 0) & (y <= SOURCE.height)
        inside[row] = within.reshape(64, 64, 64).mean(axis=(0, 2))
    x, y = chain.src_from_dst(*pixel_centres(range(64), 64))
    gradients = [np.gradient(at) for at in (x, y)]
    slope = min(np.hypot(*gradient).min() for gradient in gradients)
    bend = max(np.abs(np.gradient(part)).max() for gradient in gradients for part in gradient)
    bound = STRAIGHT_EDGE + 2 * (2 * bend / slope) / 4 + 127 / 2 / 64**2
    assert bound < 0.25
    near = [np.minimum(np.abs(at), np.abs(at - side)) < 1 for at, side in ((x, SOURCE.width), (y, SOURCE.height))]
    one_edge = ~(near[0] & near[1])
    np.testing.assert_array_less(np.abs(coverage_of(chain, 64) - inside)[one_edge], bound)
    assert np.count_nonzero((inside > 0) & (inside < 1)) > 60


def test_points_without_a_source_are_not_covered_by_a_bent_map_either():
    folding = Lens(k1=-0.9, k2=0.0, k3=0.0, p1=0.0, p2=0.0, focal=20.0, centre_x=20.0, centre_y=15.0)
    share = coverage_of(Chain((folding,)), 40)
    x, y = pixel_centres(range(40), 40)
    beyond = np.hypot(x - 20, y - 15) > 20 * folding.turning_radius
    assert 0 < np.count_nonzero(beyond) < beyond.size
    np.testing.assert_array_equal(share[beyond], 0)


@pytest.mark.parametrize(
    "link",
    [
        Swirl(3, 25, 19, 14),
        Lens(-0.2, 0, 0, 0, 0, 30, 20, 15),
        Bulge(-0.9, 20, 20, 15),
        Wave(6, 20, 0.3, "x"),
        Wave(1e200, 1e-100, 0.3, "y"),
    ],
    ids=["swirl", "lens that folds", "pinch", "wave", "wave beyond all numbers"],
)
@pytest.mark.parametrize("scale", [0.02, 0.3, 1, 3])
def test_pixels_that_are_told_to_be_inside_have_the_share_of_all_others(link, scale):
    """1 to the last bit, by the distances to the edges: what the picture covers is told without them far from these."""
    chain = Chain().then(Projective.forward(homography.scale(scale, scale))).then(link)
    dst = pixel_centres(range(-20, 70), 90)
    (x, y), jacobian = chain.src_from_dst(*dst), chain.src_jacobian(*dst)
    with np.errstate(all="ignore"):
        shares = []
        for at, side, slope in (
            (x, SOURCE.width, np.hypot(jacobian.x_x, jacobian.x_y)),
            (y, SOURCE.height, np.hypot(jacobian.y_x, jacobian.y_y)),
        ):
            first, last = np.clip(at / slope + 0.5, 0, 1), np.clip((side - at) / slope + 0.5, 0, 1)
            shares.append(np.maximum(0, first + last - 1))
    expected = np.nan_to_num(shares[0] * shares[1]).astype(np.float32)
    np.testing.assert_array_equal(coverage(chain, dst, (x, y), SOURCE), expected)
