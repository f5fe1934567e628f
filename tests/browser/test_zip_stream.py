"""The page's reader of ZIPs, run by Node: it reads what the service writes, however it is cut on the way."""

import json
import subprocess
from pathlib import Path

import playwright
import pytest

from service.containers import Label
from service.containers.zip_archive import ZipArchive

NODE = Path(playwright.__file__).parent / "driver" / "node"
MODULE = Path(__file__).parents[2] / "service/pages/playground/zip_stream.js"
READ = """
import {readFileSync} from "node:fs";
const {entriesOf} = await import(process.argv[1]);
const size = Number(process.argv[2]);
const data = new Uint8Array(readFileSync(0));
const stream = new ReadableStream({
  start(controller) {
    for (let at = 0; at < data.length; at += size) controller.enqueue(data.subarray(at, at + size));
    controller.close();
  },
});
const found = [];
let kept = 0;
try {
  for await (const {name, bytes} of entriesOf(stream, (chunk) => (kept += chunk.length))) {
    found.push([name, Buffer.from(bytes).toString("hex")]);
  }
  console.log(JSON.stringify({found, kept}));
} catch (fault) {
  console.log(JSON.stringify({found, fault: fault.message}));
}
"""
PICTURES = {"0001-a.png": b"", "0002-ä b.png": b"x" * 70_000, "0003-c.png": bytes(range(256)) * 40}


def archive(largest: int) -> bytes:
    writer = ZipArchive()
    pieces = []
    for index, (name, data) in enumerate(PICTURES.items(), start=1):
        pieces += [writer.begin(Label(index, 200, name, "image/png", {}, largest)), writer.write(data), writer.end()]
    return b"".join([*pieces, writer.close(b'{"items": []}')])


def read(data: bytes, size: int = 1000) -> dict[str, object]:
    command = [NODE, "--input-type=module", "--eval", READ, MODULE, str(size)]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("largest", [1000, 3_000_000_000], ids=["plain", "ZIP64"])
@pytest.mark.parametrize("size", [1, 7, 65_536, 10_000_000])
def test_entries_are_those_that_were_written(size, largest):
    data = archive(largest)
    expected = [[name, bytes_.hex()] for name, bytes_ in (PICTURES | {"manifest.json": b'{"items": []}'}).items()]
    assert read(data, size) == {"found": expected, "kept": len(data)}


@pytest.mark.parametrize("length", [10, 60, 200, 40_000])
def test_one_that_breaks_off_is_told(length):
    assert read(archive(1000)[:length])["fault"] == "The answer broke off."


def test_one_that_is_packed_is_told():
    data = bytearray(archive(1000))
    data[30 + len("0001-a.png")] = 3  # where the first entry's blocks begin: fixed codes
    assert "compressed" in read(bytes(data))["fault"]


def test_an_entry_that_does_not_end_where_it_says_is_told():
    data = archive(1000).replace(b"PK\x07\x08", b"PK\x07\x09", 1)
    assert "broken" in read(data)["fault"]
