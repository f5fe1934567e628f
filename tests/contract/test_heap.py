"""A request takes its memory from what the ones before it have freed, instead of having the system make it anew."""

import io
from pathlib import Path

import pytest
from PIL import Image

from tests import pictures
from tests.contract.server import running

pytestmark = pytest.mark.reliability

WIDTH, HEIGHT = 730, 550
ROUNDS = 20
PAGE = 4096
WHOLE = WIDTH * HEIGHT * 4 // PAGE
"""Pages that the decoded picture takes, and nothing else."""


@pytest.mark.parametrize("processes", [1, 2])
def test_requests_take_no_new_pages(tmp_path, processes):
    """Not even those of the decoded picture, which are a few of all that it takes; some come of what runs beside it."""
    file = io.BytesIO()
    Image.fromarray(pictures.random(WIDTH, HEIGHT, 3)).save(file, "PNG")
    with running(tmp_path / "log", workers=1, processes=processes) as server:
        for _ in range(ROUNDS):
            assert server.warp(file.getvalue(), "op=rotate:5").status_code == 200
        before = page_faults(server)
        for _ in range(ROUNDS):
            assert server.warp(file.getvalue(), "op=rotate:5").status_code == 200
        assert page_faults(server) - before < ROUNDS * WHOLE / 2


def page_faults(server):
    """Count those that needed no disk, of all processes: field 10 of /proc/PID/stat (man 5 proc)."""
    stats = [Path(f"/proc/{pid}/stat").read_text() for pid in (server.pid, *server.children)]
    return sum(int(stat.rpartition(")")[2].split()[7]) for stat in stats)
