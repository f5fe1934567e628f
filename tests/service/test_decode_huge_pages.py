"""What Linux is told of a picture's memory, read back from its own account of the process."""

import re
from pathlib import Path

import numpy as np
import pytest

from service.decode import open_picture
from tests.service.decodable import pillow_file

pytestmark = pytest.mark.skipif(
    not Path("/sys/kernel/mm/transparent_hugepage").exists(), reason="the system has no huge pages to ask for"
)

_ADVISED = "hg"  # proc(5), VmFlags


def flags_at(address: int) -> list[str]:
    """Of the mapping that holds an address."""
    inside = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if bounds := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            inside = int(bounds[1], 16) <= address < int(bounds[2], 16)
        elif inside and line.startswith("VmFlags:"):
            return line.split()[1:]
    raise AssertionError("nothing is mapped there")


@pytest.mark.parametrize("name", ["JPEG", "PNG", "BMP"])
def test_a_large_picture_lies_in_huge_pages(name: str) -> None:
    samples = open_picture(pillow_file(np.full((3000, 4000, 3), 7, np.uint8), name)).decode()
    middle = samples.ctypes.data + samples.strides[0] * 1500
    assert _ADVISED in flags_at(middle)
    assert (samples == 7).all()
