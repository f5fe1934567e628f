"""The groups of a kernel's arguments, and the types by which Numba knows them, belong together field by field."""

import pytest

from core.compiled import arguments as given
from core.compiled import summing_arguments as summing
from core.compiled import workspace as room

GROUPS = {
    given.Picture: given.PICTURE,
    given.Borders: given.BORDERS,
    given.Points: given.POINTS,
    given.Edges: given.EDGES,
    given.Output: given.OUTPUT,
    given.Strip: given.STRIP,
    summing.Slopes: summing.SLOPES,
    summing.Resolution: summing.RESOLUTION,
    summing.Lattice: summing.LATTICE,
    summing.Sums: summing.SUMS,
    room.PointRoom: room.POINT_ROOM,
    room.TapRoom: room.TAP_ROOM,
    room.SumRoom: room.SUM_ROOM,
    room.KnotRoom: room.KNOT_ROOM,
}


def of_numba(annotation):
    """What an array of some type, or a number, may be to Numba."""
    for element in ("uint8", "int32", "float32", "float64"):
        if element in str(annotation):
            return {f"Array({element}, 1, 'C', readonly=True)", f"{element}[::1]"}
    return {bool: {"boolean"}, int: {"int32", "int64"}, float: {"float64"}}[annotation]


@pytest.mark.parametrize("group", GROUPS)
def test_every_field_has_its_type(group):
    fields = group.__annotations__.items()
    for (name, annotation), type_ in zip(fields, GROUPS[group], strict=True):
        assert type_ in of_numba(annotation), name
