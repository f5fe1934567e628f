"""A dot in a picture: where it must land, worked out from nothing but where a plan says that points go."""

import numpy as np
from scipy import ndimage

from tests import files
from tests.contract import plans
from tests.contract.op_cases import HEIGHT, WIDTH

COLUMN, ROW = 34, 20
CENTRE = [COLUMN + 0.5, ROW + 0.5]
SIGMA, RADIUS = 2.0, 8
REACH = RADIUS + 1
"""Of the dot between its pixels' centres."""

STEP = 0.5
"""Source pixels: half a pixel, so that in each cell of the lattice of points the interpolated dot is bilinear."""

LATTICE = 0.05
"""Source pixels: how far a centroid taken at whole steps is off the true one, for steps of up to 3 source pixels. The
spectrum of the interpolated dot is sinc^2 f times a sum of Gaussians about the whole numbers. The centroid's error is
its derivative at the step's frequency: at a distance d from 1 at most 2 d exp(-2 (pi sigma d)^2) / (2 pi), which is
0.016, along each of two axes and both ways; at a frequency of 1/3, from the Gaussian about 0, 0.002."""

ROUNDING = 0.01
"""Output pixels: half a level of 65535 in each pixel of the dot, at the mean distance, over the sum of the dot."""

BLUR = 0.25
"""Source pixels squared: what counts of the map's bend, which is in output pixels a source pixel squared. Where the map
shrinks, by s, the dot is blurred by (1 / s^2 - 1) / 12 source pixels squared along each axis; the bend moves the
centroid by half of that, and by 4 / 24 since the blur and the area change with s: together by at most 5/24 for s down
to 1/3. The centroid of a cell is off the mean of its corners by STEP^2 / 12, each way."""


def dot():
    """16 bits, so that hardly anything is rounded."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    squared = (x - COLUMN) ** 2 + (y - ROW) ** 2
    return np.rint(np.where(squared <= RADIUS**2, 65535 * np.exp(-squared / (2 * SIGMA**2)), 0))


SAMPLES = dot()
DOT = files.png(SAMPLES, files.GRAY, 16)


class PlannedDot:
    """A plan, and what it says of the dot.

    Attributes:
        plan: the service's answer.
        image: (n, n, 2), where the points of a lattice over the dot go, in pixels of the output.
    """

    def __init__(self, server, spec):
        along = np.arange(-REACH, REACH + STEP / 2, STEP)
        self._x, self._y = np.meshgrid(CENTRE[0] + along, CENTRE[1] + along)
        points = np.stack([self._x.ravel(), self._y.ravel()], axis=-1)
        box = [float(end) for end in (*points.min(axis=0), *points.max(axis=0))]
        size = {"width": WIDTH, "height": HEIGHT}
        answer = plans.ask(server, {"spec": spec, "source": size, "points": points.tolist(), "boxes": [box]})
        assert answer.status_code == 200, answer.text
        self.plan = answer.json()
        self.is_mapped = None not in self.plan["points"]
        if self.is_mapped:
            self.image = np.array(self.plan["points"]).reshape(*self._x.shape, 2)

    @property
    def size(self):
        return self.plan["output"]["width"], self.plan["output"]["height"]

    @property
    def is_in_view(self):
        """Whether the whole dot is on the canvas."""
        first, last = self.image.min(axis=(0, 1)), self.image.max(axis=(0, 1))
        return bool((first >= 1).all() and (last <= np.array(self.size) - 1).all())

    @property
    def centroid(self):
        """Each cell of the lattice counts as bright as the dot is there, times its area in the output (Gauss)."""
        a, b, c, d = self.image[:-1, :-1], self.image[:-1, 1:], self.image[1:, 1:], self.image[1:, :-1]
        (ac_x, ac_y), (bd_x, bd_y) = np.moveaxis(c - a, -1, 0), np.moveaxis(d - b, -1, 0)
        area = np.abs(ac_x * bd_y - ac_y * bd_x) / 2
        middle = [at[:-1, :-1] + STEP / 2 - 0.5 for at in (self._y, self._x)]  # samples stand at whole numbers
        weight = area * ndimage.map_coordinates(SAMPLES, middle, order=1)
        return np.einsum("ij,ijk->k", weight, (a + b + c + d) / 4) / weight.sum()

    @property
    def scales(self):
        """The least and the greatest factor by which the map enlarges, anywhere in the dot."""
        across, down = np.diff(self.image, axis=1)[:-1], np.diff(self.image, axis=0)[:, :-1]
        factors = np.linalg.svd(np.stack([across, down], axis=-1) / STEP, compute_uv=False)
        return factors.min(), factors.max()

    @property
    def tolerance(self):
        """In output pixels."""
        whole = self.image[:: round(1 / STEP), :: round(1 / STEP)]
        bend = max(np.abs(np.diff(whole, n=2, axis=axis)).max() for axis in (0, 1))
        return self.scales[1] * LATTICE + BLUR * bend + ROUNDING


def centroid(samples):
    """Of what was answered."""
    y, x = np.mgrid[0 : samples.shape[0], 0 : samples.shape[1]] + 0.5
    total = samples.sum()
    return np.array([(x * samples).sum(), (y * samples).sum()]) / total
