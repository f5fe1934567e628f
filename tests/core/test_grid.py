import numpy as np

from core import grid


def test_pixel_centres_lie_half_a_pixel_from_the_corner():
    x, y = grid.pixel_centres(range(2, 4), 3)
    np.testing.assert_array_equal(x, [[0.5, 1.5, 2.5]])
    np.testing.assert_array_equal(y, [[2.5], [3.5]])


def test_lattice_positions_are_whole_at_centres():
    np.testing.assert_array_equal(grid.lattice_position(np.array([0.5, 7.5])), [0.0, 7.0])


def test_the_two_moves_of_the_origin_undo_each_other():
    first_centre = np.array([0.5, 0.5, 1.0])
    np.testing.assert_array_equal(grid.lattice_from_corner_origin() @ first_centre, [0, 0, 1])
    np.testing.assert_array_equal(grid.corner_origin_from_lattice() @ grid.lattice_from_corner_origin(), np.eye(3))
