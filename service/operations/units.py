"""Pixels and radians from what a spec says: the only place where degrees and fractions end."""

import math

from core import Size
from service import spec


def to_radians(degrees: float) -> float:
    """Turn degrees into radians; whole turns are left out first, so that none of the digits goes to them."""
    return math.radians(math.fmod(degrees, 360.0))


def to_pixels(point: tuple[float, float], unit: str, frame: Size) -> tuple[float, float]:
    """Measure a point or a shift in pixels of the frame."""
    x, y = point
    return (x * frame.width, y * frame.height) if unit == "fraction" else (x, y)


def points_to_pixels(points: list[spec.Point], unit: str, frame: Size) -> list[tuple[float, float]]:
    """Measure points in pixels of the frame."""
    return [to_pixels(point, unit, frame) for point in points]


def centre_of(op: spec.Centred, frame: Size) -> tuple[float, float]:
    """Give the point that an operation is about, in pixels; the frame's centre by default."""
    return frame.centre if op.center is None else to_pixels(op.center, op.unit, frame)


def radius_of(op: spec.Swirl | spec.Bulge, frame: Size) -> float:
    """Give how far an operation reaches, in pixels; half the frame's shorter side by default."""
    if op.radius is None:
        return min(frame) / 2
    return op.radius * min(frame) if op.unit == "fraction" else op.radius


def rectangle_of(op: spec.Rectangle, frame: Size) -> tuple[float, float, Size]:
    """Give a rectangle in pixels: left, top and its size.

    Fractions are rounded, each edge to the nearest whole pixel, so that a part of the picture keeps its samples.
    A side has at least one pixel.
    """
    if op.unit == "px":
        return op.x, op.y, Size(int(op.width), int(op.height))
    left, right = _nearest_pixels(op.x * frame.width, (op.x + op.width) * frame.width)
    top, bottom = _nearest_pixels(op.y * frame.height, (op.y + op.height) * frame.height)
    return left, top, Size(right - left, bottom - top)


def _nearest_pixels(start: float, end: float) -> tuple[int, int]:
    """Round both ends to the nearest whole pixel; where that leaves none, take the one that the middle lies in."""
    first, last = math.floor(start + 1 / 2), math.floor(end + 1 / 2)
    middle = math.floor((start + end) / 2)
    return (first, last) if first < last else (middle, middle + 1)
