"""The workflows have the form that the forge reads, open nothing to strangers, and say what the house says elsewhere.

A forge runs them, and nothing here does: so they hold little more than calls of what is tested elsewhere.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy.release.sources import ROOT

FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.iterdir())
TOOLS = Path(sys.executable).parent
PINNED = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def read(name: str) -> dict:
    return yaml.load((FOLDER / name).read_text(), yaml.BaseLoader)  # noqa: S506 -- makes only texts; `on` stays a word


def steps(name: str) -> list[dict]:
    return [step for job in read(name)["jobs"].values() for step in job["steps"]]


def test_there_are_two():
    assert [file.name for file in FILES] == ["ci.yml", "release.yml"]


@pytest.mark.release
def test_they_have_the_form_of_workflows():
    command = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *FILES]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.release
def test_they_open_nothing():
    command = [TOOLS / "zizmor", "--offline", "--no-progress", "--color", "never", FOLDER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_they_use_is_pinned(file):
    used = re.findall(r"uses: (.*)", file.read_text())
    assert used
    assert [line for line in used if not PINNED.fullmatch(line)] == []
    assert "secrets." not in file.read_text()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_they_may_read_and_have_their_time(file):
    workflow = read(file.name)
    assert workflow["permissions"] == {"contents": "read"}
    assert "group" in workflow["concurrency"]
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    assert [name for name, job in workflow["jobs"].items() if "permissions" in job] in ([], ["publish"])


@pytest.mark.parametrize(("file", "job"), [("ci.yml", "check"), ("release.yml", "archives")])
def test_they_run_the_whole_check_where_the_image_is_made_of(file, job):
    """So the bill of materials is of the image's Python."""
    base = re.search(r"^ARG BASE=(.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]
    assert read(file)["jobs"][job]["container"] == base.replace("-slim", "")  # which has git and make, too
    assert sum(step.get("run") == ".ci/run" for step in steps(file)) == 1
    assert re.search(r"for suite in .*\brelease-check\b.*; do", (ROOT / ".ci/run").read_text())


def test_nothing_is_released_unchecked():
    jobs = read("release.yml")["jobs"]
    ran = [step.get("run", "") for step in jobs["archives"]["steps"]]
    assert [name for name in ran if "release-tag" in name or ".ci/run" in name] == [
        'TAG="$GITHUB_REF_NAME" make release-tag',
        ".ci/run",
    ]
    assert jobs["image"]["needs"] == "archives"
    assert jobs["publish"]["needs"] == ["archives", "image"]


def test_the_image_is_asked_what_an_installed_wheel_is_asked():
    ran = "\n".join(step.get("run", "") for step in read("release.yml")["jobs"]["image"]["steps"])
    assert "python3 deploy/smoke.py" in ran
    told = re.findall(r"--build-arg (\w+)=", ran)
    assert set(told) == set(re.findall(r"^ARG (VERSION|REVISION)=", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
