"""A bound on the chunks of a WebP file, and how many of them are frames.

libwebp keeps a list of them, 32 bytes for each: 32 MiB of empty ones take 0.2 s and, until the picture is decoded,
160 MB.

Source: WebP Container Specification, https://developers.google.com/speed/webp/docs/riff_container
"""

from service.errors import UndecodableImage

# 10 ms. An animation has one chunk a frame, other pictures have ten at most.
_MOST_CHUNKS = 50_000

_FIRST_CHUNK = 12


def count_frames(data: bytes) -> int:
    """Walk a WebP and count the frames of its animation; 0 if it is none.

    Raises:
        UndecodableImage: it has more than 50,000.
    """
    start = _FIRST_CHUNK
    end = min(8 + int.from_bytes(data[4:8], "little"), len(data))  # libwebp does not look behind it
    frames = 0
    for _ in range(_MOST_CHUNKS):
        if start + 8 > end:
            return frames
        frames += data.startswith(b"ANMF", start)
        length = int.from_bytes(data[start + 4 : start + 8], "little")
        start += 8 + length + length % 2
    raise UndecodableImage(f"The WEBP file has more than {_MOST_CHUNKS} chunks; save it anew.")
