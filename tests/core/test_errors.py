import inspect

import pytest

import core
from core import errors

ERRORS = [error for _, error in inspect.getmembers(errors, inspect.isclass) if issubclass(error, errors.WarpError)]


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_a_warp_error_and_public(error):
    assert error.__name__ in core.__all__
    assert issubclass(error, ValueError)


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_drawn_in_the_tree(error):
    assert error.__name__ in errors.__doc__


def test_messages_say_what_is_wrong_and_what_helps():
    assert "1e+12" in str(errors.SingularMap(3e14, 1e12))
    assert errors.SingularMap(3e14, 1e12).condition == 3e14
    assert str(errors.UnknownName("filter", {"b", "a"})) == "no such filter; choose one of a, b"
    assert "horizon" in str(errors.HorizonInView())
    assert "centre" in str(errors.HorizonAtCentre())
    assert "src" in str(errors.InvalidQuad("src", "two of its sides cross"))
    assert "sides cross" in str(errors.InvalidQuad("src", "two of its sides cross"))
    assert "column 3 and row 7" in str(errors.FoldedMesh(3, 7))
    assert (errors.FoldedMesh(3, 7).column, errors.FoldedMesh(3, 7).row) == (3, 7)
    assert "'same'" in str(errors.NoImage())
    assert "inscribed" in str(errors.NothingInscribed())
