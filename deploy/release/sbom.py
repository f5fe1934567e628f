"""The bill of materials, as CycloneDX: `python -m deploy.release.sbom` writes it into dist.

It tells the Python packages that the container gets, as they are installed from requirements.lock, for the Python that
runs this: their versions, their licences, who needs whom, and the hashes by which the lock holds them; and the one
library that stands among the service's own pages. What the base image brings, from Debian, is for a scanner of images.

cyclonedx-py reads both the environment and the lock; this joins what it says of them. Addresses are left out: they say
where the one who makes this installs from, and a package's own are in its metadata.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy.release.environment import LOCK, Environment
from deploy.release.sources import ROOT, committed_at
from deploy.release.version import project_version

VENDORED = ROOT / "service" / "pages" / "swagger-ui" / "manifest.json"
TO_BUILD_WITH = {"setuptools", "numba", "llvmlite"}
"""In the lock, but no longer in the container when it is done: they build the package and the kernels."""

Document = dict[str, Any]


def name() -> str:
    """Tell the file's name."""
    return f"gridwarp-{project_version()}.cdx.json"


def write(environment: Environment, file: Path) -> None:
    """Write the document of an environment that holds the locked packages."""
    document = _ask("environment", environment.folder, "--pyproject", ROOT / "pyproject.toml")
    hashes = {component["purl"]: _hashes(component) for component in _ask("requirements", LOCK)["components"]}
    components = [each for each in document["components"] if each["name"] not in {"pip", "gridwarp"}]
    for component in components:
        locked_by = hashes.get(component["purl"])
        if not locked_by:
            raise SystemExit(f"{component['purl']} is installed, but requirements.lock does not hold it")
        component["hashes"] = locked_by
        component["scope"] = "excluded" if component["name"] in TO_BUILD_WITH else "required"
    document["components"] = sorted([*components, _vendored()], key=lambda each: str(each["bom-ref"]))
    known = {each["bom-ref"] for each in (document["metadata"]["component"], *document["components"])}
    document["dependencies"] = [
        each | {"dependsOn": [ref for ref in each.get("dependsOn", []) if ref in known]}
        for each in document["dependencies"]
        if each["ref"] in known
    ]
    python = {"name": "python", "value": f"{sys.version_info.major}.{sys.version_info.minor}"}
    document["metadata"].setdefault("properties", []).append(python)
    text = json.dumps(_without_addresses(document), indent=2, ensure_ascii=False) + "\n"
    if fault := validate(text):
        raise SystemExit(f"no valid CycloneDX: {fault}")
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def validate(text: str) -> str:
    """Tell what CycloneDX's own validator has against a document; empty: nothing."""
    from cyclonedx.schema import SchemaVersion  # noqa: PLC0415 -- only releases need it to be installed
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415

    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    return str(JsonStrictValidator(version).validate_str(text) or "")


def _ask(*words: str | Path) -> Document:
    done = subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", *words, "--output-reproducible"],
        env=os.environ | {"SOURCE_DATE_EPOCH": str(committed_at())},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{done.stderr}\ncyclonedx-py failed.")
    document: Document = json.loads(done.stdout)
    return document


def _hashes(component: Document) -> list[Document]:
    """Hashes of the files that may be installed: one for each kind of machine, and that of the sources."""
    return [each for reference in component["externalReferences"] for each in reference.get("hashes", [])]


def _vendored() -> Document:
    manifest = json.loads(VENDORED.read_text(encoding="utf-8"))
    purl = f"pkg:npm/{manifest['name']}@{manifest['version']}"
    return {
        "bom-ref": purl,
        "type": "library",
        "name": manifest["name"],
        "version": manifest["version"],
        "purl": purl,
        "scope": "required",
        "licenses": [{"license": {"id": manifest["license"], "acknowledgement": "declared"}}],
    }


def _without_addresses(value: Any) -> Any:
    """Leave out every list of addresses, however deep it stands."""
    if isinstance(value, dict):
        return {key: _without_addresses(part) for key, part in value.items() if key != "externalReferences"}
    return [_without_addresses(part) for part in value] if isinstance(value, list) else value


def main() -> None:
    """Make an environment, and write what it holds."""
    with TemporaryDirectory() as folder:
        environment = Environment(Path(folder) / "venv")
        environment.install_the_lock()
        write(environment, ROOT / "dist" / name())
    sys.stdout.write(f"dist/{name()}, of what Python {sys.version_info.major}.{sys.version_info.minor} installs\n")


if __name__ == "__main__":
    main()
