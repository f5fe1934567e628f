"""The displacement maps of a request: pictures whose samples say how far to move, so their colours mean nothing."""

from collections.abc import Sequence

from core import Pixels, Size
from service.admission import Need
from service.decode import OpenPicture, open_picture
from service.errors import ImageTooLarge, ServiceError
from service.resolve import check_limits
from service.settings import Settings
from service.upload import Picture
from service.upload_budget import HeldBytes
from service.workers import Desk, Workers

BYTES_A_PIXEL = 8
"""What a map takes once it is decoded: two float32."""


async def decode_maps(
    maps: list[Picture], limits: Settings, workers: Workers, held: HeldBytes | None = None
) -> list[Pixels]:
    """Decode the maps as they are stored: neither turned upright nor colour-managed.

    They are needed before the geometry is known, so a slot is taken for them, and given back.

    Args:
        maps: encoded.
        limits: of pixels.
        workers: who decodes them.
        held: where the memory is counted that they take from now on.

    Raises:
        UnsupportedImage, UndecodableImage, EmptyBody: one of them is no picture that can be read.
        ImageTooLarge: they have too many pixels.
        Overloaded: there is no slot, or no room in memory.
    """
    if not maps:
        return []
    opened = [await _open(number, picture, limits.formats, workers) for number, picture in enumerate(maps, start=1)]
    pixels = 0
    for number, picture in enumerate(opened, start=1):
        size = Size(picture.header.width, picture.header.height)
        pixels += size.pixels
        check_limits(f"map {number}", size, limits.max_map_pixels, "GRIDWARP_MAX_MAP_PIXELS", limits)
    if pixels > limits.max_map_pixels:
        raise ImageTooLarge(
            f"the maps have {pixels} pixels; at most {limits.max_map_pixels} are allowed (GRIDWARP_MAX_MAP_PIXELS)"
        )
    if held:
        held.add_maps(pixels * BYTES_A_PIXEL)
    async with workers.desk(Need(work=pixels)) as desk:
        return [await _decode(number, picture, desk) for number, picture in enumerate(opened, start=1)]


async def _open(number: int, picture: Picture, formats: Sequence[str], workers: Workers) -> OpenPicture:
    try:
        return await workers.run_briefly(open_picture, picture.data, formats)
    except ServiceError as fault:
        raise _of_map(number, fault) from None


async def _decode(number: int, picture: OpenPicture, desk: Desk) -> Pixels:
    try:
        return await desk.run(picture.decode)
    except ServiceError as fault:
        raise _of_map(number, fault) from None


def _of_map(number: int, fault: ServiceError) -> ServiceError:
    return type(fault)(f"map {number}: {fault.detail}")
