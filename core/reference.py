"""A strip of the output in plain NumPy: what every other way of computing it must give, to the last bit."""

from typing import Protocol

from core.fill import over_fill
from core.image import Pixels, to_samples
from core.pyramid import Pyramid
from core.sampling import sample
from core.sampling_grid import SamplingGrid


class Render(Protocol):
    """Something that computes strips; one that is called by several threads at once, if the grids are not shared."""

    def __call__(self, grid: SamplingGrid, pyramid: Pyramid, rows: range, *, fill: Pixels | None) -> Pixels:
        """Give some rows of the output.

        Args:
            grid: of the map, the canvas, the filter and the border.
            pyramid: of the picture.
            rows: of the canvas, consecutive.
            fill: (output channels,), straight samples of what is seen where the picture is not; None where it covers
                every pixel, whose channels the output has then.

        Returns:
            (len(rows), width, output channels) of the picture's dtype.
        """
        ...


def render(grid: SamplingGrid, pyramid: Pyramid, rows: range, *, fill: Pixels | None) -> Pixels:
    """Give some rows of the output: sample, lay over the fill, round half up. See `Render`."""
    values, covered = sample(pyramid, grid.strip(rows), (len(rows), grid.canvas.width))
    seen = values if fill is None else over_fill(values, covered, fill, pyramid.light)
    return to_samples(seen, pyramid.pixels.dtype, pyramid.light)
