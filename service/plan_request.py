"""A question about a warp as JSON: a spec, a picture's size, and the points and boxes to be mapped."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from fastapi import Request
from pydantic import AfterValidator, ConfigDict, Field, ValidationError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import QueryParams

from core import Size
from service.errors import BatchTooLarge, InvalidSpec, MalformedRequest, UnsupportedMedia, UploadTooLarge, Violation
from service.settings import Settings
from service.spec.models import Number, Point, Side, Strict
from service.spec.sources import PlacedSpec, check_parameters, find_specs
from service.spec.text import gather, parse_json, refusal
from service.spec.violations import MOST_VIOLATIONS, unknown_fields
from service.upload import Upload, read_upload
from service.workers import Workers

JSON = b"application/json"

MOST_MAPPED = 10_000
"""Points, and as many boxes, that one request may have mapped."""

MOST_MAPS = 64
"""Sizes of displacement maps in one request."""

MAX_PLAN_BYTES = 2 << 20
"""So many points and boxes, with every digit that a float64 has, and a spec take less."""

BODY = "the body"
SPEC = "/spec"

Box = tuple[Number, Number, Number, Number]


def _in_order(box: Box) -> Box:
    x0, y0, x1, y1 = box
    if x0 > x1 or y0 > y1:
        raise ValueError("a box is [x0, y0, x1, y1] with x0 <= x1 and y0 <= y1; exchange what is out of order")
    return box


def _describe_spec(schema: dict[str, Any]) -> None:
    """Say what the field takes, which is read elsewhere; it may be left out, but has no default."""
    one = {"$ref": "#/components/schemas/WarpSpec"}
    schema.clear()
    schema["description"] = "one spec, or an array of them; or leave it out and let it stand in the query"
    schema["oneOf"] = [one, {"type": "array", "items": one, "minItems": 1}]


class SourceSize(Strict):
    """A picture's size as it is seen: a photo's after its EXIF orientation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"width": 640, "height": 480}]})
    width: Side
    height: Side


class PlanRequest(Strict):
    """What a warp does to a picture of a given size, and where these points and boxes go."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "spec": {"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"},
                    "source": {"width": 640, "height": 480},
                    "points": [[320, 240]],
                    "boxes": [[0, 0, 100, 50]],
                },
                {
                    "spec": {"ops": [{"op": "displacement", "x_scale": 20}]},
                    "source": {"width": 640, "height": 480},
                    "map_sizes": [{"width": 64, "height": 64}],
                },
            ]
        }
    )
    spec: Any = Field(None, json_schema_extra=_describe_spec)
    source: SourceSize
    map_sizes: list[SourceSize] | None = Field(
        None,
        max_length=MOST_MAPS,
        description="of the displacement maps that would be sent; where points go is known only with their pixels",
    )
    points: list[Point] | None = Field(
        None, max_length=MOST_MAPPED, description="in pixels of the source; x right, y down, from the top-left corner"
    )
    boxes: list[Annotated[Box, AfterValidator(_in_order)]] | None = Field(
        None, max_length=MOST_MAPPED, description="each [x0, y0, x1, y1] with x0 <= x1 and y0 <= y1, as the points"
    )


@dataclass(frozen=True)
class Question:
    """What is to be planned.

    Attributes:
        specs: one, or the entries of an array, each with its pointer in what the client sent.
        in_array: whether they came as an array, so that the answer is one.
        source: the picture's size, upright.
        maps: how many displacement maps there would be; None if it was not said.
        points: to be mapped, [x, y] each; None if none were asked for.
        boxes: to be mapped, [x0, y0, x1, y1] each; None if none were asked for.
    """

    specs: list[PlacedSpec]
    in_array: bool
    source: Size
    maps: int | None
    points: list[Point] | None
    boxes: list[Box] | None


async def read_plan_request(request: Request, limits: Settings, workers: Workers) -> Question | Upload:
    """Read a question as JSON, or what would be sent to have pictures warped.

    Raises:
        ServiceError: as for `read_question` and `read_upload`.
    """
    if parse_options_header(request.headers.get("content-type"))[0] == JSON:
        return await workers.run_planning(read_question, await _read_body(request), request.query_params)
    try:
        upload = await read_upload(request, limits)
    except UnsupportedMedia as fault:
        raise UnsupportedMedia(f"{fault.detail}; or a size and a spec as application/json") from None
    if upload.is_raw and _begins_like_json(upload.pictures[0].data):
        return await workers.run_planning(read_question, upload.pictures[0].data, request.query_params)
    return upload


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        _check_length(body)
    return bytes(body)


def _begins_like_json(data: bytes) -> bool:
    """Tell JSON whose type is not declared, as curl -d sends it, from a picture: none begins with a brace."""
    return data.removeprefix(BOM_UTF8).lstrip(b" \t\r\n").startswith(b"{")


def _check_length(body: bytes | bytearray) -> None:
    if len(body) > MAX_PLAN_BYTES:
        raise UploadTooLarge(f"the JSON of a plan has at most {MAX_PLAN_BYTES} bytes; this one has more")


def read_question(body: bytes, query: QueryParams) -> Question:
    """Read a question from the body and, where the spec is not in it, the query.

    Raises:
        UploadTooLarge: the body is too long.
        MalformedRequest: it is not JSON (RFC 8259), or a key occurs twice in an object.
        InvalidSpec: something in it is not what it must be.
        BatchTooLarge: there is too much to map.
        SpecMissing, SpecGivenTwice: the spec is in none, or more than one, of its places.
    """
    _check_length(body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedRequest("the body is not UTF-8") from None
    tree = parse_json(text, BODY)
    if isinstance(tree, dict):
        _check_fields(tree)
        _check_numbers(tree)
    try:
        asked = PlanRequest.model_validate_json(text)
    except ValidationError as error:
        raise refusal(error, tree, BODY) from None
    specs = _specs(tree, query)
    _check_numbers(tree, len(specs))
    in_array = not specs or specs[0].pointer not in {"", SPEC}
    maps = None if asked.map_sizes is None else len(asked.map_sizes)
    return Question(specs, in_array, Size(asked.source.width, asked.source.height), maps, asked.points, asked.boxes)


def _check_fields(tree: dict[str, Any]) -> None:
    """Refuse unknown fields, before the models look: there they are many objects, and without a near name."""
    found = tuple(islice(_unknown_fields(tree), MOST_VIOLATIONS))
    if found:
        raise gather(found, BODY)


def _unknown_fields(tree: dict[str, Any]) -> Iterator[Violation]:
    yield from unknown_fields(tree, PlanRequest.model_fields, "")
    maps = tree.get("map_sizes")
    sizes = [("/source", tree.get("source"))]
    if isinstance(maps, list):
        sizes += [(f"/map_sizes/{index}", size) for index, size in enumerate(maps[:MOST_MAPS])]
    for pointer, size in sizes:
        if isinstance(size, dict):
            yield from unknown_fields(size, SourceSize.model_fields, pointer)


def _check_numbers(tree: dict[str, Any], specs: int = 1) -> None:
    """Refuse more points or boxes than may be mapped; first before the models look at each of them."""
    for name in ("points", "boxes"):
        listed = len(tree[name]) if isinstance(tree.get(name), list) else 0
        if listed * specs > MOST_MAPPED:
            raise BatchTooLarge(
                f"{listed} {name} by {specs} specs are {listed * specs}; a request has at most {MOST_MAPPED} mapped"
            )


def _specs(tree: dict[str, Any], query: QueryParams) -> list[PlacedSpec]:
    """Read the specs by the code that reads those of a warp: the body's `spec` is to it what a form's part is."""
    if "spec" not in tree:
        return find_specs([], query, BODY)
    check_parameters(query)  # here, since what follows points into the body
    try:
        found = find_specs([json.dumps(tree["spec"], separators=(",", ":"))], query, BODY)
    except InvalidSpec as fault:
        raise fault.under(SPEC) from None
    return [PlacedSpec(placed.spec, SPEC + placed.pointer) for placed in found]
