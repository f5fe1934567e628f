"""What tests of the core share by pytest's own ways."""

from collections import Counter

import numpy as np
import pytest

from core import Chain


@pytest.fixture
def followed(monkeypatch):
    """Count the pixels that a map is asked for: for their points alone, and with the derivative there."""
    pixels = Counter()

    def counting(name, method):
        def count(chain, x, y):
            pixels[name] += np.broadcast(x, y).size
            return method(chain, x, y)

        return count

    for name in ("src_from_dst", "src_with_jacobian"):
        monkeypatch.setattr(Chain, name, counting(name, getattr(Chain, name)))
    return pixels
