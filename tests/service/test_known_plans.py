"""Plans that are found again: those of equal specs for pictures of equal size, and no others."""

import asyncio
import json

import numpy as np
import pytest

from core import Size
from service.items import prepare
from service.known_plans import MOST, MOST_OPS, KnownPlans
from service.resolve import resolve
from service.settings import Settings
from service.spec.text import read_specs
from service.upload import Picture
from service.workers import Workers
from tests import files, pictures
from tests.service.making import ONE_SLOT, specs_of

SIZE = Size(30, 20)
TURN = '{"ops": [{"op": "rotate", "angle": 30}]}'
OTHERS = (
    '{"ops": [{"op": "rotate", "angle": 31}]}',
    '{"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"}',
    '{"ops": [{"op": "rotate", "angle": 30}], "output": {"format": "webp"}}',
    '{"matrix": [[1, 0, 3], [0, 1, 0]]}',
)


def spec_of(text):
    (spec,) = read_specs(text)
    return spec


def plan_of(text, size=SIZE):
    return resolve(spec_of(text), size, Settings())


@pytest.fixture
def known():
    known = KnownPlans()
    for text in (*OTHERS, TURN):
        known.keep(spec_of(text), SIZE, (1, 2), plan_of(text))
    return known


@pytest.mark.parametrize("text", [TURN, *OTHERS])
def test_an_equal_spec_finds_its_plan(known, text):
    plan = known.find(spec_of(f" {text}"), Size(30, 20), [1, 2])  # not the same text, so not the same object
    assert plan.output == plan_of(text).output
    assert plan.canvas == plan_of(text).canvas
    np.testing.assert_array_equal(plan.chain.last_matrix, plan_of(text).chain.last_matrix)


def test_another_spec_size_or_choice_of_reductions_finds_none(known):
    assert known.find(spec_of('{"ops": [{"op": "rotate", "angle": 29}]}'), SIZE, (1, 2)) is None
    assert known.find(spec_of(TURN), Size(20, 30), (1, 2)) is None
    assert known.find(spec_of(TURN), SIZE, (1,)) is None


def test_the_oldest_goes_first(known):
    for side in range(1, MOST):
        known.keep(spec_of(TURN), Size(side, 1), (1,), plan_of(TURN))
    assert known.find(spec_of(TURN), SIZE, (1, 2))
    known.keep(spec_of(TURN), Size(MOST, 1), (1,), plan_of(TURN))
    assert known.find(spec_of(TURN), SIZE, (1, 2)) is None
    assert known.find(spec_of(TURN), Size(1, 1), (1,))


def test_long_specs_are_not_kept():
    known = KnownPlans()
    for count in (MOST_OPS, MOST_OPS + 1):
        spec = spec_of(json.dumps({"ops": [{"op": "flip", "axis": "both"}] * count}))
        known.keep(spec, SIZE, (1,), resolve(spec, SIZE, Settings()))
        assert bool(known.find(spec, SIZE, (1,))) == (count == MOST_OPS)


@pytest.mark.parametrize(
    ("written", "maps", "is_known"),
    [
        ({"ops": [{"op": "swirl", "strength": 2, "radius": 9}]}, [], True),
        ({"ops": [{"op": "displacement", "map": 1, "x_scale": 9}]}, [pictures.random(4, 3)], False),
    ],
)
def test_the_next_request_takes_the_plan_unless_it_brings_a_map(written, maps, is_known):
    """What a map does depends on its pixels, which no plan that is kept may hold."""
    workers, known = Workers(ONE_SLOT), KnownPlans()
    picture = Picture(files.png(pictures.random(30, 20), files.GRAY), None)

    def plan():
        (item,) = asyncio.run(prepare([picture], specs_of(written), Settings(), workers, known, maps))
        return item.work.plan

    assert (plan() is plan()) == is_known
    workers.close()
