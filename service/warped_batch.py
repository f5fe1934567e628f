"""The answer to a warp with several results: a streamed container of pictures, and of problems in place of some."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.types import Scope

from service.containers import CONTAINERS, Label
from service.deadline import renew_deadline
from service.decoding import ON_ERROR, Decoded
from service.errors import ServiceError
from service.filename import content_disposition, entry_name, safe_stem
from service.items import Item
from service.load_of_items import memory_of
from service.media_types import PROBLEM_TYPE
from service.pipeline import Job, begin, picture_chunks
from service.plan_document import describe_geometry, describe_in_headers
from service.problems import problem_document
from service.record import record_of
from service.request_id import request_id_of
from service.settings import Settings
from service.shared_grids import SharedGrids
from service.streamed_answer import StreamedAnswer, knows_no_chunks
from service.upload_budget import release_upload
from service.workers import Desk, Workers

OK = int(HTTPStatus.OK)

_FRAME = 1 << 23
"""More bytes than a picture has beside its samples: an ICC profile is the largest of them."""

_MOST_BYTES_A_BYTE = 4
"""More bytes than a byte of samples can become: noise takes up to 27 bits a sample in a JPEG of the best quality."""


class WarpedBatch(StreamedAnswer):
    """Decodes, warps and sends picture by picture; one that cannot be made is reported in its place.

    Args:
        items: what is asked for.
        container: a name in CONTAINERS.
        on_error: a name in ON_ERROR.
        http_version: of the request.
        workers: who works on the pixels.
        settings: how long the client may take.
    """

    def __init__(
        self,
        items: Sequence[Item],
        container: str,
        on_error: str,
        http_version: str,
        workers: Workers,
        settings: Settings,
    ) -> None:
        self._container = CONTAINERS[container]()
        headers = {
            "Content-Disposition": content_disposition("attachment", self._container.file_name),
            "Warp-Items": str(len(items)),
        }
        memory = memory_of(items, on_error, is_held=knows_no_chunks(http_version))
        super().__init__(self._container.content_type, headers, items, workers, memory, settings.send_timeout)
        self._decode = ON_ERROR[on_error].decode
        self._grids = SharedGrids(item.work.plan for item in items if isinstance(item.work, Job))

    def is_sent_whole(self, http_version: str) -> bool:
        """Only for HTTP/1.0: a container may be large."""
        return knows_no_chunks(http_version)

    async def chunks(self, scope: Scope, desk: Desk) -> AsyncGenerator[bytes, None]:
        """Give the bytes of the container."""
        request_id, record = request_id_of(scope), record_of(scope)
        manifest = []
        decoded = self._decode(self._items, desk, partial(release_upload, scope))
        async with aclosing(decoded):
            async for item, outcome in decoded:
                if isinstance(outcome, ServiceError):
                    problem = problem_document(outcome, request_id)
                    record.failed.append(problem["code"])
                    manifest.append(_entry(item, problem["status"]) | {"problem": problem})
                    if part := self._refusal(item, problem):
                        yield part
                else:
                    manifest.append(
                        _entry(item, OK) | {"file": _file(item, outcome.job)} | describe_geometry(outcome.job.plan)
                    )
                    async with aclosing(self._picture(item, outcome, desk)) as chunks:
                        async for chunk in chunks:
                            yield chunk
                renew_deadline(scope)
        failed = sum("problem" in entry for entry in manifest)
        yield self._container.close(json.dumps({"items": manifest, "failed": failed}, indent=1).encode())

    def _refusal(self, item: Item, problem: dict[str, Any]) -> bytes:
        document = json.dumps(problem).encode()
        name = entry_name(item.index, item.name, "json")
        label = Label(item.index, problem["status"], name, PROBLEM_TYPE, {}, len(document))
        return self._container.refuse(label, document)

    async def _picture(self, item: Item, decoded: Decoded, desk: Desk) -> AsyncGenerator[bytes, None]:
        job = decoded.job
        largest = _MOST_BYTES_A_BYTE * job.rows.filtered_bytes + _FRAME
        label = Label(item.index, OK, _file(item, job), job.output.media_type, describe_in_headers(job), largest)
        head = self._container.begin(label)
        grid = self._grids.grid_of(job.plan)
        begun = await desk.run(begin, job, grid, decoded.pixels, desk.clock)
        async with aclosing(picture_chunks(job, begun, desk)) as chunks:
            async for chunk in chunks:
                if piece := head + self._container.write(chunk):
                    yield piece
                head = b""
        yield self._container.end()


def _entry(item: Item, status: int) -> dict[str, Any]:
    """Begin an item's entry in the manifest."""
    return {
        "index": item.index,
        "picture": item.pair.picture,
        "spec": item.pair.spec,
        "name": safe_stem(item.name),
        "status": status,
    }


def _file(item: Item, job: Job) -> str:
    return entry_name(item.index, item.name, job.output.extension)
