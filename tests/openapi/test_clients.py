"""docs/clients.md, done for real: generators make clients of docs/openapi.json, which get the bytes that curl gets."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from PIL import Image

from docs.examples import ADDRESS, ROOT
from docs.make_openapi import FILE
from tests import pictures
from tests.contract.server import running
from tests.docs.snippets import blocks
from tests.openapi.conftest import MODULES

pytestmark = pytest.mark.openapi

PAGE = ROOT / "docs" / "clients.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = blocks(PAGE)
MADE = {"turned.png", "turned.zip", "variants.zip"}
BIN = Path(sys.executable).parent
KEY = "0123456789abcdef"


def block(mark: str, containing: str = "") -> str:
    """The code of the page's one block that has this mark and this text."""
    (found,) = [block.code for block in BLOCKS if block.mark == mark and containing in block.code]
    return found


@pytest.fixture
def folder(tmp_path):
    """What a reader has: the document, and two photos."""
    (tmp_path / "docs").mkdir()
    shutil.copy(FILE, tmp_path / "docs")
    for left, name in enumerate(("a.jpg", "b.jpg")):
        Image.fromarray(pictures.chelsea()[20:, 40 * left :]).resize((300, 200)).save(tmp_path / name, quality=90)
    return tmp_path


def run(command, folder):
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment["PATH"] = f"{BIN}:{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def take(folder):
    """What has been made, which is moved away."""
    found = {name: (folder / name).read_bytes() for name in MADE}
    for name in MADE:
        (folder / name).unlink()
    return found


def by_curl(server, folder):
    run(["sh", "-eu", "-c", block("sh").replace(ADDRESS, server.url)], folder)
    made = take(folder)
    assert made["turned.png"].startswith(b"\x89PNG")
    assert all(made[name].startswith(b"PK") for name in MADE - {"turned.png"})
    return made


def in_python(folder):
    """Have the client made; gives what the generator said."""
    (folder / "client.json").write_text(block("json"))
    return run(block("", "openapi-python-client").split(), folder)


UNSUPPORTED = re.compile(r"WARNING parsing POST (\S+) within warp\.\s+Unsupported content type (\S+)")


def test_the_python_client_gets_what_curl_gets(server, folder):
    said = in_python(folder)
    types = ["image/png", "image/jpeg", "image/webp", "image/bmp", "image/gif"]
    assert UNSUPPORTED.findall(said) == [(path, kind) for path in ("/v1/warp", "/v1/plan") for kind in types]
    assert said.count("WARNING") == 10
    assert "ERROR" not in said
    assert "Unable" not in said
    assert all(f"`{kind}`" in TEXT for kind in types)
    run([sys.executable, "-m", "compileall", "-q", "gridwarp"], folder)
    run([sys.executable, "-W", "error", "-c", block("python").replace(ADDRESS, server.url)], folder)
    assert take(folder) == by_curl(server, folder)


def test_without_its_configuration_the_generator_says_what_the_page_tells(folder):
    command = block("", "openapi-python-client").replace("--config client.json ", "").split()
    said = run(command, folder)
    assert said.count("WARNING") == 11
    assert said.count("response will be omitted from generated client") == 1


def test_types_of_the_python_client_are_right_but_for_what_the_page_tells(folder):
    in_python(folder)
    (folder / "program.py").write_text(block("python"))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "program.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    wrong = set(re.findall(r"^(\S+?)\.py:\d+: error", done.stdout, re.MULTILINE))
    assert wrong == {"gridwarp/models/barrel", "gridwarp/models/matrix", "gridwarp/models/matrix_spec"}, done.stdout
    assert all(f"`{name}" in TEXT for name in ("Barrel", "Matrix", "MatrixSpec"))


def test_the_python_client_tells_a_problem(server, folder):
    in_python(folder)
    (folder / "a.jpg").write_bytes(b"no picture")
    done = subprocess.run(
        [sys.executable, "-c", block("python").replace(ADDRESS, server.url)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The bytes are none of PNG")


def test_the_python_client_sends_a_picture_by_itself(server, folder):
    """As the page says beside the warnings."""
    in_python(folder)
    (call,) = re.findall(r"`(body=.*?)`, with `(op=.*?)` beside it", TEXT)
    program = block("python").split("turned = ")[0].replace(ADDRESS, server.url)
    program += f'Path("by-itself.png").write_bytes(warp.sync(client=client, {", ".join(call)}).payload.read())'
    run([sys.executable, "-W", "error", "-c", program], folder)
    answer = server.warp((folder / "a.jpg").read_bytes(), "op=rotate:30")
    assert (folder / "by-itself.png").read_bytes() == answer.content


def in_typescript(folder, run_node, program):
    """Have the client made, and a program that uses it compiled and run."""
    generator, *arguments = block("", "openapi-ts").split()
    made = run_node(generator, *arguments, "--no-log-file", cwd=folder)
    assert made.returncode == 0, made.stdout + made.stderr
    assert not re.search("warn|error", made.stdout + made.stderr, re.IGNORECASE)
    (folder / "warp.ts").write_text(program)
    options = ["--strict", "--target", "es2022", "--module", "commonjs", "--lib", "es2022,dom,dom.iterable"]
    types = ["--typeRoots", MODULES / "@types", "--types", "node"]
    compiled = run_node("tsc", *options, *types, "--outDir", "js", "warp.ts", cwd=folder)
    assert compiled.returncode == 0, compiled.stdout
    done = run_node("js/warp.js", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_typescript_client_gets_what_curl_gets(server, folder, run_node):
    in_typescript(folder, run_node, block("ts").replace(ADDRESS, server.url))
    assert take(folder) == by_curl(server, folder)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A service that answers those who have the token."""
    with running(tmp_path_factory.mktemp("guarded") / "log", tokens=KEY) as server:
        yield server


def test_the_python_client_sends_a_token(guarded, server, folder):
    in_python(folder)
    program = block("python").replace("import Client", "import AuthenticatedClient")
    program = program.replace(f'Client("{ADDRESS}"', f'AuthenticatedClient("{guarded.url}", "{KEY}"', 1)
    run([sys.executable, "-W", "error", "-c", program], folder)
    assert take(folder) == by_curl(server, folder)


def test_the_typescript_client_sends_a_token(guarded, server, folder, run_node):
    (folder / "docs" / "openapi.json").write_bytes(guarded.client.get("/openapi.json").content)
    program = block("ts").replace(f'baseUrl: "{ADDRESS}"', f'baseUrl: "{guarded.url}", auth: "{KEY}"')
    in_typescript(folder, run_node, program)
    assert take(folder) == by_curl(server, folder)


def test_the_versions_on_the_page_are_those_that_are_tried():
    assert f"| openapi-python-client | {'.'.join(version('openapi-python-client').split('.')[:2])} |" in TEXT
    pinned = json.loads(Path(__file__).with_name("package.json").read_text())["dependencies"]["@hey-api/openapi-ts"]
    assert f"| @hey-api/openapi-ts | {'.'.join(pinned.split('.')[:2])} |" in TEXT
