"""Whatever valid spec there is for whatever picture: it is warped as it was planned, or refused with a reason."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import CONVENTIONS, Size, warp_through
from service import spec
from service.decode import ImageHeader
from service.errors import ImageTooLarge, ImpossibleGeometry, InvalidSpec
from service.plan_document import describe_plan
from service.resolve import resolve
from service.settings import Settings
from service.spec.text import read_specs
from service.upright import upright, upright_size
from tests import pictures

NUMBER = st.floats(-1e6, 1e6) | st.floats(-3, 3) | st.integers(-8, 8) | st.sampled_from([1e-9, -1e-6, 1e6, -1e6, 0.5])
POSITIVE = st.floats(1e-3, 20) | st.sampled_from([1e-9, 1e6, 0.5])
POINT = st.tuples(NUMBER, NUMBER)
NEARBY = st.tuples(*[st.floats(-20, 20) | st.integers(-2, 14)] * 2)
UNIT = st.sampled_from(["px", "fraction"])
CENTRED = {"center": POINT, "unit": UNIT}
INVERSE = {"inverse": st.booleans()}
FIT = st.sampled_from(["stretch", "contain", "cover"])
SIDE = st.integers(1, 40)
ROWS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=2, max_size=3)
RAW = st.fixed_dictionaries({"matrix": ROWS, "convention": st.sampled_from(list(CONVENTIONS))})
RASTERS = [pictures.random(5, 3, 3), pictures.random(2, 4, 1, np.uint16)]


def ops_of(name, required=(), optional=(), *, needed=None, **more):
    """Ops of a kind, with numbers in the fields named."""
    return st.fixed_dictionaries(
        {"op": st.just(name), **dict.fromkeys(required, NUMBER), **(needed or {})},
        optional=dict.fromkeys(optional, NUMBER) | more,
    )


def pairs(name, least, most, **more):
    """Ops by pairs of points, the images of some of them near to where they were."""
    both = st.lists(st.tuples(NEARBY, NEARBY | POINT), min_size=least, max_size=most, unique_by=lambda pair: pair[1])
    extras = st.fixed_dictionaries({}, optional={"unit": UNIT, **more})
    return st.builds(
        lambda found, extra: {"op": name, "src": [a for a, _ in found], "dst": [b for _, b in found], **extra},
        both,
        extras,
    )


@st.composite
def meshes(draw):
    columns, rows = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    moved = draw(st.floats(0, 2))
    points = [
        [4 * column + draw(st.floats(-1, 1)) * moved, 4 * row + draw(st.floats(-1, 1)) * moved]
        for row in range(rows + 1)
        for column in range(columns + 1)
    ]
    return {"op": "mesh", "columns": columns, "rows": rows, "points": points}


def whole_unless_fraction(rectangle):
    px = rectangle.get("unit", "px") == "px"
    return rectangle | {name: int(rectangle[name]) + 1 for name in ("width", "height") if px}


CORNERS = st.tuples(
    *(st.tuples(*(st.floats(side - 3, side + 3) for side in at)) for at in [(0, 0), (9, 0), (9, 7), (0, 7)])
)
ANY_OP = {
    "matrix": RAW.map(lambda raw: {"op": "matrix", **raw}),
    "identity": ops_of("identity"),
    "translate": ops_of("translate", (), ("x", "y"), unit=UNIT),
    "scale": ops_of("scale", ("x",), ("y",), **CENTRED),
    "rotate": ops_of("rotate", ("angle",), **CENTRED),
    "shear": ops_of("shear", (), ("x", "y"), **CENTRED),
    "skew": ops_of("skew", (), ("x", "y"), **CENTRED),
    "flip": st.sampled_from([{"op": "flip", "axis": axis} for axis in ("horizontal", "vertical", "both")]),
    "crop": ops_of("crop", (), ("x", "y"), needed={"width": POSITIVE, "height": POSITIVE}, unit=UNIT).map(
        whole_unless_fraction
    ),
    "resize": ops_of("resize", needed={"width": SIDE}, height=SIDE, fit=FIT),
    "affine_points": pairs("affine_points", 1, 5),
    "perspective": ops_of("perspective", needed={"dst": CORNERS}, src=CORNERS),
    "lens": ops_of("lens", (), ("k1", "k2", "k3", "p1", "p2"), focal=POSITIVE, **CENTRED, **INVERSE),
    "barrel": ops_of("barrel", (), ("a", "b", "c", "d"), **CENTRED, **INVERSE),
    "polar": ops_of("polar", log=st.booleans(), **CENTRED),
    "depolar": ops_of("depolar", log=st.booleans(), **CENTRED),
    "swirl": ops_of("swirl", ("strength",), radius=POSITIVE, **CENTRED),
    "arc": ops_of("arc", needed={"angle": st.floats(-360, 360).filter(bool)}),
    "wave": ops_of(
        "wave", ("amplitude",), ("phase",), needed={"wavelength": POSITIVE}, axis=st.sampled_from("xy"), unit=UNIT
    ),
    "bulge": ops_of("bulge", needed={"strength": st.floats(-1, 0.95)}, radius=POSITIVE, **CENTRED),
    "thin_plate_spline": pairs("thin_plate_spline", 3, 6, smoothing=st.floats(0, 1e6)),
    "mesh": meshes(),
    "displacement": ops_of("displacement", ("x_scale",), ("y_scale",), map=st.integers(1, 2)),
}
WHOLE = st.integers(0, 6)
REGION = st.fixed_dictionaries({"x": WHOLE, "y": WHOLE, "width": SIDE, "height": SIDE}) | st.fixed_dictionaries(
    {"unit": st.just("fraction"), "width": st.floats(1e-9, 1), "height": st.floats(1e-9, 1)},
    optional={"x": st.floats(0, 1), "y": st.floats(0, 1)},
)
OPTIONS = {
    "region": REGION,
    "canvas": st.sampled_from(["same", "expand", "inscribed"])
    | st.fixed_dictionaries({"width": SIDE, "height": SIDE}, optional={"fit": st.just("none") | FIT}),
    "filter": st.sampled_from(["nearest", "bilinear", "bicubic", "lanczos3"]),
    "antialias": st.booleans(),
    "border": st.sampled_from(["clip", "constant", "edge", "reflect", "mirror", "wrap"]),
    "fill": st.sampled_from(["transparent", "white", "red", "#f008"]),
    "light": st.sampled_from(["srgb", "linear"]),
}
ANY_SPEC = st.fixed_dictionaries({"ops": st.lists(st.one_of(*ANY_OP.values()), max_size=4)}, optional=OPTIONS) | (
    st.builds(dict.__or__, RAW, st.fixed_dictionaries({}, optional=OPTIONS))
)
HEADERS = st.builds(
    ImageHeader,
    st.just("JPEG"),
    st.integers(1, 12),
    st.integers(1, 12),
    st.integers(1, 8),
    st.integers(1, 4),
    st.sampled_from([8, 16]),
    st.just(16),
)
LIMITS = Settings(max_side=400, max_output_pixels=10_000)


def test_every_op_and_option_is_among_them():
    assert set(ANY_OP) == set(spec.OPS)
    assert set(OPTIONS) == set(spec.OpsSpec.model_fields) - {"ops", "output"}


def planned(written, header):
    """The plan; None if there is none, for a reason that has its place or names its limit."""
    reason = None
    try:
        (read,) = read_specs(json.dumps(written))
        return resolve(read, upright_size(header), LIMITS, rasters=RASTERS)
    except (InvalidSpec, ImpossibleGeometry, ImageTooLarge) as refused:
        reason = refused
    assert reason.violations or "GRIDWARP_" in reason.detail
    return None


def warped_as_planned(written, header):
    plan = planned(written, header)
    if plan is None:
        return
    json.dumps(describe_plan(plan, points=[[1, 2], [-1e6, 1e6]], boxes=[[0, 0, 3, 2]]), allow_nan=False)
    depth = np.uint8 if header.depth == 8 else np.uint16
    stored = pictures.random(header.width, header.height, header.channels, depth)
    left, top = plan.place.x, plan.place.y
    seen = upright(stored, header.orientation)[top : top + plan.source.height, left : left + plan.source.width]
    rows = np.concatenate(list(warp_through(plan.grid, seen, fill=plan.fill, light=plan.light)))
    assert rows.shape == (plan.canvas.height, plan.canvas.width, plan.channels(header.channels))
    assert rows.dtype == depth


@settings(max_examples=200)
@given(ANY_SPEC, HEADERS)
def test_any_valid_spec_gives_rows_as_planned_or_is_refused_with_a_reason(written, header):
    warped_as_planned(written, header)


@pytest.mark.parametrize("name", ANY_OP)
@settings(max_examples=25)
@given(data=st.data())
def test_any_op_gives_rows_as_planned_or_is_refused_with_a_reason(name, data):
    written = {"ops": [data.draw(ANY_OP[name])], **data.draw(st.fixed_dictionaries({}, optional=OPTIONS))}
    warped_as_planned(written, data.draw(HEADERS))


def test_a_mesh_whose_sides_are_level_but_for_the_least_of_numbers():
    points = [[0, -7e-309], [4, 0], [2e-308, 4], [4, 4], [0, 8], [4, 8]]
    header = ImageHeader("PNG", 8, 9, 1, 3, 8, 8)
    warped_as_planned({"ops": [{"op": "mesh", "columns": 1, "rows": 2, "points": points}]}, header)


BIG, SMALL = {"op": "scale", "x": 1e6}, {"op": "scale", "x": 1e-6}
BENT = {"op": "matrix", "convention": "css", "matrix": [[1e6, 0, 0], [0, 1e6, 0], [1, 0, 1e6]]}
CANVASES = ["same", "expand", "inscribed", {"width": 5, "height": 5, "fit": "contain"}]


def finite_or_refused(op, count, canvas):
    (read,) = read_specs(json.dumps({"ops": [op] * count, "canvas": canvas}))
    try:
        plan = resolve(read, Size(8, 4), LIMITS)
    except (ImpossibleGeometry, ImageTooLarge):
        return
    projective = plan.chain.projective
    assert projective
    assert np.isfinite(projective.src_from_dst_matrix).all()
    assert np.isfinite(projective.dst_from_src_matrix).all()


@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize(("op", "count"), [(BIG, 10), (BIG, 24), (SMALL, 10), (SMALL, 24), (BENT, 5), (BENT, 15)])
def test_a_long_chain_of_ops_is_finite_or_refused(op, count, canvas):
    finite_or_refused(op, count, canvas)


@pytest.mark.parametrize(
    ("op", "count"),
    [(BIG, 26), (BIG, 51), (BIG, 256), (SMALL, 27), (SMALL, 52), (BENT, 25), ({"op": "scale", "x": 1e-300}, 1)],
)
def test_a_chain_of_ops_beyond_floating_point_is_refused(op, count):
    finite_or_refused(op, count, "same")
