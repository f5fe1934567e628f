"""How busy a child is, what it says, and what its parent does when it cannot take a connection.

The rest is tested from outside.
"""

import asyncio
import socket

import pytest

from service.channel import COMPILES, DRAINED
from service.loads import Load
from service.offspring import Offspring


@pytest.fixture
def pair():
    """A child without a process, and its end of the channel."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs, socket.socket() as connection:
        yield Offspring(None, ours), theirs, connection


def test_requests_and_connections_count_and_what_is_on_the_way(pair):
    child, _, connection = pair
    assert child.busyness(Load()) == (0, 0)
    assert child.take(connection)
    assert child.take(connection)
    assert child.busyness(Load()) == (2, 0)
    assert child.busyness(Load(taken=1, connections=1)) == (2, 0)
    assert child.busyness(Load(taken=2, connections=2, requests=1)) == (3, 1)
    assert child.busyness(Load(taken=2)) == (0, 0)


def test_idle_connections_weigh_as_much_as_requests_but_yield_to_them():
    child = Offspring(None, None)
    idle, at_work = Load(connections=2), Load(connections=1, requests=1)
    assert child.busyness(idle) < child.busyness(at_work) < child.busyness(Load(connections=3))


def test_one_that_is_behind_takes_no_more_for_now(pair):
    child, theirs, connection = pair
    taken = 0
    while child.take(connection):
        taken += 1
    assert taken > 10
    assert child.is_there
    assert child.busyness(Load()) == (taken, 0)
    for _ in range(taken):
        _, [file], _, _ = socket.recv_fds(theirs, 1, 1)
        socket.close(file)
    assert child.take(connection)


def test_one_that_has_gone_takes_none(pair):
    child, theirs, connection = pair
    theirs.close()
    assert not child.take(connection)
    assert not child.is_there


@pytest.mark.parametrize(
    "said", [[COMPILES, b"some core", DRAINED], [COMPILES, DRAINED, b"some core"], [DRAINED, COMPILES, b"some core"]]
)
@pytest.mark.parametrize("at_once", [False, True])
def test_one_that_compiles_is_ready_and_drained_says_all_three_be_it_at_once(pair, said, at_once):
    child, theirs, _ = pair
    assert (child.compiles, child.cores, child.is_drained) == (False, "", False)

    async def hear():
        for word in [b"".join(said)] if at_once else said:
            theirs.send(word)
            assert await child.hear()
        assert (child.compiles, child.cores, child.is_drained) == (True, "some core", True)
        theirs.close()
        assert not await child.hear()
        assert (child.cores, child.is_drained, child.is_there) == ("some core", True, False)

    asyncio.run(hear())
