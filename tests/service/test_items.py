"""Which picture goes with which spec."""

import pytest

from service.errors import BatchTooLarge, WrongCounts
from service.items import Pair, pair_up


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
