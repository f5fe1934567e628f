"""The slot is another's while the client is waited for, and a client that is waited for too long is given up."""

import asyncio
from contextlib import suppress

from service import paced_send as subject
from service.incoming_body import SLOWEST
from service.paced_send import PacedSend
from service.record import record_of


class Place:
    """Notes what is done with it."""

    def __init__(self):
        self.log = []

    def give_way(self):
        self.log.append("gives way")

    async def come_back(self):
        self.log.append("comes back")


def send_slowly(monkeypatch, *messages, takes, seconds=10.0):
    """Send messages to a client that takes its time for each; give what happened, and the time that was noted."""
    monkeypatch.setattr(subject, "MOMENT", 0.02)
    place, scope = Place(), {}

    async def send(message):
        await asyncio.sleep(takes)
        place.log.append("sent")

    async def story():
        paced = PacedSend(send, scope, place, seconds=seconds, give_up=lambda: place.log.append("given up"))
        for message in messages:
            await paced(message)

    asyncio.run(story())
    return place.log, record_of(scope).clock.seconds()["send"]


PIECE = {"type": "http.response.body", "body": b"x", "more_body": True}


def test_a_good_client_costs_no_slot(monkeypatch):
    log, _ = send_slowly(monkeypatch, PIECE, PIECE, takes=0)
    assert log == ["sent", "sent"]


def test_a_client_that_takes_longer_than_a_moment_does(monkeypatch):
    log, seconds = send_slowly(monkeypatch, PIECE, PIECE, takes=0.1)
    assert log == ["gives way", "sent", "comes back"] * 2
    assert 0.18 < seconds < 1


def test_who_has_all_of_it_waits_for_no_slot(monkeypatch):
    log, _ = send_slowly(monkeypatch, PIECE, PIECE | {"more_body": False}, takes=0.1)
    assert log == ["gives way", "sent", "comes back", "gives way", "sent"]


def test_it_is_given_up_when_all_its_waiting_is_too_much(monkeypatch):
    log, _ = send_slowly(monkeypatch, PIECE, PIECE, PIECE, takes=0.1, seconds=0.25)
    assert log == ["gives way", "sent", "comes back"] * 2 + ["gives way", "given up", "sent", "comes back"]


def test_a_large_answer_has_more_time(monkeypatch):
    half_a_second = {"type": "http.response.body", "body": bytes(SLOWEST // 2), "more_body": True}
    log, _ = send_slowly(monkeypatch, half_a_second, takes=0.3, seconds=0.05)
    assert "given up" not in log


def test_to_read_fast_earns_no_pause(monkeypatch):
    fast = {"type": "http.response.body", "body": bytes(10 * SLOWEST), "more_body": True}
    monkeypatch.setattr(subject, "MOMENT", 10)
    log = []

    async def send(message):
        await asyncio.sleep(0 if message is fast else 10)

    async def story():
        paced = PacedSend(send, {}, Place(), seconds=0.05, give_up=lambda: log.append("given up"))
        await paced(fast)
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await paced(PIECE)

    asyncio.run(story())
    assert log == ["given up"]


def test_a_send_that_fails_leaves_no_timer_behind(monkeypatch):
    monkeypatch.setattr(subject, "MOMENT", 0.02)
    place = Place()

    async def send(message):
        raise OSError

    async def story():
        paced = PacedSend(send, {}, place, seconds=0.03, give_up=lambda: place.log.append("given up"))
        for _ in range(2):
            try:
                await paced(PIECE)
            except OSError:
                place.log.append("failed")
        await asyncio.sleep(0.1)

    asyncio.run(story())
    assert place.log == ["failed", "failed"]
