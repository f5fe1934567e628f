"""Displacement maps: pictures that say how far to move another one. What they do is worked out by hand."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from tests import files, pictures
from tests.contract import batches, wire
from tests.contract.dots import CENTRE, DOT, LATTICE, ROUNDING, SAMPLES, centroid
from tests.contract.op_cases import HEIGHT, WIDTH
from tests.contract.plans import checked
from tests.contract.server import running
from tests.contract.wire import check_problem

MOVED = {"op": "displacement", "x_scale": 16, "y_scale": -8}


def uniform(red, green, width=5, height=3):
    return files.png(np.broadcast_to([red, green, 77], (height, width, 3)), files.RGB)


EIGHT_AND_TWO = uniform(192, 96)  # 16 (192 - 128) / 128 and -8 (96 - 128) / 128
FOUR_UP = files.png(np.full((3, 3), 192), files.GRAY)  # of both axes: 8 to the right, 4 above


def send(server, maps, *ops, image=DOT, path="/v1/warp", **options):
    spec = {"ops": list(ops), "fill": "black", **options}
    parts = [("image", ("dot.png", image)), *[("map", (f"m{number}.png", data)) for number, data in enumerate(maps)]]
    return server.client.post(path, files=parts, data={"spec": json.dumps(spec)})


def samples_of(answer):
    assert answer.status_code == 200, answer.text
    with Image.open(io.BytesIO(answer.content)) as image:
        return np.asarray(image).astype(np.float64)


def shifted(x, y):
    """The dot's picture, read so far to the right and below: nothing of the dot leaves it."""
    return np.roll(SAMPLES, (-y, -x), axis=(0, 1))


# --- what it does


def test_a_uniform_map_is_a_shift(server):
    """Bright samples read on the right and, of a negative scale, above."""
    np.testing.assert_array_equal(samples_of(send(server, [EIGHT_AND_TWO], MOVED)), shifted(8, 2))
    np.testing.assert_array_equal(samples_of(send(server, [uniform(128, 128)], MOVED)), SAMPLES)


def test_gray_moves_along_both_axes(server):
    np.testing.assert_array_equal(samples_of(send(server, [FOUR_UP], MOVED)), shifted(8, -4))


def test_16_bits_have_their_own_middle(server):
    deep = files.png(np.full((3, 4), 32768 + 8192), files.GRAY, 16)
    np.testing.assert_array_equal(samples_of(send(server, [deep], MOVED)), shifted(4, -2))


def test_neither_alpha_nor_orientation_of_a_map_counts(server):
    ramp = np.stack([np.tile(np.arange(30) * 5, (20, 1))] * 3 + [pictures.random(30, 20)[..., 0]], axis=-1)
    turned = files.chunk(b"eXIf", files.exif(6))
    plain, transparent, oriented = (
        send(server, [data], MOVED).content
        for data in (
            files.png(ramp[..., :3], files.RGB),
            files.png(ramp, files.RGBA),
            files.png(ramp[..., :3], files.RGB, before=[turned]),
        )
    )
    assert plain == transparent == oriented


def test_a_ramp_stretches_the_picture(server):
    """Of the frame's size, red 63 + 2x and green 181.5 - 3y at a point: x_src = 1.25 x - 8.125, and so on."""
    red = np.tile(64 + 2 * np.arange(WIDTH), (HEIGHT, 1))
    green = np.tile(180 - 3 * np.arange(HEIGHT)[:, np.newaxis], (1, WIDTH))
    ramp = files.png(np.stack([red, green, 0 * red], axis=-1), files.RGB)
    goal = [(CENTRE[0] + 8.125) / 1.25, (CENTRE[1] + 53.5 / 16) / (1 + 3 / 16)]
    found = centroid(samples_of(send(server, [ramp], MOVED)))
    np.testing.assert_allclose(found, goal, rtol=0, atol=LATTICE + ROUNDING)


def test_a_small_map_is_stretched_over_the_frame(server):
    """Two pixels, whose centres lie over x = 15.25 and 45.75: between them x_src = x - 8 + 16 (x - 15.25) / 30.5."""
    small = files.png([[64, 192]], files.GRAY)
    found = centroid(samples_of(send(server, [small], {"op": "displacement", "x_scale": 16, "y_scale": 0})))
    goal = [(CENTRE[0] + 16) / (1 + 16 / 30.5), CENTRE[1]]
    np.testing.assert_allclose(found, goal, rtol=0, atol=LATTICE + ROUNDING)


def test_scales_are_pixels_of_the_frame_of_that_moment(server):
    halved = [{"op": "resize", "width": 2 * WIDTH, "height": 2 * HEIGHT}, MOVED, {"op": "resize", "width": WIDTH}]
    found = centroid(samples_of(send(server, [EIGHT_AND_TWO], *halved)))
    np.testing.assert_allclose(found, [CENTRE[0] - 4, CENTRE[1] - 1], rtol=0, atol=LATTICE + ROUNDING)


def test_expand_follows_the_map(server):
    np.testing.assert_array_equal(samples_of(send(server, [EIGHT_AND_TWO], MOVED, canvas="expand")), SAMPLES)


# --- which map


def test_each_displacement_has_its_map(server):
    maps = [EIGHT_AND_TWO, FOUR_UP]
    second = samples_of(send(server, maps, MOVED | {"map": 2}))
    np.testing.assert_array_equal(second, shifted(8, -4))
    both = samples_of(send(server, maps, MOVED | {"map": 2}, MOVED))
    np.testing.assert_array_equal(both, shifted(16, -2))


def test_with_curl(server, curl, tmp_path):
    for name, data in (("dot", DOT), ("first", EIGHT_AND_TWO), ("second", FOUR_UP)):
        (tmp_path / f"{name}.png").write_bytes(data)
    form = [f"image=@{tmp_path}/dot.png", f"map=@{tmp_path}/first.png", f"map=@{tmp_path}/second.png"]
    parts = [argument for part in form for argument in ("-F", part)]
    expected = send(server, [EIGHT_AND_TWO, FOUR_UP], MOVED | {"map": 2}).content
    spec = json.dumps({"ops": [MOVED | {"map": 2}], "fill": "black"})
    by_spec = wire.run_curl(curl, tmp_path, f"{server.url}/v1/warp", *parts, "-F", f"spec={spec}")
    query = "op=displacement:16,-8,map=2&fill=black"
    by_query = wire.run_curl(curl, tmp_path, f"{server.url}/v1/warp?{query}", *parts)
    assert (by_spec.status, by_spec.body) == (by_query.status, by_query.body) == (200, expected)


def test_in_a_batch(server):
    """One map for all pictures; what refers to another has its own problem."""
    specs = [{"ops": [MOVED | {"map": number}], "fill": "black"} for number in (1, 2, 3)]
    parts = [("image", ("dot.png", DOT)), ("map", ("a.png", EIGHT_AND_TWO)), ("map", ("b.png", FOUR_UP))]
    batch = batches.open_answer(server.client.post("/v1/warp", files=parts, data={"spec": json.dumps(specs)}))
    alone = [send(server, [EIGHT_AND_TWO, FOUR_UP], MOVED | {"map": number}).content for number in (1, 2)]
    assert [batch.pictures[index] for index in (1, 2)] == alone
    assert batch.problems[3]["code"] == "map-missing"
    assert [place["pointer"] for place in batch.problems[3]["errors"]] == ["/2/ops/0/map"]


@pytest.mark.parametrize("path", ["/v1/warp", "/v1/warp?on_error=fail"])
def test_a_map_that_is_missing(server, path):
    for maps in ([], [EIGHT_AND_TWO]):
        answer = send(server, maps, {"op": "identity"}, MOVED | {"map": 2}, path=path)
        detail = check_problem(answer, 422, "map-missing", "/ops/1/map")["detail"]
        assert f"by map 2, and the form has {len(maps)} parts 'map'" in detail
        assert "-F map=@map.png" in detail


def test_a_raw_body_has_no_maps(server):
    check_problem(server.warp(DOT, "op=displacement:9"), 422, "map-missing", "/ops/0/map")


# --- maps that are none


BROKEN = {
    "cut off": (EIGHT_AND_TWO[:-30], 422, "undecodable-image"),
    "text": (b"map", 415, "unsupported-image"),
    "empty": (b"", 400, "empty-body"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_map_that_cannot_be_read(server, name):
    """It is the fault of the request, which all results depend on."""
    data, status, code = BROKEN[name]
    problem = check_problem(send(server, [EIGHT_AND_TWO, data], MOVED), status, code)
    assert problem["detail"].startswith("map 2: ")


def test_a_map_that_is_no_file(server):
    answer = server.client.post("/v1/warp?op=displacement:9", files={"image": ("p.png", DOT)}, data={"map": "map.png"})
    assert "-F map=@" in check_problem(answer, 400, "empty-body")["detail"]


def test_maps_of_too_many_pixels(tmp_path):
    with running(tmp_path / "log", max_map_pixels=50) as server:
        assert send(server, [EIGHT_AND_TWO] * 3, MOVED).status_code == 200
        together = check_problem(send(server, [EIGHT_AND_TWO] * 4, MOVED), 422, "image-too-large")["detail"]
        assert together == "the maps have 60 pixels; at most 50 are allowed (GRIDWARP_MAX_MAP_PIXELS)"
        one = check_problem(send(server, [uniform(1, 2, 51, 1)], MOVED), 422, "image-too-large")["detail"]
        assert one == "the map 1 has 51 pixels; at most 50 are allowed (GRIDWARP_MAX_MAP_PIXELS)"


def test_a_plan_reads_no_map(server):
    """Not even a broken one: only how many there are."""
    (entry,) = checked(server, send(server, [b"map"], MOVED, path="/v1/plan"))
    planned = entry["plan"]
    assert planned["output"] == {"width": WIDTH, "height": HEIGHT}
    assert planned["output_from_source"] is None
    assert planned["uncovered"]
    (entry,) = checked(server, send(server, [], MOVED, path="/v1/plan"))
    assert entry["problem"]["code"] == "map-missing"
