"""The operations whose map is a matrix, and those that set a new frame."""

import math
from typing import Annotated, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, ValidationInfo, field_validator, model_validator

from service.spec.base import Named, Number, Point, Side, Strict, Unit
from service.spec.pairs import as_many_as_src
from service.spec.rectangle import Rectangle

Row = tuple[Number, Number, Number]
Six = tuple[Number, Number, Number, Number, Number, Number]
Corners = tuple[Point, Point, Point, Point]

Convention = Literal["normalized", "pixel", "opencv", "skimage", "css"]


def _shape_of_matrix(value: object) -> str:
    flat = isinstance(value, list | tuple) and bool(value) and isinstance(value[0], int | float)
    return "SixNumbers" if flat else "Rows"


MatrixNumbers = Annotated[
    Annotated[list[Row], Field(min_length=2, max_length=3), Tag("Rows")] | Annotated[Six, Tag("SixNumbers")],
    Discriminator(_shape_of_matrix),
    Field(description="2x3 (affine) or 3x3 (projective) rows; for css also [a, b, c, d, e, f]"),
]


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
    op: Annotated[Literal["identity"], Named]


class Matrix(RawMatrix):
    """Any affine or projective map as a matrix."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "matrix", "matrix": [[1, 0.4, 0], [0, 1, 0]], "convention": "normalized"},
                {"op": "matrix", "matrix": [0.87, 0.5, -0.5, 0.87, 80, -60], "convention": "css"},
                {"op": "matrix", "matrix": [[1, 0, 0], [0, 1, 0], [0, 0.001, 1]], "convention": "opencv"},
            ]
        }
    )
    op: Annotated[Literal["matrix"], Named]


class Translate(Strict):
    """Moves the picture."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "translate", "x": 0.2, "y": 0.1, "unit": "fraction"},
                {"op": "translate", "x": -12.5, "y": 40, "unit": "px"},
            ]
        }
    )
    op: Annotated[Literal["translate"], Named]
    x: Number = Field(0.0, description="to the right")
    y: Number = Field(0.0, description="down")
    unit: Unit = "px"


class Centred(Strict):
    """An operation about a point."""

    center: Point | None = Field(None, description="the fixed point; the frame's centre by default")
    unit: Unit = "px"


class Scale(Centred):
    """Stretches the picture; a negative factor mirrors it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "scale", "x": 1.5},
                {"op": "scale", "x": -1, "y": 0.5, "center": [0.5, 0], "unit": "fraction"},
            ]
        }
    )
    op: Annotated[Literal["scale"], Named]
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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "rotate", "angle": 30},
                {"op": "rotate", "angle": -7.5, "center": [0, 1], "unit": "fraction"},
            ]
        }
    )
    op: Annotated[Literal["rotate"], Named]
    angle: Number = Field(description="degrees, clockwise as seen")


class Shear(Centred):
    """Slides rows and columns by factors, both at once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "shear", "x": 0.3},
                {"op": "shear", "x": 0, "y": 0.2, "center": [0, 0], "unit": "px"},
            ]
        }
    )
    op: Annotated[Literal["shear"], Named]
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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "skew", "x": 15},
                {"op": "skew", "x": 0, "y": -10, "center": [0, 0], "unit": "px"},
            ]
        }
    )
    op: Annotated[Literal["skew"], Named]
    x: SkewAngle = Field(0.0, description="degrees that columns lean")
    y: SkewAngle = Field(0.0, description="degrees that rows lean")


class Flip(Strict):
    """Mirrors the picture."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"op": "flip", "axis": "horizontal"}]})
    op: Annotated[Literal["flip"], Named]
    axis: Literal["horizontal", "vertical", "both"] = Field(
        description="horizontal swaps left and right, vertical swaps top and bottom"
    )


class Crop(Rectangle):
    """Sets a new frame; a viewport: the picture goes on outside it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "crop", "x": 0.1, "y": 0.1, "width": 0.8, "height": 0.8, "unit": "fraction"},
                {"op": "crop", "x": 10, "y": 20, "width": 300, "height": 200, "unit": "px"},
            ]
        }
    )
    op: Annotated[Literal["crop"], Named]


class Resize(Strict):
    """Scales the picture to a new frame of a given size."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "resize", "width": 480, "height": 480, "fit": "cover"},
                {"op": "resize", "width": 640},
            ]
        }
    )
    op: Annotated[Literal["resize"], Named]
    width: Side | None = Field(None, description="pixels; left out, it follows from the frame's proportions")
    height: Side | None = Field(None, description="pixels; left out, it follows from the frame's proportions")
    fit: Literal["stretch", "contain", "cover"] = Field(
        "stretch",
        description="stretch: each side by itself; contain: both evenly, to fit in; cover: both evenly, to fill",
    )

    @model_validator(mode="after")
    def _has_a_side(self) -> "Resize":
        if self.width is None and self.height is None:
            raise ValueError("a resize needs 'width', 'height' or both")
        return self


PointList = Annotated[list[Point], Field(min_length=1, max_length=1000)]


class AffinePoints(Strict):
    """Moves points to where they should be: 1 pair shifts, 2 also turn and scale evenly, 3 or more are affine."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "op": "affine_points",
                    "src": [[0, 0], [1, 0], [0, 1]],
                    "dst": [[0.1, 0.05], [0.95, 0.15], [0, 0.9]],
                    "unit": "fraction",
                },
                {"op": "affine_points", "src": [[120, 80], [300, 90]], "dst": [[100, 100], [350, 100]], "unit": "px"},
            ]
        }
    )
    op: Annotated[Literal["affine_points"], Named]
    src: PointList = Field(description="points of the picture")
    dst: PointList = Field(description="where they go, in the same order; of more than 3, as near as can be")
    unit: Unit = "px"

    _equally_many = field_validator("dst")(as_many_as_src)


class Perspective(Strict):
    """Moves four corners to where they should be, and all between them in perspective."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "perspective", "dst": [[0.1, 0.1], [0.9, 0], [1, 1], [0, 0.9]], "unit": "fraction"},
                {"op": "perspective", "src": [[60, 40], [400, 20], [420, 280], [30, 260]], "unit": "px"},
            ]
        }
    )
    op: Annotated[Literal["perspective"], Named]
    src: Corners | None = Field(
        None,
        description="four points of the picture: top-left, top-right, bottom-right, bottom-left; the frame's corners "
        "by default",
    )
    dst: Corners | None = Field(
        None, description="where they go, in the same order; the frame's corners by default, as for a scan"
    )
    unit: Unit = "px"

    @model_validator(mode="after")
    def _has_corners(self) -> "Perspective":
        if self.src is None and self.dst is None:
            raise ValueError("a perspective needs 'dst', where the corners go, 'src', where they come from, or both")
        return self
