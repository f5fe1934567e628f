"""A collection after the start looks at what has come since, and at nothing of before."""

import subprocess
import sys
from pathlib import Path

CODE = """
import asyncio, gc
from service.readiness import Readiness

async def start():
    is_ready = asyncio.Event()

    async def announce(_):
        is_ready.set()

    async with Readiness("", announce).choosing():
        await is_ready.wait()

before = [[] for _ in range(1000)]
asyncio.run(start())
after = [[] for _ in range(10)]
tracked = set(map(id, gc.get_objects()))
assert gc.get_freeze_count() > 10_000, gc.get_freeze_count()
assert not any(id(each) in tracked for each in before)
assert all(id(each) in tracked for each in after)
"""


def test_what_was_there_when_the_engine_was_chosen_is_left_alone():
    environment = {"NUMBA_DISABLE_JIT": "1"}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
