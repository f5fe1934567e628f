"""The bill of materials tells what is installed from requirements.lock, all of it, and nothing of who made it."""

import json
import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.release import sbom
from deploy.release.environment import LOCK
from deploy.release.sources import ROOT
from deploy.release.version import project_version

pytestmark = [pytest.mark.release, pytest.mark.timeout(600)]

FREE = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT", "MIT-CMU",
    "PSF-2.0", "Zlib", "License :: OSI Approved :: BSD License", "License :: OSI Approved :: Apache Software License",
}  # fmt: skip
"""Licences that ask for no more than to be handed on with what they are of; none of them is in the way of MIT."""


@pytest.fixture(scope="session")
def document(bill):
    return json.loads(bill.read_text(encoding="utf-8"))


def locked_here() -> dict[str, set[str]]:
    """The packages that the lock has for this Python and this system, and their hashes."""
    found = {}
    for entry in re.split(r"\n(?=\w)", re.sub(r"^#.*\n", "", LOCK.read_text(), flags=re.MULTILINE)):
        requirement = Requirement(entry.partition("\\")[0].strip())
        if requirement.marker is None or requirement.marker.evaluate():
            version = str(requirement.specifier).removeprefix("==")
            found[f"{canonicalize_name(requirement.name)}@{version}"] = set(re.findall(r"sha256:(\w+)", entry))
    return found


def test_it_tells_all_that_is_locked(document):
    packages = {each["purl"]: each for each in document["components"] if each["purl"].startswith("pkg:pypi/")}
    locked = locked_here()
    assert len(locked) > 20
    assert {purl.removeprefix("pkg:pypi/") for purl in packages} == set(locked)
    for purl, package in packages.items():
        told = {each["content"] for each in package["hashes"] if each["alg"] == "SHA-256"}
        assert told == locked[purl.removeprefix("pkg:pypi/")], purl


def test_it_tells_what_stands_among_the_pages(document):
    names = [each["name"] for each in document["components"] if each["purl"].startswith("pkg:npm/")]
    assert names == ["swagger-ui-dist"]


def test_it_tells_what_it_is_of(document):
    told = document["metadata"]["component"]
    assert (told["name"], told["version"], told["type"]) == ("gridwarp", project_version(), "application")
    needed = {each["ref"]: set(each["dependsOn"]) for each in document["dependencies"]}
    assert any(ref.startswith("numba==") for ref in needed[told["bom-ref"]])
    assert any(ref.startswith("llvmlite==") for ref in set().union(*needed.values()))


def test_only_what_builds_is_left_out_of_the_container(document):
    left_out = {each["name"] for each in document["components"] if each["scope"] != "required"}
    assert left_out == {"setuptools", "numba", "llvmlite"}
    uninstalled = re.search(r"pip uninstall --yes --quiet (.*?) \\\n", (ROOT / "Dockerfile").read_text())
    assert set(uninstalled[1].split()) == left_out | {"pip"}


def test_every_licence_is_told_and_allows_this(document):
    for component in document["components"]:
        told = [each.get("expression") or each["license"].get("id") or each["license"]["name"]
                for each in component["licenses"]]  # fmt: skip
        assert told, component["name"]
        words = {word for text in told for word in re.split(r" AND | OR |[()]", text)} - {""}
        assert words <= FREE, f"{component['name']}: {sorted(words - FREE)}"


def test_it_is_valid(bill):
    text = bill.read_text(encoding="utf-8")
    assert sbom.validate(text) == ""
    assert sbom.validate(text.replace('"SHA-256"', '"SHA-257"')) != ""


def test_it_tells_nothing_of_where_it_was_made(bill):
    text = bill.read_text(encoding="utf-8")
    assert "//" not in re.sub(r"http://cyclonedx.org/schema/\S+", "", text)
    assert not re.search(r"file:|(?<![\w.-])/(?:root|home|work|tmp|opt|usr)/", text)


def test_it_comes_out_the_same(locked, bill, tmp_path):
    sbom.write(locked, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text(encoding="utf-8") == bill.read_text(encoding="utf-8")
