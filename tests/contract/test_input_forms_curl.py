"""The same with curl, whose defaults differ from every library's: what the README says to type must work."""

from urllib.parse import quote

import numpy as np
import pytest

from tests.contract import one_warp, wire


@pytest.fixture
def send(server, curl, tmp_path, picture_png):
    """Call curl in a folder with photo.png, spec.json and array.json; the rest of the address is the first argument."""
    (tmp_path / "photo.png").write_bytes(picture_png)
    (tmp_path / "spec.json").write_text(one_warp.JSON)
    (tmp_path / "array.json").write_text(f"[{one_warp.JSON}]")

    def send(query, *arguments, stdin=b""):
        placed = [argument.replace("@", f"@{tmp_path}/").replace("<", f"<{tmp_path}/") for argument in arguments]
        placed = [argument.replace(f"@{tmp_path}/-", "@-") for argument in placed]
        return wire.run_curl(curl, tmp_path, f"{server.url}/v1/warp{query}", *placed, stdin=stdin)

    return send


@pytest.fixture
def result(server, picture, picture_png):
    answer = server.warp(picture_png, one_warp.QUERY)
    np.testing.assert_array_equal(one_warp.pixels(answer.content), one_warp.expected(picture))
    return answer.content


FORMS = {
    "text": ["-F", "image=@photo.png", "-F", f"spec={one_warp.JSON}"],
    "text of type json": ["-F", "image=@photo.png", "-F", f"spec={one_warp.JSON};type=application/json"],
    "text from a file": ["-F", "image=@photo.png", "-F", "spec=<spec.json"],
    "text from a file, of type json": ["-F", "image=@photo.png", "-F", "spec=<spec.json;type=application/json"],
    "file": ["-F", "image=@photo.png", "-F", "spec=@spec.json"],
    "file of type json": ["-F", "image=@photo.png", "-F", "spec=@spec.json;type=application/json"],
    "array of one": ["-F", "image=@photo.png", "-F", "spec=@array.json"],
    "spec first": ["-F", "spec=@spec.json", "-F", "image=@photo.png"],
    "literal": ["-F", "image=@photo.png", "--form-string", f"spec={one_warp.JSON}"],
    "no content type at the parts": [
        "-F", "image=@photo.png;headers=\"Content-Type:\"", "-F", f"spec={one_warp.JSON}",
    ],
    "declared as JPEG": ["-F", "image=@photo.png;type=image/jpeg", "-F", f"spec={one_warp.JSON}"],
    "chunked": ["-F", "image=@photo.png", "-F", "spec=@spec.json", "-H", "Transfer-Encoding: chunked"],
    "expecting 100": ["-F", "image=@photo.png", "-F", "spec=@spec.json", "-H", "Expect: 100-continue"],
    "HTTP/1.0": ["-F", "image=@photo.png", "-F", "spec=@spec.json", "--http1.0"],
}  # fmt: skip


@pytest.mark.parametrize("arguments", FORMS.values(), ids=FORMS.keys())
def test_form(send, result, arguments):
    answer = send("", *arguments)
    assert answer.status == 200, answer.body
    assert answer.body == result


BODIES = {
    "--data-binary": ["--data-binary", "@photo.png"],
    "as PNG": ["--data-binary", "@photo.png", "-H", "Content-Type: image/png"],
    "as JPEG": ["--data-binary", "@photo.png", "-H", "Content-Type: image/jpeg"],
    "as bytes": ["--data-binary", "@photo.png", "-H", "Content-Type: application/octet-stream"],
    "without a type": ["--data-binary", "@photo.png", "-H", "Content-Type:"],
    "chunked": ["--data-binary", "@photo.png", "-H", "Transfer-Encoding: chunked"],
    "expecting 100": ["--data-binary", "@photo.png", "-H", "Expect: 100-continue"],
    "HTTP/1.0": ["--data-binary", "@photo.png", "--http1.0"],
}


@pytest.mark.parametrize("query", [one_warp.QUERY, f"spec={quote(one_warp.JSON)}"], ids=["shorthand", "json"])
@pytest.mark.parametrize("arguments", BODIES.values(), ids=BODIES.keys())
def test_raw_body(send, result, arguments, query):
    answer = send(f"?{query}", *arguments)
    assert answer.status == 200, answer.body
    assert answer.body == result


def test_raw_body_from_a_pipe(send, result, picture_png):
    """Curl cannot know the length, so it sends chunks."""
    answer = send(f"?{one_warp.QUERY}", "-X", "POST", "-T", "-", stdin=picture_png)
    assert (answer.status, answer.body) == (200, result)


def test_form_with_the_shorthand(send, result):
    answer = send(f"?{one_warp.QUERY}", "-F", "image=@photo.png")
    assert (answer.status, answer.body) == (200, result)


def test_mistakes_that_everybody_makes_once(send):
    forgotten_at = send("?op=rotate:30", "-F", "image=photo.png")
    assert "with the @" in wire.check_problem(forgotten_at, 400, "empty-body")["detail"]
    forgotten_file = send("?op=rotate:30", "-X", "POST")
    assert "--data-binary" in wire.check_problem(forgotten_file, 400, "empty-body")["detail"]
    json_body = send("?op=rotate:30", "-H", "Content-Type: application/json", "--data-binary", "@photo.png")
    assert "-F image=@photo.jpg" in wire.check_problem(json_body, 415, "unsupported-media-type")["detail"]
    wrong_name = send("?op=rotate:30", "-F", "imag=@photo.png")
    problem = wire.check_problem(wrong_name, 422, "invalid-spec", "")
    assert "did you mean 'image'?" in problem["errors"][0]["detail"]
    pictures = ["-F", "image=@photo.png"] * 3
    two_specs = send("", *pictures, "-F", "spec=@spec.json", "-F", "spec=@spec.json")
    assert "pictures: 3, specs: 2;" in wire.check_problem(two_specs, 422, "wrong-counts")["detail"]
