"""The table of loads is one for all processes that have its file."""

import subprocess
import sys
from pathlib import Path

from service.loads import Load, Loads

ROOT = Path(__file__).parents[2]


def test_it_begins_with_zeros():
    loads = Loads.make(3)
    assert [loads[row] for row in range(3)] == [Load(0, 0, 0)] * 3
    assert loads.rows == 3


def test_a_row_is_what_was_written_last():
    loads = Loads.make(3)
    loads[1] = Load(5, 2, 1)
    loads[2] = Load(taken=1 << 40, connections=7, requests=4)
    loads[1] = Load(6, 3, 0)
    assert [loads[row] for row in range(3)] == [Load(0, 0, 0), Load(6, 3, 0), Load(1 << 40, 7, 4)]


def test_another_process_writes_into_it():
    loads = Loads.make(2)
    code = "import sys; from service.loads import *; Loads.open(int(sys.argv[1]), 2)[1] = Load(8, 9, 7)"
    subprocess.run([sys.executable, "-c", code, str(loads.file)], cwd=ROOT, pass_fds=[loads.file], check=True)
    assert [loads[row] for row in range(2)] == [Load(0, 0, 0), Load(8, 9, 7)]
