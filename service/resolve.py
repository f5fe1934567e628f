"""From a spec and a picture's header to everything that the warp needs, before a pixel is decoded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core import CANVASES, FITS, Canvas, Colour, Matrix, Size, State, WarpError, channels_of_warp, homography
from service.decode import ImageHeader
from service.errors import ImageTooLarge, ImpossibleGeometry, Violation
from service.operations import map_of, raw_matrix
from service.settings import Settings
from service.spec import CanvasSize, MatrixSpec, Spec
from service.spec import Matrix as MatrixOp
from service.upright import upright_from_stored, upright_size


@dataclass(frozen=True)
class Plan:
    """The resolved geometry of one warp.

    Attributes:
        source: the picture's size, upright.
        canvas: the output's size.
        channels: of the output, 1 to 4.
        stored_from_canvas: 3x3, output -> source as stored: what the pixels are sampled through.
        canvas_from_source: 3x3, upright source -> output, for the client.
        filter: how the source is read between pixels.
        border: what is seen outside.
        fill: the colour of the outside.
    """

    source: Size
    canvas: Size
    channels: int
    stored_from_canvas: Matrix
    canvas_from_source: Matrix
    filter: str
    border: str
    fill: Colour


def resolve(spec: Spec, header: ImageHeader, limits: Settings) -> Plan:
    """Work out a warp's geometry.

    Raises:
        ImageTooLarge: the source or the output exceeds a limit.
        ImpossibleGeometry: the map is singular, or has no finite canvas.
    """
    stored = Size(header.width, header.height)
    source = upright_size(stored, header.orientation)
    check_limits("source", source, limits.max_source_pixels, "GRIDWARP_MAX_SOURCE_PIXELS", limits)
    state = _compose(spec, source)
    canvas = _place(spec, state)
    check_limits("output", canvas.size, limits.max_output_pixels, "GRIDWARP_MAX_OUTPUT_PIXELS", limits)
    with _faults_at("/canvas"):
        source_from_canvas = canvas.src_from_canvas(state)
    stored_from_source = homography.invert(upright_from_stored(stored, header.orientation))
    stored_from_canvas = homography.compose(stored_from_source, source_from_canvas)
    channels = channels_of_warp(
        header.channels,
        stored_from_canvas,
        canvas.size,
        stored,
        filter=spec.filter,
        border=spec.border,
        fill=spec.fill,
    )
    return Plan(
        source=source,
        canvas=canvas.size,
        channels=channels,
        stored_from_canvas=stored_from_canvas,
        canvas_from_source=homography.invert(source_from_canvas),
        filter=spec.filter,
        border=spec.border,
        fill=spec.fill,
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
    return "stretch" if normalized and "fit" not in canvas.model_fields_set else canvas.fit


@contextmanager
def _faults_at(pointer: str) -> Iterator[None]:
    """Give a fault of the geometry its place in the spec."""
    try:
        yield
    except WarpError as fault:
        raise ImpossibleGeometry(str(fault), (Violation(pointer, str(fault)),)) from fault
