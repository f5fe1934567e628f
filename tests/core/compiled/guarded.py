"""Arrays with no memory in front of them or behind: to touch what lies there ends the process."""

import ctypes
import mmap
import multiprocessing
import warnings
from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import as_strided

PAGE = mmap.PAGESIZE
_NOTHING_ALLOWED = 0  # PROT_NONE
_libc = ctypes.CDLL(None, use_errno=True)


def behind_a_guard(array):
    """Copy an array to the first bytes after a page that cannot be touched."""
    room = _between_guards(array.nbytes)
    return _put(room[: array.nbytes], array)


def before_a_guard(array):
    """Copy an array to the last bytes before a page that cannot be touched."""
    room = _between_guards(array.nbytes)
    return _put(room[len(room) - array.nbytes :], array)


GUARDS = {"before a guard": before_a_guard, "behind a guard": behind_a_guard}


def padded(guarded, pixels, step):
    """Copy a picture to pixels of `step` bytes each, of whose last one the padding is missing."""
    height, width, channels = pixels.shape
    room = guarded(np.zeros((height * width - 1) * step + channels * pixels.itemsize, np.uint8))
    strides = (width * step, step, pixels.itemsize)
    view = as_strided(room.view(pixels.dtype), pixels.shape, strides)
    view[...] = pixels
    return view


class GuardedNumpy:
    """NumPy for a module whose arrays are all to be guarded."""

    def __init__(self, guarded):
        self._guarded = guarded

    def __getattr__(self, name):
        found = getattr(np, name)
        if name not in {"zeros", "empty", "ones", "array", "concatenate", "stack", "ascontiguousarray"}:
            return found
        return lambda *arguments, **options: self._guarded(found(*arguments, **options))


def exit_code_of(work: Callable[[], None]) -> int:
    """Do something in a process of its own, which has all that is compiled already; negative: killed by a signal."""
    process = multiprocessing.get_context("fork").Process(target=work)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads, of which none holds what the work needs
        process.start()
    process.join()
    return process.exitcode


def _between_guards(size):
    """Map whole pages, with one that cannot be touched at either end."""
    length = -(-size // PAGE) * PAGE
    mapped = mmap.mmap(-1, length + 2 * PAGE)
    everything = np.frombuffer(mapped, np.uint8)
    for place in (0, PAGE + length):
        address = ctypes.c_void_p(everything.ctypes.data + place)
        if _libc.mprotect(address, PAGE, _NOTHING_ALLOWED):
            raise OSError(ctypes.get_errno(), "mprotect")
    return everything[PAGE : PAGE + length]


def _put(room, array):
    copied = room.view(array.dtype).reshape(array.shape)
    copied[...] = array
    return copied
