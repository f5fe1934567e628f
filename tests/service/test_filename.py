"""Names that go out must be harmless in a header and on a disk, whatever name came in."""

import re
from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.filename import content_disposition, warped_name

NAMES = {
    None: "image-warped.png",
    "": "image-warped.png",
    "photo.jpg": "photo-warped.png",
    "photo": "photo-warped.png",
    "photo.tar.gz": "photo.tar-warped.png",
    "my photo.JPG": "my photo-warped.png",
    "C:\\Users\\me\\photo.jpg": "photo-warped.png",
    "/etc/passwd": "passwd-warped.png",
    "../../up.png": "up-warped.png",
    "..": "image-warped.png",
    "...": "image-warped.png",
    "folder/": "image-warped.png",
    ".png": "png-warped.png",
    " photo .png": "photo-warped.png",
    'a"b.png': "a_b-warped.png",
    "a;b.png": "a_b-warped.png",
    "a%22b.png": "a_22b-warped.png",
    "a\r\nSet-Cookie: x.png": "a_Set-Cookie_ x-warped.png",
    "a\0b.png": "a_b-warped.png",
    "a<b>:|?*c.png": "a_b_c-warped.png",
    "a\u2028b\x85c.png": "a_b_c-warped.png",
    "Käse.jpg": "Käse-warped.png",
    "Ka\u0308se.jpg": "Käse-warped.png",
    "写真.webp": "写真-warped.png",
    "\N{GRINNING FACE}.png": "\N{GRINNING FACE}-warped.png",
    "a\ud800b.png": "ab-warped.png",
    "x" * 300 + ".png": "x" * 100 + "-warped.png",
}

HEADERS = {
    "photo-warped.png": "inline; filename=\"photo-warped.png\"; filename*=UTF-8''photo-warped.png",
    "my photo-warped.png": "inline; filename=\"my photo-warped.png\"; filename*=UTF-8''my%20photo-warped.png",
    "Käse-warped.png": "inline; filename=\"Kase-warped.png\"; filename*=UTF-8''K%C3%A4se-warped.png",
    "写真-warped.png": "inline; filename=\"image-warped.png\"; filename*=UTF-8''%E5%86%99%E7%9C%9F-warped.png",
}

FULL_WIDTH = "＂；＼／％＊：＜＞？｜"


@pytest.mark.parametrize("uploaded", NAMES, ids=ascii)
def test_the_output_is_named_after_the_upload(uploaded):
    assert warped_name(uploaded) == NAMES[uploaded]


def test_the_extension_can_be_another():
    assert warped_name("photo.jpg", "webp") == "photo-warped.webp"


@pytest.mark.parametrize("name", HEADERS)
def test_the_header_has_an_ascii_name_and_the_true_one(name):
    assert content_disposition("inline", name) == HEADERS[name]
    assert content_disposition("attachment", name) == HEADERS[name].replace("inline", "attachment", 1)


@pytest.mark.parametrize("character", FULL_WIDTH)
def test_a_full_width_character_does_not_turn_into_a_quote_or_slash_in_the_header(character):
    header = content_disposition("inline", warped_name(f"a{character} filename=evil.exe{character}.png"))
    assert_harmless(header)


def assert_harmless(header):
    match = re.fullmatch(r"inline; filename=\"([^\"\\]+)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)", header)
    assert match, ascii(header)
    assert match[1].isascii()
    assert match[1].isprintable()
    assert not set(match[1]) & set('"\\/;:*?<>|%')
    return match[1], unquote(match[2])


@given(
    st.none() | st.text() | st.text(alphabet=f'{FULL_WIDTH}"\\/;.% \r\n\0a\u0301') | st.text(st.characters(codec=None))
)
def test_any_name_gives_one_harmless_header_that_a_parser_reads_back(uploaded):
    name = warped_name(uploaded)
    _, true_name = assert_harmless(content_disposition("inline", name))
    assert true_name == name
    assert name.endswith("-warped.png")
    assert len(name) <= 100 + len("-warped.png")
    assert not name.startswith((".", " "))
    assert not set(name) & set('"\\/\r\n\0')
    message = Message()
    message["Content-Disposition"] = content_disposition("inline", name)
    assert message.get_content_disposition() == "inline"
