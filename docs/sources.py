"""The pictures that the pages' examples start from, drawn so that nobody can mistake a side, an axis or a direction."""

import math

from PIL import Image, ImageDraw, ImageFont

CARD = (180, 120)  # pixels, wide and high: the cat's shape, and its quarters and thirds are whole
STEP = 20

PAPER, LINE, INK = "#fffdf7", "#d9dde3", "#2b3440"
X_COLOUR, Y_COLOUR, CENTRE = "#c8102e", "#0057b8", "#ff9500"
DIAL = 120  # pixels, wide and high
HOURS = 12
RINGS = 36  # pixels from one ring of the displacement map to the next
ROW = ("#c8102e", "#f2b705", "#2e8b57", "#0057b8")  # the a, b, c and d of the border table


def card() -> Image.Image:
    """Draw a grid with its axes, numbers, a dot in the centre and a letter F, nearer to the top-left corner."""
    width, height = CARD
    picture = Image.new("RGB", CARD, PAPER)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default_imagefont()  # drawn from pixels: the same wherever this runs
    for x in range(0, width, STEP):
        draw.rectangle((x, 0, x, height), LINE)
    for y in range(0, height, STEP):
        draw.rectangle((0, y, width, y), LINE)
    draw.rectangle((0, 0, width - 1, height - 1), outline=INK)
    _axes(draw, font, width, height)
    _letter(draw)
    draw.rectangle((width // 2 - 3, height // 2 - 3, width // 2 + 2, height // 2 + 2), CENTRE)
    return picture


def _axes(draw: ImageDraw.ImageDraw, font: ImageFont.ImageFont, width: int, height: int) -> None:
    draw.rectangle((0, 0, width - 12, 2), X_COLOUR)
    draw.polygon([(width - 12, 0), (width - 1, 0), (width - 12, 8)], X_COLOUR)
    draw.rectangle((0, 0, 2, height - 12), Y_COLOUR)
    draw.polygon([(0, height - 12), (0, height - 1), (8, height - 12)], Y_COLOUR)
    for x in (60, 120):
        draw.text((x - 8, 5), str(x), X_COLOUR, font)
    draw.text((width - 14, 9), "x", X_COLOUR, font)
    for y in (40, 80):
        draw.text((6, y - 5), str(y), Y_COLOUR, font)
    draw.text((12, height - 15), "y", Y_COLOUR, font)


def _letter(draw: ImageDraw.ImageDraw) -> None:
    for box in ((60, 30, 74, 94), (60, 30, 108, 44), (60, 56, 98, 69)):
        draw.rectangle(box, INK)


def row() -> Image.Image:
    """Draw four pixels side by side, each of another colour."""
    picture = Image.new("RGB", (len(ROW), 1))
    for column, colour in enumerate(ROW):
        ImageDraw.Draw(picture).point((column, 0), colour)
    return picture


def dial() -> Image.Image:
    """Draw the face of a clock at four, with rings for its radius."""
    picture = Image.new("RGB", (DIAL, DIAL), PAPER)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default_imagefont()
    middle = DIAL // 2
    for radius in (20, 40):
        draw.ellipse(_around(middle, radius), outline=LINE, width=2)
    draw.ellipse(_around(middle, middle - 1), outline=X_COLOUR, width=3)
    for hour in range(1, HOURS + 1):
        across, down = _on_dial(hour, 48)
        draw.text((across - (6 if hour > 9 else 3), down - 5), str(hour), INK, font)  # noqa: PLR2004 (two figures)
    draw.line([(middle, middle), _on_dial(12, 38)], Y_COLOUR, 3)
    draw.line([(middle, middle), _on_dial(4, 26)], CENTRE, 5)
    return picture


def rings() -> Image.Image:
    """Draw a displacement map of rings about the centre: red and green say which way a wave leans, gray is level."""
    width, height = CARD
    picture = Image.new("RGB", CARD)
    for row in range(height):
        for column in range(width):
            x, y = column + 0.5 - width / 2, row + 0.5 - height / 2
            radius = math.hypot(x, y)
            lean = math.sin(math.tau * radius / RINGS) / radius
            red, green = (128 + round(127 * lean * along) for along in (x, y))
            picture.putpixel((column, row), (red, green, 128))
    return picture


def _around(middle: int, radius: int) -> tuple[int, int, int, int]:
    return (middle - radius, middle - radius, middle + radius - 1, middle + radius - 1)


def _on_dial(hour: int, radius: int) -> tuple[int, int]:
    angle = math.tau * hour / HOURS
    return round(DIAL / 2 + radius * math.sin(angle)), round(DIAL / 2 - radius * math.cos(angle))


DRAWN = {"card": card, "row": row, "dial": dial, "rings": rings}
"""What each file of `docs/pictures/specs` that is drawn is drawn by."""
