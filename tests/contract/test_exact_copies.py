"""Flips, turns by quarters and whole shifts move samples and change none: in every mode, by every convention."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from tests.contract import one_warp
from tests.contract.sources import HEIGHT as H
from tests.contract.sources import SOURCES
from tests.contract.sources import WIDTH as W

EXPECTED = {
    "identity": lambda samples: samples,
    "flip horizontally": lambda samples: np.flip(samples, axis=1),
    "flip vertically": lambda samples: np.flip(samples, axis=0),
    "half turn": lambda samples: np.rot90(samples, 2),
    "quarter turn": lambda samples: np.rot90(samples, -1),
    "quarter turn back": np.rot90,
    "shift": lambda samples: np.roll(samples, (2, 3), axis=(0, 1)),
}

# In the pixel conventions, where the corner (0, 0) goes is in the last column; the canvas is the whole picture's.
SOURCE_TO_OUTPUT = {
    "identity": [[1, 0, 0], [0, 1, 0]],
    "flip horizontally": [[-1, 0, W], [0, 1, 0]],
    "flip vertically": [[1, 0, 0], [0, -1, H]],
    "half turn": [[-1, 0, W], [0, -1, H]],
    "quarter turn": [[0, -1, H], [1, 0, 0]],
    "quarter turn back": [[0, 1, 0], [-1, 0, W]],
    "shift": [[1, 0, 3], [0, 1, 2]],
}
OUTPUT_TO_SOURCE = {
    "identity": [[1, 0, 0], [0, 1, 0]],
    "flip horizontally": [[-1, 0, W], [0, 1, 0]],
    "flip vertically": [[1, 0, 0], [0, -1, H]],
    "half turn": [[-1, 0, W], [0, -1, H]],
    "quarter turn": [[0, 1, 0], [-1, 0, H]],
    "quarter turn back": [[0, -1, W], [1, 0, 0]],
    "shift": [[1, 0, -3], [0, 1, -2]],
}
NORMALIZED = {
    "identity": [[1, 0, 0], [0, 1, 0]],
    "flip horizontally": [[-1, 0, 0], [0, 1, 0]],
    "flip vertically": [[1, 0, 0], [0, -1, 0]],
    "half turn": [[-1, 0, 0], [0, -1, 0]],
    "quarter turn": [[0, 1, 0], [-1, 0, 0]],
    "quarter turn back": [[0, -1, 0], [1, 0, 0]],
    "shift": [[1, 0, -3 * 2 / W], [0, 1, -2 * 2 / H]],
}
OPS = {
    "identity": [],
    "flip horizontally": [{"op": "flip", "axis": "horizontal"}],
    "flip vertically": [{"op": "flip", "axis": "vertical"}],
    "half turn": [{"op": "rotate", "angle": 180}],
    "quarter turn": [{"op": "rotate", "angle": 90}],
    "quarter turn back": [{"op": "rotate", "angle": -90}],
    "shift": [{"op": "translate", "x": 3, "y": 2}],
}


def from_centres(matrix):
    """The same map where pixel centres, not corners, have whole coordinates; flips then end at W - 1, not at W."""
    move, back = np.eye(3), np.eye(3)
    move[:2, 2], back[:2, 2] = 0.5, -0.5
    return (back @ np.vstack([matrix, [0, 0, 1]]) @ move)[:2].tolist()


def column_by_column(matrix):
    """CSS matrix(a, b, c, d, e, f)."""
    return np.transpose(matrix).ravel().tolist()


def with_last_row(matrix, factor):
    """The 3x3 matrix, all of it times a factor: the same map."""
    return (np.array([*matrix, [0, 0, 1]]) * factor).tolist()


SPECS = {
    "normalized": lambda name: {"matrix": NORMALIZED[name]},
    "pixel": lambda name: {"matrix": OUTPUT_TO_SOURCE[name], "convention": "pixel"},
    "opencv": lambda name: {"matrix": from_centres(SOURCE_TO_OUTPUT[name]), "convention": "opencv"},
    "skimage": lambda name: {"matrix": from_centres(OUTPUT_TO_SOURCE[name]), "convention": "skimage"},
    "css": lambda name: {"matrix": SOURCE_TO_OUTPUT[name], "convention": "css"},
    "css, six numbers": lambda name: {"matrix": column_by_column(SOURCE_TO_OUTPUT[name]), "convention": "css"},
    "3x3": lambda name: {"matrix": with_last_row(SOURCE_TO_OUTPUT[name], 1), "convention": "css"},
    "3x3, scaled": lambda name: {"matrix": with_last_row(SOURCE_TO_OUTPUT[name], -4), "convention": "css"},
    "ops": lambda name: {"ops": OPS[name]},
    "an op": lambda name: {"ops": [{"op": "matrix", "matrix": OUTPUT_TO_SOURCE[name], "convention": "pixel"}]},
}


def spec_of(convention, name):
    spec = SPECS[convention](name)
    if name == "shift":
        return spec | {"border": "wrap"}
    if name.startswith("quarter"):  # normalized numbers know no pixels: the turned canvas is asked for by its size
        return spec | {"canvas": {"width": H, "height": W} if convention == "normalized" else "expand"}
    return spec


@pytest.mark.parametrize("mode", SOURCES)
@pytest.mark.parametrize("convention", SPECS)
@pytest.mark.parametrize("name", EXPECTED)
def test_samples_are_moved_and_unchanged(server, mode, convention, name):
    file, samples = SOURCES[mode]
    answer = server.client.post("/v1/warp", params={"spec": json.dumps(spec_of(convention, name))}, content=file)
    assert answer.status_code == 200, answer.text
    seen = one_warp.pixels(answer.content)
    assert seen.dtype == samples.dtype
    np.testing.assert_array_equal(seen, EXPECTED[name](samples))


MODES = {"gray": "L", "gray, alpha": "LA", "RGB": "RGB", "palette": "RGB", "palette, transparent": "RGBA", "1 bit": "L"}
MODES |= {"gray, key": "LA", "RGB, key": "RGBA", "gray of 16 bits": "I;16", "CMYK JPEG": "RGB"}


@pytest.mark.parametrize(("mode", "output_mode"), MODES.items())
def test_kind_of_the_output(server, mode, output_mode):
    answer = server.warp(SOURCES[mode][0], "op=flip:both")
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.mode == output_mode


def test_gray_of_16_bits_stays_so_where_it_is_interpolated(server):
    """Half a pixel to the right: each sample is the mean of two, to half a level of 65535."""
    file, samples = SOURCES["gray of 16 bits"]
    seen = one_warp.pixels(server.warp(file, "op=translate:0.5&border=edge").content)
    assert seen.dtype == np.uint16
    exact = (samples[:, 1:].astype(float) + samples[:, :-1]) / 2
    np.testing.assert_array_less(np.abs(seen[:, 1:] - exact), 0.51)


def test_colour_under_alpha_0_is_kept_by_copies_and_gone_elsewhere(server):
    file, samples = SOURCES["RGBA"]
    hidden = samples[..., 3] == 0
    assert samples[hidden][:, :3].any()
    copied = one_warp.pixels(server.warp(file, "op=identity").content)
    np.testing.assert_array_equal(copied[hidden], samples[hidden])
    interpolated = one_warp.pixels(server.warp(file, "op=rotate:10").content)
    assert not interpolated[interpolated[..., 3] == 0].any()


def test_a_full_turn_in_many_steps_is_the_identity(server, picture, picture_png):
    query = "&".join(["op=rotate:40"] * 9)
    np.testing.assert_array_equal(one_warp.pixels(server.warp(picture_png, query).content), picture)
