"""The manifests as kustomize renders them, and what the tests look up in them."""

import copy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.settings import Settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/kubernetes"
BASE = "base"
PRODUCTION = "overlays/production"
RENDERED = (BASE, PRODUCTION)
PREFIX = "GRIDWARP_"

Document = dict[str, Any]

UNITS = {"m": 1e-3, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}


def kubectl() -> str:
    """Find kubectl: the one that is installed with the tests, else the system's."""
    found = shutil.which("kubectl", path=str(Path(sys.executable).parent)) or shutil.which("kubectl")
    if not found:
        pytest.skip("no kubectl, and no wheel of it for this machine")
    return found


def kustomize(folder: Path) -> subprocess.CompletedProcess[str]:
    """Render a folder."""
    return subprocess.run([kubectl(), "kustomize", folder], capture_output=True, text=True, timeout=60, check=False)


@cache
def _rendered(name: str) -> list[Document]:
    done = kustomize(FOLDER / name)
    assert done.returncode == 0, done.stderr
    assert not done.stderr  # which would tell of fields that are outdated
    return list(yaml.safe_load_all(done.stdout))


def render(name: str) -> list[Document]:
    """Give the documents of a folder of deploy/kubernetes, to change as one likes."""
    return copy.deepcopy(_rendered(name))


def only(documents: list[Document], kind: str) -> Document:
    """Give the one document of a kind."""
    (found,) = (document for document in documents if document["kind"] == kind)
    return found


def pod(documents: list[Document]) -> Document:
    """Give the pod that the Deployment makes."""
    return only(documents, "Deployment")["spec"]["template"]


def container(documents: list[Document]) -> Document:
    """Give its one container."""
    (found,) = pod(documents)["spec"]["containers"]
    return found


def probes(documents: list[Document]) -> Iterator[Document]:
    """Give its probes' requests."""
    for name in ("startupProbe", "livenessProbe", "readinessProbe"):
        yield container(documents)[name]["httpGet"]


def variables(documents: list[Document]) -> dict[str, str]:
    """Give the variables that the ConfigMap sets."""
    return only(documents, "ConfigMap")["data"]


def settings(documents: list[Document]) -> Settings:
    """Give the settings that the service has by them; what is none of ours it does not see."""
    named = {name.removeprefix(PREFIX).lower(): value for name, value in variables(documents).items()}
    return Settings(**{name: value for name, value in named.items() if name in Settings.model_fields})


def quantity(written: str | float) -> float:
    """Read a quantity such as 500m or 2Gi."""
    text = str(written)
    unit = next((unit for unit in UNITS if text.endswith(unit)), "")
    return float(text.removesuffix(unit)) * UNITS.get(unit, 1)
