"""How much memory a request takes at most, by what the service itself predicts."""

import asyncio
import io

from PIL import Image

from service.items import prepare
from service.known_plans import KnownPlans
from service.load_of_items import memory_of
from service.upload import Picture
from service.workers import Workers
from tests.service.making import specs_of


def largest_request(its):
    """What a request takes at most: the largest two sources, with alpha, and a lossless output as large, held whole."""
    width, height = 8000, its.max_source_pixels // 8000
    assert width * height == its.max_source_pixels == its.max_output_pixels == its.max_held_pixels // 2
    sent = io.BytesIO()
    Image.new("RGBA", (width, height)).save(sent, "png", compress_level=1)
    spec = {
        "ops": [{"op": "rotate", "angle": 3}],
        "output": {"format": "webp", "lossless": True},
    }

    async def made():
        workers = Workers(its.bounds)
        try:
            pictures = [Picture(sent.getvalue(), None)] * 2
            return await prepare(pictures, specs_of(spec), its, workers, KnownPlans())
        finally:
            workers.close()

    return memory_of(asyncio.run(made()), "report", is_held=True)
