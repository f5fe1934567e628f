"""AVIFs: their samples, what their headers say, and those that are made to keep their reader busy."""

import io
import struct
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from service.decode import ImageHeader
from service.decode.av1_headers import decoded_pixels
from service.errors import UndecodableImage, UnsupportedImage
from tests import avif_files, files
from tests.avif_files import box
from tests.service.decodable import animated, decoded, opened_in_any_format, pillow_file, smooth

MEBI = 1 << 20
LARGEST = 32 * MEBI
FINE = {"quality": 100, "subsampling": "4:4:4"}
NEARLY = 4  # levels, where neighbours differ by as many and the ends by 220
RGB = pillow_file(smooth(), "AVIF", **FINE)
RGBA = pillow_file(np.dstack([smooth(), smooth()[..., 0]]), "AVIF", **FINE)
GRAY = pillow_file(smooth()[..., 0], "AVIF", quality=100)
AV1, CONFIG = avif_files.av1_of(RGB)
HEIGHT, WIDTH = smooth().shape[:2]


def built(av1: bytes = AV1, width: int = WIDTH, height: int = HEIGHT, **more: object) -> bytes:
    return avif_files.avif(av1, CONFIG, width, height, **more)


def is_smooth(data: bytes) -> bool:
    return bool(np.abs(decoded(data).astype(int) - smooth()).max() <= NEARLY)


@pytest.mark.parametrize(
    ("data", "expected"),
    [(RGB, smooth()), (RGBA, np.dstack([smooth(), smooth()[..., 0]])), (GRAY, smooth()[..., :1]), (built(), smooth())],
    ids=["rgb", "rgba", "gray", "built by hand"],
)
def test_samples(data: bytes, expected: np.ndarray) -> None:
    array = decoded(data)
    assert np.abs(array.astype(int) - expected).max() <= NEARLY
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(array, np.asarray(image).reshape(array.shape))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (RGB, ImageHeader("AVIF", WIDTH, HEIGHT, 1, channels=3, depth=8, source_depth=8)),
        (RGBA, ImageHeader("AVIF", WIDTH, HEIGHT, 1, channels=4, depth=8, source_depth=8)),
        (GRAY, ImageHeader("AVIF", WIDTH, HEIGHT, 1, channels=1, depth=8, source_depth=8)),
    ],
    ids=["rgb", "rgba", "gray"],
)
def test_header(data: bytes, expected: ImageHeader) -> None:
    assert opened_in_any_format(data).header == expected


@pytest.mark.parametrize(("flag", "bits"), [(0x40, 10), (0x60, 12)])
def test_more_bits_are_told(flag: int, bits: int) -> None:
    config = CONFIG[:2] + bytes([CONFIG[2] | flag]) + CONFIG[3:]
    header = opened_in_any_format(avif_files.avif(AV1, config, WIDTH, HEIGHT, bits=bits)).header
    assert (header.depth, header.source_depth) == (8, bits)


def irot(quarters: int) -> bytes:
    return box(b"irot", bytes([quarters]))


def imir(axis: int) -> bytes:
    return box(b"imir", bytes([axis]))


@pytest.mark.parametrize(
    ("properties", "orientation"),
    [
        ([], 1),
        ([irot(1)], 8),
        ([irot(2)], 3),
        ([irot(3)], 6),
        ([imir(0)], 4),
        ([imir(1)], 2),
    ],
    ids=["none", "to the left", "half a turn", "to the right", "top to bottom", "left to right"],
)
def test_orientation(properties: list[bytes], orientation: int) -> None:
    data = built(properties=properties)
    assert opened_in_any_format(data).header.orientation == orientation
    assert is_smooth(data)


@pytest.mark.parametrize("kind", [b"Exif", b"mime"])
def test_what_exif_and_xmp_say_does_not_count(kind: bytes) -> None:
    """Of the orientation the picture's properties tell, and nothing else (HEIF, ISO/IEC 23008-12, section A.2.1)."""
    data = built(items=[(kind, bytes(4) + files.exif(6))])
    assert opened_in_any_format(data).header.orientation == 1
    assert is_smooth(data)


def test_a_profile_goes_along() -> None:
    profile = files.icc_profile(b"RGB ", {})
    data = built(properties=[box(b"colr", b"prof", profile)])
    assert opened_in_any_format(data).colour.icc(b"RGB ") == profile


def grid(left: bytes, right: bytes, config: bytes, side: int) -> bytes:
    """Two tiles side by side, as phones write large pictures (HEIF, section 6.6.2.3.2)."""
    width = 2 * side
    layout = struct.pack(">BBBBHH", 0, 0, 0, 1, width, side)
    head = box(b"ftyp", b"avif\0\0\0\0avifmif1")

    def meta(start: int) -> bytes:
        bodies = [(start, len(layout)), (start + len(layout), len(left)), (start + len(layout) + len(left), len(right))]
        places = b"".join(struct.pack(">HHHII", number, 0, 1, *body) for number, body in enumerate(bodies, start=1))
        sizes = [box(b"ispe", struct.pack(">III", 0, across, side)) for across in (width, side)]
        pixi = box(b"pixi", struct.pack(">I4B", 0, 3, 8, 8, 8))
        return box(
            b"meta",
            bytes(4),
            box(b"hdlr", struct.pack(">II4s12xB", 0, 0, b"pict", 0)),
            box(b"pitm", struct.pack(">IH", 0, 1)),
            box(b"iloc", struct.pack(">IHH", 0, 0x4400, 3), places),
            box(
                b"iinf",
                struct.pack(">IH", 0, 3),
                *(avif_files.infe(number, kind) for number, kind in enumerate((b"grid", b"av01", b"av01"), start=1)),
            ),
            box(b"iref", bytes(4), box(b"dimg", struct.pack(">4H", 1, 2, 2, 3))),
            box(
                b"iprp",
                box(b"ipco", *sizes, pixi, box(b"av1C", config)),
                box(b"ipma", struct.pack(">II", 0, 3), b"\0\1\2\1\3\0\2\3\2\3\x84\0\3\3\2\3\x84"),
            ),
        )

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", layout, left, right)


def test_tiles() -> None:
    picture = smooth(64, 128)
    (left, config), (right, _) = (
        avif_files.av1_of(pillow_file(half, "AVIF", **FINE)) for half in (picture[:, :64], picture[:, 64:])
    )
    data = grid(left, right, config, 64)
    assert opened_in_any_format(data).header == ImageHeader("AVIF", 128, 64, 1, channels=3, depth=8, source_depth=8)
    assert np.abs(decoded(data).astype(int) - picture).max() <= NEARLY


# --- animations


def test_of_an_animation_the_first_frame() -> None:
    data = animated("AVIF")
    header = opened_in_any_format(data).header
    assert (header.animation, header.width, header.height) == ("first-frame", 4, 3)
    assert np.abs(decoded(data).astype(int) - 50).max() <= 2


def test_a_sequence_without_a_still_picture() -> None:
    data = animated("AVIF")
    with pytest.raises(UnsupportedImage, match="moving pictures alone"):
        opened_in_any_format(data.replace(b"meta", b"free", 1))


@pytest.mark.parametrize("where", ["before_meta", "before_pixels"])
def test_sequences_are_not_looked_at(where: str) -> None:
    data = built(brands=b"avis\0\0\0\0avifavismif1", **{where: box(b"moov", bytes(90))})
    assert opened_in_any_format(data).header.animation == "first-frame"
    assert is_smooth(data)


# --- frames that nobody sees


def units(stream: bytes) -> list[tuple[int, bytes]]:
    """The OBUs of a stream whose sizes take a byte or two: type and whole."""
    found, position = [], 0
    while position < len(stream):
        size, after = stream[position + 1], position + 2
        if size > 127:
            size, after = size - 128 + 128 * stream[position + 2], position + 3
        found.append((stream[position] >> 3 & 15, stream[position : after + size]))
        position = after + size
    return found


def test_the_pixels_of_a_frame() -> None:
    assert [kind for kind, _ in units(AV1)] == [2, 1, 6]  # temporal delimiter, sequence header, frame
    assert decoded_pixels(AV1) == WIDTH * HEIGHT
    assert decoded_pixels(AV1 + units(AV1)[2][1]) == 2 * WIDTH * HEIGHT


def bits(*fields: tuple[int, int]) -> bytes:
    """An OBU of a sequence header, by (value, bits)."""
    text = "".join(f"{value:0{count}b}" for value, count in fields)
    body = int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")
    return bytes([0x0A, len(body)]) + body


SIZE = [(9, 4), (8, 4), (639, 10), (479, 9)]  # in 10 and 9 bits: 640 x 480
FRAME = bytes([0x32, 0])
HEADERS = {
    "reduced": [(0, 3), (1, 1), (1, 1), (0, 5)],
    "plain": [(0, 3), (0, 1), (0, 1), (0, 1), (0, 1), (0, 5), (0, 12), (4, 5)],
    "with a tier": [(0, 3), (0, 1), (0, 1), (0, 1), (0, 1), (0, 5), (0, 12), (8, 5), (1, 1)],
    "with two points": [(0, 3), (0, 2), (0, 1), (0, 1), (1, 5), (1, 12), (4, 5), (2, 12), (9, 5), (0, 1)],
    "with a delay": [(0, 3), (0, 2), (0, 1), (1, 1), (0, 5), (0, 12), (4, 5), (1, 1), (9, 4)],
    "with times": [(0, 5), (1, 1), (1, 32), (25, 32), (0, 1), (0, 1), (0, 1), (0, 5), (0, 12), (4, 5)],
    "with equal times": [(0, 5), (1, 1), (1, 32), (25, 32), (1, 1), (5, 5), (0, 1), (0, 1), (0, 5), (0, 12), (4, 5)],
    "with a decoder's model": [
        *[(0, 5), (1, 1), (1, 32), (25, 32), (0, 1), (1, 1), (6, 5), (7, 32), (3, 5), (3, 5)],
        *[(0, 1), (0, 5), (0, 12), (4, 5), (1, 1), (99, 7), (99, 7), (1, 1)],
    ],
}


@pytest.mark.parametrize("name", HEADERS)
def test_sizes_are_found_behind_all_that_may_stand_before(name: str) -> None:
    assert decoded_pixels(bits(*HEADERS[name], *SIZE) + FRAME) == 640 * 480


def test_the_largest_of_several_sequence_headers_counts() -> None:
    small = bits(*HEADERS["reduced"], (1, 4), (1, 4), (1, 2), (1, 2))
    large = bits(*HEADERS["plain"], *SIZE)
    assert decoded_pixels(large + small + FRAME + FRAME) == 2 * 640 * 480


@pytest.mark.parametrize(
    "stream",
    [b"\x0a", b"\x0a\x05\0", b"\x0a\x01\0", b"\x32" + b"\xff" * 9, b"\x12\0" * 10_001],
    ids=["no size", "cut short", "no header", "an endless number", "too many"],
)
def test_streams_that_cannot_be(stream: bytes) -> None:
    with pytest.raises(UndecodableImage):
        opened_in_any_format(built(stream))


def test_a_picture_larger_than_the_file_says() -> None:
    large = avif_files.av1_of(pillow_file(np.zeros((1024, 1024, 3)), "AVIF"))[0]
    with pytest.raises(UndecodableImage, match="other frames"):
        opened_in_any_format(built(large, 10, 10))


def test_a_picture_smaller_than_the_file_says() -> None:
    """libavif would enlarge it."""
    with pytest.raises(UndecodableImage, match="other frames"):
        opened_in_any_format(built(width=WIDTH + 1))


def test_more_frames_than_the_one_that_is_shown() -> None:
    large = avif_files.av1_of(pillow_file(np.zeros((256, 256, 3)), "AVIF"))[0]
    frame = units(large)[2][1]
    opened_in_any_format(built(large + 3 * frame, 256, 256))
    with pytest.raises(UndecodableImage, match="other frames"):
        opened_in_any_format(built(large + 4 * frame, 256, 256))


# --- boxes


def nested(depth: int) -> bytes:
    made = b""
    for _ in range(depth):
        made = box(b"meta", bytes(4), made)
    return made


FLOODS: dict[str, Callable[[], bytes]] = {
    "boxes": lambda: built(before_pixels=box(b"free") * (LARGEST // 8)),
    "boxes in meta": lambda: built(in_meta=[box(b"free")] * 6000),
    "properties": lambda: built(in_meta=[box(b"iprp", box(b"ipco", box(b"free") * 6000))]),
    "items": lambda: built(in_meta=[box(b"iinf", struct.pack(">IH", 0, 4000), avif_files.infe(9, b"av01") * 4000)]),
    "associations": lambda: built(in_meta=[box(b"ipma", struct.pack(">II", 0, 10**6), bytes(3 * 10**6))]),
    "references": lambda: built(in_meta=[box(b"iref", bytes(10**6))]),
    "pieces without bytes": lambda: built(
        in_meta=[box(b"iloc", struct.pack(">IHH", 0, 0, 9), struct.pack(">HHH", 1, 0, 65535) * 9)]
    ),
    "pieces upon one another": lambda: built(AV1 + bytes(MEBI), pieces=500),
}


@pytest.mark.parametrize("name", FLOODS)
def test_floods_are_refused(name: str) -> None:
    data = FLOODS[name]()
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(UndecodableImage, match="save it anew"):
        opened_in_any_format(data)
    seconds = time.process_time() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 0.5
    assert peak < 16 * MEBI


def test_boxes_are_not_looked_for_where_there_are_none() -> None:
    assert is_smooth(built(in_meta=[nested(10_000)]))


BROKEN = {
    "a box beyond the end": built()[:-1],
    "a box of 4 bytes": built() + struct.pack(">I4s", 4, b"free"),
    "a box of 64 bits beyond the end": built() + struct.pack(">I4sQ", 1, b"free", 2**63),
    "no picture": built(brands=b"avif\0\0\0\0avif").replace(b"av01", b"hvc1"),
    "no place": built().replace(b"iloc", b"free"),
    "HEIC that claims to be AVIF": box(b"ftyp", b"avif\0\0\0\0heic") + bytes(100),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files(name: str) -> None:
    with pytest.raises((UndecodableImage, UnsupportedImage)) as caught:
        opened_in_any_format(BROKEN[name]).decode()
    assert "save" in caught.value.detail


def test_the_last_box_may_reach_to_the_end() -> None:
    data = built()
    mdat = data.index(b"mdat") - 4
    open_ended = data[:mdat] + bytes(4) + data[mdat + 4 :]
    assert is_smooth(open_ended)


def test_pillow_is_given_nothing_but_the_still_picture() -> None:
    """Its own account of the same file: a second frame, and EXIF taken apart."""
    data = animated("AVIF")
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 2
    assert opened_in_any_format(data)._unread[0].n_frames == 1
