"""The operations that bend straight lines."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from service.spec.base import LARGEST, Named, Number, Point, Positive, Strict, Unit
from service.spec.pairs import as_many_as_src
from service.spec.projective import Centred

Radius = Annotated[
    Positive | None,
    Field(
        description="how far it reaches; half the frame's shorter side by default; a fraction is of the shorter side"
    ),
]


class Lens(Centred):
    """Removes a lens's distortion, by Brown and Conrady's coefficients as OpenCV has them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "lens", "k1": 0.4, "k2": 0.1},
                {
                    "op": "lens",
                    "k1": 0.12,
                    "k2": -0.04,
                    "k3": 0.01,
                    "p1": 0.002,
                    "p2": -0.001,
                    "focal": 900,
                    "center": [0.48, 0.51],
                    "unit": "fraction",
                    "inverse": True,
                },
            ]
        }
    )
    op: Annotated[Literal["lens"], Named]
    k1: Number = Field(0.0, description="radial, of the 2nd order")
    k2: Number = Field(0.0, description="radial, of the 4th order")
    k3: Number = Field(0.0, description="radial, of the 6th order")
    p1: Number = Field(0.0, description="tangential, mainly along y")
    p2: Number = Field(0.0, description="tangential, mainly along x")
    focal: Positive | None = Field(None, description="focal length in pixels; the frame's longer side by default")
    inverse: bool = Field(False, description="true adds the distortion instead")


class Barrel(Centred):
    """Corrects barrel and pincushion distortion, by ImageMagick's coefficients."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "barrel", "a": 0, "b": -0.12, "c": 0},
                {
                    "op": "barrel",
                    "a": 0.01,
                    "b": 0.03,
                    "c": -0.02,
                    "d": 1,
                    "center": [0.5, 0.4],
                    "unit": "fraction",
                    "inverse": True,
                },
            ]
        }
    )
    op: Annotated[Literal["barrel"], Named]
    a: Number = Field(0.0, description="of the cube of the radius, whose unit is half the frame's shorter side")
    b: Number = Field(0.0, description="of its square")
    c: Number = Field(0.0, description="of itself")
    d: Number | None = Field(None, description="the constant; 1 - a - b - c by default")
    inverse: bool = Field(False, description="true adds the distortion instead")


class Polar(Centred):
    """Unrolls the picture about a point to a strip: x is the radius, y the angle, clockwise from the right."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"op": "polar"}, {"op": "polar", "center": [0.4, 0.5], "unit": "fraction", "log": True}]
        }
    )
    op: Annotated[Literal["polar"], Named]
    center: Point | None = Field(None, description="of the circles; the frame's centre by default")
    log: bool = Field(False, description="whether x is the radius's logarithm")


class Depolar(Centred):
    """Rolls a strip up to a picture: the inverse of polar."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"op": "depolar"}, {"op": "depolar", "center": [0.5, 0.6], "unit": "fraction", "log": True}]
        }
    )
    op: Annotated[Literal["depolar"], Named]
    center: Point | None = Field(None, description="of the circles, in the new frame; its centre by default")
    log: bool = Field(False, description="whether the strip's x is the radius's logarithm")


class Swirl(Centred):
    """Turns the picture about a point, ever less outwards."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "swirl", "strength": 180},
                {"op": "swirl", "strength": -60, "radius": 0.3, "center": [0.4, 0.3], "unit": "fraction"},
            ]
        }
    )
    op: Annotated[Literal["swirl"], Named]
    strength: Number = Field(description="degrees at the centre, clockwise as seen")
    radius: Radius = None


FLATTEST = 1e-9
"""Degrees: an arc of less is straight to the last digit, and its centre beyond all numbers."""


class Arc(Strict):
    """Bends the picture to a part of a ring; its middle line keeps its length."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"op": "arc", "angle": 90}]})
    op: Annotated[Literal["arc"], Named]
    angle: Annotated[float, Field(ge=-360, le=360)] = Field(
        description="degrees of the ring; not 0; positive as a rainbow, negative as a smile"
    )

    @field_validator("angle")
    @classmethod
    def _not_zero(cls, angle: float) -> float:
        if abs(angle) < FLATTEST:
            raise ValueError("an arc of 0 degrees has no centre; use another angle, or leave the arc out")
        return angle


class Wave(Strict):
    """Moves rows or columns to and fro along a sine."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "wave", "amplitude": 0.03, "wavelength": 0.25, "unit": "fraction"},
                {"op": "wave", "amplitude": 10, "wavelength": 80, "phase": 90, "axis": "x", "unit": "px"},
            ]
        }
    )
    op: Annotated[Literal["wave"], Named]
    amplitude: Number = Field(description="the farthest shift; a fraction is of the frame's side along the axis")
    wavelength: Positive = Field(description="of the sine; a fraction is of the frame's other side")
    phase: Number = Field(0.0, description="degrees by which the sine is ahead")
    axis: Literal["x", "y"] = Field("y", description="the direction of the shifts: x moves rows, y moves columns")
    unit: Unit = "px"


class Bulge(Centred):
    """Swells the picture about a point, as a lens that lies on it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "bulge", "strength": 0.7},
                {"op": "bulge", "strength": -0.4, "radius": 0.3, "center": [0.4, 0.3], "unit": "fraction"},
            ]
        }
    )
    op: Annotated[Literal["bulge"], Named]
    strength: Annotated[float, Field(ge=-1, le=0.95)] = Field(description="negative pinches")
    radius: Radius = None


Knots = Annotated[list[Point], Field(min_length=3, max_length=100)]


class ThinPlateSpline(Strict):
    """Moves points to where they should be, and all between them as smoothly as a bent sheet of metal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "op": "thin_plate_spline",
                    "src": [[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]],
                    "dst": [[0, 0], [1, 0], [0, 1], [1, 1], [0.6, 0.4]],
                    "unit": "fraction",
                },
                {
                    "op": "thin_plate_spline",
                    "src": [[0, 0], [450, 0], [0, 300], [450, 300], [200, 100], [250, 200]],
                    "dst": [[0, 0], [450, 0], [0, 300], [450, 300], [210, 90], [240, 220]],
                    "smoothing": 0.001,
                    "unit": "px",
                },
            ]
        }
    )
    op: Annotated[Literal["thin_plate_spline"], Named]
    src: Knots = Field(description="points of the picture")
    dst: Knots = Field(description="where they go, in the same order")
    smoothing: Annotated[float, Field(ge=0, le=LARGEST)] = Field(
        0.0, description="0 meets every point; more bends less and comes only near them"
    )
    unit: Unit = "px"

    _equally_many = field_validator("dst")(as_many_as_src)


Cells = Annotated[int, Field(ge=1, le=50)]


class Mesh(Strict):
    """Moves the nodes of a regular grid over the frame, and its cells with them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "op": "mesh",
                    "columns": 2,
                    "rows": 2,
                    "points": [[0, 0], [0.5, 0], [1, 0], [0, 0.5], [0.6, 0.4], [1, 0.5], [0, 1], [0.5, 1], [1, 1]],
                    "unit": "fraction",
                },
                {
                    "op": "mesh",
                    "columns": 2,
                    "rows": 1,
                    "points": [[0, 0], [225, 40], [450, 0], [0, 300], [225, 260], [450, 300]],
                    "unit": "px",
                },
            ]
        }
    )
    op: Annotated[Literal["mesh"], Named]
    columns: Cells = Field(description="cells in a row")
    rows: Cells = Field(description="cells in a column")
    points: list[Point] = Field(
        description="where each node goes, row by row: (columns + 1) times (rows + 1) points, the first top-left"
    )
    unit: Unit = "px"

    @field_validator("points")
    @classmethod
    def _one_for_each_node(cls, points: list[Point], info: ValidationInfo) -> list[Point]:
        if {"columns", "rows"} <= info.data.keys():
            nodes = (info.data["columns"] + 1) * (info.data["rows"] + 1)
            if len(points) != nodes:
                raise ValueError(
                    f"needs {nodes} points, (columns + 1) times (rows + 1), row by row; it has {len(points)}"
                )
        return points


class Displacement(Strict):
    """Moves each pixel by what a second picture says: red or gray shifts along x, green along y."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"op": "displacement", "x_scale": 20},
                {"op": "displacement", "map": 1, "x_scale": 12, "y_scale": -6},
            ]
        }
    )
    op: Annotated[Literal["displacement"], Named]
    map: int = Field(1, ge=1, le=64, description="which of the form's parts `map` it is, counted from 1")
    x_scale: Number = Field(description="pixels of displacement along x at the extreme")
    y_scale: Number = Field(
        default_factory=lambda data: data.get("x_scale", 1.0),
        description="pixels of displacement along y at the extreme; the same as x_scale by default",
    )
