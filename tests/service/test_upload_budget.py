"""All uploads in memory share one budget, which always holds the sum of what is open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Overloaded
from service.upload_budget import Budget, HeldBytes, hold_bytes, release_upload


def test_it_counts_what_is_held_and_released():
    budget = Budget(10)
    first, second = HeldBytes(budget), HeldBytes(budget)
    first.add_body(4)
    second.add_body(5)
    second.add_maps(1)
    assert budget.held == 10
    first.release()
    assert budget.held == 6
    first.release()
    assert budget.held == 6, "released twice, counted once"
    second.release()
    assert budget.held == 0


def test_it_is_filled_to_the_last_byte_and_no_further():
    budget = Budget(10)
    held = HeldBytes(budget)
    held.add_body(9)
    for add in (held.add_body, held.add_maps, budget.check):
        with pytest.raises(Overloaded) as caught:
            add(2)
        assert all(word in caught.value.detail for word in ("9", "2", "10", "GRIDWARP_UPLOAD_BUDGET"))
    assert budget.held == 9, "a refusal takes nothing"
    held.add_body(1)
    held.add_body(0)
    with pytest.raises(Overloaded):
        held.add_body(1)


def test_a_refusal_presses_those_that_hold_it():
    refusals = []
    budget = Budget(10, pressed=lambda: refusals.append(budget.held))
    budget.take(10)
    assert refusals == []
    with pytest.raises(Overloaded):
        budget.check(1)
    assert refusals == [10]


def test_the_body_goes_before_the_maps():
    budget, scope = Budget(10), {}
    held = hold_bytes(scope, budget)
    held.add_body(6)
    held.add_maps(3)
    release_upload(scope)
    release_upload(scope)
    assert (budget.held, held.body, held.maps) == (3, 0, 3)
    held.release()
    assert budget.held == 0


def test_a_request_without_a_body_has_nothing_to_release():
    release_upload({})


def test_every_change_is_told():
    told = []
    budget = Budget(10, changed=lambda: told.append(budget.held))
    held = HeldBytes(budget)
    held.add_body(4)
    held.add_maps(2)
    held.release()
    assert told == [4, 6, 2, 0]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9), st.sampled_from(["body", "maps", "release"]))))
def test_it_always_holds_the_sum_of_what_is_open(steps):
    budget = Budget(100)
    requests = [HeldBytes(budget) for _ in range(10)]
    for size, index, step in steps:
        request = requests[index]
        if step == "release":
            request.release()
        elif budget.held + size <= 100:
            (request.add_body if step == "body" else request.add_maps)(size)
        elif size:
            with pytest.raises(Overloaded):
                request.add_body(size)
        assert budget.held == sum(request.body + request.maps for request in requests)
