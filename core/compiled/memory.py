"""Arrays as the steps of a kernel see them: sixteen neighbours at a time, or sixteen places anywhere."""

from typing import Any

import numpy as np
from llvmlite import ir
from numpy.typing import DTypeLike

from core.compiled.lanes import LANES, Bit, Lanes, element, intrinsic, listed, spread

_BYTE = ir.IntType(8)
_INT32 = ir.IntType(32)


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

    def number(self, at: int) -> "Number":
        """Read one element."""
        place = self._place(ir.Constant(ir.IntType(64), at), element(self.dtype))
        return Number(self.builder, self.builder.load(place), self.dtype)

    def put(self, at: int, number: ir.Value) -> None:
        """Write one element."""
        self.builder.store(number, self._place(ir.Constant(ir.IntType(64), at), element(self.dtype)))

    def load(self, at: ir.Value) -> Lanes:
        """Read sixteen elements from the one with number `at` (int64)."""
        loaded = self.builder.load(self._place(at, ir.VectorType(element(self.dtype), LANES)))
        loaded.align = self.dtype.itemsize
        return Lanes(self.builder, loaded, self.dtype)

    def store(self, at: ir.Value, lanes: Lanes) -> None:
        """Write sixteen elements from the one with number `at` (int64)."""
        value = lanes.astype(self.dtype).value
        self.builder.store(value, self._place(at, value.type)).align = self.dtype.itemsize

    def store_bytes(self, at: ir.Value, words: list[Lanes], kept: list[int]) -> None:
        """Write some of the bytes of each lane, one lane after the other.

        Args:
            at: number of the first byte (int64).
            words: 32 bits a lane each; the bytes of the second follow those of the first.
            kept: which of a lane's bytes are written.
        """
        every = [self.builder.bitcast(word.value, ir.VectorType(_BYTE, 4 * LANES)) for word in words]
        first, second = every[0], every[-1]
        places = [4 * lane + byte % 4 + byte // 4 * 4 * LANES for lane in range(LANES) for byte in kept]
        chosen = self.builder.shuffle_vector(first, second, listed(places))
        self.builder.store(chosen, self._place(at, chosen.type)).align = 1

    def take(self, index: Lanes) -> Lanes:
        """Read the elements with these numbers (int32), in float32 or 32-bit integers."""
        return self.gather(index * self.dtype.itemsize, self.dtype)

    def gather(self, offset: Lanes, dtype: DTypeLike) -> Lanes:
        """Read numbers of 32 bits anywhere, aligned or not.

        Args:
            offset: in bytes from the first element, int32.
            dtype: float32 or int32.
        """
        kind = element(dtype)
        places = _VectorOfPlaces(
            self.builder.block, ir.VectorType(self.address.type, LANES), (self.address, offset.value)
        )
        self.builder._insert(places)  # noqa: SLF001 (llvmlite's own `gep` knows no vectors)
        vector, mask = ir.VectorType(kind, LANES), ir.VectorType(ir.IntType(1), LANES)
        suffix = "f32" if np.dtype(dtype) == np.float32 else "i32"
        all_lanes = ir.Constant(mask, [ir.Constant(ir.IntType(1), 1)] * LANES)
        arguments = [places, ir.Constant(_INT32, 1), all_lanes, ir.Constant(vector, ir.Undefined)]
        name = f"llvm.masked.gather.v{LANES}{suffix}.v{LANES}p0"
        return Lanes(self.builder, intrinsic(self.builder, name, vector, arguments), dtype)

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
        half = LANES // 2
        long, mask = ir.VectorType(ir.IntType(64), half), ir.VectorType(ir.IntType(1), half)
        loaded = []
        for start in (0, half):
            some = self.builder.shuffle_vector(offset.value, offset.value, listed(list(range(start, start + half))))
            places = _VectorOfPlaces(self.builder.block, ir.VectorType(self.address.type, half), (self.address, some))
            self.builder._insert(places)  # noqa: SLF001
            all_lanes = ir.Constant(mask, [ir.Constant(ir.IntType(1), 1)] * half)
            arguments = [places, ir.Constant(_INT32, 1), all_lanes, ir.Constant(long, ir.Undefined)]
            gathered = intrinsic(self.builder, f"llvm.masked.gather.v{half}i64.v{half}p0", long, arguments)
            loaded.append(self.builder.bitcast(gathered, ir.VectorType(_INT32, LANES)))
        low, high = (self.builder.shuffle_vector(*loaded, listed(list(range(first, 2 * LANES, 2)))) for first in (0, 1))
        return Lanes(self.builder, low, np.int32), Lanes(self.builder, high, np.int32)

    def _place(self, at: ir.Value, kind: ir.Type) -> ir.Value:
        offset = self.builder.mul(at, ir.Constant(at.type, self.dtype.itemsize))
        return self.builder.bitcast(self.builder.gep(self.address, [offset]), kind.as_pointer())


class Number:
    """One number of the function that is being written.

    Attributes:
        builder: writes the instructions.
        value: the number.
        lanes: the same in every lane.
    """

    def __init__(self, builder: ir.IRBuilder, value: ir.Value, dtype: DTypeLike) -> None:
        self.builder = builder
        self.value = value
        self.lanes: Lanes = spread(builder, value, dtype)

    def equals(self, number: int) -> Bit:
        """Compare it with a number."""
        return Bit(self.builder, self.builder.icmp_signed("==", self.value, ir.Constant(self.value.type, number)))


class _VectorOfPlaces(ir.instructions.Instruction):  # type: ignore[misc]
    """Sixteen addresses: one, and as many offsets from it in bytes."""

    def __init__(self, block: ir.Block, kind: ir.Type, operands: tuple[ir.Value, ir.Value]) -> None:
        super().__init__(block, kind, "getelementptr", operands, "")

    def descr(self, buf: list[Any]) -> None:
        """Write the instruction."""
        address, offset = self.operands
        buf.append(
            f"getelementptr i8, {address.type} {address.get_reference()}, {offset.type} {offset.get_reference()}\n"
        )
