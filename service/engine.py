"""What computes the pixels, as the service says it of itself."""

from importlib.metadata import version

VERSION = version("gridwarp")
CORE = "reference"
ENGINE = f"{VERSION}; {CORE}"
