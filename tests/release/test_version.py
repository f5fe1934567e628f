"""The version stands in pyproject.toml; everything else that says it is told."""

import json
import re
import subprocess
import sys
from importlib.metadata import version

import pytest

from deploy.release.sources import ROOT, tracked
from deploy.release.version import project_version
from service.engine import VERSION

MEASURED = re.compile(r"docs/(?:operations\.md|reliability\.json|performance.*)")
"""Figures say what they were measured with, which does not change with the next version."""
HELD_TO_IT = {
    "pyproject.toml": 1,
    "docs/openapi.json": 3,
    "docs/kubernetes.md": 1,
    "deploy/kubernetes/base/kustomization.yaml": 2,
    "deploy/kubernetes/overlays/production/kustomization.yaml": 1,
}
"""How often a file says it that is made anew, or that other tests compare with it: tests/deploy does the manifests."""
OF_OTHERS = re.compile(r"package-lock\.json|requirements\.lock|swagger-ui|tests/release/test_changelog\.py")


def literal(name: str, text: str) -> bool:
    wanted = re.escape(project_version())
    said = re.findall(rf"(?<![\w.-]){wanted}(?![\w-]|\.\d)", text)
    return len(said) > HELD_TO_IT.get(name, 0)


def test_it_stands_nowhere_else():
    found = []
    for name in tracked():
        data = (ROOT / name).read_bytes()
        skipped = name == "CHANGELOG.md" or MEASURED.match(name) or OF_OTHERS.search(name)
        if b"\0" not in data and not skipped and literal(name, data.decode()):
            found.append(name)
    assert found == [], f"these say {project_version()} by hand"


def test_what_runs_knows_it():
    installed = version("gridwarp")
    assert installed == project_version(), "installed with another version: make venv-test"
    assert installed == VERSION


def test_the_kept_document_tells_it():
    document = json.loads((ROOT / "docs/openapi.json").read_text())
    examples = re.findall(r'"(?:version|example)": "(\d+\.\d+\.\d+)(?:; compiled)?"', json.dumps(document))
    assert document["info"]["version"] == project_version(), "make openapi"
    assert examples == [project_version()] * 3


def test_the_image_is_told_it():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^ARG VERSION.*", dockerfile, re.MULTILINE) == ["ARG VERSION=unknown"]
    assert 'org.opencontainers.image.version="${VERSION}"' in dockerfile
    said = subprocess.run(["make", "--dry-run", "image"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"--build-arg VERSION={project_version()} " in said
    assert f"--tag gridwarp:{project_version()} ." in said


@pytest.mark.parametrize("tag", ["v0.0.0", project_version()])
def test_another_tag_is_refused(tag):
    command = [sys.executable, "-m", "deploy.release.version", tag]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"the tag {tag} is not v{project_version()}" in done.stderr
