"""When a JPEG may be decoded at reduced size: where the warp would shrink it by far more all the same.

libjpeg gives the low frequencies of each block of 8 x 8 pixels alone, in a fraction of the time. At least a factor of 2
is left to our own filter, so that what is seen is its work.
"""

from collections.abc import Sequence

from core import Chain, Size, local_scale
from service.decode import OpenPicture
from service.spec import Spec
from service.upright import is_upright_at_origin

LEFT_TO_US = 2

ENDS_AT_THE_EDGE = {"clip", "constant"}
"""The borders outside of which nothing of the picture is seen."""


def reductions_of(picture: OpenPicture) -> tuple[int, ...]:
    """List by what a picture can be made smaller while its top-left corner, as seen, stays on a pixel's corner.

    The last row and column that libjpeg gives may stand for a part of a square; an orientation that brings them to the
    front would shift the picture by the part that is missing.

    Returns:
        Source pixels a pixel along each axis, 1 among them.
    """
    header = picture.header
    return tuple(
        reduction
        for reduction in picture.reductions
        if is_upright_at_origin(header.orientation)
        or (header.width % reduction == 0 and header.height % reduction == 0)
    )


def choose_reduction(spec: Spec, chain: Chain, picture: Size, reductions: Sequence[int], *, uncovered: bool) -> int:
    """Choose by what the picture is made smaller while it is decoded.

    Args:
        spec: the client's.
        chain: the map source -> output.
        picture: its size, upright.
        reductions: what is possible, from `reductions_of`; (1,) for all but JPEG.
        uncovered: whether the fill takes part in any pixel of the output.

    Returns:
        1, 2, 4 or 8, one of `reductions`.
    """
    projective = chain.projective
    shrinks_smoothly = spec.antialias and spec.filter != "nearest" and spec.light == "srgb"
    if len(reductions) == 1 or projective is None or spec.region is not None or not shrinks_smoothly:
        return 1
    if spec.border == "constant" and not uncovered:
        return 1  # larger pixels would reach beyond the edge, where the output has no room for a fill
    if spec.border == "mirror":
        return 1  # the outermost centres, which it is mirrored at, are others in a reduced picture
    if spec.border not in ENDS_AT_THE_EDGE and not projective.is_affine:
        return 1  # beyond the picture, where it goes on, it may be shrunk by less than anywhere in it
    least_shrinking = 1 / local_scale(projective.dst_from_src_matrix, picture).largest
    return max(
        reduction
        for reduction in reductions
        if reduction == 1 or (least_shrinking >= LEFT_TO_US * reduction and _edges_hold(spec, picture, reduction))
    )


def _edges_hold(spec: Spec, picture: Size, reduction: int) -> bool:
    """Tell whether what is read beyond the right and bottom edge can stay as it was: a part of a square cannot."""
    return spec.border in {"clip", "edge"} or (picture.width % reduction == 0 and picture.height % reduction == 0)
