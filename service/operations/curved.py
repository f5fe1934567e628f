"""The operations that bend straight lines: each is a map of its own, with a formula in `core.maps`."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core import (
    Arc,
    Barrel,
    Bulge,
    Depolar,
    Displacement,
    Lens,
    Map,
    Mesh,
    Pixels,
    Polar,
    Reversed,
    Size,
    State,
    Swirl,
    ThinPlateSpline,
    Unknown,
    Wave,
)
from service import spec
from service.errors import MapMissing
from service.operations.units import centre_of, points_to_pixels, radius_of, to_radians


def displace(op: spec.Displacement, state: State, rasters: Sequence[Pixels | None] | None) -> State:
    """Apply a displacement by one of the request's maps.

    Args:
        op: which map, and how far it moves.
        state: what the operations before have made.
        rasters: the maps, None in place of one that is not decoded; None if it is not known how many there are.

    Raises:
        MapMissing: there is no such map.
    """
    if rasters is None:
        return state.through(Unknown())
    if op.map > len(rasters):
        raise MapMissing(
            f"this displacement is by map {op.map}, and the form has {len(rasters)} parts 'map'; add the picture, "
            "with curl: -F map=@map.png"
        )
    raster = rasters[op.map - 1]
    if raster is None:
        return state.through(Unknown())
    return state.through(Displacement.from_samples(raster, op.x_scale, op.y_scale, state.frame))


def _lens(op: spec.Lens, frame: Size) -> Map:
    focal = float(max(frame)) if op.focal is None else op.focal
    lens = Lens(op.k1, op.k2, op.k3, op.p1, op.p2, focal, *centre_of(op, frame))
    return Reversed(lens) if op.inverse else lens


def _barrel(op: spec.Barrel, frame: Size) -> Map:
    d = 1 - op.a - op.b - op.c if op.d is None else op.d
    barrel = Barrel(op.a, op.b, op.c, d, min(frame) / 2, *centre_of(op, frame))
    return Reversed(barrel) if op.inverse else barrel


def _swirl(op: spec.Swirl, frame: Size) -> Map:
    return Swirl(math.radians(op.strength), radius_of(op, frame), *centre_of(op, frame))


def _arc(op: spec.Arc, frame: Size) -> Map:
    return Arc(math.radians(op.angle), frame.width, frame.height)


def _wave(op: spec.Wave, frame: Size) -> Map:
    along, across = (frame.width, frame.height) if op.axis == "x" else (frame.height, frame.width)
    amplitude_unit, wavelength_unit = (along, across) if op.unit == "fraction" else (1, 1)
    return Wave(op.amplitude * amplitude_unit, op.wavelength * wavelength_unit, to_radians(op.phase), op.axis)


def _bulge(op: spec.Bulge, frame: Size) -> Map:
    return Bulge(op.strength, radius_of(op, frame), *centre_of(op, frame))


def _thin_plate_spline(op: spec.ThinPlateSpline, frame: Size) -> Map:
    src, dst = (np.array(points_to_pixels(points, op.unit, frame)) for points in (op.src, op.dst))
    return ThinPlateSpline.fit(src, dst, op.smoothing)


def _mesh(op: spec.Mesh, frame: Size) -> Map:
    nodes = np.array(points_to_pixels(op.points, op.unit, frame))
    return Mesh(nodes.reshape(op.rows + 1, op.columns + 1, 2), frame)


def _polar(op: spec.Polar, state: State) -> State:
    """Unroll: the radius is whole, so that `depolar` undoes it exactly."""
    frame = state.frame
    radius = max(1, round(math.hypot(*frame) / 2))
    strip = Size(radius, max(1, round(math.pi * radius)))
    return state.through(Polar(*centre_of(op, frame), radius, strip.height, op.log), strip)


def _depolar(op: spec.Depolar, state: State) -> State:
    """Roll up: the strip is the frame, its height a full turn; the centre is one of the new frame."""
    strip = state.frame
    disc = Size(2 * strip.width, 2 * strip.width)
    return state.through(Depolar(*centre_of(op, disc), strip.width, strip.height, op.log), disc)


def _in_frame(map_of: Callable[[Any, Size], Map]) -> Callable[[Any, State], State]:
    return lambda op, state: state.through(map_of(op, state.frame))


_MAPS: dict[type[spec.Strict], Callable[[Any, Size], Map]] = {
    spec.Lens: _lens,
    spec.Barrel: _barrel,
    spec.Swirl: _swirl,
    spec.Arc: _arc,
    spec.Wave: _wave,
    spec.Bulge: _bulge,
    spec.ThinPlateSpline: _thin_plate_spline,
    spec.Mesh: _mesh,
}

CURVED: dict[type[spec.Strict], Callable[[Any, State], State]] = {
    **{model: _in_frame(map_of) for model, map_of in _MAPS.items()},
    spec.Polar: _polar,
    spec.Depolar: _depolar,
}
"""How each of them is applied after the operations so far."""
