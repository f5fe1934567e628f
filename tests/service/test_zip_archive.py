"""ZIPs must be read by whoever reads ZIPs: Python, Info-ZIP, and readers that never go back."""

import io
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stream_unzip import UnzipError, stream_unzip

from service.containers.zip_archive import ZipArchive
from service.filename import entry_name
from tests.service.batches import HOSTILE, MANIFEST, Picture, body, label, pieces, problem_label

ROOT = Path(__file__).parents[2]
NAMES = ["photo.jpg", "Käse.jpg", "写真.webp", "\N{GRINNING FACE}.png", "../../up.png", None]
PICTURES = [
    Picture(entry_name(index, NAMES[index % len(NAMES)]), [data[:7], data[7:], b""])
    for index, data in enumerate(HOSTILE, start=1)
]
GIB = 1 << 30


def entries(data):
    """What zipfile finds: (name, bytes) in the order of the central directory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]


def streamed(chunks):
    """What a reader that never seeks finds."""
    return [(name.decode(), b"".join(content)) for name, _, content in stream_unzip(chunks)]


def expected(pictures):
    return [(picture.filename, picture.data) for picture in pictures] + [("manifest.json", MANIFEST)]


def unzip(*arguments):
    return subprocess.run(
        ["unzip", *arguments], capture_output=True, env=os.environ | {"LC_ALL": "C.UTF-8"}, check=False
    )


def test_zipfile_reads_every_byte_in_order():
    assert entries(body(ZipArchive(), PICTURES)) == expected(PICTURES)


def test_unzip_makes_readable_files(tmp_path):
    archive, folder = tmp_path / "batch.zip", tmp_path / "out"
    archive.write_bytes(body(ZipArchive(), PICTURES))
    assert unzip("-t", archive).returncode == 0
    assert unzip(archive, "-d", folder).returncode == 0
    assert sorted((path.name, path.read_bytes()) for path in folder.iterdir()) == sorted(expected(PICTURES))
    umask = os.umask(0)
    os.umask(umask)
    assert {path.stat().st_mode for path in folder.iterdir()} == {0o100644 & ~umask}


@pytest.mark.parametrize("size", [1, 2, 3, 29, 30, 31, 1 << 16])
def test_a_reader_that_never_seeks_reads_every_byte_in_order(size):
    data = body(ZipArchive(), PICTURES)
    assert streamed(data[at : at + size] for at in range(0, len(data), size)) == expected(PICTURES)


def test_a_reader_that_never_seeks_reads_while_the_body_is_written():
    assert streamed(pieces(ZipArchive(), PICTURES)) == expected(PICTURES)


@given(
    st.lists(
        st.tuples(st.none() | st.text(), st.lists(st.binary() | st.sampled_from(HOSTILE), max_size=4)), max_size=5
    ),
    st.randoms(use_true_random=False),
)
def test_any_names_and_chunks(items, sizes):
    pictures = [Picture(entry_name(index, name), chunks) for index, (name, chunks) in enumerate(items, start=1)]
    data = body(ZipArchive(), pictures)
    assert entries(data) == expected(pictures)
    stream = io.BytesIO(data)
    assert streamed(iter(lambda: stream.read(sizes.choice([1, 50, 5000])), b"")) == expected(pictures)


def test_entries_are_deflated_without_being_packed():
    with zipfile.ZipFile(io.BytesIO(body(ZipArchive(), PICTURES))) as archive:
        entries = archive.infolist()
    assert entries[-1].filename == "manifest.json"
    for entry in entries:
        assert entry.compress_type == zipfile.ZIP_DEFLATED
        assert entry.file_size < entry.compress_size < 1.001 * entry.file_size + 10


def test_entries_say_what_they_are():
    data = body(ZipArchive(), PICTURES)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr == 0o100644 << 16
            assert entry.flag_bits in ({0x08, 0x808} if entry.filename.isascii() else {0x808})  # data descriptor, UTF-8
            # Local header, APPNOTE 4.3.7: version 2.0, the same flags, deflate, midnight, 1980-01-01, sizes to follow.
            local = struct.unpack_from("<IHHHHHIII", data, entry.header_offset)
            assert local == (0x04034B50, 20, entry.flag_bits, 8, 0, 1 << 5 | 1, 0, 0, 0)


def test_the_same_pictures_give_the_same_bytes():
    assert body(ZipArchive(), PICTURES) == body(ZipArchive(), PICTURES)


def test_a_refused_item_has_no_entry():
    container = ZipArchive()
    data = container.begin(label(1)) + container.write(b"one") + container.end()
    assert container.refuse(problem_label(2), b'{"status": 422}') == b""
    data += container.begin(label(3)) + container.write(b"three") + container.end() + container.close(b"{}")
    assert entries(data) == [("0001-image.png", b"one"), ("0003-image.png", b"three"), ("manifest.json", b"{}")]


def test_an_archive_of_refused_items_has_a_manifest():
    assert entries(body(ZipArchive(), [])) == [("manifest.json", MANIFEST)]


def test_300_entries():
    pictures = [Picture(entry_name(index, "photo.jpg"), [b"%d" % index]) for index in range(1, 301)]
    data = body(ZipArchive(), pictures)
    assert entries(data) == streamed([data]) == expected(pictures)


def test_little_is_held_back():
    container = ZipArchive()
    fed, got = 0, len(container.begin(label(1)))
    for _ in range(1000):
        got += len(container.write(bytes(5000)))
        fed += 5000
        assert got >= fed - (1 << 16)
    got += len(container.end())
    assert got >= fed


def test_entries_that_may_be_large_are_zip64_and_no_others():
    container, data = ZipArchive(), b""
    for index, largest in enumerate([0, 2_000_000_000, 2_000_000_001, 1 << 40], start=1):
        data += (
            container.begin(label(index, largest=largest)) + container.write(b"small all the same") + container.end()
        )
    data += container.close(b"{}")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [entry.extract_version for entry in archive.infolist()] == [20, 20, 45, 45, 20]
    assert {content for _, content in entries(data)} == {b"small all the same", b"{}"}
    assert entries(data) == streamed(data[at : at + 1] for at in range(len(data)))


def test_small_entries_that_are_zip64_are_read_by_unzip(tmp_path):
    container, archive = ZipArchive(), tmp_path / "batch.zip"
    data = container.begin(label(1, largest=1 << 40)) + container.write(b"small") + container.end()
    archive.write_bytes(data + container.close(b"{}"))
    assert unzip("-t", archive).returncode == 0
    assert unzip("-p", archive, "0001*").stdout == b"small"


class SparseFile:
    """A body of which only the small pieces are on the disk: the headers, the small entries, the directory."""

    def __init__(self, path):
        self._file = path.open("wb")

    def write(self, piece):
        if len(piece) < 1000:
            self._file.write(piece)
        else:
            self._file.seek(len(piece), os.SEEK_CUR)

    def close(self):
        self._file.close()


def test_an_entry_and_an_archive_of_more_than_4_gib(tmp_path):
    size, path = 4 * GIB + (1 << 20), tmp_path / "large.zip"
    file, zeros = SparseFile(path), bytes(1 << 16)

    def written():
        container = ZipArchive()
        yield container.begin(label(1, largest=size))
        for _ in range(size // len(zeros)):
            yield container.write(zeros)
        yield container.end()
        yield container.begin(label(2)) + container.write(b"behind 4 GiB") + container.end()
        yield container.close(b"{}")

    def kept():
        for piece in written():
            file.write(piece)
            yield piece

    sizes = [(name, sum(map(len, content))) for name, _, content in stream_unzip(kept())]  # it checks sums and sizes
    file.close()
    assert sizes == [(b"0001-image.png", size), (b"0002-image.png", 12), (b"manifest.json", 2)]
    with zipfile.ZipFile(path) as archive:
        large, behind, _ = archive.infolist()
        assert large.file_size == size
        assert behind.header_offset > 4 * GIB
        assert archive.read(behind) == b"behind 4 GiB"
    assert unzip("-t", path, "0002*", "manifest.json").returncode == 0
    assert unzip("-p", path, "0002*").stdout == b"behind 4 GiB"


@pytest.mark.parametrize("count", [65_534, 65_535])
def test_as_many_entries_as_16_bits_count_and_more(count, tmp_path):  # and the manifest
    path = tmp_path / "many.zip"
    path.write_bytes(body(ZipArchive(), (Picture(entry_name(at, None), [b"x"]) for at in range(1, count + 1))))
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [*(f"{at:04d}-image.png" for at in range(1, count + 1)), "manifest.json"]
        assert archive.read(archive.infolist()[-2]) == b"x"
    tested = unzip("-t", path)
    assert tested.returncode == 0
    assert tested.stdout.count(b" OK\n") == count + 1


def test_a_cut_archive_is_refused(tmp_path):
    path = tmp_path / "cut.zip"
    data = body(ZipArchive(), [Picture("0001-a.png", [b"one"]), Picture("0002-b.png", [bytes(500)])], b"{}")
    for length in range(len(data)):
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(io.BytesIO(data[:length]))
    for length in range(1, len(data), 50):
        path.write_bytes(data[:length])
        assert unzip("-t", path).returncode != 0
    for length in range(0, data.index(b"PK\x01\x02"), 7):
        with pytest.raises(UnzipError):
            streamed([data[:length]])


DROPS = {
    "nothing begun": "",
    "begun": "z.begin(label(1))",
    "written": "z.begin(label(1)); z.write(bytes(100_000))",
    "ended": "z.begin(label(1)); z.write(b'x'); z.end()",
    "second begun": "z.begin(label(1)); z.end(); z.begin(label(2))",
    "closed": "z.begin(label(1)); z.end(); z.close(b'{}')",
}


@pytest.mark.parametrize("cycle", ["", "z.itself = z"], ids=["dropped", "collected"])
@pytest.mark.parametrize("calls", DROPS.values(), ids=DROPS)
def test_a_dropped_archive_is_silent(calls, cycle):
    script = f"""
import gc
from service.containers.zip_archive import ZipArchive
from tests.service.batches import label
gc.disable()
z = ZipArchive()
{calls}
{cycle}
del z
gc.collect()
print("alive")
"""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", script], cwd=ROOT, capture_output=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == (b"alive\n", b"", 0)
