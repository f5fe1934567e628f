"""Builds the application: wiring, and nothing else."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from service import openapi, pages, routes
from service.engine import VERSION
from service.gate import Budget, Gate
from service.problems import add_problem_handlers
from service.readiness import Readiness
from service.request_id import RequestId
from service.settings import Settings
from service.workers import Workers


def create_app(settings: Settings, readiness: Readiness | None = None) -> FastAPI:
    """Build the service.

    Args:
        settings: limits and addresses; nothing else configures it.
        readiness: how its readiness comes about, if others have a part in it.
    """
    logging.getLogger("python_multipart").setLevel(
        logging.ERROR
    )  # it warns of every broken form, which the answer says
    workers = Workers(settings.workers, settings.queue)
    readiness = readiness or Readiness(settings.cache_dir)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with readiness.choosing():
            yield
        workers.close()

    app = FastAPI(
        title="Gridwarp",
        version=VERSION,
        summary="Warp pictures over HTTP: matrices, perspective, lenses, splines and more, fused into one resampling.",
        license_info={"name": "MIT", "identifier": "MIT"},
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        lifespan=lifespan,
    )
    app.state.house = routes.House(settings, workers, readiness)
    app.include_router(routes.router)
    app.include_router(pages.router)
    add_problem_handlers(app, settings)
    app.add_middleware(Gate, settings=settings, budget=Budget(settings.upload_budget))
    app.add_middleware(RequestId)
    openapi.install(app)
    return app
