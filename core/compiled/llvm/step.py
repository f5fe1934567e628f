"""Steps: functions of a group of pixels that Numba's kernels call, written in NumPy's own formulas."""

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np.numpy_support import as_dtype

from core.compiled.llvm.lanes import Bit
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number

Step = Callable[..., Any]
"""As a loop calls it: with arrays and numbers."""


def step(function: Callable[..., Bit | None]) -> Step:
    """Make a function something that Numba's kernels can call.

    It is called once, when a kernel is compiled, with a `Memory` for each one-dimensional array and a `Number` for each
    number, and writes the instructions that work on them. It gives a bit, or nothing.
    """
    gives_bit = function.__annotations__.get("return") is Bit

    def typed(_context: Any, *arguments: types.Type) -> tuple[types.Type, Callable[..., Any]]:
        def write(context: Any, builder: ir.IRBuilder, typing: Any, values: Any) -> ir.Value:
            result = function(*(_as_given(context, builder, *pair) for pair in zip(typing.args, values, strict=True)))
            return context.get_dummy_value() if result is None else result.value

        return (types.boolean if gives_bit else types.none)(*arguments), write

    typed.__name__ = function.__name__
    context = Parameter("context", Parameter.POSITIONAL_ONLY)
    typed.__signature__ = Signature([context, *signature(function).parameters.values()])  # type: ignore[attr-defined]
    return cast("Step", intrinsic(typed))


def unbound(*_: Any) -> Any:
    """Stand in a loop for a step that depends on the kernel: see `kernels`."""
    raise NotImplementedError


def _as_given(context: Any, builder: ir.IRBuilder, kind: types.Type, value: ir.Value) -> Memory | Number:
    if isinstance(kind, types.Array):
        data = context.make_array(kind)(context, builder, value).data
        return Memory(builder, builder.bitcast(data, ir.IntType(8).as_pointer()), as_dtype(kind.dtype))
    return Number(builder, value, as_dtype(kind))
