"""The pixels that a request has to hold at once, since its answer cannot be streamed from the first of them."""

from service.decoding import ON_ERROR
from service.errors import BatchTooLarge
from service.items import Item, output_pixels, source_pixels
from service.streamed_answer import knows_no_chunks


def check_held_pixels(items: list[Item], on_error: str, http_version: str, max_pixels: int) -> None:
    """Refuse a request whose pictures would take too much memory at once.

    Args:
        items: what is asked for.
        on_error: a name in ON_ERROR.
        http_version: of the request.
        max_pixels: that may be held.

    Raises:
        BatchTooLarge: the message says what would be held, and both numbers.
    """
    held = {
        "all sources, for on_error=fail": source_pixels(items) if ON_ERROR[on_error].holds_sources else 0,
        "all outputs, for HTTP/1.0 (ask by HTTP/1.1 to have them streamed)": (
            output_pixels(items) if knows_no_chunks(http_version) else 0
        ),
    }
    pixels = sum(held.values())
    if pixels > max_pixels:
        what = " and ".join(what for what, size in held.items() if size)
        raise BatchTooLarge(
            f"this request has to hold {what}: {pixels} pixels; at most {max_pixels} are allowed "
            "(GRIDWARP_MAX_HELD_PIXELS)"
        )
