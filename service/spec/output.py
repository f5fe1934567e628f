"""The output's picture format, with what each of them lets one choose."""

from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field

from service.spec.base import Strict


class PngOutput(Strict):
    """PNG: of 8 or 16 bits, always lossless, with transparency."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"format": "png"}]})
    format: Literal["png"] = Field(description="the format's name")


class WebpOutput(Strict):
    """WebP: of 8 bits, lossy or lossless, with transparency."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"format": "webp", "quality": 90}, {"format": "webp", "lossless": True}]}
    )
    format: Literal["webp"] = Field(description="the format's name")
    quality: int = Field(80, ge=0, le=100, description="0 is smallest, 100 is best; of lossless ones the effort")
    lossless: bool = Field(False, description="whether every pixel is kept as it is")


class JpegOutput(Strict):
    """JPEG: of 8 bits, without transparency: composed over the fill, or over white if that is not opaque."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"format": "jpeg", "quality": 90}]})
    format: Literal["jpeg"] = Field(description="the format's name")
    quality: int = Field(85, ge=1, le=100, description="1 is smallest, 100 is best")


Output = Annotated[PngOutput | WebpOutput | JpegOutput, Field(discriminator="format")]

FORMATS: dict[str, type[Strict]] = {
    get_args(model.model_fields["format"].annotation)[0]: model for model in get_args(get_args(Output)[0])
}
"""The picture formats by name."""
