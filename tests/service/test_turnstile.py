"""One request begins at each turn of the loop, and a health check passes all that wait."""

import asyncio

from service.turnstile import Turnstile
from tests.service.asgi import scope_of


def story_of(*paths, cancelled=()):
    """Let requests come at the same moment; give the order in which they begin, and the turns of the loop between."""
    log = []

    async def app(scope, receive, send):
        log.append(scope["path"])

    async def story():
        turnstile = Turnstile(app)
        requests = [asyncio.create_task(turnstile(scope_of(path), None, None)) for path in paths]
        for turn in range(3 * len(paths)):
            await asyncio.sleep(0)
            if turn == 0:
                for number in cancelled:
                    requests[number].cancel()
            log.append("-")
        assert all(request.done() for request in requests)

    asyncio.run(story())
    return "".join(log)


def test_they_begin_one_at_a_turn_in_the_order_in_which_they_came():
    order = story_of("a", "b", "c", "d")
    assert order.replace("-", "") == "abcd"
    assert "-b-" in order
    assert "-c-" in order


def test_a_health_check_is_before_them():
    assert story_of("a", "b", "c", "d", "/livez", "e").replace("-", "") == "a/livezbcde"


def test_who_is_cancelled_in_the_line_is_passed_over():
    assert story_of("a", "b", "c", "d", cancelled=[1, 2]).replace("-", "") == "ad"


def test_it_works_again_after_it_was_empty():
    log = []

    async def app(scope, receive, send):
        log.append(scope["path"])

    async def story():
        turnstile = Turnstile(app)
        for path in "abc":
            await asyncio.wait_for(turnstile(scope_of(path), None, None), 5)
            await asyncio.sleep(0.01)

    asyncio.run(story())
    assert log == ["a", "b", "c"]
