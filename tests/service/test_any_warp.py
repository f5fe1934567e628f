"""Whatever valid spec there is for whatever picture: it is warped as it was planned, or refused with a reason."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Size, warp_through
from service import spec
from service.decode import ImageHeader
from service.errors import ImageTooLarge, ImpossibleGeometry, InvalidSpec
from service.plan_document import describe_plan
from service.resolve import resolve
from service.settings import Settings
from service.spec.text import read_specs
from service.upright import upright, upright_size
from tests import pictures
from tests.service.any_specs import ANY_OP, ANY_SPEC, OPTIONS

RASTERS = [pictures.random(5, 3, 3), pictures.random(2, 4, 1, np.uint16)]
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
