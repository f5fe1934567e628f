"""The Python that docs/migration.md begins with: it asks, tells why it was refused, and writes out any matrix."""

import re

import numpy as np
import pytest

from tests.docs.migration import PICTURE, code_of, lines_of, matrices_in
from tests.docs.test_migration import HEIGHT, LIBRARIES, WIDTH, in_gridwarp, names_of, recorded

WRITTEN = [
    ("OpenCV", "M", "opencv", "cv2.warpAffine(img, M, (451, 300))"),
    ("OpenCV", "H", "opencv", "cv2.warpPerspective(img, H, (451, 300))"),
    ("Pillow", "A", "pixel", "img.transform((451, 300), Transform.AFFINE, A)"),
    ("Pillow", "(*P, 1)", "pixel", "img.transform((451, 300), Transform.PERSPECTIVE, P, Resampling.BILINEAR)"),
    ("PyTorch", "theta", "normalized", "F.grid_sample(x, grid, align_corners=False)"),
    ("scikit-image", "M", "skimage", "transform.warp(img, M)"),
    ("scikit-image", "H", "skimage", "transform.warp(img, projective)"),
    ("scikit-image", "affine", "skimage", "transform.warp(img, affine)"),
    ("scikit-image", "projective", "skimage", "transform.warp(img, projective)"),
    ("scikit-image", "similarity", "opencv", "transform.warp(img, similarity.inverse)"),
    ("scikit-image", "euclidean", "opencv", "transform.warp(img, euclidean.inverse)"),
]
"""Each section's matrices as they are handed to `numbers`, the convention they go with, and a line with that map."""

WRITTEN_ERROR = 1e-12  # of the largest entry: some roundings of 2^-53, in the library's matrix and in ours


@pytest.fixture
def client(server, monkeypatch):
    """Run the Python that the page begins with, for this service; gives its names."""
    names = {}
    exec(code_of("").replace("http://127.0.0.1:8000", server.url), names)  # noqa: S102 (the page's own code)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return names


def test_the_client_works(client):
    opencv = names_of("OpenCV")
    turn = opencv["cv2"].getRotationMatrix2D((225, 149.5), 30, 1.2)
    query = f"op=matrix:{client['numbers'](turn)},convention=opencv&border=constant&fill=black"
    here = np.asarray(client["gridwarp"](PICTURE.read_bytes(), query)).astype(float)
    there = opencv["cv2"].warpAffine(opencv["img"], turn, (WIDTH, HEIGHT))[..., ::-1]
    assert np.abs(here - there).max() <= 1


def test_the_client_tells_why_it_was_refused(client):
    with pytest.raises(RuntimeError, match="choose one of nearest, bilinear"):
        client["gridwarp"](PICTURE.read_bytes(), "op=rotate:30&filter=cubic")


@pytest.mark.parametrize(("section", "given", "convention", "there"), WRITTEN)
def test_the_client_writes_out_a_matrix(section, given, convention, there, server, client):
    if section == "PyTorch":
        _, sent = recorded()
    else:
        sent = client["numbers"](eval(given, names_of(section)))  # noqa: S307 (the page's own names)
    (line,) = [line for line in lines_of(section) if line.there == there]
    _, expected = in_gridwarp(server, line.query)
    _, matrix = in_gridwarp(server, f"op=matrix:{sent},convention={convention}")
    np.testing.assert_allclose(matrix, expected, rtol=0, atol=WRITTEN_ERROR * np.abs(expected).max())


@pytest.mark.parametrize("section", LIBRARIES)
def test_every_matrix_is_written_out(section):
    assert matrices_in(section) == [re.search(r"\w+", given)[0] for name, given, *_ in WRITTEN if name == section]
