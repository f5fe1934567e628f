"""What tests of the core share by pytest's own ways."""

from collections import Counter

import numpy as np
import pytest

from core import Chain


@pytest.fixture
def followed(monkeypatch):
    """Count the pixels that a map is asked for: for their points alone, and with the derivative there.

    The single point that an affine map's derivative is asked for, as it is the same everywhere, does not count.
    """
    pixels = Counter()

    def counting(name, method):
        def counted(chain, x, y):
            if (count := np.broadcast(x, y).size) > 1:
                pixels[name] += count
            return method(chain, x, y)

        return counted

    for name in ("src_from_dst", "src_with_jacobian"):
        monkeypatch.setattr(Chain, name, counting(name, getattr(Chain, name)))
    return pixels
