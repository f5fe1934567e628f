"""What glibc does with memory that is freed: it keeps enough of it for the next requests.

By itself it learns from what it has freed, and of the buffers that a picture of half a megapixel takes it gives the
last ones back after each request, to get them anew, page by page, for the next: a tenth of such a request's time.
Threads that hold whole pictures would each keep memory of their own, so that all share one arena: there they are served
with what another has just freed.

Source: mallopt(3). The environment's MALLOC_ variables have precedence.
"""

import ctypes
import os

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8

_OPTIONS = {
    "MALLOC_MMAP_THRESHOLD_": (_M_MMAP_THRESHOLD, 32 << 20),
    "MALLOC_TRIM_THRESHOLD_": (_M_TRIM_THRESHOLD, 64 << 20),
    "MALLOC_ARENA_MAX": (_M_ARENA_MAX, 1),
}
"""By the variables: bytes from which on a buffer is given back when it is freed, as many as glibc itself ever comes to;
free bytes at an arena's end that are not; how many arenas. Two take a tenth more memory; in time
runs differ more than they do."""


def keep_freed_memory() -> None:
    """Set that for this process, which must have no threads yet, and for those that it starts.

    An arena that a thread has already is used on. Where the C library is another one, nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        for variable, (option, value) in _OPTIONS.items():
            if variable not in os.environ:
                mallopt(option, value)
                os.environ[variable] = str(value)
