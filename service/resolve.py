"""From a spec and a picture's size to everything that the warp needs, before a pixel is decoded."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import NamedTuple

from core import (
    CANVASES,
    FITS,
    Canvas,
    Chain,
    Colour,
    Pixels,
    Projective,
    Raster,
    SamplingGrid,
    Size,
    State,
    WarpError,
    fill_shows,
    homography,
    most_taps,
    output_channels,
)
from service.encode import check_output_size
from service.errors import ImageTooLarge, ImpossibleGeometry, InvalidSpec, MapMissing, Violation
from service.operations import apply, raw_matrix, rectangle_of
from service.reduction import choose_reduction
from service.settings import Settings
from service.spec import CanvasSize, MatrixSpec, Output, Region, Spec
from service.spec import Matrix as MatrixOp


@dataclass(frozen=True)
class Place:
    """Whole pixels of the picture that the source is cut from: where its top-left corner lies."""

    x: int
    y: int


class Cost(NamedTuple):
    """What is read for a warp.

    Attributes:
        source_pixels: each read once, by the decoder.
        output_pixels: of the output.
        taps: source pixels read for the output pixel that reads most.
    """

    source_pixels: int
    output_pixels: int
    taps: int

    @property
    def total(self) -> int:
        """All that is read, if each output pixel reads so much."""
        return self.source_pixels + self.output_pixels * self.taps


@dataclass(frozen=True)
class Plan:
    """The resolved geometry of one warp.

    Attributes:
        picture: its size, upright.
        place: where the source lies in the picture: at its corner, unless a region was cut out.
        source: the size of what is warped, the picture's or the region's.
        canvas: the output's size.
        chain: the map source -> output that the pixels are sampled through.
        filter: how the source is read between pixels.
        antialias: whether the filter is averaged where the map shrinks.
        border: what is seen outside.
        fill: the colour of the outside.
        light: what is summed.
        output: the picture format.
        reduction: by what the picture is made smaller while it is decoded.
        uncovered: whether the fill takes part in any pixel of the output.
    """

    picture: Size
    place: Place
    source: Size
    canvas: Size
    chain: Chain
    filter: str
    antialias: bool
    border: str
    fill: Colour
    light: str
    output: Output
    reduction: int
    uncovered: bool

    def channels(self, source_channels: int) -> int:
        """Give the output's channels, 1 to 4."""
        return output_channels(source_channels, self.fill, fill_shows=self.uncovered)

    @cached_property
    def output_from_picture(self) -> Chain:
        """The map from the picture as it was sent, of which the source may be a part."""
        cut = Projective.forward(homography.translate(-self.place.x, -self.place.y))
        whole = Chain().then(cut)
        for link in self.chain.links:
            whole = whole.then(link)
        return whole

    @cached_property
    def grid(self) -> SamplingGrid:
        """What pictures are warped through by this plan. It remembers no points."""
        return self.make_grid(kept_bytes=0)

    def make_grid(self, kept_bytes: int) -> SamplingGrid:
        """Make a grid that remembers some points, which are of use to another picture with an equal plan."""
        reduced = Size(ceil(self.source.width / self.reduction), ceil(self.source.height / self.reduction))
        return SamplingGrid(
            self.chain,
            self.canvas,
            self.source,
            filter=self.filter,
            border=self.border,
            antialias=self.antialias,
            raster=Raster(reduced, self.reduction),
            kept_bytes=kept_bytes,
        )

    @cached_property
    def cost(self) -> Cost:
        """What the warp costs; it may take some milliseconds to tell."""
        taps = 1 if self.is_copy else most_taps(self.chain, self.canvas, filter=self.filter, antialias=self.antialias)
        return Cost(self.picture.pixels, self.canvas.pixels, taps)

    @property
    def is_cost_known(self) -> bool:
        """Whether that has been told before."""
        return "cost" in vars(self)

    @property
    def is_copy(self) -> bool:
        """Whether the map takes pixels to pixels one to one."""
        projective = self.chain.projective
        return projective is not None and homography.is_copy(projective.src_from_dst_matrix)


def resolve(
    spec: Spec,
    picture: Size,
    limits: Settings,
    *,
    rasters: Sequence[Pixels | None] | None = None,
    reductions: Sequence[int] = (1,),
) -> Plan:
    """Work out a warp's geometry.

    Args:
        spec: the client's.
        picture: its size, upright.
        limits: of pixels.
        rasters: the displacement maps; see `operations.apply`.
        reductions: by what the picture can be made smaller while it is decoded.

    Raises:
        ImageTooLarge: the source or the output exceeds a limit.
        InvalidSpec: the region is not in the picture.
        MapMissing: there is no such displacement map.
        ImpossibleGeometry: the map is singular, or has no finite canvas.
    """
    check_limits("source", picture, limits.max_source_pixels, "GRIDWARP_MAX_SOURCE_PIXELS", limits)
    place, source = _cut(spec.region, picture)
    state = _compose(spec, source, rasters)
    canvas = _place(spec, state)
    with _faults_at("/canvas"):
        check_limits("output", canvas.size, limits.max_output_pixels, "GRIDWARP_MAX_OUTPUT_PIXELS", limits)
        chain = canvas.map_of(state)
    check_output_size(spec.output, canvas.size)
    uncovered = fill_shows(chain, canvas.size, source, filter=spec.filter, border=spec.border, antialias=spec.antialias)
    return Plan(
        picture=picture,
        place=place,
        source=source,
        canvas=canvas.size,
        chain=chain,
        filter=spec.filter,
        antialias=spec.antialias,
        border=spec.border,
        fill=spec.fill,
        light=spec.light,
        output=spec.output,
        reduction=choose_reduction(spec, chain, picture, reductions, uncovered=uncovered),
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


def _cut(region: Region | None, picture: Size) -> tuple[Place, Size]:
    """Find the source in the picture.

    Raises:
        InvalidSpec: it reaches beyond the picture.
    """
    if region is None:
        return Place(0, 0), picture
    left, top, size = rectangle_of(region, picture)
    if left + size.width > picture.width or top + size.height > picture.height:
        detail = (
            f"the region reaches beyond the picture of {picture.width} x {picture.height} pixels; make it smaller, or "
            "use the operation crop, which may"
        )
        raise InvalidSpec(detail, (Violation("/region", detail),))
    return Place(int(left), int(top)), size


def _compose(spec: Spec, source: Size, rasters: Sequence[Pixels | None] | None) -> State:
    state = State.start(source)
    if isinstance(spec, MatrixSpec):
        with _faults_at("/matrix"):
            return state.then(raw_matrix(spec, state.frame))
    for index, op in enumerate(spec.ops):
        with _faults_at(f"/ops/{index}"):
            state = apply(op, state, rasters)
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
    except MapMissing as fault:
        raise MapMissing(fault.detail, (Violation(f"{pointer}/map", fault.detail),)) from fault
    except WarpError as fault:
        raise ImpossibleGeometry(str(fault), (Violation(pointer, str(fault)),)) from fault
