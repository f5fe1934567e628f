"""Image files to arrays: the header first, the pixels when they are wanted. Only this package knows Pillow."""

from service.decode.image_file import ImageHeader, OpenPicture, open_picture

__all__ = ["ImageHeader", "OpenPicture", "open_picture"]
