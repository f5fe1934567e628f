"""There and back again, on the domain where each map has one source for each point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.grid import SLACK
from core.maps.arc import Arc
from core.maps.barrel import Barrel
from core.maps.bulge import Bulge
from core.maps.lens import Lens
from core.maps.polar import Depolar, Polar
from core.maps.swirl import Swirl
from core.maps.wave import Wave
from tests.core.maps.examples import HEIGHT, WIDTH

ROUNDINGS = 200
"""Of a coordinate, over both directions."""

WITHIN = 0.95
"""Of a turning radius: nearer to it the condition grows without bound."""

centres = st.tuples(st.floats(-50, 250), st.floats(-50, 200))
small = st.floats(-0.4, 0.4)
tangential = st.floats(-0.005, 0.005)
lengths = st.floats(20, 400)
strips = st.tuples(st.integers(10, 300), st.integers(30, 900), st.booleans())

EXAMPLES = {
    "lens": st.builds(
        lambda k, p, f, c: Lens(*k, *p, f, *c),
        *(st.tuples(small, small, small), st.tuples(tangential, tangential), st.floats(100, 600), centres),
    ),
    "barrel": st.builds(
        lambda a, b, c, d, s, at: Barrel(a, b, c, d, s, *at),
        small,
        small,
        small,
        *(st.floats(0.3, 2), lengths, centres),
    ),
    "polar": st.builds(lambda c, s: Polar(*c, *s), centres, strips),
    "depolar": st.builds(lambda c, s: Depolar(*c, *s), centres, strips),
    "swirl": st.builds(lambda s, r, c: Swirl(s, r, *c), st.floats(-10, 10), lengths, centres),
    "arc": st.builds(Arc, st.floats(0.001, 6) | st.floats(-6, -0.001), st.just(WIDTH), st.just(HEIGHT)),
    "wave": st.builds(Wave, st.floats(-30, 30), lengths, st.floats(-4, 4), st.sampled_from("xy")),
    "bulge": st.builds(lambda s, r, c: Bulge(s, r, *c), st.floats(-1, 0.95), lengths, centres),
}


def domain(example, x, y):
    """Which points of dst lie where the map promises the way back, of those that have a source."""
    if isinstance(example, Lens):
        turning_radius = example.turning_radius * example.focal
    elif isinstance(example, Barrel):
        turning_radius = example.turning_radius * example.scale
    else:
        return np.full(x.shape, fill_value=True)
    return np.hypot(x - example.centre_x, y - example.centre_y) < WITHIN * turning_radius


def points():
    generator = np.random.default_rng(3)
    return generator.uniform(0, WIDTH, 50), generator.uniform(0, HEIGHT, 50)


def norms(jacobian):
    """The norm of each Jacobian, and of its inverse."""
    matrices = np.moveaxis(np.array(jacobian).reshape(2, 2, -1), -1, 0)
    singular_values = np.linalg.svd(matrices, compute_uv=False)
    return singular_values[:, 0], 1 / singular_values[:, 1]


def tolerance(example, x, y, src_x, src_y):
    """How far rounding moves a point, in either plane, that goes to the other and back."""
    numbers = [number for number in vars(example).values() if isinstance(number, float)]
    reach = np.max(np.abs([x, y, src_x, src_y]), axis=0) + np.max(np.abs(numbers))
    forth, back = norms(example.src_jacobian(x, y))
    rounding = ROUNDINGS * 2**-53 * reach * (1 + forth) * (1 + back)
    return rounding + (SLACK * (1 + back)) ** 2  # Newton's method ends within SLACK and squares what is left


def apart(y, other_y, strip):
    """The distance of two rows; of a strip that repeats itself, the short way round."""
    distance = np.abs(y - other_y)
    return np.abs((distance + strip.angles / 2) % strip.angles - strip.angles / 2) if strip else distance


@pytest.mark.parametrize("name", EXAMPLES)
@given(data=st.data())
def test_dst_to_src_and_back(name, data):
    example = data.draw(EXAMPLES[name])
    x, y = points()
    kept = domain(example, x, y) & np.isfinite(example.src_from_dst(x, y)[0])
    x, y = x[kept], y[kept]
    src_x, src_y = example.src_from_dst(x, y)
    back_x, back_y = example.dst_from_src(src_x, src_y)
    away = np.hypot(back_x - x, apart(back_y, y, example if isinstance(example, Polar) else None))
    np.testing.assert_array_less(away, tolerance(example, x, y, src_x, src_y))


@pytest.mark.parametrize("name", EXAMPLES)
@given(data=st.data())
def test_src_to_dst_and_back(name, data):
    example = data.draw(EXAMPLES[name])
    src_x, src_y = points()
    x, y = example.dst_from_src(src_x, src_y)
    kept = np.isfinite(x)
    kept[kept] = domain(example, x[kept], y[kept])
    src_x, src_y, x, y = src_x[kept], src_y[kept], x[kept], y[kept]
    back_x, back_y = example.src_from_dst(x, y)
    away = np.hypot(back_x - src_x, apart(back_y, src_y, example if isinstance(example, Depolar) else None))
    np.testing.assert_array_less(away, tolerance(example, x, y, src_x, src_y))
