"""Plans of specs and headers, and some operations to make them of."""

import json

import numpy as np
import pytest

from core import homography
from service.decode import ImageHeader
from service.resolve import resolve
from service.settings import Settings
from service.spec.text import read_specs
from service.upright import upright_size

LIMITS = Settings()
TURN = {"op": "rotate", "angle": 90}
SHIFT = {"op": "translate", "x": 10, "y": 1}
NORMALIZED = {"op": "matrix", "matrix": [[1, 0, 0.5], [0, 1, 0]]}
PIXEL = {"op": "matrix", "matrix": [[1, 0, 2], [0, 1, 0]], "convention": "pixel"}
SIXTEEN = {"width": 16, "height": 4}
HORIZON = {"op": "matrix", "convention": "css", "matrix": [[1, 0, 0], [0, 1, 0], [-0.2, 0, 1]]}


def header(width=8, height=4, orientation=1, channels=3, depth=8):
    return ImageHeader("PNG", width, height, orientation, channels, depth, depth)


def plan(*ops, of=None, limits=LIMITS, rasters=(), **more):
    spec = more if "matrix" in more else {"ops": ops, **more}
    return resolved(spec, of or header(), limits, rasters)


def resolved(spec, of, limits=LIMITS, rasters=()):
    return resolve(read_specs(json.dumps(spec))[0], upright_size(of), limits, rasters=rasters)


def forward(plan):
    dst_from_src = plan.chain.projective.dst_from_src_matrix
    return dst_from_src / dst_from_src[2, 2]


def inverse(plan):
    return plan.chain.projective.src_from_dst_matrix


def where(plan, x, y):
    """Where a point of the upright source goes on the canvas."""
    moved_x, moved_y, _ = homography.apply(forward(plan), np.float64(x), np.float64(y))
    return pytest.approx((float(moved_x), float(moved_y)), abs=1e-9)
