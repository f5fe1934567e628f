"""How many pixels an AV1 stream makes its decoder work on, by the headers of its frames.

Source: AV1 Bitstream & Decoding Process Specification (2019), sections 4.10.5 (leb128), 5.3 (OBUs), 5.5 (sequence
header) and 6.2.2 (their types).
"""

from collections.abc import Callable

_SEQUENCE_HEADER, _FRAME_HEADER, _FRAME = 1, 3, 6
_MOST_UNITS = 10_000  # a frame has up to 4096 groups of tiles


def decoded_pixels(stream: bytes) -> int:
    """Count the pixels of all frames in a stream, shown or not, each as large as any of them may be.

    Raises:
        IndexError, ValueError: the headers are broken, or too many.
    """
    largest = frames = position = 0
    for _ in range(_MOST_UNITS):
        if position >= len(stream):
            return largest * frames
        kind = stream[position] >> 3 & 15
        has_extension, has_size = stream[position] & 4, stream[position] & 2
        position += 2 if has_extension else 1
        size, position = _leb128(stream, position) if has_size else (len(stream) - position, position)
        if position + size > len(stream):
            raise ValueError("an OBU is cut short")
        if kind == _SEQUENCE_HEADER:
            largest = max(largest, _frame_pixels(_bits_of(stream[position : position + size])))
        frames += kind in {_FRAME_HEADER, _FRAME}
        position += size
    raise ValueError("too many OBUs")


def _leb128(stream: bytes, position: int) -> tuple[int, int]:
    """Read a number, seven bits a byte, and tell where it ends."""
    value = 0
    for place in range(8):
        byte = stream[position + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:  # noqa: PLR2004 (no further byte)
            return value, position + place + 1
    raise ValueError("a number is too long")


def _bits_of(unit: bytes) -> Callable[[int], int]:
    """Give what reads the next so many bits."""
    head = unit[:256]  # 32 operating points take 240 bytes at most
    number, left = int.from_bytes(head, "big"), 8 * len(head)

    def take(count: int) -> int:
        nonlocal left
        left -= count
        if left < 0:
            raise ValueError("a sequence header is cut short")
        return number >> left & (1 << count) - 1

    return take


def _frame_pixels(take: Callable[[int], int]) -> int:
    """Read a sequence header as far as the largest size of a frame (section 5.5.1)."""
    take(3 + 1)  # seq_profile, still_picture
    if take(1):  # reduced_still_picture_header
        take(5)
    else:
        delay_bits = _timing(take) if take(1) else 0
        has_display_delay = take(1)
        for _ in range(take(5) + 1):  # operating points
            take(12)
            if take(5) > 7:  # noqa: PLR2004 (levels above it have tiers)
                take(1)
            if delay_bits and take(1):
                take(2 * delay_bits + 1)
            if has_display_delay and take(1):
                take(4)
    width_bits, height_bits = take(4) + 1, take(4) + 1
    return (take(width_bits) + 1) * (take(height_bits) + 1)


def _timing(take: Callable[[int], int]) -> int:
    """Read timing_info and decoder_model_info (sections 5.5.3 and 5.5.4); give the bits of a buffer's delay."""
    take(32 + 32)
    if take(1):  # equal_picture_interval: a number in uvlc follows
        zeros = 0
        while not take(1):
            zeros += 1
        take(zeros if zeros < 32 else 0)  # noqa: PLR2004 (section 4.10.3)
    if not take(1):
        return 0
    delay_bits = take(5) + 1
    take(32 + 5 + 5)
    return delay_bits
