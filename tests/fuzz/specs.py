"""Valid specs for requests: of any kind, and such that mostly end in a picture."""

from typing import Any

from hypothesis import strategies as st

from tests.contract import any_ops
from tests.service.any_specs import ANY_SPEC, OPTIONS

QUALITY = {"quality": st.integers(1, 100)}
OUTPUT = (
    st.just({"format": "png"})
    | st.fixed_dictionaries({"format": st.just("jpeg")}, optional=QUALITY)
    | st.fixed_dictionaries({"format": st.just("webp")}, optional=QUALITY | {"lossless": st.booleans()})
)
MILD_SPEC = st.fixed_dictionaries(
    {"ops": st.lists(any_ops.ANY_OP, max_size=3)},
    optional={name: OPTIONS[name] for name in ("filter", "antialias", "border", "fill", "light")}
    | {"canvas": st.just("same") | any_ops.ANY_CANVAS, "output": OUTPUT},
)
EITHER_SPEC = MILD_SPEC | MILD_SPEC | ANY_SPEC


def moves_by_a_picture(spec: dict[str, Any]) -> bool:
    return any(op["op"] == "displacement" for op in spec.get("ops", ()))
