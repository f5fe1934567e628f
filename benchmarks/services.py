"""The services that race over HTTP: each as its makers would run it, and one request that all of them do.

A picture comes as the request's body and goes back as a PNG of the same size, turned by 30 degrees about its centre,
bilinear, the outside black. The Python peers are one process with a thread a processor, of which OpenCV adds none of
its own; sharp has its defaults, and as many threads of Node as there are processors. `benchmarks/trials.py` compares
this with other ways of running them.
"""

import os
import sys
from pathlib import Path

from benchmarks.programs import path_of
from benchmarks.servers import Service

PEERS = Path(__file__).parent / "peers"
NODE_MODULES = Path(__file__).parents[1] / ".venv" / "node" / "node_modules"
"""Where `make bench` has npm put sharp: beside the Python packages, which nobody commits or checks."""

PROCESSORS = len(os.sched_getaffinity(0))
MOST_CONNECTIONS = 64

OUR_SERVICE = Service(
    name="Gridwarp",
    command=(sys.executable, "-m", "service"),
    path="/v1/warp?op=rotate:30&border=constant&fill=black",
    ready="/readyz",
    environment={
        "GRIDWARP_PORT": "{port}",
        # The peers refuse nobody. Twice, since who has his answer may ask anew before the last request has left.
        "GRIDWARP_QUEUE": str(2 * MOST_CONNECTIONS),
        "GRIDWARP_UPLOAD_BUDGET": str(2 << 30),
        "GRIDWARP_LOG_LEVEL": "warning",
    },
)


def _fastapi(module: str) -> tuple[str, ...]:
    program = (sys.executable, "-m", "uvicorn", f"benchmarks.peers.{module}:app", "--host", "127.0.0.1")
    return (*program, "--port", "{port}", "--log-level", "warning", "--no-access-log")


OPENCV_SERVICE = Service("FastAPI + OpenCV", _fastapi("opencv_server"), environment={"OPENCV_FOR_THREADS_NUM": "1"})
PILLOW_SERVICE = Service("FastAPI + Pillow", _fastapi("pillow_server"))
SHARP_SERVICE = Service(
    name="sharp on Node",
    command=(path_of("Node") or "node", str(PEERS / "sharp_server.js"), "{port}"),
    environment={"NODE_PATH": str(NODE_MODULES), "UV_THREADPOOL_SIZE": str(PROCESSORS), "NODE_ENV": "production"},
)

SERVICES = (OUR_SERVICE, OPENCV_SERVICE, SHARP_SERVICE, PILLOW_SERVICE)
OURS, OPENCV, SHARP, PILLOW = (service.name for service in SERVICES)
