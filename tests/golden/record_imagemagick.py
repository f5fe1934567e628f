"""Records what ImageMagick's -distort makes of a small picture, at 16 bits, so that its rounding is 1/257 of a level.

Its usual filter is an elliptical average; `-filter point -interpolate bilinear` leaves the interpolation alone.
Control points and centres are measured from the picture's corner, as ours. The 16-bit samples of an 8-bit value v are
257 v; the result is computed in double precision and rounded to the nearest.
Run with Debian's imagemagick installed (6.9.11-60 Q16 made the committed file):
python -m tests.golden.record_imagemagick
"""

import subprocess
from pathlib import Path

import numpy as np

WIDTH, HEIGHT = 37, 29

COMMAND = ("convert-im6", "-size", f"{WIDTH}x{HEIGHT}", "-depth", "8", "rgb:-")
SETTINGS = ("-virtual-pixel", "edge", "-filter", "point", "-interpolate", "bilinear")
OUTPUT = ("-depth", "16", "-endian", "LSB", "rgb:-")

CASES = (
    ("Affine", "0,0 3,2 37,0 35,5 0,29 -1,25"),
    ("Affine", "5,4 2,7 30,6 21,2 9,25 14,30"),
    ("SRT", "18.5,14.5 1.2,0.8 30 17,16"),
    ("SRT", "11,7.25 0.9,1.5 -77.7 20,9"),
    ("Perspective", "0,0 3,2 37,0 34,6 37,29 36,27 0,29 -2,23"),
    ("Perspective", "2,3 0,0 31,1 37,0 35,27 37,29 5,22 0,29"),
    ("Barrel", "0.1,-0.2,0.05"),
    ("Barrel", "0.1,-0.2,0.05,1.1"),
    ("Barrel", "-0.2,0,0.1,1,20,12"),
    ("Barrel", "0,0,-0.5,1.2,15,16.5"),
)


def main():
    pixels = np.random.default_rng(11).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    np.savez_compressed(
        Path(__file__).with_name("imagemagick.npz"),
        pixels=pixels,
        method=np.array([method for method, _ in CASES]),
        arguments=np.array([arguments for _, arguments in CASES]),
        warped=np.stack([distorted(pixels, method, arguments) for method, arguments in CASES]),
        settings=np.array(" ".join(SETTINGS)),
        version=np.array(run(b"", "convert-im6", "-version").decode().splitlines()[0]),
    )


def distorted(pixels, method, arguments):
    samples = run(pixels.tobytes(), *COMMAND, *SETTINGS, "-distort", method, arguments, *OUTPUT)
    return np.frombuffer(samples, "<u2").reshape(HEIGHT, WIDTH, 3)


def run(stdin, *command):
    return subprocess.run(command, input=stdin, capture_output=True, check=True).stdout


if __name__ == "__main__":
    main()
