"""Warped rows to the bytes of a picture file: PNG strip by strip, WebP and JPEG in one go."""

from service.encode.formats import FORMATS, PictureFormat, check_output_size, format_of
from service.encode.picture_head import PictureHead

__all__ = ["FORMATS", "PictureFormat", "PictureHead", "check_output_size", "format_of"]
