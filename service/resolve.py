"""From a spec and a picture's size to everything that the warp needs, before a pixel is decoded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core import CANVASES, FITS, Canvas, Colour, Matrix, Size, State, WarpError, fill_shows, output_channels
from service.errors import ImageTooLarge, ImpossibleGeometry, Violation
from service.operations import map_of, raw_matrix
from service.settings import Settings
from service.spec import CanvasSize, MatrixSpec, Spec
from service.spec import Matrix as MatrixOp


@dataclass(frozen=True)
class Plan:
    """The resolved geometry of one warp.

    Attributes:
        source: the picture's size, upright.
        canvas: the output's size.
        source_from_canvas: 3x3, output -> upright source: what the pixels are sampled through.
        filter: how the source is read between pixels.
        border: what is seen outside.
        fill: the colour of the outside.
        uncovered: whether the fill takes part in any pixel of the output.
    """

    source: Size
    canvas: Size
    source_from_canvas: Matrix
    filter: str
    border: str
    fill: Colour
    uncovered: bool

    def channels(self, source_channels: int) -> int:
        """Give the output's channels, 1 to 4."""
        return output_channels(source_channels, self.fill, fill_shows=self.uncovered)


def resolve(spec: Spec, source: Size, limits: Settings) -> Plan:
    """Work out a warp's geometry.

    Args:
        spec: the client's.
        source: the picture's size, upright.
        limits: of pixels.

    Raises:
        ImageTooLarge: the source or the output exceeds a limit.
        ImpossibleGeometry: the map is singular, or has no finite canvas.
    """
    check_limits("source", source, limits.max_source_pixels, "GRIDWARP_MAX_SOURCE_PIXELS", limits)
    state = _compose(spec, source)
    canvas = _place(spec, state)
    with _faults_at("/canvas"):
        check_limits("output", canvas.size, limits.max_output_pixels, "GRIDWARP_MAX_OUTPUT_PIXELS", limits)
        source_from_canvas = canvas.src_from_canvas(state)
    uncovered = fill_shows(source_from_canvas, canvas.size, source, filter=spec.filter, border=spec.border)
    return Plan(
        source=source,
        canvas=canvas.size,
        source_from_canvas=source_from_canvas,
        filter=spec.filter,
        border=spec.border,
        fill=spec.fill,
        uncovered=uncovered,
    )


def check_limits(what: str, size: Size, max_pixels: int, setting: str, limits: Settings) -> None:
    """Refuse a picture with too many pixels or too long a side.

    Raises:
        ImageTooLarge: the message names the setting and both numbers.
    """
    if max(size) > limits.max_side:
        raise ImageTooLarge(
            f"a side of the {what} has {max(size)} pixels; at most {limits.max_side} are allowed (GRIDWARP_MAX_SIDE)"
        )
    if size.pixels > max_pixels:
        raise ImageTooLarge(f"the {what} has {size.pixels} pixels; at most {max_pixels} are allowed ({setting})")


def _compose(spec: Spec, source: Size) -> State:
    state = State.start(source)
    if isinstance(spec, MatrixSpec):
        with _faults_at("/matrix"):
            return state.then(raw_matrix(spec, state.frame))
    for index, op in enumerate(spec.ops):
        with _faults_at(f"/ops/{index}"):
            state = state.then(map_of(op, state.frame))
    return state


def _place(spec: Spec, state: State) -> Canvas:
    with _faults_at("/canvas"):
        if isinstance(spec.canvas, CanvasSize):
            return FITS[_fit(spec, spec.canvas)](state, Size(spec.canvas.width, spec.canvas.height))
        return CANVASES[spec.canvas](state)


def _fit(spec: Spec, canvas: CanvasSize) -> str:
    """Give the fit; where none is chosen, a normalized matrix, which knows no pixels, stretches."""
    last = spec if isinstance(spec, MatrixSpec) else spec.ops[-1] if spec.ops else None
    normalized = isinstance(last, MatrixSpec | MatrixOp) and last.convention == "normalized"
    return canvas.fit or ("stretch" if normalized else "none")


@contextmanager
def _faults_at(pointer: str) -> Iterator[None]:
    """Give a fault of the geometry its place in the spec."""
    try:
        yield
    except ImageTooLarge as fault:
        raise ImageTooLarge(fault.detail, (Violation(pointer, fault.detail),)) from fault
    except WarpError as fault:
        raise ImpossibleGeometry(str(fault), (Violation(pointer, str(fault)),)) from fault
