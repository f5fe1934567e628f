"""413: bodies, specs and forms over a limit, however they hide it; nothing of them is read beyond the limit."""

import resource
import socket

import numpy as np
import pytest

from tests import files, pictures
from tests.contract import one_warp, wire
from tests.contract.conftest import SMALL_BODY
from tests.contract.wire import check_problem

FORM = {"Content-Type": wire.FORM}
TARGET = "/v1/warp?op=identity"
SETTING = f"at most {SMALL_BODY} are allowed (GRIDWARP_MAX_BODY_BYTES)"


def test_body_of_exactly_the_limit_is_read(small_server, picture_png):
    padded = picture_png + bytes(SMALL_BODY - len(picture_png))
    assert small_server.warp(padded, "op=identity").status_code == 200
    problem = check_problem(small_server.warp(padded + b"\0", "op=identity"), 413, "upload-too-large")
    assert f"{SMALL_BODY + 1} bytes" in problem["detail"]
    assert SETTING in problem["detail"]


@pytest.mark.parametrize("announced", [SMALL_BODY + 1, 10**12, 10**19, "9" * 200])
def test_length_that_is_too_large_is_refused_before_a_byte_is_sent(small_server, announced):
    sent = wire.request(TARGET, {"Content-Length": announced})
    try:
        answer = wire.exchange(small_server.port, sent)
    except ConnectionError:
        pytest.fail("the connection was dropped without an answer")
    if int(announced) < 2**63:
        problem = check_problem(answer, 413, "upload-too-large")
        assert SETTING in problem["detail"]
        assert answer.headers["connection"] == "close"
    else:  # no HTTP parser holds such a number: uvicorn itself refuses, and knows nothing of problem documents
        assert answer.status in {400, 413}


@pytest.mark.parametrize("path", [TARGET, "/v1/nothing", "/livez"])
def test_length_that_is_too_large_is_refused_wherever_it_is_sent(small_server, path):
    answer = wire.exchange(small_server.port, wire.request(path, {"Content-Length": SMALL_BODY + 1}))
    check_problem(answer, 413, "upload-too-large")


@pytest.mark.parametrize("headers", [{}, FORM], ids=["raw", "form"])
def test_chunks_that_become_too_many(small_server, headers):
    beginning = wire.form(wire.file_part("image", b""))[:-30] if headers else b""
    body = wire.in_chunks(beginning + bytes(SMALL_BODY + 1), 4096)
    answer = wire.exchange(small_server.port, wire.request(TARGET, headers | {"Transfer-Encoding": "chunked"}, body))
    problem = check_problem(answer, 413, "upload-too-large")
    assert SETTING in problem["detail"]


def test_chunks_without_end_are_cut_off(small_server):
    """Nobody waits for the last chunk: the answer comes when the limit is passed."""
    with wire.connected(small_server.port) as connection:
        connection.sendall(wire.request(TARGET, {"Transfer-Encoding": "chunked"}))
        connection.sendall(wire.in_chunks(bytes(SMALL_BODY + 1), 8192).removesuffix(b"0\r\n\r\n"))
        answer = wire.read_answer(connection)
        check_problem(answer, 413, "upload-too-large")
        assert answer.headers["connection"] == "close"


def test_after_a_refusal_nobody_listens_to_the_rest(server):
    """Whatever the reason: a refused body could else go on for ever."""
    with wire.connected(server.port) as connection:
        head = {"Transfer-Encoding": "chunked", "Content-Type": "text/plain"}
        connection.sendall(wire.request("/v1/warp?op=identity", head))
        answer = wire.read_answer(connection)
        check_problem(answer, 415, "unsupported-media-type")
        assert answer.headers["connection"] == "close"
        rest = wire.in_chunks(bytes(64 << 20), 1 << 20)
        with pytest.raises(OSError):  # noqa: PT011 (reset or broken pipe)
            connection.sendall(rest)


def test_length_that_is_too_small_ends_the_picture_there(small_server, picture_png):
    """What follows is not taken for the picture; uvicorn takes it for a bad request of its own and hangs up."""
    short = len(picture_png) - 30
    with wire.connected(small_server.port) as connection:
        connection.sendall(wire.request(TARGET, {"Content-Length": short}, picture_png[:short]))
        check_problem(wire.read_answer(connection), 422, "undecodable-image")
        connection.sendall(picture_png[short:])
        assert wire.read_answer(connection).status == 400
        assert connection.recv(1) == b""


def test_length_that_is_too_large_for_what_comes_is_no_picture(small_server, picture_png):
    """The client hangs up before it has sent what it announced: there is nobody to answer, and nothing is warped."""
    with wire.connected(small_server.port) as connection:
        connection.sendall(wire.request(TARGET, {"Content-Length": len(picture_png) + 1}, picture_png))
        connection.shutdown(socket.SHUT_WR)
        assert b"200 OK" not in connection.recv(100)


@pytest.mark.parametrize("headers", [{"Content-Length": "-1"}, {"Content-Length": "1x"}, {"Content-Length": "1, 2"}])
def test_length_that_is_no_number(small_server, headers):
    assert wire.exchange(small_server.port, wire.request(TARGET, headers, b"x")).status == 400


def test_100_continue_is_not_sent_when_the_body_is_too_large(small_server, picture_png):
    expect = {"Expect": "100-continue"}
    with wire.connected(small_server.port) as connection:
        connection.sendall(wire.request(TARGET, expect | {"Content-Length": SMALL_BODY + 1}))
        seen = b"".join(iter(lambda: connection.recv(4096), b""))  # to the end: the server closes
    assert seen.startswith(b"HTTP/1.1 413 ")
    assert b" 100 " not in seen
    with wire.connected(small_server.port) as connection:
        connection.sendall(wire.request(TARGET, expect | {"Content-Length": len(picture_png)}))
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(picture_png)
        assert wire.read_answer(connection).status == 200


def test_curl_sees_the_refusal_of_a_big_file(small_server, curl, tmp_path):
    """Curl asks with Expect above 1 MiB; so the refusal reaches it although it has 3 MiB to send."""
    (tmp_path / "big").write_bytes(bytes(3 << 20))
    address = small_server.url + TARGET
    for arguments in (["--data-binary", f"@{tmp_path}/big"], ["-F", f"image=@{tmp_path}/big"]):
        check_problem(wire.run_curl(curl, tmp_path, address, *arguments), 413, "upload-too-large")


def test_a_client_that_sends_without_asking_still_reads_the_refusal(small_server):
    for content_type in ("image/png", "text/plain"):
        answer = small_server.client.post(TARGET, content=bytes(20 << 20), headers={"Content-Type": content_type})
        check_problem(answer, 413, "upload-too-large")


def test_a_refusal_of_what_is_small_enough_is_read_too(server, picture_png):
    """20 MB that the route does not take: they are passed over, and the connection stays good."""
    refused = server.client.post(TARGET, content=bytes(20 << 20), headers={"Content-Type": "text/plain"})
    check_problem(refused, 415, "unsupported-media-type")
    assert server.warp(picture_png, "op=identity").status_code == 200


SHORT = b'{"ops": []}'
LIMIT = 64 * 1024


@pytest.mark.parametrize("kind", ["text", "file"])
@pytest.mark.parametrize("padding", [" ", "é"], ids=["spaces", "characters of two bytes"])
def test_spec_of_more_than_64_kib(server, picture_png, kind, padding):
    def send(text):
        part = ('Content-Disposition: form-data; name="spec"', text)
        part = part if kind == "text" else wire.file_part("spec", text, "spec.json")
        return server.client.post(
            "/v1/warp", content=wire.form(wire.file_part("image", picture_png), part), headers=FORM
        )

    padded = SHORT + padding.encode() * ((LIMIT - len(SHORT)) // len(padding.encode()))
    padded += b" " * (LIMIT - len(padded))
    at_limit = send(padded)
    assert at_limit.status_code == (200 if padding == " " else 400), at_limit.text  # é outside a string is no JSON
    problem = check_problem(send(padded + b" "), 413, "upload-too-large")
    assert f"at most {LIMIT} bytes; this one has {LIMIT + 1}" in problem["detail"]
    check_problem(send(b"[" * 1_000_000), 413, "upload-too-large")


def test_specs_of_more_than_64_kib_together(server, picture_png):
    half = (SHORT + b" " * (LIMIT // 2)).decode()
    body = wire.form(wire.file_part("image", picture_png), *[wire.text_part("spec", half)] * 2)
    check_problem(server.client.post("/v1/warp", content=body, headers=FORM), 413, "upload-too-large")


@pytest.mark.parametrize("kind", ["files", "texts"])
def test_too_many_parts(server, picture_png, kind):
    part = wire.file_part("image", picture_png) if kind == "files" else wire.text_part("spec", "{}")
    answer = server.client.post(TARGET, content=wire.form(*[part] * 65), headers=FORM)
    assert "at most 64 pictures" in check_problem(answer, 413, "batch-too-large")["detail"]


def test_as_many_parts_as_are_allowed_are_counted(server, picture_png):
    body = wire.form(*[wire.file_part("image", picture_png)] * 64, wire.text_part("spec", one_warp.JSON))
    answer = server.client.post("/v1/warp", content=body, headers=FORM)
    assert (answer.status_code, answer.headers["warp-items"]) == (200, "64")


def test_a_refused_upload_gives_its_room_back(small_server, picture_png):
    """The budget holds one body: were a refusal to keep its share, the next request would get 503."""
    for sent in (
        wire.request(TARGET, {"Content-Length": SMALL_BODY + 1}),
        wire.request(TARGET, {"Transfer-Encoding": "chunked"}, wire.in_chunks(bytes(SMALL_BODY + 1), 4096)),
        wire.request(TARGET, {"Content-Length": 3}, b"abc"),
        wire.request("/nothing", {"Content-Length": SMALL_BODY}, bytes(SMALL_BODY)),
        wire.request("/v1/warp", {"Content-Length": SMALL_BODY}, bytes(SMALL_BODY)),
    ):
        assert 400 <= wire.exchange(small_server.port, sent).status < 500
        assert small_server.warp(picture_png, "op=identity").status_code == 200


def test_form_is_kept_in_memory(server):
    """Starlette would write more than 1 MiB to a temporary file: here no file may be written at all."""
    noise = pictures.random(1000, 700, 3)
    body = wire.form(wire.file_part("image", files.png(noise, files.RGB)))
    assert len(body) > 2 << 20
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        answer = server.client.post("/v1/warp?op=flip:both", content=body, headers=FORM)
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (hard, hard))
    np.testing.assert_array_equal(one_warp.pixels(answer.content), noise[::-1, ::-1])
