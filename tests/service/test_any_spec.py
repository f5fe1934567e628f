"""Whatever JSON is sent as a spec, it is read, or refused with pointers to places in it."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from service.errors import InvalidSpec, MalformedRequest, UploadTooLarge, Violation
from service.spec import FORMATS, OPS, CanvasSize, MatrixSpec, OpsSpec, Region
from service.spec.text import read_specs

MODELS = (*OPS.values(), *FORMATS.values(), OpsSpec, MatrixSpec, CanvasSize, Region)
FIELDS = sorted({name for model in MODELS for name in model.model_fields})
KEYS = st.sampled_from([*FIELDS, *OPS, *FORMATS, "OpsSpec", "Rows", "~", "/", "a/b"])
WORDS = st.sampled_from([*OPS, *FORMATS, "same", "expand", "css", "pixel", "nearest", "white", "fraction", "both"])
ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS
ANY_JSON = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=6),
    max_leaves=20,
)
LOOSE_OP = st.fixed_dictionaries(
    {"op": WORDS | ANY_JSON},
    optional=dict.fromkeys(["x", "matrix", "y", "src", "dst", "points", "width", "unit"], ANY_JSON),
)
LOOSE_OUTPUT = st.fixed_dictionaries(
    {"format": st.sampled_from([*FORMATS]) | ANY_JSON},
    optional=dict.fromkeys(["quality", "lossless", *FORMATS], ANY_JSON),
)
LOOSE_SPEC = st.fixed_dictionaries(
    {},
    optional={
        "ops": st.lists(LOOSE_OP, max_size=3) | ANY_JSON,
        "output": LOOSE_OUTPUT | ANY_JSON,
        **dict.fromkeys(["matrix", "canvas", "region"], ANY_JSON),
    },
)


def parts_of(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def is_place(tree: Any, pointer: str) -> bool:
    """Tell whether a pointer leads to a value of the tree, or to a missing child of one."""
    if pointer and not pointer.startswith("/"):
        return False
    parts = parts_of(pointer)
    for depth, part in enumerate(parts):
        last = depth == len(parts) - 1
        if isinstance(tree, dict):
            if part not in tree:
                return last
            tree = tree[part]
        elif isinstance(tree, list) and part.isdigit():
            if int(part) >= len(tree):
                return last
            tree = tree[int(part)]
        else:
            return False
    return True


@example({"ops": [{"op": "scale", "OpsSpec": 1}]})
@given(ANY_JSON | LOOSE_SPEC | st.lists(LOOSE_SPEC, max_size=3))
def test_any_json_is_read_or_refused_and_every_pointer_is_a_place_in_it(tree):
    faults: tuple[Violation, ...] = ()
    try:
        read_specs(json.dumps(tree))
    except (MalformedRequest, UploadTooLarge):
        pass
    except InvalidSpec as refusal:
        faults = refusal.violations or (Violation("nowhere", "a refusal without a fault"),)
    assert [fault for fault in faults if not is_place(tree, fault.pointer)] == []
