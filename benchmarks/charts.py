"""Charts as SVG, drawn here: plain bars and lines, with all their numbers as text.

No drawing library, because there is little to draw, and this way the text stays text, the files stay small enough to
read a change of them, the colours follow a dark page, and nothing has to be installed to make them anew.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.tables import cell

WIDTH = 760
MARGIN = 16
LINE = 20
HEAD = 64
"""Height of the title and what is said below it."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a7a00", "#56b4e9", "#7f7f7f", "#a65628")
"""Okabe and Ito's, which the colour-blind can tell apart, a little darker where they would be too pale on white."""

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.quiet { fill: #59636e }
.strong { font-weight: 600 }
.right { text-anchor: end }
.middle { text-anchor: middle }
.page { fill: #ffffff }
.line { stroke: #d1d9e0 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.quiet { fill: #9198a1 }
.page { fill: #0d1117 }
.line { stroke: #3d444d }
}
"""

Bars = Mapping[str, Mapping[str, float]]
"""A number by name, in groups by name."""

Points = Sequence[tuple[float, float]]


def bars(title: str, note: str, groups: Bars, strong: str) -> str:
    """Draw bars, each group to its own scale: its longest bar fills the width.

    Args:
        title: stands above.
        note: what the numbers are.
        groups: the bars; a name has the same colour in all groups.
        strong: the name that is set in bold.
    """
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    left, right = 170, WIDTH - 80
    drawn, y = [], HEAD
    for group, values in groups.items():
        drawn.append(_text(MARGIN, y + 14, group, "strong"))
        y += LINE + 4
        longest = max(values.values())
        for name, value in values.items():
            length = max(1.0, (right - left) * value / longest)
            weight = "strong" if name == strong else ""
            drawn.append(_text(left - 8, y + 14, name, f"right {weight}"))
            drawn.append(_box(left, y + 2, length, LINE - 5, COLOURS[names.index(name) % len(COLOURS)]))
            drawn.append(_text(left + length + 6, y + 14, cell(float(value)), weight))
            y += LINE
        y += 10
    return _page(title, note, drawn, y + 6)


def lines(title: str, note: str, across: str, series: Mapping[str, Points], strong: str) -> str:
    """Draw lines over an axis whose steps are factors, from 0 upwards.

    Args:
        title: stands above.
        note: what the numbers are.
        across: what the axis is.
        series: points (x, y) by name; x above 0.
        strong: the name whose line is thicker.
    """
    ticks = sorted({x for points in series.values() for x, _ in points})
    steps = _steps(max(y for points in series.values() for _, y in points))
    top, bottom, left, right = HEAD + 34, HEAD + 294, 60, WIDTH - 30
    span = math.log(ticks[-1] / ticks[0]) or 1

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * math.log(x / ticks[0]) / span, bottom - (bottom - top) * y / steps[-1]

    drawn = []
    for step in steps:
        y = place(ticks[0], step)[1]
        drawn += [_rule(left, y, right, y), _text(left - 8, y + 4, f"{step:g}", "right quiet")]
    drawn += [_text(place(tick, 0)[0], bottom + 18, f"{tick:g}", "middle quiet") for tick in ticks]
    drawn.append(_text((left + right) / 2, bottom + 40, across, "middle quiet"))
    legend = float(MARGIN)
    for (name, points), colour in zip(series.items(), COLOURS, strict=False):
        at = [place(*point) for point in points]
        drawn.append(_path(at, colour, 3.0 if name == strong else 1.8))
        drawn.append(_box(legend, HEAD + 3, 12, 12, colour))
        drawn.append(_text(legend + 17, HEAD + 14, name, "strong" if name == strong else ""))
        legend += 34 + 7.3 * len(name)
    return _page(title, note, drawn, bottom + 56)


def _steps(highest: float) -> list[float]:
    """Give the marks of an axis from 0: round numbers, four to eight, the last at or above the highest point."""
    power = 10.0 ** math.floor(math.log10(highest))
    step = next(factor * power for factor in (0.2, 0.25, 0.5, 1, 2) if highest <= 8 * factor * power)
    return [step * number for number in range(math.ceil(highest / step) + 1)]


def _page(title: str, note: str, drawn: Sequence[str], height: float) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
            f'height="{height:g}" role="img" aria-label="{escape(title)}">',
            f"<style>{STYLE}</style>",
            f'<rect class="page" width="{WIDTH}" height="{height:g}" rx="6"/>',
            _text(MARGIN, 28, title, "title"),
            _text(MARGIN, 48, note, "quiet"),
            *drawn,
            "</svg>\n",
        ]
    )


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind.strip()}">{escape(text)}</text>'


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2" fill="{colour}"/>'


def _rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line class="line" x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"/>'


def _path(points: Sequence[tuple[float, float]], colour: str, width: float) -> str:
    through = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{width + 0.7:.1f}" fill="{colour}"/>' for x, y in points)
    return f'<polyline points="{through}" fill="none" stroke="{colour}" stroke-width="{width}"/>{dots}'
