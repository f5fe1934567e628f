"""The loops, each bound to the steps of a kind of picture and a filter: the same code, which finds other steps."""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, cast

from core.compiled.kind import Kind
from core.compiled.llvm.step import Step
from core.compiled.loops.averaging import average
from core.compiled.loops.finishing import finish
from core.compiled.loops.lattice import sum_lattice
from core.compiled.loops.rendering import render
from core.compiled.loops.windows import average_windows
from core.compiled.steps import averaging, inside, lattice, planes, samples, taps, windows


def _bound(loop: Callable[..., Any], *steps: Mapping[str, Step | int]) -> FunctionType:
    code = cast("FunctionType", loop)
    names = dict(code.__globals__)
    for found in steps:
        names |= found
    return FunctionType(code.__code__, names)


def _render(kind: Kind, filter: str) -> FunctionType:
    return _bound(render, taps.steps_of(kind, filter), inside.steps_of(kind, filter), samples.steps_of(kind))


def _average(kind: Kind, filter: str) -> FunctionType:
    steps = taps.steps_of(kind, filter), averaging.steps_of(kind, filter), planes.steps_of(kind.channels)
    return _bound(average, *steps)


def _windows(kind: Kind) -> FunctionType:
    return _bound(average_windows, windows.steps_of(kind), planes.steps_of(kind.channels))


def _lattice(kind: Kind) -> FunctionType:
    return _bound(sum_lattice, lattice.steps_of(kind), planes.steps_of(kind.channels))


def _finish(kind: Kind) -> FunctionType:
    return _bound(finish, samples.steps_of(kind), planes.steps_of(kind.channels))


BINDINGS: dict[str, Callable[..., FunctionType]] = {
    "render": _render,
    "average": _average,
    "windows": _windows,
    "lattice": _lattice,
    "finish": _finish,
}
"""By what the kernels are for."""
