"""Where a plan says that points and boxes go, the pixels go: by every operation, and on every canvas."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.spec import OPS
from tests import files
from tests.contract import dots, plans
from tests.contract.any_ops import ANY_CANVAS, ANY_OP
from tests.contract.dots import DOT, PlannedDot
from tests.contract.op_cases import BENT, CANVAS_CHOICES, HEIGHT, STRAIGHT, WIDTH, warped
from tests.contract.plans import plan

CASES = STRAIGHT | BENT

# ----------------------------------------------------------------------------------------------------------------------
# A dot.

NOT_ALL_IN_VIEW = {("polar", "inscribed"), ("polar, log", "inscribed"), ("depolar", "inscribed")}
"""What is inscribed in these has no place for all of the dot."""

LEAST_SCALE = 0.3


def check_dot(server, spec, planned):
    image = warped(server, DOT, {**spec, "fill": "black"})
    assert image.size == planned.size
    samples = np.asarray(image).astype(np.float64)
    assert samples.ndim == 2
    assert samples.sum() > 0
    assert planned.scales[0] > LEAST_SCALE
    np.testing.assert_allclose(dots.centroid(samples), planned.centroid, rtol=0, atol=planned.tolerance)


def test_every_operation_has_a_case():
    """But a displacement, whose plan knows no points: see `test_displacement`."""
    assert {op["op"] for ops in CASES.values() for op in ops} == set(OPS) - {"displacement"}


@pytest.mark.parametrize("canvas", CANVAS_CHOICES)
@pytest.mark.parametrize("name", CASES)
def test_a_dot_lands_where_the_plan_says(server, name, canvas):
    spec = {"ops": CASES[name], "canvas": CANVAS_CHOICES[canvas]}
    planned = PlannedDot(server, spec)
    assert planned.is_in_view == ((name, canvas) not in NOT_ALL_IN_VIEW)
    if planned.is_in_view:
        check_dot(server, spec, planned)


@pytest.mark.parametrize("convention", ["normalized", "pixel", "opencv", "skimage", "css"])
def test_a_dot_lands_where_the_plan_says_by_a_raw_matrix(server, convention):
    rows = [[1.1, 0.2, 0.1], [-0.15, 1.2, -0.05]] if convention == "normalized" else [[1.1, 0.2, -9], [-0.15, 1.2, 4]]
    spec = {"matrix": rows, "convention": convention}
    planned = PlannedDot(server, spec)
    assert planned.is_in_view
    check_dot(server, spec, planned)


@settings(max_examples=60)
@given(st.lists(ANY_OP, max_size=5), ANY_CANVAS)
def test_a_dot_lands_where_the_plan_says_by_any_list_of_operations(server, ops, canvas):
    spec = {"ops": ops, "canvas": canvas}
    assume(plans.ask(server, {"spec": spec, "source": {"width": WIDTH, "height": HEIGHT}}).status_code == 200)
    planned = PlannedDot(server, spec)
    assume(planned.is_mapped and planned.is_in_view)
    assume(planned.scales[0] > 0.5 and planned.scales[1] < 8)
    check_dot(server, spec, planned)


@pytest.mark.parametrize("name", ["rotate", "perspective", "swirl", "mesh"])
def test_a_region_takes_its_dot_along(server, name):
    """The points are those of the whole picture, the operations those of the part."""
    region = {"x": 9, "y": 5, "width": 48, "height": 40}
    spec = {"ops": CASES[name], "region": region, "canvas": CANVAS_CHOICES["cover"]}
    planned = PlannedDot(server, spec)
    assert planned.is_in_view
    check_dot(server, spec, planned)


# ----------------------------------------------------------------------------------------------------------------------
# A box: lit in a black picture.

BOX = [12, 9, 40, 33]
ON_GRID = 0.02
"""Output pixels: a bent box is bounded by 65 points along each side, which are half a pixel apart here. Between them
its image bends out by an eighth of the square of that, times a bend of at most 0.8 (see `dots`)."""


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
    **{
        name: {"ops": ops, "canvas": {"width": 200, "height": 190, "fit": "contain"}}
        for name, ops in BENT.items()
        if not name.startswith("depolar")  # its box has no angle to go by: it is most of a ring
    },
}


@pytest.mark.parametrize("name", BOX_CASES)
def test_a_lit_box_reaches_as_far_as_the_plan_says(server, name):
    """A pixel is lit if its centre is in the box's image, so no lit centre lies outside the mapped box.

    A disc of radius sqrt(1/2) holds a pixel's centre. It fits into a corner of angle a, sqrt(1/2) / sin(a/2) away.
    """
    spec = {**BOX_CASES[name], "filter": "nearest", "fill": "black"}
    planned = plan(server, spec, (WIDTH, HEIGHT), points=beside_corners(), boxes=[BOX])
    lit = np.asarray(warped(server, LIT_BOX, spec)) == 255
    assert lit.any()
    columns, rows = np.flatnonzero(lit.any(axis=0)) + 0.5, np.flatnonzero(lit.any(axis=1)) + 0.5
    reach = math.sqrt(0.5) * (1 + 1 / math.sin(sharpest(planned["points"]) / 2))
    assert reach < 2.5
    (box,) = planned["boxes"]
    for inner, outer in zip((columns[0], rows[0], -columns[-1], -rows[-1]), (*box[:2], -box[2], -box[3]), strict=True):
        assert outer - ON_GRID <= inner <= outer + reach


def beside_corners():
    """Each corner of the box, and a pixel from it along both its sides."""
    x0, y0, x1, y1 = BOX
    inwards = {x0: 1, x1: -1}, {y0: 1, y1: -1}
    corners = [(x, y) for x in (x0, x1) for y in (y0, y1)]
    return [point for x, y in corners for point in ([x, y], [x + inwards[0][x], y], [x, y + inwards[1][y]])]


def sharpest(points):
    """The least angle of the corners' images."""
    corners, across, down = np.moveaxis(np.array(points).reshape(4, 3, 2), 1, 0)
    one, other = across - corners, down - corners
    cosines = (one * other).sum(axis=1) / np.hypot(*one.T) / np.hypot(*other.T)
    return math.acos(cosines.max())
