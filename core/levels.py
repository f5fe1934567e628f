"""Which levels of the pyramid averages read, and how much each of them counts."""

import math
from collections.abc import Iterator

from core.antialias import Side, coarseness, level_share
from core.grid import Coordinates
from core.pyramid import top_level
from core.size import Size


def levels_read(averaged_over: tuple[Side, Side], raster: Size) -> range:
    """Give the levels that are read of a raster's pyramid for averages over these sides."""
    return _up_to(coarseness(*averaged_over), top_level(raster))


def share_of_level(level: int, averaged_over: tuple[Side, Side], raster: Size) -> Coordinates:
    """Give what one level counts for each pixel."""
    return level_share(coarseness(*averaged_over), level, top_level(raster))


def shares_of_levels(averaged_over: tuple[Side, Side], raster: Size) -> Iterator[tuple[int, Coordinates]]:
    """Give each of these levels with what it counts for each pixel, where it counts for any."""
    coarse, top = coarseness(*averaged_over), top_level(raster)
    for level in _up_to(coarse, top):
        weight = level_share(coarse, level, top)
        if weight.any():
            yield level, weight


def _up_to(coarse: Coordinates, top: int) -> range:
    return range(min(top, math.ceil(math.log2(max(1.0, coarse.max())))) + 1)
