"""What is said of the one picture that is read of an animated file."""

FIRST_FRAME = "first-frame"
DEFAULT_IMAGE = "default-image"
"""Of a PNG whose animation does not begin with it: what programs show that know no animations."""
