"""Ask a running service for a few warps: `python3 deploy/smoke.py http://127.0.0.1:8000`. Needs nothing but Python."""
# ruff: noqa: INP001 -- a script, not part of a package

import http
import http.client
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
TRIES = 5  # a machine that has much else to do may hold up the beginning of an answer, but not each time

# Much work from next to no bytes, in hundreds of strips.
LARGE = "/v1/warp?op=rotate:10&canvas=4000x3000&border=wrap&filter=lanczos3"


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
        except OSError as error:  # nobody listens yet, or only what stands before it
            starts = not isinstance(error, urllib.error.HTTPError) or error.code == http.HTTPStatus.SERVICE_UNAVAILABLE
            if not starts or time.monotonic() > give_up:
                sys.exit(f"{base}/readyz: {error}")
            sys.stdout.write(f"waiting for {base}: {error}\n")
            time.sleep(1)
    if ready["core"] != "compiled":
        sys.exit(f"the kernels do not load, see the log: {ready}")


def connect(base: str) -> http.client.HTTPConnection:
    """Connect to the service, for what `ask` would hide."""
    address = urllib.parse.urlsplit(base)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    return kind(address.hostname or "", address.port, timeout=60)


def shares_of_the_time(base: str) -> tuple[float, int]:
    """Ask for a large picture; tell when its first bytes came, as a share of the time it took, and how many came."""
    connection = connect(base)
    began = time.monotonic()
    connection.request("POST", LARGE, picture(), {"Content-Type": "image/png"})
    answer = connection.getresponse()
    first = answer.read(100)
    first_came = time.monotonic()
    rest = answer.read()
    took = time.monotonic() - began
    connection.close()
    sys.stdout.write(f"{answer.status} {base}{LARGE}\n")
    if answer.status != http.HTTPStatus.OK or not rest.endswith(b"IEND\xaeB`\x82"):
        sys.exit("a large picture did not come to its end")
    if answer.getheader("Content-Length") is not None:
        sys.exit("a picture of many strips has a Content-Length, so somebody has held it back until it was whole")
    return (first_came - began) / took, len(first) + len(rest)


def check_streaming(base: str) -> None:
    """See that a large picture arrives while it is made."""
    shares = []
    for _ in range(TRIES):
        share, size = shares_of_the_time(base)
        sys.stdout.write(f"    its first bytes came after {share:.0%} of the time, {size} bytes in all\n")
        shares.append(share)
        if share < 1 / 2:
            return
    sys.exit(f"a large picture arrives when it is done, or nearly so: {shares}")


def refusal(base: str, target: str, body: bytes | None, length: int) -> tuple[int, str]:
    """Announce a body, send it if there is one, and give the status and the code of the problem that is the answer."""
    connection = connect(base)
    connection.putrequest("POST", target)
    connection.putheader("Content-Type", "image/png")
    connection.putheader("Content-Length", str(length))
    connection.endheaders(body)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    sys.stdout.write(f"{answer.status} {base}{target}\n")
    if answer.getheader("Content-Type") != "application/problem+json":
        sys.exit(f"a refusal is no problem document: {said[:200]!r}")
    return answer.status, json.loads(said)["code"]


def check_limits(base: str) -> None:
    """See that what exceeds a limit is refused, whoever refuses it."""
    limits = json.loads(ask(base + "/v1/limits"))
    found = refusal(base, "/v1/warp?op=rotate:10", None, limits["max_body_bytes"] + 1)
    if found != (http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "upload-too-large"):
        sys.exit(f"a body that is too long got {found}")
    width = min(limits["max_side"], limits["max_output_pixels"])
    height = limits["max_output_pixels"] // width + 1
    png = picture()
    found = refusal(base, f"/v1/warp?op=rotate:10&canvas={width}x{height}", png, len(png))
    if found != (http.HTTPStatus.UNPROCESSABLE_ENTITY, "image-too-large"):
        sys.exit(f"an output of too many pixels got {found}")


def main() -> None:
    """Ask for pages, warps in every picture format, a batch, a plan, a large picture and too much, and look at it."""
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
    check_streaming(base)
    check_limits(base)


if __name__ == "__main__":
    main()
