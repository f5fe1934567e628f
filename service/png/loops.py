"""The two loops over a strip's bytes, which come in NumPy and zlib, and compiled (`service.png.compiled`)."""

from collections.abc import Callable
from typing import NamedTuple

from service.png.deflating import RunDeflater, runs_by_zlib
from service.png.filtering import Bytes, Samples, filter_rows


class Loops(NamedTuple):
    """Who filters and who deflates.

    filter_rows: as `service.png.filtering.filter_rows`, to the last bit.
    deflate_runs: as `service.png.deflating.runs_by_zlib`, in about as many bytes.
    """

    filter_rows: Callable[[Samples, Samples | None], Bytes]
    deflate_runs: RunDeflater


REFERENCE = Loops(filter_rows, runs_by_zlib)
