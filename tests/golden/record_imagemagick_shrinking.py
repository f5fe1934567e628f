"""Records how ImageMagick's -distort shrinks small gray pictures, with its usual filter, an elliptical average.

The maps, the pictures and the commands are those of the test and of the benchmark of shrinking. Each command is kept
beside its result; the picture goes to its stdin, the result comes from its stdout.
Run with Debian's imagemagick installed (6.9.11-60 Q16 made the committed file):
python -m tests.golden.record_imagemagick_shrinking
"""

from pathlib import Path

import numpy as np

from benchmarks import shrinking
from tests.core.test_shrinking import ROWS, case_of, picture_of


def main():
    results, commands = {}, {}
    for title, name, factor in ROWS:
        pixels, case = picture_of(title), case_of(name, factor)
        key = f"{title}, {name}, {factor}"
        results[key] = shrinking.imagemagick(pixels, case).squeeze(axis=2)
        commands[f"command: {key}"] = np.array(" ".join(shrinking.imagemagick_command(pixels, case)))
    version = np.array(shrinking.imagemagick_version())
    np.savez_compressed(Path(__file__).with_name("imagemagick_shrinking.npz"), version=version, **results, **commands)


if __name__ == "__main__":
    main()
