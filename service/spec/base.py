"""What the parts of a spec are made of: strict models, bounded numbers, points, units."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LARGEST = 1e6
"""The largest absolute value of any number in a spec."""

Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Positive = Annotated[float, Field(gt=0, le=LARGEST)]
Side = Annotated[int, Field(ge=1, le=int(LARGEST), description="pixels")]
Point = Annotated[tuple[Number, Number], Field(description="[x, y]; x right, y down, from the top-left corner")]
Named = Field(description="the operation's name")
Unit = Annotated[Literal["px", "fraction"], Field(description="pixels, or fractions of the current frame's sides")]


class Strict(BaseModel):
    """The base of every part of a spec: unknown fields, wrong types and non-finite numbers are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)
