"""A group of pixels whose taps all lie in the picture: nothing is folded, and nothing is kept in memory on the way.

With many stores under way a gather waits for those whose addresses end as its own do, which took longer than all the
sums.
"""

from core.compiled.kind import Kind
from core.compiled.llvm.branches import only_if
from core.compiled.llvm.lanes import Bit, Lanes
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import Step, step
from core.compiled.steps.formulas import FILTERS
from core.compiled.steps.points import Seen, mapped_points
from core.compiled.steps.reading import PixelGroup, Source
from core.compiled.steps.samples import widened, write_one_of
from core.compiled.steps.sums import Tap, weighed, weighed_runs
from core.compiled.steps.taps import at_steps


def steps_of(kind: Kind, filter: str) -> dict[str, Step]:
    """Give the step for pictures of one kind and one filter."""
    taps_of = FILTERS[filter]

    @step
    def render_inside(
        points_by: Number, matrix: Memory, given_x: Memory, given_y: Memory, given_share: Memory,
        place: Number, column: Number, row: Number, width: Number, height: Number,
        picture: Memory, row_step: Number, column_step: Number, decoding: Memory,
        encoding: Memory, out: Memory, out_place: Number, out_channels: Number,
    ) -> Bit:  # fmt: skip
        """Render a group of pixels, if the picture covers them and all their taps lie in it, off its rim.

        Args:
            points_by, matrix, given_x, given_y, given_share: see `arguments.Points`.
            place, column, row: see `Seen`.
            width, height, row_step, column_step: see `arguments.Picture`.
            picture, decoding: see `Source`.
            encoding, out, out_channels: see `arguments.Output`.
            out_place: of the first pixel in `out`, in bytes.

        Returns:
            Whether that was so.
        """
        x, y, share = mapped_points(Seen(points_by, matrix, place, column, row), (given_x, given_y, given_share))
        down, across = taps_of(y), taps_of(x)
        inside: Bit = (lies_inside(down, height) & lies_inside(across, width) & (share >= 1)).all()
        with only_if(inside):
            source = Source(kind, picture, decoding)
            values = sum_inside(source, at_steps(down, row_step), at_steps(across, column_step))
            write_one_of(
                lambda count: widened(values, share, count, kind), kind, encoding, out, out_place, out_channels
            )
        return inside

    return {"render_inside": render_inside}


def lies_inside(taps: list[Tap], side: Number) -> Lanes:
    """Tell whether all taps lie in the picture, off its first and last pixel: no word there reaches beyond it."""
    inside: Lanes = (taps[0][0] > 0) & (taps[-1][0] < side.lanes - 1)
    return inside


def sum_inside(source: Source, rows: list[Tap], columns: list[Tap]) -> PixelGroup:
    """Sum taps in the picture, off its rim."""
    if not source.kind.run:
        return weighed(source.read, rows, columns)
    return weighed_runs(lambda place: source.read_run(place, len(columns)), rows, columns)
