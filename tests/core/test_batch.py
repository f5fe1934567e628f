import numpy as np
import pytest

from core import InvalidMatrix, InvalidPixels, InvalidSize, SingularMap, Size, warp_batch
from tests import oracles, pictures

IDENTITY = [[1, 0, 0], [0, 1, 0]]
SHIFT = [[1, 0, 0.5], [0, 1, 0]]
TURN = [[0.6, -0.8, 0.1], [0.8, 0.6, -0.2]]


def test_each_picture_has_its_own_matrix():
    pair = np.stack([pictures.ramp(8, 4), pictures.random(8, 4)])
    first, second = warp_batch(pair, np.array([SHIFT, IDENTITY]))
    np.testing.assert_array_equal(first, np.hstack([pair[0][:, 2:], np.zeros((4, 2, 1))]))
    np.testing.assert_array_equal(second, pair[1])


@pytest.mark.parametrize("channels", pictures.CHANNELS)
@pytest.mark.parametrize("size", [None, Size(21, 11)])
def test_an_output_size_stretches_the_grid_as_affine_grid_does(channels, size):
    batch = pictures.random(16, 12, channels)[np.newaxis]
    width, height = size or (16, 12)
    to_unit = np.array([[2 / width, 0, -1], [0, 2 / height, -1], [0, 0, 1]])
    from_unit = np.array([[8, 0, 8], [0, 6, 6], [0, 0, 1]])
    src_from_dst = from_unit @ np.vstack([TURN, [0, 0, 1]]) @ to_unit
    exact = oracles.bilinear(batch[0], src_from_dst, width, height, "edge")
    warped = warp_batch(batch, np.array([TURN]), size, border="edge", antialias=False)
    assert warped.shape == (1, height, width, channels)
    np.testing.assert_array_less(np.abs(warped[0] - exact), 0.502)


def test_the_outside_is_transparent_where_there_is_alpha_and_black_elsewhere():
    for channels in pictures.CHANNELS:
        away = warp_batch(np.full((1, 4, 8, channels), 255, np.uint8), np.array([[[1, 0, 9], [0, 1, 0]]]))
        np.testing.assert_array_equal(away, np.zeros((1, 4, 8, channels), np.uint8), strict=True)


@pytest.mark.parametrize(
    ("shape", "matrices", "error"),
    [
        ((4, 8, 1), [IDENTITY], InvalidPixels),
        ((0, 4, 8, 1), np.zeros((0, 2, 3)), InvalidPixels),
        ((2, 4, 8, 1), [IDENTITY], InvalidMatrix),
        ((1, 4, 8, 1), [[*IDENTITY, [0, 0, 1]]], InvalidMatrix),
        ((1, 4, 8, 1), [[[1, 0, np.nan], [0, 1, 0]]], InvalidMatrix),
        ((1, 4, 8, 1), [[[1, 1, 0], [1, 1, 0]]], SingularMap),
    ],
)
def test_other_batches_are_refused(shape, matrices, error):
    with pytest.raises(error):
        warp_batch(np.zeros(shape, np.uint8), np.array(matrices, float))


@pytest.mark.parametrize("size", [(0, 4), (4, 0), (0, 0), (-1, 4), (4, -1), (-2, -2)])
def test_an_output_without_pixels_is_refused(size):
    with pytest.raises(InvalidSize):
        warp_batch(pictures.ramp(8, 4)[np.newaxis], np.array([IDENTITY]), Size(*size))
