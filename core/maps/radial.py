"""What all radial maps share: rho_src = f(rho) about a centre, the direction kept.

f is increasing from f(0) = 0 up to a turning radius, where the map folds back; below it f can be undone. With u the
unit vector from the centre, the Jacobian is

    J = f(rho) / rho (I - u u^T) + f'(rho) u u^T

since a step across u is scaled as the circle is, and one along u as the radius.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from core.grid import Coordinates
from core.maps.map import Jacobian, Point

Function = Callable[[Coordinates], Coordinates]

DOUBLINGS = 64
"""How often an upper bound is doubled in search of a root: f may grow as slowly as 1e-19 r."""

EPS = float(np.finfo(np.float64).eps)

NOISE = 8 * EPS
"""Of the target: a polynomial of the fourth degree takes eight roundings, so the last digits are not the function's."""

STEPS = 128
"""More than enough: each step is half as long as the last or halves the interval, so 53 settle all digits of a root as
large as its bound, and a root 2^64 times smaller takes 64 more."""


def radial_jacobian(offset: Point, rho: Coordinates, ratio: Coordinates, slope: Coordinates) -> Jacobian:
    """Build the Jacobian of a radial map.

    Args:
        offset: from the centre to the point, in pixels.
        rho: its length.
        ratio: f(rho) / rho there.
        slope: f'(rho) there; at the centre it equals the ratio.
    """
    dx, dy = offset
    away = np.where(rho > 0, rho, 1.0)  # at the centre dx and dy are 0, whatever they are divided by
    x, y, bend = dx / away, dy / away, slope - ratio
    return Jacobian(ratio + bend * x * x, bend * x * y, bend * x * y, ratio + bend * y * y)


def first_turn(slope: Sequence[float]) -> float:
    """Find where a polynomial that starts above 0 first falls below it, on the right of 0.

    Args:
        slope: the coefficients, the constant one first.

    Returns:
        The smallest positive root at which the sign changes; infinity if there is none, and 0 if the polynomial does
        not start above 0, or by so little that its roots overflow.
    """
    if not slope[0] > 0:
        return 0.0
    with np.errstate(over="ignore"):
        reciprocal = np.asarray(slope, dtype=np.float64) / slope[0]  # of 1 / root, so a last coefficient may vanish
    if not np.isfinite(reciprocal).all():
        return 0.0
    inverses = np.roots(reciprocal)
    smallest_normal = np.finfo(np.float64).tiny
    roots = np.sort(1 / inverses.real[(inverses.imag == 0) & (inverses.real > smallest_normal)])
    if not len(roots):
        return math.inf
    between = (roots + np.append(roots[1:], 2 * roots[-1])) / 2
    # A root that only touches 0, or one that rounding invented, leaves the sign as it was.
    falls = roots[np.polynomial.polynomial.polyval(between, reciprocal) < 0]
    return float(falls[0]) if len(falls) else math.inf


def radius_at(function: Function, slope: Function, target: Coordinates, turn: float) -> Coordinates:
    """Solve function(r) = target by Newton's method inside a bracket, bisecting where that is too slow.

    Source: Press et al., Numerical Recipes, 3rd edition, section 9.4 (rtsafe), here on arrays.

    Args:
        function: 0 at 0, increasing up to `turn`.
        slope: its derivative.
        target: at least 0, any shape.
        turn: where the function stops increasing; may be infinite.

    Returns:
        r in [0, turn), to the last digits that the function resolves; NaN where the target is not reached there.
    """
    low, high = np.zeros_like(target), _upper_bound(function, target, turn)
    reached = function(high) > target
    root = np.where(target < high, target, high / 2)
    step = high
    for _ in range(STEPS):
        error = function(root) - target
        settled = (np.abs(error) <= NOISE * target) | (np.abs(step) <= EPS * root)
        if np.all(settled | ~reached):
            break
        low, high = np.where(error <= 0, root, low), np.where(error >= 0, root, high)
        newton = root - error / slope(root)
        trusted = (newton >= low) & (newton <= high) & (2 * np.abs(newton - root) <= np.abs(step))
        moved = np.where(settled, root, np.where(trusted, newton, (low + high) / 2))
        step, root = moved - root, moved
    return np.where(reached, root, np.nan)


def _upper_bound(function: Function, target: Coordinates, turn: float) -> Coordinates:
    """Give a radius for each target at which the function is above it, if there is one."""
    if math.isfinite(turn):
        return np.full_like(target, turn)
    high = np.maximum(target, 1.0)
    for _ in range(DOUBLINGS):
        below = function(high) <= target
        if not np.any(below):
            break
        high = np.where(below, 2 * high, high)
    return high
