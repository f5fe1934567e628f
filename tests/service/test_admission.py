"""So many work, so much memory, so long a line with so much work in it; no slot and no byte is ever lost."""

import asyncio
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import admission as subject
from service.admission import Admission, Bounds, Need
from service.errors import Overloaded

WIDE = Bounds(slots=2, queue=3, queue_work=100, memory=1000)


async def settle():
    """Let every task run as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


class Request:
    """One that comes, works until it is told otherwise, and may wait for its client."""

    def __init__(self, admission, name, need, log):
        self.admission, self.name, self.need, self.log = admission, name, need, log
        self.dropped = self.holds_upload = False
        self.place = None
        self.steps = asyncio.Queue()
        self.task = asyncio.create_task(self._serve())

    async def _serve(self):
        async with self.admission.enter(self.need, self._drop, lambda: self.holds_upload) as self.place:
            self.log.append(self.name)
            while step := await self.steps.get():
                if step == "aside":
                    self.place.give_way()
                else:
                    await self.place.come_back()
                    self.log.append(f"{self.name} again")

    def _drop(self):
        self.dropped = True
        self.task.cancel()

    def tell(self, step):
        self.steps.put_nowait(step)

    async def end(self):
        self.tell("")
        await self.task

    async def leave(self):
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


class Story:
    """Requests of one admission, and the order in which they begin."""

    def __init__(self, **bounds):
        self.admission = Admission(WIDE._replace(**bounds))
        self.log = []
        self.requests = {}

    async def come(self, name, work=0, memory=0):
        self.requests[name] = Request(self.admission, name, Need(work, memory), self.log)
        await settle()
        return self.requests[name]

    async def refused(self, work=0, memory=0):
        with pytest.raises(Overloaded) as caught:
            async with self.admission.enter(Need(work, memory), lambda: None):
                pass
        return caught.value.detail

    async def end_all(self):
        for request in self.requests.values():
            if not request.task.done():
                request.tell("")
        await asyncio.gather(*(request.task for request in self.requests.values()), return_exceptions=True)
        state = self.admission
        assert (state.working, state.memory, state.waiting, state.waiting_work, state.aside) == (0, 0, 0, 0, 0)


def test_so_many_work_the_next_wait_in_turn_and_the_rest_are_refused():
    async def story():
        them = Story(queue=2)
        for name in "abcd":
            await them.come(name)
        assert them.log == ["a", "b"]
        assert "2 requests wait; at most 2 may (GRIDWARP_QUEUE)" in await them.refused()
        await them.requests["a"].end()
        await settle()
        assert them.log == ["a", "b", "c"], "first come, first served"
        e = await them.come("e")
        assert not e.task.done(), "there is room in the queue again"
        await them.end_all()

    asyncio.run(story())


def test_the_line_is_bounded_by_the_work_in_it():
    async def story():
        them = Story(slots=1, queue=9)
        await them.come("works", work=10_000)
        await them.come("waits", work=60)
        assert "the work that waits is 60 and this request's is 41; at most 100 may wait" in await them.refused(work=41)
        await them.come("small", work=40)
        await them.refused(work=1)
        await them.come("nothing", work=0)
        assert (them.admission.waiting, them.admission.waiting_work) == (3, 100)
        await them.end_all()

    asyncio.run(story())


def test_one_that_waits_alone_may_bring_any_work():
    async def story():
        them = Story(slots=1)
        await them.come("works")
        await them.come("huge", work=10**12)
        await them.refused(work=1)
        await them.end_all()

    asyncio.run(story())


def test_without_a_queue_only_the_slots_admit():
    async def story():
        them = Story(slots=1, queue=0)
        await them.come("a")
        await them.refused()
        await them.end_all()

    asyncio.run(story())


def test_who_could_begin_at_once_is_never_refused_before():
    async def story():
        them = Story(slots=1, queue=0)
        them.admission.check_room()
        assert them.admission.begins_at_once(Need(10**12, 10**12))
        await them.come("a")
        assert not them.admission.begins_at_once(Need())
        with pytest.raises(Overloaded):
            them.admission.check_room()
        await them.end_all()
        them.admission.check_room()

    asyncio.run(story())


def test_a_request_begins_when_its_pictures_fit_beside_the_others():
    async def story():
        them = Story(slots=3, memory=100)
        await them.come("a", memory=60)
        await them.come("b", memory=41)
        await them.come("c", memory=1)
        assert them.log == ["a"], "nobody passes who would fit: the large would never have its turn"
        await them.requests["a"].end()
        await settle()
        assert them.log == ["a", "b", "c"]
        assert them.admission.memory == 42
        await them.end_all()

    asyncio.run(story())


def test_one_that_is_alone_may_take_any_memory():
    async def story():
        them = Story(slots=2, memory=100)
        await them.come("huge", memory=10**12)
        await them.come("b", memory=1)
        assert them.log == ["huge"]
        await them.end_all()
        assert them.log == ["huge", "b"]

    asyncio.run(story())


def test_a_slot_is_anothers_while_the_client_is_waited_for():
    async def story():
        them = Story(slots=1)
        a = await them.come("a", memory=10)
        await them.come("b", memory=20)
        await them.come("c", memory=30)
        a.tell("aside")
        await settle()
        assert them.log == ["a", "b"]
        assert (them.admission.working, them.admission.aside, them.admission.memory) == (1, 1, 30)
        a.tell("back")
        await settle()
        assert them.log == ["a", "b"]
        await them.requests["b"].end()
        await settle()
        assert them.log == ["a", "b", "a again"], "who has begun comes before who has not"
        await them.end_all()

    asyncio.run(story())


@pytest.mark.parametrize("while_it", ["works", "waits", "is aside", "comes back"])
def test_nothing_is_lost_when_a_request_is_cancelled(while_it):
    async def story():
        them = Story(slots=1)
        for _ in range(5):
            a = await them.come("a", work=1, memory=10)
            b = await them.come("b", work=1, memory=10)
            if while_it in {"is aside", "comes back"}:
                a.tell("aside")
                await settle()
                if while_it == "comes back":
                    a.tell("back")
                    await settle()
            await (b if while_it == "waits" else a).leave()
            await them.end_all()

    asyncio.run(story())


def test_one_who_is_cancelled_at_the_moment_of_its_turn_passes_the_slot_on():
    async def story():
        them = Story(slots=1)
        first, second, _ = [await them.come(name) for name in ("first", "second", "third")]
        first.tell("")
        second.task.cancel()
        await settle()
        assert them.log == ["first", "third"]
        await them.end_all()
        first, second, _ = [await them.come(name) for name in ("first", "second", "third")]
        seconds = them.admission._waiting[0]
        first.tell("")
        while not seconds.turn.done():  # noqa: ASYNC110 (one step of the loop at a time)
            await asyncio.sleep(0)
        second.task.cancel()  # its turn has come, and it has not yet run
        await settle()
        assert them.log[2:] == ["first", "third"]
        await them.end_all()

    asyncio.run(story())


def test_who_keeps_others_waiting_longest_is_dropped_after_a_while(monkeypatch):
    monkeypatch.setattr(subject, "PATIENCE", 0.05)

    async def story():
        them = Story(slots=2, memory=100)
        slow, slower = await them.come("slow", memory=50), await them.come("slower", memory=50)
        slower.tell("aside")
        await settle()
        slow.tell("aside")
        await asyncio.sleep(0.1)
        assert [slow.dropped, slower.dropped] == [False, False], "nobody needs their memory"
        began = asyncio.get_running_loop().time()
        await them.come("needs", memory=40)
        await settle()
        assert slower.dropped
        assert not slow.dropped
        assert them.log[-1] == "needs"
        assert asyncio.get_running_loop().time() - began < 0.05, "he has had his time"
        await them.end_all()

    asyncio.run(story())


def test_who_keeps_his_upload_longest_is_dropped_when_others_have_no_room(monkeypatch):
    monkeypatch.setattr(subject, "PATIENCE", 0.1)

    async def story():
        them = Story(slots=4)
        without, first, second, works = [await them.come(name) for name in ("without", "first", "second", "works")]
        first.holds_upload = second.holds_upload = works.holds_upload = True
        for request in (without, first, second):
            request.tell("aside")
            await settle()
        them.admission.press_for_uploads()
        await settle()
        assert not first.dropped, "he has just begun to wait"
        await asyncio.sleep(0.15)
        them.admission.press_for_uploads()
        await settle()
        assert [each.dropped for each in (without, first, second, works)] == [False, True, False, False]
        them.admission.press_for_uploads()
        await settle()
        assert second.dropped
        them.admission.press_for_uploads()
        assert not works.dropped
        await them.end_all()

    asyncio.run(story())


def test_who_has_just_begun_to_wait_for_his_client_is_given_a_while(monkeypatch):
    monkeypatch.setattr(subject, "PATIENCE", 0.2)

    async def story():
        them = Story(slots=2, memory=100)
        slow = await them.come("slow", memory=90)
        slow.tell("aside")
        await settle()
        await them.come("needs", memory=40)
        await asyncio.sleep(0.1)
        assert not slow.dropped
        await asyncio.sleep(0.2)
        assert slow.dropped
        assert them.log == ["slow", "needs"]
        await them.end_all()

    asyncio.run(story())


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["come", "end", "leave", "aside", "back"])), max_size=40))
def test_the_bounds_hold_whatever_happens(steps):
    """Any order of coming, ending, leaving and waiting: never more than allowed, and nothing left at the end."""

    async def story():
        them = Story(memory=50)
        for number, (index, step) in enumerate(steps):
            request = them.requests.get(str(index))
            alive = request and not request.task.done()
            if step == "come" and not alive:
                await them.come(str(index), work=10 * index, memory=10 * (number % 4))
            elif step == "leave" and alive:
                await request.leave()
            elif step == "end" and alive:
                request.tell("")
            elif step in {"aside", "back"} and alive and request.place:
                aside = request.place._request in them.admission._aside
                if aside not in {step == "aside", request.place._request.has_slot}:
                    request.tell(step)
            await settle()
            state = them.admission
            assert 0 <= state.working <= state.bounds.slots
            assert state.memory <= state.bounds.memory
            assert state.waiting <= state.bounds.queue
            assert state.waiting_work <= state.bounds.queue_work
        await them.end_all()

    asyncio.run(story())
