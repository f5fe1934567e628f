"""The document keeps the rules of a linter that knows nothing of us."""

import json
from pathlib import Path

import pytest

from docs.make_openapi import FILE
from tests.openapi.conftest import Run

pytestmark = pytest.mark.openapi

RULES = Path(__file__).with_name("redocly.yaml")


def lint(run_node: Run, document: Path) -> tuple[int, list[str]]:
    """The exit status, and the rules that are broken."""
    done = run_node("redocly", "lint", "--config", RULES, "--format=json", document, cwd=document.parent)
    assert done.stdout, done.stderr
    return done.returncode, [problem["ruleId"] for problem in json.loads(done.stdout)["problems"]]


def test_the_document_keeps_all_rules(run_node):
    assert lint(run_node, FILE) == (0, [])


def without_servers(document):
    del document["servers"]


def without_words(document):
    del document["paths"]["/livez"]["get"]["summary"]


def without_security(document):
    del document["security"]


def with_a_wrong_example(document):
    document["components"]["schemas"]["Rotate"]["examples"][0]["angle"] = "thirty"


def with_an_unused_schema(document):
    document["components"]["schemas"]["Unused"] = {"type": "string"}


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (without_servers, "no-empty-servers"),
        (without_words, "operation-summary"),
        (without_security, "security-defined"),
        (with_a_wrong_example, "no-invalid-schema-examples"),
        (with_an_unused_schema, "no-unused-components"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_document_that_does_not_is_told(run_node, tmp_path, spoil, rule):
    """Also by rules whose breach would be a mere warning, if nothing else were said."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    spoil(document)
    spoiled = tmp_path / "openapi.json"
    spoiled.write_text(json.dumps(document))
    status, broken = lint(run_node, spoiled)
    assert status == 1
    assert set(broken) == {rule}
