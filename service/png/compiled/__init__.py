"""The loops over a strip's bytes as machine code. Whoever imports this needs Numba, and may have to wait for it."""

from service.png.compiled.deflating import deflate_runs
from service.png.compiled.filtering import filter_rows
from service.png.loops import Loops

COMPILED = Loops(filter_rows, deflate_runs)

__all__ = ["COMPILED"]
