"""PNG, written strip by strip: rows in, chunks out.

The costly half, `pack`, is a pure function for worker threads: it filters and deflates one strip and knows no
other. The cheap half, `PngStream`, joins the packed strips in order and holds no pixels.

Sources: W3C Portable Network Graphics (Third Edition), called "PNG" in this package; zlib format RFC 1950; deflate RFC
1951. Figures: the photographs of `benchmarks/png.py`, one thread of a 2026 server CPU.
"""

from service.png.loops import REFERENCE, Loops
from service.png.packing import PackedStrip, pack
from service.png.picture_format import PngFormat, strip_rows
from service.png.stream import PngStream

__all__ = ["REFERENCE", "Loops", "PackedStrip", "PngFormat", "PngStream", "pack", "strip_rows"]
