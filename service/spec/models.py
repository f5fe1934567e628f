"""The transform spec as the client writes it: what may be said, with which bounds.

Plain data. What the words mean in pixels is decided in `operations` and `resolve`. The arms of a union bear names in
capitals, which no field does, or are named by the field that chooses among them, so that the place of an error can be
told from its arm.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, PlainValidator, Tag, TypeAdapter, WithJsonSchema

from core import TRANSPARENT, Colour
from service.spec.base import LARGEST, Number, Point, Side, Strict
from service.spec.colour import parse_colour
from service.spec.ops import OPS, Op
from service.spec.output import Output, PngOutput
from service.spec.projective import RawMatrix
from service.spec.rectangle import Region

__all__ = [
    "LARGEST",
    "ONE_SPEC",
    "OPS",
    "SPEC_LIST",
    "CanvasSize",
    "Fit",
    "MatrixSpec",
    "Number",
    "OpsSpec",
    "Options",
    "Point",
    "Side",
    "Spec",
    "Strict",
]

Fit = Literal["none", "stretch", "contain", "cover"]

Fill = Annotated[
    Colour,
    PlainValidator(parse_colour),
    WithJsonSchema(
        {"type": "string", "format": "css-color", "examples": ["transparent", "white", "#ff8800", "rgb(0 0 0 / 50%)"]}
    ),
]


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
    Annotated[Literal["same", "expand", "inscribed"], Tag("CanvasName")] | Annotated[CanvasSize, Tag("CanvasSize")],
    Discriminator(_kind_of_canvas),
]


class Options(Strict):
    """What every spec may say beside the map."""

    region: Region | None = Field(None, description="the part of the source that is used; all of it by default")
    canvas: CanvasChoice = Field(
        "same",
        description="same: the frame; expand: the whole warped picture; inscribed: the largest part without outside; "
        "or a size in pixels",
    )
    filter: Literal["nearest", "bilinear", "bicubic", "lanczos3"] = Field(
        "bilinear", description="how the source is read between pixels"
    )
    antialias: bool = Field(True, description="whether the pixels that fall together are averaged; nearest never does")
    border: Literal["clip", "constant", "edge", "reflect", "mirror", "wrap"] = Field(
        "clip", description="what is seen outside the picture; clip gives smooth edges over the fill"
    )
    fill: Fill = Field(
        TRANSPARENT, description="CSS colour of the outside", json_schema_extra={"default": "transparent"}
    )
    light: Literal["srgb", "linear"] = Field(
        "srgb", description="whether colours are mixed as they are stored, or as the light that they stand for"
    )
    output: Output = Field(PngOutput(format="png"), description="the picture format of the answer; png by default")


class OpsSpec(Options):
    """A warp as a list of operations, applied in the order listed and fused into one resampling."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"},
                {
                    "region": {"x": 0.1, "y": 0.1, "width": 0.8, "height": 0.8, "unit": "fraction"},
                    "ops": [{"op": "rotate", "angle": -8}, {"op": "swirl", "strength": 60}],
                    "canvas": {"width": 320, "height": 320, "fit": "cover"},
                    "filter": "bicubic",
                    "antialias": False,
                    "border": "mirror",
                    "light": "linear",
                    "output": {"format": "webp", "quality": 80},
                },
                {"ops": [{"op": "arc", "angle": 120}], "canvas": "expand", "fill": "#ff8800"},
            ]
        }
    )
    ops: list[Op] = Field(max_length=256, description="applied in the order listed; none change nothing")


class MatrixSpec(Options, RawMatrix):
    """A warp as one raw matrix."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"matrix": [[1, 0.4, 0], [0, 1, 0]]},
                {
                    "region": {"x": 10, "y": 20, "width": 300, "height": 200},
                    "matrix": [1.5, 0, 0, 1.5, 0, 0],
                    "convention": "css",
                    "canvas": "expand",
                    "filter": "lanczos3",
                    "antialias": True,
                    "border": "constant",
                    "fill": "white",
                    "light": "srgb",
                    "output": {"format": "jpeg", "quality": 90},
                },
            ]
        }
    )


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
