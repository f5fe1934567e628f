"""What no plan is made of: impossible geometry, missing maps, formats and limits too small; each told at its place."""

import pytest

from core import WarpError
from service.errors import ImageTooLarge, ImpossibleGeometry, MapMissing
from service.settings import Settings
from tests import pictures
from tests.service.plans import HORIZON, SHIFT, SIXTEEN, header, plan


def refusal(kind, *ops, **more):
    with pytest.raises(kind) as caught:
        plan(*ops, **more)
    return caught.value


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
