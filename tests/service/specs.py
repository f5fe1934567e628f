"""Specs as the tests read them: values to models, or to where Pydantic finds faults."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from service.spec.models import ONE_SPEC

ROWS = [[1, 0, 0.5], [0, 1, 0]]


def read(value: object) -> Any:
    return ONE_SPEC.validate_json(json.dumps(value))


def read_op(op: str, **fields: object) -> Any:
    return read({"ops": [{"op": op, **fields}]}).ops[0]


def errors_of_text(text: str) -> list[tuple[tuple[int | str, ...], str]]:
    """Where Pydantic finds faults, and of which kind; the text must have some."""
    with pytest.raises(ValidationError) as caught:
        ONE_SPEC.validate_json(text)
    return [(error["loc"], error["type"]) for error in caught.value.errors()]


def errors_of(value: object) -> list[tuple[tuple[int | str, ...], str]]:
    return errors_of_text(json.dumps(value))


def plain(value: Any) -> Any:
    """Numbers and lists as JSON gives them back."""
    return json.loads(json.dumps(value))


def described(schema: dict[str, Any]) -> bool:
    return bool(schema.get("description"))
