import numpy as np
import pytest

from core import HorizonAtCentre, HorizonInView, SingularMap, Size, State, homography

SOURCE = Size(8, 6)


def test_a_state_starts_unmoved():
    state = State.start(SOURCE)
    np.testing.assert_array_equal(state.dst_from_src, np.eye(3))
    assert (state.source, state.frame) == (SOURCE, SOURCE)


def test_the_operation_listed_first_acts_first():
    state = State.start(SOURCE).then(homography.translate(1, 0)).then(homography.scale(2, 3))
    np.testing.assert_array_equal(state.dst_from_src @ [3, 1, 1], [8, 3, 1])


def test_the_outline_is_the_mapped_rectangle():
    state = State.start(SOURCE).then(homography.rotate(np.pi / 2)).then(homography.translate(6, 0))
    np.testing.assert_array_equal(state.outline(), [[6, 6, 0, 0], [0, 8, 8, 0]])


def test_a_singular_operation_is_refused_at_once():
    with pytest.raises(SingularMap):
        State.start(SOURCE).then(homography.scale(1, 0))


def test_operations_that_flatten_together_are_refused():
    with pytest.raises(SingularMap):
        State.start(SOURCE).then(homography.scale(1e5, 1)).then(homography.scale(1e5, 1e-5))


def test_a_horizon_through_the_centre_is_refused():
    with pytest.raises(HorizonAtCentre):
        State.start(SOURCE).then(np.array([[1, 0, 0], [0, 1, 0], [0.25, 0, -1.0]]))


@pytest.mark.parametrize("last_row", [[0.5, 0, -1], [0, -1, 3.5], [1, 0, 0]])
def test_an_outline_that_the_horizon_cuts_or_touches_is_refused(last_row):
    state = State.start(SOURCE).then(np.array([[1, 0.1, 0], [0, 1, 3], last_row]))
    with pytest.raises(HorizonInView):
        state.outline()


def test_the_sign_of_a_projective_matrix_means_nothing():
    matrix = np.array([[1, 0, 0], [0, 1, 0], [0.01, 0, 1]])
    outlines = [State.start(SOURCE).then(sign * matrix).outline() for sign in (1, -1)]
    np.testing.assert_array_equal(*outlines)
