"""Pillow's libtiff, called for one page that has been looked at, and kept from printing.

libtiff writes what it thinks of a broken file to the process's standard error, from C, a line for each row if need be:
a flood that goes into the log of the service. Its handlers are functions of the process; without any it is silent, and
what is broken is still an error of Pillow's decoder.

Source: libtiff's manual, TIFFSetErrorHandler: "a NULL handler disables printing".
"""

import ctypes

from PIL import ImagePalette, _imaging
from PIL.ImageFile import ImageFile, _Tile

from service.decode.tiff_page import Page

_HANDLERS = ("TIFFSetErrorHandler", "TIFFSetErrorHandlerExt", "TIFFSetWarningHandler", "TIFFSetWarningHandlerExt")


def silence_libtiff() -> None:
    """Take libtiff's handlers away, in the copy of it that Pillow has loaded."""
    pillow = ctypes.CDLL(_imaging.__file__)  # where names are looked for in all that it needs, too
    for name in _HANDLERS:
        if hasattr(pillow, name):  # Pillow may be built without libtiff
            set_handler = getattr(pillow, name)
            set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p
            set_handler(None)


silence_libtiff()


class TiffFile(ImageFile):
    """One page, whose tags are not read again here."""

    format = "TIFF"

    def __init__(self, page: Page) -> None:
        self._page = page
        super().__init__(page.file)

    def _open(self) -> None:
        page = self._page
        self._size, self._mode = page.size, page.mode
        self.decodermaxblock = page.file.getbuffer().nbytes  # libtiff wants the file at once
        self.tile = [_Tile("libtiff", (0, 0, *page.size), 0, (page.rawmode, False, 0))]
        if page.colours:
            self.palette = ImagePalette.raw("RGB", page.colours)
