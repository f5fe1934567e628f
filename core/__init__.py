"""Gridwarp's core: warp pictures by projective maps, exactly, strip by strip.

Pure functions on arrays; it knows no file format, no setting and nothing of the web. Reading order: grid, homography,
border, filters, sampling, coverage, sampling_grid, fill, warp; then conventions, state and canvas, which make the map.
"""

from core import homography
from core.batch import warp_batch
from core.border import BORDERS
from core.canvas import CANVASES, FITS, Canvas
from core.conventions import CONVENTIONS
from core.coverage import fill_shows
from core.errors import (
    HorizonAtCentre,
    HorizonInView,
    InvalidMatrix,
    InvalidPixels,
    InvalidSize,
    SingularMap,
    UnknownName,
    WarpError,
)
from core.fill import BLACK, TRANSPARENT, Colour, output_channels
from core.filters import FILTERS
from core.homography import Matrix
from core.horizon import image_of
from core.image import Pixels
from core.local_scale import LocalScale, local_scale
from core.sampling_grid import SamplingGrid
from core.size import Size
from core.state import State
from core.warp import warp, warp_through

__all__ = [
    "BLACK",
    "BORDERS",
    "CANVASES",
    "CONVENTIONS",
    "FILTERS",
    "FITS",
    "TRANSPARENT",
    "Canvas",
    "Colour",
    "HorizonAtCentre",
    "HorizonInView",
    "InvalidMatrix",
    "InvalidPixels",
    "InvalidSize",
    "LocalScale",
    "Matrix",
    "Pixels",
    "SamplingGrid",
    "SingularMap",
    "Size",
    "State",
    "UnknownName",
    "WarpError",
    "fill_shows",
    "homography",
    "image_of",
    "local_scale",
    "output_channels",
    "warp",
    "warp_batch",
    "warp_through",
]
