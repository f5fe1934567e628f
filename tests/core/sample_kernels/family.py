"""Kernels that are made by a function, around another one."""

from core.compiling import kernel, part


@part
def double(x):
    return 2.0 * x


@part
def reciprocal(x):
    return 1.0 / x


def over_all(name, formula):
    def each(values):
        for i in range(values.shape[0]):
            values[i] = formula(values[i])

    each.__qualname__ = name
    return kernel("void(float64[::1])")(each)


doubled = over_all("doubled", double)
inverted = over_all("inverted", reciprocal)
