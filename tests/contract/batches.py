"""Batches: how they are asked for, and their answers taken apart by readers that are not ours."""

import io
import json
import re
import zipfile
from email import message_from_bytes, policy
from typing import NamedTuple

import httpx
from PIL import Image

from tests import files, pictures
from tests.contract import wire

ZIP, MIXED = "application/zip", "multipart/mixed"

TURN = {"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"}
HALF = {"ops": [{"op": "scale", "x": 0.5}], "fill": "white"}
MOVED = {"matrix": [[1, 0, 0.3], [0, 1, -0.2]], "border": "mirror"}
SPECS = [TURN, HALF, MOVED]

WHOLE = files.png(pictures.random(40, 30, 3, seed=7), files.RGB)


def truncated():
    """A JPEG that breaks off in the middle of its pixels: the fault shows only while they are decoded."""
    file = io.BytesIO()
    Image.fromarray(pictures.random(400, 300, 3)).save(file, "JPEG")
    return file.getvalue()[: file.tell() // 2]


class Batch(NamedTuple):
    """An answer, taken apart.

    Attributes:
        pictures: by index, from 1.
        problems: by index, from 1.
        manifest: of a ZIP.
        names: of the files, in order.
        headers: of the pictures' parts, by index, of multipart/mixed.
    """

    pictures: dict[int, bytes]
    problems: dict[int, dict]
    manifest: dict
    names: list[str]
    headers: dict[int, httpx.Headers]


def open_zip(body: bytes) -> Batch:
    """By Python's zipfile."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        contents = {name: archive.read(name) for name in names}
    assert names[-1] == "manifest.json"
    manifest = json.loads(contents["manifest.json"])
    assert set(manifest) == {"items", "failed"}
    assert [entry["index"] for entry in manifest["items"]] == list(range(1, len(manifest["items"]) + 1))
    assert names[:-1] == [entry["file"] for entry in manifest["items"] if "file" in entry]
    found = {entry["index"]: contents[entry["file"]] for entry in manifest["items"] if "file" in entry}
    problems = {entry["index"]: entry["problem"] for entry in manifest["items"] if "problem" in entry}
    assert manifest["failed"] == len(problems)
    assert all((entry["status"] == 200) == ("file" in entry) != ("problem" in entry) for entry in manifest["items"])
    return Batch(found, problems, manifest, names[:-1], {})


def open_mixed(content_type: str, body: bytes) -> Batch:
    """By Python's email parser."""
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body, policy=policy.HTTP)
    assert message.is_multipart()
    assert not message.defects
    found, problems, names, headers = {}, {}, [], {}
    for index, part in enumerate(message.iter_parts(), start=1):
        assert not part.defects
        assert part["Warp-Index"] == str(index)
        content = part.get_payload(decode=True)
        names.append(part.get_filename())
        if part.get_content_maintype() == "image":
            assert part["Warp-Status"] == "200"
            found[index] = content
            headers[index] = httpx.Headers([(name, str(value)) for name, value in part.items()])
        else:
            assert part.get_content_type() == "application/problem+json"
            problems[index] = json.loads(content)
            assert part["Warp-Status"] == str(problems[index]["status"])
    return Batch(found, problems, {}, names, headers)


def open_answer(answer: httpx.Response | wire.Answer) -> Batch:
    """Open a batch by what its answer says it is."""
    status = answer.status_code if isinstance(answer, httpx.Response) else answer.status
    body = answer.content if isinstance(answer, httpx.Response) else answer.body
    assert status == 200, body[:1000]
    content_type = answer.headers["content-type"]
    if content_type == ZIP:
        return open_zip(body)
    assert content_type.startswith(f"{MIXED};")
    return open_mixed(content_type, body)


def ask(server, images, spec=None, *, query="", accept=ZIP, names=None, headers=None) -> httpx.Response:
    """Send pictures and a spec, or an array of them, as a form."""
    names = names or [f"p{index}.png" for index, _ in enumerate(images, start=1)]
    return server.client.post(
        f"/v1/warp{query}",
        files=[("image", (name, image)) for name, image in zip(names, images, strict=True)],
        data={} if spec is None else {"spec": json.dumps(spec)},
        headers={"Accept": accept} | (headers or {}),
    )


def alone(server, image: bytes, spec: dict) -> httpx.Response:
    """The same warp as a request of its own."""
    answer = server.client.post(
        "/v1/warp", files={"image": ("p.png", image)}, data={"spec": json.dumps(spec)}, headers={"Accept": "image/png"}
    )
    assert answer.status_code == 200, answer.text
    assert re.fullmatch(r"inline; .*", answer.headers["content-disposition"])
    return answer
