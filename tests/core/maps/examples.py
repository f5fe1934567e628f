"""An example of every map, each over a frame of WIDTH x HEIGHT and off every axis of symmetry."""

import math

import numpy as np

from core.maps.arc import Arc
from core.maps.barrel import Barrel
from core.maps.bulge import Bulge
from core.maps.chain import Chain
from core.maps.lens import Lens
from core.maps.polar import Depolar, Polar
from core.maps.projective import Projective
from core.maps.reversed import Reversed
from core.maps.swirl import Swirl
from core.maps.wave import Wave

WIDTH, HEIGHT = 200, 150
CENTRE = 91.3, 68.2
RADIUS = round(math.hypot(WIDTH, HEIGHT) / 2)
STRIP = (*CENTRE, RADIUS, round(math.pi * RADIUS))

BARREL_LENS = Lens(-0.2, 0.05, -0.01, 1e-3, -2e-3, 200, *CENTRE)
PINCUSHION_LENS = Lens(0.3, 0.05, 0.02, -3e-3, 1e-3, 180, *CENTRE)

AFFINE = Projective.forward(np.array([[1.1, 0.2, -9.0], [-0.3, 0.9, 21.0], [0.0, 0.0, 1.0]]))
PERSPECTIVE = Projective.forward(np.array([[0.9, 0.1, 5.0], [-0.05, 0.8, 20.0], [4e-4, -6e-4, 1.0]]))

MAPS = {
    "barrel lens": BARREL_LENS,
    "pincushion lens": PINCUSHION_LENS,
    "barrel": Barrel(0.05, -0.2, 0.05, 1.05, 75, *CENTRE),
    "polar": Polar(*STRIP, log=False),
    "log polar": Polar(*STRIP, log=True),
    "depolar": Depolar(*STRIP, log=False),
    "log depolar": Depolar(*STRIP, log=True),
    "swirl": Swirl(-3, 80, *CENTRE),
    "arc": Arc(2, WIDTH, HEIGHT),
    "arc the other way": Arc(-1.5, WIDTH, HEIGHT),
    "wave along x": Wave(5, 40, 0.3, "x"),
    "wave along y": Wave(-3, 27, 1.2, "y"),
    "bulge": Bulge(0.95, 60, *CENTRE),
    "pinch": Bulge(-1, 60, *CENTRE),
    "reversed lens": Reversed(BARREL_LENS),
    "reversed swirl": Reversed(Swirl(2, 60, *CENTRE)),
    "reversed arc": Reversed(Arc(1.5, WIDTH, HEIGHT)),
    "perspective": PERSPECTIVE,
    "chain": Chain().then(AFFINE).then(Swirl(-3, 80, *CENTRE)).then(PERSPECTIVE).then(Wave(5, 40, 0.3, "x")),
}


def points(count=400):
    """Points all over the frame, a pixel away from its edge, none on a seam or a pole."""
    generator = np.random.default_rng(5)
    return generator.uniform(1, WIDTH - 1, count), generator.uniform(1, HEIGHT - 1, count)
