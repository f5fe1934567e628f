"""What the service says when it is ready: what computes the pixels, and where it is."""

import socket
import sys


def greet(listener: socket.socket, cores: str) -> None:
    """Print it at once, into a log file or a pipe too.

    Args:
        listener: where the service listens.
        cores: what computes the pixels.
    """
    url = _base_url(listener)
    sys.stdout.write(
        f"Gridwarp is ready: {cores}.\n"
        f"  In the browser  {url}/docs\n"
        f"  API             {url}/v1/warp\n"
        f"  Try             curl -F image=@photo.jpg '{url}/v1/warp?op=rotate:30&canvas=expand' -o warped.png\n"
        "Ctrl-C stops it.\n"
    )
    sys.stdout.flush()


def _base_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- everywhere: here, for a browser
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
