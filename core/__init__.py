"""Gridwarp's core: warp pictures by maps of any kind, exactly, strip by strip.

Pure functions on arrays; it knows no file format, no setting and nothing of the web. Reading order: grid, homography,
maps.map, maps.chain, border, filters, antialias, sampling, coverage, sampling_grid, fill, warp; then conventions, state
and canvas, which make the map.

`core.compiled` computes the same pixels many times faster, from the same formulas; it needs Numba, and nothing here
imports it.
"""

from core import homography, reference
from core.batch import warp_batch
from core.border import BORDERS
from core.canvas import CANVASES, FITS, Canvas
from core.conventions import CONVENTIONS
from core.coverage import fill_shows
from core.errors import (
    DegeneratePoints,
    FoldedMesh,
    HorizonAtCentre,
    HorizonInView,
    InvalidMatrix,
    InvalidPixels,
    InvalidQuad,
    InvalidSize,
    NoImage,
    NothingInscribed,
    SingularMap,
    UnknownName,
    WarpError,
)
from core.fill import BLACK, TRANSPARENT, Colour, output_channels
from core.filters import FILTERS
from core.from_points import affine_from_points, perspective_from_quads
from core.homography import Matrix
from core.horizon import image_of
from core.image import Pixels
from core.light import LIGHTS
from core.local_scale import LocalScale, local_scale
from core.maps.arc import Arc
from core.maps.barrel import Barrel
from core.maps.bulge import Bulge
from core.maps.chain import Chain
from core.maps.displacement import Displacement
from core.maps.lens import Lens
from core.maps.map import Map
from core.maps.mesh import Mesh
from core.maps.polar import Depolar, Polar
from core.maps.projective import Projective
from core.maps.reversed import Reversed
from core.maps.swirl import Swirl
from core.maps.thin_plate_spline import ThinPlateSpline
from core.maps.unknown import Unknown
from core.maps.wave import Wave
from core.reference import Render
from core.sampled import most_taps, sampled_scale
from core.sampling_grid import SamplingGrid
from core.size import Size
from core.state import RESIZES, State
from core.strip_points import Raster
from core.warp import RowsOf, warp, warp_through, warped_rows

__all__ = [
    "BLACK",
    "BORDERS",
    "CANVASES",
    "CONVENTIONS",
    "FILTERS",
    "FITS",
    "LIGHTS",
    "RESIZES",
    "TRANSPARENT",
    "Arc",
    "Barrel",
    "Bulge",
    "Canvas",
    "Chain",
    "Colour",
    "DegeneratePoints",
    "Depolar",
    "Displacement",
    "FoldedMesh",
    "HorizonAtCentre",
    "HorizonInView",
    "InvalidMatrix",
    "InvalidPixels",
    "InvalidQuad",
    "InvalidSize",
    "Lens",
    "LocalScale",
    "Map",
    "Matrix",
    "Mesh",
    "NoImage",
    "NothingInscribed",
    "Pixels",
    "Polar",
    "Projective",
    "Raster",
    "Render",
    "Reversed",
    "RowsOf",
    "SamplingGrid",
    "SingularMap",
    "Size",
    "State",
    "Swirl",
    "ThinPlateSpline",
    "Unknown",
    "UnknownName",
    "WarpError",
    "Wave",
    "affine_from_points",
    "fill_shows",
    "homography",
    "image_of",
    "local_scale",
    "most_taps",
    "output_channels",
    "perspective_from_quads",
    "reference",
    "sampled_scale",
    "warp",
    "warp_batch",
    "warp_through",
    "warped_rows",
]
