"""The addresses of the service; each body reads as the way of a request through the house."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from service import openapi, openapi_problems
from service.answer_form import choose_container, choose_on_error
from service.answers import Alive, Explanation, Ready, Version
from service.engine import VERSION
from service.held_pixels import check_held_pixels
from service.items import prepare
from service.known_plans import KnownPlans
from service.limits import Limits, limits_of
from service.metrics import Metrics
from service.noted_items import note_items
from service.plan_answer import answer_items, answer_question
from service.plan_request import Question, read_plan_request
from service.problems import describe
from service.rasters import decode_maps
from service.readiness import Readiness
from service.request_id import request_id_of
from service.settings import Settings
from service.spec.sources import find_specs
from service.upload import read_upload
from service.upload_budget import held_bytes_of
from service.warped_batch import WarpedBatch
from service.warped_picture import WarpedPicture
from service.workers import Workers


@dataclass(frozen=True)
class House:
    """What the routes share."""

    settings: Settings
    workers: Workers
    readiness: Readiness
    metrics: Metrics
    known: KnownPlans = field(default_factory=KnownPlans)


def house_of(request: Request) -> House:
    """Give what the application was built with: no dependency of FastAPI's, which are solved anew for each request."""
    house: House = request.app.state.house
    return house


router = APIRouter()

NOT_STORED = {"Cache-Control": "no-store"}


@router.post(
    "/v1/warp",
    operation_id="warp",
    summary="Warp pictures",
    tags=["warp"],
    response_class=Response,
    responses=openapi.RESPONSES,
    openapi_extra=openapi.WARP,
)
async def warp(request: Request) -> Response:
    """Warp pictures by specs.

    Send one picture, as the form part `image` or as the body, and one spec: as the form part `spec`, as the query
    parameter `spec`, or in the shorthand `op`. The operations are applied in the order listed, fused into one map, and
    the picture is resampled once. The answer is the warped picture: a PNG, streamed while it is computed, or what the
    spec's `output` says. The operation `displacement` moves pixels by a second picture, the form part `map`.

    Several pictures with one spec, one picture with an array of specs, or as many pictures as specs make a batch: the
    answer is a ZIP, streamed picture by picture. Each picture has the bytes that a request of its own would give.
    """
    house = house_of(request)
    http_version = request.scope["http_version"]
    on_error = choose_on_error(request.query_params)
    upload = await read_upload(request, house.settings)
    house.workers.check_line()
    specs = find_specs(upload.specs, request.query_params)
    rasters = await decode_maps(upload.maps, house.settings, house.workers, held_bytes_of(request.scope))
    items = await prepare(upload.pictures, specs, house.settings, house.workers, house.known, rasters)
    note_items(request.scope, items, specs)
    container = choose_container(request.headers.getlist("accept"), len(items), items[0].media_type)
    check_held_pixels(items, on_error, http_version, house.settings.max_held_pixels)
    if container:
        return WarpedBatch(items, container, on_error, http_version, house.workers, house.settings)
    return WarpedPicture(items[0], http_version, house.workers, house.settings)


@router.post(
    "/v1/plan",
    operation_id="plan",
    summary="Plan a warp without its pixels",
    tags=["warp"],
    response_class=Response,
    responses=openapi.PLAN_RESPONSES,
    openapi_extra=openapi.PLAN,
)
async def plan(request: Request) -> Response:
    """Work out what a warp does, without any pixel.

    Send a picture's size and a spec as JSON, with points and boxes to be mapped if you like: the answer says how large
    the output is, where the points go, and how much the picture is enlarged. Or send what you would send to `/v1/warp`:
    the headers of the pictures are read, nothing is decoded, and the answer has an entry for each result.
    """
    house = house_of(request)
    house.workers.check_planning_line()
    request_id = request_id_of(request.scope)
    asked = await read_plan_request(request, house.settings, house.workers)
    if isinstance(asked, Question):
        answer = await house.workers.run_planning(answer_question, asked, house.settings, request_id)
        return await house.workers.run_planning(JSONResponse, answer, headers=NOT_STORED)
    house.workers.check_line()
    specs = find_specs(asked.specs, request.query_params)
    rasters = [None] * len(asked.maps)  # nothing is decoded
    items = await prepare(asked.pictures, specs, house.settings, house.workers, house.known, rasters)
    entries = await house.workers.run_planning(answer_items, items, request_id)
    return await house.workers.run_planning(JSONResponse, entries, headers=NOT_STORED)


@router.get(
    "/v1/limits",
    operation_id="limits",
    response_description="The limits.",
    summary="What are the limits?",
    tags=["warp"],
    response_model=Limits,
)
async def limits(request: Request) -> dict[str, Any]:
    """Tell the limits that a request has to keep; a refusal names the one that it exceeds."""
    return limits_of(house_of(request).settings)


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Numbers for Prometheus",
    tags=["operation"],
    response_class=PlainTextResponse,
    responses=openapi.METRICS_RESPONSES,
)
async def read_metrics(request: Request) -> Response:
    """Give what is counted and measured, of all processes together, in Prometheus' text format."""
    return Response(house_of(request).metrics.exposition(), media_type=CONTENT_TYPE_LATEST, headers=NOT_STORED)


@router.get(
    "/livez",
    operation_id="livez",
    response_description="The process answers.",
    summary="Is the process alive?",
    tags=["operation"],
)
async def livez() -> Alive:
    """Tell that the process answers."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Can pictures be warped?",
    tags=["operation"],
    response_model_exclude_none=True,
    response_description="Pictures can be warped.",
    responses=openapi_problems.NOT_READY,
)
async def readyz(request: Request) -> Ready:
    """Tell whether pictures can be warped, and by what: kernels for a kind of processor, or the reference."""
    engine = house_of(request).readiness.check_for_newcomers()
    return Ready(core=engine.core, target=engine.target or None, kernels=engine.kernels or None)


@router.get(
    "/version",
    operation_id="version",
    response_description="What is running.",
    summary="What is running?",
    tags=["operation"],
)
async def read_version() -> Version:
    """Tell what is running; `/readyz` tells what computes the pixels."""
    return Version(version=VERSION)


@router.get(
    "/problems/{code}",
    operation_id="problem",
    summary="What does a problem's type mean?",
    tags=["operation"],
    response_model=Explanation,
    responses=openapi.PROBLEM_RESPONSES,
)
async def read_problem(
    code: Annotated[str, Path(description="the `code` of a problem document", examples=["invalid-spec"])],
) -> dict[str, Any]:
    """Explain the `type` of a problem document, with a request that has this problem."""
    found = describe(code)
    if found is None:
        raise HTTPException(404)
    return found
