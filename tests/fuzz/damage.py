"""Damage: of bytes that were a file or a form, and of values that were JSON."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.fuzz import hostile

MARK = "\0 here"


@st.composite
def damaged(draw: st.DrawFn, data: bytes, others: list[bytes]) -> bytes:
    """The bytes cut short, with some of them changed or left out, or with a piece of other bytes among them."""
    kind = draw(st.sampled_from(["cut", "flip", "flip", "drop", "splice"]))
    at = draw(st.integers(0, len(data)))
    match kind:
        case "cut":
            return data[:at]
        case "flip":
            flipped = bytearray(data or b"\0")
            for _ in range(draw(st.integers(1, 3))):
                flipped[draw(st.integers(0, len(flipped) - 1))] = draw(st.integers(0, 255))
            return bytes(flipped)
        case "drop":
            return data[:at] + data[at + draw(st.integers(1, 40)) :]
    other = draw(st.sampled_from(others))
    return data[:at] + other[draw(st.integers(0, len(other))) :] + data[at:]


@st.composite
def spoilt_json(draw: st.DrawFn, tree: Any) -> str:
    """The tree as JSON, but with something hostile for one of its values, or for all of it."""
    whole = [json.loads(json.dumps(tree))]
    container, key = draw(st.sampled_from(list(_slots(whole))))
    container[key] = MARK
    return json.dumps(whole[0]).replace(json.dumps(MARK), draw(st.one_of(map(st.sampled_from, hostile.JSON))))


def _slots(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value within a tree: what contains it, and its index or key there."""
    children = enumerate(tree) if isinstance(tree, list) else tree.items() if isinstance(tree, dict) else ()
    for key, child in children:
        yield tree, key
        yield from _slots(child)
