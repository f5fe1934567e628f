"""Object code of kernels, for a library that runs without Numba: see `kernel_library`.

Numba's functions take arrays taken apart, by a convention of Numba's own. So each kernel gets a function around it that
Python can call by means of its stable interface alone: it takes the arguments out of a tuple, arrays through the buffer
protocol, which holds on to them and says whether they are what the kernel is for, and lets other threads run meanwhile.
"""

from collections.abc import Sequence
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import types
from numba.np.arrayobj import populate_array
from numba.np.numpy_support import as_dtype

from core.compiling import Kernel, choose_target, compile_kernel
from core.kernel_library import symbol_of

_BYTE, _INT, _LONG, _DOUBLE = ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.DoubleType()
_POINTER = _BYTE.as_pointer()
_NULL = ir.Constant(_POINTER, None)

_BUFFER = ir.LiteralStructType(
    [_POINTER, _POINTER, _LONG, _LONG, _INT, _INT, _POINTER, _LONG.as_pointer(), _LONG.as_pointer(), _POINTER, _POINTER]
)
"""Python's Py_buffer: buf, obj, len, itemsize, readonly, ndim, format, shape, strides, suboffsets, internal."""

_BUF, _NDIM, _FORMAT, _SHAPE = 0, 5, 6, 7

_WRITABLE, _FORMATTED, _CONTIGUOUS = 0x1, 0x4, 0x38
"""PyBUF_WRITABLE, PyBUF_FORMAT, and PyBUF_C_CONTIGUOUS with the shape and strides that it stands for."""

_PYTHON = {
    "PyTuple_Size": ir.FunctionType(_LONG, [_POINTER]),
    "PyTuple_GetItem": ir.FunctionType(_POINTER, [_POINTER, _LONG]),
    "PyObject_GetBuffer": ir.FunctionType(_INT, [_POINTER, _BUFFER.as_pointer(), _INT]),
    "PyBuffer_Release": ir.FunctionType(ir.VoidType(), [_BUFFER.as_pointer()]),
    "PyLong_AsLongLong": ir.FunctionType(_LONG, [_POINTER]),
    "PyLong_FromLongLong": ir.FunctionType(_POINTER, [_LONG]),
    "PyFloat_AsDouble": ir.FunctionType(_DOUBLE, [_POINTER]),
    "PyObject_IsTrue": ir.FunctionType(_INT, [_POINTER]),
    "PyErr_Occurred": ir.FunctionType(_POINTER, []),
    "PyErr_SetString": ir.FunctionType(ir.VoidType(), [_POINTER, _POINTER]),
    "PyEval_SaveThread": ir.FunctionType(_POINTER, []),
    "PyEval_RestoreThread": ir.FunctionType(ir.VoidType(), [_POINTER]),
    "Py_BuildValue": ir.FunctionType(_POINTER, [_POINTER], var_arg=True),
}
"""Of Python's C interface, what is called. All of it is in the stable part."""


def object_code(kernel: Kernel) -> bytes:
    """Compile a kernel, with the function around it, for the target that was chosen.

    Raises:
        ValueError: it is for more than one combination of types.
    """
    if len(kernel.signatures) != 1:
        raise ValueError(f"{kernel.name} has {len(kernel.signatures)} signatures; a library takes one")
    choose_target()
    [compiled] = compile_kernel(kernel, cache=False).overloads.values()
    module = compiled.target_context.codegen().create_library(kernel.name).create_ir_module(kernel.name)
    _Around(module, symbol_of(kernel.name), compiled).write()
    optimised = llvm.parse_assembly(compiled.library.get_llvm_str())
    optimised.link_in(llvm.parse_assembly(str(module)))
    return _emitted(optimised, symbol_of(kernel.name))


def _emitted(module: llvm.ModuleRef, symbol: str) -> bytes:
    """Give a module's object code for a library: nothing but one function is seen from outside."""
    for value in (*module.functions, *module.global_variables):
        if not value.is_declaration and value.name != symbol:
            value.linkage = "internal"
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=choose_target(), opt=3, reloc="pic", codemodel="default"
    )
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3)))
    return bytes(machine.emit_object(module))


class _Around:
    """The function around a kernel: `PyObject *(PyObject *arguments)`."""

    def __init__(self, module: ir.Module, symbol: str, compiled: Any) -> None:
        self._module = module
        self._compiled = compiled
        self._context = compiled.target_context
        self._kinds = compiled.fndesc.argtypes
        function = ir.Function(module, ir.FunctionType(_POINTER, [_POINTER]), symbol)
        [self._arguments] = function.args
        self._builder = ir.IRBuilder(function.append_basic_block("entry"))
        self._views: list[ir.Value] = []
        self._end = function.append_basic_block("end")
        self._result = self._builder.alloca(_POINTER)

    def write(self) -> None:
        """Write it."""
        builder = self._builder
        builder.store(_NULL, self._result)
        self._views = [self._no_view() for kind in self._kinds if isinstance(kind, types.Array)]
        count = self._python("PyTuple_Size", self._arguments)
        self._demand(builder.icmp_signed("==", count, _long(len(self._kinds))), f"takes {len(self._kinds)} arguments")
        views = iter(self._views)
        arguments = [
            self._array(place, kind, next(views)) if isinstance(kind, types.Array) else self._number(place, kind)
            for place, kind in enumerate(self._kinds)
        ]
        self._go_on_if(builder.icmp_unsigned("==", self._python("PyErr_Occurred"), _NULL))
        builder.store(self._called(arguments), self._result)
        builder.branch(self._end)
        builder.position_at_end(self._end)
        for view in self._views:
            self._python("PyBuffer_Release", view)  # which does nothing with one that holds nothing
        builder.ret(builder.load(self._result))

    def _no_view(self) -> ir.Value:
        view = self._builder.alloca(_BUFFER)
        self._builder.store(ir.Constant(_BUFFER, None), view)
        return view

    def _array(self, place: int, kind: types.Array, view: ir.Value) -> ir.Value:
        """Take an array of the kernel's type, as Numba has arrays."""
        builder, context = self._builder, self._context
        flags = _CONTIGUOUS | _FORMATTED | (_WRITABLE if kind.mutable else 0)
        got = self._python("PyObject_GetBuffer", self._item(place), view, ir.Constant(_INT, flags))
        self._go_on_if(builder.icmp_signed("==", got, ir.Constant(_INT, 0)))
        dtype = as_dtype(kind.dtype)
        letter = ord(np.empty(0, dtype).data.format)
        is_of_kind = builder.and_(
            builder.icmp_signed("==", self._field(view, _NDIM), ir.Constant(_INT, kind.ndim)),
            builder.icmp_signed("==", builder.load(self._field(view, _FORMAT)), ir.Constant(_BYTE, letter)),
        )
        self._demand(is_of_kind, f"takes {kind.ndim}-dimensional {dtype} as argument {place + 1}")
        array = context.make_array(kind)(context, builder)
        size, shape = _long(dtype.itemsize), self._field(view, _SHAPE)
        sides = [builder.load(builder.gep(shape, [_long(axis)])) for axis in range(kind.ndim)]
        strides = [size]
        for side in sides[:0:-1]:
            strides.insert(0, builder.mul(strides[0], side))
        data = builder.bitcast(self._field(view, _BUF), array.data.type)
        populate_array(array, data=data, shape=sides, strides=strides, itemsize=size, meminfo=None)
        return array._getvalue()  # noqa: SLF001 -- Numba's own way to hand it on

    def _number(self, place: int, kind: types.Type) -> ir.Value:
        """Take a number of the kernel's type. What is none is seen by `PyErr_Occurred`."""
        builder, item = self._builder, self._item(place)
        if isinstance(kind, types.Boolean):
            return builder.icmp_signed(">", self._python("PyObject_IsTrue", item), ir.Constant(_INT, 0))
        if isinstance(kind, types.Float):
            number = self._python("PyFloat_AsDouble", item)
            return number if kind.bitwidth == 64 else builder.fptrunc(number, ir.FloatType())  # noqa: PLR2004
        number = self._python("PyLong_AsLongLong", item)
        return number if kind.bitwidth == 64 else builder.trunc(number, ir.IntType(kind.bitwidth))  # noqa: PLR2004

    def _called(self, arguments: Sequence[ir.Value]) -> ir.Value:
        """Call the kernel while other threads may run; give what it returns."""
        builder, described, convention = self._builder, self._compiled.fndesc, self._context.call_conv
        state = self._python("PyEval_SaveThread")
        function = self._context.declare_function(self._module, described)
        status, result = convention.call_function(builder, function, described.restype, described.argtypes, arguments)
        self._python("PyEval_RestoreThread", state)
        self._demand(builder.not_(status.is_error), "failed", "PyExc_RuntimeError")
        if described.restype == types.none:
            return self._python("Py_BuildValue", self._text(""))  # None
        return self._python("PyLong_FromLongLong", result)

    def _item(self, place: int) -> ir.Value:
        return self._python("PyTuple_GetItem", self._arguments, _long(place))

    def _field(self, view: ir.Value, number: int) -> ir.Value:
        return self._builder.load(self._builder.gep(view, [ir.Constant(_INT, 0), ir.Constant(_INT, number)]))

    def _demand(self, condition: ir.Value, otherwise: str, error: str = "PyExc_TypeError") -> None:
        """Go on if something is so; else let it be an error."""
        builder, names = self._builder, self._module.globals
        with builder.if_then(builder.not_(condition), likely=False):
            kind = names.get(error) or ir.GlobalVariable(self._module, _POINTER, error)
            text = self._text(f"{self._compiled.fndesc.qualname} {otherwise}")
            self._python("PyErr_SetString", builder.load(kind), text)
            builder.branch(self._end)

    def _go_on_if(self, condition: ir.Value) -> None:
        """Go on if nothing was wrong; else Python has been told what was."""
        following = self._builder.append_basic_block()
        self._builder.cbranch(condition, following, self._end)
        self._builder.position_at_end(following)

    def _text(self, text: str) -> ir.Value:
        content = bytearray(text.encode() + b"\0")
        kind = ir.ArrayType(_BYTE, len(content))
        place = ir.GlobalVariable(self._module, kind, self._module.get_unique_name("text"))
        place.linkage, place.global_constant, place.initializer = "internal", True, ir.Constant(kind, content)
        return self._builder.bitcast(place, _POINTER)

    def _python(self, name: str, *arguments: ir.Value) -> ir.Value:
        """Call a function of Python's."""
        function = self._module.globals.get(name) or ir.Function(self._module, _PYTHON[name], name)
        return self._builder.call(function, arguments)


def _long(number: int) -> ir.Constant:
    return ir.Constant(_LONG, number)
