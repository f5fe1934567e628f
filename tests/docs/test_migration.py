"""Every line of docs/migration.md, done for real: the library beside a running service.

Three pictures meet in each test: the library's, ours, and the formula in float64 for the map that our answer names in
Warp-Matrix. Both pictures must be as near to the formula as their arithmetic allows, which is much nearer than any
other map would be, and they must be alike as the line's third column says.
"""

import contextlib
import io
import re
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import parse_qs

import numpy as np
import pytest
import scipy.ndimage
from PIL import ExifTags, Image, ImageColor

from tests import oracles
from tests.contract.one_warp import pixels
from tests.docs.migration import (
    PICTURE,
    ROOT,
    SECTIONS,
    code_of,
    lines_of,
    paragraph_of,
    queries_in,
    rows_of,
    turned_lines,
)

GOLDEN = ROOT / "tests" / "golden" / "torch_lines.npz"
LIBRARIES = SECTIONS[:-1]  # a browser is no picture library: see test_migration_css
LINES = [line for section in LIBRARIES for line in lines_of(section)]
BENT = [line for line in LINES if re.search("op=(lens|polar|thin_plate_spline|swirl)", line.query)]
CRISP = [line for line in LINES if "overshoot" in line.differs]
SAME_SIZE = [line for line in LINES if "size" not in line.differs and line not in (*BENT, *CRISP)]
GROWN = [line for section in LIBRARIES for line in turned_lines(section)]
PADDED = [line for line in LINES if "ImageOps.pad" in line.there]

CONTAINED = [line for line in LINES if "ImageOps.contain" in line.there]

WIDTH, HEIGHT = 451, 300
OURS = 0.502  # levels from the formula before rounding, see tests/core/test_exactness
INVERSE_ERROR = 1e-6  # levels: Warp-Matrix is exact, its inverse here is off by some 1e-13 pixels, at 255 a pixel
RIM = 3  # pixels of the source: the radius of the widest filter
TIE = 0.01
"""Pixels: what a line calls a tie. Pillow's 16 fractional bits, added up along a row and a column, make 0.006."""

ERRORS = {
    # OpenCV's weights have 11 bits: 2^-12 of 255 on either axis. It adds two products, each without its last quarter
    # of a level or less, and rounds; the first axis loses another 2^-7.
    "cv2.resize": (-0.5 - 0.5 - 2 * 255 * 2**-12 - 2**-7, 0.5 + 2 * 255 * 2**-12),
    "cv2": (-oracles.opencv_error(WIDTH, HEIGHT), oracles.opencv_error(WIDTH, HEIGHT)),
    # Pillow resizes rows, rounds to whole levels, and resizes columns; its weights have 22 bits.
    "img.resize": (-1 - 1e-3, 1 + 1e-3),
    "ImageOps": (-1 - 1e-3, 1 + 1e-3),
    "img": (-1, 0),  # Pillow's transform and rotate drop the fraction
    "F": (-(2**-16), 2**-16),  # recorded as float32
    "TF": (-(2**-16), 2**-16),
    "transform": (0, 0),  # scikit-image is the formula
}
"""Levels that a library's samples may lie below and above the formula, by the beginning of a line."""


@pytest.fixture(scope="module")
def cat():
    return np.asarray(Image.open(PICTURE))


@dataclass
class Shown:
    """A picture, or some of its samples.

    Attributes:
        size: width and height of the whole.
        samples: every step-th row and column, (rows, columns, 3).
        step: of rows and of columns.
    """

    size: tuple[int, int]
    samples: np.ndarray
    step: tuple[int, int] = (1, 1)

    def pick(self, whole):
        return whole[:: self.step[0], :: self.step[1]]


def in_library(line):
    """Run the library's side; PyTorch's is recorded."""
    if line.section == "PyTorch":
        return recorded()[0][line.there]
    result = np.asarray(eval(line.there, names_of(line.section)))  # noqa: S307 (the page's own code)
    levels = result if result.dtype == np.uint8 else result * 255
    return shown(levels[..., ::-1] if line.section == "OpenCV" else levels)


def shown(samples):
    return Shown((samples.shape[1], samples.shape[0]), samples)


@cache
def names_of(section):
    """Run the Python that a section begins with."""
    names = {}
    with contextlib.chdir(ROOT):
        exec(code_of(section), names)  # noqa: S102 (the page's own code)
    return names


@cache
def recorded():
    """Read what tests/golden/record_torch.py made of PyTorch's lines, and what `numbers` made of its theta."""
    with np.load(GOLDEN) as golden:
        code = code_of("") + code_of("PyTorch")
        assert str(golden["code"]) == code, "the page's code has changed: record it anew"
        step = tuple(golden["step"])
        results = {
            str(there): Shown(tuple(size), golden[f"samples_{index}"], step)
            for index, (there, size) in enumerate(zip(golden["there"], golden["sizes"], strict=True))
        }
        return results, str(golden["theta"])


def in_gridwarp(server, query):
    """Give our picture and the map that the answer names: source -> output, 3x3."""
    answer = server.warp(PICTURE.read_bytes(), query)
    assert answer.status_code == 200, answer.text
    matrix = np.array([float(number) for number in answer.headers["Warp-Matrix"].split(",")]).reshape(3, 3)
    return shown(pixels(answer.content)), matrix


def check(line, cat, there, here, matrix, moved=(0, 0)):
    """Hold both pictures to the formula and to what the third column says; the library's is moved by some pixels."""
    moved_matrix = np.array([[1, 0, moved[0]], [0, 1, moved[1]], [0, 0, 1]]) @ matrix
    exact_there, decided_there = formula(line, cat, moved_matrix, there.size)
    exact_here, decided_here = formula(line, cat, matrix, here.size)
    is_nearest = "filter=nearest" in line.query
    check_error(there, exact_there, decided_there, *((0, 0) if is_nearest else errors_of(line)))
    check_error(here, exact_here, decided_here, *((0, 0) if is_nearest else (-OURS, OURS)))
    if there.size == here.size and moved == (0, 0):
        levels = 1 if "rounding" in line.differs else 0
        difference = there.samples - there.pick(here.samples).astype(float)
        assert np.abs(difference[there.pick(decided_here)]).max() <= levels


def check_error(picture, exact, decided, below, above):
    error = (picture.samples - picture.pick(exact))[picture.pick(decided)]
    assert below - INVERSE_ERROR <= error.min()
    assert error.max() <= above + INVERSE_ERROR


def errors_of(line):
    return next(errors for start, errors in ERRORS.items() if re.match(rf"{start}\b", line.there))


def formula(line, cat, canvas_from_source, size):
    """Give the exact samples, and which pixels the line does not except as ties or as the edge."""
    options = {name: values[0] for name, values in parse_qs(line.query).items()}
    fill, border = ImageColor.getrgb(options.get("fill", "black")), options.get("border", "clip")
    source_from_canvas = np.linalg.inv(canvas_from_source)
    x, y, denominator = oracles.source_points(source_from_canvas, *size)
    assert denominator.min() > 0
    decided = ~seam(source_from_canvas, size) if "edge" in line.differs else np.full(x.shape, True)
    if options.get("filter") == "nearest":
        if "ties" in line.differs:
            decided &= (np.abs(x - np.rint(x)) >= TIE) & (np.abs(y - np.rint(y)) >= TIE)
        border = "constant" if border == "clip" else border
        return oracles.tap(cat, np.floor(x).astype(int), np.floor(y).astype(int), border, fill), decided
    if border == "clip":
        exact = oracles.bilinear(cat, source_from_canvas, *size, "edge")
        return np.where(is_inside(x, y)[..., np.newaxis], exact, fill), decided
    return oracles.bilinear(cat, source_from_canvas, *size, border, fill), decided


def is_inside(x, y):
    return (x >= 0) & (x <= WIDTH) & (y >= 0) & (y <= HEIGHT)


def seam(source_from_canvas, size):
    """Tell the pixels that have the picture's outline between themselves and one of their eight neighbours.

    A step to a neighbour leads 0.7 pixels or more across any line; what a smoothed outline reaches, half a pixel of
    the output or of a source that is enlarged by less than 1.4, is less.
    """
    from_one_more_on_each_side = source_from_canvas @ [[1, 0, -1], [0, 1, -1], [0, 0, 1]]
    x, y, _ = oracles.source_points(from_one_more_on_each_side, size[0] + 2, size[1] + 2)
    inside = is_inside(x, y)
    mixed = scipy.ndimage.maximum_filter(inside, 3) != scipy.ndimage.minimum_filter(inside, 3)
    return mixed[1:-1, 1:-1]


@pytest.mark.parametrize("line", SAME_SIZE, ids=lambda line: line.there)
def test_a_line_shows_what_the_library_shows(line, server, cat):
    there, (here, matrix) = in_library(line), in_gridwarp(server, line.query)
    assert there.size == here.size
    if line.differs == ("–",):
        np.testing.assert_array_equal(there.samples, there.pick(here.samples))
    else:
        check(line, cat, there, here, matrix)


@pytest.mark.parametrize("line", BENT, ids=lambda line: line.there)
def test_a_line_that_bends_shows_what_the_library_shows(line, server):
    """Both are that near to the exact sample, so that they cannot be farther from each other."""
    answer = server.warp(PICTURE.read_bytes(), line.query)
    assert answer.status_code == 200, answer.text
    assert "Warp-Matrix" not in answer.headers
    there, here = in_library(line), shown(pixels(answer.content))
    assert there.size == here.size
    assert line.differs == ("rounding",)
    below, above = errors_of(line)
    difference = np.abs(there.samples - here.samples[..., :3].astype(float))
    assert difference.max() <= OURS + max(-below, above) + INVERSE_ERROR


@pytest.mark.parametrize("line", CRISP, ids=lambda line: line.there)
def test_a_crisp_line_shows_what_pillow_shows(line, server, cat):
    """Pillow rounds rows, which columns then read with weights of 1.54 in all at most: 1.28 levels, and ours 0.502."""
    there, (here, _) = in_library(line), in_gridwarp(server, line.query)
    assert there.size == here.size
    rows, columns = (np.arange(count) for count in there.samples.shape[:2])
    row_in_source, column_in_source = (rows + 0.5) * HEIGHT / len(rows), (columns + 0.5) * WIDTH / len(columns)
    inside = [(at >= RIM) & (at <= side - RIM) for at, side in ((row_in_source, HEIGHT), (column_in_source, WIDTH))]
    cut = overshoots_in_rows(line, cat)[np.floor(row_in_source).astype(int)]
    decided = (inside[0][:, np.newaxis] & inside[1])[..., np.newaxis] & ~cut
    assert decided.mean() > 0.9
    assert np.abs(there.samples - here.samples.astype(float))[decided].max() <= 1


def overshoots_in_rows(line, cat):
    """Tell where Pillow's rows, unrounded, leave 0 to 255 within reach of a column's filter: (300, 902, 3)."""
    (method,) = re.findall(r"Resampling\.\w+", line.there)
    resample = eval(method, names_of("Pillow"))  # noqa: S307 (the page's own code)
    bands = [Image.fromarray(band.astype(np.float32)) for band in np.moveaxis(cat, -1, 0)]
    rows = np.stack([np.asarray(band.resize((902, HEIGHT), resample)) for band in bands], axis=-1)
    beyond = (rows < 0) | (rows > 255)
    return scipy.ndimage.maximum_filter(beyond, (2 * RIM + 3, 1, 1))


@pytest.mark.parametrize("line", GROWN, ids=lambda line: line.there)
def test_a_canvas_that_grows_has_the_size_and_the_place_that_are_told(line, server, cat):
    there, (here, matrix) = in_library(line), in_gridwarp(server, line.query)
    longer = np.subtract(there.size, here.size)
    if line.section == "scikit-image":  # from the centres of the outermost pixels, the first of which stays in place
        turn = np.abs(matrix[:2, :2])
        moved = (turn @ [WIDTH - 1, HEIGHT - 1] + 1 - here.size) / 2
        assert set(longer) <= {0, -1}
        assert np.all((moved <= 0) & (moved > -0.71))
    else:
        moved = longer / 2
        assert set(longer) <= {0, 1}
        assert not np.any(np.subtract(there.size, (WIDTH, HEIGHT)) % 2)
    check(line, cat, there, here, matrix, tuple(moved))


@pytest.mark.parametrize("line", PADDED, ids=lambda line: line.there)
def test_padding_to_a_size_that_fits_is_the_same(line, server, cat):
    check(line, cat, in_library(line), *in_gridwarp(server, line.query))


@pytest.mark.parametrize("size", [(600, 600), (500, 700), (1000, 444), (453, 302)])
@pytest.mark.parametrize("line", PADDED, ids=lambda line: line.there)
def test_padding_rounds_to_whole_pixels_there(line, size, server):
    black = Image.new("RGB", (WIDTH, HEIGHT))
    there = line.there.replace("902, 700", f"{size[0]}, {size[1]}")
    padded = eval(there, names_of("Pillow") | {"img": black})  # noqa: S307 (the page's own code)
    assert padded.size == size
    dark = np.argwhere(np.asarray(padded)[..., 0] == 0)
    _, matrix = in_gridwarp(server, line.query.replace("902x700", f"{size[0]}x{size[1]}"))
    corners = matrix[:2] @ [[0, WIDTH], [0, HEIGHT], [1, 1]]
    np.testing.assert_array_less(np.abs(corners[::-1, 0] - dark.min(axis=0)), 0.75 + 1e-9)
    np.testing.assert_array_less(np.abs(corners[::-1, 1] - dark.max(axis=0) - 1), 0.75 + 1e-9)


@pytest.mark.parametrize("size", [(902, 700), (500, 700), (1000, 444), (2000, 700), (453, 302)])
@pytest.mark.parametrize("line", CONTAINED, ids=lambda line: line.there)
def test_the_smaller_factor_is_that_of_a_picture_in_a_box(line, size, server, cat):
    factor = min(size[0] / WIDTH, size[1] / HEIGHT)
    there = line.there.replace("902, 700", f"{size[0]}, {size[1]}")
    boxed = replace(line, there=there, query=line.query.replace("scale:2", f"scale:{factor:.17g}"))
    assert (boxed == line) == (size == (902, 700)), "the page's own line is the first of these"
    contained, (here, matrix) = in_library(boxed), in_gridwarp(server, boxed.query)
    assert contained.size == here.size
    check(boxed, cat, contained, here, matrix)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_upright_first(orientation, server, cat):
    (line,) = [line for line in LINES if "exif_transpose" in line.there]
    exif, file = Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = orientation
    Image.fromarray(cat).save(file, "JPEG", exif=exif)
    upright = eval(line.there, names_of("Pillow") | {"img": Image.open(file)})  # noqa: S307 (the page's own code)
    answer = server.warp(file.getvalue(), line.query)
    np.testing.assert_array_equal(pixels(answer.content), np.asarray(upright))


def test_opencv_rounds_the_width_and_keeps_the_factor(server):
    image = names_of("OpenCV")["img"]
    wide = names_of("OpenCV")["cv2"].resize(image, None, fx=1.5, fy=1)
    kept = oracles.bilinear(image, np.diag([1 / 1.5, 1, 1]), 676, HEIGHT, "edge")
    below, above = ERRORS["cv2.resize"]
    assert wide.shape == kept.shape
    assert below <= (wide - kept).min()
    assert (wide - kept).max() <= above
    here, _ = in_gridwarp(server, "op=scale:1.5,1&canvas=expand")
    assert here.size == (677, HEIGHT)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_row_is_a_line_and_says_what_differs(section):
    words = {"–", "rounding", "ties", "edge", "rim", "overshoot", "size"}
    assert len(lines_of(section)) > 15
    for line in lines_of(section):
        assert words.issuperset(line.differs)
        assert bool(line.differs) == (section != "CSS")


def test_every_line_with_a_size_of_its_own_is_tested():
    tested = {line.there for line in (*GROWN, *PADDED)}
    assert len(tested) == len(GROWN) + len(PADDED)
    assert {line.there for line in LINES if "size" in line.differs} <= tested


@pytest.mark.parametrize("section", SECTIONS)
def test_what_is_similar_can_be_sent_and_what_is_missing_cannot(section, server):
    missing = paragraph_of(section, "Not available: ")
    assert missing
    assert not queries_in(missing), "this reads as if it could be sent"
    similar = queries_in(paragraph_of(section, "Similar, not the same: "))
    assert bool(similar) == (section != "CSS")
    for query in similar:
        assert server.warp(PICTURE.read_bytes(), query).status_code == 200, query


@pytest.mark.parametrize("row", rows_of(""), ids=lambda row: row[0])
def test_the_summary_is_that_of_the_lines(row):
    (section,) = re.findall(r"\[(.*)\]", row[0])
    queries = " ".join(line.query for line in lines_of(section))
    conventions = set(re.findall(r"`(\w+)`", row[1]))
    named = set(re.findall(r"convention=(\w+)", queries)) | ({"normalized"} if section == "PyTorch" else set())
    assert conventions <= named
    assert set(re.findall(r"rotate:-?30\b", row[4])) == set(re.findall(r"rotate:-?30\b", queries))
