"""A list of operations is one map, and the pixels are sampled once."""

from functools import partial, reduce

import numpy as np
import pytest

from core import (
    CANVASES,
    FILTERS,
    Chain,
    Projective,
    Size,
    State,
    Swirl,
    Wave,
    homography,
    perspective_from_quads,
)
from tests import pictures
from tests.core.maps import turn
from tests.core.rendering import render_chain, render_operations, render_state, size_of, state_after

OURS = 0.502
"""Levels: half a level of rounding, and the float32 weights; see test_exactness."""

PHOTOS = {"astronaut": pictures.astronaut, "coffee": pictures.coffee, "chelsea": pictures.chelsea}


def there_and_back(frame):
    """Turned by 30 degrees, enlarged by 1.3, turned back, shrunk back: all about the frame's centre."""
    steps = [
        homography.rotate(np.radians(30)),
        homography.scale(1.3, 1.3),
        homography.rotate(np.radians(-30)),
        homography.scale(1 / 1.3, 1 / 1.3),
    ]
    return [homography.about(*frame.centre, step) for step in steps]


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("photo", PHOTOS)
def test_there_and_back_is_the_picture_itself(photo, filter):
    pixels = PHOTOS[photo]()
    warped = render_operations(pixels, *there_and_back(size_of(pixels)), filter=filter)
    np.testing.assert_array_equal(warped, pixels)


@pytest.mark.parametrize("photo", PHOTOS)
def test_the_map_there_and_back_is_the_identity_to_the_last_bit(photo):
    state = state_after(PHOTOS[photo](), *there_and_back(size_of(PHOTOS[photo]())))
    chain = CANVASES["same"](state).map_of(state)
    np.testing.assert_array_equal(chain.projective.src_from_dst_matrix, np.eye(3))


def in_separate_warps(pixels, operations, **options):
    return reduce(lambda warped, step: render_operations(warped, step, border="edge", **options), operations, pixels)


SEPARATE = {"nearest": (27.0, 29.8), "bilinear": (30.5, 32.7), "bicubic": (35.2, 36.2), "lanczos3": (37.8, 39.2)}
"""dB, the least and the greatest PSNR of the three photographs after four warps, measured."""

STATED = 0.1
"""dB: the figures are rounded to a tenth, and the last bits of a sine may differ between machines."""


@pytest.mark.parametrize("filter", FILTERS)
def test_four_separate_warps_lose_what_one_keeps(filter):
    """In the middle, a third of each side: from there nothing ever leaves the frame."""
    figures = []
    for photo in PHOTOS.values():
        pixels = photo()
        warped = in_separate_warps(pixels, there_and_back(size_of(pixels)), filter=filter)
        height, width = pixels.shape[:2]
        middle = slice(height // 3, -height // 3), slice(width // 3, -width // 3)
        figures.append(10 * np.log10(255**2 / np.mean((warped[middle].astype(float) - pixels[middle]) ** 2)))
    assert (min(figures), max(figures)) == pytest.approx(SEPARATE[filter], abs=STATED)


FRAME = Size(60, 40)
QUAD = np.array([[3.0, 2], [55, 4], [58, 39], [1, 36]])
CORNERS = np.stack(FRAME.corners, axis=-1)
MIXED = (
    Swirl(1.5, 25, 28.0, 21.0),
    Projective.forward(turn(20, about=(30, 20))),
    Wave(2.5, 17, 0.4, "x"),
    Projective.forward(perspective_from_quads(CORNERS, QUAD)),
)


def mixed_state():
    return reduce(State.through, MIXED, State.start(FRAME))


def mixed_by_hand(x, y):
    """From the output to the source: the last operation first, each undone by its own formula."""
    x, y, denominator = np.tensordot(quad_undone(), [x, y, np.ones_like(x)], axes=1)
    x, y = x / denominator, y / denominator
    x = x - 2.5 * np.sin(2 * np.pi * y / 17 + 0.4)
    z = (x - 30 + 1j * (y - 20)) * np.exp(-1j * np.radians(20))
    z += 30 - 28 + 1j * (20 - 21)
    z *= np.exp(-1.5j * np.exp(-5 * np.abs(z) / (25 * np.log(2))))
    return 28 + z.real, 21 + z.imag


def quad_undone():
    """The homography of QUAD to CORNERS by its eight linear equations."""
    rows, values = [], []
    for (x, y), (u, v) in zip(QUAD, CORNERS, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(rows, values), 1).reshape(3, 3)


ROUNDING = 1e-9
"""Pixels: the equations' condition is below 1e4, the coordinates are below 100."""


def centres():
    return np.meshgrid(np.arange(FRAME.width) + 0.5, np.arange(FRAME.height) + 0.5)


def test_a_list_of_mixed_operations_is_their_maps_one_after_the_other():
    chain = CANVASES["same"](mixed_state()).map_of(mixed_state())
    source = chain.src_from_dst(*centres())
    np.testing.assert_allclose(source, mixed_by_hand(*centres()), rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(chain.dst_from_src(*source), centres(), rtol=0, atol=ROUNDING)


def test_projective_neighbours_are_one_link():
    steps = [homography.scale(2, 1), turn(10), homography.translate(3, 4)]
    projective = [Projective.forward(step) for step in steps]
    swirl, wave = MIXED[0], MIXED[2]
    chain = reduce(Chain.then, [*projective, swirl, projective[0], projective[1], wave, projective[2]], Chain())
    kinds = [type(link) for link in chain.links]
    assert kinds == [Projective, Swirl, Projective, Wave, Projective]
    np.testing.assert_allclose(chain.links[0].dst_from_src_matrix, steps[2] @ steps[1] @ steps[0], rtol=1e-15)
    np.testing.assert_allclose(chain.links[2].dst_from_src_matrix, steps[1] @ steps[0], rtol=1e-15)
    assert chain.projective is None


def test_projective_neighbours_that_undo_each_other_are_no_link():
    doubled, halved = (Projective.forward(homography.scale(factor, factor)) for factor in (2.0, 0.5))
    swirl, wave = MIXED[0], MIXED[2]
    assert reduce(Chain.then, [swirl, doubled, halved, wave], Chain()).links == (swirl, wave)
    assert reduce(Chain.then, [doubled, halved], Chain()).links == ()


def level_ramp():
    """2x + 3y + 4 where x and y are whole: linear between the outermost centres, without wrapping."""
    x, y = np.arange(FRAME.width), np.arange(FRAME.height)[:, np.newaxis]
    return (2 * x + 3 * y + 4).astype(np.uint8)[..., np.newaxis]


@pytest.mark.parametrize("antialias", [False, True])
def test_pixels_are_sampled_once(antialias):
    """A ramp tells where each pixel is read, to half a level: no rounding adds up, and an average of it is its middle.

    Four warps round four times, and lose what leaves the frame between them.
    """
    x, y = mixed_by_hand(*centres())
    interior = (x > 4) & (x < FRAME.width - 4) & (y > 4) & (y < FRAME.height - 4)
    assert np.count_nonzero(interior) > 1000
    exact = (2 * (x - 0.5) + 3 * (y - 0.5) + 4)[interior]
    warped = render_state(level_ramp(), mixed_state(), antialias=antialias)[..., 0]
    np.testing.assert_array_less(np.abs(warped[interior] - exact), OURS)
    warps = [partial(render_chain, chain=Chain((link,)), border="edge", antialias=antialias) for link in MIXED]
    in_steps = reduce(lambda pixels, step: step(pixels), warps, level_ramp())[..., 0]
    assert np.mean(np.abs(in_steps[interior] - exact) > OURS) > 1 / 4
