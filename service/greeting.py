"""What the service says at its start, and when it is ready: what computes the pixels, and where it is."""

import os
import socket
import sys


def say(text: str) -> None:
    """Print it at once, into a log file or a pipe too; where nobody takes it, the service does without.

    Args:
        text: for people; nothing may depend on it.
    """
    if sys.stdout is None:  # it was closed before the start
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:  # a full disk, or a pipe that nobody reads
        _say_no_more()


def _say_no_more() -> None:
    """Throw away the rest, and what is left of this: Python would fail to write it at the end, with status 120."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def greet(url: str, cores: str) -> None:
    """Say that the service is ready.

    Args:
        url: where it is.
        cores: what computes the pixels.
    """
    say(
        f"Gridwarp is ready: {cores}.\n"
        f"  Playground  {url}/\n"
        f"  API         {url}/docs\n"
        f"  Try         curl -F image=@photo.jpg '{url}/v1/warp?op=rotate:30&canvas=expand' -o warped.png\n"
        "Ctrl-C stops it.\n"
    )


def url_of(listener: socket.socket) -> str:
    """Tell where a browser on this machine finds what listens here."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- everywhere: here, for a browser
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
