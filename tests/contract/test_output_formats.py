"""Pictures as PNG, WebP and JPEG: what each answer is and says of itself, alone and in a batch."""

import io
from email import message_from_bytes, policy

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests import files, pictures
from tests.contract import batches, wire
from tests.contract.wire import check_problem

# Name in a spec -> (content type, extension, Pillow's name).
FORMATS = {
    "png": ("image/png", "png", "PNG"),
    "webp": ("image/webp", "webp", "WEBP"),
    "jpeg": ("image/jpeg", "jpg", "JPEG"),
}
FLIP = [{"op": "flip", "axis": "vertical"}]
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GRAY_GAMMA = files.gray_profile(1.8)
LARGE = files.png(pictures.ramp(600, 900, 3), files.RGB)  # of several strips


def asked(server, picture, output, **spec):
    return batches.ask(server, [picture], {"ops": FLIP, **spec, "output": output}, accept="*/*", names=["photo.png"])


def image_of(answer):
    """The picture that Pillow reads, all of it."""
    assert answer.status_code == 200, answer.text
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    return image


# --- alone


@pytest.mark.parametrize("name", FORMATS)
def test_an_answer_of_each_format(server, picture, picture_png, name):
    media_type, extension, pillows = FORMATS[name]
    answer = asked(server, picture_png, {"format": name})
    assert answer.headers["content-type"] == media_type
    assert answer.headers["warp-source-size"] == answer.headers["warp-output-size"] == "13x17"
    assert f'inline; filename="photo-warped.{extension}"' in answer.headers["content-disposition"]
    image = image_of(answer)
    assert (image.format, image.mode, image.size) == (pillows, "RGB", (13, 17))
    if name == "png":
        np.testing.assert_array_equal(np.asarray(image), picture[::-1])


def test_png_is_the_format_of_those_who_choose_none(server, picture_png):
    assert server.warp(picture_png, "op=flip:vertical").headers["content-type"] == "image/png"


def test_lossless_webp_is_the_png(server):
    source = files.png(pictures.random(300, 400, 4), files.RGBA)
    spec = {"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"}
    png, webp = (
        image_of(asked(server, source, output, **spec))
        for output in ({"format": "png"}, {"format": "webp", "lossless": True})
    )
    np.testing.assert_array_equal(np.asarray(webp), np.asarray(png))


@pytest.mark.parametrize("name", ["webp", "jpeg"])
def test_what_is_written_in_one_go_has_a_length(server, name):
    answer = asked(server, LARGE, {"format": name})
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "transfer-encoding" not in answer.headers
    assert "content-length" not in asked(server, LARGE, {"format": "png"}).headers


def test_the_outside_of_a_jpeg(server, picture_png):
    """Over the fill if that is opaque, else over white; the centres of a shifted picture's blocks are far from it."""
    spec = {"ops": [{"op": "translate", "x": 100, "y": 0}], "canvas": {"width": 48, "height": 48}}
    for fill, shown in (("#ff8000", (255, 128, 0)), ("transparent", (255, 255, 255)), ("#00f8", (255, 255, 255))):
        image = image_of(asked(server, picture_png, {"format": "jpeg", "quality": 100}, fill=fill, **spec))
        # The half-transparent blue lies over white: 0x88 of 255 of it.
        expected = (119, 119, 255) if fill == "#00f8" else shown
        assert np.abs(np.asarray(image).astype(int) - expected).max() <= 2


def test_a_side_that_webp_has_not(server, picture_png):
    answer = asked(server, picture_png, {"format": "webp"}, canvas={"width": 16384, "height": 1})
    problem = check_problem(answer, 422, "image-too-large", "/output/format")
    assert "16384" in problem["detail"]
    assert "16383" in problem["detail"]
    assert asked(server, picture_png, {"format": "png"}, canvas={"width": 16384, "height": 1}).status_code == 200


# --- in a batch


def test_a_zip_of_all_formats(server, picture_png):
    specs = [{"ops": FLIP, "output": {"format": name}} for name in FORMATS]
    batch = batches.open_answer(batches.ask(server, [picture_png], specs, names=["photo.png"]))
    assert batch.names == ["0001-photo.png", "0002-photo.webp", "0003-photo.jpg"]
    for index, (name, (_, _, pillows)) in enumerate(FORMATS.items(), start=1):
        with Image.open(io.BytesIO(batch.pictures[index])) as image:
            assert image.format == pillows
        assert batch.pictures[index] == asked(server, picture_png, {"format": name}).content


def test_parts_of_all_formats(server, picture_png):
    specs = [{"ops": FLIP, "output": {"format": name}} for name in FORMATS]
    answer = batches.ask(server, [picture_png], specs, names=["photo.png"], accept="multipart/mixed")
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    parts = list(message_from_bytes(head + answer.content, policy=policy.HTTP).iter_parts())
    assert [part.get_content_type() for part in parts] == [media_type for media_type, _, _ in FORMATS.values()]
    assert [part.get_filename() for part in parts] == ["0001-photo.png", "0002-photo.webp", "0003-photo.jpg"]
    for part, name in zip(parts, FORMATS, strict=True):
        assert part.get_payload(decode=True) == asked(server, picture_png, {"format": name}).content


def test_a_side_that_webp_has_not_spoils_only_its_own_item(server, picture_png):
    wide = {"ops": FLIP, "canvas": {"width": 16384, "height": 1}, "output": {"format": "webp"}}
    batch = batches.open_answer(batches.ask(server, [picture_png], [wide, {"ops": FLIP}]))
    assert batch.problems[1]["status"] == 422
    assert set(batch.pictures) == {2}


# --- colours: what passes, and what is converted

CHUNKS = [files.chunk(b"gAMA", b"\0\0\xb1\x8f"), files.chunk(b"cICP", bytes([12, 13, 0, 1]))]


def test_a_profile_and_the_colour_chunks_pass(server, picture):
    source = files.png(picture, files.RGB, before=[*CHUNKS, files.iccp(SRGB)])
    answer = asked(server, source, {"format": "png"})
    kinds = [kind for kind, _ in wire.png_chunks(answer.content)]
    assert kinds[:5] == [b"IHDR", b"cICP", b"iCCP", b"gAMA", b"IDAT"]
    for name in FORMATS:
        assert image_of(asked(server, source, {"format": name})).info["icc_profile"] == SRGB


def test_a_profile_passes_from_each_format(server, picture):
    for name in ("PNG", "JPEG", "WEBP"):
        stream = io.BytesIO()
        Image.fromarray(picture).save(stream, name, icc_profile=SRGB)
        assert image_of(asked(server, stream.getvalue(), {"format": "png"})).info["icc_profile"] == SRGB


def test_texts_and_dates_do_not_pass(server, picture):
    others = [files.ztxt(b"Comment", b"secret"), files.chunk(b"tIME", bytes(7)), files.chunk(b"pHYs", bytes(9))]
    answer = asked(server, files.png(picture, files.RGB, before=others), {"format": "png"})
    assert {kind for kind, _ in wire.png_chunks(answer.content)} == {b"IHDR", b"IDAT", b"IEND"}


GRAY_SOURCE = files.png(pictures.ramp(20, 12), files.GRAY, before=[*CHUNKS, files.iccp(GRAY_GAMMA)])
SHIFTED = {"ops": [{"op": "translate", "x": 5, "y": 0}]}


def test_gray_that_stays_gray_keeps_its_profile(server):
    image = image_of(asked(server, GRAY_SOURCE, {"format": "png"}, **SHIFTED))
    assert (image.mode, image.info["icc_profile"]) == ("LA", GRAY_GAMMA)
    image = image_of(asked(server, GRAY_SOURCE, {"format": "jpeg"}, **SHIFTED))
    assert (image.mode, image.info["icc_profile"]) == ("L", GRAY_GAMMA)


@pytest.mark.parametrize("output", [{"format": "png"}, {"format": "webp", "lossless": True}])
def test_gray_that_becomes_colour_is_converted_before_the_warp(server, output):
    """By hand: light is the sample's power 1.8, and sRGB's curve makes samples of it. The fill is sRGB already."""
    image = image_of(asked(server, GRAY_SOURCE, output, **SHIFTED, fill="#ff8000"))
    assert image.mode == "RGB"
    assert not {"icc_profile", "gamma"} & set(image.info)
    light = (pictures.ramp(20, 12)[:, :15, 0] / 255) ** (round(1.8 * 256) / 256)
    curve = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    array = np.asarray(image)
    assert (array[:, :5] == (255, 128, 0)).all()
    assert np.abs(array[:, 5:] - curve[..., np.newaxis]).max() < 0.51  # rounded once, computed with 16 bits


def test_16_bit_gray_that_becomes_colour_loses_its_profile(server):
    deep = pictures.ramp(20, 12, depth=np.uint16) * 257
    source = files.png(deep, files.GRAY, 16, before=[files.iccp(GRAY_GAMMA)])
    image = image_of(asked(server, source, {"format": "webp", "lossless": True}))
    assert "icc_profile" not in image.info
    expected = np.rint(deep[::-1].astype(float) / 257)
    np.testing.assert_array_equal(np.asarray(image), np.repeat(expected, 3, axis=2))


# --- animations


def test_an_animation_says_which_picture_was_taken(server):
    source = files.gif([[[1, 2]], [[3, 3]]], [(10, 10, 10), (20, 0, 0), (0, 30, 0), (0, 0, 40)])
    answer = asked(server, source, {"format": "png"})
    assert answer.headers["warp-source-animation"] == "first-frame"
    assert np.asarray(image_of(answer)).tolist() == [[[20, 0, 0], [0, 30, 0]]]


def test_a_default_image_is_said_to_be_one(server, picture):
    source = files.png(picture, files.RGB, before=[files.actl(2)])
    assert asked(server, source, {"format": "png"}).headers["warp-source-animation"] == "default-image"


@pytest.mark.parametrize("name", ["WEBP", "PNG", "GIF"])
def test_animations_made_by_pillow(server, name):
    stream = io.BytesIO()
    frames = [Image.fromarray(np.full((9, 7, 3), level, np.uint8)) for level in (40, 90, 200)]
    frames[0].save(stream, name, save_all=True, append_images=frames[1:], lossless=True)
    answer = asked(server, stream.getvalue(), {"format": "png"})
    assert answer.headers["warp-source-animation"] == "first-frame"
    assert (np.asarray(image_of(answer)) == 40).all()


def test_other_pictures_say_nothing_of_it(server, picture_png):
    assert "warp-source-animation" not in asked(server, picture_png, {"format": "png"}).headers
