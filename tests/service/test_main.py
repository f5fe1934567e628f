"""The program `python -m service`, from outside: addresses, refusals and a clean end."""

import http.client
import http.server
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.contract.server import wait_for
from tests.contract.wire import free_port, listens

ROOT = Path(__file__).parents[2]


def environment(**settings: object) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GRIDWARP_")}
    return clean | {"GRIDWARP_LOG_FORMAT": "text"} | {f"GRIDWARP_{k.upper()}": str(v) for k, v in settings.items()}


def program(module: str, **settings: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**settings), capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def started(stdout: int = subprocess.PIPE, port: int = 0, **settings: object) -> Iterator[subprocess.Popen[str]]:
    """The service on a free port, soon."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service"],
        cwd=ROOT,
        env=environment(port=port, **settings),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def running(**settings: object) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    """The service on a free port: the process, the port, and what it said when it was ready."""
    with started(**settings) as process:
        said = "".join(itertools.takewhile(lambda line: line != "Ctrl-C stops it.\n", process.stdout))
        yield process, int(re.search(r":(\d+)/docs", said)[1]), said


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists()


def fetch(port: int, path: str) -> object:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    document = json.load(connection.getresponse())
    connection.close()
    return document


def tells(port: int, path: str, status: str) -> bool:
    try:
        return fetch(port, path).get("status") == status
    except (OSError, http.client.HTTPException):
        return False


@pytest.fixture
def on_the_reference(monkeypatch):
    """Without kernels, for tests to which they do not matter: it starts in half the time."""
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")


@pytest.mark.usefixtures("on_the_reference")
def test_says_where_it_is_and_answers_there():
    with running() as (_, port, said):
        assert f"http://127.0.0.1:{port}/docs" in said
        assert f"http://127.0.0.1:{port}/v1/warp" in said
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/docs")
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.getheader("server") is None
        connection.close()


def test_says_what_computes_the_pixels():
    with running() as (_, port, said):
        ready = fetch(port, "/readyz")
        assert said.splitlines()[-4] == f"Gridwarp is ready: compiled core for {ready['target']}."
        assert ready == {"status": "ready", "core": "compiled", "target": ready["target"], "kernels": ready["kernels"]}


def test_runs_on_the_reference_where_nothing_can_be_compiled(monkeypatch, tmp_path):
    (tmp_path / "numba.py").write_text('raise ImportError("no LLVM here")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with running(processes=1) as (process, port, said):
        assert said.splitlines()[0] == "Gridwarp is ready: reference core."
        assert fetch(port, "/readyz") == {"status": "ready", "core": "reference"}
        process.send_signal(signal.SIGTERM)
        [warning] = process.stderr.read().splitlines()
        assert "WARNING gridwarp.engine: no compiled kernels (ImportError: no LLVM here)" in warning


@pytest.mark.usefixtures("on_the_reference")
def test_runs_on_the_reference_without_a_complaint_where_that_is_asked_for():
    with running() as (process, port, _):
        assert fetch(port, "/readyz") == {"status": "ready", "core": "reference"}
        process.send_signal(signal.SIGTERM)
        assert process.stderr.read() == ""


@pytest.mark.usefixtures("on_the_reference")
def test_all_interfaces_are_shown_as_an_address_that_a_browser_can_open():
    with running(host="0.0.0.0") as (_, port, said):  # noqa: S104
        assert f"http://127.0.0.1:{port}/docs" in said


@pytest.mark.usefixtures("on_the_reference")
def test_several_processes_run_on_the_reference_too():
    with running(processes=2, workers=2) as (_, port, said):
        assert said.splitlines()[0] == "Gridwarp is ready: reference core."
        assert fetch(port, "/readyz") == {"status": "ready", "core": "reference"}


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_ends_cleanly_when_told_to(how, processes):
    with running(processes=processes, workers=2) as (process, _, _):
        children = children_of(process.pid)
        assert len(children) == (processes if processes > 1 else 0)
        process.send_signal(how)
        assert process.wait(timeout=20) == 0
        assert process.stdout.read() == ""  # it was ready once
        assert process.stderr.read() == ""
        assert not any(is_alive(child) for child in children)


@pytest.mark.parametrize("processes", [1, 2])
def test_ends_cleanly_when_told_to_while_it_starts(processes):
    port = free_port("127.0.0.1")
    with started(port=port, processes=processes, workers=2) as process:
        wait_for(lambda: listens(port))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == ""
        assert process.stdout.read() == "", "it was ready before it was told to stop"


@pytest.mark.usefixtures("on_the_reference")
def test_no_process_outlives_the_one_that_was_started():
    with running(processes=2, workers=2) as (process, _, _):
        children = children_of(process.pid)
        process.kill()
        process.wait()
        wait_for(lambda: not any(is_alive(child) for child in children))


def test_a_service_of_which_a_process_cannot_start_stops():
    with started(processes=2, workers=2) as process:
        wait_for(lambda: len(children_of(process.pid)) == 2)
        os.kill(children_of(process.pid)[0], signal.SIGKILL)
        assert process.wait(timeout=60) == 1
        [line] = process.stderr.read().splitlines()
        assert line.endswith("a process has ended (SIGKILL) before it was ready; the service stops")


@contextmanager
def full_disk() -> Iterator[int]:
    with Path("/dev/full").open("w") as file:
        yield file.fileno()


@contextmanager
def closed_pipe() -> Iterator[int]:
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.usefixtures("on_the_reference")
@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("nowhere", [full_disk, closed_pipe])
def test_nothing_depends_on_whether_it_can_say_that_it_is_ready(nowhere, processes):
    port = free_port("127.0.0.1")
    with nowhere() as stdout, started(stdout, port, processes=processes, workers=2) as process:
        wait_for(lambda: tells(port, "/readyz", "ready"))
        children = children_of(process.pid)
        for child in children:
            os.kill(child, signal.SIGKILL)
        wait_for(lambda: len(set(children_of(process.pid)) - set(children)) == len(children))
        wait_for(lambda: tells(port, "/readyz", "ready"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        complaints = process.stderr.read().splitlines()
        assert len(complaints) == len(children)
        assert all("a process has ended (SIGKILL); another one" in line for line in complaints)


def test_busy_port_is_one_clear_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = program("service", port=port)
    assert done.returncode == 1
    other = port + 1 if port < 65535 else 8000
    assert done.stderr == (
        f"gridwarp: Port {port} on 127.0.0.1 is in use; "
        f"choose another: make serve PORT={other} (or GRIDWARP_PORT={other})\n"
    )


def test_impossible_address_is_one_clear_line():
    done = program("service", host="203.0.113.9")  # reserved for documentation: no machine has it
    assert done.returncode == 1
    assert re.fullmatch(r"gridwarp: Cannot listen on 203\.0\.113\.9, port 8000: [^()]+\n", done.stderr)


def test_bad_settings_are_a_line_each_without_their_values():
    done = program("service", port="secret", shutdown_grace=-1)
    assert done.returncode == 2
    assert sorted(line.split(": ")[1] for line in done.stderr.splitlines()) == [
        "GRIDWARP_PORT",
        "GRIDWARP_SHUTDOWN_GRACE",
    ]
    assert "many-secrets" not in done.stderr


def test_settings_that_contradict_each_other_are_a_line_too():
    done = program("service", upload_budget=1, max_body_bytes=2)
    assert done.returncode == 2
    assert done.stderr == "gridwarp: GRIDWARP_UPLOAD_BUDGET must be at least GRIDWARP_MAX_BODY_BYTES\n"


@pytest.mark.usefixtures("on_the_reference")
def test_health_check_tells_a_service_from_none():
    with running() as (_, port, _):
        well = program("service.health", port=port, host="0.0.0.0")  # noqa: S104
        assert (well.returncode, well.stderr) == (0, "")
    ill = program("service.health", port=port)
    assert ill.returncode == 1
    assert "no answer" in ill.stderr


def test_health_check_tells_one_that_cannot_warp():
    class NotReady(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(503)

    asked = []
    with http.server.HTTPServer(("127.0.0.1", 0), NotReady) as server:
        threading.Thread(target=server.handle_request).start()
        ill = program("service.health", port=server.server_port)
    assert asked == ["/readyz"]
    assert (ill.returncode, ill.stderr) == (1, "/readyz answered 503\n")
