"""The servers that the tests talk to. Each must survive everything that is sent to it, in all its processes."""

import contextlib
import shutil

import pytest

from tests import files, pictures
from tests.contract import instrumented
from tests.contract.server import running

SMALL_BODY = 64 * 1024
SMALL_LIMITS = {
    "max_body_bytes": SMALL_BODY,
    "upload_budget": SMALL_BODY,
    "max_source_pixels": 5000,
    "max_output_pixels": 6000,
    "max_side": 300,
    "retry_after": 7,
    "processes": 1,  # so that a limit that is shared out is reached
}


@pytest.fixture(scope="session")
def picture():
    """RGB, 13 x 17, without any symmetry."""
    return pictures.random(13, 17, 3)


@pytest.fixture(scope="session")
def picture_png(picture):
    return files.png(picture, files.RGB)


@pytest.fixture(scope="session")
def server(tmp_path_factory, picture_png):
    """The service with its own defaults, for all tests together: at the end it is as well as at the beginning."""
    with running(tmp_path_factory.mktemp("server") / "log") as server:
        yield server
        _is_well(server, picture_png)


@pytest.fixture(scope="session")
def small_server(tmp_path_factory, picture_png):
    """The service with small limits."""
    with running(tmp_path_factory.mktemp("small_server") / "log", **SMALL_LIMITS) as server:
        yield server
        _is_well(server, picture_png)


def _is_well(server, picture_png):
    assert server.is_the_same_process()
    answer = server.warp(picture_png, "op=flip:vertical")
    assert answer.status_code == 200
    assert "Traceback" not in server.log
    assert "ERROR" not in server.log


@pytest.fixture
def watched(tmp_path):
    """Start a service whose steps are noted: gives the server and a call for its events so far."""

    @contextlib.contextmanager
    def watched(workers=1, settings=None, **environment):
        events = tmp_path / "events"
        events.write_text("")
        extra = {instrumented.EVENTS: str(events)} | environment
        log = tmp_path / "log"
        with running(log, "tests.contract.instrumented", extra, workers=workers, queue=0, **(settings or {})) as server:
            yield server, lambda: events.read_text().splitlines()

    return watched


@pytest.fixture(scope="session")
def curl():
    """The path of curl, the client that most people try first."""
    found = shutil.which("curl")
    if not found:
        pytest.fail("these tests need curl; Debian, Ubuntu: apt-get install curl")
    return found
