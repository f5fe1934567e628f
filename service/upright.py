"""EXIF orientation as a map, so that turning a photo upright costs no pass over its pixels.

Source: Exif 3.0 (CIPA DC-008), tag 0x0112: where the stored picture's first row and column are seen.
"""

from core import Matrix, Size, homography


def upright_size(stored: Size, orientation: int) -> Size:
    """Give the size as seen; orientations 5 to 8 swap the sides."""
    return Size(stored.height, stored.width) if _swaps(orientation) else stored


def upright_from_stored(stored: Size, orientation: int) -> Matrix:
    """Map points of the stored picture to where they are seen.

    Args:
        stored: the size before orientation.
        orientation: 1 to 8.
    """
    flips_x, flips_y = _FLIPS[orientation]
    seen = upright_size(stored, orientation)
    turn = homography.transpose() if _swaps(orientation) else homography.identity()
    flip = homography.about(*seen.centre, homography.scale(-1 if flips_x else 1, -1 if flips_y else 1))
    return homography.compose(flip, turn)


def _swaps(orientation: int) -> bool:
    return orientation >= 5  # noqa: PLR2004 (5 to 8 exchange rows and columns)


_FLIPS = {
    1: (False, False),
    2: (True, False),
    3: (True, True),
    4: (False, True),
    5: (False, False),
    6: (True, False),
    7: (True, True),
    8: (False, True),
}
"""Whether x and y are mirrored, after the sides are swapped."""
