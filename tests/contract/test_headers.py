"""What the answer says beside the picture: names that nobody should trust, a matrix that must be true."""

import io
import json
import re
from urllib.parse import quote, unquote

import numpy as np
import pytest
from PIL import Image

from service.engine import VERSION
from tests import files
from tests.contract import one_warp, wire

FORM = {"Content-Type": wire.FORM}

# Upload's name as it stands in the request -> the name that comes back, and its ASCII form.
NAMES = {
    "photo.png": ("photo-warped.png", "photo-warped.png"),
    "photo.of.me.jpeg": ("photo.of.me-warped.png", "photo.of.me-warped.png"),
    "../../etc/passwd.png": ("passwd-warped.png", "passwd-warped.png"),
    "..%2F..%2Fetc%2Fpasswd.png": ("2F.._2Fetc_2Fpasswd-warped.png", "2F.._2Fetc_2Fpasswd-warped.png"),
    "C:\\Users\\me\\photo.png": ("photo-warped.png", "photo-warped.png"),
    'a\\"b.png': ("a_b-warped.png", "a_b-warped.png"),
    "a%22b.png": ("a_22b-warped.png", "a_22b-warped.png"),
    "a%0D%0ASet-Cookie: x=y.png": ("a_0D_0ASet-Cookie_ x=y-warped.png", "a_0D_0ASet-Cookie_ x=y-warped.png"),
    "a;b=c.png": ("a_b=c-warped.png", "a_b=c-warped.png"),
    "tab\there.png": ("tab_here-warped.png", "tab_here-warped.png"),
    "Straße 🦊.png": ("Straße 🦊-warped.png", "Strae -warped.png"),
    "🦊.png": ("🦊-warped.png", "image-warped.png"),
    "Cafe\u0301.png": ("Caf\u00e9-warped.png", "Cafe-warped.png"),
    "evil\u202egnp.exe": None,
    "": ("image-warped.png", "image-warped.png"),
    ".png": ("png-warped.png", "png-warped.png"),
    "...": ("image-warped.png", "image-warped.png"),
    "n" * 300 + ".png": ("n" * 100 + "-warped.png", "n" * 100 + "-warped.png"),
}


@pytest.mark.parametrize("name", NAMES, ids=[ascii(name)[:40] for name in NAMES])
def test_name_of_the_output(server, picture_png, name):
    body = wire.form(wire.file_part("image", picture_png, name))
    answer = server.client.post("/v1/warp?op=identity", content=body, headers=FORM)
    assert answer.status_code == 200, answer.text
    (header,) = answer.headers.get_list("content-disposition")
    found = re.fullmatch(r"inline; filename=\"([^\"\\]*)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)", header)
    assert found, header
    plain, encoded = found[1], unquote(found[2])
    assert plain.isascii()
    assert plain.isprintable()
    assert not re.search(r"[/\\%;:*?<>|]", plain + encoded.replace("%", ""))
    assert plain.endswith("-warped.png")
    if NAMES[name]:
        assert (encoded, plain) == NAMES[name]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0"])
def test_no_header_can_be_smuggled_in_by_a_name(server, picture_png, end):
    body = wire.form(wire.file_part("image", picture_png, f"a{end}Set-Cookie: x=y{end}{end}<b>.png"))
    answer = wire.exchange(
        server.port, wire.request("/v1/warp?op=identity", FORM | {"Content-Length": len(body)}, body)
    )
    assert "set-cookie" not in answer.headers
    if answer.status == 200:
        assert answer.headers["content-disposition"].isprintable()
        one_warp.pixels(answer.body)
    else:
        assert answer.status in {400, 415}
        wire.check_problem(answer, *_said(answer))


def test_raw_body_has_no_name(server, picture_png):
    answer = server.warp(picture_png, "op=identity")
    expected = "inline; filename=\"image-warped.png\"; filename*=UTF-8''image-warped.png"
    assert answer.headers["content-disposition"] == expected


SANE = ["abc", "0f9e8d7c", "a.b_c-d", "A" * 128]
INSANE = ["", " ", "a b", "A" * 129, "a,b", "<script>", "a;b", "é", "../x", '"quoted"', "%0d%0a"]


@pytest.mark.parametrize("path", ["/v1/warp?op=identity", "/v1/warp?op=nothing", "/nowhere"])
@pytest.mark.parametrize("sent", [*SANE, *INSANE])
def test_request_id_is_the_clients_own_if_it_is_sane(server, picture_png, path, sent):
    headers = {"X-Request-ID": sent, "Content-Length": len(picture_png)}
    answer = wire.exchange(server.port, wire.request(path, headers, picture_png))
    (given,) = answer.headers.get_list("x-request-id")
    if sent in SANE:
        assert given == sent
    else:
        assert re.fullmatch(r"[0-9a-f]{16}", given)
    if answer.status != 200:
        assert wire.check_problem(answer, *_said(answer))["instance"].endswith(f":{given}")


def _said(answer):
    document = json.loads(answer.body)
    return answer.status, document["code"], *(place["pointer"] for place in document["errors"])


def test_every_request_has_an_id_of_its_own(server, picture_png):
    ids = {server.warp(picture_png, "op=identity").headers["x-request-id"] for _ in range(20)}
    ids |= {server.client.get("/livez").headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 40


def test_headers_of_a_picture(server, picture_png):
    answer = server.warp(picture_png, "op=rotate:90&canvas=20x30")
    headers = answer.headers
    assert headers["content-type"] == "image/png"
    assert headers["cache-control"] == "no-store"
    assert headers["vary"] == "Accept"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["warp-engine"] == f"{VERSION}; {server.client.get('/readyz').json()['core']}"
    assert headers["warp-source-size"] == "13x17"
    assert headers["warp-output-size"] == "20x30"
    assert re.fullmatch(r"queue;dur=\d+\.\d, decode;dur=\d+\.\d", headers["server-timing"])
    assert "server" not in headers
    assert "etag" not in headers
    assert "warp-source-depth" not in headers


WARPS = [
    "op=identity",
    "op=rotate:30&canvas=expand",
    "op=rotate:-77&op=scale:2.5,1.5&op=skew:10&canvas=expand",
    "op=translate:0.25,-0.125,unit=fraction&canvas=same",
    "op=flip:both&op=shear:0.3,0.1&canvas=expand",
    "op=scale:2&canvas=300x200&fit=contain",
    "op=rotate:20&canvas=150x310&fit=cover",
    "op=matrix:0.8,0.1,0.05,-0.1,0.9,-0.1",
    "op=matrix:0.8,0.1,0.05,-0.1,0.9,-0.1&canvas=320x120",
    "op=matrix:1.2,0.1,-9,0.1,1.1,-4,0.001,0.002,1,convention=css&canvas=expand",
    "op=matrix:1.2,0.1,9,0.1,1.1,4,0.001,0.002,1,convention=skimage&canvas=same",
]


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("query", WARPS)
def test_matrix_says_where_a_point_really_lands(server, query, orientation):
    """A lit square of 5 x 5 pixels is sent through; where its light is gathered is where the matrix says."""
    seen_at = 61.5, 38.5
    upright = np.zeros((90, 121, 1), np.uint8)
    upright[36:41, 59:64] = 255
    stored = np.rot90(upright) if orientation == 6 else upright
    block = [files.chunk(b"eXIf", files.exif(orientation))]
    answer = server.warp(files.png(stored, files.GRAY, before=block), f"{query}&fill=black")
    assert answer.headers["warp-source-size"] == "121x90"
    numbers = [float(number) for number in answer.headers["warp-matrix"].split(", ")]
    x, y, w = np.reshape(numbers, (3, 3)) @ [*seen_at, 1]
    output = one_warp.pixels(answer.content).astype(float)
    assert answer.headers["warp-output-size"] == f"{output.shape[1]}x{output.shape[0]}"
    rows, columns = np.indices(output.shape)
    assert output.sum() > 0
    centre = [(axis * output).sum() / output.sum() + 0.5 for axis in (columns, rows)]
    np.testing.assert_allclose(centre, (x / w, y / w), atol=0.1)


def test_problem_documents_are_explained_at_their_type(server, picture_png):
    problem = server.warp(picture_png, "op=rotat").json()
    explained = server.client.get(problem["type"])
    assert explained.status_code == 200
    explanation = explained.json()
    assert explanation.pop("example")["problem"].keys() == problem.keys()
    assert explanation == {name: problem[name] for name in ("code", "status", "title")}


def test_the_picture_opens_under_its_encoded_name(server, picture_png):
    """What a browser would save is a PNG of the announced size."""
    name = "Straße.png"
    body = wire.form(wire.file_part("image", picture_png, name))
    answer = server.client.post("/v1/warp?op=rotate:45&canvas=expand", content=body, headers=FORM)
    assert quote("Straße-warped.png") in answer.headers["content-disposition"]
    with Image.open(io.BytesIO(answer.content)) as image:
        assert answer.headers["warp-output-size"] == f"{image.width}x{image.height}"
