"""The core's strips as one picture, since the others return one: each is copied into its place, within the time."""

from collections.abc import Iterable

import numpy as np

from core import Pixels, Size


def put_together(strips: Iterable[Pixels], canvas: Size, like: Pixels) -> Pixels:
    """Give a picture of the canvas's size with the channels and the depth of another one."""
    warped = np.empty((canvas.height, canvas.width, like.shape[2]), like.dtype)
    fill_in(warped, strips)
    return warped


def fill_in(warped: Pixels, strips: Iterable[Pixels]) -> None:
    """Copy strips into a picture or a band of it, from its first row on."""
    top = 0
    for strip in strips:
        warped[top : top + len(strip)] = strip
        top += len(strip)
