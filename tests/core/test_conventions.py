import numpy as np
import pytest

from core import CONVENTIONS, SingularMap, Size, homography

FRAME = Size(8, 4)


@pytest.mark.parametrize(
    ("convention", "rows", "lands_on"),  # where the source point (3, 1) lands, worked by hand
    [
        ("css", [[2, 0, 1], [0, 3, 0]], (7, 3)),
        ("pixel", [[2, 0, 1], [0, 4, 0]], (1, 0.25)),
        ("opencv", [[2, 0, 1], [0, 3, 0]], (6.5, 2)),  # centre (2.5, 0.5) -> (6, 1.5)
        ("skimage", [[2, 0, 1], [0, 4, 0]], (1.25, 0.625)),  # ((2.5 - 1) / 2, 0.5 / 4), half a pixel back
        ("normalized", [[2, 0, 0.5], [0, 4, 0]], (2.5, 1.75)),  # (-0.25, -0.5) -> (-0.375, -0.125)
        ("normalized", [[1, 0, 0.5], [0, 1, 0]], (1, 1)),  # to the left by a quarter of the width
    ],
)
def test_numbers_mean_what_the_convention_says(convention, rows, lands_on):
    dst_from_src = CONVENTIONS[convention](homography.from_rows(rows), FRAME)
    x, y, _ = homography.apply(dst_from_src, np.array(3.0), np.array(1.0))
    np.testing.assert_allclose((x, y), lands_on, rtol=1e-15)


@pytest.mark.parametrize("convention", ["normalized", "pixel", "skimage"])
def test_an_inverse_map_that_flattens_is_refused(convention):
    with pytest.raises(SingularMap):
        CONVENTIONS[convention](homography.from_rows([[1, 1, 0], [1, 1, 0]]), FRAME)
