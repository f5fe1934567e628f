"""Branches and loops of a function that is being written."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from llvmlite import ir
from numba.core.cgutils import alloca_once_value, for_range

from core.compiled.llvm.lanes import Bit, Lanes
from core.compiled.llvm.number import Number


@contextmanager
def only_if(condition: Bit) -> Iterator[None]:
    """Let what is written within be run under a condition."""
    with condition.builder.if_then(condition.value):
        yield


@contextmanager
def counted(count: Number) -> Iterator[Number]:
    """Let what is written within be run for each number from 0 on, `count` of them."""
    with for_range(count.builder, count.value) as loop:
        yield Number(count.builder, loop.index, count.dtype)


def choose(
    condition: Bit, then: Callable[[], Sequence[Lanes]], otherwise: Callable[[], Sequence[Lanes]]
) -> list[Lanes]:
    """Write a branch: only one of the two is run, and gives its lanes."""
    builder: ir.IRBuilder = condition.builder
    ways = []
    with builder.if_else(condition.value) as branches:
        for branch, write in zip(branches, (then, otherwise), strict=True):
            with branch:
                ways.append((write(), builder.block))
    return [_joined(builder, [(lanes[n], block) for lanes, block in ways]) for n in range(len(ways[0][0]))]


def _joined(builder: ir.IRBuilder, ways: list[tuple[Lanes, ir.Block]]) -> Lanes:
    phi = builder.phi(ways[0][0].value.type)
    for lanes, block in ways:
        phi.add_incoming(lanes.value, block)
    return Lanes(builder, phi, ways[0][0].dtype)


class Register:
    """Lanes that a loop changes."""

    def __init__(self, start: Lanes) -> None:
        self._builder, self._dtype = start.builder, start.dtype
        self._room = alloca_once_value(start.builder, start.value)

    @property
    def lanes(self) -> Lanes:
        """The present value."""
        return Lanes(self._builder, self._builder.load(self._room), self._dtype)

    def add(self, more: Lanes) -> None:
        """Add to the present value."""
        self._builder.store((self.lanes + more).value, self._room)
