"""CSS colours as the core's: names, #hex, rgb(), hsl(), hwb() and what else CSS Color 4 writes in sRGB."""

from tinycss2.color4 import parse_color

from core import Colour

_LONGEST = 128
"""Characters of a colour; the longest that make sense have about 60."""


def parse_colour(text: object) -> Colour:
    """Read a CSS colour.

    Raises:
        ValueError: not a string, not a colour, or one without fixed values such as currentcolor.
    """
    try:
        colour = parse_color(text) if isinstance(text, str) and len(text) <= _LONGEST else None
    except ValueError:  # the parser's own trouble, with "color()"
        colour = None
    if colour is None or isinstance(colour, str):
        raise ValueError("not a CSS colour; write for example 'white', '#ff8800', 'rgb(0 0 0 / 50%)' or 'transparent'")
    try:
        red, green, blue = colour.to("srgb").coordinates
    except NotImplementedError:
        raise ValueError("this colour space is not supported; write the colour in sRGB, as '#ff8800'") from None
    return Colour(*(_to_byte(value) for value in (red, green, blue, colour.alpha)))


def _to_byte(value: float) -> int:
    clamped = min(1.0, max(0.0, value))  # CSS numbers may be infinite
    return int(round(clamped * 255, 6) + 1 / 2)  # else 127.49999999999997, of hsl(60 100% 25%), rounds down
