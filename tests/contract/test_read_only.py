"""With no file system that can be written to, the service starts, warps and stops as ever."""

import json
import os
import shutil

import pytest

from tests.contract import wire
from tests.contract.batches import ask, open_answer
from tests.contract.server import running

# In mounts of its own, all of them read-only; what is not there for everybody cannot be changed either.
READ_ONLY = """
mount --make-rprivate /
while read -r _ folder _; do mount -o remount,bind,ro "$folder" 2>/dev/null; done < /proc/self/mounts
for folder in . /tmp /var/tmp /dev/shm "$HOME"; do
    if touch "$folder/gridwarp-writes" 2>/dev/null; then echo "can write to $folder" >&2; exit 9; fi
done
exec "$@"
"""
AS_ROOT = [] if os.geteuid() == 0 else ["--map-root-user"]
LAUNCHER = ["unshare", "--mount", *AS_ROOT, "sh", "-c", READ_ONLY, "sh"]


@pytest.mark.skipif(not shutil.which("unshare"), reason="unshare, of util-linux, makes the mounts")
def test_nothing_has_to_be_written(tmp_path, server, picture_png):
    with running(tmp_path / "log", launcher=LAUNCHER, processes=2, workers=2) as sealed:
        assert sealed.client.get("/readyz").json() == server.client.get("/readyz").json(), "with the same machine code"
        for query in ("op=rotate:30&canvas=expand", "op=swirl:90&format=webp", "op=scale:0.5&format=jpeg"):
            answer, usual = sealed.warp(picture_png, query), server.warp(picture_png, query)
            assert (answer.status_code, answer.content) == (200, usual.content)
        many = [picture_png] * 20 + [bytes(3 << 20)]  # more than forms usually keep in memory
        assert len(open_answer(ask(sealed, many, {"ops": []})).pictures) == 20
        spec = json.dumps({"ops": [{"op": "displacement", "map": 1, "x_scale": 5}]})
        form = wire.form(
            wire.file_part("image", picture_png), wire.file_part("map", picture_png), wire.text_part("spec", spec)
        )
        headers = {"Content-Type": wire.FORM}
        assert sealed.client.post("/v1/warp", content=form, headers=headers).status_code == 200
        assert sealed.client.get("/metrics").status_code == 200
        assert sealed.stop() == 0
        assert sealed.log == ""
