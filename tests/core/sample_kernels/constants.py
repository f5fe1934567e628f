"""A constant that a kernel in another module holds: changing it must make the kernel anew."""

STEP = 3
