import pytest

from tests.deploy.stack import PROGRAM, SETTINGS, VARIABLES, stack


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two replicas behind HAProxy, or a skip where there is none."""
    if not PROGRAM:
        pytest.skip("no haproxy; Debian, Ubuntu: apt-get install haproxy")
    with stack(tmp_path_factory.mktemp("stack"), replicas=2, service=SETTINGS, balancer=VARIABLES) as running:
        yield running
