"""A real HAProxy by our configuration, in front of two real services: what it adds, and what it must leave alone."""

import asyncio
import contextlib
import json
import re
import signal
import subprocess
import sys
from collections import Counter

import httpx
import pytest

from service.connection import LONGEST_HEAD
from tests import files, pictures
from tests.contract import wire
from tests.contract.holding import BIG, BIG_SOURCE
from tests.contract.server import ROOT, wait_for
from tests.contract.wire import check_problem
from tests.deploy.stack import SETTINGS, VARIABLES, stack
from tests.pictures import photo
from tests.reliability import clients

LIMIT = int(VARIABLES["max_body_bytes"])
SLOTS = 2 * int(SETTINGS["workers"])
CLIENTS = 8
SMALL = files.png(pictures.random(40, 30, 3, seed=7), files.RGB)
LARGE = files.png(pictures.random(600, 700, 3, seed=7), files.RGB)  # more than the balancer can send again
WARP = "/v1/warp?op=rotate:10"


@pytest.fixture
def client(two):
    with httpx.Client(base_url=two.url, timeout=60, trust_env=False) as client:
        client.url = two.url
        yield client


def test_it_is_all_there_through_the_balancer(two):
    """Pages, single pictures, a batch, a plan, streaming and limits, as against a single service."""
    smoke = [sys.executable, "deploy/smoke.py", two.url]
    done = subprocess.run(smoke, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "413 " in done.stdout
    assert "422 " in done.stdout


def test_a_warp_has_the_bytes_that_a_replica_gives(two, client):
    answer = client.post(WARP, content=SMALL)
    replica = two.replicas[1]
    alone = httpx.post(f"http://{replica.address}:{replica.port}{WARP}", content=SMALL, trust_env=False)
    assert answer.status_code == 200
    assert answer.content == alone.content


def test_the_id_of_a_request_goes_through_and_is_made_where_there_is_none(client):
    assert client.post(WARP, content=SMALL, headers={"X-Request-ID": "my-id.7"}).headers["x-request-id"] == "my-id.7"
    for headers in ({}, {"X-Request-ID": "not a sane one"}):
        made = client.post(WARP, content=SMALL, headers=headers).headers["x-request-id"]
        assert len(made) == 16
        assert int(made, 16)


def test_the_log_has_the_request_and_nothing_of_its_spec(two, client):
    client.post(WARP + "&fill=teal", content=SMALL, headers={"X-Request-ID": "looked-for"})
    wait_for(lambda: "looked-for" in two.log)
    (line,) = [line for line in two.log.splitlines() if "looked-for" in line]
    noted = json.loads(line)
    assert (noted["method"], noted["route"], noted["status"], noted["retries"]) == ("POST", "/v1/warp", 200, "0")
    assert noted["bytes_in"] > len(SMALL)
    assert noted["replica"].startswith("warps/api")
    assert "teal" not in two.log
    assert "127.0.0.1" not in line


@pytest.mark.parametrize(("method", "noted", "status"), [("DELETE", "DELETE", 405), ("BREW" * 1000, "other", 400)])
def test_the_log_has_no_method_that_a_client_has_made_up(two, client, method, noted, status):
    request_id = f"{noted}-{len(method)}"
    assert client.request(method, "/v1/limits", headers={"X-Request-ID": request_id}).status_code == status
    wait_for(lambda: request_id in two.log)
    [line] = (line for line in two.log.splitlines() if request_id in line)
    assert json.loads(line[line.index("{") :])["method"] == noted


@pytest.mark.parametrize("path", ["/metrics", "/metrics?a=b", "/%6detrics", "/metrics/"])
def test_nobody_gets_one_replica_s_metrics(client, path):
    check_problem(client.get(path), 404, "not-found")


def test_the_balancer_has_its_own(two):
    text = httpx.get(f"{two.metrics}/metrics", trust_env=False).text
    named = set(re.findall(r"haproxy_\w+", (ROOT / "deploy/prometheus/balancer.yml").read_text()))
    assert named
    assert [name for name in named if f"\n{name}{{" not in text] == []
    assert httpx.get(f"{two.metrics}/other", trust_env=False).status_code == 404


@pytest.mark.parametrize("target", [WARP, "/v1/plan", "/livez"])
def test_a_length_above_the_limit_is_refused_at_the_door(two, target):
    asked = [each.number("gridwarp_problems_total") for each in two.replicas]
    answer = wire.exchange(two.port, wire.request(target, {"Content-Length": LIMIT + 1, "Connection": "close"}))
    problem = check_problem(answer, 413, "upload-too-large")
    assert f"{LIMIT + 1} bytes or more; at most {LIMIT} are allowed (GRIDWARP_MAX_BODY_BYTES)" in problem["detail"]
    assert [each.number("gridwarp_problems_total") for each in two.replicas] == asked


def test_of_a_body_in_chunks_the_service_tells(two):
    with wire.connected(two.port) as connection:
        connection.sendall(wire.request(WARP, {"Transfer-Encoding": "chunked"}))
        with contextlib.suppress(ConnectionError):
            connection.sendall(wire.in_chunks(bytes(LIMIT + 1), 1 << 20))
        check_problem(wire.read_answer(connection), 413, "upload-too-large")


def test_what_is_not_http_gets_a_400(two):
    """HAProxy's own page: whatever its manual says, no setting changes what is said of a head that it cannot read."""
    assert wire.exchange(two.port, b"what is this\r\n\r\n").status == 400


def test_a_head_as_long_as_the_service_reads_goes_through(two):
    spec = json.dumps({"ops": [{"op": "identity"}]}) + " " * 20_000
    target = "/v1/warp?spec=" + "".join(f"%{byte:02x}" for byte in spec.encode())
    head = {"X-Long": "x" * (LONGEST_HEAD - 70_000), "Content-Length": len(SMALL), "Connection": "close"}
    answer = wire.exchange(two.port, wire.request(target, head, SMALL))
    assert answer.status == 200, answer.body


def served(stack):
    """How many warps each replica has answered."""
    return [each.number('gridwarp_requests_total{route="/v1/warp",status="200"') for each in stack.replicas]


def test_both_replicas_are_asked(two):
    before = served(two)
    request = clients.warp(SMALL)
    seen = clients.run(lambda: clients.ask_all(two.port, [request] * 40, clients=CLIENTS))
    assert clients.statuses(seen) == {200: 40}
    assert all(now - then >= 5 for now, then in zip(served(two), before, strict=True))


@contextlib.contextmanager
def half_sent(port, sent, count):
    with contextlib.ExitStack() as held:
        for _ in range(count):
            held.enter_context(wire.connected(port)).sendall(sent)
        yield


def test_uploads_that_stop_half_way_hold_up_nobody(two, client):
    """Small ones wait at the balancer, large ones have connections of their own."""
    small = wire.request(WARP, {"Content-Length": 900_000}, bytes(450_000))
    large = wire.request(WARP, {"Content-Length": 8 << 20}, bytes(3 << 20))
    with half_sent(two.port, small, 20), half_sent(two.port, large, 20):
        for _ in range(10):
            assert client.post(WARP, content=SMALL).status_code == 200


def test_answers_that_nobody_reads_hold_up_nobody(two, client):
    """There are more of them than workers: with as many connections as workers all of this would stand still."""
    request = wire.request(BIG, {"Content-Length": len(BIG_SOURCE)}, BIG_SOURCE)
    with contextlib.ExitStack() as held:
        for _ in range(2 * SLOTS):
            connection = held.enter_context(wire.connected(two.port, receive_buffer=4096))
            connection.sendall(request)
            assert connection.recv(12) == b"HTTP/1.1 200"
        for _ in range(5):
            assert client.post(WARP, content=SMALL).status_code == 200


async def load(port, change, picture):
    """Ask without a pause while something changes; give all answers."""
    request = clients.warp(picture)
    seen, over = [], False

    async def one():
        while not over:
            seen.append(await clients.ask(port, request))

    asking = [asyncio.create_task(one()) for _ in range(CLIENTS)]
    await asyncio.sleep(1)
    before = len(seen)
    await asyncio.to_thread(change)
    await asyncio.sleep(1)
    over = True
    await asyncio.gather(*asking)
    assert before
    return Counter(each.status if each.whole else (each.status, "broken off") for each in seen)


@pytest.mark.parametrize(
    ("how", "picture"),
    [
        (signal.SIGKILL, photo(400, 250)),
        (signal.SIGTERM, photo(400, 250)),
        (signal.SIGTERM, LARGE),
    ],
)
def test_a_replica_that_ends_under_load_and_is_back_loses_nothing(two, how, picture):
    """Told to stop it loses no uploads either that are too large to be sent again, nor when it starts."""
    first = two.replicas[0]
    statuses = []

    def end_it():
        statuses.append(first.end(how))
        two.names.addresses.remove(first.address)

    def start_it():
        first.start()
        two.names.addresses.append(first.address)
        wait_for(lambda: two.servers_up() == two.servers_up("others") == 2)

    assert set(clients.run(lambda: load(two.port, end_it, picture))) == {200}
    assert statuses == [-how if how == signal.SIGKILL else 0]
    assert set(clients.run(lambda: load(two.port, start_it, picture))) == {200}


def test_a_large_upload_that_dies_with_its_replica_is_told_so(two):
    with wire.connected(two.port) as connection:
        connection.sendall(wire.request(WARP, {"Content-Length": 8 << 20}, bytes(6 << 20)))
        wait_for(lambda: any(each.number("gridwarp_upload_bytes") for each in two.replicas))
        (replica,) = (each for each in two.replicas if each.number("gridwarp_upload_bytes"))
        replica.end(signal.SIGKILL)
        with contextlib.suppress(ConnectionError):
            connection.sendall(bytes(2 << 20))
        answer = wire.read_answer(connection)
    replica.start()
    wait_for(lambda: two.servers_up() == two.servers_up("others") == 2)
    problem = json.loads(answer.body)
    assert (answer.status, problem["type"], problem["status"]) == (502, "about:blank", 502)
    assert problem["instance"] == f"urn:gridwarp:request:{answer.headers['x-request-id']}"
    assert answer.headers["cache-control"] == "no-store"


def test_without_any_replica_it_says_so_and_is_back_when_they_are(two, client):
    addresses = list(two.names.addresses)
    two.names.addresses.clear()
    wait_for(lambda: two.servers_up() == 0)
    problem = check_problem(client.post(WARP, content=SMALL), 503, "overloaded")
    assert problem["detail"].endswith("try again")
    assert 1 <= int(client.get("/readyz").headers["retry-after"]) <= 3
    assert httpx.get(f"{two.metrics}/healthz", trust_env=False).status_code == 503
    two.names.addresses.extend(addresses)
    wait_for(lambda: two.servers_up() == two.servers_up("others") == 2)
    assert httpx.get(f"{two.metrics}/healthz", trust_env=False).status_code == 200
    assert client.post(WARP, content=SMALL).status_code == 200


def test_more_than_may_wait_are_refused_at_once(tmp_path, two):
    """A balancer of its own before one replica, with one connection and one place in the queue."""
    with stack(tmp_path, replicas=1, service=SETTINGS, balancer=VARIABLES | {"connections": 1, "queue": 1}) as narrow:
        request = clients.warp(photo(1600, 1200))
        seen = clients.run(lambda: clients.ask_all(narrow.port, [request] * 24, clients=12))
        found = clients.statuses(seen)
        assert set(found) == {200, 503}
        refused = next(each for each in seen if each.status == 503)
        assert json.loads(refused.body)["code"] == "overloaded"
        assert refused.headers["retry-after"]
        # Told to stop, it finishes what it has, and ends although a client keeps its connection.
        with wire.connected(narrow.port) as idle, wire.connected(narrow.port) as busy:
            idle.sendall(wire.request("/livez", {}, method="GET"))
            assert wire.read_answer(idle, "GET").status == 200
            busy.sendall(request)
            wait_for(lambda: narrow.replicas[0].number("gridwarp_slots_in_use") == 1)
            narrow.balancer.send_signal(signal.SIGUSR1)
            assert wire.read_answer(busy).status == 200
            assert narrow.balancer.wait(30) == 0
