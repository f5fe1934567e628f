"""Image files to arrays: the header first, the pixels when they are wanted, and what their colours mean."""

from service.decode.conveyed import Conveyed, convey
from service.decode.image_file import ImageHeader, OpenPicture, open_picture

__all__ = ["Conveyed", "ImageHeader", "OpenPicture", "convey", "open_picture"]
