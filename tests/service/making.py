"""Results of a request without HTTP: encoded pictures and specs in, files or refusals out."""

import asyncio
import io
import json
from collections.abc import Sequence
from contextlib import aclosing

import numpy as np
from PIL import Image

from core import Pixels
from service.admission import Bounds
from service.decoding import Decoded, one_ahead
from service.errors import ServiceError
from service.items import Item, prepare
from service.known_plans import KnownPlans
from service.pipeline import begin, picture_chunks
from service.rasters import decode_maps
from service.settings import Settings
from service.shared_grids import SharedGrids
from service.spec.sources import PlacedSpec
from service.spec.text import read_specs
from service.upload import Picture
from service.workers import Desk, Workers

LIMITS = Settings()

ONE_SLOT = Bounds(slots=1, queue=0, queue_work=0, memory=1 << 30)


def specs_of(*written: object) -> list[PlacedSpec]:
    """Specs as they come in an array."""
    return [PlacedSpec(spec, f"/{index}") for index, spec in enumerate(read_specs(json.dumps(written)))]


def made(
    images: Sequence[bytes], written: Sequence[object], maps: Sequence[bytes] = (), limits: Settings = LIMITS
) -> list[tuple[Item, bytes | ServiceError]]:
    """Each result of a batch: its file, or why there is none."""

    async def make() -> list[tuple[Item, bytes | ServiceError]]:
        workers = Workers(ONE_SLOT)
        try:
            rasters = await decode_maps([Picture(data, None) for data in maps], limits, workers)
            pictures = [Picture(data, None) for data in images]
            items = await prepare(pictures, specs_of(*written), limits, workers, KnownPlans(), rasters)
            grids = SharedGrids(item.work.plan for item in items if not isinstance(item.work, ServiceError))
            async with workers.desk() as desk, aclosing(one_ahead(items, desk, lambda: None)) as outcomes:
                return [(item, await file_of(outcome, grids, desk)) async for item, outcome in outcomes]
        finally:
            workers.close()

    return asyncio.run(make())


async def file_of(outcome: Decoded | ServiceError, grids: SharedGrids, desk: Desk) -> bytes | ServiceError:
    if isinstance(outcome, ServiceError):
        return outcome
    grid = grids.grid_of(outcome.job.plan)
    begun = begin(outcome.job, grid, outcome.pixels, desk.clock)
    async with aclosing(picture_chunks(outcome.job, begun, desk)) as chunks:
        return b"".join([chunk async for chunk in chunks])


def made_alone(image: bytes, spec: object, maps: Sequence[bytes] = ()) -> Pixels:
    """The pixels of one result, (height, width, channels)."""
    ((_, data),) = made([image], [spec], maps)
    assert not isinstance(data, ServiceError), data
    with Image.open(io.BytesIO(data)) as picture:
        array = np.asarray(picture)
    return array.reshape(*array.shape[:2], -1)
