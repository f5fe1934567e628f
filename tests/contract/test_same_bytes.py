"""The same request gives the same bytes, whatever else is being done at the time."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests import files, pictures
from tests.contract.server import running

SOURCE = files.png(pictures.random(300, 200, 4), files.RGBA)
GRAY = files.png(pictures.random(200, 301, 1, depth="uint16"), files.GRAY, 16)
REQUESTS = [
    (SOURCE, "op=rotate:10&canvas=expand"),
    (SOURCE, "op=rotate:10&canvas=700x700&border=wrap&filter=nearest"),
    (SOURCE, "op=scale:3&canvas=expand&border=reflect"),
    (GRAY, "op=rotate:-33&op=skew:10,5&canvas=expand&fill=white"),
    (GRAY, "op=matrix:1,0.2,0,0.1,1,0,0.001,0,1,convention=css&canvas=600x500"),
    (SOURCE, "op=rotate:90&canvas=expand"),
    (SOURCE, "op=swirl:60&op=wave:5,40&canvas=150x99&filter=lanczos3"),
    (SOURCE, "op=rotate:20&op=scale:0.03&canvas=90x80&border=mirror&light=linear"),
    (GRAY, "op=lens:-0.3&canvas=inscribed&filter=bicubic&format=webp&lossless=true"),
]
THREADS = 8


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
