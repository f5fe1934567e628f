"""What the service says at its start is for people, and may get lost."""

import sys
from pathlib import Path

from service.greeting import say


def test_it_is_said_at_once(monkeypatch, tmp_path):
    with (tmp_path / "said").open("w") as file:
        monkeypatch.setattr(sys, "stdout", file)
        say("ready\n")
        assert (tmp_path / "said").read_text() == "ready\n"


def test_a_full_disk_is_tried_once_and_leaves_nothing_to_be_written_at_the_end(monkeypatch):
    file = Path("/dev/full").open("w")  # noqa: SIM115 (to close it is what is tested)
    monkeypatch.setattr(sys, "stdout", file)
    say("ready\n")
    say("more\n")
    file.close()


def test_without_any_stdout_nothing_is_said(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    say("ready\n")
