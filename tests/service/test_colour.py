"""CSS colours, against values worked by hand from CSS Color 4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Colour
from service.spec.colour import parse_colour

COLOURS = {
    "black": (0, 0, 0, 255),
    "white": (255, 255, 255, 255),
    "red": (255, 0, 0, 255),
    "ReD": (255, 0, 0, 255),
    " red ": (255, 0, 0, 255),
    "rebeccapurple": (0x66, 0x33, 0x99, 255),
    "cornflowerblue": (0x64, 0x95, 0xED, 255),
    "transparent": (0, 0, 0, 0),
    "#f80": (0xFF, 0x88, 0x00, 255),
    "#f804": (0xFF, 0x88, 0x00, 0x44),
    "#12aBeF": (0x12, 0xAB, 0xEF, 255),
    "#12abef80": (0x12, 0xAB, 0xEF, 0x80),
    "rgb(1, 2, 3)": (1, 2, 3, 255),
    "rgb(1 2 3)": (1, 2, 3, 255),
    "RGB(1 2 3)": (1, 2, 3, 255),
    "rgba(1, 2, 3, 0.5)": (1, 2, 3, 128),
    "rgb(1 2 3 / 50%)": (1, 2, 3, 128),
    "rgb(1 2 3 / 0)": (1, 2, 3, 0),
    "rgb(100% 0% 50%)": (255, 0, 128, 255),
    "rgb(300 -5 0)": (255, 0, 0, 255),
    "rgb(1e999 -1e999 0)": (255, 0, 0, 255),
    "rgb(none 5 none)": (0, 5, 0, 255),
    "rgb(0 0 0 / 5)": (0, 0, 0, 255),
    "rgb(0 0 0 / -5)": (0, 0, 0, 0),
    "hsl(0 100% 50%)": (255, 0, 0, 255),
    "hsl(120, 100%, 50%)": (0, 255, 0, 255),
    "hsl(240deg 100% 50% / 25%)": (0, 0, 255, 64),
    "hsl(60 100% 25%)": (128, 128, 0, 255),
    "hwb(0 20% 40%)": (153, 51, 51, 255),
    "hwb(0 0% 100%)": (0, 0, 0, 255),
    "color(srgb 1 0.5 0)": (255, 128, 0, 255),
    "color(srgb 1e999 0 0 / 0.5)": (255, 0, 0, 128),
}

NO_COLOURS = [
    "",
    " ",
    "no colour",
    "rouge",
    "#",
    "#1",
    "#12",
    "#12345",
    "#1234567",
    "#ggg",
    "123456",
    "rgb",
    "rgb(",
    "rgb()",
    "rgb(1 2)",
    "rgb(1 2 3 4 5)",
    "rgb(a b c)",
    "red;",
    "red blue",
    "url(red)",
    "var(--x)",
    "inherit",
    "currentcolor",
    "currentColor",
    "color()",
    "color(",
    "\0",
    "red\0",
    "(" * 60_000,
    "rgb(" + "1" * 5_000 + " 0 0)",
    "a" * 60_000,
]

NO_STRINGS = [None, True, 0, 1.5, [], {}, ["red"], b"red", (1, 2, 3)]

OTHER_SPACES = ["lab(50% 20 20)", "oklch(0.5 0.1 120)", "color(display-p3 1 0 0)", "color(xyz 1 1 1)"]


@pytest.mark.parametrize("text", COLOURS)
def test_a_colour_of_css_is_read(text):
    got = parse_colour(text)
    assert got == COLOURS[text]
    assert isinstance(got, Colour)
    assert [type(value) for value in got] == [int] * 4


@pytest.mark.parametrize("value", NO_COLOURS + NO_STRINGS, ids=lambda value: repr(value)[:20])
def test_what_is_no_colour_is_refused_with_examples_and_without_an_echo(value):
    with pytest.raises(ValueError, match="not a CSS colour") as caught:
        parse_colour(value)
    assert str(caught.value).startswith("not a CSS colour; write for example 'white', '#ff8800'")
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("text", OTHER_SPACES)
def test_a_colour_outside_srgb_is_refused_as_such(text):
    with pytest.raises(ValueError, match="write the colour in sRGB"):
        parse_colour(text)


@pytest.mark.parametrize("level", range(256))
def test_every_level_of_a_hex_colour_is_itself(level):
    assert parse_colour(f"#{level:02x}00{255 - level:02x}{level:02x}") == (level, 0, 255 - level, level)


@pytest.mark.parametrize("percent", range(101))
@pytest.mark.parametrize("function", ["hsl({hue} 0% {percent}%)", "hwb({hue} {percent}% {rest}%)"])
def test_a_gray_is_gray_whatever_its_hue(function, percent):
    """Else a gray picture would become a coloured one over it."""
    for hue in range(0, 360, 15):
        red, green, blue, _ = parse_colour(function.format(hue=hue, percent=percent, rest=100 - percent))
        assert red == green == blue == int(percent * 2.55 + 0.5 + 1e-9)


NUMBERS = st.sampled_from(
    ["0", "-1", "255", "1e999", "-1e999", "50%", "1e999%", "none", "0.5", "120deg", "1e400turn", "x"]
)
FUNCTIONS = st.sampled_from(["rgb", "rgba", "hsl", "hwb", "color", "lab", "oklch", "calc", "srgb"])
WRITTEN = st.builds("{}({})".format, FUNCTIONS, st.lists(NUMBERS, max_size=5).map(" ".join)) | st.builds(
    "{}({} {} {} / {})".format, FUNCTIONS, NUMBERS, NUMBERS, NUMBERS, NUMBERS
)


@given(st.text() | WRITTEN | WRITTEN.map(lambda text: text.replace("color(", "color(srgb ")))
def test_any_text_is_a_colour_or_a_value_error_of_our_own(text):
    try:
        colour = parse_colour(text)
    except ValueError as error:
        said = str(error)
    else:
        said = "" if all(0 <= value <= 255 for value in colour) else "out of range"
    assert said == "" or "'#ff8800'" in said
