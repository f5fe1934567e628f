"""The answer to a warp with one result: the picture itself."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.types import Scope

from service.errors import ServiceError
from service.filename import content_disposition, warped_name
from service.gate import release_upload
from service.items import Item
from service.pipeline import Begun, begin, picture_chunks
from service.plan_document import describe_in_headers
from service.streamed_answer import StreamedAnswer, knows_no_chunks
from service.workers import Workers


class WarpedPicture(StreamedAnswer):
    """Decodes, warps and sends one picture.

    Raises:
        ServiceError: the item's own, if it has no job.
    """

    def __init__(self, item: Item, workers: Workers) -> None:
        if isinstance(item.work, ServiceError):
            raise item.work
        output = item.work.output
        headers = {"Content-Disposition": content_disposition("inline", warped_name(item.name, output.extension))}
        super().__init__(output.media_type, headers | describe_in_headers(item.work), workers)
        self._job = item.work

    def is_sent_whole(self, http_version: str) -> bool:
        """One strip is, a format that is written in one go, and all of it for HTTP/1.0."""
        return self._job.is_made_whole or knows_no_chunks(http_version)

    async def chunks(self, scope: Scope) -> AsyncGenerator[bytes, None]:
        """Give the bytes of the picture."""
        with self.timed("decode"):
            begun = await self._workers.run(self._begin)
        release_upload(scope)
        async with aclosing(picture_chunks(self._job, begun, self._workers)) as chunks:
            async for chunk in chunks:
                yield chunk

    def _begin(self) -> Begun:
        """Decode and prepare, in one go on one thread."""
        return begin(self._job, self._job.plan.grid, self._job.decode())
