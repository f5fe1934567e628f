"""The servers that the tests talk to. Each must survive everything that is sent to it, in all its processes."""

import contextlib
import functools
import shutil

import pytest

from tests import files, pictures
from tests.contract.instrumented_server import instrumented_server
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


@pytest.fixture(scope="session")
def watched(tmp_path_factory):
    """Have a service whose steps are noted: gives the server and a call for its events of this test.

    There is one for all tests that want the same settings. What else is named is to be done at some event: see
    `instrumented.WISHES`.
    """
    with contextlib.ExitStack() as started:

        @functools.cache
        def service(**settings):
            return started.enter_context(instrumented_server(tmp_path_factory.mktemp("watched"), queue=0, **settings))

        @contextlib.contextmanager
        def watched(workers=1, settings=None, **wishes):
            found = service(workers=workers, **(settings or {}))
            found.begin(wishes)
            yield found.server, found.events

        yield watched


@pytest.fixture
def breaking(tmp_path):
    """Have a service of one's own that breaks at some event, which it says in its log, at the latest when it ends."""

    @contextlib.contextmanager
    def breaking(at):
        with instrumented_server(tmp_path, workers=1, queue=0) as found:
            found.begin({"breaks_at": at})
            yield found.server, found.events

    return breaking


@pytest.fixture(scope="session")
def curl():
    """The path of curl, the client that most people try first."""
    found = shutil.which("curl")
    if not found:
        pytest.fail("these tests need curl; Debian, Ubuntu: apt-get install curl")
    return found
