"""Ask a running service for one warp: `python3 deploy/smoke.py http://127.0.0.1:8000`. Needs nothing but Python."""
# ruff: noqa: INP001 -- a script, not part of a package

import struct
import sys
import urllib.request
import zlib

WIDTH, HEIGHT = 3, 2


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture() -> bytes:
    """A gray PNG of 3 x 2 pixels."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    rows = b"\0" + bytes([0, 50, 100]) + b"\0" + bytes([150, 200, 250])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def main() -> None:
    """Turn the picture by a quarter on a canvas that grows with it, and look at the size of what comes back."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    for page in ("/livez", "/readyz", "/docs", "/openapi.json"):
        with urllib.request.urlopen(base + page, timeout=10) as answer:  # noqa: S310 -- the caller's own service
            sys.stdout.write(f"{answer.status} {page}\n")
    request = urllib.request.Request(  # noqa: S310
        base + "/v1/warp?op=rotate:90&canvas=expand", picture(), {"Content-Type": "image/png"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        size = struct.unpack(">II", answer.read()[16:24])
        sys.stdout.write(f"{answer.status} /v1/warp {WIDTH} x {HEIGHT} -> {size[0]} x {size[1]}\n")
    if size != (HEIGHT, WIDTH):
        sys.exit("a quarter turn must swap width and height")


if __name__ == "__main__":
    main()
