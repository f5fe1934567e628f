"""Image files to arrays: the header first, the pixels when they are wanted. The only place that knows Pillow."""

from service.decode.image_file import ImageHeader, decode, read_header

__all__ = ["ImageHeader", "decode", "read_header"]
