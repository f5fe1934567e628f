"""Python's collector of cycles leaves alone what is there for good: modules, models, machine code.

To look through all of it takes 50 to 150 ms now and then, in which nobody is answered, and finds nothing.

Source: gc.freeze in Python's documentation.
"""

import gc


def keep_what_is_there() -> None:
    """Collect once, and never look at the rest again."""
    gc.collect()
    gc.freeze()
