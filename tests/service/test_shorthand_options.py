"""The options in the query are the JSON that they stand for, and every fault in them has a place."""

import pytest

from service.spec import FORMATS, OpsSpec, Options, shorthand
from tests.service.short_specs import faults_of, read

OPTIONS = [
    ({}, {}),
    ({"canvas": "same"}, {}),
    ({"canvas": "expand"}, {"canvas": "expand"}),
    ({"canvas": "640x480"}, {"canvas": {"width": 640, "height": 480}}),
    ({"canvas": "1x2", "fit": "cover"}, {"canvas": {"width": 1, "height": 2, "fit": "cover"}}),
    ({"fit": "contain", "canvas": "1x2"}, {"canvas": {"width": 1, "height": 2, "fit": "contain"}}),
    ({"filter": "nearest"}, {"filter": "nearest"}),
    ({"filter": "lanczos3"}, {"filter": "lanczos3"}),
    ({"antialias": "false"}, {"antialias": False}),
    ({"antialias": "true"}, {}),
    ({"canvas": "inscribed"}, {"canvas": "inscribed"}),
    ({"light": "linear"}, {"light": "linear"}),
    ({"region": "10,20,300,200"}, {"region": {"x": 10, "y": 20, "width": 300, "height": 200}}),
    ({"region": "1,2,3,4,px"}, {"region": {"x": 1, "y": 2, "width": 3, "height": 4}}),
    (
        {"region": ".1,0.2,0.3,1,fraction"},
        {"region": {"x": 0.1, "y": 0.2, "width": 0.3, "height": 1, "unit": "fraction"}},
    ),
    ({"format": "png"}, {}),
    ({"format": "jpeg", "quality": "70"}, {"output": {"format": "jpeg", "quality": 70}}),
    ({"lossless": "true", "format": "webp"}, {"output": {"format": "webp", "lossless": True}}),
    (
        {"quality": "0", "lossless": "false", "format": "webp"},
        {"output": {"format": "webp", "quality": 0, "lossless": False}},
    ),
    ({"border": "mirror"}, {"border": "mirror"}),
    ({"fill": "rgb(1, 2, 3)"}, {"fill": "rgb(1, 2, 3)"}),
    ({"fill": "#fff", "border": "edge", "filter": "nearest"}, {"fill": "white", "border": "edge", "filter": "nearest"}),
]


@pytest.mark.parametrize(("options", "json_form"), OPTIONS)
def test_an_option_is_the_json_that_it_stands_for(options, json_form):
    assert read("rotate:1", **options) == OpsSpec.model_validate(
        {"ops": [{"op": "rotate", "angle": 1}], **json_form}, strict=False
    )


def test_every_option_of_a_spec_can_be_written():
    of_the_output = {field for model in FORMATS.values() for field in model.model_fields}
    assert set(shorthand.OPTIONS) == {*Options.model_fields, "fit", *of_the_output} - {"output"}
    assert {name for options, _ in OPTIONS for name in options} == set(shorthand.OPTIONS)


def test_a_fit_that_is_not_given_is_not_set():
    """Else a normalized matrix could not choose its own."""
    assert "fit" not in read("identity", canvas="2x3").canvas.model_fields_set
    assert "fit" in read("identity", canvas="2x3", fit="none").canvas.model_fields_set


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"canvas": "all"}, "/canvas"),
        ({"canvas": "640"}, "/canvas"),
        ({"canvas": "640X480"}, "/canvas"),
        ({"canvas": "-1x5"}, "/canvas"),
        ({"canvas": "1x2x3"}, "/canvas"),
        ({"canvas": "1.5x2"}, "/canvas"),
        ({"canvas": "\u0661x2"}, "/canvas"),
        ({"canvas": "1x2\n"}, "/canvas"),
        ({"canvas": "9" * 5_000 + "x1"}, "/canvas"),
        ({"canvas": "0x5"}, "/canvas/width"),
        ({"canvas": "5x0"}, "/canvas/height"),
        ({"canvas": "5x999999999"}, "/canvas/height"),
        ({"canvas": "5x5", "fit": "fill"}, "/canvas/fit"),
        ({"fit": "cover"}, "/canvas"),
        ({"fit": "cover", "canvas": "expand"}, "/canvas"),
        ({"filter": "box"}, "/filter"),
        ({"filter": "1"}, "/filter"),
        ({"antialias": "yes"}, "/antialias"),
        ({"antialias": "0"}, "/antialias"),
        ({"light": "Linear"}, "/light"),
        ({"region": "1,2,3"}, "/region"),
        ({"region": "1,2,3,4,px,6"}, "/region"),
        ({"region": "300x200"}, "/region"),
        ({"region": "1,2,3,4,percent"}, "/region/unit"),
        ({"region": "1,2,x,4"}, "/region/width"),
        ({"region": "1,,3,4"}, "/region/y"),
        ({"region": "1,2,3,0"}, "/region/height"),
        ({"region": "-1,2,3,4"}, "/region/x"),
        ({"region": "0,0,2,1,fraction"}, "/region/width"),
        ({"format": "gif"}, "/output/format"),
        ({"format": "1"}, "/output/format"),
        ({"format": "true"}, "/output/format"),
        ({"quality": "80"}, "/output"),
        ({"lossless": "true"}, "/output"),
        ({"format": "webp", "quality": "80.5"}, "/output/quality"),
        ({"format": "jpeg", "quality": "0"}, "/output/quality"),
        ({"format": "jpeg", "lossless": "true"}, "/output/lossless"),
        ({"format": "png", "quality": "80"}, "/output/quality"),
        ({"format": "webp", "lossless": "1"}, "/output/lossless"),
        ({"border": "none"}, "/border"),
        ({"fill": "no colour"}, "/fill"),
        ({"fill": "0"}, "/fill"),
    ],
)
def test_a_fault_in_an_option_has_its_place(options, pointer):
    assert list(faults_of("rotate:1", **options)) == [pointer]
