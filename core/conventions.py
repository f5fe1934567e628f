"""What the numbers of a raw matrix mean: each convention turns them into dst_from_src in our own.

name        direction         units and origin
normalized  output -> source  both pictures span [-1, 1] from edge to edge (torch affine_grid, align_corners=False)
pixel       output -> source  pixels, corner origin (Pillow Image.transform)
opencv      source -> output  pixels, centres at whole numbers (cv2.warpAffine)
skimage     output -> source  pixels, centres at whole numbers (skimage.transform.warp)
css         source -> output  pixels, corner origin (CSS and SVG matrix())

Each takes a 3x3 matrix and the current frame, and gives 3x3. Those that are output -> source are inverted, and raise
InvalidMatrix or SingularMap where that cannot be done: see `homography.check_invertible`.
Source of `normalized`: Jaderberg et al. 2015, Spatial Transformer Networks, arXiv:1506.02025, equation 1.
"""

from collections.abc import Callable

from core.grid import corner_origin_from_lattice, lattice_from_corner_origin
from core.homography import Matrix, check_invertible, compose, invert, scale, translate
from core.size import Size


def normalized(matrix: Matrix, frame: Size) -> Matrix:
    """Read output -> source on [-1, 1] x [-1, 1], which both pictures span from edge to edge."""
    pixels_from_unit = compose(scale(frame.width / 2, frame.height / 2), translate(1.0, 1.0))
    return _invert_checked(compose(pixels_from_unit, matrix, invert(pixels_from_unit)), frame)


def pixel(matrix: Matrix, frame: Size) -> Matrix:
    """Read output -> source in our own convention.

    Raises:
        InvalidMatrix, SingularMap: see `homography.check_invertible`.
    """
    return _invert_checked(matrix, frame)


def opencv(matrix: Matrix, frame: Size) -> Matrix:  # noqa: ARG001 (one signature a table)
    """Read source -> output between the lattices of pixel centres."""
    return compose(corner_origin_from_lattice(), matrix, lattice_from_corner_origin())


def skimage(matrix: Matrix, frame: Size) -> Matrix:
    """Read output -> source between the lattices of pixel centres.

    Raises:
        InvalidMatrix, SingularMap: see `homography.check_invertible`.
    """
    return _invert_checked(opencv(matrix, frame), frame)


def css(matrix: Matrix, frame: Size) -> Matrix:  # noqa: ARG001 (one signature a table)
    """Read source -> output in our own convention."""
    return matrix


CONVENTIONS: dict[str, Callable[[Matrix, Size], Matrix]] = {
    "normalized": normalized,
    "pixel": pixel,
    "opencv": opencv,
    "skimage": skimage,
    "css": css,
}


def _invert_checked(src_from_dst: Matrix, frame: Size) -> Matrix:
    check_invertible(src_from_dst, frame)
    return invert(src_from_dst)
