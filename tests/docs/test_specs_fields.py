"""docs/specs.md and docs/ops.md tell of every operation, option, field and choice, with types and defaults.

Whoever adds one to the models finds here what the pages still lack.
"""

import json
import re

import pytest

from service.errors import InvalidSpec
from service.spec import OPS, CanvasSize, MatrixSpec, OpsSpec, Options, Region
from service.spec.models import LARGEST
from service.spec.shorthand import POSITIONAL
from service.spec.text import read_specs
from tests.docs.specs_page import OPERATIONS, TEXT, pairs, requests, rows, section

FIELDS = {
    "Two forms": [OpsSpec, MatrixSpec],
    "region": [Region],
    "canvas": [CanvasSize],
    **{name: [model] for name, model in OPS.items()},
}
WITHOUT_DEFAULT = {
    "center": "the frame's centre",
    "d": "1 - a - b - c",
    "dst": "the frame's corners",
    "fit": "see below",  # it depends on the last operation
    "focal": "the frame's longer side",
    "height": "from `width`, in proportion",
    "radius": "half the frame's shorter side",
    "region": "all of the picture",
    "src": "the frame's corners",
    "width": "from `height`, in proportion",
    "y": "the same as `x`",
    "y_scale": "the same as `x_scale`",
}
OF_A_NEW_FRAME = {("depolar", "center"): "the new frame's centre"}
TYPES_BY_NAME = {
    "ops": "array of [operations](ops.md)",
    "canvas": "`same`, `expand`, `inscribed` or an object",
    "region": "an object",
    "output": "an object",
}
PLACES = ("1st", "2nd", "3rd", "4th", "5th")
SHOWN_BY_NUMBERS = {"matrix", "perspective"}
"""Operations whose positional values are no fields but the numbers that a field is made of."""


@pytest.mark.parametrize("name", [*OPS, *Options.model_fields])
def test_every_operation_and_option_has_its_section_with_an_example_and_a_picture(name):
    text = section(name)
    parts = [key.partition(":")[0] for query, _ in pairs(text) for key in query.split("&")]
    written = {"output": "format"}.get(name, name)
    assert any(part == f"op={name}" or part.startswith(f"{written}=") for part in parts)
    shown = [part for request in requests(text) for part in request.query.split("&")]
    assert any(re.match(rf"op={name}\b|{written}=", part) for part in shown)
    assert f"[{name}](#{name})" in TEXT, "the contents do not link to it"


def test_the_first_tables_show_every_operation_that_does_something():
    first = OPERATIONS[: OPERATIONS.index("## identity")]
    shown = [re.match(r"op=(\w+)", request.query)[1] for request in requests(first)]
    assert shown == [name for name in OPS if name != "identity"]


@pytest.mark.parametrize(
    ("model", "field"),
    [(model, field) for model in (Options, CanvasSize, *OPS.values()) for field in model.model_fields],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_every_choice_is_shown_in_a_picture(model, field):
    choices = model.model_json_schema()["properties"][field]
    names = [name for arm in choices.get("anyOf", [choices]) for name in arm.get("enum", [])]
    queries = " ".join(request.query for request in requests(TEXT))
    if field not in {"convention", "unit"}:  # five conventions have one picture; px is never written
        assert all(re.search(rf"[=:]{name}\b", queries) for name in names)


@pytest.mark.parametrize("heading", FIELDS)
def test_the_table_of_fields_is_that_of_the_models(heading):
    expected = {}
    for model in FIELDS[heading]:
        schema = model.model_json_schema()["properties"]
        for name in model.model_fields.keys() - {"op"}:
            expected[f"`{name}`"] = (type_of(heading, name, schema[name]), default_of(heading, model, name))
    told = {row[0]: (row[1], row[2]) for row in rows(section(heading), "field")}
    assert told == expected


def type_of(heading: str, name: str, field: dict) -> str:
    """Write a field's type as the page does, from the schema that the models give."""
    if name in TYPES_BY_NAME:
        return TYPES_BY_NAME[name]
    arms = [arm for arm in field.get("anyOf", field.get("oneOf", [field])) if arm.get("type") != "null"]
    (words,) = {arm_in_words(arm) for arm in arms}
    signed = words == "number" or words.startswith("number, -")
    return f"{words}, not 0" if signed and refuses_zero(heading, name) else words


def arm_in_words(schema: dict) -> str:
    if "enum" in schema:
        *others, last = [f"`{name}`" for name in schema["enum"]]
        return f"{', '.join(others)} or {last}"
    return {"array": array_in_words, "number": number_in_words, "integer": whole_number_in_words}.get(
        schema["type"], lambda _: {"boolean": "true or false", "string": "CSS colour"}[schema["type"]]
    )(schema)


def number_in_words(schema: dict) -> str:
    if "exclusiveMaximum" in schema:
        return f"number between {schema['exclusiveMinimum']} and {schema['exclusiveMaximum']}"
    if "exclusiveMinimum" in schema:
        assert (schema["exclusiveMinimum"], schema["maximum"]) == (0, LARGEST)
        return "number > 0"
    if (schema["minimum"], schema["maximum"]) == (-LARGEST, LARGEST):
        return "number"
    return f"number, {schema['minimum']:.12g} to {schema['maximum']:.12g}"


def whole_number_in_words(schema: dict) -> str:
    return f"whole number, {schema['minimum']} to {schema['maximum']}"


def array_in_words(schema: dict) -> str:
    count = len(schema.get("prefixItems", []))
    if count == 2:
        return "`[x, y]`"
    if count == 4:
        return "4 points `[x, y]`"
    if len(schema.get("items", {}).get("prefixItems", [])) == 2:
        bounds = f"{schema['minItems']} to {schema['maxItems']} " if "minItems" in schema else ""
        return f"{bounds}points `[x, y]`"
    return "rows of numbers"


def refuses_zero(op: str, name: str) -> bool:
    if op not in OPS:
        return False
    needed = {key: 1 for key, field in OPS[op].model_fields.items() if field.is_required()}
    try:
        read_specs(json.dumps({"ops": [needed | {"op": op, name: 0}]}))
    except InvalidSpec:
        return True
    return False


def default_of(heading: str, model, name: str) -> str:
    field = model.model_fields[name]
    if field.is_required():
        return "required"
    if field.default_factory or field.default is None:
        return OF_A_NEW_FRAME.get((heading, name), WITHOUT_DEFAULT[name])
    default = model.model_json_schema()["properties"][name]["default"]
    if isinstance(default, str):
        return f"`{default}`"
    return f"`{json.dumps(int(default) if type(default) is float else default)}`"


@pytest.mark.parametrize("name", [*POSITIONAL, "region"])
def test_the_places_in_the_shorthand_are_those_of_the_table(name):
    expected = POSITIONAL.get(name, ("x", "y", "width", "height", "unit"))
    told = {row[3]: row[0].strip("`") for row in rows(section(name), "field")}
    assert [told.get(place) for place in PLACES[: len(expected)]] == list(expected)
    assert len(told.keys() & set(PLACES)) == len(expected)
    check_named(told)


@pytest.mark.parametrize("name", sorted(SHOWN_BY_NUMBERS))
def test_what_has_no_place_is_named(name):
    told = {row[3]: row[0].strip("`") for row in rows(section(name), "field")}
    assert not told.keys() & set(PLACES)
    check_named(told)


def check_named(told: dict[str, str]) -> None:
    """Hold the names in the column of the shorthand to those of the fields."""
    named = [place for place in told if "=" in place]
    assert {place.strip("`").split("=")[0] for place in named} == {told[place] for place in named}


def test_every_operation_has_places_or_numbers():
    assert set(OPS) == set(POSITIONAL) | SHOWN_BY_NUMBERS
