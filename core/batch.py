"""The classic batch form of a spatial transformer: equal-sized pictures, one 2x3 matrix each, arrays in and out."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core import homography
from core.canvas import stretch
from core.conventions import normalized
from core.errors import InvalidMatrix, InvalidPixels
from core.fill import BLACK, TRANSPARENT
from core.image import Pixels, check_pixels, has_alpha
from core.maps.chain import Chain
from core.sampling_grid import SamplingGrid
from core.size import Size, check_size
from core.state import State
from core.warp import warp_through

KEPT_BYTES = 1 << 26
"""What one remembered sampling grid may take: that of 2.4 megapixels, bilinear, from sources of up to 65536 a side."""


def warp_batch(
    images: Pixels,
    src_from_dst: NDArray[np.float64],
    size: Size | None = None,
    *,
    filter: str = "bilinear",
    border: str = "clip",
    antialias: bool = True,
) -> Pixels:
    """Warp each picture of a batch by its own matrix; pictures with equal matrices share the work of the geometry.

    Convention: the matrices are `normalized`: both pictures span [-1, 1] from edge to edge, x right, y down. A shift of
    +0.5 in x moves the picture to the left by a quarter of its width. The outside is transparent in pictures with alpha
    and black in others.

    Args:
        images: (B, H, W, C) uint8 or uint16.
        src_from_dst: (B, 2, 3), output -> source.
        size: of the outputs (w, h); the inputs' by default.
        filter: as for `warp`.
        border: as for `warp`.
        antialias: as for `warp`.

    Returns:
        (B, h, w, C) of the input's dtype.

    Raises:
        InvalidPixels: not a batch of pictures.
        InvalidMatrix: not one finite 2x3 matrix a picture.
        SingularMap, InvalidSize, UnknownName: as for `warp`.

    Source: Jaderberg et al. 2015, Spatial Transformer Networks, arXiv:1506.02025, equations 1 and 5.

    Example:
        >>> picture = np.arange(16, dtype=np.uint8).reshape(1, 2, 8, 1)
        >>> shift = np.array([[[1, 0, 0.5], [0, 1, 0]]])
        >>> warp_batch(picture, shift)[0, :, :, 0]
        array([[ 2,  3,  4,  5,  6,  7,  0,  0],
               [10, 11, 12, 13, 14, 15,  0,  0]], dtype=uint8)
    """
    matrices = np.asarray(src_from_dst, dtype=np.float64)
    if images.ndim != 4 or not len(images):  # noqa: PLR2004 (axes)
        raise InvalidPixels(f"a batch has the shape (images, height, width, channels); this one has {images.shape}")
    if matrices.shape != (len(images), 2, 3):
        raise InvalidMatrix(
            f"{len(images)} pictures need matrices of shape ({len(images)}, 2, 3); got {matrices.shape}"
        )
    check_pixels(images[0])
    source = Size(images.shape[2], images.shape[1])
    canvas = source if size is None else size
    check_size("canvas", canvas)
    fill = TRANSPARENT if has_alpha(images.shape[3]) else BLACK
    out = np.empty((len(images), canvas.height, canvas.width, images.shape[3]), images.dtype)
    for matrix, indices in _by_matrix(matrices):
        grid = SamplingGrid(
            _chain(matrix, source, canvas),
            canvas,
            source,
            filter=filter,
            border=border,
            antialias=antialias,
            kept_bytes=KEPT_BYTES if len(indices) > 1 else 0,
        )
        for index in indices:
            np.concatenate(list(warp_through(grid, images[index], fill=fill)), out=out[index])
    return out


def _by_matrix(matrices: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.float64], list[int]]]:
    """Give each different matrix once, with the indices where it stands."""
    indices = defaultdict(list)
    for index, matrix in enumerate(matrices):
        indices[matrix.tobytes()].append(index)
    for equal in indices.values():
        yield matrices[equal[0]], equal


def _chain(matrix: NDArray[np.float64], source: Size, canvas: Size) -> Chain:
    state = State.start(source).then(normalized(homography.from_rows(matrix), source))
    return stretch(state, canvas).map_of(state)
