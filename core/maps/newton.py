"""Newton's method: where a map that is only known backwards takes the points of src."""

import numpy as np

from core.grid import SLACK, Coordinates
from core.maps.map import Map, Point

ITERATIONS = 100
"""From nearby Newton's method needs five; the others are for steps that lead too far and are halved."""

LEAST_SHARE = 2.0**-20
"""Of a step: where so little of it leads no nearer, the method is stuck and the point given up, for each costs time."""


def dst_by_newton(warp: Map, target: Point, start: Point, *, orientation: float) -> Point:
    """Find points of dst that a map takes to given points of src.

    A step that leads no nearer to its target is halved: Deuflhard 2004, Newton Methods for Nonlinear Problems,
    section 3.2, with the monotonicity of the distance in src as the test.

    Args:
        warp: the map; only its src_from_dst and src_jacobian are used.
        target: x and y in src, of one shape.
        start: x and y in dst to set out from, likewise.
        orientation: the sign that the determinant of the Jacobian has where the map does not fold.

    Returns:
        x and y in dst; both NaN where no point was found that reaches its target within SLACK, or only one in a fold.
    """
    wanted, at = (np.stack([x.ravel(), y.ravel()]) for x, y in (target, start))
    found = np.full_like(at, np.nan)
    pending = np.flatnonzero(np.isfinite(wanted).all(axis=0))
    wanted, at, share = wanted[:, pending], at[:, pending], np.ones(len(pending))
    missing = wanted - warp.src_from_dst(*at)
    for _ in range(ITERATIONS):
        step, determinant = _newton_step(warp, at, missing)
        arrived = (np.hypot(*missing) <= SLACK) & (np.hypot(*step) <= SLACK)
        upright = arrived & (determinant * orientation > 0)
        found[:, pending[upright]] = (at + step)[:, upright]  # the last step squares what is left of the distance
        away = ~arrived & (share >= LEAST_SHARE)
        if not away.any():
            break
        pending, wanted, at, missing, share = pending[away], wanted[:, away], at[:, away], missing[:, away], share[away]
        tried = at + share * step[:, away]
        still_missing = wanted - warp.src_from_dst(*tried)
        nearer = np.hypot(*still_missing) < np.hypot(*missing)
        at, missing = np.where(nearer, tried, at), np.where(nearer, still_missing, missing)
        share = np.where(nearer, np.minimum(2 * share, 1), share / 2)
    return found[0].reshape(target[0].shape), found[1].reshape(target[0].shape)


def _newton_step(warp: Map, at: Coordinates, missing: Coordinates) -> tuple[Coordinates, Coordinates]:
    """Give the step in dst that would, were the map linear, make up for what is missing in src; and its determinant."""
    slope = warp.src_jacobian(*at)
    determinant = slope.x_x * slope.y_y - slope.x_y * slope.y_x
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        x = (slope.y_y * missing[0] - slope.x_y * missing[1]) / determinant
        y = (slope.x_x * missing[1] - slope.y_x * missing[0]) / determinant
    return np.stack([x, y]), determinant
