"""A JPEG is decoded at reduced size only where twice as much shrinking is left to the warp, and all else stays."""

import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core import Size
from service import resolve as resolving
from service.decode import OpenPicture, open_picture
from service.reduction import reductions_of
from service.resolve import resolve
from service.settings import Settings
from service.spec.text import read_specs
from tests import files, pictures
from tests.service.making import made, made_alone

ALL = (1, 2, 4, 8)
PICTURE = Size(512, 256)


def chosen(spec, picture=PICTURE, reductions=ALL):
    (read,) = read_specs(json.dumps(spec))
    return resolve(read, picture, Settings(), reductions=reductions)


def shrunk(by, **more):
    return {"ops": [{"op": "scale", "x": 1 / by}], "canvas": "expand", **more}


@pytest.mark.parametrize(
    ("by", "reduction"), [(1, 1), (3.9, 1), (4, 2), (7.9, 2), (8, 4), (15.9, 4), (16, 8), (64, 8), (0.5, 1)]
)
def test_a_factor_of_2_is_left(by, reduction):
    assert chosen(shrunk(by)).reduction == reduction


@pytest.mark.parametrize(("reductions", "reduction"), [((1,), 1), ((1, 2), 2), ((1, 2, 4), 4)])
def test_only_what_the_picture_can(reductions, reduction):
    assert chosen(shrunk(64), reductions=reductions).reduction == reduction


@pytest.mark.parametrize(
    ("ops", "reduction"),
    [
        # The direction that shrinks least decides, and so does the place.
        ([{"op": "scale", "x": 1 / 64, "y": 1 / 8}], 4),
        ([{"op": "scale", "x": 1 / 8, "y": 1 / 64}], 4),
        ([{"op": "scale", "x": 1 / 16}, {"op": "rotate", "angle": 33}], 8),
        ([{"op": "scale", "x": -1 / 16}], 8),
        ([{"op": "resize", "width": 32, "height": 16}], 8),
        # On the right twice as near as on the left: along x it is 1/8 there and 1/32 here, and askew a little more.
        ([{"op": "perspective", "dst": [[0, 0], [32, 0], [32, 16], [0, 8]]}], 2),
        ([{"op": "scale", "x": 1 / 16}, {"op": "swirl", "strength": 1}], 1),
    ],
    ids=str,
)
def test_what_is_shrunk_least_decides(ops, reduction):
    assert chosen({"ops": ops}).reduction == reduction


@pytest.mark.parametrize(
    "option",
    [
        {"antialias": False},
        {"filter": "nearest"},
        {"light": "linear"},
        {"region": {"width": 512, "height": 256}},
    ],
    ids=str,
)
def test_not_where_the_averages_would_be_others(option):
    assert chosen(shrunk(64, **option)).reduction == 1


BORDERS = ["clip", "constant", "edge", "reflect", "mirror", "wrap"]


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize(("size", "whole"), [((512, 256), 8), ((508, 256), 4), ((512, 250), 2), ((511, 256), 1)])
def test_what_is_read_beyond_a_part_of_a_square_is_not_what_it_was(border, size, whole):
    """Under clip and edge it is the edge alone, which holds; under mirror it starts at centres that are others."""
    reduction = chosen(shrunk(64, border=border), Size(*size)).reduction
    assert reduction == {"clip": 8, "edge": 8, "mirror": 1}.get(border, whole)


@pytest.mark.parametrize(("left", "reduction"), [(8, 8), (9, 1)])
def test_constant_is_not_reduced_where_the_output_has_no_room_for_a_fill(left, reduction):
    """One pixel of the output takes 8 of the source to the left of its centre, and bilinear half a one more."""
    crop = {"op": "crop", "x": left - 8, "y": 64, "width": 256, "height": 128}
    spec = {"ops": [crop, {"op": "resize", "width": 16, "height": 8}], "border": "constant"}
    plan = chosen(spec)
    assert plan.uncovered == (reduction > 1)
    assert plan.reduction == reduction


FACTOR = st.floats(0.01, 0.2)
CORNER = st.floats(-30, 30)


@settings(max_examples=60)
@given(
    st.tuples(*[st.tuples(CORNER, CORNER)] * 4),
    FACTOR,
    st.sampled_from(BORDERS),
    st.sampled_from(["same", "expand", {"width": 90, "height": 70, "fit": "stretch"}]),
)
def test_wherever_the_picture_is_seen_it_is_shrunk_by_twice_as_much(moves, factor, border, canvas):
    """The singular values of the Jacobian at places all over the canvas, by differences."""
    corners = [(0, 0), (512, 0), (512, 256), (0, 256)]
    dst = [
        (x * factor + dx * factor, y * factor + dy * factor) for (x, y), (dx, dy) in zip(corners, moves, strict=True)
    ]
    try:
        plan = chosen({"ops": [{"op": "perspective", "dst": dst}], "border": border, "canvas": canvas})
    except resolving.ImpossibleGeometry:
        return
    if plan.reduction == 1:
        return
    x, y = np.meshgrid(*(np.linspace(0, side, 33) for side in plan.canvas))
    step = 1e-4
    middle = np.stack(plan.chain.src_from_dst(x, y))
    along_x = (np.stack(plan.chain.src_from_dst(x + step, y)) - middle) / step
    along_y = (np.stack(plan.chain.src_from_dst(x, y + step)) - middle) / step
    seen = np.isfinite(middle).all(axis=0)
    if border in {"clip", "constant"}:
        seen &= (middle[0] >= 0) & (middle[0] <= 512) & (middle[1] >= 0) & (middle[1] <= 256)
    shrinking = np.linalg.svd(np.stack([along_x, along_y], axis=-1)[:, seen].transpose(1, 0, 2), compute_uv=False)
    assert shrinking.min(initial=np.inf) >= 2 * plan.reduction * 0.999


def jpeg(width, height, orientation=1, photo=pictures.coffee()):  # noqa: B008 (read only)
    stream = io.BytesIO()
    Image.fromarray(photo).resize((width, height)).save(stream, "JPEG", quality=92)
    return files.jpeg_with_exif(stream.getvalue(), files.exif(orientation))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("size", "whole"), [((64, 48), ALL), ((60, 48), (1, 2, 4)), ((64, 42), (1, 2)), ((63, 48), (1,))]
)
def test_an_orientation_that_begins_with_a_part_of_a_square_is_not_reduced_by_it(orientation, size, whole):
    """Orientations 1 and 5 begin with what is stored first."""
    picture = open_picture(jpeg(*size, orientation))
    assert reductions_of(picture) == (ALL if orientation in {1, 5} else whole)


def test_other_formats_are_not_reduced():
    picture = open_picture(files.png(pictures.ramp(64, 64), files.GRAY))
    assert reductions_of(picture) == (1,)


def noise_ratio(a, b):
    return 10 * np.log10(255**2 / np.mean((a - b) ** 2))


@pytest.mark.parametrize("turned", [[], [{"op": "rotate", "angle": 10}]], ids=["upright", "turned"])
def test_the_pixels_are_nearly_those_of_the_whole(turned, monkeypatch):
    """45 dB in the mean over pictures and factors, the least favourable of each denominator among them, is promised."""
    ratios = []
    for photo in (pictures.astronaut(), pictures.coffee(), pictures.chelsea()):
        data = jpeg(photo.shape[1], photo.shape[0], photo=photo)
        for by in (4.1, 7, 8.1, 15, 16.1, 40):
            spec = {"ops": [*turned, {"op": "scale", "x": 1 / by}], "canvas": "inscribed"}
            reduced = made_alone(data, spec).astype(float)
            with monkeypatch.context() as patched:
                patched.setattr("service.items.reductions_of", lambda _: (1,))
                ratios.append(noise_ratio(reduced, made_alone(data, spec)))
    assert np.isfinite(ratios).all()  # so they were reduced
    assert np.mean(ratios) >= 45


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_reduced_picture_does_not_shift(orientation, monkeypatch):
    """A ramp, which is the same at every size: by a tenth of a pixel it would change by more than it may."""
    x, y = np.meshgrid(np.arange(480), np.arange(320))
    ramp = np.stack([x / 2, y * 0.75, 255 - x / 2], axis=-1).astype(np.uint8)
    spec = {"ops": [{"op": "scale", "x": 1 / 16}], "canvas": "expand", "border": "edge"}
    data = jpeg(480, 320, orientation, photo=ramp)
    (item, _) = made([data], [spec])[0]
    assert item.work.plan.reduction == 8
    reduced = made_alone(data, spec).astype(float)
    monkeypatch.setattr("service.items.reductions_of", lambda _: (1,))
    apart = np.abs(reduced - made_alone(data, spec))[1:-1, 1:-1]
    assert apart.mean() < 0.1 * 16 * 0.5


def test_specs_that_need_other_sizes_of_one_picture_give_the_same_files_as_alone(monkeypatch):
    """Each size is decoded once, whichever comes first, and again if it is wanted after another."""
    decoded = []
    decode = OpenPicture.decode

    def counted(self, reduction=1):
        decoded.append(reduction)
        return decode(self, reduction)

    monkeypatch.setattr(OpenPicture, "decode", counted)
    data = jpeg(640, 480)
    specs = [shrunk(by) for by in (9, 1, 20, 9.5, 5, 1.5, 30)]
    together = made([data], specs)
    assert [item.work.plan.reduction for item, _ in together] == [4, 1, 8, 4, 2, 1, 8]
    assert decoded == [4, 1, 8, 2]
    for (_, data_together), spec in zip(together, specs, strict=True):
        ((_, alone),) = made([data], [spec])
        assert data_together == alone


def test_pictures_that_can_be_reduced_and_those_that_cannot_in_one_request():
    photo = jpeg(640, 480)
    same = files.png(np.asarray(Image.open(io.BytesIO(photo))), files.RGB)
    together = made([photo, same], [shrunk(9)])
    assert [item.work.plan.reduction for item, _ in together] == [4, 1]
    for (_, data), picture in zip(together, (photo, same), strict=True):
        assert data == made([picture], [shrunk(9)])[0][1]
