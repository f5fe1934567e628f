"""A group of pixels averaged knot after knot, in the reference's order, where all that it reads lies in the picture."""

from core.compiled.agreed import LANES, SIDE
from core.compiled.kind import Kind
from core.compiled.llvm.branches import Register, counted, only_if
from core.compiled.llvm.lanes import Bit, Lanes
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import Step, step
from core.compiled.steps.formulas import FILTERS, maximum, minimum
from core.compiled.steps.inside import lies_inside, sum_inside
from core.compiled.steps.knots import X, Y, knot_at, points_at
from core.compiled.steps.reading import Source
from core.compiled.steps.taps import at_steps


def steps_of(kind: Kind, filter: str) -> dict[str, Step]:
    """Give the step for pictures of one kind and one filter."""
    taps_of = FILTERS[filter]

    @step
    def add_inside(
        sums: Memory, covered: Memory, x: Memory, y: Memory, share: Memory, level_share: Memory, knots: Memory,
        first_half: Number, second_half: Number, width: Number, height: Number,
        picture: Memory, row_step: Number, column_step: Number, decoding: Memory,
    ) -> Bit:  # fmt: skip
        """Add what a group of pixels read, if all taps of all their knots lie in the picture, off its rim.

        Args:
            sums, covered, x, y, share: of the pixels.
            level_share, knots: see `knots.find_knots`.
            first_half, second_half: the numbers of `halves` there.
            width, height, row_step, column_step: see `arguments.Picture`.
            picture, decoding: see `Source`.

        Returns:
            Whether that was so.
        """
        first_last, second_last = first_half * (2 * LANES), second_half * (2 * LANES)
        within = []
        for part, points, size in ((X, x, width), (Y, y, height)):
            least, most = _reach(knots, (first_last, second_last), part)
            within.append(lies_inside([taps_of(points.group() + least)[0], taps_of(points.group() + most)[-1]], size))
        inside: Bit = (within[0] & within[1]).all()
        with only_if(inside):
            totals = [Register(sums.group(channel)) for channel in range(kind.channels)]
            covers = Register(covered.group())
            source = Source(kind, picture, decoding)
            with counted(first_half * 2 + 1) as first:
                one = knot_at(knots, 0, first * LANES)
                with counted(second_half * 2 + 1) as second:
                    other = knot_at(knots, 1, second * LANES)
                    at_x, at_y, counts = points_at(x, y, share, level_share, one, other)
                    values = sum_inside(source, at_steps(taps_of(at_y), row_step), at_steps(taps_of(at_x), column_step))
                    for total, value in zip(totals, values, strict=True):
                        total.add(value * counts)
                    covers.add(counts)
            for channel, total in enumerate(totals):
                sums.put_group(total.lanes, channel)
            covered.put_group(covers.lanes)
        return inside

    return {"add_inside": add_inside}


def _reach(knots: Memory, last_knots: tuple[Number, Number], part: int) -> tuple[Lanes, Lanes]:
    """Give the least and the greatest offset of any knot along an axis: its ends are those of the sides.

    Args:
        knots: see `knots.find_knots`.
        last_knots: their places in the lists of the sides.
        part: X or Y.
    """
    least, most = [], []
    for number, last in enumerate(last_knots):
        ends = knots.group((number * SIDE + part) // LANES), knots.load(last + (number * SIDE + part))
        least.append(minimum(*ends))
        most.append(maximum(*ends))
    return least[0] + least[1], most[0] + most[1]
