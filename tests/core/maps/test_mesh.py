"""Meshes against every triangle tried by itself, with its affine map by OpenCV."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DegeneratePoints, FoldedMesh
from core.grid import SLACK, pixel_centres
from core.maps.mesh import Mesh
from core.size import Size

EPS = np.finfo(np.float64).eps
FRAME = Size(60, 40)


def regular(columns, rows, frame=FRAME):
    return np.stack(
        np.meshgrid(np.linspace(0, frame.width, columns + 1), np.linspace(0, frame.height, rows + 1)), axis=-1
    )


def jittered(columns, rows, seed, share=0.2):
    """Nodes moved by up to a fifth of a cell: the sides of a triangle stay within 11 degrees, so it cannot flip.

    In 64ths of a pixel, which OpenCV's float32 holds exactly.
    """
    shifts = np.random.default_rng(seed).uniform(-share, share, (rows + 1, columns + 1, 2))
    return np.rint(64 * (regular(columns, rows) + shifts * [FRAME.width / columns, FRAME.height / rows])) / 64


def spiral(columns=30):
    """A ribbon wound by one and a quarter turns: it lies twice over the first quarter, without a flipped triangle."""
    angle, radius = np.meshgrid(np.linspace(0, 2.5 * np.pi, columns + 1), [40.0, 10.0])
    return np.rint(64 * np.stack([50 + radius * np.cos(angle), 50 + radius * np.sin(angle)], axis=-1)) / 64


def triangles(nodes, frame=FRAME):
    """Each triangle's corners in dst and in src, by row and column, upper right before lower left."""
    rows, columns = nodes.shape[0] - 1, nodes.shape[1] - 1
    home = regular(columns, rows, frame)
    for row in range(rows):
        for column in range(columns):
            for half in ([(0, 0), (0, 1), (1, 1)], [(0, 0), (1, 1), (1, 0)]):
                corners = tuple(zip(*[(row + down, column + across) for down, across in half], strict=True))
                yield nodes[corners], home[corners]


def tried_one_by_one(nodes, x, y, frame=FRAME):
    """src and its derivative by the first triangle that holds each point, and how far the point is from all edges.

    And the worst condition of the equations that OpenCV solves for them.
    """
    condition = 0.0
    src, slopes = np.full((2, *x.shape), np.nan), np.full((2, 2, *x.shape), np.nan)
    beside_edges, unclaimed = np.full(x.shape, np.inf), np.ones(x.shape, dtype=bool)
    for there, home in triangles(nodes, frame):
        nexts = np.roll(there, -1, axis=0)
        inside = [
            ((q - p)[0] * (y - p[1]) - (q - p)[1] * (x - p[0])) / np.hypot(*(q - p))
            for p, q in zip(there, nexts, strict=True)
        ]
        inside = np.array(inside) * np.sign(np.linalg.det(there[1:] - there[0]))
        beside_edges = np.minimum(beside_edges, np.abs(inside).min(axis=0))
        claimed = unclaimed & (inside >= 0).all(axis=0)
        affine = cv2.getAffineTransform(there.astype(np.float32), home.astype(np.float32))
        for axis in (0, 1):
            src[axis][claimed] = (affine[axis, 0] * x + affine[axis, 1] * y + affine[axis, 2])[claimed]
            slopes[axis, 0][claimed], slopes[axis, 1][claimed] = affine[axis, :2]
        unclaimed &= ~claimed
        condition = max(condition, np.linalg.cond(np.column_stack([there, np.ones(3)])))
    return src, slopes, beside_edges, condition


def assert_agrees(nodes, x, y, frame=FRAME):
    warp = Mesh(nodes, frame)
    src, slopes, beside_edges, condition = tried_one_by_one(nodes, x, y, frame)
    sure = beside_edges > SLACK
    found = np.array(warp.src_from_dst(x, y))
    np.testing.assert_array_equal(np.isnan(found)[:, sure], np.isnan(src)[:, sure])
    rounding = 6 * condition * EPS * max(frame)  # float32 holds all these corners exactly
    np.testing.assert_allclose(found[:, sure], src[:, sure], rtol=0, atol=rounding)
    slope = np.array(warp.src_jacobian(x, y)).reshape(slopes.shape)
    np.testing.assert_allclose(slope[:, :, sure], slopes[:, :, sure], rtol=0, atol=rounding)


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (4, 1), (5, 8), (15, 10)])
@pytest.mark.parametrize("mirror", [1, -1])
def test_it_agrees_with_each_triangle_tried_by_itself(columns, rows, mirror):
    nodes = jittered(columns, rows, seed=columns) * [mirror, 1]
    x, y = np.meshgrid(np.linspace(-6, 66, 91) * mirror, np.linspace(-5, 45, 67))
    assert_agrees(nodes, x, y)


def test_where_it_overlaps_itself_the_first_triangle_is_shown():
    x, y = np.meshgrid(np.linspace(5, 95, 83), np.linspace(5, 95, 79))
    assert_agrees(spiral(), x, y)
    angle = np.radians(20)  # both in the first column or two and in those after a whole turn
    src_x, _ = Mesh(spiral(), FRAME).src_from_dst(50 + 25 * np.cos(angle), 50 + 25 * np.sin(angle))
    assert src_x < FRAME.width / 10


def test_slivers_are_found():
    columns, rows = np.meshgrid(np.arange(13), np.arange(9))
    x, y = np.meshgrid(np.linspace(-1, 61, 97), np.linspace(-1, 141, 89))
    assert_agrees(np.stack([5.0 * columns, 2.0 * rows + 100 * (columns % 2)], axis=-1), x, y)


@pytest.mark.parametrize("shift", [0, 1e-7, 12345.678])
def test_no_point_falls_between_triangles(shift):
    """Nodes, points on edges, and the same but for rounding."""
    nodes = jittered(7, 5, seed=3) / 3 + shift
    warp = Mesh(nodes, FRAME)
    for start, end in ((nodes[:, :-1], nodes[:, 1:]), (nodes[:-1], nodes[1:]), (nodes[:-1, :-1], nodes[1:, 1:])):
        for share in np.linspace(0, 1, 11):
            points = start + share * (end - start)
            assert np.isfinite(warp.src_from_dst(points[..., 0], points[..., 1])).all()


def test_a_regular_grid_moves_nothing():
    warp = Mesh(regular(9, 7), FRAME)
    x, y = pixel_centres(range(FRAME.height), FRAME.width)
    src_x, src_y = warp.src_from_dst(x, y)
    np.testing.assert_allclose(src_x, np.broadcast_to(x, src_x.shape), rtol=0, atol=8 * EPS * 60)
    np.testing.assert_allclose(src_y, np.broadcast_to(y, src_y.shape), rtol=0, atol=8 * EPS * 60)


def test_strips_single_points_and_single_numbers_give_the_same():
    warp = Mesh(jittered(4, 3, seed=5), FRAME)
    x, y = pixel_centres(range(40), 60)
    src_x, src_y = warp.src_from_dst(x, y)
    np.testing.assert_array_equal(warp.src_from_dst(x, y[7:9])[0], src_x[7:9])
    np.testing.assert_array_equal(warp.src_from_dst(x[0, 13], y[21, 0])[1], src_y[21, 13])
    assert warp.src_jacobian(x, y).y_x.shape == (40, 60)


def test_nodes_go_where_they_are_said_to():
    nodes = jittered(7, 5, seed=1)
    home = regular(7, 5)
    x, y = Mesh(nodes, FRAME).dst_from_src(home[..., 0], home[..., 1])
    np.testing.assert_allclose(np.stack([x, y], axis=-1), nodes, rtol=0, atol=16 * EPS * 60)


def test_only_points_of_the_frame_have_an_image():
    warp = Mesh(jittered(4, 3, seed=2), FRAME)
    x = np.array([0, 60, 60 + SLACK / 2, -SLACK / 2, 60.1, -0.1, 30, 30, np.nan, np.inf])
    y = np.array([40, 0, 40, 0, 20, 20, -0.1, 40.1, 1, np.nan])
    found = np.isfinite(warp.dst_from_src(x, y))
    np.testing.assert_array_equal(found, [[True] * 4 + [False] * 6] * 2)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 10**6), st.sampled_from([-1, 1]))
@settings(max_examples=50)
def test_there_and_back(columns, rows, seed, mirror):
    warp = Mesh(jittered(columns, rows, seed) * [1, mirror], FRAME)
    x, y = np.meshgrid(np.linspace(0, 60, 31), np.linspace(0, 40, 23))
    np.testing.assert_allclose(warp.src_from_dst(*warp.dst_from_src(x, y)), (x, y), rtol=0, atol=SLACK / 1000)


def test_points_that_are_nowhere_come_from_nowhere():
    warp = Mesh(jittered(2, 2, seed=2), FRAME)
    x, y = np.array([np.nan, np.inf, 1e300, 30]), np.array([np.nan, 3, -np.inf, 20])
    for found in (*warp.src_from_dst(x, y), *warp.src_jacobian(x, y)):
        np.testing.assert_array_equal(np.isfinite(found), [False, False, False, True])
    assert not warp.is_total


@pytest.mark.parametrize(
    ("node", "place", "cell"),
    [
        ((0, 0), (16, 15), (0, 0)),  # beyond the opposite corner
        ((0, 4), (44, 5), (3, 0)),  # to the left of its neighbour
        ((2, 4), (np.nan, 3), (3, 1)),
        ((2, 4), (np.inf, 3), (3, 1)),
        ((4, 4), (45, 30), (3, 3)),  # on the opposite corner
    ],
)
def test_a_fold_is_refused_and_its_cell_named(node, place, cell):
    nodes = regular(4, 4)
    nodes[node] = place
    with pytest.raises(FoldedMesh) as refused:
        Mesh(nodes, FRAME)
    assert (refused.value.column, refused.value.row) == cell


def test_the_first_cell_at_fault_is_named_by_column_and_row():
    nodes = regular(4, 3)
    nodes[2, 3] = nodes[2, 2]
    for mirror in (1, -1):
        with pytest.raises(FoldedMesh) as refused:
            Mesh(nodes * [mirror, 1], FRAME)
        assert (refused.value.column, refused.value.row) == (2, 1)


@pytest.mark.parametrize("nodes", [np.zeros((1, 5, 2)), np.zeros((2, 2, 3)), np.zeros((2, 2)), regular(1, 1)[:, :1]])
def test_what_is_no_grid_of_points_is_refused(nodes):
    with pytest.raises(DegeneratePoints, match="two rows"):
        Mesh(nodes, FRAME)


def test_slivers_do_not_fill_every_bucket():
    columns, rows = np.meshgrid(np.arange(33), np.arange(33))
    warp = Mesh(np.stack([columns, rows / 32 + 30.0 * (columns % 2)], axis=-1), FRAME)
    count = 2 * 32 * 32
    assert len(warp._buckets.members) < 8 * count**1.5 < count * warp._buckets.side**2 / 5
