"""From a spec and a header to the plan of a warp: order, canvas, fit, orientation, channels."""

import numpy as np
import pytest

from core import Size, warp_through
from service.upright import upright
from tests import pictures
from tests.service.plans import (
    HORIZON,
    NORMALIZED,
    PIXEL,
    SHIFT,
    SIXTEEN,
    TURN,
    forward,
    header,
    inverse,
    plan,
    resolved,
    where,
)
from tests.service.test_upright import SEEN


def test_ops_apply_in_the_order_listed():
    """About the centre (4, 2) a quarter turn clockwise takes (5, 2) to (4, 3), and (15, 3) to (3, 13)."""
    assert where(plan(TURN, SHIFT), 5, 2) == (14, 4)
    assert where(plan(SHIFT, TURN), 5, 2) == (3, 13)


def test_a_then_b_is_b_times_a():
    ops = [{"op": "shear", "x": 0.5}, {"op": "scale", "x": 2, "y": 3}, {"op": "rotate", "angle": 30}]
    shear, scale, rotate = (forward(plan(op)) for op in ops)
    assert forward(plan(*ops)) == pytest.approx(rotate @ scale @ shear, abs=1e-12)


def test_no_ops_are_the_identity():
    got = plan()
    assert (got.source, got.canvas, got.uncovered) == (Size(8, 4), Size(8, 4), False)
    assert np.array_equal(inverse(got), np.eye(3))


def test_the_options_go_into_the_plan():
    got = plan(filter="nearest", border="mirror", fill="#ff8800", antialias=False, light="linear")
    assert (got.filter, got.border, got.fill) == ("nearest", "mirror", (255, 136, 0, 255))
    assert (got.antialias, got.light, got.output.format) == (False, "linear", "png")
    got = plan(output={"format": "webp", "quality": 7})
    assert (got.antialias, got.light, got.output.format, got.output.quality) == (True, "srgb", "webp", 7)


@pytest.mark.parametrize(
    ("ops", "canvas", "size", "point", "goal"),
    [
        ([SHIFT], "same", (8, 4), (0, 0), (10, 1)),
        ([SHIFT], "expand", (8, 4), (0, 0), (0, 0)),
        ([TURN], "expand", (4, 8), (0, 0), (4, 0)),
        ([{"op": "scale", "x": 0.5}], "expand", (4, 2), (8, 4), (4, 2)),
        ([{"op": "rotate", "angle": 45}], "expand", (9, 9), (4, 2), (4.5, 4.5)),
        ([SHIFT], {"width": 20, "height": 10}, (20, 10), (0, 0), (10, 1)),
        ([SHIFT], {"width": 16, "height": 4, "fit": "stretch"}, (16, 4), (0, 0), (20, 1)),
        ([SHIFT], {"width": 16, "height": 16, "fit": "contain"}, (16, 16), (0, 0), (0, 4)),
        ([SHIFT], {"width": 16, "height": 16, "fit": "cover"}, (16, 16), (0, 0), (-8, 0)),
    ],
)
def test_the_canvas_is_as_worked_by_hand(ops, canvas, size, point, goal):
    got = plan(*ops, canvas=canvas)
    assert got.canvas == size
    assert where(got, *point) == goal


@pytest.mark.parametrize(
    ("spec", "stretched"),
    [
        ({"matrix": NORMALIZED["matrix"]}, True),
        ({"matrix": NORMALIZED["matrix"], "convention": "normalized"}, True),
        ({"matrix": PIXEL["matrix"], "convention": "pixel"}, False),
        ({"matrix": [1, 0, 0, 1, 2, 0], "convention": "css"}, False),
        ({"matrix": PIXEL["matrix"], "convention": "opencv"}, False),
        ({"matrix": PIXEL["matrix"], "convention": "skimage"}, False),
        ({"ops": []}, False),
        ({"ops": [NORMALIZED]}, True),
        ({"ops": [SHIFT, NORMALIZED]}, True),
        ({"ops": [PIXEL]}, False),
        ({"ops": [SHIFT]}, False),
    ],
)
def test_a_size_stretches_after_a_normalized_matrix_and_else_leaves_the_pixels(spec, stretched):
    for fit in (None, "none", "stretch"):
        canvas = SIXTEEN | ({"fit": fit} if fit else {})
        got = plan(*spec.get("ops", ()), **{**spec, "canvas": canvas})
        chosen = {None: stretched, "none": False, "stretch": True}[fit]
        assert forward(got)[0, 0] == pytest.approx(2 if chosen else 1)


@pytest.mark.parametrize("orientation", sorted(SEEN))
@pytest.mark.parametrize(
    "spec",
    [
        {"ops": []},
        {"ops": [], "canvas": "expand"},
        {"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"},
        {"ops": [{"op": "scale", "x": 0.5}], "canvas": "expand"},  # nearest: every sample is a tie
        {"ops": [{"op": "scale", "x": 1.73, "y": 0.6, "center": [1, 2]}, {"op": "skew", "x": 20}], "border": "mirror"},
        {"ops": [{"op": "translate", "x": 0.3, "y": 0.1, "unit": "fraction"}], "border": "constant", "fill": "#fa0"},
        {"matrix": [[0.9, 0.2, 0.1], [-0.3, 1.1, 0.2]], "canvas": {"width": 9, "height": 20}},
        {"matrix": [[0.9, 0.1, 1], [-0.1, 0.8, 1], [0.01, -0.02, 1]], "convention": "opencv"},
        {"ops": [{"op": "swirl", "strength": 70, "radius": 9}, {"op": "resize", "width": 13}], "light": "linear"},
        {"region": {"x": 2, "y": 1, "width": 5, "height": 4}, "ops": [{"op": "rotate", "angle": 30}]},
    ],
)
@pytest.mark.parametrize("filter", ["nearest", "bilinear"])
def test_a_turned_file_gives_what_the_upright_picture_gives(orientation, spec, filter):
    spec = {**spec, "filter": filter}
    stored = pictures.random(11, 7, 3)
    indices = np.arange(6, dtype=np.uint8).reshape(2, 3) + 1
    turns = [np.rot90(flipped, quarters) for flipped in (indices, indices.T) for quarters in range(4)]
    turn = next(k for k, seen in enumerate(turns) if seen.tolist() == SEEN[orientation])
    by_hand = np.ascontiguousarray(np.rot90(stored if turn < 4 else stored.swapaxes(0, 1), turn % 4))

    turned_plan = resolved(spec, header(11, 7, orientation))
    upright_plan = resolved(spec, header(by_hand.shape[1], by_hand.shape[0]))
    assert (turned_plan.source, turned_plan.canvas) == (upright_plan.source, upright_plan.canvas)
    corners = turned_plan.canvas.corners
    for ours, theirs in zip(*(got.chain.src_from_dst(*corners) for got in (turned_plan, upright_plan)), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(rendered(stored, turned_plan, orientation), rendered(by_hand, upright_plan, 1))


def rendered(stored, plan, orientation):
    left, top = plan.place.x, plan.place.y
    seen = upright(stored, orientation)[top : top + plan.source.height, left : left + plan.source.width]
    return np.concatenate(list(warp_through(plan.grid, seen, fill=plan.fill, light=plan.light)))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("spec", "gains_alpha", "gains_colour"),
    [
        ({"ops": []}, False, False),
        ({"ops": [{"op": "rotate", "angle": 30}]}, True, False),
        ({"ops": [{"op": "rotate", "angle": 30}], "fill": "white"}, False, False),
        ({"ops": [{"op": "rotate", "angle": 30}], "fill": "red"}, False, True),
        ({"ops": [{"op": "rotate", "angle": 30}], "fill": "#f008"}, True, True),
        ({"ops": [{"op": "rotate", "angle": 30}], "border": "edge", "fill": "red"}, False, False),
        ({"ops": [{"op": "scale", "x": 2}], "fill": "red"}, False, False),
        ({"ops": [SHIFT], "canvas": "expand"}, False, False),
        ({"ops": [{"op": "rotate", "angle": 30}], "canvas": "inscribed", "fill": "red"}, False, False),
        # A map that bends lines may show the fill unless its own bounds prove otherwise.
        ({"ops": [{"op": "swirl", "strength": 10}]}, True, False),
        ({"ops": [{"op": "swirl", "strength": 10}], "border": "edge"}, False, False),
        ({"ops": [{"op": "lens", "k1": -3}], "border": "edge"}, True, False),
        ({"ops": [{"op": "bulge", "strength": 0.5, "radius": 2.5}], "fill": "red"}, False, True),
        ({"ops": [{"op": "bulge", "strength": 0.5, "radius": 0.5}], "fill": "red"}, False, False),
    ],
)
def test_the_channels_follow_from_whether_the_fill_shows(channels, spec, gains_alpha, gains_colour):
    got = resolved(spec, header())
    colours = 3 if gains_colour or channels >= 3 else 1
    assert got.channels(channels) == colours + (gains_alpha or channels in {2, 4})


def test_a_horizon_in_view_is_no_fault_where_the_canvas_does_not_need_the_outline():
    """With w = 1 - x/5, moved to the right by 8: points left of x = 3 lie beyond the horizon and show the fill."""
    for canvas in ("same", SIXTEEN, {**SIXTEEN, "fit": "stretch"}):
        assert plan(HORIZON, {"op": "translate", "x": 8}, canvas=canvas, border="edge").uncovered
        assert not plan(HORIZON, canvas=canvas, border="edge").uncovered
