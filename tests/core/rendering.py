"""Whole pictures from the strips, for tests."""

import numpy as np

from core import CANVASES, CONVENTIONS, FITS, Chain, Colour, Size, State, homography, warp

PALE = Colour(90, 140, 190, 255)
"""Near `pictures.ramp` + 60, so that what lies between the two is little in each channel, and no gray level in all."""


def size_of(pixels):
    return Size(pixels.shape[1], pixels.shape[0])


def render(pixels, src_from_dst, canvas=None, **options):
    """Warp by an inverse map onto a canvas, by default of the picture's own size."""
    return render_chain(pixels, Chain.inverse(np.asarray(src_from_dst, float)), canvas, **options)


def render_chain(pixels, chain, canvas=None, **options):
    """Warp by any map onto a canvas, by default of the picture's own size."""
    return np.concatenate(list(warp(pixels, chain, canvas or size_of(pixels), **options)))


def render_state(pixels, state, canvas="same", fit="stretch", **options):
    """Warp by a state onto a canvas: "same", "expand" or a size with a fit."""
    chosen = CANVASES[canvas](state) if isinstance(canvas, str) else FITS[fit](state, canvas)
    return render_chain(pixels, chosen.map_of(state), chosen.size, **options)


def state_after(pixels, *operations):
    """Apply maps dst_from_src in the order listed."""
    state = State.start(size_of(pixels))
    for dst_from_src in operations:
        state = state.then(dst_from_src)
    return state


def render_operations(pixels, *operations, canvas="same", **options):
    """Apply maps dst_from_src in the order listed, and warp."""
    return render_state(pixels, state_after(pixels, *operations), canvas, **options)


def render_matrix(pixels, rows, convention, canvas="same", **options):
    """Warp by one raw matrix."""
    dst_from_src = CONVENTIONS[convention](homography.from_rows(rows), size_of(pixels))
    return render_operations(pixels, dst_from_src, canvas=canvas, **options)


OVERSHOOTS = {"nearest": 0, "bilinear": 0, "bicubic": (1.25**2 - 1) / 2, "lanczos3": (1.55**2 - 1) / 2}
"""How far beyond the range of its pixels a filter may go, in shares of the range: half of what its weights' magnitudes
sum to beyond 1. Along an axis that is most between two pixels: 1.25 for the cubic, 1.544 for Lanczos."""


def assert_between(warped, picture, fill, filter="bilinear"):
    """Check that an RGB picture on a fill, opaque or transparent, has nothing but these two and what lies between.

    What a filter overshoots is allowed for; if that is alpha as well, the colour above it may be any.
    """
    ends = picture.reshape(-1, 3).astype(float)
    if fill.alpha:
        ends = np.vstack([ends, fill[:3]])
    elif OVERSHOOTS[filter]:
        return
    least, greatest = ends.min(axis=0), ends.max(axis=0)
    beyond = OVERSHOOTS[filter] * (greatest - least)
    seen = warped[warped[..., 3] > 0] if warped.shape[2] == 4 else warped
    colours = seen[..., :3]
    assert np.all((colours >= np.floor(least - beyond)) & (colours <= np.ceil(greatest + beyond)))
