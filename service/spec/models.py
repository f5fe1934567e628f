"""The transform spec as the client writes it: what may be said, with which bounds.

Plain data. What the words mean in pixels is decided in `operations` and `resolve`. The arms of a union bear names in
capitals, which no field does, so that the place of an error can be told from its arm.
"""

import math
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    TypeAdapter,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from core import TRANSPARENT, Colour
from service.spec.colour import parse_colour

LARGEST = 1e6
"""The largest absolute value of any number in a spec."""

Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Point = Annotated[tuple[Number, Number], Field(description="[x, y]; x right, y down, from the top-left corner")]
Row = tuple[Number, Number, Number]
Six = tuple[Number, Number, Number, Number, Number, Number]

Convention = Literal["normalized", "pixel", "opencv", "skimage", "css"]
Unit = Annotated[Literal["px", "fraction"], Field(description="pixels, or fractions of the current frame's sides")]
Fit = Literal["none", "stretch", "contain", "cover"]


def _shape_of_matrix(value: object) -> str:
    flat = isinstance(value, list | tuple) and bool(value) and isinstance(value[0], int | float)
    return "SixNumbers" if flat else "Rows"


MatrixNumbers = Annotated[
    Annotated[list[Row], Field(min_length=2, max_length=3), Tag("Rows")] | Annotated[Six, Tag("SixNumbers")],
    Discriminator(_shape_of_matrix),
    Field(description="2x3 (affine) or 3x3 (projective) rows; for css also [a, b, c, d, e, f]"),
]

Fill = Annotated[
    Colour,
    PlainValidator(parse_colour),
    WithJsonSchema({"type": "string", "examples": ["transparent", "white", "#ff8800", "rgb(0 0 0 / 50%)"]}),
]


class Strict(BaseModel):
    """The base of every part of a spec: unknown fields, wrong types and non-finite numbers are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class RawMatrix(Strict):
    """A matrix and what its numbers mean."""

    convention: Convention = Field("normalized", description="direction, units and origin of the matrix")
    matrix: MatrixNumbers

    @field_validator("matrix")
    @classmethod
    def _six_numbers_are_css(cls, matrix: list[Row] | Six, info: ValidationInfo) -> list[Row] | Six:
        if isinstance(matrix, tuple) and info.data.get("convention", "css") != "css":
            raise ValueError("six numbers are the css form; give two rows of three, or set convention to 'css'")
        return matrix


class Identity(Strict):
    """Changes nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"op": "identity"}]})
    op: Literal["identity"]


class Matrix(RawMatrix):
    """Any affine or projective map as a matrix."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"op": "matrix", "matrix": [[1, 0, 0.5], [0, 1, 0]], "convention": "normalized"}]
        }
    )
    op: Literal["matrix"]


class Translate(Strict):
    """Moves the picture."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"op": "translate", "x": 0.25, "y": 0, "unit": "fraction"}]}
    )
    op: Literal["translate"]
    x: Number = Field(0.0, description="to the right")
    y: Number = Field(0.0, description="down")
    unit: Unit = "px"


class Centred(Strict):
    """An operation about a point that it leaves in place."""

    center: Point | None = Field(None, description="the fixed point; the frame's centre by default")
    unit: Unit = "px"


class Scale(Centred):
    """Stretches the picture; a negative factor mirrors it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"op": "scale", "x": 1.5}]})
    op: Literal["scale"]
    x: Number = Field(description="factor to the right; not 0")
    y: Number = Field(
        default_factory=lambda data: data.get("x", 1.0), description="factor down; the same as x by default"
    )

    @field_validator("x", "y")
    @classmethod
    def _not_zero(cls, factor: float) -> float:
        if factor == 0:
            raise ValueError("a scale of 0 flattens the picture; use another factor")
        return factor


class Rotate(Centred):
    """Turns the picture clockwise as seen."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"op": "rotate", "angle": 30}]})
    op: Literal["rotate"]
    angle: Number = Field(description="degrees, clockwise as seen")


class Shear(Centred):
    """Slides rows and columns by factors, both at once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"op": "shear", "x": 0.3}]})
    op: Literal["shear"]
    x: Number = Field(0.0, description="pixels to the right for each pixel down")
    y: Number = Field(0.0, description="pixels down for each pixel to the right")

    @model_validator(mode="after")
    def _keeps_area(self) -> "Shear":
        if math.isclose(self.x * self.y, 1.0, rel_tol=1e-12):
            raise ValueError("a shear with x times y = 1 flattens the picture; change one of them")
        return self


SkewAngle = Annotated[float, Field(gt=-89.9, lt=89.9)]


class Skew(Centred):
    """Slides rows and columns by angles, as CSS skew()."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"op": "skew", "x": 15}]})
    op: Literal["skew"]
    x: SkewAngle = Field(0.0, description="degrees that columns lean")
    y: SkewAngle = Field(0.0, description="degrees that rows lean")


class Flip(Strict):
    """Mirrors the picture."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"op": "flip", "axis": "horizontal"}]})
    op: Literal["flip"]
    axis: Literal["horizontal", "vertical", "both"] = Field(
        description="horizontal swaps left and right, vertical swaps top and bottom"
    )


Op = Annotated[
    Identity | Matrix | Translate | Scale | Rotate | Shear | Skew | Flip,
    Field(discriminator="op"),
]
OPS: dict[str, type[Strict]] = {
    get_args(model.model_fields["op"].annotation)[0]: model for model in get_args(get_args(Op)[0])
}
"""The operations by name."""


Side = Annotated[int, Field(ge=1, le=int(LARGEST), description="pixels")]


class CanvasSize(Strict):
    """An output of a given size."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"width": 640, "height": 480, "fit": "contain"}]})
    width: Side
    height: Side
    fit: Fit | None = Field(
        None,
        description="none: the frame's top-left part; stretch: the frame, stretched; contain and cover: the box of the "
        "warped picture, scaled evenly and centred. Left out, it is stretch if the last operation is a normalized "
        "matrix, else none",
    )


def _kind_of_canvas(value: object) -> str:
    return "CanvasSize" if isinstance(value, dict | CanvasSize) else "CanvasName"


CanvasChoice = Annotated[
    Annotated[Literal["same", "expand"], Tag("CanvasName")] | Annotated[CanvasSize, Tag("CanvasSize")],
    Discriminator(_kind_of_canvas),
]


class Options(Strict):
    """What every spec may say beside the map."""

    canvas: CanvasChoice = Field(
        "same", description="same: the frame; expand: the whole warped picture; or a size in pixels"
    )
    filter: Literal["nearest", "bilinear"] = Field("bilinear", description="how the source is read between pixels")
    antialias: bool = Field(False, description="not available yet: only false")
    border: Literal["clip", "constant", "edge", "reflect", "mirror", "wrap"] = Field(
        "clip", description="what is seen outside the picture; clip gives smooth edges over the fill"
    )
    fill: Fill = Field(
        TRANSPARENT, description="CSS colour of the outside", json_schema_extra={"default": "transparent"}
    )

    @field_validator("antialias")
    @classmethod
    def _no_antialias_yet(cls, antialias: bool) -> bool:
        if antialias:
            raise ValueError("antialiasing is not available yet; leave antialias out or set it to false")
        return antialias


class OpsSpec(Options):
    """A warp as a list of operations, applied in the order listed and fused into one resampling."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"}]}
    )
    ops: list[Op] = Field(max_length=256)


class MatrixSpec(Options, RawMatrix):
    """A warp as one raw matrix."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"matrix": [[1, 0, 0.5], [0, 1, 0]]}]})


def _kind_of_spec(value: Any) -> str:
    raw = isinstance(value, MatrixSpec) or (isinstance(value, dict) and "matrix" in value)
    return "MatrixSpec" if raw else "OpsSpec"


WarpSpec = Annotated[
    Annotated[OpsSpec, Tag("OpsSpec")] | Annotated[MatrixSpec, Tag("MatrixSpec")],
    Discriminator(_kind_of_spec),
]

Spec = OpsSpec | MatrixSpec

ONE_SPEC: TypeAdapter[Spec] = TypeAdapter(WarpSpec)
SPEC_LIST: TypeAdapter[list[Spec]] = TypeAdapter(list[WarpSpec])
