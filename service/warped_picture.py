"""The answer to a warp with one result: the picture itself."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.types import Scope

from service.errors import ServiceError
from service.filename import content_disposition, warped_name
from service.items import Item
from service.load_of_items import memory_of
from service.pipeline import Begun, begin, picture_chunks
from service.plan_document import describe_in_headers
from service.settings import Settings
from service.stopwatch import Stopwatch
from service.streamed_answer import StreamedAnswer, knows_no_chunks
from service.upload_budget import release_upload
from service.workers import Desk, Workers


class WarpedPicture(StreamedAnswer):
    """Decodes, warps and sends one picture.

    Raises:
        ServiceError: the item's own, if it has no job.
    """

    def __init__(self, item: Item, http_version: str, workers: Workers, settings: Settings) -> None:
        if isinstance(item.work, ServiceError):
            raise item.work
        output = item.work.output
        headers = {"Content-Disposition": content_disposition("inline", warped_name(item.name, output.extension))}
        memory = memory_of([item], "report", is_held=knows_no_chunks(http_version))
        headers |= describe_in_headers(item.work)
        super().__init__(output.media_type, headers, [item], workers, memory, settings.send_timeout)
        self._job = item.work

    def is_sent_whole(self, http_version: str) -> bool:
        """One strip is, a format that is written in one go, and all of it for HTTP/1.0."""
        return self._job.is_made_whole or knows_no_chunks(http_version)

    async def chunks(self, scope: Scope, desk: Desk) -> AsyncGenerator[bytes, None]:
        """Give the bytes of the picture."""
        begun = await desk.run(self._decode_and_begin, desk.clock)
        release_upload(scope)
        async with aclosing(picture_chunks(self._job, begun, desk)) as chunks:
            async for chunk in chunks:
                yield chunk

    def _decode_and_begin(self, clock: Stopwatch) -> Begun:
        """Decode and prepare, in one go on one thread."""
        with clock.timed("decode"):
            pixels = self._job.decode()
        return begin(self._job, self._job.plan.grid, pixels, clock)
