"""Names that go out must be harmless in a header and on a disk, whatever name came in."""

import re
import sys
import time
import unicodedata
from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.filename import content_disposition, entry_name, warped_name

FAMILY = "\N{MAN}\u200d\N{WOMAN}"

STEMS = {
    None: "image",
    "": "image",
    "photo.jpg": "photo",
    "photo": "photo",
    "photo.tar.gz": "photo.tar",
    "my photo.JPG": "my photo",
    "C:\\Users\\me\\photo.jpg": "photo",
    "C:photo.jpg": "C_photo",
    "/etc/passwd": "passwd",
    "../../up.png": "up",
    "..\\..\\up.png": "up",
    "..": "image",
    "...": "image",
    "folder/": "image",
    ".png": "png",
    ".hidden.png": "hidden",
    " photo .png": "photo",
    "photo. . .png": "photo",
    "-rf.png": "rf",
    "***.png": "image",
    "   .png": "image",
    "a  \t\u3000 b.png": "a _ b",
    "a\u3000\u2003\xa0b.png": "a b",
    'a"b.png': "a_b",
    "a;b.png": "a_b",
    "a%22b.png": "a_22b",
    "a\r\nSet-Cookie: x.png": "a_Set-Cookie_ x",
    "a\0b.png": "a_b",
    "a<b>:|?*c.png": "a_b_c",
    "a\u2028b\x85c.png": "a_b_c",
    "Käse.jpg": "Käse",
    "Ka\u0308se.jpg": "Käse",
    "Ka\u200b\u0308se.jpg": "Käse",
    "写真.webp": "写真",
    "\N{GRINNING FACE}.png": "\N{GRINNING FACE}",
    f"{FAMILY}.png": "\N{MAN}\N{WOMAN}",
    "a\ud800b.png": "ab",
    "photo\u202egpj.exe": "photogpj",
    "\u2066a\u2069\u200e\u200fb\u202a\u202c.png": "ab",
    "a\xad\u200b\ufeff\u2060\U000e0041b.png": "ab",
    "a\u3164\u115f\u2800\u034fb.png": "ab",
    "a\uf05cb\uffffc.png": "abc",
    "\u202e.png": "image",
    "..\uff0f..\uff0fup.png": "up",
    "..\uff3c..\uff3cup.png": "up",
    "a\uff0fb.png": "a_b",
    "a\uff3cb.png": "a_b",
    "a\u2215b\u2044c\u29f8d.png": "a_b_c_d",
    "\xa5\u20a9.png": "image",
    "\u2100.png": "a_c",
    "a\u226eb.png": "a_\u0338b",
    "\u226e.png": "image",
    "\u0301\u0301a.png": "a",
    "x" * 10_000 + ".png": "x" * 100,
    "ä" * 10_000 + ".png": "ä" * 50,
    "写" * 10_000 + ".png": "写" * 33,
    "x" + "\N{GRINNING FACE}" * 100 + ".png": "x" + "\N{GRINNING FACE}" * 24,
    "x" * 99 + "q\u0323.png": "x" * 99,
    "x" * 97 + "q\u0323.png": "x" * 97 + "q\u0323",
    "x" * 98 + "q\u0323\u0307.png": "x" * 98,
    "x" * 99 + " .y.png": "x" * 99,
    "q" + "\u0323" * 10_000 + ".png": "image",
}

DEVICES = {
    "CON.png": "CON-warped.png",
    "CON.x.png": "image-CON.x-warped.png",
    "nul.tar.gz": "image-nul.tar-warped.png",
    "Com7 .x.png": "image-Com7 .x-warped.png",
    "LPT\xb9.x.png": "image-LPT\xb9.x-warped.png",
    "CONIN$.x.png": "image-CONIN$.x-warped.png",
    "\uff30\uff32\uff2e.x.png": "image-\uff30\uff32\uff2e.x-warped.png",
    "conifer.x.png": "conifer.x-warped.png",
    "COM.x.png": "COM.x-warped.png",
    "COM10.x.png": "COM10.x-warped.png",
}

HEADERS = {
    "photo-warped.png": "inline; filename=\"photo-warped.png\"; filename*=UTF-8''photo-warped.png",
    "my photo-warped.png": "inline; filename=\"my photo-warped.png\"; filename*=UTF-8''my%20photo-warped.png",
    "Käse-warped.png": "inline; filename=\"Kase-warped.png\"; filename*=UTF-8''K%C3%A4se-warped.png",
    "写真-warped.png": "inline; filename=\"image-warped.png\"; filename*=UTF-8''%E5%86%99%E7%9C%9F-warped.png",
    "写真-1-warped.png": "inline; filename=\"image-1-warped.png\"; filename*=UTF-8''%E5%86%99%E7%9C%9F-1-warped.png",
    "写con.x-warped.png": "inline; filename=\"image-con.x-warped.png\"; filename*=UTF-8''%E5%86%99con.x-warped.png",
    "0001-写真.png": "inline; filename=\"0001-image.png\"; filename*=UTF-8''0001-%E5%86%99%E7%9C%9F.png",
    "0001-写 真.png": "inline; filename=\"0001-image.png\"; filename*=UTF-8''0001-%E5%86%99%20%E7%9C%9F.png",
    "12345-Käse.png": "inline; filename=\"12345-Kase.png\"; filename*=UTF-8''12345-K%C3%A4se.png",
}

FULL_WIDTH = "＂；＼／％＊：＜＞？｜"
COMBINING = "\u0301\u0323\u0338"
INVISIBLE = "\u200b\u200e\u202e\u2066\u3164\ud800\uffff"


@pytest.mark.parametrize("uploaded", STEMS, ids=lambda uploaded: ascii(uploaded)[:40])
def test_the_output_is_named_after_the_upload(uploaded):
    assert warped_name(uploaded) == f"{STEMS[uploaded]}-warped.png"
    assert entry_name(1, uploaded) == f"0001-{STEMS[uploaded]}.png"


@pytest.mark.parametrize("uploaded", DEVICES)
def test_no_name_is_a_device_of_windows(uploaded):
    assert warped_name(uploaded) == DEVICES[uploaded]


def test_the_extension_can_be_another():
    assert warped_name("photo.jpg", "webp") == "photo-warped.webp"
    assert entry_name(7, "photo.jpg", "json") == "0007-photo.json"


def test_entries_of_the_same_name_differ_and_sort_by_their_place():
    names = [entry_name(index, "photo.jpg") for index in range(1, 10_000)]
    assert sorted(set(names)) == names
    assert entry_name(10_000, "photo.jpg") == "10000-photo.png"


@pytest.mark.parametrize("name", HEADERS)
def test_the_header_has_an_ascii_name_and_the_true_one(name):
    assert content_disposition("inline", name) == HEADERS[name]
    assert content_disposition("attachment", name) == HEADERS[name].replace("inline", "attachment", 1)


@pytest.mark.parametrize("character", FULL_WIDTH)
def test_a_full_width_character_does_not_turn_into_a_quote_or_slash_in_the_header(character):
    assert_harmless(warped_name(f"a{character} filename=evil.exe{character}.png"))


def assert_harmless(name):
    """On its own, as programs fold it that know no Unicode, and in a header."""
    assert len(name.encode()) <= 100 + len("image-") + len("-warped.png")
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        folded = unicodedata.normalize(form, name)
        assert not set(folded) & set('"*/:;<>?\\|%')
        assert not re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d) *\.", folded)
    assert unicodedata.is_normalized("NFC", name)
    assert not [character for character in name if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}]
    assert not name.startswith((".", " ", "-"))
    assert not unicodedata.category(name[0]).startswith("M")

    header = content_disposition("inline", name)
    match = re.fullmatch(r"inline; filename=\"([^\"\\]+)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)", header)
    assert match, ascii(header)
    ascii_name = match[1]
    assert unquote(match[2]) == name
    assert ascii_name.isascii()
    assert ascii_name.isprintable()
    assert not set(ascii_name) & set('"\\/;:*?<>|%')
    assert not ascii_name.startswith((".", " ", "-", "_"))
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "inline"
    assert message.get_filename() == ascii_name


@given(
    st.none()
    | st.text()
    | st.text(alphabet=f'{FULL_WIDTH}{COMBINING}{INVISIBLE}"\\/;.% \r\n\0aä-_')
    | st.text(st.characters(codec=None))
    | st.text(st.characters(codec=None), min_size=100, max_size=200)
    | st.tuples(st.sampled_from(["con", "Nul", "COM1", "lpt\xb2"]), st.text()).map("".join)
)
def test_any_name_gives_a_harmless_one(uploaded):
    warped, entry = warped_name(uploaded), entry_name(12, uploaded)
    assert_harmless(warped)
    assert_harmless(entry)
    assert warped.endswith("-warped.png")
    assert re.fullmatch(r"0012-.*[^ .]\.png", entry)


def test_every_character_gives_a_harmless_name():
    characters = list(map(chr, range(sys.maxunicode + 1)))
    for start in range(0, len(characters), 24):
        assert_harmless(entry_name(1, "x" + "".join(characters[start : start + 24]) + ".png"))


def test_a_name_of_any_length_takes_no_time():
    started = time.process_time()
    entry_name(1, "x" + "\u0316\u0301" * 50_000)  # as they come, Python sorts them in 6 s
    assert time.process_time() - started < 1
