"""What holds for the repository as a whole."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VENDORED = ROOT / "service/pages/swagger-ui"
MADE = re.compile(r"\.git|\.venv|\..*_cache|\.hypothesis|\.fuzz|__pycache__|build|dist|.*\.egg-info")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]


def sources(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if MADE.fullmatch(path.name) or path == VENDORED:
            continue
        if path.is_dir():
            yield from sources(path)
        else:
            yield path


def texts() -> Iterator[tuple[str, str]]:
    for path in sources():
        data = path.read_bytes()
        if b"\0" not in data:
            yield str(path.relative_to(ROOT)), data.decode()


def test_the_walk_sees_the_sources():
    seen = {name for name, _ in texts()}
    assert {"Makefile", "Dockerfile", ".ci/run", "service/pages.py", "tests/test_repository.py"} <= seen
    assert not any(name.startswith((".git/", ".venv/")) for name in seen)


@pytest.mark.parametrize(
    "pattern",
    [
        r"pypi\.|pythonhosted\.|npmjs\.|anaconda\.org|deb\.debian\.org|(?:index-url|find-links)[ =]\S*/",
        r"(?<![\w.-])/(?:root|work|home|Users|opt/wheels)/[\w.]",
    ],
    ids=["package registry", "somebody's machine"],
)
def test_no_text_names_a(pattern):
    found = [f"{name}: {m[0]}" for name, text in texts() for m in re.finditer(pattern, text)]
    assert found == []


def test_files_stay_short():
    counts = {
        p.relative_to(ROOT): len(p.read_text().splitlines()) for p in sources() if p.suffix in {".py", ".js", ".css"}
    }
    code = {p: n for p, n in counts.items() if p.parts[0] in {"core", "service"}}
    assert len(code) > 5
    assert {p: n for p, n in code.items() if n > 300} == {}


def test_import_rules():
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


ANOTHER_CORE = {"core.compiling", "core.compiled.render", "core.kernel_library", "core.object_code"}
"""Public names as well, which `core` itself does not import: how else pixels are computed than by NumPy."""


def test_service_names_no_part_of_core():
    """Which the import rules cannot tell where a function bears the name of its module."""
    found = []
    for path in sorted((ROOT / "service").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            parts = [name for name in modules if name.startswith("core.") and name not in ANOTHER_CORE]
            found += [f"{path.relative_to(ROOT)}: {name}" for name in parts]
    assert found == []


def test_every_package_is_installed():
    folders = {path.parent for top in ("core", "service") for path in (ROOT / top).rglob("*.py")}
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == packages
    assert [name for name in packages if not (ROOT / name.replace(".", "/") / "__init__.py").is_file()] == []


def test_make_has_its_targets_and_tells_them():
    text = (ROOT / "Makefile").read_text()
    targets = {"help", "serve", "test", "fuzz", "check", "mutants", "bench", "gallery", "openapi", "lock", "clean"}
    targets |= {"reliability", "screenshots", "dist", "sbom", "image", "stack"}
    assert set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE)) == targets
    phony = re.findall(r"^\.PHONY: (.*)", text.replace("\\\n", ""), re.MULTILINE)
    assert targets <= set(phony[0].split())


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_lock_holds_every_dependency_by_hash():
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE), "the lock names an option such as an index"
    locked = re.findall(r"^([\w.-]+)==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(locked) == len(re.findall(r"^\w", text, re.MULTILINE)), "a requirement without a hash"
    wanted = {normal(re.match(r"[\w.-]+", d)[0]) for d in PROJECT["dependencies"]}
    assert wanted <= {normal(name) for name in locked}
