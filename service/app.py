"""Builds the application: wiring, and nothing else."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from service import openapi, pages, routes
from service.deadline import Deadline
from service.engine import VERSION
from service.gate import Gate
from service.gauges import keep_gauges
from service.metrics import Metrics
from service.observation import Observation
from service.problems import add_problem_handlers
from service.readiness import Readiness
from service.request_id import RequestId
from service.settings import Settings
from service.tokens import Tokens
from service.turnstile import Turnstile
from service.upload_budget import Budget
from service.workers import Workers


def create_app(settings: Settings, readiness: Readiness | None = None, metrics: Metrics | None = None) -> FastAPI:
    """Build the service.

    Args:
        settings: limits and addresses; nothing else configures it.
        readiness: how its readiness comes about, if others have a part in it.
        metrics: where it counts, if others count there too.
    """
    logging.getLogger("python_multipart").setLevel(
        logging.ERROR
    )  # it warns of every broken form, which the answer says
    readiness = readiness or Readiness(settings.cache_dir)
    metrics = metrics or Metrics.alone()
    tokens = Tokens(settings.tokens, settings.token_pages)
    workers = Workers(settings.bounds)
    budget = Budget(settings.upload_budget, pressed=workers.admission.press_for_uploads)
    keep_gauges(metrics, workers.admission, budget)

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
        openapi_url=None,  # see openapi.install
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        lifespan=lifespan,
        routes=[*routes.router.routes, *pages.router.routes],  # included, each would be looked for twice
    )
    app.state.house = routes.House(settings, workers, readiness, metrics)
    add_problem_handlers(app, settings)
    # The last one added is the first that a request comes to.
    app.add_middleware(Deadline, settings=settings)
    app.add_middleware(
        Gate, settings=settings, tokens=tokens, budget=budget, readiness=readiness, admission=workers.admission
    )
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Traceparent", "X-Request-ID"],
            expose_headers=[*openapi.HEADERS, "Retry-After"],
            max_age=86_400,
        )
    app.add_middleware(Turnstile)
    app.add_middleware(Observation, metrics=metrics)
    app.add_middleware(RequestId)
    openapi.install(app, tokens)
    return app
