"""How a camera was held: the EXIF orientation.

Read by ourselves: Pillow's EXIF reader loads every tag, and broken ones make it warn and raise in many ways.

Source: Exif 3.0 (CIPA DC-008), section 4.6.5.1, tag 274; TIFF 6.0, section 2.
"""

import struct

UPRIGHT = 1
_VALID = range(1, 9)

_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ORIENTATION = 0x0112
_SHORT = 3


def read_orientation(exif: bytes) -> int:
    """The orientation, 1 to 8; 1 (upright) if it is absent, invalid or unreadable. Never raises.

    Args:
        exif: an EXIF block, with or without its "Exif" prefix; may be empty.

    Example:
        >>> read_orientation(bytes.fromhex("4d4d002a 00000008 0001 0112 0003 00000001 0006 0000"))
        6
    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = _BYTE_ORDERS.get(tiff[:4])
    if order is None:
        return UPRIGHT
    try:
        (offset,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, offset)
    except struct.error:
        return UPRIGHT
    entries = tiff[offset + 2 : offset + 2 + 12 * count]
    complete = entries[: len(entries) // 12 * 12]
    for tag, kind, number, value, _ in struct.iter_unpack(f"{order}HHIHH", complete):
        if tag == _ORIENTATION:
            return value if (kind, number) == (_SHORT, 1) and value in _VALID else UPRIGHT
    return UPRIGHT
