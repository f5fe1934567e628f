"""The same bits as the reference for any small picture, any projective map and any way that pixels lie in memory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import FILTERS, Chain, SamplingGrid, Size
from tests import pictures
from tests.core.compiled.same import FILLS, LIGHTS, assert_same
from tests.core.compiled.scenes import SCENES
from tests.core.rendering import size_of
from tests.core.strategies import any_map, borders, sides

pytestmark = pytest.mark.exhaustive

any_fill = st.sampled_from(list(FILLS.values()))
any_light = st.sampled_from(LIGHTS)
canvases = st.tuples(st.integers(1, 40), st.integers(1, 8))
SHRUNK_OR_NOT = st.sampled_from([1, 1, 3, 50])
SEEDS = st.integers(0, 1000)


# A test for each of these, so that none of them has all kernels to compile where none are kept.
@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
@pytest.mark.parametrize("channels", pictures.CHANNELS)
@given(sides, sides, SEEDS, any_map, SHRUNK_OR_NOT, canvases, borders, any_fill, any_light, st.booleans())
@settings(max_examples=15)
def test_any_projective_map(
    channels, depth, filter, width, height, seed, src_from_dst, shrunk, canvas, border, fill, light, antialias
):
    grid = SamplingGrid(
        Chain.inverse(src_from_dst @ np.diag([shrunk, shrunk, 1.0])),
        Size(*canvas),
        Size(width, height),
        filter=filter,
        border=border,
        antialias=antialias,
    )
    assert_same(grid, pictures.random(width, height, channels, depth, seed), fill=fill, light=light, strip_rows=3)


VIEWS = {
    "flipped": lambda p: p[:, ::-1],
    "upside down": lambda p: p[::-1],
    "turned by half": lambda p: p[::-1, ::-1],
    "transposed": lambda p: p.transpose(1, 0, 2),
    "turned right": lambda p: np.rot90(p, -1),
    "turned left": np.rot90,
    "cut out": lambda p: p[3:-2, 5:-1],
    "every second column": lambda p: p[:, ::2],
    "channels backwards": lambda p: p[..., ::-1],
}
SEEN = ("within the picture", "turned", "turned, by 4", "on its side, by 3", "swirl")


def seen(view, filter, border):
    """Scenes of a picture that is seen in some way."""
    for name in SEEN:
        scene = SCENES[name]._replace(source=size_of(view))
        yield scene.grid(filter, border)


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("channels", pictures.CHANNELS)
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_pictures_that_are_views(view, channels, filter):
    eight_bits, sixteen_bits = (view(pictures.random(46, 35, channels, depth)) for depth in pictures.DEPTHS)
    for grid in seen(eight_bits, filter, "clip"):
        assert_same(grid, eight_bits)
    assert_same(next(seen(sixteen_bits, filter, "clip")), sixteen_bits)


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_pixels_with_padding_between_them(depth, channels, filter):
    """Decoders leave a fourth byte in RGB."""
    for turned in (lambda p: p, VIEWS["turned by half"], VIEWS["transposed"]):
        pixels = turned(pictures.random(40, 30, 4, depth))[..., :channels]
        for grid in seen(pixels, filter, "mirror"):
            assert_same(grid, pixels)
