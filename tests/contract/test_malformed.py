"""400: what cannot even be read. 404, 405, 415: what is not offered."""

import pytest

from tests import files
from tests.contract import one_warp, wire
from tests.contract.wire import check_problem

FORM = {"Content-Type": wire.FORM}

NOT_JSON = {
    "cut off": b'{"ops": [',
    "single quotes": b"{'ops': []}",
    "comma at the end": b'{"ops": [],}',
    "two values": b'{"ops": []} {"ops": []}',
    "word": b"rotate",
    "the same key twice": b'{"ops": [], "ops": []}',
    "the same key twice, deep": b'{"ops": [{"op": "rotate", "angle": 1, "angle": 2}]}',
    "number of 5000 digits": b'{"ops": [{"op": "rotate", "angle": ' + b"1" * 5000 + b"}]}",
    "20,000 brackets": b"[" * 20_000,
    "20,000 brackets and their ends": b"[" * 20_000 + b"]" * 20_000,
    "control character": b'{"ops": [{"op": "flip", "axis": "\x00"}]}',
}


@pytest.mark.parametrize("text", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_spec_that_is_not_json(server, picture_png, text):
    for part in (wire.file_part("spec", text, "spec.json"), ('Content-Disposition: form-data; name="spec"', text)):
        body = wire.form(wire.file_part("image", picture_png), part)
        answer = server.client.post("/v1/warp", content=body, headers=FORM)
        check_problem(answer, 400, "malformed-request")
    if len(text) < 6000:
        answer = server.client.post("/v1/warp", params={"spec": text}, content=picture_png)
        check_problem(answer, 400, "malformed-request")


def test_spec_file_that_is_not_utf_8(server, picture_png):
    for text in (one_warp.JSON.encode("utf-16"), b'{"ops": [{"op": "flip", "axis": "\xff"}]}'):
        body = wire.form(wire.file_part("image", picture_png), wire.file_part("spec", text, "spec.json"))
        answer = server.client.post("/v1/warp", content=body, headers=FORM)
        check_problem(answer, 400, "malformed-request")


WHOLE = wire.form(wire.file_part("image", b"content"), wire.text_part("spec", one_warp.JSON))
NOT_A_FORM = {
    "no boundary inside": b"hello",
    "another boundary": WHOLE.replace(wire.BOUNDARY.encode(), b"something-else"),
    "part without a name": wire.form(("Content-Disposition: form-data", b"x")),
    "part without headers": wire.form(("", b"x")),
    "header without a colon": wire.form(("Content-Disposition", b"x")),
    "header of 8 KiB": wire.form((f'Content-Disposition: form-data; name="{"x" * 8192}"', b"x")),
    "20 headers in a part": wire.form(("\r\n".join(["X-Y: z"] * 20), b"x")),
}


@pytest.mark.parametrize("body", NOT_A_FORM.values(), ids=NOT_A_FORM.keys())
def test_form_that_cannot_be_read(server, body):
    answer = server.client.post("/v1/warp?op=identity", content=body, headers=FORM)
    check_problem(answer, 400, "malformed-request")


@pytest.mark.parametrize("left_out", [3, 4, 10, 40, 80, 200, 400])
def test_form_that_breaks_off_is_never_taken_for_whole(server, picture_png, left_out):
    """What is missing may be a second spec, which would have been refused."""
    whole = wire.form(wire.file_part("image", picture_png), wire.text_part("spec", one_warp.JSON))
    assert whole.endswith(b"--\r\n")
    for query in ("", "?op=identity"):
        answer = server.client.post(f"/v1/warp{query}", content=whole[:-left_out], headers=FORM)
        check_problem(answer, 400, "malformed-request")


def test_form_without_its_last_line_end_is_whole(server, picture_png):
    whole = wire.form(wire.file_part("image", picture_png), wire.text_part("spec", one_warp.JSON))
    answer = server.client.post("/v1/warp", content=whole[:-2], headers=FORM)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("charset", ["undefined", "idna", "punycode", "utf-16", "utf-7", "zlib", "cp037", "nonsense"])
def test_charset_that_no_form_has(server, picture_png, charset):
    """Python has codecs that raise what nobody catches, and some that take the square of the length."""
    body = wire.form(
        ('Content-Disposition: form-data; name="spec"', b"a-\xff" * 5000), wire.file_part("image", picture_png)
    )
    answer = server.client.post("/v1/warp", content=body, headers={"Content-Type": f"{wire.FORM}; charset={charset}"})
    check_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "declared", ["multipart/form-data", "multipart/form-data; boundary=", f"multipart/form-data; boundary={'b' * 300}"]
)
def test_boundary_missing_or_too_long(server, declared):
    answer = server.client.post("/v1/warp?op=identity", content=WHOLE, headers={"Content-Type": declared})
    check_problem(answer, 400, "malformed-request")


def test_no_picture(server):
    empty = server.client.post("/v1/warp?op=identity")
    check_problem(empty, 400, "empty-body")
    no_length = wire.exchange(server.port, wire.request("/v1/warp?op=identity", {}))
    check_problem(no_length, 400, "empty-body")
    no_chunk = wire.exchange(
        server.port, wire.request("/v1/warp?op=identity", {"Transfer-Encoding": "chunked"}, b"0\r\n\r\n")
    )
    check_problem(no_chunk, 400, "empty-body")
    for parts in (
        [wire.file_part("image", b"")],
        [wire.text_part("image", "photo.png")],
        [wire.text_part("spec", one_warp.JSON)],
        [],
    ):
        answer = server.client.post("/v1/warp?op=identity", content=wire.form(*parts), headers=FORM)
        check_problem(answer, 400, "empty-body")


@pytest.mark.parametrize("path", ["/v1/wrap", "/v2/warp", "/v1/warp/x", "/v1/../etc/passwd", "/%00", "/problems/none"])
def test_nothing_at_this_address(server, path):
    check_problem(wire.exchange(server.port, wire.request(path, {}, method="GET")), 404, "not-found")
    if not path.startswith("/problems"):
        check_problem(wire.exchange(server.port, wire.request(path, {"Content-Length": 2}, b"{}")), 404, "not-found")


OTHER_METHODS = [("GET", "/v1/warp"), ("PUT", "/v1/warp"), ("DELETE", "/v1/warp"), ("POST", "/livez")]


@pytest.mark.parametrize(("method", "path"), OTHER_METHODS)
def test_method_that_is_not_taken(server, method, path):
    allowed = "POST" if path == "/v1/warp" else "GET"
    answer = server.client.request(method, path)
    check_problem(answer, 405, "method-not-allowed")
    assert allowed in answer.headers["allow"].split(", ")


@pytest.mark.parametrize(
    "declared",
    ["text/plain", "application/json", "multipart/mixed; boundary=b", "video/mp4", "nonsense", "image", "", ";;;"],
)
def test_content_type_that_is_not_taken(server, picture_png, declared):
    answer = server.client.post("/v1/warp?op=identity", content=picture_png, headers={"Content-Type": declared})
    problem = check_problem(answer, 415, "unsupported-media-type")
    assert "multipart/form-data" in problem["detail"]
    assert "multipart/form-data" in answer.headers["accept-post"]


TIFF_LITTLE, TIFF_BIG = b"II*\0\x08\0\0\0" + bytes(30), b"MM\0*\0\0\0\x08" + bytes(30)
NOT_READ = {
    "text": b"just some words, longer than any header of a picture",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    "XML": b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
    "TIFF": TIFF_LITTLE,
    "TIFF, big end first": TIFF_BIG,
    "PDF": b"%PDF-1.7\n",
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "ZIP": b"PK\x03\x04" + bytes(30),
    "ICO": b"\0\0\x01\0\x01\0" + bytes(30),
    "one byte": b"\x89",
    "zeros": bytes(1000),
    "PNG, one byte late": b" " + files.png([[1, 2, 3]], files.GRAY),
}


@pytest.mark.parametrize("data", NOT_READ.values(), ids=NOT_READ.keys())
def test_format_that_is_not_read_whatever_it_is_called(server, data):
    raw = server.warp(data, "op=identity", headers={"Content-Type": "image/png"})
    body = wire.form(wire.file_part("image", data, "photo.png", "image/png"))
    in_form = server.client.post("/v1/warp?op=identity", content=body, headers=FORM)
    for answer in (raw, in_form):
        problem = check_problem(answer, 415, "unsupported-image")
        assert "PNG, JPEG, WEBP, BMP, GIF" in problem["detail"]
        assert "passwd" not in answer.text
        assert "words" not in answer.text
