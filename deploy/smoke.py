"""Ask a running service for a few warps: `python3 deploy/smoke.py http://127.0.0.1:8000`. Needs nothing but Python."""
# ruff: noqa: INP001 -- a script, not part of a package

import http
import io
import json
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib

WIDTH, HEIGHT = 3, 2
PATIENCE = 120  # seconds; kernels for an unusual processor are compiled at the first start


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture() -> bytes:
    """A gray PNG of 3 x 2 pixels."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    rows = b"\0" + bytes([0, 50, 100]) + b"\0" + bytes([150, 200, 250])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def ask(url: str, body: bytes | None = None, content_type: str = "image/png") -> bytes:
    """Fetch, or send a body, and tell the status."""
    request = urllib.request.Request(url, body, {"Content-Type": content_type} if body else {})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- the caller's own service
        sys.stdout.write(f"{answer.status} {url}\n")
        content: bytes = answer.read()
        return content


def size_of(png: bytes) -> tuple[int, ...]:
    """Width and height of a PNG."""
    return struct.unpack(">II", png[16:24])


def wait_until_ready(base: str) -> None:
    """Ask until the service is ready, and see that it has its kernels: without them it works, but slowly."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            ready = json.loads(ask(base + "/readyz"))
            break
        except urllib.error.HTTPError as error:
            if error.code != http.HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > give_up:
                raise
            time.sleep(1)
    if ready["core"] != "compiled":
        sys.exit(f"the kernels do not load, see the log: {ready}")


def main() -> None:
    """Ask for the pages, for warps in every picture format, for a batch of two and for a plan, and look at them."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    wait_until_ready(base)
    for page in ("/livez", "/", "/playground/main.js", "/docs", "/openapi.json"):
        ask(base + page)
    turned = {"ops": [{"op": "rotate", "angle": 90}], "canvas": "expand"}
    if size_of(ask(base + "/v1/warp?op=rotate:90&canvas=expand", picture())) != (HEIGHT, WIDTH):
        sys.exit("a quarter turn must swap width and height")
    for name, beginning in (("png", b"\x89PNG"), ("webp", b"RIFF"), ("jpeg", b"\xff\xd8")):
        if not ask(f"{base}/v1/warp?op=swirl:90&op=resize:40&format={name}", picture()).startswith(beginning):
            sys.exit(f"a swirl as {name} is no {name}")
    specs = urllib.parse.urlencode({"spec": json.dumps([{"ops": []}, turned])})
    with zipfile.ZipFile(io.BytesIO(ask(f"{base}/v1/warp?{specs}", picture()))) as batch:
        sizes = [size_of(batch.read(name)) for name in ("0001-image.png", "0002-image.png")]
    if sizes != [(WIDTH, HEIGHT), (HEIGHT, WIDTH)]:
        sys.exit(f"a batch of an identity and a quarter turn gave {sizes}")
    question = {"spec": turned, "source": {"width": WIDTH, "height": HEIGHT}}
    plan = json.loads(ask(base + "/v1/plan", json.dumps(question).encode(), "application/json"))
    if plan["output"] != {"width": HEIGHT, "height": WIDTH}:
        sys.exit(f"the plan of a quarter turn says {plan['output']}")


if __name__ == "__main__":
    main()
