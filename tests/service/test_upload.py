"""A form's parts by their names; more of it, through a socket, is in tests/contract."""

import asyncio

import pytest
from fastapi import Request

from service.errors import BatchTooLarge, EmptyBody, InvalidSpec
from service.settings import Settings
from service.upload import Picture, read_upload

FORM = "multipart/form-data; boundary=x"


def upload(*parts, **limits):
    """Read a form of (name, content, file name), without the last a field of text."""
    body = b"".join(
        f"--x\r\nContent-Disposition: {disposition(name, *file)}\r\n\r\n".encode() + content + b"\r\n"
        for name, content, *file in parts
    )
    sent = iter([{"type": "http.request", "body": body + b"--x--\r\n", "more_body": False}])

    async def receive():
        return next(sent)

    headers = [(b"content-type", FORM.encode())]
    scope = {"type": "http", "method": "POST", "headers": headers, "query_string": b""}
    return asyncio.run(read_upload(Request(scope, receive), Settings(**limits)))


def disposition(name, file=None):
    return f'form-data; name="{name}"' + (f'; filename="{file}"' if file else "")


IMAGE = ("image", b"a picture", "cat.jpg")


def test_pictures_maps_and_specs_in_their_order():
    read = upload(("map", b"one", "1.png"), IMAGE, ("spec", b"{}"), ("map", b"two", "2.png"), ("image", b"b", "b.png"))
    assert read.pictures == [Picture(b"a picture", "cat.jpg"), Picture(b"b", "b.png")]
    assert read.maps == [Picture(b"one", "1.png"), Picture(b"two", "2.png")]
    assert read.specs == ["{}"]
    assert not read.is_raw


def test_a_map_field_that_was_left_empty_says_nothing():
    assert upload(IMAGE, ("map", b"")).maps == []
    assert upload(IMAGE, ("map", b""), ("map", b"one", "1.png")).maps == [Picture(b"one", "1.png")]


@pytest.mark.parametrize("parts", [[("image", b"")], [IMAGE, ("image", b"")], [IMAGE, ("map", b"@map.png")]])
def test_text_in_place_of_a_file_is_refused_with_its_number(parts):
    with pytest.raises(EmptyBody, match=rf"'{parts[-1][0]}' number {len(parts) if parts[-1][0] == 'image' else 1} is"):
        upload(*parts)


def test_an_empty_file_is_kept_as_one():
    """What is wrong with it is told where it is opened."""
    assert upload(IMAGE, ("map", b"", "map.png")).maps == [Picture(b"", "map.png")]


def test_a_form_of_maps_alone_has_no_picture():
    with pytest.raises(EmptyBody, match="-F image=@"):
        upload(("map", b"one", "1.png"))


def test_a_misspelt_part_is_given_the_name_that_was_meant():
    with pytest.raises(InvalidSpec, match=r"part 2 of the form is unknown.*'map'"):
        upload(IMAGE, ("maps", b"one", "1.png"))


def test_files_are_counted_together():
    files = [("map", b"one", "1.png")] * 7
    with pytest.raises(BatchTooLarge, match="GRIDWARP_MAX_ITEMS"):
        upload(*files, max_items=2)
