"""Which picture goes with which spec, and what is kept of those that cannot be warped."""

import asyncio
import gc
import weakref

import pytest

from service.errors import BatchTooLarge, UndecodableImage, WrongCounts
from service.items import Pair, pair_up, prepare
from service.known_plans import KnownPlans
from service.settings import Settings
from service.spec import OpsSpec
from service.spec.sources import PlacedSpec
from service.upload import Picture
from service.workers import Workers
from tests.service.making import ONE_SLOT


def test_one_spec_for_all_pictures_one_picture_for_all_specs_or_each_with_each():
    assert pair_up(1, 1, 9) == [Pair(1, 1)]
    assert pair_up(3, 1, 9) == [Pair(1, 1), Pair(2, 1), Pair(3, 1)]
    assert pair_up(1, 3, 9) == [Pair(1, 1), Pair(1, 2), Pair(1, 3)]
    assert pair_up(3, 3, 9) == [Pair(1, 1), Pair(2, 2), Pair(3, 3)]


@pytest.mark.parametrize("counts", [(2, 3), (3, 2), (1, 0), (5, 0), (9, 8)])
def test_other_counts_are_refused_with_both_numbers(counts):
    with pytest.raises(WrongCounts, match="pictures: {}, specs: {};".format(*counts)):
        pair_up(*counts, 9)


@pytest.mark.parametrize("counts", [(10, 1), (1, 10), (10, 10), (10, 3)])
def test_too_many_are_refused_whether_they_pair_up_or_not(counts):
    with pytest.raises(BatchTooLarge, match="at most 9 pictures"):
        pair_up(*counts, 9)


def test_a_refused_picture_is_let_go_of():
    """A fault that kept its traceback would keep the frames in which it was raised, and with them the whole file."""

    async def prepared():
        workers = Workers(ONE_SLOT)
        picture = Picture(b"BM" + bytes(100_000), "broken.bmp")
        watched.append(weakref.ref(picture))
        try:
            return await prepare([picture], [PlacedSpec(OpsSpec(ops=[]), "")], Settings(), workers, KnownPlans())
        finally:
            workers.close()

    watched = []
    (item,) = asyncio.run(prepared())
    assert isinstance(item.work, UndecodableImage)
    assert item.work.__traceback__ is None
    assert item.work.__cause__ is None
    gc.collect()
    assert watched[0]() is None
