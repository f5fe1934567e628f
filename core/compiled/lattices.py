"""What the loop is told that sums by rows and columns."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.compiled.agreed import LANES
from core.compiled.summing_arguments import Lattice
from core.image import Pixels
from core.sampling import FoldedTaps, Neighbours
from core.sampling_grid import SamplingGrid


def lattice(grid: SamplingGrid, rows: range, pixels: Pixels) -> tuple[Pixels, Lattice]:
    """Tell what some rows of the output read through a map that keeps to the axes.

    Args:
        grid: of the map.
        rows: of the canvas.
        pixels: of the picture.

    Returns:
        The picture, exchanged with its transpose if the map exchanges rows and columns; and what is read of that.
    """
    down, across, within = cast("Neighbours", grid.lattice(rows).neighbours)
    if not down[0][0].shape[1] == across[0][0].shape[0] == 1:  # as in `sampling`
        down, across, pixels = across, down, pixels.transpose(1, 0, 2)
    width = padded(grid.canvas.width)
    shares = np.ones((len(rows), width), np.float32)
    if within is not None:
        shares[:, : grid.canvas.width] = within
    row_index, row_weight = _listed(down, len(rows))
    column_index, column_weight = _listed(across, width)
    first, last = min(int(index.min()) for index, _ in across), max(int(index.max()) for index, _ in across)
    return pixels, Lattice(
        row_index, row_weight, len(down), np.maximum(column_index - first, 0), column_weight, len(across),
        shares.ravel(), first, last, np.empty(padded(last - first + 1) * pixels.shape[2], np.float32),
    )  # fmt: skip


def padded(count: int) -> int:
    """Round a number of pixels up to whole groups."""
    return -(-count // LANES) * LANES


def _listed(taps: FoldedTaps, length: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """List taps along an axis one after the other, each filled up with zeros to a length: indices, and weights."""
    indices, weights = np.zeros((len(taps), length), np.int32), np.zeros((len(taps), length), np.float32)
    for number, (index, weight) in enumerate(taps):
        indices[number, : index.size], weights[number, : weight.size] = index.ravel(), weight.ravel()
    return indices.ravel(), weights.ravel()
