"""Where the version stands, and the changelog with it. `python -m deploy.release.version v1.2.3` checks a tag.

It stands in pyproject.toml and nowhere else by hand: everything that builds, labels or scans can read it there without
running any of our code. The service reads it from the metadata of what is installed.
"""

import re
import sys
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

from packaging.version import Version

ROOT = Path(__file__).parents[2]
UNRELEASED = "## Unreleased"
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""Of changes, as Keep a Changelog names them."""

_RELEASE = re.compile(r"## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})")
_LINK = re.compile(r"^\[([^\]]+)\]: (\S+)$", re.MULTILINE)


def project_version() -> str:
    """Read the version that the sources have."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def changelog() -> str:
    """Read the changelog."""
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def faults_of(text: str, version: str) -> list[str]:
    """List what is wrong with a changelog, for sources of a version.

    Until it is released a version is `Unreleased` there, on top. Then its heading has the version and the day. So the
    version of the sources is that of the newest release if nothing has changed since, and above it otherwise.
    """
    headings = re.findall(r"^## .*$", text, re.MULTILINE)
    if not headings:
        return ["it has no versions"]
    faults = [
        f"{heading!r} is neither {UNRELEASED!r}, on top, nor '## [1.2.3] - 2026-01-31'"
        for number, heading in enumerate(headings)
        if not _RELEASE.fullmatch(heading) and (number or heading != UNRELEASED)
    ]
    found = [match for match in map(_RELEASE.fullmatch, headings) if match]
    versions = [Version(match[1]) for match in found]
    days = [match[2] for match in found]
    faults += [f"{later} stands above {earlier}" for later, earlier in pairwise(versions) if later <= earlier]
    faults += [f"{later} stands above {earlier}" for later, earlier in pairwise(days) if later < earlier]
    faults += [f"there is no day {day}" for day in days if not _is_day(day)]
    faults += _faults_of_version(headings[0] == UNRELEASED, versions, Version(version))
    faults += _faults_of_sections(text)
    return faults + _faults_of_links(text, [match[1] for match in found])


def faults_of_tag(tag: str, text: str, version: str) -> list[str]:
    """List what is against releasing the sources of a version by a tag."""
    faults = faults_of(text, version)
    if tag != f"v{version}":
        faults.append(f"the tag {tag} is not v{version}, which pyproject.toml says")
    if UNRELEASED in text.splitlines():
        faults.append(f"the changelog still says {UNRELEASED!r}")
    return faults


def _faults_of_version(is_open: bool, versions: list[Version], version: Version) -> list[str]:
    if is_open and versions and version <= versions[0]:
        return [f"{version} is released; what is unreleased needs a version above {versions[0]} in pyproject.toml"]
    if not is_open and versions and version != versions[0]:
        return [f"its newest version is {versions[0]}, but pyproject.toml says {version}"]
    return []


def _faults_of_sections(text: str) -> list[str]:
    faults = []
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name = part.partition("\n")[0]
        sections = re.split(r"^### ", part, flags=re.MULTILINE)[1:]
        kinds = [section.partition("\n")[0] for section in sections]
        faults += [f"{name}: {kind!r} is none of {', '.join(KINDS)}" for kind in kinds if kind not in KINDS]
        faults += [f"{name}: {kind} stands there twice" for kind in sorted({k for k in kinds if kinds.count(k) > 1})]
        faults += [f"{name}: {kind} is empty" for kind, told in zip(kinds, sections, strict=True) if "\n- " not in told]
        if not kinds and name != UNRELEASED.removeprefix("## "):
            faults.append(f"{name}: nothing has changed")
    return faults


def _faults_of_links(text: str, versions: list[str]) -> list[str]:
    """Look for what defines the brackets. The links are relative: whoever hosts the code has such pages."""
    links = _LINK.findall(text)
    wanted = [(version, f"../../releases/tag/v{version}") for version in versions]
    return [] if links == wanted else [f"its links at the end must be {wanted}, not {links}"]


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def main() -> None:
    """Print the version; with a tag, see that it may be released by it."""
    if tag := "".join(sys.argv[1:]):
        faults = faults_of_tag(tag, changelog(), project_version())
        if faults:
            sys.exit("\n".join(["No release:", *faults]))
    sys.stdout.write(project_version() + "\n")


if __name__ == "__main__":
    main()
