"""The transform spec: its models, and how the client's text becomes them.

`sources` finds the text in a request, `shorthand` rewrites the query's short form, `text` reads the JSON, and
`violations` point to what is not allowed. What is allowed say the models: `projective` and `curved` have the
operations, which `ops` lists; `rectangle` and `output` what options are made of; `models` the whole spec.
"""

from service.spec.base import LARGEST, Number, Point, Positive, Side, Strict, Unit
from service.spec.curved import (
    Arc,
    Barrel,
    Bulge,
    Depolar,
    Displacement,
    Lens,
    Mesh,
    Polar,
    Swirl,
    ThinPlateSpline,
    Wave,
)
from service.spec.models import CanvasSize, MatrixSpec, OpsSpec, Options, Spec
from service.spec.ops import OPS, Op
from service.spec.output import FORMATS, JpegOutput, Output, PngOutput, WebpOutput
from service.spec.projective import (
    AffinePoints,
    Centred,
    Corners,
    Crop,
    Flip,
    Identity,
    Matrix,
    Perspective,
    RawMatrix,
    Resize,
    Rotate,
    Row,
    Scale,
    Shear,
    Six,
    Skew,
    Translate,
)
from service.spec.rectangle import Rectangle, Region

__all__ = [
    "FORMATS",
    "LARGEST",
    "OPS",
    "AffinePoints",
    "Arc",
    "Barrel",
    "Bulge",
    "CanvasSize",
    "Centred",
    "Corners",
    "Crop",
    "Depolar",
    "Displacement",
    "Flip",
    "Identity",
    "JpegOutput",
    "Lens",
    "Matrix",
    "MatrixSpec",
    "Mesh",
    "Number",
    "Op",
    "OpsSpec",
    "Options",
    "Output",
    "Perspective",
    "PngOutput",
    "Point",
    "Polar",
    "Positive",
    "RawMatrix",
    "Rectangle",
    "Region",
    "Resize",
    "Rotate",
    "Row",
    "Scale",
    "Shear",
    "Side",
    "Six",
    "Skew",
    "Spec",
    "Strict",
    "Swirl",
    "ThinPlateSpline",
    "Translate",
    "Unit",
    "Wave",
    "WebpOutput",
]
