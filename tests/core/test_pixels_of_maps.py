"""The pixels of every operation that bends straight lines, against other libraries; see pixel_oracles.

Where no library has the operation, its formula is worked out here by other means, and SciPy reads the picture.
"""

from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.transform

from core import (
    Arc,
    Barrel,
    Bulge,
    Depolar,
    Displacement,
    Lens,
    Mesh,
    Polar,
    Projective,
    Reversed,
    Size,
    Swirl,
    ThinPlateSpline,
    Wave,
    homography,
)
from tests import oracles, pictures
from tests.core.pixel_oracles import (
    ANGLES,
    CENTRE,
    FLOAT32,
    FLOAT64,
    FRAME,
    HEIGHT,
    OURS,
    RADIUS,
    SLOPE,
    WIDTH,
    Example,
    assert_pixels_are_the_oracles,
    centres,
    pillow_resized,
    plane32,
    read,
    skimage_warp,
    through,
)
from tests.core.rendering import render_chain

IMAGEMAGICK = Path(__file__).parents[1] / "golden" / "imagemagick.npz"
LENS = ((-0.2, 0.05, -0.01), (1e-3, -2e-3), 130.0)


def at(formula):
    """An oracle of a formula for a complex number x + i y from the centre."""
    x, y = centres()

    def oracle(plane):
        source = formula((x - CENTRE[0]) + 1j * (y - CENTRE[1]))
        return read(plane, CENTRE[0] + source.real, CENTRE[1] + source.imag)

    return oracle


def lens():
    """cv2.remap where its initUndistortRectifyMap tells."""
    (k1, k2, k3), (p1, p2), focal = LENS
    x, y = (plane32(place - 0.5) for place in oracles.opencv_lens(*LENS, CENTRE, WIDTH, HEIGHT))
    ours = Lens(k1, k2, k3, p1, p2, focal, *CENTRE)
    return Example(through(ours), lambda plane: cv2.remap(plane32(plane), x, y, cv2.INTER_LINEAR), error=FLOAT32)


def lens_by_undistort():
    """Its coordinates are whole 32nds of a pixel."""
    (k1, k2, k3), (p1, p2), focal = LENS
    camera = oracles.opencv_camera(*LENS, CENTRE)
    ours = Lens(k1, k2, k3, p1, p2, focal, *CENTRE)
    return Example(through(ours), lambda plane: cv2.undistort(plane32(plane), *camera), error=FLOAT32 + SLOPE / 64)


def lens_put_in():
    """Where OpenCV's undistortPoints tells, which stops when it stands still to 1e-14 focal lengths."""
    (k1, k2, k3), (p1, p2), focal = LENS
    x, y = oracles.opencv_undistorted(*LENS, CENTRE, *centres())
    ours = Reversed(Lens(k1, k2, k3, p1, p2, focal, *CENTRE))
    return Example(through(ours), lambda plane: read(plane, x, y), error=FLOAT64 + 1e-13 * focal * SLOPE)


def barrel():
    a, b, c, d, unit = 0.05, -0.2, 0.05, 1.05, 45
    ratio = np.polynomial.Polynomial([d, c, b, a])
    return Example(through(Barrel(a, b, c, d, unit, *CENTRE)), at(lambda z: z * ratio(np.abs(z) / unit)))


def bulge():
    strength, radius = 0.7, 40
    return Example(
        through(Bulge(strength, radius, *CENTRE)),
        at(lambda z: z * np.where(np.abs(z) < radius, 1 - strength * (1 - np.abs(z / radius) ** 2) ** 2, 1)),
    )


def swirl():
    strength, radius = 2.5, 50
    oracle = partial(oracles.scikit_image_swirl, strength=strength, radius=radius, centre=CENTRE)
    return Example(through(Swirl(strength, radius, *CENTRE)), oracle)


def wave(axis):
    amplitude, wavelength, phase = 4.5, 33, 0.7

    def oracle(plane):
        """Each row, or column, by itself: a shift in one dimension."""
        lines = plane if axis == "x" else plane.T
        places = np.arange(lines.shape[1]) + 0.5
        shifts = amplitude * np.sin(2 * np.pi * (np.arange(len(lines)) + 0.5) / wavelength + phase)
        moved = [np.interp(places - shift, places, line) for line, shift in zip(lines, shifts, strict=True)]
        return np.array(moved) if axis == "x" else np.array(moved).T

    return Example(through(Wave(amplitude, wavelength, phase, axis)), oracle)


def arc():
    """In the complex plane the rows are bent by an exponential: up is real, clockwise negative."""
    angle = 1.5
    radius = WIDTH / angle
    x, y = centres()
    z = (HEIGHT / 2 + radius - y) - 1j * (x - WIDTH / 2)
    logarithm = np.log(z)
    src_x, src_y = WIDTH / 2 - radius * logarithm.imag, HEIGHT / 2 + radius - np.exp(logarithm.real)
    return Example(through(Arc(angle, WIDTH, HEIGHT)), lambda plane: read(plane, src_x, src_y))


def polar(log):
    """OpenCV's strip starts half a bin earlier: ours is moved on by as much."""
    ours = through(Polar(*CENTRE, RADIUS, ANGLES, log), Projective.forward(homography.translate(0.5, 0.5)))
    oracle = partial(oracles.opencv_polar, centre=CENTRE, radius=RADIUS, angles=ANGLES, log=log)
    return Example(ours, oracle, Size(RADIUS, ANGLES), FLOAT32)


def polar_by_scikit_image():
    ours = through(Polar(*CENTRE, RADIUS, ANGLES, log=False), Projective.forward(homography.translate(0.5, 0.5)))
    oracle = partial(oracles.scikit_image_polar, centre=CENTRE, radius=RADIUS, angles=ANGLES)
    return Example(ours, oracle, Size(RADIUS, ANGLES))


def depolar(log):
    """The strip is laid round three times, so that SciPy reads on beyond its first and last row."""
    strip, disc = (WIDTH, HEIGHT), Size(150, 140)
    x, y = centres(disc)
    z = (x - CENTRE[0]) + 1j * (y - CENTRE[1])
    distance = WIDTH * np.log(1 + np.abs(z)) / np.log(1 + WIDTH) if log else np.abs(z)
    turns = np.angle(z) / (2 * np.pi)

    def oracle(plane):
        return read(np.concatenate([plane] * 3), distance, (2 + turns) * HEIGHT)

    return Example(through(Depolar(*CENTRE, *strip, log)), oracle, disc)


def thin_plate_spline():
    dst = np.array([[10, 8], [110, 12], [104, 82], [13, 79], [60, 41], [31.5, 55]])
    src = np.array([[6, 12], [115, 6], [107, 86], [9, 74], [55, 47], [36, 52.25]])
    oracle = skimage.transform.ThinPlateSplineTransform.from_estimate(dst - 0.5, src - 0.5)
    squared = np.sum((dst[:, None] - dst) ** 2, axis=2)
    plane = np.column_stack([np.ones(len(dst)), dst])
    bending = squared * np.log(np.maximum(squared, 1))
    condition = np.linalg.cond(np.block([[bending, plane], [plane.T, np.zeros((3, 3))]]))  # it solves in pixels
    error = FLOAT64 + condition * 2**-52 * WIDTH * SLOPE
    return Example(through(ThinPlateSpline.fit(src, dst)), partial(skimage_warp, oracle), error=error)


def mesh():
    """Every triangle by OpenCV's getAffineTransform; a point belongs to the one in which its shares are positive."""
    columns, rows = 3, 2
    home = np.stack(np.meshgrid(np.linspace(0, WIDTH, columns + 1), np.linspace(0, HEIGHT, rows + 1)), axis=-1)
    nodes = home + np.random.default_rng(4).integers(-8, 9, home.shape)
    x, y = centres()
    src_x, src_y = np.full_like(x, np.nan), np.full_like(x, np.nan)
    for row, column in np.ndindex(rows, columns):
        for middle in ((row, column + 1), (row + 1, column)):
            corners = tuple(np.transpose([(row, column), middle, (row + 1, column + 1)]))
            there, here = nodes[corners].astype(np.float32), home[corners].astype(np.float32)
            to_shares = cv2.getAffineTransform(there, np.array([[0, 0], [1, 0], [0, 1]], np.float32))
            second, third = np.tensordot(to_shares, [x, y, np.ones_like(x)], axes=1)
            inside = np.minimum(np.minimum(second, third), 1 - second - third) >= 0
            found = np.tensordot(cv2.getAffineTransform(there, here), [x, y, np.ones_like(x)], axes=1)
            src_x[inside], src_y[inside] = found[0][inside], found[1][inside]
    return Example(through(Mesh(nodes, FRAME)), lambda plane: read(plane, src_x, src_y))


def displacement():
    """A coarse map stretched over the frame by Pillow's resizing of float32, red to x and green to y."""
    raster = pictures.random(12, 10, 3, seed=6)
    x, y = centres()
    shifts = [
        scale * (pillow_resized(raster[..., channel], FRAME, "BILINEAR") - 128.0) / 128
        for channel, scale in enumerate((5, -4))
    ]
    ours = Displacement.from_samples(raster, 5, -4, FRAME)
    return Example(through(ours), lambda plane: read(plane, x + shifts[0], y + shifts[1]), error=8 * 2**-24 * 5 * SLOPE)


EXAMPLES = {
    "lens: cv2.remap": lens,
    "lens: cv2.undistort": lens_by_undistort,
    "lens backwards: cv2.undistortPoints": lens_put_in,
    "barrel": barrel,
    "bulge": bulge,
    "swirl: skimage.transform.swirl": swirl,
    "wave along x: numpy.interp": partial(wave, "x"),
    "wave along y: numpy.interp": partial(wave, "y"),
    "arc": arc,
    "polar: cv2.warpPolar": partial(polar, log=False),
    "log polar: cv2.warpPolar": partial(polar, log=True),
    "polar: skimage.transform.warp_polar": polar_by_scikit_image,
    "depolar": partial(depolar, log=False),
    "log depolar": partial(depolar, log=True),
    "thin_plate_spline: skimage.transform.warp": thin_plate_spline,
    "mesh: cv2.getAffineTransform": mesh,
    "displacement: PIL.Image.resize": displacement,
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_pixels_are_the_oracles(name):
    assert_pixels_are_the_oracles(EXAMPLES[name]())


def test_barrel_is_imagemagicks_up_to_the_edge():
    """Its 16-bit samples are 257 times as fine, and rounded."""
    with np.load(IMAGEMAGICK) as golden:
        pixels, warped = golden["pixels"], golden["warped"][golden["method"] == "Barrel"]
        arguments = golden["arguments"][golden["method"] == "Barrel"]
    height, width = pixels.shape[:2]
    for numbers, expected in zip(arguments, warped, strict=True):
        a, b, c, *rest = (float(number) for number in str(numbers).split(","))
        d, *centre = rest or [1 - a - b - c]
        ours = Barrel(a, b, c, d, min(width, height) / 2, *(centre or (width / 2, height / 2)))
        drawn = render_chain(pixels, through(ours), border="edge", antialias=False)
        np.testing.assert_array_less(np.abs(drawn - expected / 257), OURS + 0.5 / 257 + FLOAT64)
