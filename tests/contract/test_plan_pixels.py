"""What a plan says is what the pixels do: points, boxes, sizes and alpha, each against the warped picture itself."""

import io
import json
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from core import BORDERS, CANVASES, FILTERS, FITS
from service.spec import OPS
from tests import files
from tests.contract.plans import plan

# ----------------------------------------------------------------------------------------------------------------------
# A dot: round, so that its centroid is its middle and stays it under every affine map.

WIDTH, HEIGHT = 61, 47
COLUMN, ROW = 34, 20
CENTRE = [COLUMN + 0.5, ROW + 0.5]
SIGMA, REACH = 2.0, 8

LATTICE = 0.05
"""Source pixels: how far a centroid taken at whole steps is off the true one, for steps of up to 2 source pixels. The
spectrum of the interpolated dot is sinc^2 f times a sum of Gaussians about the whole numbers. The centroid's error is
its derivative at the step's frequency: at a distance d from 1 at most 2 d exp(-2 (pi sigma d)^2) / (2 pi), which is
0.016, along each of two axes and both ways."""

ROUNDING = 0.01
"""Output pixels: half a level of 65535 in each pixel of the dot, at the mean distance, over the sum of the dot."""

VARIANCE = SIGMA**2 + 1 / 6
"""Of the interpolated dot, along each axis."""


def dot():
    """16 bits, so that hardly anything is rounded."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    squared = (x - COLUMN) ** 2 + (y - ROW) ** 2
    lit = np.where(squared <= REACH**2, 65535 * np.exp(-squared / (2 * SIGMA**2)), 0)
    return files.png(np.rint(lit), files.GRAY, 16)


DOT = dot()


def warped(server, picture, spec):
    answer = server.client.post("/v1/warp", params={"spec": json.dumps(spec)}, content=picture)
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content))


def centroid(samples):
    y, x = np.mgrid[0 : samples.shape[0], 0 : samples.shape[1]] + 0.5
    total = samples.sum()
    return np.array([(x * samples).sum(), (y * samples).sum()]) / total


def is_in_view(planned):
    """Tell whether the whole dot is on the canvas, from the plan's box around it."""
    (box,) = planned["boxes"]
    if box is None:
        return False
    x0, y0, x1, y1 = box
    return x0 >= 1 and y0 >= 1 and x1 <= planned["output"]["width"] - 1 and y1 <= planned["output"]["height"] - 1


def tolerance(planned):
    """In output pixels. In perspective the nearer half of the dot is larger: to first order in the distance D to the
    horizon that moves the centroid by 4 variance / D source pixels, three parts for area and one for the map's bend."""
    gradient = np.array(planned["output_from_source"])[2]
    distance = abs(gradient @ [*CENTRE, 1]) / max(math.hypot(*gradient[:2]), 1e-99)
    assert distance > 8 * REACH
    return planned["scale"]["largest"] * (LATTICE + 4.5 * VARIANCE / distance) + ROUNDING


def plan_of_dot(server, spec):
    reach = [CENTRE[0] - REACH, CENTRE[1] - REACH, CENTRE[0] + REACH, CENTRE[1] + REACH]
    return plan(server, spec, (WIDTH, HEIGHT), points=[CENTRE], boxes=[reach])


def check_dot(server, spec, planned):
    image = warped(server, DOT, {**spec, "fill": "black"})
    assert image.size == (planned["output"]["width"], planned["output"]["height"])
    samples = np.asarray(image).astype(np.float64)
    assert samples.ndim == 2
    assert samples.sum() > 0
    (point,) = planned["points"]
    np.testing.assert_allclose(centroid(samples), point, rtol=0, atol=tolerance(planned))


CASES = {
    "identity": [{"op": "identity"}],
    "matrix": [{"op": "matrix", "matrix": [[1.1, 0.1, -4], [-0.2, 0.9, 9], [6e-4, -9e-4, 1]], "convention": "css"}],
    "translate": [{"op": "translate", "x": -7.3, "y": 4.6}, {"op": "translate", "x": -0.05, "unit": "fraction"}],
    "scale": [{"op": "scale", "x": 1.3, "y": -0.8, "center": [30, 22]}],
    "rotate": [{"op": "rotate", "angle": 33, "center": [0.5, 0.4], "unit": "fraction"}],
    "shear": [{"op": "shear", "x": 0.3, "y": -0.2}],
    "skew": [{"op": "skew", "x": -20, "y": 12}],
    "flip": [{"op": "flip", "axis": "horizontal"}, {"op": "translate", "x": 0.4, "y": 1.2}],
}
CHOICES = {
    **{name: name for name in CANVASES},
    **{fit: {"width": 90, "height": 52, "fit": fit} for fit in FITS},
    "size alone": {"width": 70, "height": 60},
}


def test_every_operation_has_a_case():
    assert set(CASES) == set(OPS)


@pytest.mark.parametrize("canvas", CHOICES)
@pytest.mark.parametrize("name", CASES)
def test_a_dot_lands_where_the_plan_says(server, name, canvas):
    spec = {"ops": CASES[name], "canvas": CHOICES[canvas]}
    planned = plan_of_dot(server, spec)
    assert is_in_view(planned)
    check_dot(server, spec, planned)


@pytest.mark.parametrize("convention", ["normalized", "pixel", "opencv", "skimage", "css"])
def test_a_dot_lands_where_the_plan_says_by_a_raw_matrix(server, convention):
    rows = [[1.1, 0.2, 0.1], [-0.15, 1.2, -0.05]] if convention == "normalized" else [[1.1, 0.2, -9], [-0.15, 1.2, 4]]
    spec = {"matrix": rows, "convention": convention}
    planned = plan_of_dot(server, spec)
    assert is_in_view(planned)
    check_dot(server, spec, planned)


degrees, moves = st.floats(-360, 360), st.floats(-15, 15)
factors = st.floats(0.7, 1.6) | st.floats(-1.6, -0.7)
tilts = st.floats(-1e-3, 1e-3)
ANY_OP = st.one_of(
    st.just({"op": "identity"}),
    st.builds(lambda x, y: {"op": "translate", "x": x, "y": y}, moves, moves),
    st.builds(lambda x, y: {"op": "scale", "x": x, "y": y}, factors, factors),
    st.builds(lambda angle: {"op": "rotate", "angle": angle}, degrees),
    st.builds(lambda x, y: {"op": "shear", "x": x, "y": y}, st.floats(-0.4, 0.4), st.floats(-0.4, 0.4)),
    st.builds(lambda x, y: {"op": "skew", "x": x, "y": y}, st.floats(-20, 20), st.floats(-20, 20)),
    st.builds(lambda axis: {"op": "flip", "axis": axis}, st.sampled_from(["horizontal", "vertical", "both"])),
    st.builds(
        lambda x, y: {"op": "matrix", "matrix": [[1, 0, 0], [0, 1, 0], [x, y, 1]], "convention": "css"}, tilts, tilts
    ),
)
SIDES = st.integers(60, 120)
ANY_CANVAS = st.just("expand") | st.builds(
    lambda width, height, fit: {"width": width, "height": height, "fit": fit}, SIDES, SIDES, st.sampled_from(list(FITS))
)


@settings(max_examples=60)
@given(st.lists(ANY_OP, max_size=5), ANY_CANVAS)
def test_a_dot_lands_where_the_plan_says_by_any_list_of_operations(server, ops, canvas):
    spec = {"ops": ops, "canvas": canvas}
    planned = plan_of_dot(server, spec)
    scale = planned["scale"]
    assume(scale["largest"] is not None and scale["smallest"] > 0.5 and scale["largest"] < 8)
    assume(is_in_view(planned))
    check_dot(server, spec, planned)


# ----------------------------------------------------------------------------------------------------------------------
# A box: lit in a black picture.

BOX = [12, 9, 40, 33]


def lit_box():
    samples = np.zeros((HEIGHT, WIDTH))
    x0, y0, x1, y1 = BOX
    samples[y0:y1, x0:x1] = 255
    return files.png(samples, files.GRAY)


LIT_BOX = lit_box()
BOX_CASES = {
    "turned": {"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"},
    "turned, enlarged": {"ops": [{"op": "rotate", "angle": -70}, {"op": "scale", "x": 3}], "canvas": "expand"},
    "mirrored": {"ops": [{"op": "flip", "axis": "both"}, {"op": "skew", "x": 20}], "canvas": "expand"},
    "sheared both ways": {"ops": [{"op": "shear", "x": -0.3, "y": 0.2}], "canvas": "expand"},
    "in perspective": {"ops": CASES["matrix"], "canvas": {"width": 200, "height": 160, "fit": "contain"}},
    "by a matrix": {"matrix": [[1.2, 0.1, 0.05], [-0.2, 1.3, 0.1]], "canvas": {"width": 150, "height": 120}},
    "moved by whole pixels": {"ops": [{"op": "translate", "x": 5, "y": -3}]},
}


@pytest.mark.parametrize("name", BOX_CASES)
def test_a_lit_box_reaches_as_far_as_the_plan_says(server, name):
    """A pixel is lit if its centre is in the box's image, so no lit centre lies outside the mapped box.

    A disc of radius sqrt(1/2) holds a pixel's centre. It fits into a corner of angle a, sqrt(1/2) / sin(a/2) away.
    """
    x0, y0, x1, y1 = BOX
    corners = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
    spec = {**BOX_CASES[name], "filter": "nearest", "fill": "black"}
    planned = plan(server, spec, (WIDTH, HEIGHT), points=corners, boxes=[BOX])
    lit = np.asarray(warped(server, LIT_BOX, spec)) == 255
    assert lit.any()
    columns, rows = np.flatnonzero(lit.any(axis=0)) + 0.5, np.flatnonzero(lit.any(axis=1)) + 0.5
    reach = math.sqrt(0.5) * (1 + 1 / math.sin(sharpest(planned["points"]) / 2))
    assert reach < 2.5
    (box,) = planned["boxes"]
    for inner, outer in zip((columns[0], rows[0], -columns[-1], -rows[-1]), (*box[:2], -box[2], -box[3]), strict=True):
        assert outer - 1e-6 <= inner <= outer + reach


def sharpest(corners):
    """The least angle of a quadrilateral."""
    points = np.array(corners)
    before, after = np.roll(points, 1, axis=0) - points, np.roll(points, -1, axis=0) - points
    cosines = (before * after).sum(axis=1) / np.hypot(*before.T) / np.hypot(*after.T)
    return math.acos(cosines.max())


# ----------------------------------------------------------------------------------------------------------------------
# Alpha and size.

ALPHA_CASES = {
    "identity": {"ops": []},
    "half turn": {"ops": [{"op": "rotate", "angle": 180}]},
    "turned": {"ops": [{"op": "rotate", "angle": 10}]},
    "turned, expanded": {"ops": [{"op": "rotate", "angle": 10}], "canvas": "expand"},
    "turned, enlarged": {"ops": [{"op": "rotate", "angle": 10}, {"op": "scale", "x": 2}]},
    "enlarged": {"ops": [{"op": "scale", "x": 1.5}]},
    "enlarged, expanded": {"ops": [{"op": "scale", "x": 1.5}], "canvas": "expand"},
    "shrunk": {"ops": [{"op": "scale", "x": 0.7}]},
    "moved": {"ops": [{"op": "translate", "x": 3}]},
    "moved by a part": {"ops": [{"op": "translate", "y": 0.25}]},
    "a larger canvas": {"ops": [], "canvas": {"width": 40, "height": 17}},
    "contained": {"ops": [], "canvas": {"width": 40, "height": 17, "fit": "contain"}},
    "covered": {"ops": [], "canvas": {"width": 40, "height": 17, "fit": "cover"}},
    "stretched": {"ops": [], "canvas": {"width": 40, "height": 17, "fit": "stretch"}},
    "horizon in view": {"matrix": [[1, 0, 0], [0, 1, 0], [-0.3, 0, 1]], "convention": "pixel"},
}
UNCOVERED_UNDER_CLIP = {
    "turned", "turned, expanded", "shrunk", "moved", "moved by a part", "a larger canvas", "contained",
    "horizon in view",
}  # fmt: skip


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("name", ALPHA_CASES)
def test_uncovered_is_whether_the_answer_has_alpha(server, picture_png, name, filter, border):
    """Of an opaque picture, over the transparent fill."""
    spec = {**ALPHA_CASES[name], "filter": filter, "border": border}
    planned = plan(server, spec, (13, 17))
    image = warped(server, picture_png, spec)
    assert image.size == (planned["output"]["width"], planned["output"]["height"])
    assert image.mode == ("RGBA" if planned["uncovered"] else "RGB")
    if border == "clip" and filter == "bilinear":
        assert planned["uncovered"] == (name in UNCOVERED_UNDER_CLIP)
        assert not planned["uncovered"] or np.asarray(image)[..., 3].min() < 255


@settings(max_examples=60)
@given(st.lists(ANY_OP, max_size=4), ANY_CANVAS, st.sampled_from(sorted(BORDERS)), st.sampled_from(sorted(FILTERS)))
def test_uncovered_is_whether_the_answer_has_alpha_by_any_list(server, picture_png, ops, canvas, border, filter):
    spec = {"ops": ops, "canvas": canvas, "border": border, "filter": filter}
    planned = plan(server, spec, (13, 17))
    image = warped(server, picture_png, spec)
    assert image.size == (planned["output"]["width"], planned["output"]["height"])
    assert image.mode == ("RGBA" if planned["uncovered"] else "RGB")
