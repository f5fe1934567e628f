"""Maps laid over a canvas and a picture, each a way of its own through the compiled core, for tests.

Pictures are no larger than what a way needs: 40 x 30, or as wide as what is averaged.
"""

from typing import NamedTuple

import numpy as np

from core import (
    Arc,
    Chain,
    Depolar,
    Displacement,
    Lens,
    Mesh,
    Polar,
    Projective,
    Raster,
    SamplingGrid,
    Size,
    Swirl,
    ThinPlateSpline,
    Wave,
    homography,
)
from core.pyramid import reduced_size
from tests import pictures
from tests.core.maps import turn

SOURCE = Size(40, 30)
CENTRE = (19.3, 14.6)
STRIP = (*CENTRE, 25, 79)


class Scene(NamedTuple):
    """A map, where it is seen, what of, and how."""

    chain: Chain
    canvas: Size = SOURCE
    source: Size = SOURCE
    antialias: bool = True
    level: int = 0

    def grid(self, filter, border, **options):
        raster = Raster(reduced_size(self.source, self.level), 1 << self.level)
        return SamplingGrid(
            self.chain,
            self.canvas,
            self.source,
            filter=filter,
            border=border,
            antialias=self.antialias,
            raster=raster,
            **options,
        )


def scene(src_from_dst, canvas=SOURCE, source=SOURCE, **options):
    return Scene(Chain.inverse(np.asarray(src_from_dst, float)), Size(*canvas), Size(*source), **options)


def bent(*links, shrunk=1.0, canvas=SOURCE, source=SOURCE, **options):
    """Links over the picture after it was shrunk, or the canvas over a part of what they make."""
    chain = Chain().then(Projective.forward(homography.scale(1 / shrunk, 1 / shrunk)))
    for link in links:
        chain = chain.then(link)
    return Scene(chain, Size(*canvas), Size(*source), **options)


def straight(across, down, canvas, source, **options):
    """Shrunk along the axes, a bit off the lattice."""
    return scene([[across, 0, 0.3], [0, down, -0.2], [0, 0, 1]], canvas, source, **options)


def exchanged(across, down, canvas, source, **options):
    """The same, with rows for columns."""
    return scene([[0, -across, source[0] - 0.3], [down, 0, -0.2], [0, 0, 1]], canvas, source, **options)


def perspective(scale):
    return np.array([[1.6, 0.1, 0], [0.2, 1.3, 0], [1e-2, 2e-2, 1]]) @ homography.scale(scale, scale)


def mesh():
    """Three by three nodes, that leave a part of the canvas without a source."""
    x, y = np.meshgrid([2.0, 17.0, 33.0], [3.0, 15.0, 26.0])
    return Mesh(np.stack([x + 0.1 * y, y - 0.07 * x], axis=-1), SOURCE)


def spline():
    src = np.array([[3.0, 2], [37, 4], [5, 27], [35, 28], [20, 14]])
    moved = np.array([[1.0, 3], [-4, 2], [3, -5], [-2, -1], [4, 3]])
    return ThinPlateSpline.fit(src, src + moved)


DISPLACEMENT = Displacement.from_samples(pictures.random(5, 4, 3), 6.0, -4.0, SOURCE)

ENLARGING = {
    "turned": scene(turn(30, 0.8, about=CENTRE), (50, 40)),
    "turned, not averaged": scene(turn(30, 1.7, about=CENTRE), antialias=False),
    "enlarged": straight(0.6, 0.7, SOURCE, SOURCE),
    "mirrored": scene([[-0.8, 0, 38], [0, 0.9, 1.5], [0, 0, 1]]),
    "shifted by a fraction": scene(homography.translate(0.3, -0.7)),
    "on its side, enlarged": exchanged(0.8, 0.7, (40, 50), SOURCE),
    "within the picture": scene(turn(20, 0.3, about=CENTRE), (33, 20)),
    "wider than two blocks": scene(turn(3, 0.7, about=(70, 4)), (300, 5), (140, 9)),
    "far outside": scene(homography.translate(1e12, -1e12) @ turn(30, 0.8), (20, 3)),
    "all from one line": scene([[0.5, 1, 3], [0.25, 0.5, 4], [0, 0, 1]]),
    "all from one point": scene([[0, 0, 7.3], [0, 0, 5.1], [0, 0, 1]], (20, 3)),
    "seen in perspective": scene(perspective(0.4)),
    "a horizon": scene([[0.5, 0.1, 3], [0.1, 0.5, 2], [-0.03, 0.01, 0.7]], antialias=False),
    "only beyond the horizon": scene([[1, 0, 0], [0, 1, 0], [1e-9, 0, -1]], (20, 3)),
}

WIDTHS = {
    f"{width} wide": scene(turn(10, 0.8, about=(width / 2, 2)), (width, 4), (width + 1, 4))
    for width in (1, 2, 9, 15, 16, 17, 31, 32, 33, 63, 127, 128, 129, 130)
} | {
    "one pixel of many": scene(turn(10, 0.8, about=(20.5, 15.5)), (1, 1)),
    "many of one pixel": scene(turn(10, 0.1, about=(5, 5)), (20, 9), (1, 1)),
    "of a column": scene(turn(10, 0.4, about=(2, 20)), (20, 30), (1, 13)),
    "of a row": scene(turn(10, 0.4, about=(20, 2)), (40, 9), (15, 1)),
    "with something in a row's last few only": scene(
        turn(1, 0.9, about=(0, 0)) - [[0, 0, 112.6], [0, 0, 0], [0, 0, 0]], (140, 4), (105, 8)
    ),
    "with nothing in a row's last few": scene(turn(1, 0.9, about=(0, 0)), (140, 4), (105, 8)),
}

SHRINKING = {
    "turned, by 1.0001": scene(turn(30, 1.0001, about=CENTRE)),
    "turned, by 1.5": scene(turn(30, 1.5, about=CENTRE), (33, 20)),
    "turned, by 4": scene(turn(30, 4, about=(9, 4)), (19, 8), (60, 35)),
    "turned, by 12": scene(turn(30, 12, about=(4, 3)), (9, 6), (110, 70)),
    "sheared, by 7": scene([[1.1, 7, -9], [0.2, 2, 1], [0, 0, 1]], (21, 9), (80, 40)),
    "turned, by 30": scene(turn(30, 30, about=(2, 2)), (5, 3), (150, 90)),
    "turned, by 300": scene(turn(30, 300, about=(1, 1)), (2, 2), (450, 300)),
    "turned, by a million": scene([[6e5, -1e6, 5], [1e6, 6e5, 7], [0, 0, 1]], (3, 2)),
    "seen in perspective, smaller": scene(perspective(2), (50, 40)),
    "up to a horizon": scene([[0.5, 0.1, 3], [0.1, 0.5, 2], [-0.03, 0.01, 0.7]]),
    "a wide one seen in perspective": scene(perspective(0.5), (140, 5), (90, 9)),
    "of a column, turned": scene(turn(30, 3, about=(2, 6)), (5, 12), (1, 40)),
    "of a column, turned, by 50": scene(turn(1, 50, about=(1, 1)), (2, 3), (1, 40)),
    "of a row, turned, by 50": scene(turn(1, 50, about=(1, 1)), (3, 2), (40, 1)),
    "of one pixel, turned, by 50": scene(turn(1, 50, about=(1, 1)), (2, 2), (1, 1)),
}

STRAIGHT = {
    "by 1.0001": straight(1.0001, 1.0001, SOURCE, SOURCE),
    "by 1.5": straight(1.5, 1.2, (29, 27), SOURCE),
    "by 4": straight(4, 3, (20, 9), (70, 30)),
    "by 30 across": straight(30, 1, (18, 5), (500, 5)),
    "on its side, by 3": exchanged(3, 1.4, (29, 12), SOURCE),
    "on its side, one column": exchanged(3, 1.4, (1, 13), SOURCE),
    "one column": straight(1.7, 2, (1, 9), SOURCE),
    "mirrored, by 2": scene([[-2, 0, 41], [0, -2, 30.5], [0, 0, 1]], (21, 15)),
    "wide, by 2": straight(2, 1.3, (150, 3), (290, 4)),
}

HALF_STRAIGHT = {
    "by 150": straight(150, 2, (3, 4), (430, 7)),
    "by 200, on its side": exchanged(200, 2, (4, 3), (500, 7)),
    "by 250 down": straight(3, 250, (17, 3), (50, 700)),
    "by 300": straight(300, 100, (2, 2), (500, 220)),
}
"""Between 128 and 256 a pixel is averaged both ways; beyond, knot by knot."""

BENT = {
    "swirl": bent(Swirl(2, 20, *CENTRE)),
    "swirl, not averaged": bent(Swirl(2, 20, *CENTRE), shrunk=2, antialias=False),
    "lens": bent(Lens(-0.3, 0.05, -0.01, 1e-2, -2e-2, 25, *CENTRE), canvas=(60, 45)),
    "wave, a wide one": bent(Wave(3, 20, 0.3, "x"), canvas=(140, 5), source=(130, 9)),
    "arc": bent(Arc(2, *SOURCE)),
    "polar": bent(Polar(*STRIP, log=False), canvas=(25, 79)),
    "depolar": Scene(Chain((Depolar(*STRIP, log=False),)), Size(50, 40), Size(25, 79)),
    "log depolar of another size": Scene(Chain((Depolar(*STRIP, log=True),)), Size(50, 40), Size(25, 70)),
    "mesh": bent(mesh()),
    "spline": bent(spline()),
    "displacement": bent(DISPLACEMENT),
    "swirl seen in perspective": bent(Swirl(-3, 15, *CENTRE), Projective.forward(np.linalg.inv(perspective(0.4)))),
}

BENT_SHRINKING = {
    "swirl, by 2": bent(Swirl(2, 20, 10, 8), shrunk=2, canvas=(30, 20)),
    "lens, by 5": bent(Lens(-0.3, 0.05, -0.01, 1e-2, -2e-2, 25, 10, 8), shrunk=5, canvas=(20, 17), source=(120, 90)),
    "wave, by 40": bent(Wave(2, 20, 0.3, "y"), shrunk=40, canvas=(18, 4), source=(600, 120)),
    "polar, by 3": bent(Polar(6.5, 5, 8, 25, log=False), shrunk=3, canvas=(8, 25)),
    "small depolar": Scene(Chain((Depolar(9.3, 8.6, 9, 79, log=False),)), Size(20, 18), Size(9, 79)),
    "depolar of a scaled strip": bent(Depolar(6.3, 5.6, 6, 20, log=False), shrunk=4, canvas=(12, 11), source=(24, 80)),
    "mesh, by 3": bent(mesh(), shrunk=3, canvas=(21, 11), source=(120, 90)),
    "spline, by 20": bent(spline(), shrunk=20, canvas=(12, 9), source=(300, 200)),
    "displacement, by 3": bent(DISPLACEMENT, shrunk=3, canvas=(20, 11), source=(120, 90)),
}

REDUCED = {
    f"{name}, of 1/{1 << level}": made._replace(source=Size(*(side << level for side in SOURCE[:2])), level=level)
    for level in (1, 2, 3)
    for name, made in {
        "turned": scene(turn(30, 4.4, about=(8, 6)), (33, 20)),
        "straight": straight(6.1, 7.3, (20, 12), SOURCE),
        "enlarged": scene(turn(10, 0.8, about=(9, 5)), (20, 12)),
        "seen in perspective": scene(perspective(4), (20, 12)),
        "bent": bent(Swirl(2, 20, 10, 8), shrunk=10, canvas=(20, 12)),
    }.items()
} | {
    "the last column stands for fewer": scene(turn(30, 4, about=(5, 4)), (12, 9), (37, 29), level=2),
}

SCENES = ENLARGING | WIDTHS | SHRINKING | STRAIGHT | HALF_STRAIGHT | BENT | BENT_SHRINKING | REDUCED
