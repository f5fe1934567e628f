"""Canvas `inscribed`, from the spec to the pixels: nothing of the outside is seen, and hardly anything is lost."""

import contextlib
import json
import tracemalloc

import numpy as np
import pytest

from core import Size, warp_through
from service.errors import ImpossibleGeometry
from service.resolve import resolve
from service.settings import Settings
from service.spec.text import read_specs
from tests import pictures

SOURCE = Size(96, 70)
GRID = [[x * 48 + dx, y * 35 + dy] for y, dy in ((0, 1), (1, -2), (2, 0)) for x, dx in ((0, 2), (1, 5), (2, -3))]
CASES = {
    "nothing": [],
    "flip": [{"op": "flip", "axis": "both"}],
    "rotate": [{"op": "rotate", "angle": 25}],
    "shear, scale": [{"op": "shear", "x": 0.4}, {"op": "scale", "x": 1.3, "y": 0.7}],
    "perspective": [{"op": "perspective", "dst": [[5, 9], [90, 0], [96, 70], [12, 60]]}],
    "lens": [{"op": "lens", "k1": 0.25}],
    "lens, inverse": [{"op": "lens", "k1": 0.25, "inverse": True}],
    "barrel": [{"op": "barrel", "b": 0.08, "c": 0.02}],
    "swirl": [{"op": "swirl", "strength": 80}],
    "arc": [{"op": "arc", "angle": 70}],
    "smile": [{"op": "arc", "angle": -120}],
    "wave": [{"op": "wave", "amplitude": 6, "wavelength": 40}],
    "bulge": [{"op": "bulge", "strength": 0.7, "radius": 50}],
    "polar": [{"op": "polar"}],
    "mesh": [{"op": "mesh", "columns": 2, "rows": 2, "points": GRID}],
    "thin_plate_spline": [
        {
            "op": "thin_plate_spline",
            "src": [[0, 0], [96, 0], [0, 70], [96, 70], [48, 35]],
            "dst": [[4, 1], [90, 5], [0, 70], [96, 60], [55, 30]],
        }
    ],
    "displacement": [{"op": "displacement", "x_scale": 5, "y_scale": 3}],
    "wave, rotate": [{"op": "wave", "amplitude": 4, "wavelength": 30, "axis": "x"}, {"op": "rotate", "angle": 12}],
    "crop, swirl": [{"op": "crop", "x": 20, "y": 10, "width": 50, "height": 45}, {"op": "swirl", "strength": 40}],
    "crop beyond, rotate": [{"op": "crop", "x": -9, "y": 5, "width": 80, "height": 80}, {"op": "rotate", "angle": 8}],
}
WAVES = np.stack(np.meshgrid(np.arange(24), np.arange(18)), axis=-1) * (4, 9) + 60
RASTERS = [np.dstack([WAVES, WAVES[..., :1]]).astype(np.uint8)]
OPAQUE = pictures.random(*SOURCE, 3)


def planned(ops, source=SOURCE, **more):
    (spec,) = read_specs(json.dumps({"ops": ops, **more}))
    return resolve(spec, source, Settings(), rasters=RASTERS)


def rendered(plan):
    return np.concatenate(list(warp_through(plan.grid, OPAQUE, fill=plan.fill, light=plan.light)))


@pytest.mark.parametrize("name", CASES)
def test_every_pixel_is_the_pictures(name):
    """An RGBA answer is opaque, and red shows nowhere; so is each pixel's centre within the picture."""
    plan = planned(CASES[name], canvas="inscribed")
    seen = rendered(plan)
    if seen.shape[2] == 4:
        assert (seen[..., 3] == 255).all()
    filled = rendered(planned(CASES[name], canvas="inscribed", fill="red"))
    np.testing.assert_array_equal(filled[..., :3], seen[..., :3])
    x, y = np.meshgrid(*(np.arange(side) + 0.5 for side in plan.canvas))
    src_x, src_y = plan.chain.src_from_dst(x, y)
    assert np.all((src_x > 0) & (src_x < 96) & (src_y > 0) & (src_y < 70))


@pytest.mark.parametrize("name", [name for name in CASES if "crop" not in name])  # beyond a crop there is picture
@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_there_is_no_room_for_one_more_line_of_pixels(name, side):
    """By the corners of its pixels, a tenth of a pixel inside: what bends between two corners here is less."""
    plan = planned(CASES[name], canvas="inscribed")
    width, height = plan.canvas
    if name == "polar" and side in {"top", "bottom"}:
        assert height == planned(CASES[name]).canvas.height  # where the strip goes on with its next turn
        return
    x, y = {
        "left": ((-1, 0), range(height + 1)),
        "right": ((width, width + 1), range(height + 1)),
        "top": (range(width + 1), (-1, 0)),
        "bottom": (range(width + 1), (height, height + 1)),
    }[side]
    src_x, src_y = plan.chain.src_from_dst(*np.meshgrid(np.array(x, float), np.array(y, float)))
    assert not np.all((src_x > 0.1) & (src_x < 95.9) & (src_y > 0.1) & (src_y < 69.9))


LARGE = Size(1440, 1050)
"""Of so many pixels the rectangle is looked for among larger ones, and its sides are then moved one by one."""

LARGE_CASES = {
    "lens": CASES["lens"],
    "barrel": CASES["barrel"],
    "swirl": CASES["swirl"],
    "arc": CASES["arc"],
    "wave": [{"op": "wave", "amplitude": 60, "wavelength": 500}],
    "lens, rotate": [*CASES["lens"], {"op": "rotate", "angle": 12}],
}


@pytest.mark.parametrize("name", LARGE_CASES)
def test_of_a_large_picture_too_each_side_is_at_its_last_covered_line(name):
    """By the corners of pixels, a tenth of a pixel more or less: what bends between two corners here is less."""
    plan = planned(LARGE_CASES[name], source=LARGE, canvas="inscribed")
    width, height = plan.canvas
    columns, rows = range(width + 1), range(height + 1)

    def lies_within(x, y, margin):
        src_x, src_y = plan.chain.src_from_dst(*np.meshgrid(np.array(x, float), np.array(y, float)))
        return bool(
            np.all(
                (src_x > margin) & (src_x < LARGE.width - margin) & (src_y > margin) & (src_y < LARGE.height - margin)
            )
        )

    for inside, outside in (((0, 1), (-1, 0)), ((width - 1, width), (width, width + 1))):
        assert lies_within(inside, rows, -0.1)
        assert not lies_within(outside, rows, 0.1)
    for inside, outside in (((0, 1), (-1, 0)), ((height - 1, height), (height, height + 1))):
        assert lies_within(columns, inside, -0.1)
        assert not lies_within(columns, outside, 0.1)


@pytest.mark.parametrize("ops", [[], [{"op": "flip", "axis": "horizontal"}], [{"op": "rotate", "angle": 90}]], ids=str)
def test_an_exact_copy_stays_one(ops):
    plan = planned(ops, canvas="inscribed")
    assert plan.is_copy
    assert plan.canvas.pixels == SOURCE.pixels
    assert rendered(plan).shape[2] == 3


def test_the_largest_rectangle_in_a_turned_square_is_half_of_it():
    """Of a square turned by 45 degrees: the square on its sides' middles."""
    (spec,) = read_specs(json.dumps({"ops": [{"op": "rotate", "angle": 45}], "canvas": "inscribed"}))
    plan = resolve(spec, Size(200, 200), Settings())
    assert plan.canvas.pixels == pytest.approx(200 * 200 / 2, rel=0.02)


@pytest.mark.parametrize(
    ("ops", "reason"),
    [
        ([{"op": "scale", "x": 0.009}], "no pixel of the output is wholly covered"),
        ([{"op": "scale", "x": 0.009}, {"op": "swirl", "strength": 3}], "no pixel of the output is wholly covered"),
        ([{"op": "lens", "k1": -5}], "folds or its inverse was not found"),
        ([{"op": "swirl", "strength": 3}, {"op": "scale", "x": 1e6}], "pixels large; scale it less"),
        (
            [{"op": "matrix", "convention": "css", "matrix": [[1, 0, 0], [0, 1, 0], [-0.02, 0, 1]]}],
            "horizon",
        ),
    ],
    ids=str,
)
def test_where_there_is_none_it_is_said(ops, reason):
    with pytest.raises(ImpossibleGeometry, match=reason) as caught:
        planned(ops, canvas="inscribed")
    assert [fault.pointer for fault in caught.value.violations] == ["/canvas"]


FLAT = [{"op": "scale", "x": 2e4, "y": 2e-4}, {"op": "bulge", "strength": -0.9}]
"""Two million pixels wide, and less than one high."""


@pytest.mark.parametrize("ops", [FLAT, [{"op": "bulge", "strength": 0.5}]], ids=["flat", "square"])
def test_to_look_for_it_takes_little_memory(ops):
    """Whoever plans does so before there is room for the picture."""
    tracemalloc.start()
    with contextlib.suppress(ImpossibleGeometry):
        planned(ops, Size(500, 500), canvas="inscribed")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 << 20
