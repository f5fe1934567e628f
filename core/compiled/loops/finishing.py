"""The loop that turns sums into samples."""

from core.compiled.agreed import LANES
from core.compiled.llvm.step import unbound

fetch = write = unbound


def finish(
    planes, covered_plane, fill, has_fill, encoding, out, out_channels, pixel_bytes, top, rows, columns,
    covered, sums, samples,
):  # fmt: skip
    """Turn the sums of rows of the output into samples.

    Its arguments are `Sums`, an `Output`, a `Strip`, and room for sums and samples.
    """
    padded = (columns + LANES - 1) // LANES * LANES
    for row in range(rows):
        for column in range(0, columns, LANES):
            first = (row * columns + column) * pixel_bytes
            fetch(sums, covered, planes, covered_plane, row * padded + column, rows * padded)
            if column + LANES <= columns:
                write(sums, covered, fill, has_fill, encoding, out, first, out_channels)
            else:
                write(sums, covered, fill, has_fill, encoding, samples, 0, out_channels)
                for byte in range((columns - column) * pixel_bytes):
                    out[first + byte] = samples[byte]
