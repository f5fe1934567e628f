"""The service whose answers the pages show."""

import pytest

from tests.contract.server import running


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The service with its own defaults."""
    with running(tmp_path_factory.mktemp("docs") / "log") as server:
        yield server
