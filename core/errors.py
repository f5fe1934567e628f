"""What the core refuses. No message says a word of the web.

WarpError
├── InvalidPixels      the array is not a picture
├── InvalidMatrix      wrong shape, or an entry that is not finite
├── SingularMap        the map flattens the picture, so it has no inverse
├── DegeneratePoints   the points do not determine a map
├── InvalidQuad        four corners that are not those of a strictly convex quadrilateral
├── FoldedMesh         a triangle of a mesh is flipped or has no area
├── HorizonAtCentre    a projective map has no front: its horizon cuts the picture and passes the frame's centre
├── HorizonInView      the picture's image reaches infinity, so no canvas can hold it
├── NoImage            it is not known where the map takes the picture, so no canvas can be found to hold it
├── NothingInscribed   no pixel of the output is wholly covered by the picture
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


class DegeneratePoints(WarpError):
    """The points do not determine a map: they coincide, lie on one line, or do not come in pairs."""


class InvalidQuad(WarpError):
    """Four corners that do not form a strictly convex quadrilateral, so that no view of a rectangle has them."""

    def __init__(self, plane: str, fault: str) -> None:
        self.plane = plane
        super().__init__(
            f"the four corners in {plane} do not form a strictly convex quadrilateral: {fault}; "
            "give the top-left, top-right, bottom-right and bottom-left corner, in this order"
        )


class FoldedMesh(WarpError):
    """A triangle of a mesh is flipped against the others, or has no area."""

    def __init__(self, column: int, row: int) -> None:
        self.column = column
        self.row = row
        super().__init__(
            f"the mesh folds or is flat in the cell of column {column} and row {row}, counted from 0; move its nodes "
            "so that both halves of it, cut from its top-left to its bottom-right node, lie as in the regular grid, "
            "or mirror the whole mesh"
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


class NoImage(WarpError):
    """The picture's image is not known, so no canvas can be found to hold it."""

    def __init__(self) -> None:
        super().__init__(
            "the map folds or its inverse was not found, so that no finite canvas holds the picture; "
            "use the canvas 'same' or an explicit size with the fit 'none' or 'stretch'"
        )


class NothingInscribed(WarpError):
    """No pixel of the output is wholly covered by the picture, so that no rectangle is."""

    def __init__(self) -> None:
        super().__init__(
            "no pixel of the output is wholly covered by the picture, so that nothing can be inscribed; "
            "use the canvas 'same' or 'expand', or scale the picture up"
        )


class InvalidSize(WarpError):
    """A canvas side below one pixel."""


class UnknownName(WarpError):
    """A name that its table does not know."""

    def __init__(self, kind: str, known: Iterable[str]) -> None:
        super().__init__(f"no such {kind}; choose one of {', '.join(sorted(known))}")
