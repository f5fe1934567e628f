"""The CSS lines of docs/migration.md: the map that Chromium makes of each is the one in our answer's Warp-Matrix."""

import re

import numpy as np
import pytest

from tests.browser.conftest import browser  # noqa: F401 (a fixture)
from tests.contract.server import running
from tests.docs.migration import PICTURE, lines_of

MEASURE = """(style) => {
    const element = document.createElement("div");
    element.style.cssText = style;
    document.body.append(element);
    const {transform, transformOrigin} = getComputedStyle(element);
    element.remove();
    return [transform, transformOrigin];
}"""

OURS = 1e-12
"""Of the largest entry: some roundings of 2^-53, in the browser's origin and in our inverse of an inverse."""


@pytest.fixture(scope="module")
def page(browser):  # noqa: F811 (the fixture)
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("migration_css") / "log") as server:
        yield server


def about_origin(transform, origin):
    """Give the 3x3 map of the element's plane, source -> output from its corner, and how exact its entries are.

    The browser prints six digits: a number is off by half a unit of the last one, and each entry of the product by what
    these make together.
    """
    kind, numbers = re.fullmatch(r"(matrix|matrix3d)\((.*)\)", transform).groups()
    printed = PLANES[kind](np.array([float(number) for number in numbers.split(",")]))
    x, y = (float(length.removesuffix("px")) for length in origin.split()[:2])
    to_origin, back = np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1]]), np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])
    return back @ printed @ to_origin, np.abs(back) @ half_a_digit(printed) @ np.abs(to_origin)


def half_a_digit(printed):
    """Give half a unit of each number's sixth digit; 0 and 1 stand for themselves."""
    magnitude = np.floor(np.log10(np.where(printed == 0, 1, np.abs(printed))))
    return np.where((printed == 0) | (printed == 1), 0, 0.5 * 10 ** (magnitude - 5))


# Both are written column by column. A picture has no depth, so the third row and column of matrix3d() do not matter.
PLANES = {
    "matrix": lambda six: np.vstack([six.reshape(3, 2).T, [0, 0, 1]]),
    "matrix3d": lambda sixteen: sixteen.reshape(4, 4).T[np.ix_([0, 1, 3], [0, 1, 3])],
}


@pytest.mark.parametrize("line", lines_of("CSS"), ids=lambda line: line.there)
def test_a_line_makes_the_map_that_the_browser_makes(line, page, server):
    answer = server.warp(PICTURE.read_bytes(), line.query)
    assert answer.status_code == 200, answer.text
    ours = np.array([float(number) for number in answer.headers["Warp-Matrix"].split(",")]).reshape(3, 3)
    width, height = answer.headers["Warp-Source-Size"].split("x")
    transform, origin = page.evaluate(MEASURE, f"width: {width}px; height: {height}px; {line.there}")
    theirs, error = about_origin(transform, origin)
    assert theirs[2, 2] == 1
    np.testing.assert_array_less(np.abs(ours - theirs), error + OURS * np.abs(ours).max())
