"""Ask the service on this machine whether it can warp: `python -m service.health`, exit status 0 or 1.

This is the container's health check. It runs every few seconds, so it loads neither the service nor its settings,
and it speaks HTTP itself because `urllib` would follow a proxy named in the environment.
"""

from __future__ import annotations

import http.client
import os
import sys

TIMEOUT = 2.5  # seconds; below the timeout of the container's check, so that the reason is still printed


def main() -> int:
    """Ask for `/readyz`."""
    host = os.environ.get("GRIDWARP_HOST", "127.0.0.1")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- everywhere includes here
    connection = http.client.HTTPConnection(host, int(os.environ.get("GRIDWARP_PORT", "8000")), timeout=TIMEOUT)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"no answer: {error}\n")
        return 1
    finally:
        connection.close()
    if status != http.client.OK:
        sys.stderr.write(f"/readyz answered {status}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
