"""An alarm rings once, at the last time that it was set to."""

import asyncio
import gc
import weakref

import pytest

from service.alarm import Alarm

MOMENT = 0.03


def rings(story, until=10 * MOMENT):
    """Let a story set an alarm; give the moments at which it rang, counted from the beginning."""
    moments = []

    async def tell():
        began = asyncio.get_running_loop().time()
        alarm = Alarm(lambda: moments.append((asyncio.get_running_loop().time() - began) / MOMENT))

        def set_to(moment):
            alarm.set(began + moment * MOMENT)

        await story(alarm, set_to)
        await asyncio.sleep(until)

    asyncio.run(tell())
    return moments


def test_one_that_is_not_set_is_silent():
    async def story(alarm, _):
        assert not alarm.is_set

    assert rings(story) == []


def test_it_rings_once_at_its_time():
    async def story(alarm, set_to):
        set_to(2)
        assert alarm.is_set

    assert rings(story) == [pytest.approx(2, abs=1)]


@pytest.mark.parametrize(("first", "then"), [(1, 4), (8, 2)], ids=["later", "earlier"])
def test_the_last_time_holds(first, then):
    async def story(_, set_to):
        set_to(first)
        set_to(then)

    (moment,) = rings(story)
    assert then <= moment + 0.1 < then + 2


def test_one_that_was_stopped_is_silent_until_it_is_set_again():
    async def story(alarm, set_to):
        set_to(1)
        alarm.stop()
        await asyncio.sleep(3 * MOMENT)
        assert not alarm.is_set
        set_to(5)

    (moment,) = rings(story)
    assert moment > 4.9


def test_a_time_that_was_stopped_and_set_later_again_is_the_later_one():
    async def story(alarm, set_to):
        set_to(1)
        alarm.stop()
        set_to(4)

    (moment,) = rings(story)
    assert moment > 3.9


def test_it_can_be_set_anew_while_it_rings():
    async def story():
        loop, rung = asyncio.get_running_loop(), []

        def ring():
            rung.append(loop.time())
            if len(rung) == 1:
                alarm.set(rung[0] + 3 * MOMENT)

        alarm = Alarm(ring, loop.time() + MOMENT)
        await asyncio.sleep(10 * MOMENT)
        first, second = rung
        assert second >= first + 3 * MOMENT

    asyncio.run(story())


def test_what_was_forgotten_is_kept_by_nobody():
    async def story():
        class Ring:
            def __call__(self):
                raise AssertionError

        ring = Ring()
        kept = weakref.ref(ring)
        alarm = Alarm(ring, asyncio.get_running_loop().time() + 1000)
        alarm.forget()
        del ring, alarm
        await asyncio.sleep(0)
        gc.collect()
        assert kept() is None

    asyncio.run(story())
