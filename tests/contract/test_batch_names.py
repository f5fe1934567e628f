"""Names in a batch: whatever a client sends, what comes out is safe to unpack and tells the pictures apart."""

import subprocess
from pathlib import PurePosixPath, PureWindowsPath

import pytest

from tests.contract.batches import HALF, MIXED, WHOLE, ZIP, ask, open_answer

HOSTILE = [
    "../../x",
    "../../x",
    "..\\..\\x.png",
    "/etc/passwd",
    "C:\\Windows\\x.png",
    "same.png",
    "same.png",
    "SAME.png",
    "tab\tand\x7fbell\x07.png",
    "\u202egnp.exe",
    "größe-日本語-🎉.jpeg",
    "\uff0e\uff0e\uff0fx.png",
    "manifest.json",
    ".hidden",
    "trailing. . .",
    "   ",
    "..",
    "con.png",
    "x" * 3000 + ".png",
    "é" * 300,
    "a;b='c'&$(d)`e`.png",
]


@pytest.mark.parametrize("accept", [ZIP, MIXED])
def test_hostile_names(server, accept):
    batch = open_answer(ask(server, [WHOLE] * len(HOSTILE), HALF, accept=accept, names=HOSTILE))
    assert len(batch.pictures) == len(batch.names) == len(set(map(str.lower, batch.names))) == len(HOSTILE)
    for index, name in enumerate(batch.names, start=1):
        assert name.startswith(f"{index:04}-")
        assert name.endswith(".png")
        assert PurePosixPath(name).name == name == PureWindowsPath(name).name
        assert name.isprintable()
        assert len(name.encode()) <= 255
    # Python's email parser sees only the fallback in ASCII.
    assert batch.names[10] == ("0011-größe-日本語-🎉.png" if accept == ZIP else "0011-groe--.png")


def test_all_of_them_can_be_unpacked(server, tmp_path):
    (tmp_path / "warped.zip").write_bytes(ask(server, [WHOLE] * len(HOSTILE), HALF, names=HOSTILE).content)
    target = tmp_path / "deep" / "out"
    target.mkdir(parents=True)
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["unzip", "-q", tmp_path / "warped.zip", "-d", target], capture_output=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert len(list(target.iterdir())) == len(HOSTILE) + 1
    assert {file.name for file in tmp_path.iterdir()} == {"warped.zip", "deep"}
    assert (target / "0011-größe-日本語-🎉.png").is_file()


@pytest.mark.parametrize("accept", [ZIP, MIXED])
def test_pictures_without_a_name(server, accept):
    specs = '[{"ops": []}, {"ops": [{"op": "rotate", "angle": 1}]}]'
    answer = server.client.post("/v1/warp", params={"spec": specs}, content=WHOLE, headers={"Accept": accept})
    assert open_answer(answer).names == ["0001-image.png", "0002-image.png"]
