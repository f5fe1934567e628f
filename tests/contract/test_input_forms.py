"""Both forms of the body and every shape of the spec, over a socket: one spec, one result, to the byte."""

import json
import socket

import numpy as np
import pytest

from tests import files
from tests.contract import one_warp, wire

FORM = {"Content-Type": wire.FORM}


@pytest.fixture(scope="module")
def result(server, picture, picture_png):
    """The PNG that every shape must give."""
    answer = server.client.post("/v1/warp", files={"image": ("p.png", picture_png)}, data={"spec": one_warp.JSON})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    np.testing.assert_array_equal(one_warp.pixels(answer.content), one_warp.expected(picture))
    return answer.content


SPEC_PARTS = {
    "text": wire.text_part("spec", one_warp.JSON),
    "text of type json": wire.text_part("spec", one_warp.JSON, "application/json"),
    "text of type json, with charset": wire.text_part("spec", one_warp.JSON, "application/json; charset=utf-8"),
    "text of type text": wire.text_part("spec", one_warp.JSON, "text/plain"),
    "text, array of one": wire.text_part("spec", f"[{one_warp.JSON}]"),
    "text, pretty": wire.text_part("spec", json.dumps(one_warp.SPEC, indent=4)),
    "file": wire.file_part("spec", one_warp.JSON.encode(), "spec.json", "application/json"),
    "file without type": wire.file_part("spec", one_warp.JSON.encode(), "spec.json"),
    "file of type octet-stream": wire.file_part(
        "spec", one_warp.JSON.encode(), "spec.json", "application/octet-stream"
    ),
    "file called blob": wire.file_part("spec", one_warp.JSON.encode(), "blob", "application/json"),
    "file without a name": wire.file_part("spec", one_warp.JSON.encode(), "", "application/json"),
    "file, array of one": wire.file_part("spec", f"[{one_warp.JSON}]".encode(), "spec.json"),
    "file with a byte order mark": wire.file_part("spec", b"\xef\xbb\xbf" + one_warp.JSON.encode(), "spec.json"),
}


@pytest.mark.parametrize("image_first", [True, False], ids=["image first", "spec first"])
@pytest.mark.parametrize("part", SPEC_PARTS.values(), ids=SPEC_PARTS.keys())
def test_spec_in_the_form(server, picture_png, result, part, image_first):
    parts = [wire.file_part("image", picture_png), part]
    body = wire.form(*(parts if image_first else reversed(parts)))
    answer = server.client.post("/v1/warp", content=body, headers=FORM)
    assert answer.status_code == 200, answer.text
    assert answer.content == result


@pytest.mark.parametrize("declared", ["image/png", "image/jpeg", "application/octet-stream", "", "nonsense"])
def test_declared_type_of_the_image_part_is_only_a_hint(server, picture_png, result, declared):
    body = wire.form(wire.file_part("image", picture_png, "photo.jpg", declared), wire.text_part("spec", one_warp.JSON))
    assert server.client.post("/v1/warp", content=body, headers=FORM).content == result


@pytest.mark.parametrize("quoted", [True, False])
def test_boundary_quoted_or_not_and_headers_in_any_case(server, picture_png, result, quoted):
    body = wire.form(wire.file_part("image", picture_png), wire.text_part("spec", one_warp.JSON))
    boundary = f'"{wire.BOUNDARY}"' if quoted else wire.BOUNDARY
    body = body.replace(b"Content-Disposition", b"CONTENT-disposition")
    answer = server.client.post(
        "/v1/warp", content=body, headers={"content-TYPE": f"Multipart/Form-Data; charset=utf-8; boundary={boundary}"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.content == result


def test_form_with_the_spec_in_the_query(server, picture_png, result):
    for params in ({"spec": one_warp.JSON}, {"spec": f"[{one_warp.JSON}]"}, one_warp.SHORTHAND):
        answer = server.client.post("/v1/warp", params=params, files={"image": ("photo.png", picture_png)})
        assert answer.status_code == 200, answer.text
        assert answer.content == result


RAW_TYPES = [
    "image/png",
    "image/jpeg",  # it is none: the sniffed bytes decide
    "image/webp",
    "image/x-unheard-of",
    "IMAGE/PNG",
    "application/octet-stream",
    "application/x-www-form-urlencoded",  # curl's default for --data-binary
    None,
]


@pytest.mark.parametrize("params", [{"spec": one_warp.JSON}, one_warp.SHORTHAND], ids=["json", "shorthand"])
@pytest.mark.parametrize("declared", RAW_TYPES)
def test_raw_body(server, picture_png, result, declared, params):
    headers = {} if declared is None else {"Content-Type": declared}
    answer = server.client.post("/v1/warp", params=params, content=picture_png, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.content == result
    assert ("content-type" in answer.request.headers) == (declared is not None)


def test_long_names_of_the_shorthand(server, picture_png, result):
    query = "op=rotate:angle=9e1,center=6.5:8.5&op=flip:axis=horizontal&canvas=20x30&fill=rgb(255 128 0)&spec=&op="
    assert server.warp(picture_png, query).content == result


@pytest.mark.parametrize("size", [1, 100, 100_000])
def test_chunked_raw_body(server, picture_png, result, size):
    sent = wire.request(
        f"/v1/warp?{one_warp.QUERY}", {"Transfer-Encoding": "chunked"}, wire.in_chunks(picture_png, size)
    )
    answer = wire.exchange(server.port, sent)
    assert (answer.status, answer.body) == (200, result)


def test_chunked_form(server, picture_png, result):
    body = wire.form(wire.file_part("image", picture_png), wire.text_part("spec", one_warp.JSON))
    headers = {"Content-Type": wire.FORM, "Transfer-Encoding": "chunked"}
    answer = wire.exchange(server.port, wire.request("/v1/warp", headers, wire.in_chunks(body, 7)))
    assert (answer.status, answer.body) == (200, result)


def test_body_that_comes_byte_by_byte(server, picture_png, result):
    body = wire.form(wire.file_part("image", picture_png), wire.text_part("spec", one_warp.JSON))
    sent = wire.request("/v1/warp", {"Content-Type": wire.FORM, "Content-Length": len(body)}, body)
    with wire.connected(server.port) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # every byte is a packet of its own
        for start in range(len(sent)):
            connection.sendall(sent[start : start + 1])
        assert wire.read_answer(connection).body == result


def test_two_requests_on_one_connection_do_not_mix(server, picture_png, result):
    one = wire.request(f"/v1/warp?{one_warp.QUERY}", {"Content-Length": len(picture_png)}, picture_png)
    other = wire.request("/v1/warp?op=identity", {"Content-Length": len(picture_png)}, picture_png)
    with wire.connected(server.port) as connection:
        connection.sendall(one)
        assert wire.read_answer(connection).body == result
        connection.sendall(other)
        unchanged = wire.read_answer(connection).body
    assert unchanged != result
    np.testing.assert_array_equal(one_warp.pixels(unchanged), one_warp.pixels(picture_png))


@pytest.mark.parametrize("kind", ["text", "file"])
def test_repeated_spec_parts_are_an_array(server, picture_png, kind):
    def part(text):
        return wire.text_part("spec", text) if kind == "text" else wire.file_part("spec", text.encode(), "s.json")

    body = wire.form(wire.file_part("image", picture_png), part(one_warp.JSON), part(one_warp.JSON))
    answer = server.client.post("/v1/warp", content=body, headers=FORM)
    assert answer.headers["warp-items"] == "2"
    broken = wire.form(wire.file_part("image", picture_png), part(one_warp.JSON), part('{"ops": [{"op": "flip"}]}'))
    wire.check_problem(
        server.client.post("/v1/warp", content=broken, headers=FORM), 422, "invalid-spec", "/1/ops/0/axis"
    )
    split = wire.form(wire.file_part("image", picture_png), part('{"ops": []'), part("}"))
    wire.check_problem(server.client.post("/v1/warp", content=split, headers=FORM), 400, "malformed-request")


def test_every_format_that_is_read(server):
    gray = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    indices = np.arange(12).reshape(3, 4)
    colours = [(20 * i,) * 3 for i in range(12)]
    for data in (
        files.png(gray, files.GRAY),
        files.gif([indices], colours),
        files.bmp(indices, 8, colours),
    ):
        seen = one_warp.pixels(server.warp(data, "op=flip:horizontal").content)
        np.testing.assert_array_equal(seen if seen.ndim == 2 else seen[..., 1], gray[:, ::-1])


def test_an_emptied_spec_part_says_nothing(server, picture_png, result):
    """The docs page sends it so when its box is cleared; the shorthand beside it counts."""
    for blank in (("blob", b"", "application/json"), ("blob", b" \n", "application/json")):
        parts = {"image": ("photo.png", picture_png), "spec": blank}
        answer = server.client.post("/v1/warp", params=one_warp.SHORTHAND, files=parts)
        assert answer.status_code == 200, answer.text
        assert answer.content == result
        alone = server.client.post("/v1/warp", files=parts)
        assert wire.check_problem(alone, 422, "spec-missing")
