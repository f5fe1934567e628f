"""JSON read as RFC 8259 means it, and no more of it than 64 KiB."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import InvalidSpec, MalformedRequest, UploadTooLarge
from service.spec import MatrixSpec, OpsSpec
from service.spec.text import MAX_SPEC_BYTES, parse_json, read_specs

EMPTY = '{"ops": []}'


def malformed(text: str) -> str:
    with pytest.raises(MalformedRequest) as caught:
        read_specs(text)
    return caught.value.detail


def padded(size: int, filler: str = " ") -> str:
    """A valid spec of a size in bytes, with the padding inside or as trailing space."""
    if filler == " ":
        return EMPTY + " " * (size - len(EMPTY))
    frame = '{"ops": [], "fill": "%s"}'
    room = size - len(frame % "")
    return frame % (filler * (room // len(filler.encode())) + "x" * (room % len(filler.encode())))


def test_one_spec_is_a_list_of_one_and_an_array_keeps_its_order():
    assert read_specs(EMPTY) == [OpsSpec(ops=[])]
    kinds = [type(one) for one in read_specs(f'[{EMPTY}, {{"matrix": [[1, 0, 0], [0, 1, 0]]}}, {EMPTY}]')]
    assert kinds == [OpsSpec, MatrixSpec, OpsSpec]
    assert read_specs("[]") == []


@pytest.mark.parametrize("space", [" ", "\n", "\t", "\r\n"])
def test_white_space_around_a_spec_is_harmless(space):
    assert read_specs(f"{space}{EMPTY}{space}") == [OpsSpec(ops=[])]


@pytest.mark.parametrize(
    "text",
    [
        '{"ops": [], "ops": []}',
        '{"ops": [{"op": "rotate", "angle": 1, "angle": 1}]}',
        '{"ops": [], "canvas": {"width": 1, "width": 1, "height": 1}}',
        '{"ops": [], "nowhere": [[{"a": 1, "b": 2, "a": 3}]]}',
        '[{"ops": [], "fill": "red", "fill": "red"}]',
        '{"ops": [], "\\u006fps": []}',
        '{"": 1, "": 1}',
    ],
)
def test_a_key_that_occurs_twice_is_refused_at_any_depth(text):
    assert "twice" in malformed(text)


def test_a_key_may_occur_in_several_objects():
    assert len(read_specs('{"ops": [{"op": "rotate", "angle": 1}, {"op": "rotate", "angle": 1}]}')[0].ops) == 2


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("%s", ""),
        ('{"ops": [{"op": "rotate", "angle": %s}]}', "/ops/0/angle"),
        ('{"matrix": [[1, 0, %s], [0, 1, 0]]}', "/matrix/0/2"),
        ('{"ops": [], "nowhere": [%s]}', "/nowhere"),
        ('[{"ops": []}, {"ops": [], "canvas": {"width": %s, "height": 1}}]', "/1/canvas/width"),
    ],
)
def test_what_javascript_has_beyond_json_is_refused_at_its_place(constant, text, pointer):
    with pytest.raises(InvalidSpec) as caught:
        read_specs(text % constant)
    assert [fault.pointer for fault in caught.value.violations] == [pointer]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "}",
        EMPTY + EMPTY,
        EMPTY + ",",
        '{"ops": [],}',
        "{ops: []}",
        "{'ops': []}",
        '{"ops": [01]}',
        '{"ops": [1.]}',
        '{"ops": [.5]}',
        '{"ops": [+1]}',
        '{"ops": [0x10]}',
        '{"ops": nan}',
        '{"ops": None}',
        '{"ops": "a\nb"}',
        '{"ops": "\\x41"}',
        '{"ops": "\\ud8"}',
        "{} // comment",
        "\0",
        "\u00a0{}",
    ],
)
def test_what_is_not_json_is_malformed(text):
    assert "not JSON" in malformed(text)


def test_the_message_tells_line_and_column():
    assert malformed('{"ops":\n [}').endswith("line 2, column 3")


def test_a_byte_order_mark_is_not_part_of_json():
    assert "not JSON" in malformed("\ufeff" + EMPTY)


@pytest.mark.parametrize("surrogate", ["\\ud800", "\\udfff", "\\udc00\\ud800"])
@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"ops": [], "fill": "%s"}', "/fill"),
        ('{"ops": [{"op": "%s"}]}', "/ops/0/op"),
        ('{"ops": [{"%s": 1}]}', "/ops/0"),
        ('"%s"', ""),
    ],
)
def test_a_lone_surrogate_is_refused_at_its_place(surrogate, text, pointer):
    with pytest.raises(InvalidSpec) as caught:
        read_specs(text % surrogate)
    assert [fault.pointer for fault in caught.value.violations] == [pointer]
    with pytest.raises(InvalidSpec):  # unescaped, as no UTF-8 can bring it
        read_specs(text % json.loads(f'"{surrogate}"'))


def test_a_pair_of_surrogates_is_one_character():
    with pytest.raises(InvalidSpec):
        read_specs('{"ops": [], "fill": "\\ud83d\\ude00"}')


@pytest.mark.parametrize("depth", [150, 300, 1_000, 5_000, 32_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("closed", [True, False])
def test_any_depth_is_refused_in_good_order(depth, opening, closing, closed):
    core = "0" if closed else ""
    text = (opening * depth + core + closing * depth * closed)[:MAX_SPEC_BYTES]
    with pytest.raises((MalformedRequest, InvalidSpec)):
        read_specs(text)
    with pytest.raises((MalformedRequest, InvalidSpec)):
        read_specs(f'{{"ops": [], "nowhere": {text[: MAX_SPEC_BYTES - 30]}}}')


@pytest.mark.parametrize("digits", [309, 4_300, 4_301, 5_000, 60_000])
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    "text",
    [
        '{"ops": [{"op": "rotate", "angle": %s}]}',
        '{"ops": [], "canvas": {"width": %s, "height": 1}}',
        '{"ops": [], "antialias": %s}',
        "%s",
    ],
)
def test_a_number_of_thousands_of_digits_is_refused_fast(digits, sign, text):
    began = time.process_time()
    with pytest.raises((MalformedRequest, InvalidSpec)):
        read_specs(text % (sign + "9" * digits))
    assert time.process_time() - began < 1


def test_a_fraction_may_have_thousands_of_digits():
    (spec,) = read_specs('{"ops": [{"op": "rotate", "angle": 0.%s}]}' % ("3" * 5_000))
    assert spec.ops[0].angle == 1 / 3


@pytest.mark.parametrize("filler", [" ", "é", "\N{GRINNING FACE}"])
def test_the_limit_is_64_kib_of_utf_8_exactly(filler):
    fits, too_long = padded(65_536, filler), padded(65_537, filler)
    assert (len(fits.encode()), len(too_long.encode())) == (65_536, 65_537)
    if filler == " ":
        assert read_specs(fits) == [OpsSpec(ops=[])]
    else:
        with pytest.raises(InvalidSpec):
            read_specs(fits)
    with pytest.raises(UploadTooLarge) as caught:
        read_specs(too_long)
    assert "65536" in caught.value.detail
    assert "65537" in caught.value.detail


def test_a_text_over_the_limit_is_not_even_parsed():
    with pytest.raises(UploadTooLarge):
        read_specs("{" * 10_000_000)


@given(st.text() | st.text(alphabet='{}[]",:0123456789.eE+-tfn\\u ops'))
def test_any_text_is_json_as_python_reads_it_or_malformed(text):
    try:
        tree = parse_json(text)
    except MalformedRequest:
        return
    assert tree == json.loads(text)


@given(st.text())
def test_no_text_raises_anything_but_a_refusal(text):
    with pytest.raises((MalformedRequest, InvalidSpec)):
        read_specs(text)
