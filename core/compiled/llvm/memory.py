"""Arrays as the steps of a kernel see them: many neighbours at a time, or many places anywhere."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numpy.typing import DTypeLike

from core.compiled.agreed import LANES
from core.compiled.llvm.lanes import Lanes
from core.compiled.llvm.number import Number
from core.compiled.llvm.vectors import INT8, INT32, INT64, element, intrinsic, order, vector

_TO_READ, _NEAREST, _DATA = 0, 3, 1
"""Hints of LLVM's prefetch: not to be written, into the cache that is next to the processor, no instructions."""


class Memory:
    """A one-dimensional array in a function that is being written. Nothing checks its bounds.

    Attributes:
        builder: writes the instructions.
        address: of the first byte.
        dtype: of the elements.
    """

    def __init__(self, builder: ir.IRBuilder, address: ir.Value, dtype: DTypeLike) -> None:
        self.builder = builder
        self.address = address
        self.dtype = np.dtype(dtype)

    def place(self, at: int) -> Number:
        """Give the number of an element."""
        return Number(self.builder, ir.Constant(INT64, at), np.int64)

    def number(self, at: int) -> Number:
        """Read one element."""
        address = self._address_of(self.place(at), element(self.dtype))
        return Number(self.builder, self.builder.load(address), self.dtype)

    def put(self, at: int, number: Number) -> None:
        """Write one element."""
        self.builder.store(number.value, self._address_of(self.place(at), element(self.dtype)))

    def element(self, number: int) -> Number:
        """Write down a number of the elements' type."""
        return Number(self.builder, ir.Constant(element(self.dtype), number), self.dtype)

    def load(self, at: Number, count: int = LANES) -> Lanes:
        """Read `count` elements from the one with number `at` on."""
        loaded = self.builder.load(self._address_of(at, vector(self.dtype, count)))
        loaded.align = self.dtype.itemsize
        return Lanes(self.builder, loaded, self.dtype)

    def load_as(self, at: Number, dtype: DTypeLike, count: int) -> Lanes:
        """Read `count` numbers of another type, aligned or not, from the element with number `at` on."""
        loaded = self.builder.load(self._address_of(at, vector(dtype, count)))
        loaded.align = self.dtype.itemsize
        return Lanes(self.builder, loaded, dtype)

    def prefetch(self, at: Number) -> None:
        """Have what lies around an element brought near, wherever that is: nothing waits, and nothing can fail."""
        address = self._address_of(at, INT8)
        hints = [ir.Constant(INT32, hint) for hint in (_TO_READ, _NEAREST, _DATA)]
        intrinsic(self.builder, "llvm.prefetch.p0", ir.VoidType(), [address, *hints])

    def store(self, at: Number, lanes: Lanes) -> None:
        """Write elements from the one with number `at` on."""
        self._store(at, lanes.astype(self.dtype).value, self.dtype.itemsize)

    def group(self, number: int = 0) -> Lanes:
        """Read one of the groups of LANES elements that the array consists of."""
        return self.load(self.place(LANES * number))

    def put_group(self, lanes: Lanes, number: int = 0) -> None:
        """Write one of the groups of LANES elements that the array consists of."""
        self.store(self.place(LANES * number), lanes)

    def store_bytes(self, at: Number, words: Sequence[Lanes], count: int) -> None:
        """Write the first bytes of each lane, one lane after the other.

        Args:
            at: number of the first byte.
            words: one or two, 32 bits a lane each; the bytes of the second follow those of the first.
            count: of each lane's bytes that are written.
        """
        lanes = words[0].count
        both = [self.builder.bitcast(word.value, ir.VectorType(INT8, 4 * lanes)) for word in (words[0], words[-1])]
        taken = [4 * lane + byte % 4 + byte // 4 * 4 * lanes for lane in range(lanes) for byte in range(count)]
        self._store(at, self.builder.shuffle_vector(*both, order(taken)), 1)

    def take(self, index: Lanes) -> Lanes:
        """Read the elements with these numbers (int32), in float32 or 32-bit integers."""
        return self.gather(index * self.dtype.itemsize, self.dtype)

    def gather(self, offset: Lanes, dtype: DTypeLike) -> Lanes:
        """Read numbers of 32 bits anywhere, aligned or not.

        Args:
            offset: in bytes from the first element, int32.
            dtype: float32 or int32.
        """
        kind = "f32" if np.dtype(dtype) == np.float32 else "i32"
        return Lanes(self.builder, self._gather(offset.value, vector(dtype, offset.count), kind), dtype)

    def gather_words(self, offset: Lanes, count: int) -> list[Lanes]:
        """Read words of 32 bits that follow one another, in pairs as far as possible: a pair is read as fast as one.

        Args:
            offset: of the first, in bytes from the first element, int32.
            count: how many.
        """
        pairs = [self._gather_pair(offset + 8 * number) for number in range(count // 2)]
        words = [word for pair in pairs for word in pair]
        return [*words, self.gather(offset + 4 * (count - 1), np.int32)] if count % 2 else words

    def _gather_pair(self, offset: Lanes) -> tuple[Lanes, Lanes]:
        half = offset.count // 2
        halves = []
        for start in (0, half):
            some = self.builder.shuffle_vector(offset.value, offset.value, order(range(start, start + half)))
            gathered = self._gather(some, ir.VectorType(INT64, half), "i64")
            halves.append(self.builder.bitcast(gathered, vector(np.int32, 2 * half)))
        low, high = (self.builder.shuffle_vector(*halves, order(range(first, 4 * half, 2))) for first in (0, 1))
        return Lanes(self.builder, low, np.int32), Lanes(self.builder, high, np.int32)

    def _gather(self, offset: ir.Value, kind: ir.VectorType, name: str) -> ir.Value:
        """Read as many numbers as there are offsets; LLVM calls their type by `name`."""
        places = _VectorOfPlaces(
            self.builder.block, ir.VectorType(self.address.type, kind.count), (self.address, offset)
        )
        self.builder._insert(places)  # noqa: SLF001 (llvmlite's own `gep` knows no vectors)
        all_lanes = ir.Constant(ir.VectorType(ir.IntType(1), kind.count), [ir.Constant(ir.IntType(1), 1)] * kind.count)
        arguments = [places, ir.Constant(INT32, 1), all_lanes, ir.Constant(kind, ir.Undefined)]
        return intrinsic(self.builder, f"llvm.masked.gather.v{kind.count}{name}.v{kind.count}p0", kind, arguments)

    def _store(self, at: Number, value: ir.Value, align: int) -> None:
        self.builder.store(value, self._address_of(at, value.type)).align = align

    def _address_of(self, at: Number, kind: ir.Type) -> ir.Value:
        offset = (at * self.dtype.itemsize).value
        return self.builder.bitcast(self.builder.gep(self.address, [offset]), kind.as_pointer())


class _VectorOfPlaces(ir.instructions.Instruction):  # type: ignore[misc]
    """Addresses: one, and offsets from it in bytes."""

    def __init__(self, block: ir.Block, kind: ir.Type, operands: tuple[ir.Value, ir.Value]) -> None:
        super().__init__(block, kind, "getelementptr", operands, "")

    def descr(self, buf: list[Any]) -> None:
        """Write the instruction."""
        address, offset = self.operands
        buf.append(
            f"getelementptr i8, {address.type} {address.get_reference()}, {offset.type} {offset.get_reference()}\n"
        )
