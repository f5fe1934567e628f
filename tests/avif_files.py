"""AVIF files put together from boxes; their AV1 is an encoder's."""

import struct
from collections.abc import Sequence


def box(kind: bytes, *parts: bytes) -> bytes:
    """Of an AVIF (ISO/IEC 14496-12, section 4.2)."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def av1_of(avif_file: bytes) -> tuple[bytes, bytes]:
    """The AV1 and the configuration of an AVIF that holds one picture and nothing else."""
    config = avif_file.index(b"av1C") + 4
    return avif_file[avif_file.index(b"mdat") + 4 :], avif_file[config : config + 4]


def infe(number: int, kind: bytes) -> bytes:
    """An item of an AVIF (ISO/IEC 14496-12, section 8.11.6)."""
    return box(b"infe", struct.pack(">B3xHH", 2, number, 0), kind, b"\0")


def avif(
    av1: bytes,
    config: bytes,
    width: int,
    height: int,
    *,
    bits: int = 8,
    properties: Sequence[bytes] = (),
    in_meta: Sequence[bytes] = (),
    items: Sequence[tuple[bytes, bytes]] = (),
    brands: bytes = b"avif\0\0\0\0avifmif1",
    before_meta: bytes = b"",
    before_pixels: bytes = b"",
    pieces: int = 1,
) -> bytes:
    """An AVIF of one picture; properties are its own, items are further ones: kind and bytes.

    pieces: of how many the picture is made, each of the same bytes.
    """

    def meta(start: int) -> bytes:
        places = struct.pack(">HHH", 1, 0, pieces) + struct.pack(">II", start, len(av1)) * pieces
        behind = start + len(av1)
        for number, (_, body) in enumerate(items, start=2):
            places += struct.pack(">HHHII", number, 0, 1, behind, len(body))
            behind += len(body)
        own = [
            box(b"ispe", struct.pack(">III", 0, width, height)),
            box(b"pixi", struct.pack(">I4B", 0, 3, bits, bits, bits)),
            box(b"av1C", config),
            *properties,
        ]
        must_be_known = [0x80 * (each[4:8] in {b"av1C", b"irot", b"imir"}) for each in own]
        return box(
            b"meta",
            bytes(4),
            box(b"hdlr", struct.pack(">II4s12xB", 0, 0, b"pict", 0)),
            box(b"pitm", struct.pack(">IH", 0, 1)),
            box(b"iloc", struct.pack(">IHH", 0, 0x4400, 1 + len(items)), places),
            box(
                b"iinf",
                struct.pack(">IH", 0, 1 + len(items)),
                infe(1, b"av01"),
                *(infe(number, kind) for number, (kind, _) in enumerate(items, start=2)),
            ),
            box(
                b"iprp",
                box(b"ipco", *own),
                box(
                    b"ipma", struct.pack(">IIHB", 0, 1, 1, len(own)), bytes(map(sum, enumerate(must_be_known, start=1)))
                ),
            ),
            *in_meta,
        )

    head = box(b"ftyp", brands) + before_meta
    start = len(head) + len(meta(0)) + len(before_pixels) + 8
    return head + meta(start) + before_pixels + box(b"mdat", av1, *(body for _, body in items))
