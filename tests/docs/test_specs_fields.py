"""docs/specs.md tells of every operation, option, field and choice of the models, with their types and defaults.

Whoever adds one to the models finds here what the page still lacks.
"""

import json
import re

import pytest

from service.errors import InvalidSpec
from service.spec import OPS, CanvasSize, MatrixSpec, OpsSpec, Options
from service.spec.models import LARGEST
from service.spec.shorthand import POSITIONAL
from service.spec.text import read_specs
from tests.docs.specs_page import TEXT, pairs, requests, rows, section

FIELDS = {"Two forms": [OpsSpec, MatrixSpec], "canvas": [CanvasSize]} | {name: [model] for name, model in OPS.items()}
WITHOUT_DEFAULT = {
    "center": "the frame's centre",
    "fit": "see below",  # it depends on the last operation
    "y": "the same as `x`",
}
TYPES_BY_NAME = {"ops": "array of [operations](#operations)", "canvas": "`same`, `expand` or an object"}


@pytest.mark.parametrize("name", [*OPS, *Options.model_fields])
def test_every_operation_and_option_has_its_section_with_an_example_and_a_picture(name):
    text = section(name)
    parts = [key.partition(":")[0] for query, _ in pairs(text) for key in query.split("&")]
    assert any(part == f"op={name}" or part.startswith(f"{name}=") for part in parts)
    shown = [part for _, query in requests(text) for part in query.split("&")]
    assert any(re.match(rf"op={name}\b|{name}=", part) for part in shown)
    assert f"[{name}](#{name})" in TEXT, "the contents do not link to it"


@pytest.mark.parametrize("name", OPS)
def test_the_first_table_shows_every_operation_that_does_something(name):
    first = TEXT[: TEXT.index("## Two forms")]
    shown = {re.match(r"op=(\w+)", query)[1] for _, query in requests(first)}
    assert name in shown or name == "identity"


@pytest.mark.parametrize(
    ("model", "field"),
    [(model, field) for model in (Options, CanvasSize, *OPS.values()) for field in model.model_fields],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_every_choice_is_shown_in_a_picture(model, field):
    choices = model.model_json_schema()["properties"][field]
    names = [name for arm in choices.get("anyOf", [choices]) for name in arm.get("enum", [])]
    queries = " ".join(query for _, query in requests(TEXT))
    if field not in {"convention", "unit"}:  # five conventions have one picture; px is never written
        assert all(re.search(rf"[=:]{name}\b", queries) for name in names)


@pytest.mark.parametrize("heading", FIELDS)
def test_the_table_of_fields_is_that_of_the_models(heading):
    expected = {}
    for model in FIELDS[heading]:
        schema = model.model_json_schema()["properties"]
        for name in model.model_fields.keys() - {"op"}:
            expected[f"`{name}`"] = (type_of(heading, name, schema[name]), default_of(model, name))
    told = {row[0]: (row[1], row[2]) for row in rows(section(heading), "field")}
    assert told == expected


def type_of(heading: str, name: str, field: dict) -> str:
    """Write a field's type as the page does, from the schema that the models give."""
    if name in TYPES_BY_NAME:
        return TYPES_BY_NAME[name]
    arms = [arm for arm in field.get("anyOf", field.get("oneOf", [field])) if arm.get("type") != "null"]
    (words,) = {arm_in_words(arm) for arm in arms}
    return f"{words}, not 0" if words == "number" and refuses_zero(heading, name) else words


def arm_in_words(schema: dict) -> str:
    if "enum" in schema:
        *others, last = [f"`{name}`" for name in schema["enum"]]
        return f"{', '.join(others)} or {last}"
    if schema["type"] == "number" and "exclusiveMinimum" in schema:
        return f"number between {schema['exclusiveMinimum']} and {schema['exclusiveMaximum']}"
    if schema["type"] == "number":
        assert (schema["minimum"], schema["maximum"]) == (-LARGEST, LARGEST)
        return "number"
    if schema["type"] == "integer":
        return f"whole number, {schema['minimum']} to {schema['maximum']}"
    if schema["type"] == "array":
        return {2: "`[x, y]`"}.get(len(schema.get("prefixItems", [])), "rows of numbers")
    return {"boolean": "true or false", "string": "CSS colour"}[schema["type"]]


def refuses_zero(op: str, name: str) -> bool:
    needed = {key: 1 for key, field in OPS[op].model_fields.items() if field.is_required()}
    try:
        read_specs(json.dumps({"ops": [needed | {"op": op, name: 0}]}))
    except InvalidSpec:
        return True
    return False


def default_of(model, name: str) -> str:
    field = model.model_fields[name]
    if field.is_required():
        return "required"
    if field.default_factory or field.default is None:
        return WITHOUT_DEFAULT[name]
    default = model.model_json_schema()["properties"][name]["default"]
    return f"`{json.dumps(int(default) if type(default) is float else default)}`".replace('"', "")


@pytest.mark.parametrize("name", POSITIONAL)
def test_the_places_in_the_shorthand_are_those_of_the_table(name):
    told = {row[3]: row[0].strip("`") for row in rows(section(name), "field")}
    for place, field in zip(("1st", "2nd", "3rd"), POSITIONAL[name], strict=False):
        assert told[place] == field
    assert len([place for place in told if place in {"1st", "2nd", "3rd"}]) == len(POSITIONAL[name])
    named = [place for place in told if "=" in place]
    assert {place.strip("`").split("=")[0] for place in named} == {told[place] for place in named}
