"""The web half of the Python peers: the picture is the request's body, the answer is a PNG.

The work runs in a pool of as many threads as there are processors: both libraries let go of the interpreter while they
work, and more threads than processors only make every request slower and hold more pictures at once.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI, Request, Response


def served(turned: Callable[[bytes], bytes]) -> FastAPI:
    """Serve a function from the bytes of one file to those of another."""
    app = FastAPI()
    pool = ThreadPoolExecutor(len(os.sched_getaffinity(0)))

    @app.post("/")
    async def answer(request: Request) -> Response:
        body = await request.body()
        png = await asyncio.get_running_loop().run_in_executor(pool, turned, body)
        return Response(png, media_type="image/png")

    return app
