"""Samples of 16 bits for the formats that have only 8."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from core import Pixels


def to_eight_bits(samples: Pixels) -> NDArray[np.uint8]:
    """Scale 0 to 65535 onto 0 to 255, to the nearest; 8-bit samples stay as they are."""
    if samples.dtype == np.uint8:
        return cast("NDArray[np.uint8]", samples)
    scaled = (samples.astype(np.uint32) * 255 + 32767) // 65535
    return scaled.astype(np.uint8)
