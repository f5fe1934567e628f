import numpy as np

from core import Size


def test_a_size_is_width_before_height():
    size = Size(6, 4)
    assert (size.width, size.height, size.pixels, size.centre) == (6, 4, 24, (3.0, 2.0))


def test_corners_run_clockwise_from_the_top_left_one():
    np.testing.assert_array_equal(Size(6, 4).corners, [[0, 6, 6, 0], [0, 0, 4, 4]])
