"""Rectangles: the frame that a crop sets, the region that is cut from the source."""

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from service.spec.base import Number, Positive, Strict, Unit


class Rectangle(Strict):
    """An upright rectangle; in pixels its sides are whole."""

    unit: Unit = "px"  # the first, since the others are checked by it
    x: Number = Field(0.0, description="its left edge")
    y: Number = Field(0.0, description="its top edge")
    width: Positive = Field(description="its width; in pixels a whole number")
    height: Positive = Field(description="its height; in pixels a whole number")

    @field_validator("width", "height")
    @classmethod
    def _whole_pixels(cls, side: float, info: ValidationInfo) -> float:
        if info.data.get("unit") == "px" and not side.is_integer():
            raise ValueError(
                "must be a whole number of pixels, at least 1; or set unit to 'fraction', for parts of the sides"
            )
        return side


class Region(Rectangle):
    """A true cut of the source before all operations: nothing outside it is ever seen."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5, "unit": "fraction"},
                {"x": 10, "y": 20, "width": 300, "height": 200, "unit": "px"},
            ]
        }
    )
    unit: Unit = Field("px", description="pixels, or fractions of the source's sides")

    @field_validator("x", "y", "width", "height")
    @classmethod
    def _in_the_source(cls, value: float, info: ValidationInfo) -> float:
        unit = info.data.get("unit")
        if unit == "fraction" and not 0 <= value <= 1:
            raise ValueError("must be from 0 to 1, a fraction of the source's side; or set unit to 'px'")
        if unit == "px" and not (value >= 0 and value.is_integer()):
            raise ValueError("must be a whole number of pixels, at least 0; or set unit to 'fraction'")
        return value
