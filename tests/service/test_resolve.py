"""From a spec and a header to the plan of a warp: order, canvas, fit, orientation, limits, and every refusal."""

import json

import numpy as np
import pytest

from core import Size, WarpError, homography, warp_through
from service.decode import ImageHeader
from service.errors import ImageTooLarge, ImpossibleGeometry, MapMissing
from service.resolve import resolve
from service.settings import Settings
from service.spec.text import read_specs
from service.upright import upright, upright_size
from tests import pictures
from tests.service.test_upright import SEEN

LIMITS = Settings()
TURN = {"op": "rotate", "angle": 90}
SHIFT = {"op": "translate", "x": 10, "y": 1}
NORMALIZED = {"op": "matrix", "matrix": [[1, 0, 0.5], [0, 1, 0]]}
PIXEL = {"op": "matrix", "matrix": [[1, 0, 2], [0, 1, 0]], "convention": "pixel"}
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


def refusal(kind, *ops, **more):
    with pytest.raises(kind) as caught:
        plan(*ops, **more)
    return caught.value


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


SIXTEEN = {"width": 16, "height": 4}


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


TINY = {"op": "scale", "x": 1e-6}
FLAT = {"op": "matrix", "convention": "css", "matrix": [[1, 2, 0], [2, 4, 0]]}
FOLDING = {"op": "lens", "k1": -3}
FLIPPED_CELL = {"op": "mesh", "columns": 1, "rows": 1, "points": [[0, 0], [8, 0], [0, 4], [9, -1]]}
LINE = [[0, 0], [1, 1], [2, 2]]
AWAY = {"op": "matrix", "convention": "css", "matrix": [[1, 0, 0], [0, 1, 0], [0.25, 0, -1]]}


@pytest.mark.parametrize(
    ("spec", "pointer"),
    [
        ({"ops": [SHIFT, FLAT]}, "/ops/1"),
        ({"ops": [SHIFT, {**FLAT, "convention": "pixel"}]}, "/ops/1"),
        ({"ops": [{"op": "skew", "x": 45, "y": 45}]}, "/ops/0"),
        ({"ops": [{"op": "scale", "x": 1e6, "y": 1e-6}, SHIFT, {"op": "scale", "x": 1e6, "y": 1e-6}]}, "/ops/2"),
        ({"ops": [SHIFT, SHIFT, AWAY]}, "/ops/2"),
        ({"matrix": [[1, 2, 0], [2, 4, 0]]}, "/matrix"),
        ({"matrix": [[0, 0, 0], [0, 0, 0]]}, "/matrix"),
        ({"matrix": [[1, 0, 0], [0, 1, 0], [0, 0, 0]]}, "/matrix"),
        ({"matrix": AWAY["matrix"], "convention": "css"}, "/matrix"),
        ({"ops": [HORIZON], "canvas": "expand"}, "/canvas"),
        ({"ops": [HORIZON], "canvas": {**SIXTEEN, "fit": "contain"}}, "/canvas"),
        ({"ops": [HORIZON], "canvas": {**SIXTEEN, "fit": "cover"}}, "/canvas"),
        ({"ops": [TINY, TINY], "canvas": "expand"}, "/canvas"),
        ({"ops": [TINY, TINY], "canvas": {**SIXTEEN, "fit": "cover"}}, "/canvas"),
        ({"ops": [SHIFT, {"op": "affine_points", "src": [[1, 1], [1, 1]], "dst": [[0, 0], [1, 1]]}]}, "/ops/1"),
        ({"ops": [{"op": "perspective", "dst": [[0, 0], [8, 0], [0, 4], [8, 4]]}]}, "/ops/0"),
        ({"ops": [SHIFT, FLIPPED_CELL]}, "/ops/1"),
        ({"ops": [{"op": "thin_plate_spline", "src": LINE, "dst": LINE}]}, "/ops/0"),
        ({"ops": [SHIFT, FOLDING], "canvas": "expand"}, "/canvas"),
        ({"ops": [FOLDING], "canvas": "inscribed"}, "/canvas"),
        ({"ops": [{"op": "scale", "x": 0.01}], "canvas": "inscribed"}, "/canvas"),
        ({"ops": [{"op": "swirl", "strength": 9}, {"op": "scale", "x": 1e5}], "canvas": "inscribed"}, "/canvas"),
    ],
)
def test_impossible_geometry_has_its_place_and_its_reason(spec, pointer):
    found = refusal(ImpossibleGeometry, *spec.get("ops", ()), **{"canvas": "same", **spec})
    assert [fault.pointer for fault in found.violations] == [pointer]
    assert found.violations[0].detail == found.detail
    assert len(found.detail) > 20


@pytest.mark.parametrize(("sent", "number"), [(0, 1), (1, 2), (2, 64)])
def test_a_map_that_is_missing_has_its_place(sent, number):
    moved = {"op": "displacement", "x_scale": 3, "map": number}
    maps = [pictures.random(3, 3)] * sent
    found = refusal(MapMissing, SHIFT, moved, rasters=maps)
    assert [(fault.pointer, fault.detail) for fault in found.violations] == [("/ops/1/map", found.detail)]
    assert f"has {sent} parts" in found.detail


def test_how_many_maps_there_are_need_not_be_known():
    moved = {"op": "displacement", "x_scale": 3, "map": 64}
    for rasters in (None, [None] * 64):
        assert plan(moved, rasters=rasters).canvas == (8, 4)
        assert plan(moved, rasters=rasters).uncovered
    assert [fault.pointer for fault in refusal(MapMissing, moved, rasters=[None] * 63).violations] == ["/ops/0/map"]
    assert [
        fault.pointer for fault in refusal(ImpossibleGeometry, moved, rasters=None, canvas="expand").violations
    ] == ["/canvas"]


def test_a_format_that_cannot_hold_the_output_has_its_place():
    """WebP has 14 bits for a side."""
    wide = {"width": 16_384, "height": 1}
    found = refusal(ImageTooLarge, canvas=wide, output={"format": "webp"})
    assert [(fault.pointer, fault.detail) for fault in found.violations] == [("/output/format", found.detail)]
    assert "16383" in found.detail
    assert plan(canvas=wide).canvas == (16_384, 1)


def test_a_horizon_in_view_is_no_fault_where_the_canvas_does_not_need_the_outline():
    """With w = 1 - x/5, moved to the right by 8: points left of x = 3 lie beyond the horizon and show the fill."""
    for canvas in ("same", SIXTEEN, {**SIXTEEN, "fit": "stretch"}):
        assert plan(HORIZON, {"op": "translate", "x": 8}, canvas=canvas, border="edge").uncovered
        assert not plan(HORIZON, canvas=canvas, border="edge").uncovered


def small(**limits):
    return Settings(**limits)


@pytest.mark.parametrize(
    ("limits", "of", "canvas", "words"),
    [
        ({"max_side": 7}, header(), "same", ["source", "8", "7", "GRIDWARP_MAX_SIDE"]),
        ({"max_side": 7}, header(4, 8), "same", ["source", "8", "7", "GRIDWARP_MAX_SIDE"]),
        ({"max_source_pixels": 31}, header(), "same", ["source", "32", "31", "GRIDWARP_MAX_SOURCE_PIXELS"]),
        ({"max_output_pixels": 31}, header(), "same", ["output", "32", "31", "GRIDWARP_MAX_OUTPUT_PIXELS"]),
        ({"max_side": 15}, header(), SIXTEEN, ["output", "16", "15", "GRIDWARP_MAX_SIDE"]),
        ({"max_output_pixels": 63}, header(), SIXTEEN, ["output", "64", "63", "GRIDWARP_MAX_OUTPUT_PIXELS"]),
        ({}, header(20_000, 1), "same", ["source", "20000", "16384", "GRIDWARP_MAX_SIDE"]),
        ({}, header(16_384, 16_384), "same", ["source", "268435456", "50000000", "GRIDWARP_MAX_SOURCE_PIXELS"]),
        ({}, header(), {"width": 1_000_000, "height": 1_000_000}, ["output", "1000000", "16384", "GRIDWARP_MAX_SIDE"]),
        ({}, header(), {"width": 10_000, "height": 10_000}, ["100000000", "50000000", "GRIDWARP_MAX_OUTPUT_PIXELS"]),
    ],
)
def test_a_limit_is_named_with_both_numbers(limits, of, canvas, words):
    detail = refusal(ImageTooLarge, of=of, limits=small(**limits), canvas=canvas).detail
    assert [word for word in words if word not in detail] == []


def test_a_picture_as_large_as_the_limits_is_let_through():
    exactly = small(max_side=8, max_source_pixels=32, max_output_pixels=32)
    assert plan(limits=exactly).canvas == (8, 4)
    assert plan(limits=exactly, of=header(4, 8)).canvas == (4, 8)


def test_the_limit_of_the_output_holds_for_what_expands():
    grown = {"op": "scale", "x": 1000}
    assert "8000" in refusal(ImageTooLarge, grown, canvas="expand", limits=small(max_side=7_999)).detail
    assert plan(grown, canvas="expand", limits=small(max_side=8_000)).canvas == (8_000, 4_000)


def subclasses(kind):
    return {found for child in kind.__subclasses__() for found in {child, *subclasses(child)}}


@pytest.mark.parametrize("kind", sorted({WarpError, *subclasses(WarpError)}, key=str), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    ("broken", "pointer"), [("service.resolve.apply", "/ops/0"), ("core.Canvas.map_of", "/canvas")]
)
def test_whatever_the_core_refuses_is_impossible_geometry(monkeypatch, kind, broken, pointer):
    fault = kind.__new__(kind)
    fault.args = ("as the core says",)

    def refuse(*_):
        raise fault

    monkeypatch.setattr(broken, refuse)
    found = refusal(ImpossibleGeometry, SHIFT)
    assert [(fault.pointer, fault.detail) for fault in found.violations] == [(pointer, "as the core says")]
    assert found.__cause__ is fault
