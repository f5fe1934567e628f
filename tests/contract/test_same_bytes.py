"""The same request gives the same bytes, whatever else is being done at the time."""

import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from tests.contract.repeated import REQUESTS
from tests.contract.server import running

pytestmark = pytest.mark.reliability

THREADS = 8
ON_ONE_PROCESSOR = [
    sys.executable,
    "-c",
    "import os, sys; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); os.execv(sys.argv[1], sys.argv[1:])",
]


@pytest.fixture(scope="module")
def alone(server):
    """What each request gives when nothing else is going on."""
    return [_warp(server.url, *request) for request in REQUESTS]


def _warp(url, picture, query):
    answer = httpx.post(f"{url}/v1/warp?{query}", content=picture, timeout=60, trust_env=False)
    assert answer.status_code == 200, answer.text
    return answer.content


def test_eight_at_once(server, alone):
    assert len(set(alone)) == len(REQUESTS)
    mixed = list(range(len(REQUESTS))) * 3 + list(reversed(range(len(REQUESTS))))
    with ThreadPoolExecutor(THREADS) as threads:
        results = list(threads.map(lambda index: _warp(server.url, *REQUESTS[index]), mixed))
    assert all(result == alone[index] for index, result in zip(mixed, results, strict=True))


def test_the_same_eight_times_at_once(server, alone):
    with ThreadPoolExecutor(THREADS) as threads:
        results = list(threads.map(lambda _: _warp(server.url, *REQUESTS[1]), range(2 * THREADS)))
    assert set(results) == {alone[1]}


def test_one_worker_or_four_in_one_process_or_three(tmp_path, alone):
    for workers, processes in ((1, 1), (4, 1), (4, 3)):
        limits = {"workers": workers, "processes": processes}
        with running(tmp_path / "log", **limits) as other, ThreadPoolExecutor(THREADS) as threads:
            url = other.url
            assert list(threads.map(lambda request, url=url: _warp(url, *request), REQUESTS)) == alone


def test_a_spline_of_100_points_on_one_processor_or_on_all(server, tmp_path):
    """Its equations are as many as a library may share out among threads, each rounding its own sums."""
    src = 40.0 * np.array([(1 + index % 10, 1 + index // 10) for index in range(100)])
    moves = np.random.default_rng(5).uniform(-4, 4, src.shape)
    op = {"op": "thin_plate_spline", "src": src.tolist(), "dst": (src + moves).tolist()}
    question = {"spec": {"ops": [op]}, "source": {"width": 400, "height": 400}, "points": src.tolist()}
    with running(tmp_path / "log", launcher=ON_ONE_PROCESSOR) as other:
        answers = [each.client.post("/v1/plan", json=question) for each in (server, other)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].content == answers[1].content
