"""Sums that are kept from one knot or resolution to the next: in a plane for each channel, and one for the coverage."""

from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import Step, step


def steps_of(channels: int) -> dict[str, Step]:
    """Give the steps for pictures of so many channels."""

    @step
    def fetch(sums: Memory, covered: Memory, planes: Memory, covered_plane: Memory, at: Number, plane: Number) -> None:
        """Take the sums of a group of pixels, from number `at` on, out of planes of `plane` pixels."""
        for channel, place in enumerate(planes_at(at, plane, channels)):
            sums.put_group(planes.load(place), channel)
        covered.put_group(covered_plane.load(at))

    @step
    def put_back(
        sums: Memory, covered: Memory, planes: Memory, covered_plane: Memory, at: Number, plane: Number
    ) -> None:
        """Put them back."""
        for channel, place in enumerate(planes_at(at, plane, channels)):
            planes.store(place, sums.group(channel))
        covered_plane.store(at, covered.group())

    return {"fetch": fetch, "put_back": put_back}


def planes_at(at: Number, plane: Number, channels: int) -> list[Number]:
    """Give the place of the same pixels in each of some planes of `plane` pixels."""
    return [at + plane * channel for channel in range(channels)]
