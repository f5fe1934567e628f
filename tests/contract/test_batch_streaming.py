"""A batch leaves picture by picture; at most one is decoded ahead; a broken batch looks broken."""

import http.client
import io
import select
import threading
import zipfile
from email import message_from_bytes

import httpx
import pytest
from stream_unzip import stream_unzip

from tests import files, pictures
from tests.contract import wire
from tests.contract.batches import MIXED, ZIP, open_answer
from tests.contract.holding import soon
from tests.contract.server import running, wait_for

COUNT = 6
IMAGES = [files.png(pictures.random(400, 300, 3, seed=seed), files.RGB) for seed in range(COUNT)]
ENLARGED = files.png(pictures.random(64, 48, 3), files.RGB)
HUGE = "/v1/warp?op=rotate:10&canvas=2000x2000&border=wrap"


def form(images):
    return wire.form(*(wire.file_part("image", image, f"p{index}.png") for index, image in enumerate(images)))


def post(images, target="/v1/warp?op=identity", accept=ZIP, **options):
    body = form(images)
    headers = {"Content-Type": wire.FORM, "Content-Length": len(body), "Accept": accept}
    return wire.request(target, headers, body, **options)


def test_the_first_picture_is_out_before_the_third_is_decoded(watched, tmp_path):
    """The engine stands still before it decodes the third, until the client has the whole first picture in its hands.

    The client reads the stream as it comes, without the directory at its end.
    """
    flag = tmp_path / "first_picture_seen"
    with watched(workers=2, waits_at="decode for item 3", until=str(flag)) as (server, events):
        upload = [("image", ("p.png", image)) for image in IMAGES]
        with server.client.stream("POST", "/v1/warp?op=identity", files=upload) as answer:
            members = stream_unzip(answer.iter_raw())
            name, _, chunks = next(members)
            first = b"".join(chunks)
            assert "decode for item 3" not in events()
            flag.touch()
            rest = [(name, b"".join(chunks)) for name, _, chunks in members]
        assert name == b"0001-p.png"
        assert wire.png_chunks(first)
        assert len(rest) == COUNT  # the others, and the manifest
        noted = events()
        assert noted.index("goes on") < noted.index("decode for item 3")
        assert server.log == ""


def test_each_picture_is_decoded_while_the_one_before_is_warped_and_no_sooner(watched):
    """Of its 16 strips, the worker takes one or two before the decoding that was asked for meanwhile."""
    with watched() as (server, events):
        answer = wire.exchange(server.port, post(IMAGES, "/v1/warp?op=rotate:10&canvas=2000x2000&border=wrap"))
        assert len(open_answer(answer).pictures) == COUNT
        noted = events()
    decoded = [noted.index(f"decode for item {index}") for index in range(1, COUNT + 1)]
    first_strips = [place for place, event in enumerate(noted) if event == "strip 1 of 16"]
    last_strips = [place for place, event in enumerate(noted) if event == "strip 16 of 16"]
    assert len(first_strips) == len(last_strips) == COUNT
    for index in range(COUNT):
        assert decoded[index] < first_strips[index]
        if index >= 1:
            assert decoded[index] < last_strips[index - 1]
        if index >= 2:
            assert decoded[index] > last_strips[index - 2]


def test_with_on_error_fail_all_are_decoded_first(watched):
    with watched() as (server, events):
        sent = post(IMAGES, "/v1/warp?op=identity&on_error=fail")
        assert len(open_answer(wire.exchange(server.port, sent)).pictures) == COUNT
        assert events()[:COUNT] == [f"decode for item {index}" for index in range(1, COUNT + 1)]


def test_one_picture_is_decoded_once_for_all_its_specs(watched):
    specs = "[" + ",".join(['{"ops": []}'] * 4) + "]"
    for query in ("", "&on_error=fail"):
        with watched() as (server, events):
            parts = [wire.file_part("image", IMAGES[0]), wire.text_part("spec", specs)]
            answer = server.client.post(
                f"/v1/warp?{query}", content=wire.form(*parts), headers={"Content-Type": wire.FORM}
            )
            assert len(open_answer(answer).pictures) == 4
            assert [event for event in events() if event.startswith("decode")] == ["decode for item 1"]


@pytest.mark.parametrize("accept", [ZIP, MIXED])
def test_a_fault_in_mid_batch_aborts_the_connection(breaking, accept):
    """The status is spent; so nobody may take for whole what has come: no directory, no closing boundary."""
    with breaking(at="decode for item 4") as (server, _):
        with wire.connected(server.port) as connection:
            connection.sendall(post(IMAGES, accept=accept))
            seen = b"".join(iter(lambda: connection.recv(1 << 16), b""))
        assert seen.startswith(b"HTTP/1.1 200 ")
        assert seen.count(b"IEND") >= 2
        assert not seen.endswith(b"\r\n0\r\n\r\n")
        with wire.connected(server.port) as connection:
            connection.sendall(post(IMAGES, accept=accept))
            with http.client.HTTPResponse(connection, method="POST") as answer:
                answer.begin()
                with pytest.raises(http.client.IncompleteRead) as cut:
                    answer.read()
        if accept == ZIP:
            with pytest.raises(zipfile.BadZipFile):
                zipfile.ZipFile(io.BytesIO(cut.value.partial))
        else:
            head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
            message = message_from_bytes(head + cut.value.partial)
            assert "CloseBoundaryNotFoundDefect" in str(message.defects)
        wait_for(lambda: "BrokenEngineError" in server.log)


def test_a_fault_before_the_first_byte_is_a_500(breaking):
    with breaking(at="decode for item 1") as (server, _):
        wire.check_problem(wire.exchange(server.port, post(IMAGES)), 500, "internal-error")


@pytest.mark.parametrize("accept", [ZIP, MIXED])
@pytest.mark.parametrize("how", ["after the first pixels", "after the request", "between the pictures"])
def test_a_client_that_leaves_frees_the_slot_and_stops_the_work(watched, how, accept):
    with watched() as (server, events):
        with wire.connected(server.port, receive_buffer=4096) as connection:
            connection.sendall(post([ENLARGED] * COUNT, HUGE, accept))
            marks = {"after the first pixels": b"IDAT", "between the pictures": b"IEND"}
            if how in marks:
                seen = b""
                while marks[how] not in seen[-100_000:]:
                    seen += connection.recv(50_000)
            else:
                wait_for(events)
        soon(lambda: server.warp(ENLARGED, "op=identity"), 200)
        assert "decode for item 6" not in events()
        assert server.log == ""


def test_a_client_that_leaves_while_all_are_decoded_frees_the_slot(watched, tmp_path):
    flag = tmp_path / "has_left"
    with watched(waits_at="decode for item 3", until=str(flag)) as (server, events):
        with wire.connected(server.port) as connection:
            connection.sendall(post(IMAGES, "/v1/warp?op=identity&on_error=fail"))
            wait_for(lambda: "decode for item 2" in events())
        for _ in range(2):  # what happened before the first is heard of by then, and acted upon by the second
            assert server.client.get("/livez").status_code == 200
        flag.touch()
        soon(lambda: server.warp(ENLARGED, "op=identity"), 200)
        assert "decode for item 5" not in events()
        assert server.log == ""


@pytest.mark.parametrize("accept", [ZIP, MIXED])
def test_http_1_0_gets_a_length(server, accept):
    """It knows no chunks; so the answer is held, and counts as such."""
    answer = wire.exchange(server.port, post(IMAGES, accept=accept, version="1.0"))
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert "transfer-encoding" not in answer.headers
    assert open_answer(answer).pictures == open_answer(wire.exchange(server.port, post(IMAGES))).pictures


def test_outputs_are_held_for_http_1_0(tmp_path):
    pixels = 400 * 300
    with running(tmp_path / "log", max_held_pixels=2 * pixels) as server:
        assert len(open_answer(wire.exchange(server.port, post(IMAGES))).pictures) == COUNT
        assert len(open_answer(wire.exchange(server.port, post(IMAGES[:2], version="1.0"))).pictures) == 2
        problem = wire.check_problem(
            wire.exchange(server.port, post(IMAGES[:3], version="1.0")), 413, "batch-too-large"
        )
        assert f"{3 * pixels} pixels" in problem["detail"]
        assert f"at most {2 * pixels} are" in problem["detail"]
        assert "GRIDWARP_MAX_HELD_PIXELS" in problem["detail"]
        assert "HTTP/1.1" in problem["detail"]
        sent = post(IMAGES[:2], "/v1/warp?op=identity&on_error=fail", version="1.0")
        wire.check_problem(wire.exchange(server.port, sent), 413, "batch-too-large")


def test_many_batches_at_once_do_not_mix(server):
    def ask(turn, results):
        upload = [("image", (f"p{index}.png", image)) for index, image in enumerate(IMAGES[:3])]
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
            results[turn] = open_answer(client.post(f"/v1/warp?op=rotate:{turn}", files=upload)).pictures

    alone, together = {}, {}
    for turn in range(4):
        ask(turn, alone)
    threads = [threading.Thread(target=ask, args=(turn, together)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone
    assert len({pictures[1] for pictures in alone.values()}) == 4


def test_a_picture_is_decoded_ahead_past_one_that_is_refused(watched):
    """While the first is warped the third is decoded, since the second has nothing to decode."""
    images = [IMAGES[0], b"no picture", IMAGES[2]]
    with watched() as (server, events):
        answer = wire.exchange(server.port, post(images, "/v1/warp?op=rotate:10&canvas=2000x2000&border=wrap"))
        batch = open_answer(answer)
        assert (list(batch.pictures), list(batch.problems)) == ([1, 3], [2])
        noted = events()
    assert noted.index("decode for item 3") < noted.index("strip 16 of 16")


def test_room_for_uploads_is_free_as_soon_as_the_last_picture_is_decoded(watched):
    """Which is while the one before it is warped, however slowly its client reads."""
    body = post([ENLARGED] * 2, HUGE)
    room = 2 * len(form([ENLARGED] * 2))
    assert len(body) < room
    with (
        watched(workers=2, settings={"max_body_bytes": room, "upload_budget": room}) as (server, events),
        wire.connected(server.port, receive_buffer=4096) as connection,
    ):
        connection.sendall(body)
        wait_for(lambda: "decode for item 2" in events())
        wait_for(lambda: any(event.startswith("strip 4 of") for event in events()))
        answer = server.warp(ENLARGED + bytes(room - len(ENLARGED)), "op=identity")
        assert answer.status_code == 200


def test_the_loop_is_free_while_specs_are_resolved(watched):
    """Of 16 pictures of different sizes by 256 matrices: seconds of work, little of it on the loop.

    Where it is done is told by the time of processors, since a machine may well stand still; so a few questions for
    health have to do.
    """
    images = [files.png(pictures.random(1 + index % 4, 1 + index // 4), files.GRAY) for index in range(16)]
    ops = ",".join(['{"op": "matrix", "matrix": [[1, 0, 0], [0, 1, 0], [1e-4, 0, 1]]}'] * 256)
    parts = [wire.file_part("image", image) for image in images]
    body = wire.form(*parts, wire.text_part("spec", f'{{"ops": [{ops}]}}'))
    with watched() as (server, _), wire.connected(server.port) as connection:
        assert not server.children
        worked, on_the_loop = server.worked, server.worked_on_the_loop
        headers = {"Content-Type": wire.FORM, "Content-Length": len(body)}
        connection.sendall(wire.request("/v1/warp", headers, body))
        while not select.select([connection], [], [], 0.1)[0]:
            assert server.client.get("/livez").status_code == 200
        worked, on_the_loop = server.worked - worked, server.worked_on_the_loop - on_the_loop
        wire.read_answer(connection)
    assert on_the_loop < worked / 3


def test_headers_are_read_while_every_worker_is_busy(watched, tmp_path):
    """The one worker stands still in a picture; a plan of another is made, and a warp refused, meanwhile."""
    flag = tmp_path / "answered"
    with (
        watched(waits_at="decode for item 1", until=str(flag)) as (server, events),
        wire.connected(server.port) as connection,
    ):
        connection.sendall(post(IMAGES))
        wait_for(lambda: "waits" in events())
        assert server.warp(ENLARGED, "op=identity").status_code == 503
        (entry,) = server.client.post("/v1/plan?op=identity", content=ENLARGED).json()
        assert entry["status"] == 200
        assert events() == ["waits"]
        flag.touch()
        assert len(open_answer(wire.read_answer(connection)).pictures) == COUNT
