"""What the core refuses. No message says a word of the web.

WarpError
├── InvalidPixels      the array is not a picture
├── InvalidMatrix      wrong shape, or an entry that is not finite
├── SingularMap        the map flattens the picture, so it has no inverse
├── HorizonAtCentre    a projective map has no front: its horizon cuts the picture and passes the frame's centre
├── HorizonInView      the picture's image reaches infinity, so no canvas can hold it
├── InvalidSize        an output without pixels
└── UnknownName        a filter, border, fit or convention that does not exist
"""

from collections.abc import Iterable


class WarpError(ValueError):
    """What was asked for cannot be warped."""


class InvalidPixels(WarpError):
    """The array is not a picture: (height, width, 1 to 4 channels), uint8 or uint16."""


class InvalidMatrix(WarpError):
    """The matrix has the wrong shape or an entry that is not finite."""


class SingularMap(WarpError):
    """The map flattens the picture, or nearly: it has no usable inverse."""

    def __init__(self, condition: float, limit: float) -> None:
        self.condition = condition
        super().__init__(
            f"the map is singular or nearly so: its condition number is {condition:.3g}, at most {limit:.0e} "
            "can be inverted; check for a scale of 0 or for parallel axes"
        )


class HorizonAtCentre(WarpError):
    """The horizon of a projective map cuts the picture and passes through the centre of the frame."""

    def __init__(self) -> None:
        super().__init__(
            "the map's horizon cuts the picture and passes through the centre of the frame, so that no side of it is "
            "the front; change the last row of the matrix"
        )


class HorizonInView(WarpError):
    """The image of the picture reaches infinity, so no canvas can hold it."""

    def __init__(self) -> None:
        super().__init__(
            "the map's horizon cuts the picture, so its image has no finite extent; "
            "use the canvas 'same' or an explicit size with the fit 'none' or 'stretch'"
        )


class InvalidSize(WarpError):
    """A canvas side below one pixel."""


class UnknownName(WarpError):
    """A name that its table does not know."""

    def __init__(self, kind: str, known: Iterable[str]) -> None:
        super().__init__(f"no such {kind}; choose one of {', '.join(sorted(known))}")
