"""A part in a module without kernels."""

from core.compiling import part


@part
def double(x):
    return 2.0 * x
