"""The loops over a strip of the output: what Numba compiles, once for each kind of picture and filter.

Their arguments come in groups, which `arguments`, `summing_arguments` and `workspace` describe. They are written
without anything that Numba does not know; the steps that depend on the kernel stand in them as `unbound`.

Reading order: edges, folding, rendering, averaging, lattice, finishing.
"""
