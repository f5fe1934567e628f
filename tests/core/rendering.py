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


def assert_between(warped, picture, fill):
    """Check that an RGB picture on a fill, opaque or transparent, has nothing but these two and what lies between."""
    ends = picture.reshape(-1, 3)
    if fill.alpha:
        ends = np.vstack([ends, fill[:3]])
    seen = warped[warped[..., 3] > 0] if warped.shape[2] == 4 else warped
    colours = seen[..., :3]
    assert np.all((colours >= ends.min(axis=0)) & (colours <= ends.max(axis=0)))
