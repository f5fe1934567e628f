"""The running stack by Docker's own command: which containers it has, and what becomes of them."""

import os
import re
import subprocess
import time
from collections.abc import Mapping

LONG = 120  # seconds


def docker(*words: str, environment: Mapping[str, str] | None = None) -> str:
    """Run the command, and give what it prints.

    Args:
        words: of the command.
        environment: variables beside those that there are.

    Raises:
        SystemExit: it fails, and says why.
    """
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False, timeout=LONG,
                          env=os.environ | (environment or {}))  # fmt: skip
    if done.returncode:
        raise SystemExit(f"docker {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


def replicas() -> list[str]:
    """The containers of the service that run."""
    return docker("compose", "ps", "-q", "api").split()


def address() -> tuple[str, int]:
    """Where clients ask."""
    host, _, port = docker("compose", "port", "balancer", "8000").rpartition(":")
    return {"0.0.0.0": "127.0.0.1", "[::]": "127.0.0.1"}.get(host, host), int(port)  # noqa: S104 (everywhere is here, too)


def in_use() -> int:
    """How many replicas the balancer has seen to be ready. It sends to one that has just come before that, too."""
    asked = ["wget", "-q", "-O", "-", "http://127.0.0.1:8404/metrics"]
    numbers = docker("compose", "exec", "-T", "balancer", *asked)
    up, answered = (
        set(
            re.findall(
                rf'^haproxy_server_{kind}\{{proxy="warps",server="(\w+)",state="{state}"\}} 1$', numbers, re.MULTILINE
            )
        )
        for kind, state in (("status", "UP"), ("check_status", "L7OK"))
    )
    return len(up & answered)


def wait_until_in_use(count: int) -> float:
    """Wait until the balancer has so many, and tell how long that took."""
    began = time.monotonic()
    while in_use() != count:
        if time.monotonic() - began > LONG:
            raise SystemExit(f"the balancer has {in_use()} replicas in use, not {count}")
        time.sleep(0.2)
    return time.monotonic() - began
