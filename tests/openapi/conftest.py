"""What the tests of docs/openapi.json run: programs for Node, on the Node that Playwright's wheel carries."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from tests.contract.server import running

NODE = compute_driver_executable()[0]
MODULES = Path(sys.prefix) / "openapi" / "node_modules"
PROGRAMS = {
    "openapi-ts": "@hey-api/openapi-ts/bin/run.js",
    "redocly": "@redocly/cli/bin/cli.js",
    "tsc": "typescript/bin/tsc",
}
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}  # else it calls home

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The service with its own defaults."""
    with running(tmp_path_factory.mktemp("openapi") / "log") as server:
        yield server


@pytest.fixture(scope="session")
def run_node() -> Run:
    """Have a call that runs one of the programs, or a script, in a folder; it says what the program did."""
    if not MODULES.is_dir():
        pytest.fail("make test-openapi installs what these tests need")

    def run_node(program: str, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        script = MODULES / PROGRAMS[program] if program in PROGRAMS else program
        return subprocess.run(
            [NODE, script, *map(str, arguments)],
            cwd=cwd,
            env=os.environ | QUIET | {"NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run_node
