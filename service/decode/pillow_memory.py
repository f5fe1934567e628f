"""The memory in which Pillow keeps a picture, seen as an array: not a byte of it is copied.

Pillow lends it by the Arrow C data interface: a capsule around a C struct that counts as an owner of the picture and
gives it back when the capsule is collected. The struct holds the address, and NumPy keeps the capsule as long as there
is an array upon the memory, whatever becomes of Pillow's `Image`. Nothing here frees anything.

Sources: https://arrow.apache.org/docs/format/CDataInterface.html ("Structure definitions");
https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html ("Lifetime semantics");
https://pillow.readthedocs.io/en/stable/reference/arrow_support.html (which modes, and what "single block" means).
"""

import ctypes
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Else Pillow cuts a picture of more than 16 MiB into several blocks, which it does not lend. A setting of the process.
Image.core.set_use_block_allocator(1)  # type: ignore[attr-defined]  # Pillow's documents call it by this name

# By mode: NumPy's name for a sample, and how many of them a pixel takes.
_STORED = {
    "1": ("u1", 1),
    "L": ("u1", 1),
    "P": ("u1", 1),
    "I;16": ("<u2", 1),
    "LA": ("u1", 4),
    "La": ("u1", 4),
    "RGB": ("u1", 4),
    "RGBA": ("u1", 4),
    "CMYK": ("u1", 4),
}


class _ArrowArray(ctypes.Structure):
    """Declared as in arrow/c/abi.h; what is not read here are plain addresses."""


_ArrowArray._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_ArrowArray))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]

_address_in = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)


class _Lent:
    """What NumPy takes for the owner of the memory, and so holds on to."""

    def __init__(self, capsule: object, interface: dict[str, Any]) -> None:
        self._capsule = capsule
        self.__array_interface__ = interface


def memory_of(image: Image.Image) -> NDArray[Any]:
    """View a picture where Pillow keeps it.

    Args:
        image: of mode "1", "L", "P", "I;16", "LA", "La", "RGB", "RGBA" or "CMYK"; made by Pillow, not mapped from a
            file on disk. It need not be decoded yet if its memory is there.

    Returns:
        (height, width, samples a pixel), C-contiguous and writable: one byte a pixel for "1" (0 or 255), "L" and "P", a
        uint16 for "I;16", else four bytes: of "LA" and "La" the gray stands three times, of "RGB" the fourth byte means
        nothing.
    """
    capsule = image.im.__arrow_c_array__()
    lent = _ArrowArray.from_address(_address_in(capsule, b"arrow_array"))
    samples = lent.children[0].contents if lent.n_children else lent  # four to a pixel make a list of lists
    typestr, samples_a_pixel = _STORED[image.mode]
    shape = (image.height, image.width, samples_a_pixel)
    if (samples.length, samples.offset) != (math.prod(shape), 0):
        raise RuntimeError(f"Pillow lends {samples.length} samples from {samples.offset}; the picture is {shape}")
    address = samples.buffers[1]  # the first one would tell of missing values
    writable = (address, False)
    return np.asarray(_Lent(capsule, {"version": 3, "data": writable, "shape": shape, "typestr": typestr}))
