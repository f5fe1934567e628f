"""Colours that are converted to sRGB: gray that is written in colour, and CMYK, by their profiles if those are good."""

import io
import itertools
import time

import numpy as np
import pytest
from PIL import Image, ImageCms

from service.colour_space import CMYK, RGB, ColourSpace
from service.decode import convey, open_picture
from tests import files
from tests.service.decodable import OTHER, decoded, smooth
from tests.service.test_decode_colour import GRAY_GAMMA, SRGB

# --- gray to sRGB

GRAYS = np.arange(256, dtype=np.uint8).reshape(8, 32, 1)


def srgb_curve(light: np.ndarray) -> np.ndarray:
    """IEC 61966-2-1: from linear light to samples, 0 to 255."""
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.5])
@pytest.mark.parametrize("written", [3, 4])
def test_gray_that_is_written_in_colour_is_converted(gamma: float, written: int) -> None:
    alpha = np.flip(GRAYS)
    pixels = GRAYS if written == 3 else np.concatenate([GRAYS, alpha], axis=2)
    pixels_out, icc, chunks = convey(ColourSpace(files.gray_profile(gamma), png_chunks=((b"sRGB", b"\0"),)), pixels, 4)
    exact = srgb_curve((GRAYS / 255) ** (round(gamma * 256) / 256))
    # Rounded once; LittleCMS computes with 16 bits, its matrices with 1/65536.
    assert np.abs(pixels_out[..., :3] - exact).max() < 0.51
    assert (icc, chunks) == (b"", ())
    if written == 4:
        np.testing.assert_array_equal(pixels_out[..., 3:], alpha)


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        SRGB,
        files.icc_profile(b"GRAY", {}),
        files.icc_profile(b"GRAY", {b"kTRC": b"curv"}),
        files.icc_profile(b"GRAY", {b"kTRC": b"curv" + bytes(4) + b"\xff" * 4}),
        files.gray_profile(1.8).replace(b"mntr", b"abst"),
        files.gray_profile(1.8).replace(b"wtpt", b"D2B0"),
    ],
    ids=["none", "of RGB", "no curve", "no points", "4 billion points", "abstract", "processing elements"],
)
def test_a_bad_profile_of_gray_leaves_the_samples(profile: bytes) -> None:
    conveyed = convey(ColourSpace(profile), GRAYS, 3)
    np.testing.assert_array_equal(conveyed.pixels, GRAYS)
    assert (conveyed.icc, conveyed.png_chunks) == (b"", ())


def test_gray_of_16_bits_loses_its_profile() -> None:
    deep = GRAYS.astype(np.uint16) * 257
    conveyed = convey(ColourSpace(GRAY_GAMMA), deep, 3)
    np.testing.assert_array_equal(conveyed.pixels, deep)
    assert conveyed.icc == b""


@pytest.mark.parametrize(("channels", "written", "icc"), [(1, 1, GRAY_GAMMA), (1, 2, GRAY_GAMMA), (3, 4, SRGB)])
def test_what_stays_gray_or_colour_keeps_its_profile(channels: int, written: int, icc: bytes) -> None:
    pixels = np.repeat(GRAYS, channels, axis=2)
    conveyed = convey(ColourSpace(icc, png_chunks=((b"gAMA", b"abcd"),)), pixels, written)
    assert conveyed.pixels is pixels
    assert (conveyed.icc, conveyed.png_chunks) == (icc, ((b"gAMA", b"abcd"),))


# --- CMYK to sRGB


def overprint(cyan: int, magenta: int, yellow: int, black: int) -> tuple[int, int, int]:
    """No press looks like this: L of the plain conversion is far from it, and black is not at the end of the order."""
    if black:
        return 0, 0, 0  # the darkest of them is L = 0, so nothing is compensated for
    return 100 - 30 * cyan - 20 * magenta - 10 * yellow, 10 * magenta - 20 * cyan, 25 * yellow - 10 * cyan


def shown(light: int, a: int, b: int) -> np.ndarray:
    """sRGB of a CIELAB colour as a profile of version 2 writes it, in 8 bits and for D50.

    CIE 15; the matrix is the inverse of that of IEC 61966-2-1 adapted to D50 (ICC.1, annex E.3).
    """
    f_y = (round(light * 255 / 100) * 100 / 255 + 16) / 116
    xyz = [
        white * (f**3 if f > 6 / 29 else 3 * (6 / 29) ** 2 * (f - 4 / 29))
        for white, f in zip((0.9642, 1, 0.8249), (f_y + a / 500, f_y, f_y - b / 200), strict=True)
    ]
    from_srgb = [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
    return srgb_curve(np.clip(np.linalg.solve(from_srgb, xyz), 0, 1))


PRESS = files.cmyk_profile(overprint)
INKS = list(itertools.product((0, 1), repeat=4))


def press_sheet(quality: int = 100) -> bytes:
    """The 16 overprints, an even block of 16 x 16 each, in a row."""
    sheet = np.repeat(np.repeat(np.array([INKS], np.uint8) * 255, 16, axis=0), 16, axis=1)
    stream = io.BytesIO()
    Image.fromarray(sheet, "CMYK").save(stream, "JPEG", quality=quality)
    return files.jpeg_with(stream.getvalue(), files.icc_segments(PRESS))


@pytest.mark.parametrize("reduction", [1, 2, 4, 8])
def test_cmyk_is_shown_by_its_profile(reduction: int) -> None:
    picture = open_picture(press_sheet())
    array = picture.decode(reduction)
    step = 16 // reduction
    exact = np.array([shown(*overprint(*inks)) for inks in INKS])
    # Even blocks are exact, full and no ink are nodes of the table; its 8-bit steps and the 16-bit ones of LittleCMS
    # are far below a level, the matrices agree to 1e-4 of white, where the curve is steepest 12.92 * 255 * 1e-4 levels.
    assert np.abs(array[step // 2, step // 2 :: step] - exact).max() < 0.5 + 12.92 * 255e-4 + 0.1
    assert picture.colour.icc(RGB) == picture.colour.icc(CMYK) == b""


@pytest.mark.parametrize(
    "profile",
    [SRGB, PRESS[:-1], files.icc_profile(b"CMYK", {}, pcs=b"Lab "), PRESS.replace(b"A2B0", b"D2B0"), PRESS[:132]],
    ids=["of RGB", "cut", "no table", "processing elements", "no tags"],
)
def test_a_bad_profile_of_cmyk_leaves_the_plain_conversion(profile: bytes) -> None:
    data = files.jpeg_with(OTHER["jpeg cmyk"], files.icc_segments(profile))
    np.testing.assert_array_equal(decoded(data), decoded(OTHER["jpeg cmyk"]))


def test_a_profile_that_never_ends_is_not_begun() -> None:
    endless = files.icc_profile(b"CMYK", {b"D2B0": files.element_chain(3000)}, kind=b"prtr", pcs=b"Lab ")
    data = files.jpeg_with(OTHER["jpeg cmyk"], files.icc_segments(endless))
    start = time.process_time()
    np.testing.assert_array_equal(decoded(data), decoded(OTHER["jpeg cmyk"]))
    assert time.process_time() - start < 0.5  # 4 s if it is


def test_cmyk_is_converted_alike_in_all_blocks() -> None:
    """A picture wider and higher than a block of the conversion, of which the whole is made elsewhere."""
    inks = np.concatenate([smooth(140, 1040), smooth(140, 1040)[..., 1:2]], axis=2)
    stream = io.BytesIO()
    Image.fromarray(inks, "CMYK").save(stream, "JPEG", icc_profile=PRESS)
    with Image.open(stream) as image:
        profiles = ImageCms.ImageCmsProfile(io.BytesIO(PRESS)), ImageCms.createProfile("sRGB")
        whole = ImageCms.profileToProfile(image, *profiles, outputMode="RGB")
    np.testing.assert_array_equal(decoded(stream.getvalue()), np.asarray(whole))
