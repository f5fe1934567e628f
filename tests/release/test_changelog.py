"""CHANGELOG.md goes with the version, and what would not is found."""

import pytest

from deploy.release.version import changelog, faults_of, faults_of_tag, project_version

RELEASED = """# Changelog

## [0.2.0] - 2026-03-01

### Fixed
- A thing.

## [0.1.0] - 2026-01-31

### Added
- All.

[0.2.0]: ../../releases/tag/v0.2.0
[0.1.0]: ../../releases/tag/v0.1.0
"""
OPEN = RELEASED.replace("## [0.2.0]", "## Unreleased\n\n### Added\n- More.\n\n## [0.2.0]")


def test_it_fits_the_version():
    assert faults_of(changelog(), project_version()) == []


def test_it_names_what_changed_since():
    assert "\n- " in changelog()


@pytest.mark.parametrize(
    ("text", "version"),
    [(RELEASED, "0.2.0"), (OPEN, "0.2.1"), (OPEN, "0.10.0"), ("## Unreleased\n\n### Added\n- All.\n", "0.1.0")],
    ids=["released", "open", "numbers, not letters", "never released"],
)
def test_right_ones_pass(text, version):
    assert faults_of(text, version) == []


@pytest.mark.parametrize(
    ("text", "version", "fault"),
    [
        ("# Changelog\n", "0.1.0", "no versions"),
        (RELEASED, "0.2.1", "newest version is 0.2.0, but pyproject.toml says 0.2.1"),
        (OPEN, "0.2.0", "0.2.0 is released"),
        (RELEASED.replace("## [0.1.0]", "## Unreleased\n\n## [0.1.0]"), "0.2.0", "'## Unreleased' is neither"),
        (RELEASED.replace("## [0.2.0] - 2026-03-01", "## 0.2.0 - 2026-03-01"), "0.1.0", "is neither"),
        (RELEASED.replace("2026-03-01", "1 March 2026"), "0.1.0", "is neither"),
        (RELEASED.replace("2026-03-01", "2026-02-30"), "0.2.0", "no day 2026-02-30"),
        (RELEASED.replace("2026-03-01", "2025-12-31"), "0.2.0", "2025-12-31 stands above 2026-01-31"),
        (RELEASED.replace("## [0.2.0]", "## [0.1.0]"), "0.1.0", "0.1.0 stands above 0.1.0"),
        (RELEASED.replace("### Fixed", "### Mended"), "0.2.0", "'Mended' is none of"),
        (RELEASED.replace("- A thing.", "A thing."), "0.2.0", "Fixed is empty"),
        (RELEASED.replace("### Fixed\n- A thing.\n", "A thing.\n"), "0.2.0", "nothing has changed"),
        (RELEASED.replace("- A thing.", "- A thing.\n\n### Fixed\n- Another."), "0.2.0", "stands there twice"),
        (RELEASED.replace("[0.1.0]: ../../releases/tag/v0.1.0\n", ""), "0.2.0", "links at the end"),
        (RELEASED.replace("tag/v0.2.0", "tag/0.2.0"), "0.2.0", "links at the end"),
    ],
)
def test_wrong_ones_are_found(text, version, fault):
    assert fault in "\n".join(faults_of(text, version))


def test_a_tag_has_the_version_and_nothing_is_open():
    assert faults_of_tag("v0.2.0", RELEASED, "0.2.0") == []
    assert "the tag v0.3.0 is not v0.2.0" in "".join(faults_of_tag("v0.3.0", RELEASED, "0.2.0"))
    assert "the tag 0.2.0 is not" in "".join(faults_of_tag("0.2.0", RELEASED, "0.2.0"))
    assert "still says" in "".join(faults_of_tag("v0.2.1", OPEN, "0.2.1"))
