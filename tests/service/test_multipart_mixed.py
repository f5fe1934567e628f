"""multipart/mixed must be read by whoever reads MIME, to the last byte of every part."""

import email
import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_multipart.multipart import MultipartParser

from service.containers.multipart_mixed import MultipartMixed
from service.filename import entry_name
from tests.service.batches import HOSTILE, MANIFEST, Picture, body, label, problem_label

NAMES = ["photo.jpg", "Käse.jpg", "写真.webp", '"; filename=evil.exe', "a\r\nSet-Cookie: x", None]
PICTURES = [
    Picture(entry_name(index, NAMES[index % len(NAMES)]), [data[:7], data[7:], b""])
    for index, data in enumerate(HOSTILE, start=1)
]


def message(container, data):
    """What Python's reader of mail makes of a body."""
    return email.message_from_bytes(b"Content-Type: %s\r\n\r\n" % container.content_type.encode() + data)


def read_mail(container, data):
    read = message(container, data)
    assert [defect for part in read.walk() for defect in part.defects] == []
    assert read.get_content_type() == "multipart/mixed"
    assert not read.preamble
    assert not read.epilogue
    return [(filename(part), part.get_payload(decode=True)) for part in read.get_payload()]


def filename(part):
    """The true name: Python takes the ASCII one where there are both."""
    return unquote(part["Content-Disposition"].partition("filename*=UTF-8''")[2])


def read_streamed(container, chunks):
    """What a parser that gets the body chunk by chunk finds: the parts' bytes, and whether the body ended."""
    parts, ended = [], []
    parser = MultipartParser(
        boundary(container),
        {
            "on_part_begin": lambda: parts.append(b""),
            "on_part_data": lambda data, start, end: parts.append(parts.pop() + data[start:end]),
            "on_end": lambda: ended.append(True),
        },
    )
    for chunk in chunks:
        parser.write(chunk)
    return parts, bool(ended)


def boundary(container):
    return container.content_type.removeprefix("multipart/mixed; boundary=")


def expected(pictures):
    return [(picture.filename, picture.data) for picture in pictures]


def test_a_body_is_as_rfc_2046_draws_it():
    container = MultipartMixed()
    refused = label(2, "0002-b.json", 422, "application/problem+json")
    data = [
        container.begin(label(1, "0001-a.png", **{"Warp-Output-Size": "3x2"})),
        container.write(b"\x89PNG"),
        container.end(),
        container.refuse(refused, b'{"status": 422}'),
        container.close(MANIFEST),
    ]
    lines = """--BOUNDARY
Content-Type: image/png
Content-Disposition: attachment; filename="0001-a.png"; filename*=UTF-8''0001-a.png
Content-Transfer-Encoding: binary
Warp-Index: 1
Warp-Status: 200
Warp-Output-Size: 3x2

\x89PNG
--BOUNDARY
Content-Type: application/problem+json
Content-Disposition: attachment; filename="0002-b.json"; filename*=UTF-8''0002-b.json
Content-Transfer-Encoding: binary
Warp-Index: 2
Warp-Status: 422

{"status": 422}
--BOUNDARY--
"""
    expected_lines = lines.replace("BOUNDARY", boundary(container)).replace("\n", "\r\n")
    assert b"".join(data) == expected_lines.encode("latin-1")


def test_a_reader_of_mail_reads_every_byte():
    container = MultipartMixed()
    assert read_mail(container, body(container, PICTURES)) == expected(PICTURES)


@pytest.mark.parametrize("size", [1, 2, 3, 33, 1 << 16])
def test_a_parser_of_chunks_reads_every_byte(size):
    container = MultipartMixed()
    data = body(container, PICTURES)
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    assert read_streamed(container, chunks) == ([picture.data for picture in PICTURES], True)


@given(
    st.lists(
        st.tuples(st.none() | st.text(), st.lists(st.binary() | st.sampled_from(HOSTILE), max_size=4)),
        min_size=1,
        max_size=5,
    ),
    st.randoms(use_true_random=False),
)
def test_any_names_and_chunks(items, sizes):
    pictures = [Picture(entry_name(index, name), chunks) for index, (name, chunks) in enumerate(items, start=1)]
    container = MultipartMixed()
    data = body(container, pictures)
    assert read_mail(container, data) == expected(pictures)
    at, chunks = 0, []
    while at < len(data):
        chunks.append(data[at : (at := at + sizes.choice([1, 50, 5000]))])
    assert read_streamed(container, chunks) == ([picture.data for picture in pictures], True)


def test_text_like_its_own_boundary_is_no_boundary():
    container = MultipartMixed()
    almost = boundary(container)[:-1].encode()
    near = [
        b"--" + almost,
        b"\r\n--" + almost,
        b"\r\n--" + almost + b"\r\n\r\n",
        b"\r\n--" + almost + b"--\r\n",
        b"\r\n--",
    ]
    pictures = [Picture(entry_name(index, None), [data]) for index, data in enumerate(near, start=1)]
    data = body(container, pictures)
    assert read_mail(container, data) == expected(pictures)
    assert read_streamed(container, [data]) == (near, True)


def test_a_body_within_a_body_stays_within():
    other, container = MultipartMixed(), MultipartMixed()
    pictures = [Picture("0001-a.png", [body(other, PICTURES)])]
    assert read_mail(container, body(container, pictures)) == expected(pictures)


def test_the_parts_say_what_they_are():
    container = MultipartMixed()
    headers = {"Warp-Matrix": "1.0, 0.0", "Warp-Engine": "numpy"}
    data = container.begin(label(1, "0001-Käse.png", **headers)) + container.write(b"x") + container.end()
    data += container.refuse(problem_label(2), b'{"status": 422}') + container.close(MANIFEST)
    picture, problem = message(container, data).get_payload()
    assert picture.get_content_type() == "image/png"
    assert picture.get_content_disposition() == "attachment"
    assert picture.get_filename() == "0001-Kase.png"
    assert filename(picture) == "0001-Käse.png"
    assert (picture["Warp-Index"], picture["Warp-Status"]) == ("1", "200")
    assert headers.items() <= dict(picture.items()).items()
    assert problem.get_content_type() == "application/problem+json"
    assert (problem["Warp-Index"], problem["Warp-Status"]) == ("2", "422")
    assert problem.get_payload(decode=True) == b'{"status": 422}'


def test_300_parts():
    pictures = [Picture(entry_name(index, "photo.jpg"), [b"%d" % index]) for index in range(1, 301)]
    container = MultipartMixed()
    data = body(container, pictures)
    assert read_mail(container, data) == expected(pictures)
    assert read_streamed(container, [data]) == ([picture.data for picture in pictures], True)


def test_nobody_can_guess_the_boundary():
    boundaries = {boundary(MultipartMixed()) for _ in range(1000)}
    assert len(boundaries) == 1000
    for drawn in boundaries:
        assert re.fullmatch(r"[0-9a-f]{32,70}", drawn)  # 128 bits; RFC 2046 allows 70 characters
    for column in zip(*boundaries, strict=True):
        assert set(column) == set("0123456789abcdef")  # a fixed digit anywhere would be a bit less to guess


def test_nothing_is_held_back():
    container = MultipartMixed()
    container.begin(label(1))
    assert container.write(b"abc") == b"abc"


def test_a_cut_body_does_not_end():
    container = MultipartMixed()
    data = body(container, PICTURES)
    lengths = {*range(1, 300), *range(300, len(data), 997), *range(len(data) - 80, len(data) - 2)}
    for length in lengths:
        assert message(container, data[:length]).defects
        assert not read_streamed(container, [data[:length]])[1]


@pytest.mark.parametrize("value", ["a\r\nEvil: 1", "a\nEvil: 1", "a\rEvil: 1", "a\0b", "ä", "a\u2028b", "a\x7fb"])
def test_a_header_holds_one_line_of_ascii(value):
    with pytest.raises(ValueError, match="no header can be 'Warp-Note: "):
        MultipartMixed().begin(label(1, **{"Warp-Note": value}))
    with pytest.raises(ValueError, match="no header can be 'Content-Type: "):
        MultipartMixed().begin(label(1, media_type=value))
    with pytest.raises(ValueError, match="no header can be"):
        MultipartMixed().begin(label(1, **{value: "x"}))
