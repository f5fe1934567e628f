"""Small files that ask for a lot: each is refused at once, for next to no memory, by the service as it runs."""

import pytest

from service.formats import MEDIA_TYPES
from tests.bombs import BOMBS, SERVED
from tests.contract.bomb_costs import measure, warm_up
from tests.contract.server import running

MOST_MILLISECONDS = 100
"""Of a processor; the time until the answer is there is on the page of operation."""

MOST_GROWTH = 20 << 20


@pytest.fixture(scope="module")
def server_of_all_formats(tmp_path_factory):
    """TIFF and AVIF have to be asked for."""
    log = tmp_path_factory.mktemp("bombs") / "log"
    with running(log, formats=",".join(MEDIA_TYPES)) as server:
        warm_up(server)
        yield server
        assert server.log.count("\n") < 10
        assert "Traceback" not in server.log


@pytest.mark.parametrize("name", BOMBS)
def test_bomb(server_of_all_formats, name):
    """Some are served: what is large in them is what no picture needs, and it is not looked at."""
    bomb = BOMBS[name]
    cost = measure(server_of_all_formats, bomb.make())
    assert cost.code == bomb.code
    assert cost.status == 200 if bomb.code == SERVED else 400 <= cost.status < 500
    assert cost.worked < MOST_MILLISECONDS
    assert cost.growth < MOST_GROWTH
