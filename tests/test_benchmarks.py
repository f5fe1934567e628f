"""The benchmarks' own arithmetic, and that they run: what they find is in docs/performance.md."""

import itertools
import json
import math
import re
import select
import shutil
import subprocess
import sys
import time
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from benchmarks import charts, core, grids, losses, pairs, photos, record, report, scaling, servers, tables, truth
from benchmarks.contenders import ours
from benchmarks.contenders.contender import Job
from benchmarks.contenders.opencv import OPENCV
from benchmarks.contenders.ours import OURS, prepare
from benchmarks.contenders.pillow import PILLOW
from benchmarks.contenders.tutorial import TUTORIAL
from benchmarks.end_to_end import FULL, seconds_of_a_run
from benchmarks.goals import GOALS, Goal, standing
from core import Size, homography, reference
from service.png import REFERENCE
from tests import oracles, pictures

ONCE = pairs.Effort(budget=0, least=1, most=1)


@pytest.fixture(autouse=True)
def nothing_to_compile(monkeypatch):
    """The loops in NumPy give the same pixels, and need not be compiled first."""
    for module in (ours, grids, scaling):
        monkeypatch.setattr(module, "RENDER", reference.render)
    monkeypatch.setattr(scaling, "LOOPS", REFERENCE)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        ("OpenCV", "OpenCV"),
        (12, "12"),
        (0.0, "0.00"),
        (0.05678, "0.0568"),
        (9.876, "9.88"),
        (1234.5, "1234"),
    ],
)
def test_a_cell_has_the_three_digits_that_count(value, written):
    assert tables.cell(value) == written


def test_a_table_has_a_column_for_each_figure():
    rows = [{"peer": "OpenCV", "MP/s": 1.5}, {"peer": "Pillow", "MP/s": None, "note": "slow"}]
    lines = tables.markdown(rows).splitlines()
    assert lines == [
        "| peer | MP/s | note |",
        "| --- | --: | --- |",
        "| OpenCV | 1.50 |  |",
        "| Pillow |  | slow |",
    ]


def test_peers_stand_side_by_side():
    rows = [
        {"filter": "nearest", "peer": "A", "its x": 1.0, "our x": 5.0, "ahead": 5.0},
        {"filter": "nearest", "peer": "B", "its x": 2.0, "our x": 5.0, "ahead": 2.5},
        {"filter": "bilinear", "peer": "B", "its x": 3.0, "our x": 6.0, "ahead": 2.0},
    ]
    assert tables.beside(rows, ["filter"], "x") == [
        {"filter": "nearest", "ours": 5.0, "A": 1.0, "B": 2.0},
        {"filter": "bilinear", "ours": 6.0, "B": 3.0},
    ]
    assert tables.across(rows, ["filter"], "ahead") == [
        {"filter": "nearest", "A": 5.0, "B": 2.5},
        {"filter": "bilinear", "B": 2.0},
    ]


def test_a_ratio_is_the_median_of_the_rounds():
    assert pairs.times_as_fast([1.0, 2.0, 1.0], [3.0, 4.0, 30.0]) == 3.0  # of 3, 2 and 30; not 4 / 1


def test_contenders_run_in_turn():
    calls = []
    runs = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    taken = pairs.in_turn(runs, pairs.Effort(budget=60, least=1, most=3))
    assert calls == ["a", "b"] * 3
    assert [len(seconds) for seconds in taken.values()] == [3, 3]


def test_what_takes_longer_than_its_budget_is_not_repeated(monkeypatch):
    clock = itertools.count(step=10)  # every look at it is ten seconds later
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    assert pairs.in_turn({"a": lambda: None}, pairs.Effort(budget=5)) == {"a": [10]}


@pytest.mark.parametrize("megapixels", [0.1, 2])
def test_photos_have_their_size(megapixels):
    size = photos.size_of(megapixels)
    assert math.isclose(size.pixels, megapixels * 1e6, rel_tol=0.01)
    assert math.isclose(size.width / size.height, photos.ASPECT, rel_tol=0.01)
    assert photos.photo(megapixels).shape == (size.height, size.width, 3)


def test_no_cell_of_a_photo_is_like_another():
    pixels = photos.photo(2)
    cells = [cell for band in np.array_split(pixels, 3) for cell in np.array_split(band, 3, axis=1)]
    assert len({cell.tobytes() for cell in cells}) == 9


@pytest.mark.parametrize(("kind", "shape"), [*zip(photos.KINDS, (1, 3, 4, 3), strict=True)])
def test_photos_are_of_every_kind(kind, shape):
    pixels = photos.photo(0.1, kind)
    assert pixels.shape[2] == shape
    assert pixels.dtype == (np.uint16 if "16" in kind else np.uint8)


UNLIKE = {("SciPy", "bicubic")} | {("tutorial's NumPy", name) for name in OURS.filters}
"""A B-spline, and what drifts: no plain formula of ours."""


HALF_A_STEP = {("OpenCV", "lanczos3"): 1 / 64, ("libvips", "bicubic"): 1 / 128, ("libvips", "bilinear"): 1 / 2048}
"""Pixels: of the tables from which they take their weights. OpenCV's bilinear and bicubic have none any more."""

STEEPEST = 2 * 255 * 1.5
"""Levels a pixel, for both coordinates together; the wide filters rise by half as much again as a straight line."""


def turned(channels, filter, **more):
    pixels = pictures.random(90, 70, channels, **more)
    if channels == 4:
        pixels[..., 3] = pictures.full(pixels.dtype)
    size = Size(90, 70)
    return Job(pixels, homography.about(*size.centre, homography.rotate(0.5)), size, filter)


@pytest.mark.parametrize("filter", OURS.filters)
@pytest.mark.parametrize("racer", [OURS, *core.peers()], ids=lambda racer: racer.name)
def test_all_do_the_same_work(racer, filter):
    job = turned(3, filter)
    if not racer.can(job) or racer.filters[filter].kernel is None:
        assert filter == "lanczos3" or (racer.name, filter) in UNLIKE
        return
    found = truth.error(racer.pixels_of(racer.prepare(job)()), job, racer.filters[filter].kernel)
    if filter == "nearest":
        assert found.differing < 0.01  # a point on the line between two pixels may read either
    else:
        rounding = 1 if racer is PILLOW else 0.5
        coordinates = oracles.opencv_error(90) - 0.5 + STEEPEST * HALF_A_STEP.get((racer.name, filter), 0)
        assert found.largest <= rounding + coordinates


def test_an_error_is_seen():
    """A picture that is off by a level, and one that is turned the other way."""
    job = turned(1, "bilinear")
    warped = OURS.prepare(job)()
    kernel = OURS.filters["bilinear"].kernel
    off = np.where(warped < 255, warped + 1, warped - 1).astype(np.uint8)
    assert truth.error(warped, job, kernel).largest <= 0.502
    assert truth.error(off, job, kernel).differing > 0.99
    backwards = job._replace(src_from_dst=np.linalg.inv(job.src_from_dst))
    assert truth.error(OURS.prepare(backwards)(), job, kernel).largest > 50


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_two_threads_make_the_picture_of_one(channels):
    job = turned(channels, "bilinear")
    one, two = prepare(job)(), prepare(job._replace(threads=2))()
    # The map of the second band is multiplied by a shift: its coordinates may differ in the last bit.
    assert np.abs(one.astype(int) - two).max() <= 1
    assert np.mean(one != two) < 0.001


def test_the_tutorial_drifts():
    """So its pixels are no measure; near the top left it is right to a fraction of a pixel."""
    pixels = pictures.ramp(40, 30)
    warped = TUTORIAL.pixels_of(TUTORIAL.prepare(Job(pixels, np.eye(3), Size(40, 30)))())
    assert warped[:, :, 0][0, 0] == pixels[0, 0, 0]
    assert (warped[1:-1, 1:-1] != pixels[1:-1, 1:-1]).any()


def test_a_race_names_its_figures():
    job = turned(3, "bilinear")
    (row, other) = core.race(core.AFFINE, job, "RGB", (OPENCV, PILLOW), ONCE)
    assert (row["peer"], other["peer"]) == ("OpenCV", "Pillow")
    assert row["ahead"] > 0
    assert row["our largest error"] <= 0.502


@pytest.mark.parametrize("module", [grids, scaling])
def test_scripts_run_at_tiny_size(module, monkeypatch):
    monkeypatch.setattr(pairs, "QUICK", ONCE)
    monkeypatch.setattr(grids, "MEGAPIXELS", 0.01)
    monkeypatch.setattr(scaling, "QUICK_SIZES", (0.01, 0.02))
    rows = module.measure(True)
    assert rows
    assert all(row["table"] for row in rows)
    assert tables.markdown(rows).count("\n") == len(rows) + 1


def test_a_slow_server_is_loaded_longer_and_a_hopeless_one_not_at_all():
    alone = {"swift": 0.001, "slow": 0.5, "hopeless": 9.0}
    seconds = seconds_of_a_run(alone, 1, FULL)
    assert seconds == {"swift": FULL.seconds, "slow": FULL.most_seconds}


def test_work_that_is_left_over_is_waited_for():
    work = "import time\nwhile time.process_time() < 1: pass\nprint(flush=True)\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", work], stdout=subprocess.PIPE) as process:
        try:
            servers.wait_until_idle([servers.Server(servers.Service("busy", ()), process, 0)])
            assert select.select([process.stdout], [], [], 0)[0]
        finally:
            process.kill()


def test_goals_stand_or_fall():
    more, less = Goal("speed", 2, 1, lambda _: 0.0), Goal("bytes", 6, 9, lambda _: 0.0, less_is_better=True)
    assert [more.state(value) for value in (2.0, 1.5, 0.9, None)] == [
        "reached",
        "above the floor",
        "**below the floor**",
        "not measured",
    ]
    assert [less.state(value) for value in (6.0, 7.0, 9.1)] == ["reached", "above the floor", "**below the floor**"]


def test_no_goal_needs_what_is_not_measured():
    assert {row[""] for row in standing({})} == {"not measured"}
    assert len(GOALS) > 20


def test_losses_are_found():
    rows = [
        {"table": "t", "MP": 1, "threads": 1, "peer": "A", "ahead": 0.9},
        {"table": "t", "MP": 4, "threads": 1, "peer": "A", "ahead": 1.0},
        {"table": "t", "MP": 4, "threads": 1, "peer": "B", "ahead": None},
    ]
    (lost,) = losses.losses({"core": rows})
    assert (lost["what"], lost["peer"], lost["ours beside it"]) == ("1 MP, threads: 1", "A", 0.9)


def test_swift_but_large_is_a_loss_too():
    row = {"table": "t", "picture": "coffee", "peer": "A", "ahead": 4.0, "its bytes": 1.0, "our bytes": 1.25}
    (lost,) = losses.losses({"png": [row]})
    assert (lost["figure"], lost["ours beside it"]) == ("bytes", 0.8)


def test_charts_are_pictures_with_their_numbers():
    bars = charts.bars("Speed & size", "MP/s", {"RGB": {"ours": 3.0, "theirs": 1.5}}, "ours")
    lines = charts.lines("Speed", "MP/s", "MP", {"ours": [(1, 10.0), (4, 20.0)], "theirs": [(1, 5.0)]}, "ours")
    for drawn in (bars, lines):
        ET.fromstring(drawn)  # noqa: S314 -- our own
    wide, narrow = (float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)" height="15.0"', bars))
    assert wide == pytest.approx(2 * narrow, abs=0.1)
    assert ">3.00<" in bars
    assert ">20<" in lines


def test_the_page_says_what_the_files_say(tmp_path):
    row = {"table": core.SPEED_UP, "MP": 4, "speed-up": 1.8765}
    record.save("core", [row], quick=True, folder=tmp_path)
    assert json.loads((tmp_path / "core.json").read_text())["rows"] == [row]
    page = tmp_path / "page.md"
    report.write(tmp_path, page)
    assert "| 4 | 1.88 |" in page.read_text()
    assert "Of a quick run" in page.read_text()


def test_the_page_says_what_was_found_on_other_processors(tmp_path):
    found = {"table": core.SPEED_UP, "MP": 4, "speed-up": 1.2345}
    record.save("core", [found | {"speed-up": 1.5}], quick=False, folder=tmp_path)
    record.save("core", [found], quick=False, folder=tmp_path / "another")
    processor = record.load("core", tmp_path)["machine"]["processor"]
    (told,) = [row for row in report.elsewhere(tmp_path) if row["measure"].startswith("two threads")]
    assert told[processor] == found["speed-up"]
    report.write(tmp_path, tmp_path / "page.md")
    assert "| two threads vs one, 4 MP and up, the worst | 1.23 |\n" in (tmp_path / "page.md").read_text()


def test_the_page_is_that_of_the_files(tmp_path):
    shutil.copytree(record.FOLDER, tmp_path, ignore=shutil.ignore_patterns("*.svg"), dirs_exist_ok=True)
    report.write(tmp_path, tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text() == report.PAGE.read_text()
    for drawing in tmp_path.glob("*.svg"):
        assert drawing.read_text() == (record.FOLDER / drawing.name).read_text(), drawing.name
