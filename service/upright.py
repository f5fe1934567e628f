"""EXIF orientation as a view of the pixels, so that turning a photo upright moves none of them.

Source: Exif 3.0 (CIPA DC-008), tag 0x0112: where the stored picture's first row and column are seen.
"""

from core import Pixels, Size
from service.decode import ImageHeader


def upright_size(header: ImageHeader) -> Size:
    """Give the size as seen; orientations 5 to 8 swap the sides."""
    stored = Size(header.width, header.height)
    return Size(stored.height, stored.width) if _swaps(header.orientation) else stored


def upright(stored: Pixels, orientation: int) -> Pixels:
    """View a stored picture as it is meant to be seen.

    Args:
        stored: (H, W, C).
        orientation: 1 to 8.

    Returns:
        (H, W, C), or (W, H, C) for orientations 5 to 8, on the same memory.
    """
    turned = stored.transpose(1, 0, 2) if _swaps(orientation) else stored
    row_step, column_step = _STEPS[orientation]
    return turned[::row_step, ::column_step]


def is_upright_at_origin(orientation: int) -> bool:
    """Tell whether the stored picture's first row and column are seen first, so that no side is mirrored."""
    return _STEPS[orientation] == (1, 1)


def _swaps(orientation: int) -> bool:
    return orientation >= 5  # noqa: PLR2004 (5 to 8 exchange rows and columns)


_STEPS = {1: (1, 1), 2: (1, -1), 3: (-1, -1), 4: (-1, 1), 5: (1, 1), 6: (1, -1), 7: (-1, -1), 8: (-1, 1)}
"""Through the rows and columns, forwards or backwards, after they are exchanged."""
