"""Points in pairs: each of `src` has its own of `dst`."""

from pydantic import ValidationInfo

from service.spec.base import Point


def as_many_as_src(dst: list[Point], info: ValidationInfo) -> list[Point]:
    """Check `dst` against `src`, which stands before it in the model.

    Raises:
        ValueError: they do not go in pairs.
    """
    src = info.data.get("src", dst)  # one at fault is reported itself
    if len(dst) != len(src):
        raise ValueError(f"needs as many points as 'src', which has {len(src)}; it has {len(dst)}")
    return dst
